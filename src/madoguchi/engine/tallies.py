"""Definitions run on an engine: the same tallies and figures as the reference gives."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from madoguchi.core.calendar.periods import Period
from madoguchi.core.metrics.figures import make_figure
from madoguchi.core.metrics.spec import Contract, Figure, Indicator, Tally, Window
from madoguchi.core.metrics.windows import counted_period
from madoguchi.core.vocabulary import Statistic
from madoguchi.engine.availability import compile_availability
from madoguchi.engine.backends import Backend, to_sql
from madoguchi.engine.cells import BeyondCalendarError, CellReader, DayTallies, availability_tallies, joined
from madoguchi.engine.compile import END_MARK, START_MARK, batch_key, compile_batch
from madoguchi.engine.expressions import Expression
from madoguchi.engine.reasons import Approvals, approvals_query, concerning
from madoguchi.engine.schemas import END_DAY, FIRST_DAY, calendar_name

GroupsOf = Callable[[Indicator, Window], Mapping[str, Tally]]
# told how many indicators are counted, and of how many
Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """The compiled text of some indicators, and how each reads its cells."""

    sql: str
    readers: tuple[CellReader, ...]


Queries = dict[tuple[object, ...], Query]
MOST_QUERIES = 2_000


@dataclass(kw_only=True)
class Engine:
    """A backend with the queries it has compiled; nothing is compiled twice, nor by engines that share `queries`."""

    backend: Backend
    progress: Progress | None = None
    queries: Queries = field(default_factory=dict)

    def day_tallies(self, *, contract: Contract, indicator: Indicator, period: Period) -> DayTallies:
        """Return what was counted per local day and group, as the reference's `day_tallies` does."""
        return self.all_day_tallies(contract=contract, needed={indicator: period})[indicator]

    def all_day_tallies(self, *, contract: Contract, needed: Mapping[Indicator, Period]) -> dict[Indicator, DayTallies]:
        """Return the day tallies of many indicators; those that can be are counted in one pass over a table."""
        _refuse_beyond_table(needed.values())
        self.backend.add_calendar(contract.calendar)
        approvals = self._approvals(contract)
        batches: dict[tuple[object, ...], list[Indicator]] = {}
        found: dict[Indicator, DayTallies] = {}
        for indicator, period in needed.items():
            if indicator.statistic is Statistic.AVAILABILITY:
                found[indicator] = self._availability(indicator, contract=contract, period=period)
                self._tell(len(found), len(needed))
            else:
                batches.setdefault((*batch_key(indicator), period), []).append(indicator)
        for batch in batches.values():
            query = self._query(batch, contract=contract, approvals=approvals)
            cells = self.backend.run(with_bounds(query.sql, epoch_bounds(needed[batch[0]], contract=contract)))
            for reader in query.readers:
                found[reader.indicator] = reader.tallies(cells, contract=contract)
            self._tell(len(found), len(needed))
        return found

    def _tell(self, done: int, total: int) -> None:
        if self.progress is not None:
            self.progress(done, total)

    def _compiled(self, key: tuple[object, ...], compiled: Callable[[], Query]) -> Query:
        place = (self.backend.dialect, *key)
        known = self.queries.get(place)
        if known is None:
            if len(self.queries) >= MOST_QUERIES:
                self.queries.clear()
            known = self.queries[place] = compiled()
        return known

    def _sql(self, expression: Expression) -> str:
        return to_sql(expression, self.backend.dialect)

    def _approvals(self, contract: Contract) -> Approvals:
        """Ask which approved exclusions there are now: the queries differ by it."""
        if not self.backend.has_rows("exclusions"):
            return frozenset()
        key = ("approvals", contract.id)
        query = self._compiled(key, lambda: Query(sql=self._sql(approvals_query(contract)), readers=()))
        return frozenset((str(table), name) for table, name in self.backend.run(query.sql))

    def _query(self, batch: Sequence[Indicator], *, contract: Contract, approvals: Approvals) -> Query:
        concerned: Approvals = frozenset().union(*(concerning(approvals, each) for each in batch))
        countings = contract.call_countings if any(each.is_call_counting for each in batch) else ()
        key = (tuple(batch), contract.id, calendar_name(contract.calendar), countings, concerned)

        def compiled() -> Query:
            expression, readers = compile_batch(batch, contract=contract, approvals=concerned)
            return Query(sql=self._sql(expression), readers=readers)

        return self._compiled(key, compiled)

    def _availability(self, indicator: Indicator, *, contract: Contract, period: Period) -> DayTallies:
        key = (indicator, contract.id, calendar_name(contract.calendar))

        def compiled() -> Query:
            return Query(sql=self._sql(compile_availability(indicator, contract=contract)), readers=())

        query = self._compiled(key, compiled)
        cells = self.backend.run(with_bounds(query.sql, epoch_bounds(period, contract=contract)))
        return availability_tallies(cells, services=len(indicator.services))

    def measure(self, *, contract: Contract, indicator: Indicator, window: Window) -> Figure:
        """Return the exact figure of one window."""
        return self.measure_all(contract=contract, asked=[(indicator, window)])[0]

    def measure_all(self, *, contract: Contract, asked: Sequence[tuple[Indicator, Window]]) -> tuple[Figure, ...]:
        """Return the figures asked for, in their order."""
        needed = {
            indicator: hull(periods) for indicator, periods in needed_periods(contract=contract, asked=asked).items()
        }
        return figures_from_days(
            contract=contract, asked=asked, days=self.all_day_tallies(contract=contract, needed=needed)
        )


def needed_periods(*, contract: Contract, asked: Sequence[tuple[Indicator, Window]]) -> dict[Indicator, list[Period]]:
    """Return the indicators that count events for what is asked, members of composites among them."""
    versions = {each.id: each for each in contract.indicators}
    needed: dict[Indicator, list[Period]] = {}
    for indicator, window in asked:
        for each in counted_indicators(indicator, versions):
            period = counted_period(contract=contract, indicator=each, window=window)
            needed.setdefault(each, []).append(period)
    return needed


def counted_indicators(indicator: Indicator, versions: Mapping[str, Indicator]) -> list[Indicator]:
    """Return the indicator itself, or a composite's members."""
    if indicator.statistic is Statistic.COMPOSITE:
        return [versions[name] for name, _ in indicator.members]
    return [indicator]


def hull(periods: Sequence[Period]) -> Period:
    return Period(start_date=min(each.start_date for each in periods), end_date=max(each.end_date for each in periods))


def figures_from_days(
    *,
    contract: Contract,
    asked: Sequence[tuple[Indicator, Window]],
    days: Mapping[Indicator, Mapping[tuple[date, str], Tally]],
) -> tuple[Figure, ...]:
    """Join the days of each window into its figure."""
    versions = {each.id: each for each in contract.indicators}

    def groups_of(indicator: Indicator, window: Window) -> Mapping[str, Tally]:
        period = counted_period(contract=contract, indicator=indicator, window=window)
        return joined({key: tally for key, tally in days[indicator].items() if key[0] in period})

    return tuple(
        figure_from(indicator=indicator, window=window, versions=versions, groups_of=groups_of)
        for indicator, window in asked
    )


def figure_from(
    *, indicator: Indicator, window: Window, versions: Mapping[str, Indicator], groups_of: GroupsOf
) -> Figure:
    """Return a figure from what was counted for it, or for a composite's members."""
    if indicator.statistic is Statistic.COMPOSITE:
        members = tuple(
            figure_from(indicator=each, window=window, versions=versions, groups_of=groups_of)
            for each in counted_indicators(indicator, versions)
        )
        return make_figure(indicator=indicator, window=window, groups={}, members=members)
    return make_figure(indicator=indicator, window=window, groups=groups_of(indicator, window), members=())


def epoch_bounds(period: Period, *, contract: Contract) -> tuple[int, int]:
    """Return the first second of a period and the first after it, in epoch seconds."""
    first, end = (
        int(datetime.combine(day, time(), tzinfo=UTC).timestamp()) - contract.calendar.utc_offset_seconds
        for day in (period.start_date, period.end_date)
    )
    return first, end


def with_bounds(sql: str, bounds: tuple[int, int]) -> str:
    return sql.replace(str(START_MARK), str(bounds[0])).replace(str(END_MARK), str(bounds[1]))


def _refuse_beyond_table(periods: Iterable[Period]) -> None:
    for period in periods:
        if period.start_date < FIRST_DAY or period.end_date > END_DAY:
            raise BeyondCalendarError(
                f"days from {period.start_date} until before {period.end_date}: "
                f"the engine's calendar reaches from {FIRST_DAY} until before {END_DAY}"
            )
