"""A contract's mails as a fact table, for the measure."""

from collections.abc import Collection, Iterator

from madoguchi.contracts.models import Contract
from madoguchi.core.events import Event
from madoguchi.core.mail_vocabulary import MailState
from madoguchi.core.vocabulary import Channel
from madoguchi.desk.events import matters, sources_of
from madoguchi.mail.models import KeptMail

SYSTEM = "madoguchi"
CHUNK = 2_000


def mail_events(contract: Contract, *, key: str, only: Collection[int] | None = None) -> Iterator[Event]:
    """Yield a row a matter that came by mail, with its first answer, whether a box brought it or somebody typed it in.

    A matter's later mails are the same matter, and tickets merged into another are left out.
    """
    first = KeptMail.objects.filter(contract=contract, state=MailState.TAKEN.value, activity_number=1)
    if only is not None:
        first = first.filter(ticket__in=only)
    files = dict(first.values_list("ticket_id", "mailbox__name"))
    tickets = matters(contract, only=only).filter(channel=Channel.MAIL.value)
    for each in tickets.iterator(chunk_size=CHUNK):
        yield {
            "contract": key, "source": f"{SYSTEM}:mail:{each.number}", "source_file": files.get(each.pk, SYSTEM),
            "received_at": each.received_at, "answered_at": each.first_answered_at, "ticket": each.reference,
            "handed_over": each.handed_over,
        }  # fmt: skip


TABLES = {"mails": mail_events}
# how the rows of some tickets are found that are to be written anew
RENEWED = {"mails": sources_of("mail")}
