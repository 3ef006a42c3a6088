"""A contract's price as one service's cost: without tax, of its share, for the months it pays for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from madoguchi.core.calendar.periods import MONTHS_A_YEAR, Period
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.procurement_vocabulary import CostBasis, CostNote


class CostError(MadoguchiError):
    """A cost cannot be worked out; the message names the contract and what is allowed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """The part of a bundled contract that is this service's, and the ground it was taken on."""

    part: Fraction
    ground: str

    def __post_init__(self) -> None:
        if not 0 < self.part <= 1:
            raise CostError(f"share {self.part}; allowed: above 0, at most 1")
        if not self.ground.strip():
            raise CostError(
                "a share of a bundled contract without its ground; allowed: a share that says how it was taken"
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """One contract's price in whole yen. `tax_percent` is the consumption tax it includes, None where it is net."""

    name: str
    amount: int
    period: Period
    tax_percent: Decimal | None = None
    share: Share | None = None

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise CostError(f"{self.name}: amount {self.amount}; allowed: 0 or more")
        if self.tax_percent is not None and self.tax_percent < 0:
            raise CostError(f"{self.name}: tax {self.tax_percent}%; allowed: 0 or more")

    def gross(self) -> Fraction:
        """Return the exact yen without tax, of the whole contract."""
        exact = Fraction(self.amount)
        return exact if self.tax_percent is None else exact / (1 + Fraction(self.tax_percent) / 100)

    def net(self) -> Fraction:
        """Return the exact yen without tax, of this service's share alone."""
        return self.gross() * self.share.part if self.share else self.gross()


@dataclass(frozen=True, kw_only=True, slots=True)
class CostTerm:
    """The contracts of one side of a comparison and the months they pay for together.

    `months` is the agreed number of paid months; several contracts of one year are one term of 12.
    """

    costs: tuple[Cost, ...]
    months: int

    def __post_init__(self) -> None:
        if not self.costs:
            raise CostError("a term without a contract; allowed: one contract or more")
        if self.months <= 0:
            raise CostError(f"a term of {self.months} months; allowed: 1 or more")

    def net(self, *, basis: CostBasis) -> Fraction:
        """Return the exact yen without tax on a basis."""
        total = sum((cost.net() for cost in self.costs), Fraction(0))
        if basis is CostBasis.TOTAL:
            return total
        month = total / self.months
        return month if basis is CostBasis.MONTH else month * MONTHS_A_YEAR

    def notes(self) -> tuple[CostNote, ...]:
        return tuple(dict.fromkeys(self._notes()))

    def _notes(self) -> Iterator[CostNote]:
        if any(cost.share is not None for cost in self.costs):
            yield CostNote.SHARE
        if any(cost.tax_percent is not None for cost in self.costs):
            yield CostNote.TAX_REMOVED
        if shared_days(self.costs):
            yield CostNote.OVERLAP
        if len(self.costs) > 1 and covered_days(self.costs) < _fewest_days(
            self.months, self.costs[0].period.start_date
        ):
            yield CostNote.UNCOVERED


def covered_days(costs: Sequence[Cost]) -> int:
    """Return the days that at least one of the contracts covers."""
    return sum((cost.period.end_date - cost.period.start_date).days for cost in costs) - shared_days(costs)


def shared_days(costs: Sequence[Cost]) -> int:
    """Return the days that a contract covers although an earlier one of them does already."""
    ordered = sorted(costs, key=lambda cost: cost.period.start_date)
    shared, reached = 0, ordered[0].period.end_date
    for _, later in pairwise(ordered):
        shared += max((min(reached, later.period.end_date) - later.period.start_date).days, 0)
        reached = max(reached, later.period.end_date)
    return shared


def _fewest_days(months: int, start_date: date) -> int:
    """Return the days of a number of months from a day on, counted to the same day of the month."""
    years, month = divmod(start_date.month - 1 + months, MONTHS_A_YEAR)
    end_date = date(start_date.year + years, month + 1, 1)
    return (end_date - start_date.replace(day=1)).days
