"""Why an event is left out, as expressions, in the order of precedence of the reference."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import ibis

from madoguchi.core.calendar.day_table import EPOCH
from madoguchi.core.calendar.hours import DAY_SECONDS
from madoguchi.core.metrics.classify import EXCLUDED_TICKET
from madoguchi.core.metrics.spec import Contract, Indicator
from madoguchi.engine.expressions import Expression, all_of, all_true
from madoguchi.engine.schemas import fact_table

# Which approved exclusions there are: the table and the indicator they name (None: every indicator of it).
Approvals = frozenset[tuple[str, str | None]]
ApprovedColumns = dict[Approvals, str]


def concerning(approvals: Approvals, indicator: Indicator) -> Approvals:
    """Return those approved exclusions that may leave out an event of the indicator."""
    return approvals & {(indicator.table, None), (indicator.table, indicator.id)}


def approvals_query(contract: Contract) -> Any:  # noqa: ANN401  # Ibis is not typed
    entries = fact_table("exclusions")
    approved = entries.filter((entries.contract == contract.id) & entries.approved_at.notnull())
    return approved.select("excluded_table", "indicator").distinct()


def with_approved(
    table: Expression, indicators: Sequence[Indicator], *, contract: Contract, approvals: Approvals
) -> tuple[Expression, ApprovedColumns]:
    """Add a column per set of approved exclusions: their first reason for the event's source."""
    concerned = dict.fromkeys(found for each in indicators if (found := concerning(approvals, each)))
    if not concerned:
        return table, {}
    columns = {found: f"approved{index}" for index, found in enumerate(concerned)}
    entries = fact_table("exclusions")
    is_meant = (entries.contract == contract.id) & (entries.excluded_table == indicators[0].table)
    entries = entries.filter(is_meant & entries.approved_at.notnull())
    approved = entries.group_by("excluded_source").aggregate(
        **{
            name: entries.reason.min(where=_names_any(entries.indicator, [each for _, each in found]))
            for found, name in columns.items()
        }
    )
    joined = table.left_join(approved, table.source == approved.excluded_source)
    return joined.drop("excluded_source"), columns


def _names_any(column: Expression, names: Sequence[str | None]) -> Expression:
    specific = [name for name in names if name is not None]
    tests = [column.isnull()] if None in names else []
    tests += [column.isin(specific)] if specific else []
    return tests[0] | tests[1] if len(tests) > 1 else tests[0]


def reason_for(table: Expression, indicator: Indicator, *, approved: str | None) -> Expression | None:
    """Return the reason before call counting, missing for an event that stays; None where there can be none.

    `approved` names the column of the approved exclusions that concern the indicator.
    """
    branches: list[tuple[Expression, Expression]] = []
    if "excluded" in table.columns:
        own = table.exclusion_reason
        is_unsaid = own.isnull() | (own == "")
        branches.append((table.excluded, is_unsaid.ifelse(EXCLUDED_TICKET, own)))
    if approved is not None:
        branches.append((table[approved].notnull(), table[approved]))
    branches += [(all_of(rule.tests, table), ibis.literal(rule.reason)) for rule in indicator.exclusions]
    return ibis.cases(*branches, else_=ibis.null("string")) if branches else None


def is_short_call(table: Expression, contract: Contract) -> Expression | None:
    """Return whether a call ended before the threshold of the counting table in force; None without any.

    Only what the outcome then counts as makes it a short abandon: that is read from the cells.
    """
    countings = contract.call_countings
    branches = []
    for index, counting in enumerate(countings):
        if not counting.short_abandon_seconds:
            continue
        following = countings[index + 1].valid_from if index + 1 < len(countings) else None
        start = ibis.coalesce(table[counting.short_abandon_from], table.offered_at)
        is_short = table.ended_at - start < counting.short_abandon_seconds
        in_force = [table.midnight >= midnight_of(counting.valid_from)] if index else []
        in_force += [table.midnight < midnight_of(following)] if following is not None else []
        branches.append(all_true([*in_force, is_short]))
    if not branches:
        return None
    short = branches[0]
    for each in branches[1:]:
        short = short | each
    return short.ifelse(1, 0)


def day_count(day: date) -> int:
    """Return the days since 1970-01-01."""
    return (day - EPOCH).days


def midnight_of(day: date) -> int:
    """Return a day as the queries name it."""
    return day_count(day) * DAY_SECONDS
