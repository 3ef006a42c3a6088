"""The saving between two terms on one basis: exact, and rounded once where it is printed."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from madoguchi.core.costing.costs import CostError, CostTerm
from madoguchi.core.procurement_vocabulary import CostBasis, CostNote, RoundingMode
from madoguchi.core.values import rounded

MONEY_UNITS = {1: "円", 1_000: "千円", 10_000: "万円", 1_000_000: "百万円"}
MONEY_UNITS_EN = {1: "yen", 1_000: "thousand yen", 10_000: "ten thousand yen", 1_000_000: "million yen"}


@dataclass(frozen=True, kw_only=True, slots=True)
class MoneyRounding:
    """The unit amounts are printed in, in yen, and what happens to the rest (端数処理)."""

    unit: int = 1
    mode: RoundingMode = RoundingMode.HALF_UP

    def __post_init__(self) -> None:
        if self.unit not in MONEY_UNITS:
            raise CostError(f"unit of {self.unit} yen; allowed: {', '.join(str(each) for each in MONEY_UNITS)}")

    @property
    def label(self) -> str:
        """Return the rule as a report states it under its table."""
        return f"{MONEY_UNITS[self.unit]}未満{self.mode.label}"

    @property
    def label_en(self) -> str:
        return f"below {MONEY_UNITS_EN[self.unit]} {self.mode.label_en}"

    def printed(self, exact: Fraction) -> int:
        """Return an exact amount of yen as a number of units."""
        units = exact / self.unit
        if self.mode is RoundingMode.HALF_UP:
            return int(rounded(units, decimals=0))
        whole = abs(units).numerator // abs(units).denominator
        if self.mode is RoundingMode.UP and whole != abs(units):
            whole += 1
        return whole if units >= 0 else -whole


@dataclass(frozen=True, kw_only=True, slots=True)
class Saving:
    """What two terms cost on a basis, in exact yen, and what a reader must be told of the comparison."""

    basis: CostBasis
    before: Fraction
    after: Fraction
    notes: tuple[CostNote, ...]

    @property
    def change(self) -> Fraction:
        """Return the change in yen: negative where the cost fell."""
        return self.after - self.before

    def change_percent(self, *, decimals: int = 1) -> Decimal | None:
        """Return the change against the cost before, rounded once; None where nothing was paid before."""
        return rounded(100 * self.change / self.before, decimals=decimals) if self.before else None

    @property
    def is_effective(self) -> bool | None:
        """Say whether the cost fell; None where there is no cost before to compare with."""
        return self.change < 0 if self.before else None


def compare_costs(*, prior: CostTerm, current: CostTerm, basis: CostBasis) -> Saving:
    """Return the saving of the current term against the prior one.

    Totals of terms of different length are compared when asked for, and noted.
    """
    notes = [*prior.notes(), *current.notes()]
    if basis is CostBasis.TOTAL and prior.months != current.months:
        notes.insert(0, CostNote.DIFFERENT_LENGTH)
    return Saving(
        basis=basis,
        before=prior.net(basis=basis),
        after=current.net(basis=basis),
        notes=tuple(dict.fromkeys(notes)),
    )
