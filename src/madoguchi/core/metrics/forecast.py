"""A month's end told from its days so far: every day left goes as days of its kind went lately.

Days of one kind are the open days of one weekday, or the closed days. What a kind gave lately is averaged; where fewer
than two of its days are known, all open days (or all closed days) stand in. The range is a 95 % prediction interval
that takes days as independent of each other: where a bad day brings a bad morrow, it is too narrow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from madoguchi.core.calendar.hours import BusinessCalendar
from madoguchi.core.calendar.periods import Period
from madoguchi.core.metrics.classify import value_scale
from madoguchi.core.metrics.spec import Indicator, Tally
from madoguchi.core.vocabulary import Statistic

LOOKBACK_DAYS = 56
LEAST_DAYS = 2
Z_95 = Fraction("1.959963984540054")
SHARES = (Statistic.RATE, Statistic.SHARE_WITHIN, Statistic.AVAILABILITY)
FORECAST = (*SHARES, Statistic.MEAN, Statistic.COUNT, Statistic.SUM)
Sample = tuple[Fraction, Fraction]


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """A month's figure as it would end, in the indicator's unit, and of how many events in all."""

    exact: Fraction
    low: Fraction
    high: Fraction
    whole: Fraction
    days_left: int


def forecast(
    *, indicator: Indicator, days: Mapping[date, Tally], known: Period, month: Period, calendar: BusinessCalendar
) -> Forecast | None:
    """Return how a month would end; None where that cannot be told (yet).

    `days` are the sums of the whole days in `known`; days of the month after it are told from their kinds.
    """
    if indicator.statistic not in FORECAST or known.end_date < month.start_date:
        return None
    is_ratio = indicator.statistic not in (Statistic.COUNT, Statistic.SUM)
    history = {day: _sample(indicator, days.get(day, Tally())) for day in _days(known)}
    left = _days(Period(start_date=min(known.end_date, month.end_date), end_date=month.end_date))
    likes = [_like(day, history, calendar) for day in left]
    if any(len(each) < LEAST_DAYS for each in likes):
        return None
    so_far = [sample for day, sample in history.items() if day in month]
    more_top = sum((_mean([top for top, _ in each]) for each in likes), start=Fraction(0))
    more_foot = sum((_mean([foot for _, foot in each]) for each in likes), start=Fraction(0))
    top = sum((each for each, _ in so_far), start=more_top)
    foot = sum((each for _, each in so_far), start=more_foot) if is_ratio else Fraction(1)
    if foot == 0:
        return None
    exact = top / foot
    rests = [[one - exact * two if is_ratio else one for one, two in each] for each in likes]
    spread = sum((_variance(each) * Fraction(len(each) + 1, len(each)) for each in rests), start=Fraction(0))
    half = Z_95 * _root(spread) / foot
    least = Fraction(0) if is_ratio else sum((each for each, _ in so_far), start=Fraction(0))
    scale = _scale(indicator)
    highest = min(exact + half, Fraction(1)) if indicator.statistic in SHARES else exact + half
    return Forecast(
        exact=exact * scale, low=max(least, exact - half) * scale, high=highest * scale,
        whole=foot if is_ratio else top, days_left=len(left),
    )  # fmt: skip


def _sample(indicator: Indicator, tally: Tally) -> Sample:
    if indicator.statistic in SHARES:
        return Fraction(tally.part), Fraction(tally.counted)
    if indicator.statistic is Statistic.COUNT:
        return Fraction(tally.counted), Fraction(1)
    return Fraction(tally.total), Fraction(tally.valued)


def _scale(indicator: Indicator) -> Fraction:
    if indicator.statistic in SHARES:
        return Fraction(100)
    return Fraction(1) if indicator.statistic is Statistic.COUNT else Fraction(1, value_scale(indicator))


def _days(period: Period) -> list[date]:
    count = (period.end_date - period.start_date).days
    return [period.start_date + timedelta(days=number) for number in range(count)]


def _like(day: date, history: Mapping[date, Sample], calendar: BusinessCalendar) -> list[Sample]:
    """Return what the days of a day's kind gave."""
    is_open = bool(calendar.hours_on(day))
    alike = {each: sample for each, sample in history.items() if bool(calendar.hours_on(each)) == is_open}
    same = [sample for each, sample in alike.items() if not is_open or each.weekday() == day.weekday()]
    return same if len(same) >= LEAST_DAYS else list(alike.values())


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, start=Fraction(0)) / len(values)


def _variance(values: Sequence[Fraction]) -> Fraction:
    mean = _mean(values)
    return sum(((each - mean) ** 2 for each in values), start=Fraction(0)) / (len(values) - 1)


def _root(square: Fraction) -> Fraction:
    return Fraction((Decimal(square.numerator) / Decimal(square.denominator)).sqrt())
