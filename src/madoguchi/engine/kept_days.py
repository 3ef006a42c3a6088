"""Day sums that derive by themselves what they lack, so that whoever asks twice reads days and not events."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Self

from madoguchi.core.calendar.periods import Period
from madoguchi.core.metrics.spec import Contract, Figure, Indicator, Window
from madoguchi.core.vocabulary import Statistic
from madoguchi.engine.cells import DayTallies, day_of
from madoguchi.engine.day_sums import DaySums
from madoguchi.engine.partial_freshness import Derived, derived_from
from madoguchi.engine.partial_rows import read_days
from madoguchi.engine.partial_store import Database
from madoguchi.engine.reasons import day_count
from madoguchi.engine.tallies import Engine, hull, needed_periods

Needed = Mapping[Indicator, Period]
AVAILABILITY_TABLES = ("outages", "maintenance")


class KeptDays:
    """Answers what an engine does, from the day sums of a database.

    `state_of` tells the content of some fact tables from any other. Days that were derived from other content, or by
    another definition or calendar, are never read: they are derived anew, and no more than was asked for.
    """

    def __init__(
        self, *, database: Database, engine: Callable[[], Engine], state_of: Callable[[Sequence[str]], str]
    ) -> None:
        self.database = database
        self._sums = DaySums(database)
        self._engine = engine
        self._state_of = state_of

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()

    def measure_all(self, *, contract: Contract, asked: Sequence[tuple[Indicator, Window]]) -> tuple[Figure, ...]:
        """Return the figures asked for, in their order."""
        periods = needed_periods(contract=contract, asked=asked)
        with self._all_there(contract, {indicator: hull(each) for indicator, each in periods.items()}):
            return self._sums.figures(contract=contract, asked=asked)

    def all_day_tallies(self, *, contract: Contract, needed: Needed) -> dict[Indicator, DayTallies]:
        """Return the day tallies of many indicators."""
        with self._all_there(contract, needed):
            return {
                indicator: read_days(
                    self.database,
                    keys=self._sums.keys(indicator, contract=contract),
                    period=period,
                    has_values=indicator.statistic is Statistic.PERCENTILE,
                )
                for indicator, period in needed.items()
            }

    @contextmanager
    def _all_there(self, contract: Contract, needed: Needed) -> Iterator[None]:
        """Hold a transaction in which every day needed is there, derived from the facts as they are now."""
        states = {each: self._state_of(tables_read(each)) for each in needed}
        with self.database.reading():
            lacking = self._lacking(contract, needed, states)
            if not lacking:
                yield
                return
        engine = self._engine()
        # the facts may be many: they are read before anybody else is kept from writing
        found = engine.all_day_tallies(contract=contract, needed=lacking)
        with self.database.transaction(contract=contract.id):
            self._sums.write(contract=contract, periods=lacking, found=found, states=states)
            lacking = self._lacking(contract, needed, states)
            if lacking:  # somebody replaced meanwhile what these days were to join
                found = engine.all_day_tallies(contract=contract, needed=lacking)
                self._sums.write(contract=contract, periods=lacking, found=found, states=states)
            yield

    def _lacking(self, contract: Contract, needed: Needed, states: Mapping[Indicator, str]) -> dict[Indicator, Period]:
        """Return the days to derive so that all that is needed stands in one stretch with what is there."""
        known = derived_from(self.database, contract=contract.id)
        lacking = {}
        for indicator, period in needed.items():
            derived = known.get(self._sums.key(indicator, contract=contract))
            is_true = derived is not None and derived.facts == states[indicator]
            missing = _missing(period, derived) if derived is not None and is_true else period
            if missing is not None:
                lacking[indicator] = missing
        return lacking


def tables_read(indicator: Indicator) -> tuple[str, ...]:
    """Return the fact tables that what an indicator counts depends on."""
    if indicator.statistic is Statistic.AVAILABILITY:
        return AVAILABILITY_TABLES
    return (indicator.table, "exclusions")


def _missing(period: Period, derived: Derived) -> Period | None:
    """Return the days to derive for a period beside a stretch derived before, with those between them."""
    first, end = day_count(period.start_date), day_count(period.end_date)
    if derived.first <= first and end <= derived.end:
        return None
    if derived.first <= first:
        first = derived.end
    elif end <= derived.end:
        end = derived.first
    return Period(start_date=day_of(first), end_date=day_of(end))
