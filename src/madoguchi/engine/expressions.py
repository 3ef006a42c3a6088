"""Tests and clocks of a definition as Ibis expressions, missing values included.

Only whole numbers: no time zone, interval or boolean arithmetic, which differ between engines.
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any

import ibis

from madoguchi.core.calendar.hours import DAY_SECONDS, BusinessCalendar
from madoguchi.core.metrics.spec import AnyOf, Condition, Test
from madoguchi.engine.schemas import (
    BEYOND_NUMBER,
    FINAL_NUMBER,
    FIRST_NUMBER,
    MISSING_NUMBER,
    calendar_table,
    interval_count,
)

Expression = Any  # Ibis is not typed


def all_of(tests: Sequence[Test], table: Expression) -> Expression:
    """Return whether every test holds; missing stands for false, as in WHERE, FILTER and CASE WHEN."""
    return all_true([_holds(test, table) for test in tests])


def all_true(tests: Sequence[Expression]) -> Expression:
    return reduce(lambda one, two: one & two, tests) if tests else ibis.literal(value=True)


def any_true(tests: Sequence[Expression]) -> Expression:
    return reduce(lambda one, two: one | two, tests) if tests else ibis.literal(value=False)


def _holds(test: Test, table: Expression) -> Expression:
    if isinstance(test, AnyOf):
        return any_true([all_of(each, table) for each in test.alternatives])
    column = table[test.column]
    if test.is_missing is not None:
        return column.isnull() if test.is_missing else column.notnull()
    if test.is_not is not None:
        return column.isnull() | column.notin(list(test.is_not))
    return _compared(test, table)


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


def day_number(epoch: Expression, calendar: BusinessCalendar) -> Expression:
    return (epoch + calendar.utc_offset_seconds) // DAY_SECONDS


def midnight(epoch: Expression, calendar: BusinessCalendar) -> Expression:
    """Return the local day a moment lies in as a whole multiple of its length: cheaper than to divide.

    Right from 1970 on: engines differ in the remainders of numbers below 0.
    """
    local = epoch + calendar.utc_offset_seconds
    return local - local % DAY_SECONDS


def with_midnight(table: Expression, moment: str, *, calendar: BusinessCalendar) -> Expression:
    """Add the local day of a moment as `midnight`; a moment whose calendar day was joined needs no second division."""
    day = f"{moment}__day"
    is_joined = day in table.columns
    return table.mutate(midnight=table[day] * DAY_SECONDS if is_joined else midnight(table[moment], calendar))


def with_days(table: Expression, moments: Iterable[str], *, calendar: BusinessCalendar, known: str) -> Expression:
    """Add for each moment its calendar day's columns and the open seconds gone by.

    No row is lost: a missing moment, or one outside the calendar's years, joins an empty day of its own, as an
    inner join on whole numbers that are all there is twice as fast as an outer one. The caller counts those. The
    moment `known` is there and inside in every row. All are columns of their own, as engines compute a column once.
    """
    columns = tuple(moments)
    table = table.mutate(
        **{f"{column}__day": _joined_day(table[column], calendar, is_known=column == known) for column in columns}
    )
    # nothing is computed between the joins: the optimizer then sees that every calendar is the small side
    for column in columns:
        days = calendar_table(calendar)
        renamed = days.rename({f"{column}__{name}": name for name in days.columns})
        table = table.inner_join(renamed, table[f"{column}__day"] == renamed[f"{column}__day_number"])
    return table.mutate(**{f"{name}__gone": _open_seconds(table, name, calendar=calendar) for name in columns})


def _joined_day(moment: Expression, calendar: BusinessCalendar, *, is_known: bool) -> Expression:
    day = day_number(moment, calendar)
    if is_known:
        return day
    first, end = (number * DAY_SECONDS - calendar.utc_offset_seconds for number in (FIRST_NUMBER, FINAL_NUMBER + 1))
    is_inside = (moment >= first) & (moment < end)
    return ibis.cases((is_inside, day), (moment.isnull(), MISSING_NUMBER), else_=BEYOND_NUMBER)


def is_beyond(table: Expression, column: str) -> Expression:
    """Return whether a moment that was joined lies on no day that the calendar's table knows."""
    return table[f"{column}__day"] == BEYOND_NUMBER


def is_there(table: Expression, column: str) -> Expression:
    """Return whether a moment that was joined is there."""
    return table[f"{column}__day"] != MISSING_NUMBER


def _open_seconds(table: Expression, column: str, *, calendar: BusinessCalendar) -> Expression:
    """Return the open seconds gone by at a moment, from the calendar's first day on."""
    gone = table[f"{column}__gone_base"]
    for number in range(interval_count(calendar)):
        ends = (table[f"{column}__{edge}{number}"] for edge in ("opens_at", "closes_at"))
        gone = gone + held_between(table[column], *ends)
    return gone


def held_between(value: Expression, least: Expression, most: Expression) -> Expression:
    """Return the value, or the nearer of the two ends it lies beyond.

    By comparing: GREATEST and LEAST take DuckDB five times as long, and engines differ in what they make of a
    missing value.
    """
    return ibis.cases((value < least, least), (value > most, most), else_=value)


def open_day_count(table: Expression, column: str) -> Expression:
    return table[f"{column}__open_day_count"]


def effective_open_days(table: Expression, column: str) -> Expression:
    """Return the open-day count of the day a receipt counts for."""
    is_before_closing = table[column] < table[f"{column}__closing_at"]
    count = open_day_count(table, column)
    return is_before_closing.ifelse(count, count + 1)
