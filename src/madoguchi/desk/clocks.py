"""A ticket's clocks, read from its activities at a moment; nothing of them is stored as truth."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from madoguchi.contracts.definitions import Definitions
from madoguchi.core.calendar.elapsed import elapsed_business_seconds
from madoguchi.core.clocks.run import effective_activities, read_clock
from madoguchi.core.clocks.spec import Activity as Step
from madoguchi.core.clocks.spec import ClockReading, ClockStatus
from madoguchi.core.vocabulary import TicketState
from madoguchi.desk.models import NEVER, Activity, Ticket

CARRIED = ("kind", "channel", "category", "priority")


def steps_of(activities: Iterable[Activity]) -> list[Step]:
    """Return stored activities as the clocks read them."""
    return [
        Step(
            number=each.number, at=each.at, corrects=each.corrects,
            fields={"act": each.act, "visibility": each.visibility, "actor": str(each.actor_id or ""), **each.fields},
        )
        for each in activities
    ]  # fmt: skip


def readings(*, definitions: Definitions, steps: Sequence[Step], now: datetime) -> tuple[ClockReading, ...]:
    """Return every clock of the contract that ever started on these steps, the one that runs out first in front."""
    calendar = definitions.promised.calendar
    found = [read_clock(definition=clock, activities=steps, calendar=calendar, now=now) for clock in definitions.clocks]
    started = [each for each in found if each.status is not ClockStatus.NOT_STARTED]
    return tuple(sorted(started, key=lambda each: (each.due_at is None, each.due_at, each.definition)))


def set_due(ticket: Ticket, *, definitions: Definitions, steps: Sequence[Step], now: datetime) -> None:
    """Keep when the ticket's first clock runs out and when it next warns, for sorting and for the scheduler."""
    running = [each for each in readings(definitions=definitions, steps=steps, now=now) if each.due_at is not None]
    agreed = [ticket.agreed_due_at] if ticket.agreed_due_at and ticket.is_open else []
    ticket.next_due_at = min((*agreed, *(each.due_at for each in running if each.due_at)), default=None)
    ticket.due_order_at = ticket.next_due_at or NEVER
    warnings = [at for each in running for _, at in each.warnings_at if at > now]
    ticket.next_warning_at = min(warnings, default=None)


def waiting_elsewhere(*, definitions: Definitions, steps: Sequence[Step], now: datetime) -> int:
    """Return the seconds of opening hours that a ticket waited for others than the requester and the desk."""
    total, since = 0, None
    for step in effective_activities(steps):
        state = step.fields.get("to_state")
        if state == TicketState.WAITING_ELSEWHERE and since is None:
            since = step.at
        elif state and state != TicketState.WAITING_ELSEWHERE and since is not None:
            total += elapsed_business_seconds(calendar=definitions.promised.calendar, start=since, end=step.at)
            since = None
    if since is not None:
        total += elapsed_business_seconds(calendar=definitions.promised.calendar, start=since, end=max(since, now))
    return total
