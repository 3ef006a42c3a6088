"""What one event counts as for one indicator: the meaning that every engine must reproduce."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from madoguchi.core.calendar.elapsed import days_between, elapsed_business_seconds, open_days_between
from madoguchi.core.calendar.hours import BusinessCalendar
from madoguchi.core.events import FACT_TABLES, ColumnKind, Event
from madoguchi.core.metrics.conditions import holds_all
from madoguchi.core.metrics.spec import CallCounting, ColumnValue, Contract, Indicator, TimeValue
from madoguchi.core.vocabulary import CallOutcome, Clock, CountedAs, MissingEnd, Statistic

EXCLUDED_TICKET = "excluded"


@dataclass(frozen=True, kw_only=True, slots=True)
class Classified:
    """One event of the population: left out for a reason, or counted, with its part in the figure."""

    event: Event
    day: date
    group: str = ""
    excluded: str | None = None
    is_counted: bool = False
    is_part: bool = False
    value: int | None = None
    is_missing: bool = False


def approved_exclusions(exclusions: Iterable[Event], *, indicator: Indicator) -> Mapping[str, str]:
    """Return source -> reason of the approved entries for the indicator; the first reason in order wins."""
    reasons: dict[str, str] = {}
    for entry in exclusions:
        concerns = entry["excluded_table"] == indicator.table and entry.get("indicator") in (
            None,
            indicator.id,
        )
        if concerns and entry.get("approved_at") is not None:
            source, reason = str(entry["excluded_source"]), str(entry["reason"])
            reasons[source] = min(reason, reasons.get(source, reason))
    return reasons


def classify(
    event: Event, *, indicator: Indicator, contract: Contract, approved: Mapping[str, str]
) -> Classified | None:
    """Return what the event counts as, or None where it is not in the indicator's population."""
    at = event.get(indicator.at)
    if not isinstance(at, datetime) or not holds_all(indicator.where, event):
        return None
    group = str(event.get(indicator.group_column)) if indicator.group_column else ""
    if indicator.groups and group not in dict(indicator.groups):
        return None
    day = contract.calendar.local_date(at)
    reason = _reason_to_exclude(event, day=day, indicator=indicator, contract=contract, approved=approved)
    if reason is not None:
        return Classified(event=event, day=day, group=group, excluded=reason)
    if not _needs_value(indicator):
        is_part = _is_part(event, day=day, indicator=indicator, contract=contract)
        return Classified(event=event, day=day, group=group, is_counted=True, is_part=is_part)
    return _with_value(event, day=day, group=group, indicator=indicator, calendar=contract.calendar)


def _needs_value(indicator: Indicator) -> bool:
    return indicator.statistic not in (Statistic.RATE, Statistic.COUNT, Statistic.MILESTONE)


def _reason_to_exclude(
    event: Event, *, day: date, indicator: Indicator, contract: Contract, approved: Mapping[str, str]
) -> str | None:
    if event.get("excluded") is True:
        return str(event.get("exclusion_reason") or EXCLUDED_TICKET)
    if str(event["source"]) in approved:
        return approved[str(event["source"])]
    for rule in indicator.exclusions:
        if holds_all(rule.tests, event):
            return rule.reason
    if not indicator.is_call_counting:
        return None
    counted_as = count_call(event, counting=counting_on(contract, day))
    if counted_as is CountedAs.LEFT_OUT:
        return str(event["outcome"])
    return str(counted_as) if counted_as is CountedAs.SHORT_ABANDONED else None


def counting_on(contract: Contract, day: date) -> CallCounting:
    """Return the contract's counting table in force on a day; days before the first use the first."""
    in_force = contract.call_countings[0]
    for counting in contract.call_countings:
        if counting.valid_from <= day:
            in_force = counting
    return in_force


def count_call(call: Event, *, counting: CallCounting) -> CountedAs:
    """Return what a call counts as.

    An abandoned call is short when the seconds from `short_abandon_from` (the arrival, where that moment is
    missing) to its end are below the threshold; a call without an end is never short, nor is any where the
    threshold is 0.
    """
    outcome = CallOutcome(str(call["outcome"]))
    if outcome in counting.answered:
        return CountedAs.ANSWERED
    if outcome not in counting.abandoned:
        return CountedAs.LEFT_OUT
    start = call.get(counting.short_abandon_from) or call["offered_at"]
    end = call.get("ended_at")
    if counting.short_abandon_seconds and isinstance(start, datetime) and isinstance(end, datetime):
        waited = int((end - start).total_seconds())
        if waited < counting.short_abandon_seconds:
            return CountedAs.SHORT_ABANDONED
    return CountedAs.ABANDONED


def _is_part(event: Event, *, day: date, indicator: Indicator, contract: Contract) -> bool:
    if indicator.statistic is Statistic.MILESTONE:
        return all(event.get(column) for column in ("confirmed_at", "confirmed_by", "evidence"))
    if indicator.is_call_counting:
        return count_call(event, counting=counting_on(contract, day)) == indicator.call_part
    return holds_all(indicator.part, event)


def _with_value(event: Event, *, day: date, group: str, indicator: Indicator, calendar: BusinessCalendar) -> Classified:
    value = event_value(event, indicator=indicator, calendar=calendar)
    if indicator.statistic is not Statistic.SHARE_WITHIN:
        return Classified(
            event=event,
            day=day,
            group=group,
            is_counted=value is not None,
            value=value,
            is_missing=value is None,
        )
    is_within = _is_within(event, value=value, indicator=indicator)
    if is_within is None:
        is_counted = indicator.missing is MissingEnd.MISSED
        return Classified(event=event, day=day, group=group, is_counted=is_counted, value=value, is_missing=True)
    return Classified(event=event, day=day, group=group, is_counted=True, is_part=is_within, value=value)


def event_value(event: Event, *, indicator: Indicator, calendar: BusinessCalendar) -> int | None:
    """Return the event's number in whole seconds, milliseconds, days or points, or None where it has none."""
    if indicator.scores:
        return dict(indicator.scores).get(str(event.get("choice")))
    if isinstance(indicator.value, TimeValue):
        return _time_value(event, value=indicator.value, calendar=calendar)
    if isinstance(indicator.value, ColumnValue):
        return _column_value(event, value=indicator.value)
    return None


def _column_value(event: Event, *, value: ColumnValue) -> int | None:
    if event.get(value.add[0]) is None:
        return None
    added = sum(_number(event, column) for column in value.add)
    return added - sum(_number(event, column) for column in value.subtract)


def _number(event: Event, column: str) -> int:
    number = event.get(column)
    return number if isinstance(number, int) else 0


def _time_value(event: Event, *, value: TimeValue, calendar: BusinessCalendar) -> int | None:
    start, end = event.get(value.start), event.get(value.end)
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return None
    if value.clock is Clock.OPEN_DAYS:
        return open_days_between(calendar=calendar, start=start, end=end)
    if value.clock is Clock.DAYS:
        return max(0, days_between(calendar=calendar, start=start, end=end))
    if value.clock is Clock.BUSINESS:
        elapsed = elapsed_business_seconds(calendar=calendar, start=start, end=end)
    else:
        elapsed = int((end - start).total_seconds())
    return max(0, elapsed - sum(_number(event, column) for column in value.subtract))


def _is_within(event: Event, *, value: int | None, indicator: Indicator) -> bool | None:
    allowance = indicator.allowance
    if allowance is None:
        return None
    end = event.get(indicator.value.end) if isinstance(indicator.value, TimeValue) else None
    agreed = event.get(allowance.agreed) if allowance.agreed else None
    limit = agreed if agreed is not None else event.get(allowance.until or "")
    if agreed is not None or allowance.until is not None:
        if not isinstance(end, datetime) or not isinstance(limit, datetime):
            return None
        return end < limit if allowance.is_strict else end <= limit
    if value is None or allowance.amount is None:
        return None
    amount = allowance.amount * value_scale(indicator)
    return Fraction(value) < amount if allowance.is_strict else Fraction(value) <= amount


def value_scale(indicator: Indicator) -> int:
    """Return how many of the value's units make one of the figure's: 1000 for milliseconds, else 1."""
    if not isinstance(indicator.value, ColumnValue):
        return 1
    column = FACT_TABLES[indicator.table].column(indicator.value.add[0])
    return 1000 if column is not None and column.kind is ColumnKind.MILLISECONDS else 1
