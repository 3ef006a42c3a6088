"""Amounts and rates of a cost plan as figures: printed once, with the way back to the file they come from."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from madoguchi.core.costing.load import COSTS_FILE
from madoguchi.core.costing.plan import Comparison, CostPlan, PlannedTerm
from madoguchi.core.costing.saving import MONEY_UNITS_EN, MoneyRounding
from madoguchi.core.procurement_vocabulary import CostBasis
from madoguchi.core.values import rounded
from madoguchi.reports.blocks import PrintedFigure
from madoguchi.reports.documents.words import said


def in_unit(plan: CostPlan, unit: int) -> CostPlan:
    """Return the plan printing its amounts in another unit."""
    return replace(plan, rounding=MoneyRounding(unit=unit, mode=plan.rounding.mode))


def unit_text(plan: CostPlan, language: str) -> str:
    return plan.unit_label if language == "ja" else MONEY_UNITS_EN[plan.rounding.unit]


def money_figure(
    plan: CostPlan, exact: Fraction, *, of: str, window: str, has_unit: bool = False, language: str = "ja"
) -> PrintedFigure:
    suffix = said(language, "", " ") + unit_text(plan, language) if has_unit else ""
    return PrintedFigure(
        text=plan.amount_text(exact) + suffix,
        indicator=f"cost:{of}",
        version=COSTS_FILE,
        window=window,
        exact=exact,
        number=Decimal(plan.amount(exact)),
        suffix=suffix,
    )


def term_figure(
    plan: CostPlan, term: PlannedTerm, basis: CostBasis, *, has_unit: bool = False, language: str = "ja"
) -> PrintedFigure:
    exact = term.term.net(basis=basis)
    return money_figure(plan, exact, of=term.id, window=basis.label, has_unit=has_unit, language=language)


def rate_figure(plan: CostPlan, comparison: Comparison, *, is_reduction: bool = False) -> PrintedFigure:
    """Return the change of the cost in percent; as a reduction it is counted the other way round."""
    saving, sign = comparison.saving, -1 if is_reduction else 1
    exact = sign * 100 * saving.change / saving.before if saving.before else None
    percent = None if exact is None else rounded(exact, decimals=plan.decimals)
    return PrintedFigure(
        text=plan.percent_text(percent),
        indicator=f"saving:{comparison.prior.id}",
        version=COSTS_FILE,
        window=saving.basis.label,
        exact=exact,
        number=percent,
        suffix="%",
    )


def change_figure(
    plan: CostPlan,
    comparison: Comparison,
    *,
    is_reduction: bool = False,
    has_unit: bool = False,
    language: str = "ja",
) -> PrintedFigure:
    change = -comparison.saving.change if is_reduction else comparison.saving.change
    return money_figure(
        plan, change, of=f"saving:{comparison.prior.id}", window=comparison.saving.basis.label, has_unit=has_unit,
        language=language,
    )  # fmt: skip
