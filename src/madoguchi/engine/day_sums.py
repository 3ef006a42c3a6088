"""Day sums in a database: written by whole days, read as figures."""

from collections.abc import Mapping, Sequence
from datetime import date

from madoguchi.core.calendar.periods import Period, month_period
from madoguchi.core.metrics.measure_contract import asked_windows
from madoguchi.core.metrics.spec import Contract, Figure, Indicator, Tally, Window
from madoguchi.core.metrics.windows import counted_period
from madoguchi.core.vocabulary import Statistic
from madoguchi.engine.cells import DayTallies
from madoguchi.engine.definition_keys import DefinitionKeys
from madoguchi.engine.partial_freshness import require_fresh
from madoguchi.engine.partial_rows import day_rows, month_rows, months_touched, read_sums, value_rows
from madoguchi.engine.partial_store import Database, Row
from madoguchi.engine.reasons import day_count
from madoguchi.engine.tallies import figure_from, needed_periods

KEPT_IN = ("partial_days", "partial_month_sums", "partial_values", "partial_stretches", "partial_changes")
UNKNOWN = ""  # a state of facts nobody told


class DaySums:
    """The days derived so far, one stretch of them for each contract and definition."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._keys = DefinitionKeys()

    def key(self, indicator: Indicator, *, contract: Contract) -> str:
        return self._keys.of(indicator, contract=contract)

    def keys(self, indicator: Indicator, *, contract: Contract) -> tuple[str, str]:
        """Return what names an indicator's rows."""
        return contract.id, self.key(indicator, contract=contract)

    def write(
        self,
        *,
        contract: Contract,
        periods: Mapping[Indicator, Period],
        found: Mapping[Indicator, DayTallies],
        states: Mapping[Indicator, str] | None = None,
    ) -> int:
        """Replace the days of each indicator's period by what was found; return how many rows they are.

        Belongs into a transaction. What an indicator's earlier definition or calendar gave, or another state of the
        facts, is dropped. A period apart from the days derived before replaces them: days are kept in one stretch.
        """
        days: list[Row] = []
        values: list[Row] = []
        for indicator, tallies in found.items():
            keys = self.keys(indicator, contract=contract)
            self._note_stretch(indicator, keys, periods[indicator], (states or {}).get(indicator, UNKNOWN))
            self._drop(keys, periods[indicator])
            days += day_rows(keys, tallies)
            values += value_rows(keys, tallies)
        self.database.insert("partial_days", days)
        self.database.insert("partial_values", values)
        months: list[Row] = []
        for indicator in found:
            months += month_rows(self.database, self.keys(indicator, contract=contract), periods[indicator])
        self.database.insert("partial_month_sums", months)
        return len(days) + len(values)

    def _note_stretch(self, indicator: Indicator, keys: tuple[str, str], period: Period, state: str) -> None:
        """Note the period as derived, joined with what was, and forget other definitions of the indicator."""
        found = self.database.rows(
            "SELECT definition, first_day, end_day, facts FROM partial_stretches"
            " WHERE contract = ? AND indicator = ? AND version = ?",
            [keys[0], indicator.id, indicator.version],
        )
        first, end = day_count(period.start_date), day_count(period.end_date)
        kept = (first, end)
        for definition, known_first, known_end, known_state in found:
            is_same = definition == keys[1] and known_state == state
            if is_same and known_first <= end and first <= known_end:
                kept = (min(first, known_first), max(end, known_end))
            else:
                self._forget((keys[0], definition))
        self.database.rows("DELETE FROM partial_stretches WHERE contract = ? AND definition = ?", keys)
        self.database.insert("partial_stretches", [(*keys, indicator.id, indicator.version, *kept, state)])

    def _forget(self, keys: tuple[str, str]) -> None:
        for table in KEPT_IN:
            self.database.rows(f"DELETE FROM {table} WHERE contract = ? AND definition = ?", keys)  # noqa: S608

    def _drop(self, keys: tuple[str, str], period: Period) -> None:
        gaps = [*keys, day_count(period.start_date), day_count(period.end_date)]
        for table in ("partial_days", "partial_values", "partial_changes"):
            where = "contract = ? AND definition = ? AND day >= ? AND day < ?"
            self.database.rows(f"DELETE FROM {table} WHERE {where}", gaps)  # noqa: S608  # our own names
        where = "contract = ? AND definition = ? AND month >= ? AND month < ?"
        self.database.rows(f"DELETE FROM partial_month_sums WHERE {where}", [*keys, *months_touched(period)])  # noqa: S608

    def dashboard(self, *, contract: Contract, month: date) -> tuple[Figure, ...]:
        """Return every figure whose window shares a day with the month. Raises StaleDaysError."""
        within = month_period(year=month.year, month=month.month)
        return self.figures(contract=contract, asked=asked_windows(contract=contract, within=within))

    def figures(self, *, contract: Contract, asked: Sequence[tuple[Indicator, Window]]) -> tuple[Figure, ...]:
        """Return the figures asked for, in their order, from day sums alone. Raises StaleDaysError."""
        needed = needed_periods(contract=contract, asked=asked)
        keys = {each: self.key(each, contract=contract) for each in needed}
        require_fresh(
            self.database,
            {(contract.id, keys[each]): (each.id, periods) for each, periods in needed.items()},
            contract=contract.id,
        )
        by_period: dict[Period, dict[str, Indicator]] = {}
        for indicator, periods in needed.items():
            for period in periods:
                by_period.setdefault(period, {})[keys[indicator]] = indicator
        sums = {
            period: read_sums(
                self.database,
                contract=contract.id,
                definitions=list(named),
                percentiles=[key for key, each in named.items() if each.statistic is Statistic.PERCENTILE],
                period=period,
            )
            for period, named in by_period.items()
        }

        def groups_of(indicator: Indicator, window: Window) -> Mapping[str, Tally]:
            period = counted_period(contract=contract, indicator=indicator, window=window)
            return sums[period].get(keys[indicator], {})

        versions = {each.id: each for each in contract.indicators}
        return tuple(
            figure_from(indicator=indicator, window=window, versions=versions, groups_of=groups_of)
            for indicator, window in asked
        )
