"""Background work of quality."""

from django.core.cache import cache
from django.utils import timezone
from django_tasks import task

from madoguchi.quality.alerts import mail_alerts, send_budget_alerts
from madoguchi.quality.silence import mail_silences, note_silences

PAUSE_SECONDS = 1_800
LOOK_SECONDS = 300


@task(queue_name="notices")
def alert_budgets() -> int:
    """Alert on running months, at most every half hour: each time all contracts are measured. Returns how many."""
    if not cache.add("quality.alert_budgets", "1", PAUSE_SECONDS):
        return 0
    now = timezone.now()
    left = send_budget_alerts(now=now)
    mail_alerts(now=now)
    return left


@task(queue_name="notices")
def watch_arrivals() -> int:
    """Notice places that fell silent, at most every five minutes. Returns how many are new."""
    if not cache.add("quality.watch_arrivals", "1", LOOK_SECONDS):
        return 0
    now = timezone.now()
    found = note_silences(now=now)
    mail_silences(now=now)
    return found
