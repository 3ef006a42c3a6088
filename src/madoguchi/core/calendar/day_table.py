"""A calendar day by day, with what has gone before: the table business time is read from."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from threading import Lock

from madoguchi.core.calendar.hours import BusinessCalendar, Interval

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class DayRow:
    """One local day. `day_number` counts from 1970-01-01; sums count from the table's first day.

    open_day_count includes the day itself; open_seconds_before does not; closing_second is 0 on a closed day.
    """

    day_number: int
    is_open: bool
    open_day_count: int
    open_seconds_before: int
    intervals: tuple[Interval, ...]
    closing_second: int


def day_table(*, calendar: BusinessCalendar, first_date: date, end_date: date) -> tuple[DayRow, ...]:
    """Return the days from `first_date` until before `end_date`."""
    days = CalendarDays(calendar=calendar, first_number=(first_date - EPOCH).days)
    days.reach((end_date - EPOCH).days - 1)
    return tuple(days.rows[: max(0, (end_date - first_date).days)])


@dataclass(kw_only=True)
class CalendarDays:
    """The rows of a calendar from a first day on, made a year at a time as far as anybody has asked."""

    calendar: BusinessCalendar
    first_number: int
    rows: list[DayRow] = field(default_factory=list)
    # threads share the table: two that add to it at once would each add the same day, and every later one is wrong
    growing: Lock = field(default_factory=Lock, repr=False, compare=False)

    def row(self, number: int) -> DayRow:
        self.reach(number)
        return self.rows[number - self.first_number]

    def reach(self, number: int) -> None:
        if self.first_number + len(self.rows) > number:
            return
        with self.growing:
            while self.first_number + len(self.rows) <= number:
                self._append()

    def _append(self) -> None:
        number = self.first_number + len(self.rows)
        hours = self.calendar.hours_on(EPOCH + timedelta(days=number))
        before = self.rows[-1] if self.rows else None
        self.rows.append(
            DayRow(
                day_number=number,
                is_open=bool(hours),
                open_day_count=(before.open_day_count if before else 0) + bool(hours),
                open_seconds_before=before.open_seconds_before + day_seconds(before) if before else 0,
                intervals=hours,
                closing_second=hours[-1].end if hours else 0,
            )
        )


def day_seconds(row: DayRow) -> int:
    return sum(each.end - each.start for each in row.intervals)


@lru_cache(maxsize=512)
def calendar_days(calendar: BusinessCalendar, first_year: int) -> CalendarDays:
    """Return the kept days of a calendar from 1 January of a year on."""
    return CalendarDays(calendar=calendar, first_number=(date(first_year, 1, 1) - EPOCH).days)


def row_with_open_count(days: CalendarDays, count: int, *, limit: int) -> DayRow | None:
    """Return the first day whose open-day count reaches `count`, looking at most `limit` days ahead."""
    return _first(days, count, limit=limit, key=lambda row: row.open_day_count)


def row_with_open_seconds(days: CalendarDays, seconds: int, *, limit: int) -> DayRow | None:
    """Return the first day at whose end at least `seconds` open seconds have gone by."""
    return _first(days, seconds, limit=limit, key=lambda row: row.open_seconds_before + day_seconds(row))


def _first(days: CalendarDays, wanted: int, *, limit: int, key: Callable[[DayRow], int]) -> DayRow | None:
    start = len(days.rows)
    while (not days.rows or key(days.rows[-1]) < wanted) and len(days.rows) - start < limit:
        days.reach(days.first_number + len(days.rows))
    index = bisect_right(days.rows, wanted - 1, key=key)
    return days.rows[index] if index < len(days.rows) else None
