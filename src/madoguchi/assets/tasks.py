"""Background work of the registers."""

from datetime import datetime

from django.core.mail import EmailMessage
from django.utils import timezone
from django_tasks import task

from madoguchi.assets.models import Loan
from madoguchi.assets.queries import overdue_loans
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.models import Contract
from madoguchi.desk.operations.notices import is_open_at


@task(queue_name="notices")
def remind_overdue() -> int:
    """Remind borrowers who are late. Returns how many."""
    return send_reminders(now=timezone.now())


def send_reminders(*, now: datetime) -> int:
    """Mail those who are late, once a day and only while the desk is open. Returns how many."""
    today, sent = timezone.localdate(now), 0
    late_in = Contract.objects.filter(items__loans__state="out", items__loans__until_date__lt=today).distinct()
    for contract in late_in.order_by("pk"):
        if not is_open_at(definitions_on(contract=contract, day=today).promised.calendar, now):
            continue
        for loan in overdue_loans(contract=contract, day=today).exclude(reminded_at__date=today):
            # marked before it is sent: a mail that is lost is repeated the next day
            Loan.objects.filter(pk=loan.pk).update(reminded_at=now)
            if loan.person.mail:
                reminder(loan, contract).send()
                sent += 1
    return sent


def reminder(loan: Loan, contract: Contract) -> EmailMessage:
    body = (
        f"{loan.person.name} 様\n\n"
        f"お貸しした「{loan.item}」の返却日（{loan.until_date}）を過ぎています。貸出窓口へ返却してください。\n"
        f"延長が必要なときは、窓口へご連絡ください。\n\n{contract.name}\n"
        f"\n{loan.item} was due back on {loan.until_date}. Please return it.\n"
    )
    subject = f"[窓口] 返却のお願い: {loan.item}"
    return EmailMessage(subject=subject, body=body, to=[loan.person.mail], headers={"Auto-Submitted": "auto-generated"})
