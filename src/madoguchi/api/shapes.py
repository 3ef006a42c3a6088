"""Tickets in the shape the API gives them."""

from datetime import datetime
from typing import Any

from madoguchi.contracts.access import Access
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.rules import Right
from madoguchi.desk.clocks import readings, steps_of
from madoguchi.desk.models import Ticket
from madoguchi.desk.queries import visible_activities


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def shape_of(ticket: Ticket) -> dict[str, Any]:
    """Return a ticket's columns; moments are ISO 8601 with their offset."""
    assignee = ticket.assignee
    return {
        "number": ticket.number, "reference": ticket.reference, "kind": ticket.kind, "channel": ticket.channel,
        "category": ticket.category.key if ticket.category else None, "priority": ticket.priority,
        "subject": ticket.subject, "state": ticket.state, "tier": ticket.tier, "queue": ticket.queue.key,
        "requester": {"id": ticket.requester.pk, "name": ticket.requester.name},
        "assignee": {"id": assignee.pk, "name": assignee.name} if assignee else None,
        "received_at": _moment(ticket.received_at), "first_answered_at": _moment(ticket.first_answered_at),
        "resolved_at": _moment(ticket.resolved_at), "due_at": _moment(ticket.next_due_at), "version": ticket.version,
    }  # fmt: skip


def detail_of(access: Access, ticket: Ticket, *, now: datetime) -> dict[str, Any]:
    """Return a ticket with the steps and clocks the person may read."""
    activities = [
        {
            "number": each.number, "act": each.act, "at": _moment(each.at), "recorded_at": _moment(each.recorded_at),
            "actor": each.actor.name if each.actor else None, "visibility": each.visibility, "text": each.text,
        }
        for each in visible_activities(access=access, ticket=ticket)
    ]  # fmt: skip
    clocks = _clocks(ticket, now=now) if access.may(Right.SEE_TICKETS) else []
    return shape_of(ticket) | {"text": ticket.text, "activities": activities, "clocks": clocks}


def _clocks(ticket: Ticket, *, now: datetime) -> list[dict[str, Any]]:
    definitions = definitions_on(contract=ticket.contract, day=ticket.received_at.date())
    labels = {each.id: each.label for each in definitions.clocks}
    steps = steps_of(ticket.activities.all())
    return [
        {
            "clock": each.definition, "label": labels[each.definition], "status": each.status.value,
            "spent": each.spent, "left": each.left, "due_at": _moment(each.due_at), "is_breached": each.is_breached,
        }
        for each in readings(definitions=definitions, steps=steps, now=now)
    ]  # fmt: skip
