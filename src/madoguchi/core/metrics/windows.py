"""The stretches of a contract that figures are made for."""

from collections.abc import Callable, Mapping
from datetime import date

from madoguchi.core.calendar.periods import Period, fiscal_year_of, fiscal_years_in, months_in, quarters_in
from madoguchi.core.metrics.spec import Contract, Indicator, Window
from madoguchi.core.vocabulary import Season, WindowKind

QUARTER_OF_MONTH = {4: 1, 5: 1, 6: 1, 7: 2, 8: 2, 9: 2, 10: 3, 11: 3, 12: 3, 1: 4, 2: 4, 3: 4}


def windows_of(*, contract: Contract, kind: WindowKind, within: Period | None = None) -> tuple[Window, ...]:
    """Return the contract's windows of a kind that overlap `within` (default: the evaluation period).

    Months, quarters and fiscal years are cut at the contract's first and last day.
    """
    asked = (within or contract.evaluation).clipped(to=contract.period)
    if asked is None:
        return ()
    if kind is WindowKind.CONTRACT:
        return (Window(kind=kind, label="contract", period=contract.period),)
    if kind is WindowKind.EVALUATION:
        return (Window(kind=kind, label="evaluation", period=contract.evaluation),)
    if kind is WindowKind.SURVEY_ROUND:
        rounds = [each for each in contract.survey_rounds if each.period.overlaps(asked)]
        return tuple(Window(kind=kind, label=each.id, period=each.period) for each in rounds)
    return tuple(
        Window(kind=kind, label=window_label(kind, period.start_date), period=cut)
        for period in ENUMERATORS[kind](asked)
        if (cut := period.clipped(to=contract.period)) is not None
    )


def month_label(day: date) -> str:
    return f"{day.year:04d}-{day.month:02d}"


def quarter_label(day: date) -> str:
    return f"{fiscal_year_of(day):04d}-Q{QUARTER_OF_MONTH[day.month]}"


def fiscal_year_label(day: date) -> str:
    return f"FY{fiscal_year_of(day):04d}"


LABELS: Mapping[WindowKind, Callable[[date], str]] = {
    WindowKind.MONTH: month_label,
    WindowKind.QUARTER: quarter_label,
    WindowKind.FISCAL_YEAR: fiscal_year_label,
}
ENUMERATORS: Mapping[WindowKind, Callable[[Period], tuple[Period, ...]]] = {
    WindowKind.MONTH: months_in,
    WindowKind.QUARTER: quarters_in,
    WindowKind.FISCAL_YEAR: fiscal_years_in,
}


def window_label(kind: WindowKind, day: date) -> str:
    return LABELS[kind](day)


def counted_period(*, contract: Contract, indicator: Indicator, window: Window) -> Period:
    """Return the days whose events count: the window, or all up to its end for a cumulative indicator."""
    if not indicator.is_cumulative:
        return window.period
    return Period(start_date=min(contract.period.start_date, window.period.start_date), end_date=window.period.end_date)


def season_of(*, contract: Contract, day: date) -> Season:
    """Return the season of a day; days in no named season are normal."""
    for each in contract.seasons:
        if day in each.period:
            return each.season
    return Season.NORMAL


def indicators_in_force(*, contract: Contract, day: date) -> tuple[Indicator, ...]:
    """Return the version in force on a day of every indicator that is in force at all, in the order given."""
    in_force: dict[str, Indicator] = {}
    for indicator in contract.indicators:
        if indicator.valid_from is None or indicator.valid_from <= day:
            known = in_force.get(indicator.id)
            if known is None or (indicator.valid_from or date.min) >= (known.valid_from or date.min):
                in_force[indicator.id] = indicator
    return tuple(in_force.values())
