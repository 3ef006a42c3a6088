"""Background work of accounts passed on."""

from django.utils import timezone
from django_tasks import task

from madoguchi.provisioning.sending import find_changes, send_due


@task(queue_name="notices")
def push_accounts() -> int:
    """Find what changed and send what is due. Returns how many accounts were taken."""
    now = timezone.now()
    find_changes(now=now)
    return send_due(now=now)
