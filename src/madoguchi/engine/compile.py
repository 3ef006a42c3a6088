"""Several indicators of one table as one columnar query: whole-number sums per local day (its midnight) and key."""

from collections.abc import Mapping, Sequence
from typing import Any

from madoguchi.core.metrics.spec import Contract, Indicator
from madoguchi.core.vocabulary import MissingEnd, Statistic
from madoguchi.engine.cells import CellReader
from madoguchi.engine.event_values import (
    beyond_calendar,
    calendar_moments,
    event_value,
    is_decided_by_amount,
    needs_calendar,
    within,
)
from madoguchi.engine.expressions import Expression, all_of, all_true, any_true, with_days, with_midnight
from madoguchi.engine.reasons import (
    Approvals,
    ApprovedColumns,
    concerning,
    is_short_call,
    reason_for,
    with_approved,
)
from madoguchi.engine.schemas import fact_table

WITHOUT_VALUE = (Statistic.RATE, Statistic.COUNT, Statistic.MILESTONE)
# The bounds of the asked stretch stand in the compiled text as these numbers: one text serves every month.
START_MARK = 7_000_000_000_000_001
END_MARK = 7_000_000_000_000_002


def batch_key(indicator: Indicator) -> tuple[object, ...]:
    """Return what indicators must have in common to be counted in one pass.

    A percentile's cells are its values, so it is counted alone.
    """
    alone = indicator if indicator.statistic is Statistic.PERCENTILE else None
    return (indicator.table, indicator.at, indicator.group_column, alone)


def compile_batch(
    indicators: Sequence[Indicator], *, contract: Contract, approvals: Approvals
) -> tuple[Any, tuple[CellReader, ...]]:
    """Return the query of indicators with one batch key, and how each reads its cells.

    `approvals` are the approved exclusions there are; without any, nothing is joined.
    """
    table = _rows(indicators, contract)
    table, approved = with_approved(table, indicators, contract=contract, approvals=approvals)
    at, calendar = indicators[0].at, contract.calendar
    table = with_days(table, calendar_moments(indicators), calendar=calendar, known=at)
    table = with_midnight(table, at, calendar=calendar)
    table, values = _with_values(table, indicators, contract)
    columns = Columns(table, contract=contract, approved=approved, approvals=approvals, values=values)
    columns.key(table.midnight)
    readers = [columns.reader(each, has_own_population=_differ(indicators)) for each in indicators]
    return columns.query(), tuple(readers)


def _differ(indicators: Sequence[Indicator]) -> bool:
    return len({(each.where, each.groups) for each in indicators}) > 1


def _population(indicator: Indicator, table: Expression) -> Expression | None:
    tests = [all_of(indicator.where, table)] if indicator.where else []
    if indicator.groups:
        tests.append(table[indicator.group_column].isin([name for name, _ in indicator.groups]))
    return all_true(tests) if tests else None


def _rows(indicators: Sequence[Indicator], contract: Contract) -> Expression:
    """Return the contract's rows of the asked stretch that are in the population of an indicator."""
    table = fact_table(indicators[0].table)
    at = table[indicators[0].at]
    table = table.filter((table.contract == contract.id) & (at >= START_MARK) & (at < END_MARK))
    populations = [_population(each, table) for each in indicators]
    tests = [each for each in populations if each is not None]
    if len(tests) == len(indicators):
        table = table.filter(tests[0] if not _differ(indicators) else any_true(tests))
    return table


def _with_values(
    table: Expression, indicators: Sequence[Indicator], contract: Contract
) -> tuple[Expression, dict[Indicator, str]]:
    """Add the value of each indicator as a column: engines compute a column once, a repeated expression not."""
    columns: dict[Any, tuple[str, Expression]] = {}
    values: dict[Indicator, str] = {}
    for each in indicators:
        if each.statistic not in WITHOUT_VALUE:
            value = event_value(table, each, calendar=contract.calendar)
            values[each] = columns.setdefault(value.op(), (f"value{len(columns)}", value))[0]
    return (table.mutate(**dict(columns.values())) if columns else table), values


class Columns:
    """The keys and sums of a query, each computed once however many indicators want it."""

    def __init__(
        self,
        table: Expression,
        *,
        contract: Contract,
        approved: ApprovedColumns,
        approvals: Approvals,
        values: Mapping[Indicator, str],
    ) -> None:
        self.table = table
        self.contract = contract
        self.approved = approved
        self.approvals = approvals
        self.values = values
        self._keys: dict[Any, Expression] = {}
        self._sums: dict[Any, Expression] = {}

    def key(self, expression: Expression) -> int:
        self._keys.setdefault(expression.op(), expression)
        return list(self._keys).index(expression.op())

    def sum(self, expression: Expression) -> int:
        """Return the sum's place; negative, as sums stand behind all keys and are counted from the end."""
        self._sums.setdefault(expression.op(), expression)
        return -1 - list(self._sums).index(expression.op())

    def query(self) -> Any:  # noqa: ANN401  # Ibis is not typed
        keys = {f"key{index}": each for index, each in enumerate(self._keys.values())}
        sums = list(reversed(self._sums.values()))
        named = {f"sum{index}": each for index, each in enumerate(sums)}
        return self.table.group_by(**keys).aggregate(**named)

    def reader(self, indicator: Indicator, *, has_own_population: bool) -> CellReader:
        """Add what an indicator counts. Events that are left out have keys of their own: no sum asks for that."""
        table = self.table
        mine = _population(indicator, table) if has_own_population else None
        places: dict[str, int | None] = {"events": self._count(mine)}
        if indicator.group_column:
            places["group"] = self.key(table[indicator.group_column])
        reason = reason_for(table, indicator, approved=self.approved.get(concerning(self.approvals, indicator)))
        if reason is not None:
            places["reason"] = self.key(reason)
        if needs_calendar(indicator):
            places["beyond"] = self._count(_both(mine, beyond_calendar(table, indicator)))
        if indicator.is_call_counting:
            places["outcome"] = self.key(table.outcome)
            short = is_short_call(table, self.contract)
            places["short"] = None if short is None else self.key(short)
        elif indicator.statistic in WITHOUT_VALUE:
            places["part"] = self._part(indicator, mine)
        else:
            places |= self._values(indicator, mine)
        return CellReader(indicator=indicator, **places)

    def _count(self, condition: Expression | None) -> int:
        return self.sum(self.table.count() if condition is None else self.table.count(where=condition))

    def _part(self, indicator: Indicator, mine: Expression | None) -> int:
        if indicator.statistic is Statistic.MILESTONE:
            table = self.table
            filled = [table[name] != "" for name in ("confirmed_by", "evidence")]
            return self._count(_both(mine, all_true([table.confirmed_at.notnull(), *filled])))
        return self._count(_both(mine, all_of(indicator.part, self.table)) if indicator.part else mine)

    def _values(self, indicator: Indicator, mine: Expression | None) -> dict[str, int | None]:
        value = self.table[self.values[indicator]]
        if indicator.statistic is Statistic.PERCENTILE:
            return {"value": self.key(value)}
        if indicator.statistic is not Statistic.SHARE_WITHIN:
            return self._sums_of(value, mine)
        decided = within(self.table, indicator, value)
        places: dict[str, int | None] = {"part": self._count(_both(mine, decided))}
        if is_decided_by_amount(indicator):
            return places | self._sums_of(value, mine)
        is_decided = decided.notnull()
        counted = mine if indicator.missing is MissingEnd.MISSED else _both(mine, is_decided)
        return places | self._sums_of(value, counted) | {"decided": self._count(_both(mine, is_decided))}

    def _sums_of(self, value: Expression, condition: Expression | None) -> dict[str, int | None]:
        return {
            "valued": self.sum(value.count(where=condition)),
            "total": self.sum(value.sum(where=condition)),
            "maximum": self.sum(value.max(where=condition)),
        }


def _both(one: Expression | None, two: Expression) -> Expression:
    return two if one is None else one & two
