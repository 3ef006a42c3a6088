"""The tables a query may name, as unbound Ibis tables: fact tables and the calendar's days."""

import hashlib
from datetime import date
from functools import lru_cache
from typing import Any

import ibis

from madoguchi.core.calendar.day_table import EPOCH, DayRow, day_table
from madoguchi.core.calendar.hours import DAY_SECONDS, BusinessCalendar
from madoguchi.core.events import FACT_TABLES, ColumnKind

FIRST_DAY = date(2000, 1, 1)
END_DAY = date(2031, 1, 1)
FIRST_NUMBER = (FIRST_DAY - EPOCH).days
FINAL_NUMBER = (END_DAY - EPOCH).days - 1
# days that no moment lies in: a join finds them for a moment beyond the calendar's years, and for a missing one
BEYOND_NUMBER = FIRST_NUMBER - 1
MISSING_NUMBER = FIRST_NUMBER - 2
IBIS_TYPES = {
    ColumnKind.TEXT: "string",
    ColumnKind.INTEGER: "int64",
    ColumnKind.SECONDS: "int64",
    ColumnKind.MILLISECONDS: "int64",
    ColumnKind.FLAG: "boolean",
    ColumnKind.MOMENT: "int64",
}


def fact_table(name: str) -> Any:  # noqa: ANN401  # Ibis is not typed
    """Return a fact table with the types it is stored in."""
    return ibis.table({column.name: IBIS_TYPES[column.kind] for column in FACT_TABLES[name].columns}, name=name)


def interval_count(calendar: BusinessCalendar) -> int:
    """Return the most intervals any day of the calendar has."""
    hours = (*calendar.weekday_hours, *(each.hours for each in calendar.exceptions))
    return max(1, *(len(each) for each in hours))


@lru_cache(maxsize=256)
def calendar_name(calendar: BusinessCalendar) -> str:
    """Return a table name that changes with anything the calendar says."""
    text = repr((calendar.zone, calendar.weekday_hours, calendar.exceptions, calendar.observes_year_end))
    text += repr(calendar.observes_national_holidays)
    return "calendar_" + hashlib.sha256(text.encode()).hexdigest()[:16]


def calendar_columns(calendar: BusinessCalendar) -> tuple[str, ...]:
    edges = [f"{edge}{number}" for number in range(interval_count(calendar)) for edge in ("opens_at", "closes_at")]
    return ("day_number", "open_day_count", "gone_base", "closing_at", "open_seconds", *edges)


def calendar_table(calendar: BusinessCalendar) -> Any:  # noqa: ANN401  # Ibis is not typed
    """Return the calendar's days: one row a local day, whole numbers only, moments in epoch seconds.

    The open seconds gone by at a moment of the day are `gone_base` and, for each interval, the moment held between
    the interval's ends: so a query only compares and adds, and takes no moment apart.
    """
    return ibis.table(dict.fromkeys(calendar_columns(calendar), "int64"), name=calendar_name(calendar))


@lru_cache(maxsize=64)
def calendar_rows(calendar: BusinessCalendar) -> tuple[tuple[int, ...], ...]:
    """Return the rows of the calendar's table, 2000 to 2030; an interval that a day lacks has no length."""
    days = day_table(calendar=calendar, first_date=FIRST_DAY, end_date=END_DAY)
    return tuple(_row(day, calendar) for day in days)


def joined_rows(calendar: BusinessCalendar) -> tuple[tuple[int, ...], ...]:
    """Return the rows that queries join: the calendar's, and two empty ones for what has no day in it."""
    rest = [0] * (len(calendar_columns(calendar)) - 1)
    return ((MISSING_NUMBER, *rest), (BEYOND_NUMBER, *rest), *calendar_rows(calendar))


def _row(day: DayRow, calendar: BusinessCalendar) -> tuple[int, ...]:
    begins_at = day.day_number * DAY_SECONDS - calendar.utc_offset_seconds
    lacking = interval_count(calendar) - len(day.intervals)
    intervals = [(begins_at + each.start, begins_at + each.end) for each in day.intervals]
    intervals += [(begins_at, begins_at)] * lacking
    base = day.open_seconds_before - sum(opens_at for opens_at, _ in intervals)
    open_seconds = sum(closes_at - opens_at for opens_at, closes_at in intervals)
    head = (day.day_number, day.open_day_count, base, begins_at + day.closing_second, open_seconds)
    return (*head, *(edge for interval in intervals for edge in interval))
