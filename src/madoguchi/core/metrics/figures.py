"""From whole-number tallies to one exact figure: the only place where anything is divided."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from madoguchi.core.calendar.periods import months_in
from madoguchi.core.metrics.classify import value_scale
from madoguchi.core.metrics.spec import Figure, Indicator, Tally, Window
from madoguchi.core.vocabulary import Combine, Statistic, WindowKind

MONTHS_PER = {WindowKind.MONTH: 1, WindowKind.QUARTER: 3, WindowKind.FISCAL_YEAR: 12}
SHARES = (Statistic.RATE, Statistic.SHARE_WITHIN, Statistic.MILESTONE, Statistic.AVAILABILITY)


def make_figure(
    *, indicator: Indicator, window: Window, groups: Mapping[str, Tally], members: Sequence[Figure]
) -> Figure:
    """Return the figure of a window from its tallies per group ("" unless it is a survey score)."""
    # most figures have one group: a history of thousands makes no sums of one
    tally = next(iter(groups.values())) if len(groups) == 1 else sum(groups.values(), start=Tally())
    per_count = windows_spread_over(indicator, window)
    if indicator.statistic is Statistic.COMPOSITE:
        exact = _weighted([each.exact for each in members], [weight for _, weight in indicator.members])
    elif indicator.statistic is Statistic.SURVEY_SCORE:
        exact = _survey_score(indicator, groups)
    else:
        exact = _single(indicator, tally, per_count)
    return Figure(
        indicator=indicator.id,
        version=indicator.version,
        window=window,
        tally=tally,
        groups=tuple(sorted(groups.items())),
        exact=exact,
        per_count=per_count,
        members=tuple(members),
    )


def windows_spread_over(indicator: Indicator, window: Window) -> int:
    """Return how many months, quarters or years a count is spread over."""
    if indicator.per is None:
        return 1
    months = len(months_in(window.period))
    return max(1, -(-months // MONTHS_PER[indicator.per]))


def _single(indicator: Indicator, tally: Tally, per_count: int) -> Fraction | None:
    if indicator.statistic in SHARES:
        return Fraction(100 * tally.part, tally.counted) if tally.counted else None
    if indicator.statistic is Statistic.COUNT:
        return Fraction(tally.counted, per_count)
    if indicator.statistic is Statistic.SUM:
        return Fraction(tally.total, per_count * value_scale(indicator))
    return _of_values(indicator, tally) if tally.valued else None


def _of_values(indicator: Indicator, tally: Tally) -> Fraction:
    scale = value_scale(indicator)
    if indicator.statistic is Statistic.MEAN:
        return Fraction(tally.total, tally.valued * scale)
    if indicator.statistic is Statistic.MAXIMUM:
        return Fraction(tally.maximum or 0, scale)
    return Fraction(nearest_rank(tally, percentile=indicator.percentile or Fraction(50)), scale)


def nearest_rank(tally: Tally, *, percentile: Fraction) -> int:
    """Return the smallest value that `percentile` percent of the values do not exceed (nearest rank)."""
    rank = max(1, -(-percentile * tally.valued // 100))
    seen = 0
    for value, count in tally.histogram:
        seen += count
        if seen >= rank:
            return value
    raise ValueError("a percentile needs the histogram of its values")


def _survey_score(indicator: Indicator, groups: Mapping[str, Tally]) -> Fraction | None:
    names = indicator.groups or tuple((name, Fraction(1)) for name in sorted(groups))
    tallies = [groups.get(name, Tally()) for name, _ in names]
    if indicator.combine is Combine.MEAN_OF_ANSWERS:
        tally = sum(tallies, start=Tally())
        return Fraction(tally.total, tally.valued) if tally.valued else None
    means = [Fraction(each.total, each.valued) if each.valued else None for each in tallies]
    return _weighted(means, [weight for _, weight in names])


def _weighted(values: Sequence[Fraction | None], weights: Sequence[Fraction]) -> Fraction | None:
    known = [value for value in values if value is not None]
    if not known or len(known) < len(values):
        return None
    return sum((value * weight for value, weight in zip(known, weights, strict=True)), Fraction(0)) / sum(weights)
