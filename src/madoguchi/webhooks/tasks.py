"""Background work of webhooks."""

from django.utils import timezone
from django_tasks import task

from madoguchi.webhooks.outgoing import send_due, write_messages


@task(queue_name="notices")
def tell_receivers() -> int:
    """Write what is new and send what is due. Returns how many messages were taken."""
    now = timezone.now()
    write_messages(now=now)
    return send_due(now=now)
