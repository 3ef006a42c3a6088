"""Tests and clocks of a definition as Ibis expressions, missing values included.

Only whole numbers: no time zone, interval or boolean arithmetic, which differ between engines.
"""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import ibis

from madoguchi.core.calendar.hours import DAY_SECONDS, BusinessCalendar
from madoguchi.core.metrics.spec import AnyOf, Condition, Test
from madoguchi.engine.schemas import calendar_table, interval_count

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


def second_of_day(epoch: Expression, calendar: BusinessCalendar) -> Expression:
    return (epoch + calendar.utc_offset_seconds) % DAY_SECONDS


def with_day(table: Expression, column: str, *, calendar: BusinessCalendar, prefix: str) -> Expression:
    """Return the table joined with the calendar's row of a moment; rows without the moment are kept."""
    days = calendar_table(calendar)
    renamed = days.rename({f"{prefix}{name}": name for name in days.columns})
    key = f"{prefix}day"
    table = table.mutate(**{key: day_number(table[column], calendar)})
    return table.left_join(renamed, table[key] == renamed[f"{prefix}day_number"])


def open_seconds(table: Expression, column: str, *, calendar: BusinessCalendar, prefix: str) -> Expression:
    """Return the open seconds gone by at a moment, from the calendar's first day on."""
    second = second_of_day(table[column], calendar)
    gone = table[f"{prefix}open_seconds_before"]
    for number in range(interval_count(calendar)):
        opens, closes = table[f"{prefix}opens{number}"], table[f"{prefix}closes{number}"]
        gone = gone + clipped(second - opens, closes - opens)
    return gone


def clipped(value: Expression, most: Expression) -> Expression:
    """Return the value held between 0 and `most`."""
    return ibis.greatest(0, ibis.least(value, most))


def effective_open_days(table: Expression, column: str, *, calendar: BusinessCalendar, prefix: str) -> Expression:
    """Return the open-day count of the day a receipt counts for."""
    is_before_closing = second_of_day(table[column], calendar) < table[f"{prefix}closing_second"]
    count = table[f"{prefix}open_day_count"]
    return is_before_closing.ifelse(count, count + 1)
