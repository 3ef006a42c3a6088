"""An indicator as one columnar query: whole-number sums per local day, group and reason."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis

from madoguchi.core.calendar.day_table import EPOCH
from madoguchi.core.metrics.classify import EXCLUDED_TICKET, value_scale
from madoguchi.core.metrics.spec import ColumnValue, Contract, Indicator, TimeValue
from madoguchi.core.vocabulary import Clock, CountedAs, MissingEnd, Statistic
from madoguchi.engine.expressions import (
    Expression,
    all_of,
    day_number,
    effective_open_days,
    open_seconds,
    with_day,
)
from madoguchi.engine.schemas import fact_table

WITHOUT_VALUE = (Statistic.RATE, Statistic.COUNT, Statistic.MILESTONE)
# The bounds of the asked stretch stand in the compiled text as these numbers: one text serves every month.
START_MARK = 7_000_000_000_000_001
END_MARK = 7_000_000_000_000_002


@dataclass(frozen=True, kw_only=True, slots=True)
class Compiled:
    """The day cells of an indicator, and the histogram of its values where it is a percentile.

    Cells: day, cell_group, reason (missing: counted), and the sums events, counted, part, valued, total,
    maximum, missing. `keys` are the columns the cells are grouped by.
    """

    cells: Any
    histogram: Any | None
    keys: tuple[str, ...]


def compile_indicator(indicator: Indicator, *, contract: Contract, has_exclusions: bool) -> Compiled:
    """Return the query of an indicator that counts events (not of an availability or a composite).

    `has_exclusions` says whether there are approved exclusions to join; without them the join is left away.
    """
    table = _population(indicator, contract)
    table = _with_reason(table, indicator, contract, has_exclusions=has_exclusions)
    table = _with_value(table, indicator, contract)
    counted, part, missing = _roles(table, indicator, contract)
    is_in = table.reason.isnull()
    has_value = is_in & counted & table.value.notnull()
    table = table.mutate(
        counted=_number(is_in & counted),
        part=_number(is_in & part),
        missing=_number(is_in & missing),
        valued=_number(has_value),
        kept=has_value.ifelse(table.value, ibis.null("int64")),
    )
    keys = ["day", *(["cell_group"] if indicator.group_column else []), "reason"]
    cells = table.group_by(keys).aggregate(
        events=table.count().cast("int64"),
        counted=table.counted.sum().cast("int64"),
        part=table.part.sum().cast("int64"),
        valued=table.valued.sum().cast("int64"),
        total=table.kept.sum().fill_null(0).cast("int64"),
        maximum=table.kept.max(),
        missing=table.missing.sum().cast("int64"),
    )
    histogram = None
    if indicator.statistic is Statistic.PERCENTILE:
        known = table.filter(table.kept.notnull())
        histogram = known.group_by(["day", "kept"]).aggregate(events=known.count().cast("int64"))
    return Compiled(cells=cells, histogram=histogram, keys=tuple(keys))


def _number(test: Expression) -> Expression:
    return test.ifelse(1, 0)


def _population(indicator: Indicator, contract: Contract) -> Expression:
    table = fact_table(indicator.table)
    at = table[indicator.at]
    wanted = (table.contract == contract.id) & (at >= START_MARK) & (at < END_MARK) & all_of(indicator.where, table)
    if indicator.groups:
        wanted = wanted & table[indicator.group_column].isin([name for name, _ in indicator.groups]).fill_null(False)
    table = table.filter(wanted)
    table = table.mutate(day=day_number(table[indicator.at], contract.calendar))
    if indicator.group_column:
        table = table.mutate(cell_group=table[indicator.group_column])
    return table


def _with_reason(table: Expression, indicator: Indicator, contract: Contract, *, has_exclusions: bool) -> Expression:
    """Add the reason an event is left out for, in the order of precedence of the reference."""
    branches: list[tuple[Expression, Expression]] = []
    if has_exclusions:
        table = _with_approved(table, indicator)
    if "excluded" in table.columns:
        own = table.exclusion_reason
        is_unsaid = own.isnull() | (own == "")
        branches.append((table.excluded.fill_null(False), is_unsaid.ifelse(EXCLUDED_TICKET, own)))
    if has_exclusions:
        branches.append((table.approved_reason.notnull(), table.approved_reason))
    branches += [(all_of(rule.tests, table), ibis.literal(rule.reason)) for rule in indicator.exclusions]
    if indicator.is_call_counting:
        branches += _call_branches(table, contract)
    if not branches:
        return table.mutate(reason=ibis.null("string"))
    return table.mutate(reason=ibis.cases(*branches, else_=ibis.null("string")))


def _with_approved(table: Expression, indicator: Indicator) -> Expression:
    """Add the first approved reason for each event's source, as the reference chooses it."""
    entries = fact_table("exclusions")
    concerns = entries.indicator.isnull() | (entries.indicator == indicator.id)
    is_approved = (entries.excluded_table == indicator.table) & entries.approved_at.notnull() & concerns
    approved = (
        entries.filter(is_approved)
        .group_by(["contract", "excluded_source"])
        .aggregate(approved_reason=entries.reason.min())
    )
    approved = approved.rename(approved_contract="contract")
    joined = table.left_join(
        approved,
        (table.source == approved.excluded_source) & (table.contract == approved.approved_contract),
    )
    return joined.drop("excluded_source", "approved_contract")


def _call_branches(table: Expression, contract: Contract) -> list[tuple[Expression, Expression]]:
    branches = []
    countings = contract.call_countings
    for index, counting in enumerate(countings):
        following = countings[index + 1].valid_from if index + 1 < len(countings) else None
        in_force = ibis.literal(value=True)
        if index:
            in_force = table.day >= _day(counting.valid_from)
        if following is not None:
            in_force = in_force & (table.day < _day(following))
        left_out = table.outcome.isin(sorted(counting.left_out))
        branches.append((in_force & left_out, table.outcome))
        if counting.short_abandon_seconds:
            start = table[counting.short_abandon_from].fill_null(table.offered_at)
            is_short = (table.ended_at - start < counting.short_abandon_seconds).fill_null(False)
            abandoned = table.outcome.isin(sorted(counting.abandoned))
            branches.append((in_force & abandoned & is_short, ibis.literal(str(CountedAs.SHORT_ABANDONED))))
    return branches


def _day(day: date) -> int:
    return (day - EPOCH).days


def _with_value(table: Expression, indicator: Indicator, contract: Contract) -> Expression:
    if indicator.statistic in WITHOUT_VALUE:
        return table.mutate(value=ibis.null("int64"))
    if indicator.scores:
        branches = [(table.choice == choice, ibis.literal(score, "int64")) for choice, score in indicator.scores]
        return table.mutate(value=ibis.cases(*branches, else_=ibis.null("int64")))
    if isinstance(indicator.value, ColumnValue):
        value = table[indicator.value.add[0]]
        for name in indicator.value.add[1:]:
            value = value + table[name].fill_null(0)
        for name in indicator.value.subtract:
            value = value - table[name].fill_null(0)
        return table.mutate(value=value)
    if isinstance(indicator.value, TimeValue):
        return _with_time_value(table, indicator.value, contract)
    return table.mutate(value=ibis.null("int64"))


def _with_time_value(table: Expression, value: TimeValue, contract: Contract) -> Expression:
    calendar = contract.calendar
    start, end = value.start, value.end
    is_known = table[start].notnull() & table[end].notnull()
    if value.clock is Clock.ELAPSED:
        spent = table[end] - table[start]
    elif value.clock is Clock.DAYS:
        spent = day_number(table[end], calendar) - day_number(table[start], calendar)
    else:
        table = with_day(table, start, calendar=calendar, prefix="start_")
        table = with_day(table, end, calendar=calendar, prefix="end_")
        is_known = table[start].notnull() & table[end].notnull()
        if value.clock is Clock.BUSINESS:
            spent = open_seconds(table, end, calendar=calendar, prefix="end_")
            spent = spent - open_seconds(table, start, calendar=calendar, prefix="start_")
        else:
            counted = (table[end] > table[start]).ifelse(table["end_open_day_count"], 0)
            spent = counted - effective_open_days(table, start, calendar=calendar, prefix="start_")
        spent = (table[end] > table[start]).ifelse(spent, 0)
    for name in value.subtract:
        spent = spent - table[name].fill_null(0)
    return table.mutate(value=is_known.ifelse(ibis.greatest(0, spent), ibis.null("int64")))


def _roles(table: Expression, indicator: Indicator, contract: Contract) -> tuple[Expression, Expression, Expression]:
    """Return whether an event that is not left out counts, is part, and is missing its value."""
    always, never = ibis.literal(value=True), ibis.literal(value=False)
    if indicator.statistic is Statistic.MILESTONE:
        filled = [table[name].notnull() & (table[name] != "") for name in ("confirmed_by", "evidence")]
        return always, table.confirmed_at.notnull() & filled[0] & filled[1], never
    if indicator.is_call_counting:
        return always, _is_call_part(table, indicator, contract), never
    if indicator.statistic in WITHOUT_VALUE:
        return always, all_of(indicator.part, table), never
    has_value = table.value.notnull()
    if indicator.statistic is not Statistic.SHARE_WITHIN:
        return has_value, never, ~has_value
    within = _within(table, indicator)
    is_known = within.notnull()
    counted = is_known if indicator.missing is MissingEnd.LEFT_OUT else always
    return counted, within.fill_null(False), ~is_known


def _is_call_part(table: Expression, indicator: Indicator, contract: Contract) -> Expression:
    part = ibis.literal(value=False)
    countings = contract.call_countings
    for index, counting in enumerate(countings):
        is_wanted = indicator.call_part == CountedAs.ANSWERED
        outcomes = counting.answered if is_wanted else counting.abandoned
        in_force = table.day >= _day(counting.valid_from) if index else ibis.literal(value=True)
        if index + 1 < len(countings):
            in_force = in_force & (table.day < _day(countings[index + 1].valid_from))
        part = part | (in_force & table.outcome.isin(sorted(outcomes)))
    return part


def _within(table: Expression, indicator: Indicator) -> Expression:
    allowance, value = indicator.allowance, indicator.value
    if allowance is None:
        raise ValueError(f"{indicator.id} has no allowance")
    own = ibis.null("boolean")
    if allowance.until is not None and isinstance(value, TimeValue):
        own = _not_after(table[value.end], table[allowance.until], is_strict=allowance.is_strict)
    elif allowance.amount is not None:
        amount = allowance.amount * value_scale(indicator)
        # values are whole numbers: v <= a/b is b * v <= a
        scaled = table.value * amount.denominator
        own = scaled < amount.numerator if allowance.is_strict else scaled <= amount.numerator
    if allowance.agreed is None or not isinstance(value, TimeValue):
        return own
    agreed = table[allowance.agreed]
    by_agreement = _not_after(table[value.end], agreed, is_strict=allowance.is_strict)
    return agreed.notnull().ifelse(by_agreement, own)


def _not_after(end: Expression, limit: Expression, *, is_strict: bool) -> Expression:
    return end < limit if is_strict else end <= limit
