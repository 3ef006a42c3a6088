"""Business time of whole columns: the import path, equal to core to the second."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import pairwise
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
    return _on_every_core(_business_seconds, starts, ends, shift=_shift(calendar), table=_table(calendar))


def open_days(*, calendar: BusinessCalendar, starts: Column, ends: Column) -> Column:
    """Return the open days after each start's effective day, up to the local date of its end; as business_seconds."""
    return _on_every_core(_open_days, starts, ends, shift=_shift(calendar), table=_day_counts(calendar))


def _on_every_core(
    loop: Callable[..., bool], starts: Column, ends: Column, *, shift: int, table: Column | tuple[Column, ...]
) -> Column:
    """Run a compiled loop over parts of the columns at once, as it holds no lock; short columns are one part."""
    found = np.empty(starts.size, np.int64)
    parts = max(1, min(os.cpu_count() or 1, starts.size // LEAST_PART))
    bounds = pairwise(starts.size * part // parts for part in range(parts + 1))
    pieces = [(starts[first:end], ends[first:end], found[first:end], shift, table) for first, end in bounds]
    if parts == 1:
        is_outside = loop(*pieces[0])
    else:
        with ThreadPoolExecutor(parts) as pool:
            is_outside = any(list(pool.map(lambda piece: loop(*piece), pieces)))
    if is_outside:
        raise OutsideCalendarError(str(OutsideCalendarError.__doc__) + f" ({FIRST_DAY} to {END_DAY})")
    return found


def _shift(calendar: BusinessCalendar) -> int:
    return calendar.utc_offset_seconds - FIRST_SECOND


@lru_cache(maxsize=32)
def _table(calendar: BusinessCalendar) -> Column:
    """Return per day the open seconds before it, then each interval's ends: days x numbers.

    Moments count from the table's first midnight: 32 bits hold them all, and are divided several times faster.
    """
    rows = np.array(calendar_rows(calendar), dtype=np.int64)
    ends = rows[:, 5 : 5 + 2 * interval_count(calendar)] + _shift(calendar)
    before = rows[:, 2] + rows[:, 5 : 5 + 2 * interval_count(calendar) : 2].sum(axis=1)
    return np.column_stack([before, ends]).astype(np.int32)


@lru_cache(maxsize=32)
def _day_counts(calendar: BusinessCalendar) -> tuple[Column, Column]:
    rows = np.array(calendar_rows(calendar), dtype=np.int64)
    return rows[:, 1].astype(np.int32), (rows[:, 3] + _shift(calendar)).astype(np.int32)


FIRST_SECOND = FIRST_NUMBER * DAY_SECONDS
SPAN_SECONDS = (END_DAY - FIRST_DAY).days * DAY_SECONDS
DAY = np.uint32(DAY_SECONDS)
LEAST_PART = 100_000  # pairs: what costs less to count than a thread to start


@compiled
def _business_seconds(starts: Column, ends: Column, found: Column, shift: int, table: Column) -> bool:
    """Look both moments up and take the difference, in one loop without calls: the compiler does better so."""
    is_outside = False
    for index in range(starts.size):
        start, end = starts[index] + shift, ends[index] + shift
        if start < 0 or end < 0 or start >= SPAN_SECONDS or end >= SPAN_SECONDS:
            found[index] = MISSING
            is_outside |= starts[index] != MISSING and ends[index] != MISSING
            continue
        first, final = np.uint32(start) // DAY, np.uint32(end) // DAY
        since, until = np.int32(start), np.int32(end)
        spent = table[final, 0] - table[first, 0]
        for column in range(1, table.shape[1], 2):
            spent += min(max(until, table[final, column]), table[final, column + 1]) - table[final, column]
            spent -= min(max(since, table[first, column]), table[first, column + 1]) - table[first, column]
        found[index] = max(spent, 0)
    return is_outside


@compiled
def _open_days(starts: Column, ends: Column, found: Column, shift: int, table: Column) -> bool:
    counts, closings = table
    is_outside = False
    for index in range(starts.size):
        start, end = starts[index] + shift, ends[index] + shift
        if start < 0 or end < 0 or start >= SPAN_SECONDS or end >= SPAN_SECONDS:
            found[index] = MISSING
            is_outside |= starts[index] != MISSING and ends[index] != MISSING
            continue
        row = np.uint32(start) // DAY
        is_before_closing = start < closings[row]
        effective = counts[row] + (0 if is_before_closing else 1)
        reached = counts[np.uint32(end) // DAY] if end > start else 0
        found[index] = max(0, reached - effective)
    return is_outside
