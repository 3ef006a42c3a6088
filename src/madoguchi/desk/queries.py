"""Reads on tickets. Every one begins with what the person may see."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import LinkKind, RoleKind, TicketState, Visibility
from madoguchi.desk.choices import queues_in
from madoguchi.desk.models import OPEN_STATES, Activity, ArticleUse, Attachment, Queue, Ticket, TicketLink
from madoguchi.prepared.queries import prepared

SHOWN_WITH = ("requester__organisation", "assignee", "queue", "category")
OTHERS = 8  # of a requester's other tickets
PERSON = re.compile(r"[0-9]{1,15}")
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
    if sees_everything(access):
        found = _ticket_numbered(access.contract.pk, number)
    else:
        found = list(visible_tickets(access).filter(number=number).select_related(*SHOWN_WITH))
    if not found:
        raise Http404
    found[0].contract = access.contract
    return found[0]


@prepared
def _ticket_numbered(contract_id: int, number: int) -> QuerySet[Ticket]:
    return Ticket.objects.filter(contract=contract_id, number=number).select_related(*SHOWN_WITH)


def visible_activities(*, access: Access, ticket: Ticket) -> list[Activity]:
    """Return the steps a person may read: inside all, a vendor its firm's part, the requester the public ones."""
    if sees_everything(access):
        return activities_of(ticket.pk)
    activities = ticket.activities.select_related("actor").order_by("at", "number")
    shown = Q(visibility=Visibility.PUBLIC.value)
    if RoleKind.VENDOR in access.roles and ticket.requester_id != access.person.pk:
        own = Queue.objects.filter(contract=access.contract, organisation_id__in=access.organisations)
        shown |= Q(fields__queue__in=list(own.values_list("key", flat=True)))
        shown |= Q(actor=access.person) | Q(actor__organisation_id__in=access.organisations)
    return list(activities.filter(shown))


@prepared
def activities_of(ticket_id: int) -> QuerySet[Activity]:
    return Activity.objects.filter(ticket=ticket_id).select_related("actor").order_by("at", "number")


@prepared
def articles_used(ticket_id: int) -> QuerySet[ArticleUse, int]:
    """Return the keys of the articles a ticket was answered from."""
    return ArticleUse.objects.filter(ticket=ticket_id).values_list("article", flat=True)


def visible_attachments(*, access: Access, ticket: Ticket) -> list[Attachment]:
    """Return a ticket's files that a person may open, in the order they came."""
    found, is_inside = _attachments_of(ticket.pk), sees_everything(access)
    return [each for each in found if is_inside or each.visibility == Visibility.PUBLIC.value]


@prepared
def _attachments_of(ticket_id: int) -> QuerySet[Attachment]:
    return Attachment.objects.filter(ticket=ticket_id).order_by("pk")


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenLink:
    """A link between a ticket and another; `is_from_other`: it leads from the other ticket to this one."""

    kind: LinkKind
    other: Ticket
    is_from_other: bool


def linked_tickets(*, access: Access, ticket: Ticket) -> list[SeenLink]:
    """Return a ticket's links with tickets that the person may see; two related tickets are related once."""
    links = _links_of(ticket.pk)
    others = {each.pk: each.other_id if each.ticket_id == ticket.pk else each.ticket_id for each in links}
    # asked by key: both directions in one question would have an engine read every ticket of the contract
    seen = visible_tickets(access).in_bulk(others.values()) if others else {}
    found: dict[tuple[str, int, bool], SeenLink] = {}
    for each in links:
        other = seen.get(others[each.pk])
        if other is None:
            continue
        is_from_other = each.ticket_id != ticket.pk and each.kind != LinkKind.RELATED
        link = SeenLink(kind=LinkKind(each.kind), other=other, is_from_other=is_from_other)
        found.setdefault((each.kind, other.pk, is_from_other), link)
    return list(found.values())


@prepared
def _links_of(ticket_id: int) -> QuerySet[TicketLink]:
    return TicketLink.objects.filter(Q(ticket=ticket_id) | Q(other=ticket_id)).order_by("pk")


def child_tickets(*, access: Access, ticket: Ticket) -> list[Ticket]:
    if sees_everything(access):
        return _children_of(access.contract.pk, ticket.pk)
    return list(_named(visible_tickets(access).filter(parent=ticket)))


@prepared
def _children_of(contract_id: int, ticket_id: int) -> QuerySet[Ticket]:
    return _named(Ticket.objects.filter(contract=contract_id, parent=ticket_id))


def other_tickets(*, access: Access, ticket: Ticket) -> list[Ticket]:
    """Return the requester's latest other tickets, the last first."""
    found = _seen_of(access, ticket.requester_id)
    return [each for each in found if each.pk != ticket.pk][:OTHERS]


def latest_tickets_of(*, access: Access, requester_id: int) -> list[Ticket]:
    """Return a requester's latest tickets, the last first."""
    return _seen_of(access, requester_id)[:OTHERS]


def _seen_of(access: Access, requester_id: int) -> list[Ticket]:
    if sees_everything(access):
        return _latest_of(access.contract.pk, requester_id)
    return list(latest_of_requester(visible_tickets(access), requester_id))


@prepared
def _latest_of(contract_id: int, requester_id: int) -> QuerySet[Ticket]:
    return latest_of_requester(Ticket.objects.filter(contract=contract_id), requester_id)


def latest_of_requester(tickets: QuerySet[Ticket], requester_id: int) -> QuerySet[Ticket]:
    """Return one more than are shown: one of them may be the ticket that is looked at."""
    return _named(tickets.filter(requester=requester_id)).order_by("-number")[: OTHERS + 1]


def _named(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    return tickets.order_by("number").only("number", "subject", "state")


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskCounts:
    """The desk at a glance: what is open, and what came and went today."""

    open: int
    late: int
    soon: int
    nobody: int
    today: int
    resolved: int


def desk_counts(*, access: Access, now: datetime) -> DeskCounts:
    """Count the tickets a person may see: open ones, those late or due within an hour, and today's."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    tickets = visible_tickets(access)
    counts = tickets.filter(state__in=OPEN_STATES).aggregate(
        open=Count("pk"), late=Count("pk", filter=Q(next_due_at__lt=now)),
        soon=Count("pk", filter=Q(next_due_at__gte=now, next_due_at__lt=now + timedelta(hours=1))),
        nobody=Count("pk", filter=Q(assignee__isnull=True)),
    )  # fmt: skip
    return DeskCounts(
        **counts,
        today=tickets.filter(received_at__gte=midnight).count(),
        resolved=tickets.filter(resolved_at__gte=midnight, state=TicketState.RESOLVED.value).count(),
    )


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
    elif PERSON.fullmatch(wanted.assignee):
        tickets = tickets.filter(assignee_id=int(wanted.assignee))
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


def queues_of(access: Access) -> list[Queue]:
    """Return the queues a person may look through: a vendor those of its firm, inside all."""
    queues = queues_in(access.contract.pk)
    if RoleKind.VENDOR in access.roles and not sees_everything(access):
        return [each for each in queues if each.organisation_id in access.organisations]
    access.require(Right.SEE_TICKETS)
    return queues
