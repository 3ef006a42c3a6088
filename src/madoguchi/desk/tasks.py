"""Background work of the desk."""

from django.core.mail import EmailMessage
from django.utils import timezone
from django_tasks import task

from madoguchi.core.vocabulary import Act
from madoguchi.desk.models import Activity
from madoguchi.desk.operations.notices import send_due_warnings


@task(queue_name="notices")
def send_warnings() -> int:
    """Send the clocks' warnings that are due. Returns how many."""
    return send_due_warnings(now=timezone.now())


@task()
def tell_requester(activity_id: int) -> bool:
    """Mail a public step to the requester; nothing where they have no address. Internal steps are never mailed."""
    step = Activity.objects.select_related("ticket__requester", "ticket__contract").get(pk=activity_id)
    address = step.ticket.requester.mail
    if not address or step.visibility != "public":
        return False
    # on one line: whatever ends a line would end the header
    subject = " ".join(f"[窓口 {step.ticket.reference}] {step.ticket.subject}".split())
    body = f"{Act(step.act).label}\n\n{step.text}\n\n受付番号: {step.ticket.reference}\n{step.ticket.contract.name}"
    EmailMessage(subject=subject, body=body, to=[address], headers={"Auto-Submitted": "auto-generated"}).send()
    return True
