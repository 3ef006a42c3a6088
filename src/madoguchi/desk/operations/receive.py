"""Receiving a ticket."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import (
    Act,
    Attribution,
    Channel,
    Priority,
    RoleKind,
    TicketKind,
    TicketState,
    Tier,
    Visibility,
)
from madoguchi.desk.choices import queues_in
from madoguchi.desk.clocks import set_due, steps_of
from madoguchi.desk.errors import FieldError, check_moments
from madoguchi.desk.locks import next_number
from madoguchi.desk.models import Activity, Category, Queue, Ticket, TicketVendor
from madoguchi.knowledge.search.index import TextKind, file_weighed, weigh_texts
from madoguchi.people.models import Person
from madoguchi.prepared.inserting import add_rows


@dataclass(frozen=True, kw_only=True, slots=True)
class NewTicket:
    """What is known when a matter arrives; `received_at` is when it reached the desk, not when it is typed in."""

    requester: Person
    kind: TicketKind
    channel: Channel
    subject: str
    text: str
    received_at: datetime
    category: Category | None = None
    priority: Priority = Priority.NORMAL
    queue: Queue | None = None
    assignee: Person | None = None
    detected_at: datetime | None = None
    source: str = ""


def receive_ticket(*, access: Access, new: NewTicket, now: datetime) -> Ticket:
    """Open a ticket. A user may only open their own; raises FieldError for a moment that has not come yet."""
    return receive_tickets(access=access, news=[new], now=now)[0]


def receive_tickets(*, access: Access, news: Sequence[NewTicket], now: datetime) -> list[Ticket]:
    """Open tickets, all or none; many at once cost the database hardly more questions than one."""
    access.require(Right.ASK)
    for new in news:
        _check(access, new, now=now)
    first_line = _first_line(access)
    built = [_built(access, new, queue=new.queue or first_line, now=now) for new in news]
    days = {ticket.received_at.date() for ticket, _activity in built}
    definitions = {day: definitions_on(contract=access.contract, day=day) for day in days}
    for ticket, activity in built:
        set_due(ticket, definitions=definitions[ticket.received_at.date()], steps=steps_of([activity]), now=now)
    # what fails from here on fails with the caller's transaction: a savepoint would cost every ticket two questions
    with transaction.atomic(savepoint=False):
        return _written(access, news, built, now=now)


def _written(
    access: Access, news: Sequence[NewTicket], built: Sequence[tuple[Ticket, Activity]], *, now: datetime
) -> list[Ticket]:
    # all that can be done before the numbers are taken is: others wait for them until the commit
    words = weigh_texts([(ticket.subject, ticket.text) for ticket, _activity in built])
    latest = next_number(access.contract, count=len(built))
    for number, (ticket, _activity) in enumerate(built, start=latest - len(built) + 1):
        ticket.number = number
    _refuse_known_sources(access, news)
    tickets = add_rows([ticket for ticket, _activity in built])
    vendors = [(each, each.queue.organisation_id) for each in tickets if each.queue.organisation_id]
    add_rows([TicketVendor(ticket=each, organisation_id=firm) for each, firm in vendors])
    for ticket, activity in built:
        activity.ticket = ticket
    add_rows([activity for _ticket, activity in built])
    weighed = [((TextKind.TICKET, each.pk), its_words) for each, its_words in zip(tickets, words, strict=True)]
    file_weighed(contract=access.contract, weighed=weighed)
    entries = [
        Entry(act="receive_ticket", subject=f"ticket:{each.pk}", details={"number": each.number}) for each in tickets
    ]
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=entries)
    return tickets


def _check(access: Access, new: NewTicket, *, now: datetime) -> None:
    if not access.may(Right.RECEIVE) and new.requester.pk != access.person.pk:
        raise FieldError("requester", _("利用者は本人の案件だけを登録できます。"))
    _check_named(access, new, now=now)
    check_moments({"received_at": new.received_at, "detected_at": new.detected_at})
    if new.received_at > now:
        raise FieldError(
            "received_at",
            _("受付日時 %(at)s は未来です。現在までの日時を入力してください。")
            % {"at": f"{new.received_at:%Y-%m-%d %H:%M}"},
        )


def _refuse_known_sources(access: Access, news: Sequence[NewTicket]) -> None:
    """Asked while the contract's number is held: nobody else can add the same meanwhile."""
    sources = [each.source for each in news if each.source]
    is_known = bool(sources) and Ticket.objects.filter(contract=access.contract, source__in=sources).exists()
    if is_known or len(set(sources)) < len(sources):
        raise FieldError("source", _("この出典の案件はすでに登録されています。"))


def _check_named(access: Access, new: NewTicket, *, now: datetime) -> None:
    """Raise FieldError for what only the desk may say of a ticket: where it goes, when it came, what it came from."""
    if access.may(Right.RECEIVE):
        return
    for name, is_said in (("queue", new.queue), ("received_at", new.received_at != now), ("source", new.source)):
        if is_said:
            raise FieldError(name, _("この項目は受付担当者だけが指定できます。"))


def _first_line(access: Access) -> Queue | None:
    return next((each for each in queues_in(access.contract.pk) if each.tier == Tier.FIRST_LINE.value), None)


def _built(access: Access, new: NewTicket, *, queue: Queue | None, now: datetime) -> tuple[Ticket, Activity]:
    if queue is None:
        raise FieldError("queue", _("一次窓口の受付先がまだ設定されていません。管理者に連絡してください。"))
    is_complaint = new.kind is TicketKind.COMPLAINT
    ticket = Ticket(
        contract=access.contract, kind=new.kind.value, channel=new.channel.value, category=new.category,
        priority=new.priority.value, subject=new.subject, text=new.text, requester=new.requester,
        received_at=new.received_at, detected_at=new.detected_at, source=new.source, state=TicketState.RECEIVED.value,
        tier=queue.tier, queue=queue, assignee=new.assignee, activity_count=1, latest_at=new.received_at,
        complaint_attribution=Attribution.UNDECIDED.value if is_complaint else "",
    )  # fmt: skip
    fields = {
        "to_state": TicketState.RECEIVED.value, "tier": queue.tier, "queue": queue.key, "kind": new.kind.value,
        "channel": new.channel.value, "priority": new.priority.value,
        "category": new.category.key if new.category else "",
    }  # fmt: skip
    own = RoleKind.USER in access.roles and access.person.pk == new.requester.pk
    activity = Activity(
        number=1, act=Act.RECEIVE.value, at=new.received_at, recorded_at=now, actor=access.person,
        visibility=Visibility.PUBLIC.value, text="", fields=fields | ({"by_requester": True} if own else {}),
    )  # fmt: skip
    return ticket, activity
