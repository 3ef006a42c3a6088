"""Business time of whole columns: the import path, equal to core to the second."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numba
import numpy as np

from madoguchi.core.calendar.hours import DAY_SECONDS, BusinessCalendar
from madoguchi.core.errors import MadoguchiError
from madoguchi.engine.schemas import END_DAY, FIRST_DAY, FIRST_NUMBER, calendar_rows, interval_count

Column = Any  # numpy's int64 arrays; numba's compiled functions are not typed
MISSING = np.iinfo(np.int64).min


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a loop to machine code, kept between runs."""
    return numba.njit(nogil=True, cache=True)(function)  # type: ignore[no-any-return]


class OutsideCalendarError(MadoguchiError):
    """A moment lies outside the days the calendar's table holds; it reaches from 2000 to 2030."""


def business_seconds(*, calendar: BusinessCalendar, starts: Column, ends: Column) -> Column:
    """Return the open seconds from each start until its end, both in epoch seconds (int64 arrays of one length).

    0 where the end is not after the start; MISSING where either is MISSING. Raises OutsideCalendarError.
    """
    found, is_outside = _business_seconds(starts, ends, calendar.utc_offset_seconds, _table(calendar))
    return _checked(found, is_outside=is_outside)


def open_days(*, calendar: BusinessCalendar, starts: Column, ends: Column) -> Column:
    """Return the open days after each start's effective day, up to the local date of its end; as business_seconds."""
    found, is_outside = _open_days(starts, ends, calendar.utc_offset_seconds, _day_counts(calendar))
    return _checked(found, is_outside=is_outside)


def _checked(found: Column, *, is_outside: bool) -> Column:
    if is_outside:
        raise OutsideCalendarError(str(OutsideCalendarError.__doc__) + f" ({FIRST_DAY} to {END_DAY})")
    return found


@lru_cache(maxsize=32)
def _table(calendar: BusinessCalendar) -> Column:
    """Return per day the open seconds before it, then each interval's opening and length: days x numbers.

    32 bits hold every second of the calendar's years, and 32-bit division is several times faster.
    """
    rows = np.array(calendar_rows(calendar), dtype=np.int64)
    return np.column_stack([rows[:, 2], rows[:, 5 : 5 + 2 * interval_count(calendar)]]).astype(np.int32)


@lru_cache(maxsize=32)
def _day_counts(calendar: BusinessCalendar) -> tuple[Column, Column]:
    rows = np.array(calendar_rows(calendar), dtype=np.int64)
    return rows[:, 1].astype(np.int32), rows[:, 3].astype(np.int32)


FIRST_SECOND = FIRST_NUMBER * DAY_SECONDS
SPAN_SECONDS = (END_DAY - FIRST_DAY).days * DAY_SECONDS
DAY = np.uint32(DAY_SECONDS)
NONE = np.int32(0)


@compiled
def _business_seconds(starts: Column, ends: Column, offset: Column, table: Column) -> tuple[Column, bool]:
    """Look both moments up and take the difference, in one loop without calls: the compiler does better so."""
    found = np.empty(starts.size, np.int64)
    shift = offset - FIRST_SECOND
    is_outside = False
    for index in range(starts.size):
        start, end = starts[index] + shift, ends[index] + shift
        if start < 0 or end < 0 or start >= SPAN_SECONDS or end >= SPAN_SECONDS:
            found[index] = MISSING
            is_outside |= starts[index] != MISSING and ends[index] != MISSING
            continue
        first, final = np.uint32(start) // DAY, np.uint32(end) // DAY
        from_second, to_second = np.int32(start - first * DAY_SECONDS), np.int32(end - final * DAY_SECONDS)
        spent = table[final, 0] - table[first, 0]
        for column in range(1, table.shape[1], 2):
            spent += min(max(to_second - table[final, column], NONE), table[final, column + 1])
            spent -= min(max(from_second - table[first, column], NONE), table[first, column + 1])
        found[index] = max(spent, NONE)
    return found, is_outside


@compiled
def _open_days(starts: Column, ends: Column, offset: Column, table: Column) -> tuple[Column, bool]:
    counts, closings = table
    found = np.empty(starts.size, np.int64)
    shift = offset - FIRST_SECOND
    is_outside = False
    for index in range(starts.size):
        start, end = starts[index] + shift, ends[index] + shift
        if start < 0 or end < 0 or start >= SPAN_SECONDS or end >= SPAN_SECONDS:
            found[index] = MISSING
            is_outside |= starts[index] != MISSING and ends[index] != MISSING
            continue
        row = np.uint32(start) // DAY
        is_before_closing = start - row * DAY_SECONDS < closings[row]
        effective = counts[row] + (0 if is_before_closing else 1)
        reached = counts[np.uint32(end) // DAY] if end > start else 0
        found[index] = max(0, reached - effective)
    return found, is_outside
