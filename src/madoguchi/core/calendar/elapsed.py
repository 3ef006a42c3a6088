"""Business time: elapsed, added, and counted in open days. There is no other place for it."""

from datetime import UTC, date, datetime, timedelta

from madoguchi.core.calendar.day_table import (
    EPOCH,
    CalendarDays,
    DayRow,
    calendar_days,
    row_with_open_count,
    row_with_open_seconds,
)
from madoguchi.core.calendar.hours import DAY_SECONDS, BusinessCalendar

FIRST_YEARS = (2000, 1970, 1956)
LOOK_AHEAD_DAYS = 366 * 12


class NeverOpenError(ValueError):
    """The calendar has too few opening hours for the time asked: no such moment within twelve years."""


def elapsed_business_seconds(*, calendar: BusinessCalendar, start: datetime, end: datetime) -> int:
    """Return the seconds of opening hours from `start` until `end`; 0 where end <= start."""
    if end <= start:
        return 0
    days = _days(calendar, start)
    return _open_seconds(days, calendar.local_epoch(end)) - _open_seconds(days, calendar.local_epoch(start))


def add_business_seconds(*, calendar: BusinessCalendar, start: datetime, seconds: int) -> datetime:
    """Return the earliest moment by which `seconds` of opening hours have gone since `start`.

    Negative seconds give the latest moment from which that many lead to `start`. Raises NeverOpenError.
    """
    if seconds == 0:
        return start
    days = _days(calendar, start - timedelta(days=LOOK_AHEAD_DAYS) if seconds < 0 else start)
    gone = _open_seconds(days, calendar.local_epoch(start))
    if seconds > 0:
        return _moment(calendar, _epoch_when(days, gone + seconds))
    if gone + seconds < 0:
        raise NeverOpenError(f"{-seconds} business seconds before {start}: the calendar begins later")
    return _moment(calendar, _epoch_until(days, gone + seconds))


def open_days_between(*, calendar: BusinessCalendar, start: datetime, end: datetime) -> int:
    """Return the open days after the effective day of `start`, to the local date of `end` included."""
    days = _days(calendar, start)
    counted = days.row(calendar.local_epoch(end) // DAY_SECONDS).open_day_count if end > start else 0
    return max(0, counted - _effective_count(days, calendar.local_epoch(start)))


def days_between(*, calendar: BusinessCalendar, start: datetime, end: datetime) -> int:
    """Return how many local midnights lie between two moments; negative where end is on an earlier day."""
    return (calendar.local_date(end) - calendar.local_date(start)).days


def open_day_after(*, calendar: BusinessCalendar, start: datetime, days: int) -> date:
    """Return the n-th open day after the effective day of `start`; 0 is the effective day itself."""
    table = _days(calendar, start)
    count = _effective_count(table, calendar.local_epoch(start)) + days
    row = row_with_open_count(table, count, limit=LOOK_AHEAD_DAYS)
    if row is None:
        raise NeverOpenError(f"{days} open days after {start}: no such day within twelve years")
    return EPOCH + timedelta(days=row.day_number)


def effective_day(*, calendar: BusinessCalendar, at: datetime) -> date:
    """Return the open day a receipt counts for: its own before closing time, else the next open day."""
    return open_day_after(calendar=calendar, start=at, days=0)


def _days(calendar: BusinessCalendar, start: datetime) -> CalendarDays:
    year = start.year - 1
    first_year = next((first for first in FIRST_YEARS if year >= first), FIRST_YEARS[-1])
    return calendar_days(calendar, first_year)


def _effective_count(days: CalendarDays, epoch: int) -> int:
    number, second = divmod(epoch, DAY_SECONDS)
    row = days.row(number)
    return row.open_day_count if second < row.closing_second else row.open_day_count + 1


def _open_seconds(days: CalendarDays, epoch: int) -> int:
    number, second = divmod(epoch, DAY_SECONDS)
    row = days.row(number)
    gone = row.open_seconds_before
    for each in row.intervals:
        if second <= each.start:
            break
        gone += min(second, each.end) - each.start
    return gone


def _epoch_when(days: CalendarDays, seconds: int) -> int:
    """Return the earliest local epoch second by which `seconds` open seconds have gone."""
    row = row_with_open_seconds(days, seconds, limit=LOOK_AHEAD_DAYS)
    if row is None:
        raise NeverOpenError(f"{seconds} business seconds: the calendar has too few opening hours")
    left = seconds - row.open_seconds_before
    return row.day_number * DAY_SECONDS + _second_of(row, left)


def _second_of(row: DayRow, left: int) -> int:
    for each in row.intervals:
        if left <= each.end - each.start:
            return each.start + left
        left -= each.end - each.start
    raise AssertionError("the row was chosen for having that many seconds")


def _epoch_until(days: CalendarDays, seconds: int) -> int:
    """Return the latest local epoch second by which no more than `seconds` open seconds have gone."""
    row = row_with_open_seconds(days, seconds + 1, limit=LOOK_AHEAD_DAYS)
    if row is None:
        raise NeverOpenError(f"{seconds} business seconds: the calendar has too few opening hours")
    left = seconds - row.open_seconds_before
    for each in row.intervals:
        if left < each.end - each.start:
            return row.day_number * DAY_SECONDS + each.start + left
        left -= each.end - each.start
    raise AssertionError("the row was chosen for having one second more")


def _moment(calendar: BusinessCalendar, local_epoch: int) -> datetime:
    return datetime.fromtimestamp(local_epoch - calendar.utc_offset_seconds, tz=UTC)
