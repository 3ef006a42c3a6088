"""A contract's tickets as fact tables, for the measure."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime

from django.db.models import QuerySet

from madoguchi.contracts.models import Contract
from madoguchi.core.clocks.run import effective_activities
from madoguchi.core.events import Event
from madoguchi.core.vocabulary import Act, Attribution, TicketKind
from madoguchi.desk.clocks import steps_of
from madoguchi.desk.models import Activity, Ticket, reference_of

SYSTEM = "madoguchi"
CHUNK = 2_000


def matters(contract: Contract, *, only: Collection[int] | None = None) -> QuerySet[Ticket]:
    """Return a contract's tickets, `only` some of them by their keys; those merged into another are the same matter."""
    found = Ticket.objects.filter(contract=contract, merged_into__isnull=True).order_by("pk")
    return found if only is None else found.filter(pk__in=only)


def ticket_events(contract: Contract, *, key: str, only: Collection[int] | None = None) -> Iterator[Event]:
    """Yield a row a ticket."""
    tickets = matters(contract, only=only)
    for each in tickets.select_related("category").iterator(chunk_size=CHUNK):
        yield {
            "contract": key, "source": f"{SYSTEM}:ticket:{each.number}", "source_file": SYSTEM,
            "reference": each.reference, "kind": each.kind, "channel": each.channel,
            "category": each.category.key if each.category else None, "priority": each.priority,
            "received_at": each.received_at, "detected_at": each.detected_at, "triaged_at": each.triaged_at,
            "first_answered_at": each.first_answered_at, "escalated_at": each.escalated_at,
            "escalated_to": each.escalated_to or None, "vendor_contacted_at": each.vendor_contacted_at,
            "progress_reported_at": each.progress_reported_at, "resolved_at": each.resolved_at,
            "due_at": each.next_due_at, "agreed_due_at": each.agreed_due_at,
            "waiting_elsewhere_seconds": each.waiting_elsewhere_seconds, "reopened_count": each.reopened_count,
            "reassigned_count": each.reassigned_count,
            "resolved_by_first_line": each.resolved_at is not None and each.escalated_at is None,
            "handed_over": each.handed_over, "excluded": each.is_excluded,
            "exclusion_reason": each.exclusion_reason or None if each.is_excluded else None,
        }  # fmt: skip


def complaint_events(contract: Contract, *, key: str, only: Collection[int] | None = None) -> Iterator[Event]:
    """Yield a row a complaint: a ticket of that kind, or one in which a complaint was recorded."""
    tickets = matters(contract, only=only).exclude(complaint_attribution="")
    for each in tickets.iterator(chunk_size=CHUNK):
        yield {
            "contract": key, "source": f"{SYSTEM}:complaint:{each.number}", "source_file": SYSTEM,
            "at": complained_at(each), "attributable": each.complaint_attribution == Attribution.SUPPLIER,
            "summary": each.subject,
        }  # fmt: skip


def complained_at(ticket: Ticket) -> datetime:
    """Return when a complaint was made: its recording's business moment, or the receipt of a complaint."""
    if ticket.kind == TicketKind.COMPLAINT:
        return ticket.received_at
    recorded = ticket.activities.filter(act=Act.COMPLAIN.value).order_by("number").values_list("at", flat=True).first()
    return recorded or ticket.received_at


def activity_events(contract: Contract, *, key: str, only: Collection[int] | None = None) -> Iterator[Event]:
    """Yield a row a step, corrected steps as corrected."""
    tickets = Ticket.objects.filter(contract=contract).order_by("pk").only("pk", "number")
    if only is not None:
        tickets = tickets.filter(pk__in=only)
    for ticket in tickets.prefetch_related("activities").iterator(chunk_size=CHUNK):
        stored: list[Activity] = list(ticket.activities.all())
        for step in effective_activities(steps_of(stored)):
            yield {
                "contract": key, "source": f"{SYSTEM}:activity:{ticket.number}-{step.number}", "source_file": SYSTEM,
                "at": step.at, "ticket": ticket.reference, "act": step.fields.get("act"),
                "from_state": step.fields.get("from_state"), "to_state": step.fields.get("to_state"),
                "actor": f"person:{step.fields.get('actor')}", "tier": step.fields.get("tier"),
            }  # fmt: skip


TABLES = {
    "tickets": ticket_events,
    "activities": activity_events,
    "complaints": complaint_events,
}


def sources_of(kind: str) -> Callable[[Iterable[int]], tuple[str, list[str]]]:
    """Return what gives, for the numbers of some tickets, the column and the values that pick their rows of a kind."""
    return lambda numbers: ("source", [f"{SYSTEM}:{kind}:{number}" for number in numbers])


# by table, how the rows of some tickets are found that are to be written anew
RENEWED = {
    "tickets": sources_of("ticket"),
    "complaints": sources_of("complaint"),
    "activities": lambda numbers: ("ticket", [reference_of(number) for number in numbers]),
}
