"""Background work of surveys."""

from django.utils import timezone
from django_tasks import task

from madoguchi.surveys.operations.invite import mark_due_reminders, send_survey_mails


@task(queue_name="notices")
def mail_surveys() -> int:
    """Mark the reminders that are due and send the mails that wait. Returns how many were sent."""
    now = timezone.now()
    mark_due_reminders(now=now)
    return send_survey_mails(now=now)
