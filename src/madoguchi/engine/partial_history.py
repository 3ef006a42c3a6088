"""One indicator over the months of many contracts, in one pass over their day sums."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from madoguchi.core.calendar.periods import Period, month_period
from madoguchi.core.metrics.figures import make_figure
from madoguchi.core.metrics.spec import Contract, Figure, Indicator, Window
from madoguchi.core.metrics.windows import indicators_in_force, windows_of
from madoguchi.core.vocabulary import Statistic, WindowKind
from madoguchi.engine.partial_freshness import Key, require_fresh
from madoguchi.engine.partial_rows import month_number, read_months, read_stretch
from madoguchi.engine.partials import Partials

Asked = tuple[Indicator, Window]


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
    return {
        contract.id: tuple(read.figure(contract, each, window) for each, window in asked[contract.id])
        for contract in contracts
    }


def _adds_up(indicator: Indicator) -> bool:
    return not indicator.is_cumulative and indicator.statistic is not Statistic.COMPOSITE


def _require_fresh(
    partials: Partials, asked: Mapping[str, Sequence[Asked]], keys: Mapping[tuple[str, int], str]
) -> None:
    needed: dict[Key, tuple[str, list[Period]]] = {}
    for contract, pairs in asked.items():
        for each, window in pairs:
            if _adds_up(each):
                key = contract, keys[contract, each.version]
                needed.setdefault(key, (each.id, []))[1].append(window.period)
    hulls = {key: (name, [_hull(periods)]) for key, (name, periods) in needed.items()}
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
        windows = {window for pairs in asked.values() for each, window in pairs if _adds_up(each)}
        self._months = {window: month_number(window.period.start_date) for window in windows if _is_whole(window)}
        definitions = list(dict.fromkeys(keys.values()))
        has_values = any(each.statistic is Statistic.PERCENTILE for pairs in asked.values() for each, _ in pairs)
        database = partials.database
        self._sums = read_months(database, definitions=definitions, within=within, has_values=has_values)
        self._cut = {
            window: read_stretch(database, definitions=definitions, period=window.period, has_values=has_values)
            for window in sorted(windows - self._months.keys(), key=lambda each: each.period.start_date)
        }

    def figure(self, contract: Contract, indicator: Indicator, window: Window) -> Figure:
        key = self.keys.get((contract.id, indicator.version))
        if key is None:
            return self.partials.figures(contract=contract, asked=[(indicator, window)])[0]
        month = self._months.get(window)
        groups = (
            self._cut[window].get((contract.id, key), {})
            if month is None
            else self._sums.get((contract.id, key, month), {})
        )
        return make_figure(indicator=indicator, window=window, groups=groups, members=())


def _asked(contracts: Sequence[Contract], name: str, within: Period) -> dict[str, list[Asked]]:
    windows: dict[tuple[Period, Period], tuple[Window, ...]] = {}
    asked: dict[str, list[Asked]] = {}
    for contract in contracts:
        alike = (contract.period, contract.evaluation)
        if alike not in windows:
            windows[alike] = windows_of(contract=contract, kind=WindowKind.MONTH, within=within)
        named = replace(contract, indicators=tuple(each for each in contract.indicators if each.id == name))
        asked[contract.id] = [
            (each, window)
            for window in windows[alike]
            for each in indicators_in_force(contract=named, day=window.period.start_date)
        ]
    return asked


def _is_whole(window: Window) -> bool:
    start = window.period.start_date
    return window.period == month_period(year=start.year, month=start.month)


def _hull(periods: Sequence[Period]) -> Period:
    return Period(start_date=periods[0].start_date, end_date=periods[-1].end_date)
