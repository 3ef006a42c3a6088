"""Tests and clocks of a definition as Ibis expressions, missing values included.

Only whole numbers: no time zone, interval or boolean arithmetic, which differ between engines.
"""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import ibis

from madoguchi.core.calendar.hours import DAY_SECONDS, BusinessCalendar
from madoguchi.core.metrics.spec import AnyOf, Condition, Test
from madoguchi.engine.schemas import FINAL_NUMBER, FIRST_NUMBER, calendar_table, interval_count

Expression = Any  # Ibis is not typed


def all_of(tests: Sequence[Test], table: Expression) -> Expression:
    """Return a boolean that is never missing: whether every test holds."""
    return reduce(lambda one, two: one & two, (_holds(test, table) for test in tests), ibis.literal(value=True))


def _holds(test: Test, table: Expression) -> Expression:
    if isinstance(test, AnyOf):
        alternatives = (all_of(each, table) for each in test.alternatives)
        return reduce(lambda one, two: one | two, alternatives, ibis.literal(value=False))
    column = table[test.column]
    if test.is_missing is not None:
        return column.isnull() if test.is_missing else column.notnull()
    if test.is_not is not None:
        return column.isnull() | _known(column.notin(list(test.is_not)))
    return _known(_compared(test, table))


def _compared(test: Condition, table: Expression) -> Expression:
    column = table[test.column]
    if test.is_ is not None:
        return column.isin(list(test.is_))
    if test.at_least is not None:
        return column >= test.at_least
    if test.at_most is not None:
        return column <= test.at_most
    return _between_columns(test, table)


def _between_columns(test: Condition, table: Expression) -> Expression:
    column = table[test.column]
    if test.before_column is not None:
        return column < table[test.before_column]
    if test.not_after_column is not None:
        return column <= table[test.not_after_column]
    return column > table[test.after_column]


def _known(test: Expression) -> Expression:
    return test.fill_null(False)


def day_number(epoch: Expression, calendar: BusinessCalendar) -> Expression:
    return (epoch + calendar.utc_offset_seconds) // DAY_SECONDS


def with_day(table: Expression, column: str, *, calendar: BusinessCalendar, prefix: str) -> Expression:
    """Return the table joined with the calendar's row of a moment; no row is lost.

    A missing moment, or one outside the calendar's years, joins its first or final day: an inner join on whole
    numbers that are all there is twice as fast as an outer one. What is missing is seen by the caller; facts
    outside the calendar's years are refused when they are read.
    """
    days = calendar_table(calendar)
    renamed = days.rename({f"{prefix}{name}": name for name in days.columns})
    key = f"{prefix}day"
    within = clipped(day_number(table[column], calendar) - FIRST_NUMBER, FINAL_NUMBER - FIRST_NUMBER) + FIRST_NUMBER
    table = table.mutate(**{key: within.fill_null(FIRST_NUMBER)})
    return table.inner_join(renamed, table[key] == renamed[f"{prefix}day_number"])


def second_of_day(table: Expression, column: str, *, calendar: BusinessCalendar, prefix: str) -> Expression:
    """Return the second of the local day, from the day already joined: cheaper than a remainder."""
    return table[column] + calendar.utc_offset_seconds - table[f"{prefix}day"] * DAY_SECONDS


def open_seconds(table: Expression, column: str, *, calendar: BusinessCalendar, prefix: str) -> Expression:
    """Return the open seconds gone by at a moment, from the calendar's first day on."""
    second = second_of_day(table, column, calendar=calendar, prefix=prefix)
    gone = table[f"{prefix}open_seconds_before"]
    for number in range(interval_count(calendar)):
        gone = gone + clipped(second - table[f"{prefix}opens{number}"], table[f"{prefix}length{number}"])
    return gone


def clipped(value: Expression, most: Expression) -> Expression:
    """Return the value held between 0 and `most`."""
    return ibis.greatest(0, ibis.least(value, most))


def effective_open_days(table: Expression, column: str, *, calendar: BusinessCalendar, prefix: str) -> Expression:
    """Return the open-day count of the day a receipt counts for."""
    second = second_of_day(table, column, calendar=calendar, prefix=prefix)
    is_before_closing = second < table[f"{prefix}closing_second"]
    count = table[f"{prefix}open_day_count"]
    return is_before_closing.ifelse(count, count + 1)
