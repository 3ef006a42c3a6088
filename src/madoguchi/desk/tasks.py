"""Background work of the desk."""

from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.translation import override
from django_tasks import task

from madoguchi.core.vocabulary import Act, Visibility
from madoguchi.desk.models import Activity, Notice
from madoguchi.desk.operations.notices import send_due_warnings

MAILS_AT_ONCE = 200


@task(queue_name="notices")
def send_warnings() -> int:
    """Send the clocks' warnings that are due. Returns how many."""
    return send_due_warnings(now=timezone.now())


@task(queue_name="notices")
def mail_notices() -> int:
    """Mail what people were told, once each; whoever has no address reads it in the portal. Returns how many."""
    waiting = Notice.objects.filter(kind="told", mailed_at__isnull=True).order_by("sent_at", "pk")
    sent = 0
    for notice in waiting.select_related("person", "ticket__contract")[:MAILS_AT_ONCE]:
        step = Activity.objects.filter(ticket=notice.ticket, number=notice.activity_number or 0).first()
        # marked before it is sent: a mail that is lost can be read in the portal, one sent twice cannot be taken back
        is_ours = Notice.objects.filter(pk=notice.pk, mailed_at__isnull=True).update(mailed_at=timezone.now())
        if is_ours and step is not None and notice.person.mail and step.visibility == Visibility.PUBLIC.value:
            with override(notice.person.language):
                told_mail(notice, step).send()
            sent += 1
    return sent


def told_mail(notice: Notice, step: Activity) -> EmailMessage:
    """Return the mail that tells of a public step; it never holds anything internal."""
    ticket = notice.ticket
    act = Act(step.act)
    label = act.label if notice.person.language == "ja" else act.label_en
    subject = " ".join(f"[窓口 {ticket.reference}] {label}: {ticket.subject}".split())
    body = f"{label}\n\n{step.text}\n\n{ticket.reference} {ticket.subject}\n{ticket.contract.name}\n"
    return EmailMessage(
        subject=subject, body=body, to=[notice.person.mail], headers={"Auto-Submitted": "auto-generated"}
    )
