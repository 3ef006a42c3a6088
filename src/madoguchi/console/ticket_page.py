"""What the page of a ticket shows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from madoguchi.console.queries import desk_people
from madoguchi.contracts.access import Access
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.rules import Right
from madoguchi.core.clocks.spec import ClockDefinition, ClockReading
from madoguchi.core.vocabulary import Attribution, LinkKind, Priority, TicketKind
from madoguchi.desk.clocks import readings, steps_of
from madoguchi.desk.macros import filled
from madoguchi.desk.models import Activity, AnswerTemplate, Category, Macro, Queue, Ticket
from madoguchi.desk.queries import (
    child_tickets,
    linked_tickets,
    sees_everything,
    visible_activities,
    visible_attachments,
    visible_tickets,
)
from madoguchi.knowledge.queries import found_articles
from madoguchi.mail.queries import mails_of, outgoing_of

SUGGESTED = 3
OTHERS = 8


def ticket_context(access: Access, ticket: Ticket, *, now: datetime) -> dict[str, Any]:
    """Return everything the page of a ticket shows to this person."""
    activities = list(visible_activities(access=access, ticket=ticket))
    works, is_inside = access.may(Right.RECEIVE), sees_everything(access)
    all_activities = activities if is_inside else ticket.activities.all()
    return {
        "ticket": ticket,
        "activities": activities,
        "clocks": clocks_of(ticket, all_activities, now=now) if access.may(Right.SEE_TICKETS) else [],
        "attachments": visible_attachments(access=access, ticket=ticket),
        "mails": mails_of(access, ticket), "outgoing": outgoing_of(access, ticket),
        "links": linked_tickets(access=access, ticket=ticket),
        "children": child_tickets(access=access, ticket=ticket),
        "others": other_tickets(access, ticket),
        "articles": found_articles(access=access, query=ticket.subject, limit=SUGGESTED)[0] if works else [],
        "used": {each.article_id for each in ticket.article_uses.all()} if works else set(),
        "templates": filled_templates(access, ticket) if works else [],
        "macros": Macro.objects.filter(contract=access.contract).order_by("name") if works else [],
        "queues": Queue.objects.filter(contract=access.contract).order_by("pk"),
        "people": desk_people(access) if works else [],
        "categories": Category.objects.filter(contract=access.contract).order_by("name") if works else [],
        "kinds": tuple(TicketKind), "priorities": tuple(Priority), "attributions": tuple(Attribution),
        "link_kinds": tuple(LinkKind),
        "now": now, "is_inside": is_inside,
    }  # fmt: skip


def filled_templates(access: Access, ticket: Ticket) -> list[tuple[AnswerTemplate, str]]:
    """Return the contract's answer templates with their texts as they read for a ticket."""
    known = AnswerTemplate.objects.filter(contract=access.contract).order_by("name")
    return [(each, filled(each.text, ticket=ticket, person=access.person)) for each in known]


def clocks_of(
    ticket: Ticket, activities: Iterable[Activity], *, now: datetime
) -> list[tuple[ClockDefinition, ClockReading]]:
    """Return the ticket's clocks as they stand now, with their definitions."""
    definitions = definitions_on(contract=ticket.contract, day=ticket.received_at.date())
    by_id = {each.id: each for each in definitions.clocks}
    steps = steps_of(activities)
    return [(by_id[each.definition], each) for each in readings(definitions=definitions, steps=steps, now=now)]


def other_tickets(access: Access, ticket: Ticket) -> list[Ticket]:
    """Return the requester's other tickets, the latest first."""
    own = visible_tickets(access).filter(requester=ticket.requester_id).exclude(pk=ticket.pk)
    return list(own.order_by("-number").only("number", "subject", "state")[:OTHERS])
