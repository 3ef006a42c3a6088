"""Reads on tickets. Every one begins with what the person may see."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import Http404

from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import RoleKind, TicketState, Visibility
from madoguchi.desk.models import OPEN_STATES, Activity, Attachment, Queue, Ticket

FULL_SIGHT = frozenset(
    (RoleKind.OPERATOR, RoleKind.OPERATIONS_MANAGER, RoleKind.RESPONSIBLE_DIVISION, RoleKind.AUDITOR)
)


def sees_everything(access: Access) -> bool:
    return not FULL_SIGHT.isdisjoint(access.roles)


def visible_tickets(access: Access) -> QuerySet[Ticket]:
    """Return the tickets of the contract that a person may see: all, those passed to their firm, or their own."""
    tickets = Ticket.objects.filter(contract=access.contract)
    if sees_everything(access):
        return tickets
    own = Q(requester=access.person) | Q(watchers__person=access.person)
    if RoleKind.VENDOR in access.roles:
        own |= Q(vendors__organisation_id__in=access.organisations)
    return tickets.filter(pk__in=Ticket.objects.filter(own, contract=access.contract).values("pk"))


def ticket_by_number(*, access: Access, number: int) -> Ticket:
    """Return one ticket. Raises Http404 where it is not there or not for this person."""
    related = ("requester__organisation", "assignee", "queue", "category")
    ticket = visible_tickets(access).filter(number=number).select_related(*related).first()
    if ticket is None:
        raise Http404
    ticket.contract = access.contract
    return ticket


def visible_activities(*, access: Access, ticket: Ticket) -> QuerySet[Activity]:
    """Return the steps a person may read: inside all, a vendor its firm's part, the requester the public ones."""
    activities = ticket.activities.select_related("actor").order_by("at", "number")
    if sees_everything(access):
        return activities
    shown = Q(visibility=Visibility.PUBLIC.value)
    if RoleKind.VENDOR in access.roles and ticket.requester_id != access.person.pk:
        own = Queue.objects.filter(contract=access.contract, organisation_id__in=access.organisations)
        shown |= Q(fields__queue__in=list(own.values_list("key", flat=True)))
        shown |= Q(actor=access.person) | Q(actor__organisation_id__in=access.organisations)
    return activities.filter(shown)


def visible_attachments(*, access: Access, ticket: Ticket) -> QuerySet[Attachment]:
    attachments = ticket.attachments.order_by("pk")
    return attachments if sees_everything(access) else attachments.filter(visibility=Visibility.PUBLIC.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketFilter:
    """What a list of tickets is narrowed by; empty fields narrow nothing."""

    state: str = "open"
    queue: str = ""
    kind: str = ""
    channel: str = ""
    category: str = ""
    priority: str = ""
    assignee: str = ""
    requester: int | None = None
    due_before: datetime | None = None
    sort: str = "due"


ORDERS: dict[str, tuple[str, ...]] = {
    "newest": ("-number",),
    "oldest": ("number",),
    "latest": ("-latest_at", "-number"),
}


def filtered(tickets: QuerySet[Ticket], wanted: TicketFilter, *, person_id: int) -> QuerySet[Ticket]:
    """Return the tickets a filter leaves, in its order; by default what runs out first comes first."""
    tickets = _by_state(tickets, wanted.state)
    for field, value in (
        ("queue__key", wanted.queue), ("kind", wanted.kind), ("channel", wanted.channel),
        ("category__key", wanted.category), ("priority", wanted.priority), ("requester_id", wanted.requester),
        ("next_due_at__lt", wanted.due_before),
    ):  # fmt: skip
        if value:
            tickets = tickets.filter(**{field: value})
    if wanted.assignee == "me":
        tickets = tickets.filter(assignee_id=person_id)
    elif wanted.assignee == "nobody":
        tickets = tickets.filter(assignee__isnull=True)
    return _ordered(tickets, wanted.sort)


def _by_state(tickets: QuerySet[Ticket], state: str) -> QuerySet[Ticket]:
    if state == "open":
        # the same words as the partial indexes, so that they are used
        return tickets.filter(state__in=OPEN_STATES)
    return tickets.filter(state=state) if state in set(TicketState) else tickets


def _ordered(tickets: QuerySet[Ticket], sort: str) -> QuerySet[Ticket]:
    if sort in ORDERS:
        return tickets.order_by(*ORDERS[sort])
    return tickets.order_by("due_order_at", "-number")


def queues_of(access: Access) -> QuerySet[Queue]:
    queues = Queue.objects.filter(contract=access.contract).order_by("pk")
    if RoleKind.VENDOR in access.roles and not sees_everything(access):
        return queues.filter(Q(organisation_id__in=access.organisations))
    access.require(Right.SEE_TICKETS)
    return queues
