"""Every promised figure of a contract, measured and judged."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from madoguchi.core.calendar.periods import Period
from madoguchi.core.metrics.judge import Coverage, judge_all
from madoguchi.core.metrics.spec import Contract, Figure, Indicator, Measurement, Window
from madoguchi.core.metrics.windows import indicators_in_force, windows_of
from madoguchi.core.vocabulary import WindowKind

Measure = Callable[[Sequence[tuple[Indicator, Window]]], Sequence[Figure]]


def asked_windows(*, contract: Contract, within: Period | None) -> tuple[tuple[Indicator, Window], ...]:
    """Return each indicator with each of its windows, in the order of the definitions.

    A window is measured by the version in force on its first day.
    """
    asked: list[tuple[Indicator, Window]] = []
    for name in dict.fromkeys(indicator.id for indicator in contract.indicators):
        kinds = dict.fromkeys(each.window for each in contract.indicators if each.id == name)
        for kind in kinds:
            for window in windows_of(contract=contract, kind=kind, within=within):
                in_force = indicators_in_force(contract=contract, day=window.period.start_date)
                asked += [(each, window) for each in in_force if each.id == name and each.window is kind]
    return tuple(asked)


def measure_contract(
    *,
    contract: Contract,
    measure: Measure,
    coverage: Coverage,
    within: Period | None = None,
    until: date | None = None,
) -> tuple[Measurement, ...]:
    """Measure and judge everything `within` a period (default: the evaluation period), as it stood before a day.

    A window that ends after `until` is counted up to there and not judged; a survey's round that does is left out.

    `measure` returns the figures of the indicators and windows it is given, in their order. A trend is also
    given the window before the first one asked, which is judged with but not returned.
    """
    asked = asked_windows(contract=contract, within=within)
    asked = asked if until is None else tuple(_as_of(until, asked))
    earlier = _windows_before(contract=contract, asked=asked)
    pairs = (*earlier, *asked)
    figures = measure(pairs)
    judged = judge_all(
        contract=contract,
        figures=[(indicator, figure) for (indicator, _), figure in zip(pairs, figures, strict=True)],
        coverage=coverage,
    )
    return judged[len(earlier) :]


def _as_of(until: date, asked: Sequence[tuple[Indicator, Window]]) -> Iterator[tuple[Indicator, Window]]:
    for indicator, window in asked:
        if window.period.end_date <= until:
            yield indicator, window
        elif window.period.start_date < until and window.kind is not WindowKind.SURVEY_ROUND:
            known = Period(start_date=window.period.start_date, end_date=until)
            yield indicator, replace(window, period=known, is_running=True)


def _windows_before(
    *, contract: Contract, asked: Sequence[tuple[Indicator, Window]]
) -> tuple[tuple[Indicator, Window], ...]:
    firsts: dict[str, tuple[Indicator, Window]] = {}
    for indicator, window in asked:
        if any(objective.trend for objective in indicator.objectives):
            firsts.setdefault(indicator.id, (indicator, window))
    before = []
    for indicator, window in firsts.values():
        if window.period.start_date <= contract.evaluation.start_date:
            continue
        stretch = Period(start_date=contract.evaluation.start_date, end_date=window.period.start_date)
        windows = windows_of(contract=contract, kind=indicator.window, within=stretch)
        before += [(indicator, each) for each in windows if each.period.end_date <= window.period.start_date][-1:]
    return tuple(before)
