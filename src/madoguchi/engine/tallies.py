"""Definitions run on an engine: the same tallies and figures as the reference gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from madoguchi.core.calendar.day_table import EPOCH
from madoguchi.core.calendar.periods import Period
from madoguchi.core.metrics.figures import make_figure
from madoguchi.core.metrics.spec import Contract, Figure, Indicator, Tally, Window
from madoguchi.core.metrics.windows import counted_period
from madoguchi.core.vocabulary import Statistic
from madoguchi.engine.availability import compile_availability
from madoguchi.engine.backends import Backend, Rows, to_sql
from madoguchi.engine.compile import END_MARK, START_MARK, compile_indicator

DayTallies = dict[tuple[date, str], Tally]


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """The compiled text of an indicator; `has_group` says whether the cells carry a group."""

    cells: str
    histogram: str | None
    has_group: bool


@dataclass(kw_only=True)
class Engine:
    """A backend with the queries it has compiled; nothing is compiled twice."""

    backend: Backend
    _queries: dict[tuple[Indicator, Contract, bool], Query] = field(default_factory=dict)
    _has_exclusions: bool | None = None

    def day_tallies(self, *, contract: Contract, indicator: Indicator, period: Period) -> DayTallies:
        """Return what was counted per local day and group, as the reference's `day_tallies` does."""
        self.backend.add_calendar(contract.calendar)
        if self._has_exclusions is None:
            self._has_exclusions = self.backend.has_rows("exclusions")
        query = self._query(indicator, contract)
        bounds = epoch_bounds(period, contract=contract)
        cells = self.backend.run(with_bounds(query.cells, bounds))
        if indicator.statistic is Statistic.AVAILABILITY:
            return _availability(cells, services=len(indicator.services))
        tallies = _from_cells(cells, has_group=query.has_group)
        if query.histogram is not None:
            _add_histogram(tallies, self.backend.run(with_bounds(query.histogram, bounds)))
        return tallies

    def _query(self, indicator: Indicator, contract: Contract) -> Query:
        key = (indicator, contract, bool(self._has_exclusions))
        if key not in self._queries:
            self._queries[key] = self._compiled(indicator, contract)
        return self._queries[key]

    def _compiled(self, indicator: Indicator, contract: Contract) -> Query:
        dialect = self.backend.dialect
        if indicator.statistic is Statistic.AVAILABILITY:
            cells = to_sql(compile_availability(indicator, contract=contract), dialect)
            return Query(cells=cells, histogram=None, has_group=False)
        compiled = compile_indicator(indicator, contract=contract, has_exclusions=bool(self._has_exclusions))
        histogram = None if compiled.histogram is None else to_sql(compiled.histogram, dialect)
        return Query(
            cells=to_sql(compiled.cells, dialect),
            histogram=histogram,
            has_group="cell_group" in compiled.keys,
        )

    def measure(self, *, contract: Contract, indicator: Indicator, window: Window) -> Figure:
        """Return the exact figure of one window."""
        return self.measure_all(contract=contract, asked=[(indicator, window)])[0]

    def measure_all(self, *, contract: Contract, asked: Sequence[tuple[Indicator, Window]]) -> tuple[Figure, ...]:
        """Return the figures asked for, in their order; each indicator's facts are read once."""
        versions = {each.id: each for each in contract.indicators}
        needed: dict[Indicator, list[Period]] = {}
        for indicator, window in asked:
            for each in _measured(indicator, versions):
                period = counted_period(contract=contract, indicator=each, window=window)
                needed.setdefault(each, []).append(period)
        days = {
            indicator: self.day_tallies(contract=contract, indicator=indicator, period=_hull(periods))
            for indicator, periods in needed.items()
        }
        return tuple(
            figure_from_days(contract=contract, indicator=indicator, window=window, days=days, versions=versions)
            for indicator, window in asked
        )


def _measured(indicator: Indicator, versions: Mapping[str, Indicator]) -> list[Indicator]:
    if indicator.statistic is Statistic.COMPOSITE:
        return [versions[name] for name, _ in indicator.members]
    return [indicator]


def _hull(periods: Sequence[Period]) -> Period:
    return Period(start_date=min(each.start_date for each in periods), end_date=max(each.end_date for each in periods))


def figure_from_days(
    *,
    contract: Contract,
    indicator: Indicator,
    window: Window,
    days: Mapping[Indicator, Mapping[tuple[date, str], Tally]],
    versions: Mapping[str, Indicator],
) -> Figure:
    """Join the days of a window into its figure."""
    if indicator.statistic is Statistic.COMPOSITE:
        members = tuple(
            figure_from_days(contract=contract, indicator=each, window=window, days=days, versions=versions)
            for each in _measured(indicator, versions)
        )
        return make_figure(indicator=indicator, window=window, groups={}, members=members)
    period = counted_period(contract=contract, indicator=indicator, window=window)
    groups: dict[str, Tally] = {}
    for (day, group), tally in days[indicator].items():
        if day in period:
            groups[group] = groups.get(group, Tally()) + tally
    return make_figure(indicator=indicator, window=window, groups=groups, members=())


def epoch_bounds(period: Period, *, contract: Contract) -> tuple[int, int]:
    """Return the first second of a period and the first after it, in epoch seconds."""
    first, end = (
        int(datetime.combine(day, time(), tzinfo=UTC).timestamp()) - contract.calendar.utc_offset_seconds
        for day in (period.start_date, period.end_date)
    )
    return first, end


def with_bounds(sql: str, bounds: tuple[int, int]) -> str:
    return sql.replace(str(START_MARK), str(bounds[0])).replace(str(END_MARK), str(bounds[1]))


def _day(number: Any) -> date:  # noqa: ANN401  # whatever whole number the engine gives
    return EPOCH + timedelta(days=int(number))


def _from_cells(cells: Rows, *, has_group: bool) -> DayTallies:
    tallies: DayTallies = {}
    for cell in cells:
        day, group = _day(cell[0]), str(cell[1]) if has_group else ""
        reason, events, counted, part, valued, total, maximum, missing = cell[2 if has_group else 1 :]
        if reason is not None:
            tally = Tally(excluded=((str(reason), int(events)),))
        else:
            tally = Tally(
                counted=int(counted),
                part=int(part),
                valued=int(valued),
                total=int(total),
                maximum=None if maximum is None else int(maximum),
                missing=int(missing),
            )
        tallies[day, group] = tallies.get((day, group), Tally()) + tally
    return tallies


def _add_histogram(tallies: DayTallies, rows: Rows) -> None:
    values: dict[date, dict[int, int]] = {}
    for number, value, events in rows:
        values.setdefault(_day(number), {})[int(value)] = int(events)
    for day, counts in values.items():
        tallies[day, ""] = tallies.get((day, ""), Tally()) + Tally(histogram=tuple(sorted(counts.items())))


def _availability(rows: Rows, *, services: int) -> DayTallies:
    tallies: DayTallies = {}
    for number, open_seconds, maintenance, affected in rows:
        counted = int(open_seconds) * services - int(maintenance)
        lost = int(affected) - int(maintenance)
        excluded = (("maintenance", int(maintenance)),) if maintenance else ()
        tally = Tally(counted=counted, part=counted - lost, total=lost, excluded=excluded)
        if tally != Tally():
            tallies[_day(number), ""] = tally
    return tallies
