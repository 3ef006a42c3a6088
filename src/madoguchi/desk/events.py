"""A contract's tickets as fact tables, for the measure."""

from collections.abc import Iterator
from datetime import datetime

from madoguchi.contracts.models import Contract
from madoguchi.core.clocks.run import effective_activities
from madoguchi.core.events import Event
from madoguchi.core.vocabulary import Act, Attribution, TicketKind
from madoguchi.desk.clocks import steps_of
from madoguchi.desk.models import Activity, Ticket

SYSTEM = "madoguchi"
CHUNK = 2_000


def ticket_events(contract: Contract, *, key: str) -> Iterator[Event]:
    """Yield a row a ticket; those merged into another are the same matter and are left out."""
    tickets = Ticket.objects.filter(contract=contract, merged_into__isnull=True).order_by("pk")
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


def complaint_events(contract: Contract, *, key: str) -> Iterator[Event]:
    """Yield a row a complaint: a ticket of that kind, or one in which a complaint was recorded."""
    tickets = Ticket.objects.filter(contract=contract, merged_into__isnull=True).exclude(complaint_attribution="")
    for each in tickets.order_by("pk").iterator(chunk_size=CHUNK):
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


def activity_events(contract: Contract, *, key: str) -> Iterator[Event]:
    """Yield a row a step, corrected steps as corrected."""
    tickets = Ticket.objects.filter(contract=contract).order_by("pk").only("pk", "number")
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
