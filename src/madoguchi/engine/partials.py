"""Day sums kept per contract and definition, so that a dashboard reads days and not events."""

from collections.abc import Mapping, Sequence
from datetime import date

from madoguchi.core.calendar.periods import Period, month_period
from madoguchi.core.metrics.measure_contract import asked_windows
from madoguchi.core.metrics.spec import Contract, Figure, Indicator, Tally, Window
from madoguchi.core.metrics.windows import counted_period
from madoguchi.core.vocabulary import Statistic
from madoguchi.engine.cells import day_of
from madoguchi.engine.definition_keys import DefinitionKeys
from madoguchi.engine.partial_freshness import changed_days, derived_stretches, require_fresh
from madoguchi.engine.partial_rows import day_rows, month_rows, months_touched, read_sums, value_rows
from madoguchi.engine.partial_store import Database, Row
from madoguchi.engine.reasons import day_count
from madoguchi.engine.tallies import Engine, figure_from, needed_periods

Days = Mapping[Indicator, frozenset[date]]


class Partials:
    """The day sums in a database, kept right by deriving whole days anew from an engine's facts."""

    def __init__(self, *, database: Database, engine: Engine) -> None:
        self.database = database
        self.engine = engine
        self._keys = DefinitionKeys()

    def key(self, indicator: Indicator, *, contract: Contract) -> str:
        return self._keys.of(indicator, contract=contract)

    def refresh(self, *, contract: Contract, period: Period, indicators: Sequence[Indicator] | None = None) -> int:
        """Derive the days of a period anew, all of them or none; return how many rows they are.

        What an indicator's earlier definition or calendar gave is dropped. A period apart from the days derived
        before replaces them: days are kept in one stretch.
        """
        with self.database.transaction(contract=contract.id):
            asked = [each for each in indicators or contract.indicators if each.statistic is not Statistic.COMPOSITE]
            wanted = {each: self._stretch_to_derive(each, contract=contract, period=period) for each in asked}
            found = self.engine.all_day_tallies(contract=contract, needed=wanted)
            days: list[Row] = []
            values: list[Row] = []
            for indicator, tallies in found.items():
                keys = (contract.id, self.key(indicator, contract=contract))
                self._drop(keys, wanted[indicator])
                days += day_rows(keys, tallies)
                values += value_rows(keys, tallies)
            self.database.insert("partial_days", days)
            self.database.insert("partial_values", values)
            months: list[Row] = []
            for indicator in found:
                keys = (contract.id, self.key(indicator, contract=contract))
                months += month_rows(self.database, keys, wanted[indicator])
            self.database.insert("partial_month_sums", months)
        return len(days) + len(values)

    def _stretch_to_derive(self, indicator: Indicator, *, contract: Contract, period: Period) -> Period:
        """Note the period as derived, joined with what was, and forget other definitions of the indicator."""
        keys = (contract.id, self.key(indicator, contract=contract))
        found = self.database.rows(
            "SELECT definition, first_day, end_day FROM partial_stretches"
            " WHERE contract = ? AND indicator = ? AND version = ?",
            [contract.id, indicator.id, indicator.version],
        )
        first, end = day_count(period.start_date), day_count(period.end_date)
        kept = (first, end)
        for definition, known_first, known_end in found:
            if definition == keys[1] and known_first <= end and first <= known_end:
                kept = (min(first, known_first), max(end, known_end))
            else:
                self._forget((contract.id, definition))
        self.database.rows("DELETE FROM partial_stretches WHERE contract = ? AND definition = ?", keys)
        self.database.insert("partial_stretches", [(*keys, indicator.id, indicator.version, *kept)])
        return period

    def _forget(self, keys: tuple[str, str]) -> None:
        for table in ("partial_days", "partial_month_sums", "partial_values", "partial_stretches", "partial_changes"):
            self.database.rows(f"DELETE FROM {table} WHERE contract = ? AND definition = ?", keys)  # noqa: S608

    def _drop(self, keys: tuple[str, str], period: Period) -> None:
        gaps = [*keys, day_count(period.start_date), day_count(period.end_date)]
        for table in ("partial_days", "partial_values", "partial_changes"):
            where = "contract = ? AND definition = ? AND day >= ? AND day < ?"
            self.database.rows(f"DELETE FROM {table} WHERE {where}", gaps)  # noqa: S608  # our own names
        where = "contract = ? AND definition = ? AND month >= ? AND month < ?"
        self.database.rows(f"DELETE FROM partial_month_sums WHERE {where}", [*keys, *months_touched(period)])  # noqa: S608

    def mark_changed(self, *, contract: Contract, days: Days) -> int:
        """Note days whose events have changed, of those that were derived; return how many were noted."""
        noted = 0
        with self.database.transaction(contract=contract.id):
            for indicator, changed in days.items():
                keys = (contract.id, self.key(indicator, contract=contract))
                derived = derived_stretches(self.database, [keys[1]], contract=contract.id).get(keys)
                known = changed_days(self.database, [keys[1]], contract=contract.id).get(keys, [])
                numbers = {day_count(day) for day in changed} - {*known}
                new = sorted(each for each in numbers if derived and derived[0] <= each < derived[1])
                self.database.insert("partial_changes", [(*keys, day) for day in new])
                noted += len(new)
        return noted

    def refresh_changed(self, *, contract: Contract) -> int:
        """Derive anew every day that was noted as changed; return how many days of how many indicators."""
        counted = [each for each in contract.indicators if each.statistic is not Statistic.COMPOSITE]
        keys = {self.key(each, contract=contract): each for each in counted}
        changed = changed_days(self.database, list(keys), contract=contract.id)
        alike: dict[tuple[int, ...], list[Indicator]] = {}
        for (_, definition), numbers in changed.items():
            alike.setdefault(tuple(numbers), []).append(keys[definition])
        for days, indicators in alike.items():
            for period in runs_of(days):
                self.refresh(contract=contract, period=period, indicators=indicators)
        return sum(len(numbers) for numbers in changed.values())

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


def runs_of(numbers: Sequence[int]) -> list[Period]:
    """Return the days as stretches without gaps, in order."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1]:
            runs[-1][1] = number + 1
        else:
            runs.append([number, number + 1])
    return [Period(start_date=day_of(first), end_date=day_of(end)) for first, end in runs]
