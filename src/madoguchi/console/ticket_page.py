"""What the page of a ticket shows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone

from madoguchi.console.queries import workers_on
from madoguchi.contracts.access import Access
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.rules import Right
from madoguchi.core.clocks.spec import ClockDefinition, ClockReading
from madoguchi.core.vocabulary import Attribution, LinkKind, Priority, TicketKind
from madoguchi.desk.choices import categories_in, macros_in, queues_in, templates_in
from madoguchi.desk.clocks import readings, steps_of
from madoguchi.desk.macros import filled
from madoguchi.desk.models import Activity, AnswerTemplate, Ticket
from madoguchi.desk.queries import (
    activities_of,
    articles_used,
    child_tickets,
    linked_tickets,
    other_tickets,
    sees_everything,
    visible_activities,
    visible_attachments,
)
from madoguchi.knowledge.queries import found_articles
from madoguchi.mail.queries import mails_of, outgoing_of
from madoguchi.works.queries import application_of

SUGGESTED = 3


def ticket_context(access: Access, ticket: Ticket, *, now: datetime) -> dict[str, Any]:
    """Return everything the page of a ticket shows to this person."""
    activities = visible_activities(access=access, ticket=ticket)
    works, is_inside = access.may(Right.RECEIVE), sees_everything(access)
    all_activities = activities if is_inside else activities_of(ticket.pk)
    return {
        "ticket": ticket,
        "activities": activities,
        "clocks": clocks_of(ticket, all_activities, now=now) if access.may(Right.SEE_TICKETS) else [],
        "attachments": visible_attachments(access=access, ticket=ticket),
        "mails": mails_of(access, ticket), "outgoing": outgoing_of(access, ticket),
        "links": linked_tickets(access=access, ticket=ticket),
        "children": child_tickets(access=access, ticket=ticket),
        "others": other_tickets(access=access, ticket=ticket),
        "articles": found_articles(access=access, query=ticket.subject, limit=SUGGESTED)[0] if works else [],
        "used": set(articles_used(ticket.pk)) if works else set(),
        "templates": filled_templates(access, ticket) if works else [],
        "macros": macros_in(access.contract.pk) if works else [],
        "queues": queues_in(access.contract.pk),
        "people": workers_on(access.contract.pk, timezone.localdate(now)) if works else [],
        "categories": categories_in(access.contract.pk) if works else [],
        "kinds": tuple(TicketKind), "priorities": tuple(Priority), "attributions": tuple(Attribution),
        "link_kinds": tuple(LinkKind),
        "application": application_of(ticket) if is_inside else None,
        "now": now, "is_inside": is_inside,
    }  # fmt: skip


def filled_templates(access: Access, ticket: Ticket) -> list[tuple[AnswerTemplate, str]]:
    """Return the contract's answer templates with their texts as they read for a ticket."""
    known = templates_in(access.contract.pk)
    return [(each, filled(each.text, ticket=ticket, person=access.person)) for each in known]


def clocks_of(
    ticket: Ticket, activities: Iterable[Activity], *, now: datetime
) -> list[tuple[ClockDefinition, ClockReading]]:
    """Return the ticket's clocks as they stand now, with their definitions."""
    definitions = definitions_on(contract=ticket.contract, day=ticket.received_at.date())
    by_id = {each.id: each for each in definitions.clocks}
    steps = steps_of(activities)
    return [(by_id[each.definition], each) for each in readings(definitions=definitions, steps=steps, now=now)]
