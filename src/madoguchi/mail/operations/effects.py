"""What mails do: open tickets, add to one, or are only kept. Each function is one transaction with the bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from madoguchi.contracts.operations import give_role
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.mail_vocabulary import MailReason, MailState
from madoguchi.core.vocabulary import Act, Channel, RoleKind, TicketKind, Visibility
from madoguchi.desk.locks import lock_numbers
from madoguchi.desk.models import Ticket
from madoguchi.desk.operations.act import Step, act_on
from madoguchi.desk.operations.around import File, attach_files
from madoguchi.desk.operations.receive import NewTicket, receive_tickets
from madoguchi.desk.rules import is_thinkable
from madoguchi.mail.keys import keys_of
from madoguchi.mail.looking import forwarded_files, kept_text, left_out
from madoguchi.mail.models import KeptMail, Mailbox, OutgoingMail
from madoguchi.mail.operations.answering import acknowledgement, note_return
from madoguchi.mail.operations.keeping import Case, keep
from madoguchi.mail.queries import (
    clerk_access,
    counts_in_hour,
    kept_samenesses,
    known_threads,
    own_addresses,
    people_by_mail,
    ticket_of,
)
from madoguchi.mail.rules import Decision, decide
from madoguchi.mail.values import Looked
from madoguchi.people.models import Person
from madoguchi.people.operations import add_person
from madoguchi.people.rules import one_line
from madoguchi.post.threads import Thread, find_thread

TEXT_LENGTH, SUBJECT_LENGTH, NAME_LENGTH = 50_000, 200, 120
# kept as it is, whatever language somebody releases a mail in
NO_SUBJECT = "（件名なし）"
LEFT_OUT = (
    "受信したメールのうち、次のものはこの案件に入っていません。元のデータはこの案件の「メール」から保存できます。"
)


class SeenMeanwhileError(MadoguchiError):
    """The same mail came by another box at the same moment."""


def keep_new(*, box: Mailbox, looked: Sequence[Looked], now: datetime) -> None:
    """Keep mails that lead to no ticket; letters open one. Raises SeenMeanwhileError where one has become a copy."""
    keep_prepared(box=box, cases=prepared(box=box, looked=looked, now=now), now=now)


def prepared(*, box: Mailbox, looked: Sequence[Looked], now: datetime, released: KeptMail | None = None) -> list[Case]:
    """Return what is to become of mails. The unknown who wrote letters are people of the contract afterwards.

    `released`: a person let this mail out of quarantine. People are added in a transaction of their own: whoever holds
    the history's lock must not ask for the lock of ticket numbers.
    """
    cases = _decided(box, looked, now=now, released=released)
    requesters = _requesters(box, cases, now=now, is_released=released is not None)
    return [_with_requester(each, requesters) for each in cases]


@transaction.atomic
def keep_prepared(*, box: Mailbox, cases: Sequence[Case], now: datetime) -> None:
    """Write mails with their tickets."""
    with_tickets = _with_tickets(box, cases, now=now)
    letters = [each.looked for each in with_tickets if each.requester is not None]
    # asked while the contract's numbers are held: the same mail by another box waits for us, or we see it here
    if letters and kept_samenesses(box.contract, letters):
        raise SeenMeanwhileError(str(SeenMeanwhileError.__doc__))
    keep(box=box, cases=with_tickets, now=now)


def _decided(box: Mailbox, looked: Sequence[Looked], *, now: datetime, released: KeptMail | None) -> list[Case]:
    copies = {} if released else kept_samenesses(box.contract, looked)
    counts = counts_in_hour(box.contract, {each.sender for each in looked}, now=now)
    cases = []
    for each in looked:
        if copied := copies.get(each.sameness):
            decision = Decision(state=MailState.COPY, detail=f"mail {copied.pk}")
            cases.append(Case(looked=each, decision=decision, ticket_id=copied.ticket_id))
            continue
        limit = None if released else box.hourly_limit
        decision = decide(each, count_in_hour=counts[each.sender], hourly_limit=limit)
        counts[each.sender] += decision.state is MailState.TAKEN
        cases.append(Case(looked=each, decision=decision))
    return cases


@transaction.atomic
def _requesters(box: Mailbox, cases: Sequence[Case], *, now: datetime, is_released: bool) -> dict[str, Person]:
    """Return who asks, by address; the unknown become people of the contract where the box takes strangers."""
    letters = [each.looked for each in cases if each.decision.state is MailState.TAKEN]
    people = people_by_mail(box.contract, {each.sender for each in letters}, day=timezone.localdate(now))
    for each in letters:
        if each.sender not in people and (box.takes_strangers or is_released):
            people[each.sender] = _stranger(box, each, now=now)
    return people


def _stranger(box: Mailbox, looked: Looked, *, now: datetime) -> Person:
    author, actor, chain = looked.message.author, box.clerk.key, box.contract.key
    assert author is not None
    name = one_line(kept_text(author.name, NAME_LENGTH) or looked.sender, longest=NAME_LENGTH)
    mail = kept_text(author.address, 254)
    person = add_person(name=name, mail=mail, actor=actor, at=now, chain=chain)
    day = timezone.localdate(now)
    give_role(contract=box.contract, person=person, kind=RoleKind.USER, start_date=day, actor=actor, at=now)
    return person


def _with_requester(case: Case, requesters: Mapping[str, Person]) -> Case:
    if case.decision.state is not MailState.TAKEN:
        return case
    requester = requesters.get(case.looked.sender)
    if requester is None:
        decision = Decision(state=MailState.QUARANTINED, reason=MailReason.STRANGER, detail=case.looked.sender)
        return replace(case, decision=decision)
    return replace(case, requester=requester)


def _with_tickets(box: Mailbox, cases: Sequence[Case], *, now: datetime) -> list[Case]:
    """Open the tickets of letters, with their files and, where the box does so, an acknowledgement."""
    letters = [each for each in cases if each.requester is not None]
    access = clerk_access(box)
    news = [_new_ticket(box, each, now=now) for each in letters]
    tickets = receive_tickets(access=access, news=news, now=now) if news else []
    opened: dict[int, Ticket] = {}
    for case, ticket in zip(letters, tickets, strict=True):
        opened[id(case)] = ticket
        _attach(box, ticket, case.looked, visibility=Visibility.PUBLIC, now=now)
        _note_left_out(box, ticket, case.looked, text=case.looked.message.text, now=now)
    asked = [each for each in letters if box.acknowledges and each.looked.sorting.may_be_answered]
    OutgoingMail.objects.bulk_create(
        acknowledgement(box=box, ticket=opened[id(each)], looked=each.looked, now=now) for each in asked
    )
    return [
        replace(each, ticket_id=opened[id(each)].pk, activity_number=1, is_from_participant=True)
        if id(each) in opened
        else each
        for each in cases
    ]


def _new_ticket(box: Mailbox, case: Case, *, now: datetime) -> NewTicket:
    assert case.requester is not None
    looked = case.looked
    subject = one_line(kept_text(looked.message.subject, SUBJECT_LENGTH), longest=SUBJECT_LENGTH)
    return NewTicket(
        requester=case.requester, kind=TicketKind.INQUIRY, channel=Channel.MAIL, subject=subject or NO_SUBJECT,
        text=kept_text(looked.message.text, TEXT_LENGTH), received_at=moment_of(looked, now=now), queue=box.queue,
        source=f"mail:{box.pk}:{looked.arrived.source_key}",
    )  # fmt: skip


def moment_of(looked: Looked, *, now: datetime) -> datetime:
    """Return when a mail reached its box, as far as that can be."""
    at = looked.arrived.received_at
    return at if at <= now and is_thinkable(at) else now


def _attach(box: Mailbox, ticket: Ticket, looked: Looked, *, visibility: Visibility, now: datetime) -> None:
    """Keep what the desk keeps; what stays in the bytes of the mail is said in a note."""
    files = [
        File(name=kept_text(each.file_name, 200), media_type=each.content_type, content=each.content)
        for each in (*looked.message.attachments, *forwarded_files(looked.message))
        if 0 < each.size <= settings.MAX_ATTACHMENT_BYTES
    ]
    if files:
        attach_files(access=clerk_access(box), ticket=ticket, files=files, visibility=visibility, now=now)


def _note_left_out(box: Mailbox, ticket: Ticket, looked: Looked, *, text: str, now: datetime) -> None:
    lines = left_out(looked.message, text=text, text_length=TEXT_LENGTH, most_bytes=settings.MAX_ATTACHMENT_BYTES)
    if lines:
        said = "\n".join([LEFT_OUT, *lines])[:TEXT_LENGTH]
        step = Step(act=Act.NOTE, text=said)
        act_on(access=clerk_access(box), ticket_id=ticket.pk, version=None, steps=[step], now=now)


@transaction.atomic
def keep_with_ticket(*, box: Mailbox, looked: Looked, now: datetime, released: KeptMail | None = None) -> bool:
    """Keep a mail that leads to a ticket and add its word there; return False where it leads to none."""
    # the same mail may come by another box at the same moment: one waits for the other here
    lock_numbers(box.contract)
    known = known_threads(box.contract, looked)
    thread = find_thread(
        message=looked.message, known=known, keys=keys_of(box.contract), own_addresses=own_addresses(box.contract)
    )
    report = looked.sorting.report
    returned = known.reference_of(report.original_message_id) if report and report.original_message_id else None
    ticket = ticket_of(box.contract, thread.reference or returned or "")
    if ticket is None:
        return False
    (case,) = _decided(box, [looked], now=now, released=released)
    case = replace(case, ticket_id=ticket.pk, is_from_participant=thread.is_from_participant)
    if case.decision.state is MailState.TAKEN:
        case = replace(case, activity_number=_add_word(box, ticket, looked, thread, now=now))
    elif looked.sorting.is_bounce and case.decision.state is MailState.MACHINE:
        note_return(box=box, ticket=ticket, looked=looked, now=now)
    keep(box=box, cases=[case], now=now)
    return True


def _add_word(box: Mailbox, ticket: Ticket, looked: Looked, thread: Thread, *, now: datetime) -> int:
    """Add what a mail says; of somebody new to the ticket it is a note, which the requester does not see."""
    is_known = thread.is_from_participant
    visibility = Visibility.PUBLIC if is_known else Visibility.INTERNAL
    message = looked.message
    text = message.new_text or message.text
    author = f"{message.author.name} <{message.author.address}>" if message.author else ""
    step = Step(
        act=Act.REPLY if is_known else Act.NOTE, visibility=visibility,
        text=kept_text(text, TEXT_LENGTH),
        at=max(moment_of(looked, now=now), ticket.received_at), fields={"author": kept_text(author, 400)},
    )  # fmt: skip
    changed = act_on(access=clerk_access(box), ticket_id=ticket.pk, version=None, steps=[step], now=now)
    number = changed.activity_count
    _attach(box, ticket, looked, visibility=visibility, now=now)
    _note_left_out(box, ticket, looked, text=text, now=now)
    return number
