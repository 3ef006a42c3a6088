"""Tickets in the shape the API gives them."""

from datetime import datetime
from typing import Any

from madoguchi.contracts.access import Access
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.rules import Right
from madoguchi.desk.clocks import readings, steps_of
from madoguchi.desk.models import Attachment, Ticket
from madoguchi.desk.queries import (
    child_tickets,
    linked_tickets,
    visible_activities,
    visible_attachments,
    visible_tickets,
)


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
            "corrects": each.corrects,
        }
        for each in visible_activities(access=access, ticket=ticket)
    ]  # fmt: skip
    clocks = _clocks(ticket, now=now) if access.may(Right.SEE_TICKETS) else []
    return shape_of(ticket) | {
        "text": ticket.text, "activities": activities, "clocks": clocks,
        "parent": _seen(access, ticket.parent_id), "merged_into": _seen(access, ticket.merged_into_id),
        "children": [_reference(each) for each in child_tickets(access=access, ticket=ticket)],
        "links": [
            {"kind": each.kind, "ticket": _reference(each.other), "is_from_other": each.is_from_other}
            for each in linked_tickets(access=access, ticket=ticket)
        ],
        "files": [file_shape(each) for each in visible_attachments(access=access, ticket=ticket)],
        "is_watching": ticket.watchers.filter(person=access.person).exists(),
    }  # fmt: skip


def file_shape(file: Attachment) -> dict[str, Any]:
    return {
        "id": file.pk, "name": file.name, "media_type": file.media_type, "size": file.size, "sha256": file.sha256,
        "visibility": file.visibility, "activity": file.activity_number,
    }  # fmt: skip


def _reference(ticket: Ticket) -> dict[str, Any]:
    return {"number": ticket.number, "reference": ticket.reference, "subject": ticket.subject}


def _seen(access: Access, ticket_id: int | None) -> dict[str, Any] | None:
    """Return another ticket's reference, None where the person does not see it."""
    found = visible_tickets(access).filter(pk=ticket_id).first() if ticket_id else None
    return _reference(found) if found else None


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
