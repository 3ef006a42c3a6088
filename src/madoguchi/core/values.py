"""Exact values: rates and means that remember their counts, and rounding done once."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


def rounded(exact: Fraction, *, decimals: int) -> Decimal:
    """Round an exact figure half away from zero, the way a report prints it."""
    scaled = abs(exact) * 10**decimals
    whole = scaled.numerator // scaled.denominator
    if 2 * (scaled - whole) >= 1:
        whole += 1
    sign = -1 if exact < 0 else 1
    return Decimal(sign * whole).scaleb(-decimals)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """A share of cases. It keeps both counts, so that rates of several months can be joined."""

    part: int
    whole: int

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(part=self.part + other.part, whole=self.whole + other.whole)

    def exact(self) -> Fraction | None:
        """Return the share in 0..1, or None where there was nothing to count."""
        return Fraction(self.part, self.whole) if self.whole else None

    def percent(self, *, decimals: int) -> Decimal | None:
        """Return the rate as printed in a report, or None where there was nothing to count."""
        share = self.exact()
        return None if share is None else rounded(100 * share, decimals=decimals)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mean:
    """A mean of whole numbers. It keeps total and count, so that means of several months can be joined."""

    total: int
    count: int

    def __add__(self, other: "Mean") -> "Mean":
        return Mean(total=self.total + other.total, count=self.count + other.count)

    def exact(self) -> Fraction | None:
        return Fraction(self.total, self.count) if self.count else None
