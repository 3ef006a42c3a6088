"""The number of an event and whether it is within its allowance, as expressions."""

from collections.abc import Sequence

import ibis

from madoguchi.core.calendar.hours import BusinessCalendar
from madoguchi.core.metrics.classify import value_scale
from madoguchi.core.metrics.spec import Allowance, ColumnValue, Indicator, TimeValue
from madoguchi.core.vocabulary import Clock
from madoguchi.engine.expressions import (
    Expression,
    all_true,
    any_true,
    day_number,
    effective_open_days,
    is_beyond,
    is_there,
    open_day_count,
)

CALENDAR_CLOCKS = (Clock.BUSINESS, Clock.OPEN_DAYS)


def calendar_moments(indicators: Sequence[Indicator]) -> tuple[str, ...]:
    """Return the moments whose calendar day a value needs, each once."""
    times = [each.value for each in indicators if needs_calendar(each) and isinstance(each.value, TimeValue)]
    return tuple(dict.fromkeys(column for value in times for column in (value.start, value.end)))


def needs_calendar(indicator: Indicator) -> bool:
    is_time = isinstance(indicator.value, TimeValue) and not indicator.scores
    return is_time and isinstance(indicator.value, TimeValue) and indicator.value.clock in CALENDAR_CLOCKS


def beyond_calendar(table: Expression, indicator: Indicator) -> Expression:
    """Return whether an event has both its moments and one lies outside the calendar's table."""
    value = indicator.value
    assert isinstance(value, TimeValue)
    # the moment that places the event in the period is there and inside
    columns = [column for column in dict.fromkeys((value.start, value.end)) if column != indicator.at]
    outside = any_true([is_beyond(table, column) for column in columns])
    return outside if len(columns) == 1 else all_true([*(is_there(table, column) for column in columns), outside])


def event_value(table: Expression, indicator: Indicator, *, calendar: BusinessCalendar) -> Expression:
    if indicator.scores:
        branches = [(table.choice == choice, ibis.literal(score, "int64")) for choice, score in indicator.scores]
        return ibis.cases(*branches, else_=ibis.null("int64"))
    if isinstance(indicator.value, ColumnValue):
        return _column_value(table, indicator.value)
    if isinstance(indicator.value, TimeValue):
        return _time_value(table, indicator.value, calendar=calendar)
    return ibis.null("int64")


def _column_value(table: Expression, value: ColumnValue) -> Expression:
    number = table[value.add[0]]
    for name in value.add[1:]:
        number = number + table[name].fill_null(0)
    for name in value.subtract:
        number = number - table[name].fill_null(0)
    return number


def _time_value(table: Expression, value: TimeValue, *, calendar: BusinessCalendar) -> Expression:
    start, end = table[value.start], table[value.end]
    if value.clock is Clock.DAYS:
        return _not_negative(day_number(end, calendar) - day_number(start, calendar))
    if value.clock is Clock.OPEN_DAYS:
        counted = (end > start).ifelse(open_day_count(table, value.end), 0)
        spent = counted - effective_open_days(table, value.start)
        return (start.notnull() & end.notnull()).ifelse(_not_negative(spent), ibis.null("int64"))
    spent = end - start
    if value.clock is Clock.BUSINESS:
        spent = table[f"{value.end}__gone"] - table[f"{value.start}__gone"]
        # a product with a missing comparison is missing, and costs less than a second condition
        spent = spent * (end > start).cast("int32")
    for name in value.subtract:
        spent = spent - table[name].fill_null(0)
    return spent if value.clock is Clock.BUSINESS and not value.subtract else _not_negative(spent)


def _not_negative(number: Expression) -> Expression:
    """Return the number, at least 0, or missing: a GREATEST of missing and 0 would be 0."""
    return (number < 0).ifelse(0, number)


def is_decided_by_amount(indicator: Indicator) -> bool:
    """Return whether nothing but the value decides: then an event is undecided exactly where it has none."""
    allowance = indicator.allowance
    return allowance is not None and allowance.until is None and allowance.agreed is None


def within(table: Expression, indicator: Indicator, value: Expression) -> Expression:
    """Return whether the event is within its allowance; missing where that cannot be said."""
    allowance, time = indicator.allowance, indicator.value
    if allowance is None:
        return ibis.null("boolean")
    own = _by_amount(value, allowance, scale=value_scale(indicator))
    if not isinstance(time, TimeValue):
        return own
    end = table[time.end]
    if allowance.until is not None:
        own = _not_after(end, table[allowance.until], is_strict=allowance.is_strict)
    if allowance.agreed is None:
        return own
    agreed = table[allowance.agreed]
    return agreed.notnull().ifelse(_not_after(end, agreed, is_strict=allowance.is_strict), own)


def _by_amount(value: Expression, allowance: Allowance, *, scale: int) -> Expression:
    if allowance.amount is None:
        return ibis.null("boolean")
    amount = allowance.amount * scale
    # values are whole numbers: v <= a/b is b * v <= a
    scaled = value * amount.denominator if amount.denominator > 1 else value
    return scaled < amount.numerator if allowance.is_strict else scaled <= amount.numerator


def _not_after(end: Expression, limit: Expression, *, is_strict: bool) -> Expression:
    return end < limit if is_strict else end <= limit
