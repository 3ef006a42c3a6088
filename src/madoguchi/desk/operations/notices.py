"""Warnings of clocks, sent to the right people in opening hours."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.db import transaction

from madoguchi.contracts.access import people_of
from madoguchi.contracts.definitions import definitions_on
from madoguchi.core.calendar.elapsed import elapsed_business_seconds
from madoguchi.core.calendar.hours import BusinessCalendar
from madoguchi.core.clocks.spec import ClockReading
from madoguchi.core.vocabulary import RoleKind, Tier
from madoguchi.desk.clocks import readings, set_due, steps_of
from madoguchi.desk.models import OPEN_STATES, Notice, Ticket
from madoguchi.people.models import Person

TOKYO = ZoneInfo("Asia/Tokyo")
LAST_CALL = Fraction(1)
BATCH = 500
BY_TIER = {
    Tier.FIRST_LINE: frozenset((RoleKind.OPERATOR,)),
    Tier.SECOND_LINE: frozenset((RoleKind.OPERATIONS_MANAGER,)),
    Tier.RESPONSIBLE_DIVISION: frozenset((RoleKind.RESPONSIBLE_DIVISION,)),
    Tier.VENDOR: frozenset((RoleKind.VENDOR,)),
}


def is_open_at(calendar: BusinessCalendar, moment: datetime) -> bool:
    """Return whether the desk is open in the second after a moment."""
    return elapsed_business_seconds(calendar=calendar, start=moment, end=moment + timedelta(seconds=1)) == 1


def send_due_warnings(*, now: datetime) -> int:
    """Send every warning whose moment has come, once each, and only while the desk is open. Returns how many."""
    waiting = Ticket.objects.filter(next_warning_at__lte=now, state__in=OPEN_STATES).order_by("next_warning_at", "pk")
    sent = 0
    for ticket in waiting.select_related("contract", "assignee", "queue")[:BATCH]:
        sent += _warn(ticket, now=now)
    return sent


@transaction.atomic
def _warn(ticket: Ticket, *, now: datetime) -> int:
    definitions = definitions_on(contract=ticket.contract, day=ticket.received_at.astimezone(TOKYO).date())
    if not is_open_at(definitions.promised.calendar, now):
        return 0
    steps = steps_of(ticket.activities.all())
    found = [
        Notice(
            ticket=ticket, person=person, kind="clock", clock=clock.definition, share=str(share),
            about_at=clock.cycles[-1].started_at, sent_at=now,
        )
        for clock in readings(definitions=definitions, steps=steps, now=now)
        for share, _ in _reached(clock, now)
        for person in _concerned(ticket, share=share, now=now)
    ]  # fmt: skip
    known = set(ticket.notices.values_list("person_id", "clock", "share", "about_at"))
    new = [each for each in found if (each.person_id, each.clock, each.share, each.about_at) not in known]
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    set_due(ticket, definitions=definitions, steps=steps, now=now)
    ticket.save(update_fields=["next_due_at", "due_order_at", "next_warning_at"])
    return len(new)


def _reached(clock: ClockReading, now: datetime) -> Iterator[tuple[Fraction, datetime]]:
    return ((share, at) for share, at in clock.warnings_at if at <= now)


def _concerned(ticket: Ticket, *, share: Fraction, now: datetime) -> list[Person]:
    """Return who is warned: whoever has the ticket, else its line; at the end of the allowance the managers too."""
    day = now.astimezone(TOKYO).date()
    if ticket.assignee is not None:
        people = [ticket.assignee]
    else:
        line = people_of(contract=ticket.contract, day=day, kinds=BY_TIER[Tier(ticket.tier)])
        if ticket.queue.organisation_id:
            line = line.filter(organisation_id=ticket.queue.organisation_id)
        people = list(line)
    if share >= LAST_CALL:
        managers = people_of(contract=ticket.contract, day=day, kinds=frozenset((RoleKind.OPERATIONS_MANAGER,)))
        people += [each for each in managers if each not in people]
    return people
