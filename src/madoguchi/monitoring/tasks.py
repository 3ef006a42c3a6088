"""Background work of monitoring."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from madoguchi.core.monitoring_vocabulary import MessageState
from madoguchi.monitoring.models import Message

RAW_DAYS = 400


@task(queue_name="notices")
def forget_old_bytes() -> int:
    return forget_bytes(now=timezone.now())


def forget_bytes(*, now: datetime) -> int:
    """Let go of the bytes of old notifications; what they said, and what is still held, stays."""
    old = Message.objects.filter(received_at__lt=now - timedelta(days=RAW_DAYS), raw__isnull=False)
    return old.exclude(state__in=(MessageState.QUARANTINED.value, MessageState.PARTLY.value)).update(raw=None)
