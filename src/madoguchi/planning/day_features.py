"""What is known of a day beforehand: weekday, the day after a closed one, the month's turn, announced events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from madoguchi.core.calendar.hours import BusinessCalendar
from madoguchi.planning.chance import Array

SUNDAY = 6
EDGE_DAYS = 3
SEARCH_DAYS = 12
TURN_FIRST, TURN_FINAL = (3, 20), (4, 12)
MONTH_NAMES = ("month begins", "month ends", "fiscal year turns")
CALENDAR_NAMES = (
    *(f"weekday {number}" for number in range(SUNDAY + 1)), "after a closed day", "after two closed working days",
    *MONTH_NAMES,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class AnnouncedEvent:
    """Something that makes people call, with its kind (a release, personnel changes, a Diet session) and days."""

    kind: str
    start_date: date
    days: int = 5


def day_features(
    *, days: Sequence[date], calendar: BusinessCalendar, events: Sequence[AnnouncedEvent] = ()
) -> tuple[tuple[str, ...], Array]:
    """Return names and values (0 or 1) of what marks each day; an event marks each of its days on its own."""
    kinds = sorted({(each.kind, number) for each in events for number in range(each.days)})
    names = (*CALENDAR_NAMES, *(f"{kind} day {number + 1}" for kind, number in kinds))
    rows = [[*_calendar_row(day, calendar), *_event_row(day, events, kinds)] for day in days]
    return names, np.array(rows, dtype=np.float64).reshape(len(days), len(names))


@lru_cache(maxsize=8192)  # a rolling evaluation asks for the same days again and again
def _calendar_row(day: date, calendar: BusinessCalendar) -> tuple[bool, ...]:
    before = [day - timedelta(days=number) for number in range(1, SEARCH_DAYS)]
    closed = []
    for each in before:
        if calendar.is_open_day(each):
            break
        closed.append(each)
    closed_working_days = sum(each.weekday() < SUNDAY - 1 for each in closed)
    return (
        *(day.weekday() == number for number in range(SUNDAY + 1)),
        bool(closed),
        closed_working_days > 1,
        _open_days(day.replace(day=1), day, calendar) < EDGE_DAYS,
        _open_days(day + timedelta(days=1), _next_month(day), calendar) < EDGE_DAYS,
        (day.month, day.day) >= TURN_FIRST and (day.month, day.day) <= TURN_FINAL,
    )


def _open_days(first: date, end: date, calendar: BusinessCalendar) -> int:
    return sum(calendar.is_open_day(first + timedelta(days=number)) for number in range((end - first).days))


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _event_row(day: date, events: Sequence[AnnouncedEvent], kinds: Sequence[tuple[str, int]]) -> list[bool]:
    marked = {(each.kind, (day - each.start_date).days) for each in events}
    return [each in marked for each in kinds]
