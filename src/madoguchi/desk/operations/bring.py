"""Tickets of another tool brought in with their whole life, and taken back. Nobody is told of either."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import DateTimeField
from django.utils.translation import gettext as _

from madoguchi.audit.bulk import StoredMoments, insert_rows, stored_json
from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.definitions import DefinitionsByDay
from madoguchi.contracts.models import Contract
from madoguchi.contracts.rules import Right
from madoguchi.core.clocks.spec import Activity as Step
from madoguchi.core.events import Value
from madoguchi.core.vocabulary import (
    Act,
    Attribution,
    Channel,
    Priority,
    TicketKind,
    TicketState,
    Tier,
    Visibility,
)  # fmt: skip
from madoguchi.desk.clocks import set_due, waiting_elsewhere
from madoguchi.desk.errors import FieldError
from madoguchi.desk.locks import next_number
from madoguchi.desk.models import Activity, Category, Notice, Presence, Queue, Ticket, TicketVendor
from madoguchi.desk.rules import summarise
from madoguchi.knowledge.search.index import TextKind, withdraw_texts
from madoguchi.knowledge.search.waiting import put_off
from madoguchi.people.models import Person

ELSEWHERE = "elsewhere"
Fields = dict[str, Value]


@dataclass(frozen=True, kw_only=True, slots=True)
class BroughtStep:
    """A step that happened elsewhere, at its own moment."""

    act: Act
    at: datetime
    text: str
    from_state: TicketState | None
    to_state: TicketState
    tier: Tier
    visibility: Visibility
    waits_for: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class BroughtTicket:
    """A ticket of another tool; `source` is its key there and comes into the desk once."""

    source: str
    requester: Person
    kind: TicketKind
    channel: Channel
    priority: Priority
    category: Category | None
    subject: str
    text: str
    steps: tuple[BroughtStep, ...]


class CarriedFields(NamedTuple):
    """What a step carries: with its act, as its clocks are read, and without, as it is stored."""

    with_act: Fields
    text: str


@transaction.atomic
def bring_tickets(*, access: Access, brought: Sequence[BroughtTicket], origin: str, now: datetime) -> list[Ticket]:
    """Put tickets into the desk with their steps, all or none. One history row says how many and which numbers.

    The search finds them when they have been filed, which is left to background work.
    """
    access.require(Right.MANAGE)
    queues = queues_by_tier(access)
    desk, carried = _Desk(access.contract, queues), _Carried(queues)
    fields = [[carried.by(each, step) for step in each.steps] for each in brought]
    tickets = [_built(desk, each, its_fields, now=now) for each, its_fields in zip(brought, fields, strict=True)]
    # all that can be done before the numbers are taken is: others wait for them until the commit
    latest = next_number(access.contract, count=len(tickets))
    stored = StoredMoments()
    _insert_tickets(access, tickets, stored, first=latest - len(tickets) + 1)
    _insert_steps(zip(tickets, brought, fields, strict=True), stored, now=now)
    put_off(contract=access.contract, kind=TextKind.TICKET, object_ids=[each.pk for each in tickets])
    details = {"count": len(tickets), "first": latest - len(tickets) + 1, "last": latest}
    _note(access, "bring_tickets", origin, details, now=now)
    return tickets


def queues_by_tier(access: Access) -> dict[Tier, Queue]:
    """Return the queue each tier's tickets go to. Raises FieldError where the first line has none."""
    found: dict[Tier, Queue] = {}
    for queue in Queue.objects.filter(contract=access.contract).order_by("pk"):
        found.setdefault(Tier(queue.tier), queue)
    if Tier.FIRST_LINE not in found:
        raise FieldError("queue", _("一次窓口の受付先がまだ設定されていません。管理者に連絡してください。"))
    return found


class _Desk:
    """What is the same for all tickets of a piece, asked for once."""

    def __init__(self, contract: Contract, queues: Mapping[Tier, Queue]) -> None:
        self.definitions = DefinitionsByDay(contract)
        self.plain = {**vars(Ticket()), "contract_id": contract.pk}
        self.queues = queues


def _built(desk: _Desk, each: BroughtTicket, fields: Sequence[CarriedFields], *, now: datetime) -> Ticket:
    """Return a ticket with its summary; its clocks' next moments only while it is open, as lists and warnings use."""
    queue = desk.queues.get(each.steps[-1].tier, desk.queues[Tier.FIRST_LINE])
    steps = [
        Step(number=number, at=step.at, fields=carried.with_act)
        for number, (step, carried) in enumerate(zip(each.steps, fields, strict=True), start=1)
    ]
    summary = summarise(steps)
    values = {
        **desk.plain, "kind": each.kind.value, "channel": each.channel.value,
        "category_id": each.category.pk if each.category else None,
        "priority": each.priority.value, "subject": each.subject, "text": each.text, "requester_id": each.requester.pk,
        "received_at": each.steps[0].at, "source": each.source, "queue_id": queue.pk, "activity_count": len(steps),
        "state": summary.state.value, "tier": summary.tier.value, "latest_at": summary.latest_at,
        "triaged_at": summary.triaged_at, "first_answered_at": summary.first_answered_at,
        "escalated_at": summary.escalated_at, "escalated_to": summary.escalated_to,
        "resolved_at": summary.resolved_at, "reopened_count": summary.reopened_count,
        "complaint_attribution": Attribution.UNDECIDED.value if each.kind is TicketKind.COMPLAINT else "",
    }  # fmt: skip
    # by place: an instance made by names costs twice as much
    ticket = Ticket(*[values[field.attname] for field in Ticket._meta.concrete_fields])  # documented
    has_waited = any(step.waits_for == ELSEWHERE for step in each.steps)
    if ticket.is_open or has_waited:
        definitions = desk.definitions.on(ticket.received_at.date())
        ticket.waiting_elsewhere_seconds = waiting_elsewhere(definitions=definitions, steps=steps, now=now)
        if ticket.is_open:
            set_due(ticket, definitions=definitions, steps=steps, now=now)
    return ticket


class _Carried:
    """What steps carry, made once for all those that carry the same."""

    def __init__(self, queues: Mapping[Tier, Queue]) -> None:
        self._queues = queues
        self._known: dict[tuple[object, ...], CarriedFields] = {}

    def by(self, each: BroughtTicket, step: BroughtStep) -> CarriedFields:
        category = each.category.pk if each.category else None
        asked = (
            each.kind, each.channel, each.priority, category, step.act, step.from_state, step.to_state, step.tier,
            step.visibility, step.waits_for,
        )  # fmt: skip
        found = self._known.get(asked)
        if found is None:
            fields = _fields(each, step, self._queues)
            found = CarriedFields({"act": step.act.value, **fields}, stored_json(fields))
            self._known[asked] = found
        return found


def _fields(each: BroughtTicket, step: BroughtStep, queues: Mapping[Tier, Queue]) -> Fields:
    """Return what a step carries, as an act at the desk would."""
    queue = queues.get(step.tier, queues[Tier.FIRST_LINE])
    fields: Fields = {
        "to_state": step.to_state.value, "tier": step.tier.value, "queue": queue.key, "kind": each.kind.value,
        "channel": each.channel.value, "priority": each.priority.value,
        "category": each.category.key if each.category else "", "visibility": step.visibility.value,
    }  # fmt: skip
    if step.from_state is not None:
        fields["from_state"] = step.from_state.value
    if step.waits_for:
        fields["waits_for"] = step.waits_for
    if step.act is Act.ESCALATE:
        fields["escalated_to"] = queue.key
    return fields


def _insert_tickets(access: Access, tickets: Sequence[Ticket], stored: StoredMoments, *, first: int) -> None:
    """Write tickets under the numbers from `first` on, and give them the keys that the database gave."""
    columns = [field for field in Ticket._meta.concrete_fields if not field.primary_key]  # documented
    names = [field.attname for field in columns]
    moments = {field.attname for field in columns if isinstance(field, DateTimeField)}
    for number, ticket in enumerate(tickets, start=first):
        ticket.number = number
    rows = (
        [stored[values[name]] if name in moments else values[name] for name in names]
        for values in (vars(ticket) for ticket in tickets)
    )
    insert_rows(table="desk_ticket", columns=[str(field.column) for field in columns], rows=rows)
    within = (first, first + len(tickets) - 1)
    found = Ticket.objects.filter(contract=access.contract, number__range=within).values_list("number", "pk")
    keys = dict(found)
    for ticket in tickets:
        ticket.pk = keys[ticket.number]


STEP_COLUMNS = ("ticket_id", "number", "act", "at", "recorded_at", "visibility", "text", "fields")


def _insert_steps(
    tickets: Iterable[tuple[Ticket, BroughtTicket, Sequence[CarriedFields]]], stored: StoredMoments, *, now: datetime
) -> None:
    rows = (
        (
            ticket.pk, number, step.act.value, stored[step.at], stored[now], step.visibility.value, step.text,
            carried.text,
        )
        for ticket, each, fields in tickets
        for number, (step, carried) in enumerate(zip(each.steps, fields, strict=True), start=1)
    )  # fmt: skip
    insert_rows(table="desk_activity", columns=STEP_COLUMNS, rows=rows)


@transaction.atomic
def take_back_tickets(*, access: Access, ticket_ids: Sequence[int], origin: str, now: datetime) -> int:
    """Remove tickets that were brought in and that nothing else points to; the caller has asked whether any changed.

    Raises ProtectedError of the database where something does.
    """
    access.require(Right.MANAGE)
    found = Ticket.objects.select_for_update(no_key=True).filter(contract=access.contract, pk__in=ticket_ids)
    numbers = sorted(found.values_list("number", flat=True))
    withdraw_texts(contract=access.contract, kind=TextKind.TICKET, object_ids=ticket_ids)
    for model in (Activity, Presence, Notice, TicketVendor):
        own = model._default_manager.filter(ticket_id__in=ticket_ids)  # of any model
        own._raw_delete(own.db)  # noqa: SLF001  # nothing hangs on these rows, and asking for each costs the most
    Ticket.objects.filter(contract=access.contract, pk__in=ticket_ids).delete()
    details = {
        "count": len(numbers),
        "first": numbers[0] if numbers else None,
        "last": numbers[-1] if numbers else None,
    }
    _note(access, "take_back_tickets", origin, details, now=now)
    return len(numbers)


def _note(access: Access, act: str, subject: str, details: Mapping[str, object], *, now: datetime) -> None:
    entry = Entry(act=act, subject=subject, details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
