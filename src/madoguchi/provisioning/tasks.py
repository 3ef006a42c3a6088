"""Background work of accounts passed on."""

from django.utils import timezone
from django_tasks import task

from madoguchi.provisioning.sending import find_changes, send_due
from madoguchi.provisioning.ticking import tick_tasks


@task(queue_name="notices")
def push_accounts() -> int:
    """Find what changed, send what is due, finish tasks that waited for it. Returns how many accounts were taken."""
    now = timezone.now()
    find_changes(now=now)
    count = send_due(now=now)
    tick_tasks(now=now)
    return count
