"""One indicator over the months of many contracts, in one pass over their day sums."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter

from madoguchi.core.calendar.periods import Period, month_period
from madoguchi.core.metrics.figures import make_figure
from madoguchi.core.metrics.spec import Contract, Figure, Indicator, Window
from madoguchi.core.metrics.windows import indicators_in_force, windows_of
from madoguchi.core.vocabulary import Statistic, WindowKind
from madoguchi.engine.partial_freshness import Key, require_fresh
from madoguchi.engine.partial_rows import month_number, read_months, read_stretch
from madoguchi.engine.partials import Partials

Asked = tuple[Indicator, Window, int | None]  # with the number of the month where the window is a whole one


def history(
    *, partials: Partials, contracts: Sequence[Contract], indicator: str, within: Period
) -> dict[str, tuple[Figure, ...]]:
    """Return the figures of the months of a period, by contract id. Raises StaleDaysError.

    A month is measured by the version in force on its first day. A contract without the indicator has none.
    """
    asked = _asked(contracts, indicator, within)
    keys = {
        (contract.id, each.version): partials.key(each, contract=contract)
        for contract in contracts
        for each in contract.indicators
        if each.id == indicator and _adds_up(each)
    }
    _require_fresh(partials, asked, keys)
    read = _Read(partials=partials, asked=asked, keys=keys, within=within)
    return {contract.id: tuple(read.figures(contract, asked[contract.id])) for contract in contracts}


def _adds_up(indicator: Indicator) -> bool:
    return not indicator.is_cumulative and indicator.statistic is not Statistic.COMPOSITE


def _require_fresh(
    partials: Partials, asked: Mapping[str, Sequence[Asked]], keys: Mapping[tuple[str, int], str]
) -> None:
    """Raise StaleDaysError unless the days from each version's first month to its last were derived and stand."""
    hulls: dict[Key, tuple[str, list[Period]]] = {}
    for contract, months in asked.items():
        for each, own in groupby(months, key=itemgetter(0)):
            if _adds_up(each):
                periods = [window.period for _, window, _ in own]
                hull = Period(start_date=periods[0].start_date, end_date=periods[-1].end_date)
                hulls.setdefault((contract, keys[contract, each.version]), (each.id, []))[1].append(hull)
    require_fresh(partials.database, hulls, contract=None)


class _Read:
    """The sums of whole months in one query, and of each stretch that a contract's first or last day cuts."""

    def __init__(
        self,
        *,
        partials: Partials,
        asked: Mapping[str, Sequence[Asked]],
        keys: Mapping[tuple[str, int], str],
        within: Period,
    ) -> None:
        self.partials = partials
        self.keys = keys
        every = [one for months in asked.values() for one in months]
        cut = {window for each, window, month in every if month is None and _adds_up(each)}
        definitions = list(dict.fromkeys(keys.values()))
        has_values = any(each.statistic is Statistic.PERCENTILE for each, _, _ in every)
        database = partials.database
        self._sums = read_months(database, definitions=definitions, within=within, has_values=has_values)
        self._cut = {
            window: read_stretch(database, definitions=definitions, period=window.period, has_values=has_values)
            for window in sorted(cut, key=lambda each: each.period.start_date)
        }

    def figures(self, contract: Contract, months: Sequence[Asked]) -> Iterator[Figure]:
        for each, window, month in months:
            key = self.keys.get((contract.id, each.version))
            if key is None:
                yield from self.partials.figures(contract=contract, asked=[(each, window)])
                continue
            found = (
                self._cut[window].get((contract.id, key))
                if month is None
                else self._sums.get((contract.id, key, month))
            )
            yield make_figure(indicator=each, window=window, groups=found or {}, members=())


def _asked(contracts: Sequence[Contract], name: str, within: Period) -> dict[str, list[Asked]]:
    alike: dict[tuple[Period, Period], list[tuple[Window, int | None]]] = {}
    asked: dict[str, list[Asked]] = {}
    for contract in contracts:
        place = (contract.period, contract.evaluation)
        if place not in alike:
            windows = windows_of(contract=contract, kind=WindowKind.MONTH, within=within)
            alike[place] = [(each, _month_of(each)) for each in windows]
        named = replace(contract, indicators=tuple(each for each in contract.indicators if each.id == name))
        asked[contract.id] = [
            (each, window, month)
            for window, month in alike[place]
            for each in indicators_in_force(contract=named, day=window.period.start_date)
        ]
    return asked


def _month_of(window: Window) -> int | None:
    start = window.period.start_date
    is_whole = window.period == month_period(year=start.year, month=start.month)
    return month_number(start) if is_whole else None
