"""What a contract's folder says of its costs: the terms to compare, and how amounts and rates are printed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from madoguchi.core.calendar.periods import Period
from madoguchi.core.costing.costs import Cost, CostTerm
from madoguchi.core.costing.saving import MONEY_UNITS, MoneyRounding, Saving, compare_costs
from madoguchi.core.procurement_vocabulary import CostBasis, CostNote

MINUS_SIGNS = ("△", "▲", "-")
TOTAL_BASES = (CostBasis.TOTAL, CostBasis.MONTH)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedCost:
    """One contract's price with the place it was read from; those that are not compared are only listed."""

    cost: Cost
    months: int | None = None
    is_compared: bool = True
    source: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedTerm:
    """One side of a comparison as a report names it, with the days that are paid for where the contract says."""

    id: str
    name: str
    months: int
    costs: tuple[PlannedCost, ...]
    paid: Period | None = None
    note: str = ""
    source: str = ""

    @property
    def term(self) -> CostTerm:
        return CostTerm(costs=tuple(each.cost for each in self.costs if each.is_compared), months=self.months)


@dataclass(frozen=True, kw_only=True, slots=True)
class CostPlan:
    """The current term, the prior ones it is held against, and the contract's way of printing money."""

    current: PlannedTerm
    priors: tuple[PlannedTerm, ...]
    bases: tuple[CostBasis, ...] = TOTAL_BASES
    rounding: MoneyRounding = field(default_factory=MoneyRounding)
    decimals: int = 1
    minus: str = "△"

    @property
    def unit_label(self) -> str:
        return MONEY_UNITS[self.rounding.unit]

    @property
    def terms(self) -> tuple[PlannedTerm, ...]:
        return (self.current, *self.priors)

    def amount(self, exact: Fraction) -> int:
        return self.rounding.printed(exact)

    def amount_text(self, exact: Fraction) -> str:
        """Return an amount as printed, in the plan's unit and with its sign for a loss."""
        number = self.amount(exact)
        return f"{self.minus if number < 0 else ''}{abs(number):,}"

    def percent_text(self, percent: Decimal | None) -> str:
        if percent is None:
            return "－"
        return f"{self.minus if percent < 0 else ''}{abs(percent):,f}%"


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """The saving against one prior term on one basis."""

    prior: PlannedTerm
    saving: Saving


def compare_plan(plan: CostPlan) -> tuple[Comparison, ...]:
    """Return a comparison for every prior term and basis, in their order."""
    return tuple(
        Comparison(prior=prior, saving=compare_costs(prior=prior.term, current=plan.current.term, basis=basis))
        for prior in plan.priors
        for basis in plan.bases
    )


def decisive(comparisons: Sequence[Comparison]) -> Comparison | None:
    """Return the comparison that speaks for the whole: the weakest saving on a basis of equal length.

    Where terms differ in length a total says nothing; of several prior terms the least favourable counts.
    """
    fair = [each for each in comparisons if each.saving.basis is not CostBasis.TOTAL or _is_same_length(each)]
    known = [each for each in fair or comparisons if each.saving.before]
    return max(known, key=lambda each: each.saving.change / each.saving.before, default=None)


def _is_same_length(comparison: Comparison) -> bool:
    return CostNote.DIFFERENT_LENGTH not in comparison.saving.notes
