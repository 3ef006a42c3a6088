"""One indicator over the months of many contracts, in one pass over their day sums."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from madoguchi.core.calendar.periods import Period, month_period
from madoguchi.core.metrics.figures import make_figure
from madoguchi.core.metrics.spec import Contract, Figure, Indicator, Tally, Window
from madoguchi.core.metrics.windows import indicators_in_force, windows_of
from madoguchi.core.vocabulary import Statistic, WindowKind
from madoguchi.engine.partial_freshness import Key, require_fresh
from madoguchi.engine.partial_rows import month_number, read_months
from madoguchi.engine.partials import Partials

Asked = tuple[Indicator, Window]


def history(
    *, partials: Partials, contracts: Sequence[Contract], indicator: str, within: Period
) -> dict[str, tuple[Figure, ...]]:
    """Return the figures of the months of a period, by contract id. Raises StaleDaysError.

    A month is measured by the version in force on its first day. A contract without the indicator has none.
    """
    asked = _asked(contracts, indicator, within)
    plain = {contract.id: [pair for pair in asked[contract.id] if _is_sum_of_months(*pair)] for contract in contracts}
    needed: dict[Key, tuple[str, list[Period]]] = {}
    for contract in contracts:
        for each, window in plain[contract.id]:
            key = contract.id, partials.key(each, contract=contract)
            needed.setdefault(key, (each.id, []))[1].append(window.period)
    require_fresh(
        partials.database, {key: (name, [_hull(all_)]) for key, (name, all_) in needed.items()}, contract=None
    )
    percentiles = any(each.statistic is Statistic.PERCENTILE for pairs in plain.values() for each, _ in pairs)
    months = read_months(
        partials.database, definitions=list(dict.fromkeys(key for _, key in needed)), within=within,
        has_values=percentiles,
    )  # fmt: skip
    return {contract.id: _figures(partials, contract, asked[contract.id], months) for contract in contracts}


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


def _is_sum_of_months(indicator: Indicator, window: Window) -> bool:
    start = window.period.start_date
    is_whole = window.period == month_period(year=start.year, month=start.month)
    return is_whole and not indicator.is_cumulative and indicator.statistic is not Statistic.COMPOSITE


def _hull(periods: Sequence[Period]) -> Period:
    return Period(start_date=periods[0].start_date, end_date=periods[-1].end_date)


def _figures(
    partials: Partials,
    contract: Contract,
    asked: Sequence[Asked],
    months: Mapping[tuple[str, str, int], Mapping[str, Tally]],
) -> tuple[Figure, ...]:
    figures = []
    for indicator, window in asked:
        if _is_sum_of_months(indicator, window):
            key = contract.id, partials.key(indicator, contract=contract), month_number(window.period.start_date)
            groups = months.get(key, {})
            figures.append(make_figure(indicator=indicator, window=window, groups=groups, members=()))
        else:
            figures += partials.figures(contract=contract, asked=[(indicator, window)])
    return tuple(figures)
