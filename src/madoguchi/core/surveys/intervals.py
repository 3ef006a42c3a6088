"""How far a score or share from a sample may lie from the whole population's: 95 % confidence intervals.

Both use the finite-population correction: who asks everybody and hears from everybody knows the figure. They speak of
chance in drawing the sample alone; that people who did not answer may think otherwise is not in them.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from madoguchi.core.values import Rate

Z_95 = Decimal("1.959963984540054")


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    low: Decimal
    high: Decimal


def share_interval(rate: Rate, *, population: int | None) -> Interval | None:
    """Return Wilson's score interval of a share, in 0..1; None where nobody answered.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927). The sample is
    taken as n(N-1)/(N-n) large, which turns p(1-p)/n into the variance of a share drawn from N people without putting
    back (W. G. Cochran, Sampling Techniques, 3rd ed. 1977, section 3.2). `population` None: no correction.
    """
    if rate.whole == 0:
        return None
    share = Decimal(rate.part) / Decimal(rate.whole)
    if population is not None and rate.whole >= population:
        return Interval(low=share, high=share)
    size = Decimal(rate.whole)
    if population is not None:
        size = size * (population - 1) / (population - rate.whole)
    square = Z_95 * Z_95
    middle = (share + square / (2 * size)) / (1 + square / size)
    half = (Z_95 / (1 + square / size)) * (share * (1 - share) / size + square / (4 * size * size)).sqrt()
    return Interval(low=max(Decimal(0), middle - half), high=min(Decimal(1), middle + half))


def mean_interval(mean: Fraction, *, variance: Fraction, count: int, population: int | None) -> Interval | None:
    """Return the normal interval of a mean from the sample's variance (with n-1); None for less than two answers.

    The mean's variance is s^2/n (1 - n/N) (Cochran 1977, theorem 2.2 and section 2.6).
    """
    if count < 2:  # noqa: PLR2004  # one answer has no spread
        return None
    missed = Fraction(1) if population is None else max(Fraction(0), 1 - Fraction(count, population))
    spread = variance / count * missed
    half = Z_95 * (Decimal(spread.numerator) / Decimal(spread.denominator)).sqrt()
    middle = Decimal(mean.numerator) / Decimal(mean.denominator)
    return Interval(low=middle - half, high=middle + half)
