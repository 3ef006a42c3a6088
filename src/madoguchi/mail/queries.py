"""Reads of the mail room."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Count, QuerySet
from django.db.models.functions import Lower

from madoguchi.contracts.access import Access, people_of
from madoguchi.contracts.models import Contract
from madoguchi.core.mail_vocabulary import MailState
from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.models import Ticket
from madoguchi.desk.queries import sees_everything
from madoguchi.mail.models import KeptMail, Mailbox, OutgoingMail
from madoguchi.mail.values import Looked
from madoguchi.people.models import Person
from madoguchi.post.threads import KnownThreads
from madoguchi.prepared.queries import prepared

LONGEST_NUMBER = 18


def clerk_access(box: Mailbox) -> Access:
    """Return what the room may do in a contract: what an operator may."""
    return Access(
        contract=box.contract, person=box.clerk, roles=frozenset((RoleKind.OPERATOR,)), organisations=frozenset()
    )


def own_addresses(contract: Contract) -> tuple[str, ...]:
    return tuple(each for box in Mailbox.objects.filter(contract=contract) for each in box.own_addresses)


def kept_keys(box: Mailbox, source_keys: Collection[str]) -> set[str]:
    """Return those of the given messages that are kept already."""
    return set(KeptMail.objects.filter(mailbox=box, source_key__in=source_keys).values_list("source_key", flat=True))


def kept_samenesses(contract: Contract, looked: Iterable[Looked]) -> Mapping[str, KeptMail]:
    asked = {each.sameness for each in looked}
    found = KeptMail.objects.filter(contract=contract, sameness__in=asked).exclude(state=MailState.COPY.value)
    return {each.sameness: each for each in found.order_by("-pk")}


def counts_in_hour(contract: Contract, senders: Collection[str], *, now: datetime) -> Counter[str]:
    """Return how many mails of each sender had an effect in the last hour."""
    recent = KeptMail.objects.filter(
        contract=contract, sender__in=senders, kept_at__gt=now - timedelta(hours=1), state=MailState.TAKEN.value
    )
    return Counter(dict(recent.values_list("sender").annotate(count=Count("pk")).order_by()))


def people_by_mail(contract: Contract, addresses: Collection[str], *, day: date) -> dict[str, Person]:
    """Return the contract's people by their mail address; of several with one address the first known."""
    people = people_of(contract=contract, day=day).annotate(mail_key=Lower("mail"))
    found = people.filter(mail_key__in=[each for each in addresses if each]).order_by("-pk")
    return {each.mail.casefold(): each for each in found}


def known_threads(contract: Contract, looked: Looked) -> KnownThreads:
    """Return what the desk knows of the messages that one refers to."""
    message = looked.message
    asked = {*message.in_reply_to, *message.references}
    if looked.sorting.report is not None and looked.sorting.report.original_message_id:
        asked.add(looked.sorting.report.original_message_id)
    references = _references(contract, sorted(asked))
    return KnownThreads(
        reference_of=references.get, participants_of=lambda reference: participants_of(contract, reference)
    )


def _references(contract: Contract, message_ids: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for model in (KeptMail, OutgoingMail):
        rows = model.objects.filter(contract=contract, message_id__in=message_ids, ticket__isnull=False)
        for message_id, number in rows.values_list("message_id", "ticket__number"):
            found[message_id] = f"{number:06d}"
    return found


def ticket_of(contract: Contract, reference: str) -> Ticket | None:
    """Return the ticket of a reference, or the one it was merged into."""
    if not reference.isascii() or not reference.isdigit() or len(reference) > LONGEST_NUMBER:
        return None
    tickets = Ticket.objects.filter(contract=contract).select_related("requester", "merged_into__requester")
    ticket = tickets.filter(number=int(reference)).first()
    return ticket.merged_into or ticket if ticket else None


def participants_of(contract: Contract, reference: str) -> set[str] | None:
    """Return the addresses that take part in a ticket, or None where there is no such ticket."""
    ticket = ticket_of(contract, reference)
    if ticket is None:
        return None
    watchers = ticket.watchers.values_list("person__mail", flat=True)
    writers = ticket.mails.filter(is_from_participant=True).values_list("sender", flat=True)
    return {each.casefold() for each in (ticket.requester.mail, *watchers, *writers) if each}


def mails_of(access: Access, ticket: Ticket) -> list[KeptMail]:
    """Return the mails that belong to a ticket; whoever does not see everything sees none."""
    if not sees_everything(access):
        return []
    return _mails_of(ticket.pk)


@prepared
def _mails_of(ticket_id: int) -> QuerySet[KeptMail]:
    found = KeptMail.objects.filter(ticket=ticket_id).select_related("mailbox")
    return found.order_by("received_at", "pk")


def outgoing_of(access: Access, ticket: Ticket) -> list[OutgoingMail]:
    if not sees_everything(access):
        return []
    return _outgoing_of(ticket.pk)


@prepared
def _outgoing_of(ticket_id: int) -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(ticket=ticket_id).defer("raw").order_by("pk")


def quarantined(contract: Contract) -> QuerySet[KeptMail]:
    found = KeptMail.objects.filter(contract=contract, state=MailState.QUARANTINED.value)
    return found.select_related("mailbox").order_by("-kept_at", "-pk")
