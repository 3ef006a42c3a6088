"""A contract's mails as a fact table, for the measure."""

from collections.abc import Iterator

from madoguchi.contracts.models import Contract
from madoguchi.core.events import Event
from madoguchi.core.mail_vocabulary import MailState
from madoguchi.core.vocabulary import Channel
from madoguchi.desk.models import Ticket
from madoguchi.mail.models import KeptMail

SYSTEM = "madoguchi"
CHUNK = 2_000


def mail_events(contract: Contract, *, key: str) -> Iterator[Event]:
    """Yield a row a matter that came by mail, with its first answer, whether a box brought it or somebody typed it in.

    A matter's later mails are the same matter, and tickets merged into another are left out.
    """
    files = dict(
        KeptMail.objects.filter(contract=contract, state=MailState.TAKEN.value, activity_number=1)
        .values_list("ticket_id", "mailbox__name")
    )  # fmt: skip
    tickets = Ticket.objects.filter(contract=contract, channel=Channel.MAIL.value, merged_into__isnull=True)
    for each in tickets.order_by("pk").iterator(chunk_size=CHUNK):
        yield {
            "contract": key, "source": f"{SYSTEM}:mail:{each.number}", "source_file": files.get(each.pk, SYSTEM),
            "received_at": each.received_at, "answered_at": each.first_answered_at, "ticket": each.reference,
            "handed_over": each.handed_over,
        }  # fmt: skip


TABLES = {"mails": mail_events}
