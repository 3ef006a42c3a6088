"""Costs on one footing, and the savings that published reports print, rounded once."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.core.calendar.periods import Period
from madoguchi.core.costing.costs import Cost, CostError, CostTerm, Share
from madoguchi.core.costing.saving import MoneyRounding, Saving, compare_costs
from madoguchi.core.procurement_vocabulary import CostBasis, CostNote, RoundingMode

SHARED = Share(part=Fraction(1, 4), ground="業務量による按分")


def period(start: tuple[int, int, int], end: tuple[int, int, int]) -> Period:
    return Period(start_date=date(*start), end_date=date(*end))


def cost(amount: int, within: Period | None = None, **more: object) -> Cost:
    return Cost(name="契約", amount=amount, period=within or period((2020, 4, 1), (2021, 4, 1)), **more)  # type: ignore[arg-type]  # test shorthand


def term(amount: int, months: int) -> CostTerm:
    return CostTerm(costs=(cost(amount),), months=months)


@pytest.mark.parametrize(
    ("prior", "current", "basis", "change", "percent"),
    [
        ((1_517_677_000, 48), (960_000_000, 48), CostBasis.TOTAL, -557_677_000, "-36.7"),
        ((460_800_000, 60), (290_010_000, 42), CostBasis.TOTAL, -170_790_000, "-37.1"),
        ((460_800_000, 60), (290_010_000, 42), CostBasis.MONTH, -775_000, "-10.1"),
        ((25_320_000, 12), (76_670_000, 45), CostBasis.YEAR, -4_874_667, "-19.3"),
        ((21_339_000, 12), (76_670_000, 45), CostBasis.YEAR, -893_667, "-4.2"),
        ((142_859_052, 12), (91_544_900, 12), CostBasis.YEAR, -51_314_152, "-35.9"),
    ],
)
def test_published_savings(
    prior: tuple[int, int], current: tuple[int, int], basis: CostBasis, change: int, percent: str
) -> None:
    saving = compare_costs(prior=term(*prior), current=term(*current), basis=basis)
    assert MoneyRounding().printed(saving.change) == change
    assert saving.change_percent() == Decimal(percent)
    assert saving.is_effective


def test_rate_is_rounded_once() -> None:
    saving = compare_costs(prior=term(1_517_677, 48), current=term(960_000, 48), basis=CostBasis.TOTAL)
    assert saving.change_percent(decimals=2) == Decimal("-36.75")
    assert saving.change_percent(decimals=1) == Decimal("-36.7")
    assert saving.change_percent(decimals=0) == Decimal(-37)


def test_totals_of_different_length_are_noted_and_months_are_not() -> None:
    noted = compare_costs(prior=term(600, 60), current=term(420, 42), basis=CostBasis.TOTAL)
    assert noted.notes == (CostNote.DIFFERENT_LENGTH,)
    assert compare_costs(prior=term(600, 60), current=term(420, 42), basis=CostBasis.MONTH).notes == ()


def test_several_contracts_of_a_year_are_one_term_with_its_notes() -> None:
    first = cost(18_905_000, period((2013, 4, 1), (2014, 1, 1)))
    second = cost(2_434_000, period((2013, 12, 27), (2014, 3, 28)))
    year = CostTerm(costs=(first, second), months=12)
    assert year.net(basis=CostBasis.YEAR) == 21_339_000
    assert year.notes() == (CostNote.OVERLAP, CostNote.UNCOVERED)


def test_contracts_that_follow_each_other_need_no_note() -> None:
    costs = (cost(1, period((2013, 4, 1), (2014, 1, 1))), cost(2, period((2014, 1, 1), (2014, 4, 1))))
    assert CostTerm(costs=costs, months=12).notes() == ()


def test_tax_and_share_are_taken_out_exactly() -> None:
    taxed = cost(1_100, tax_percent=Decimal(10), share=SHARED)
    assert taxed.net() == 250
    assert CostTerm(costs=(taxed,), months=1).notes() == (CostNote.SHARE, CostNote.TAX_REMOVED)


def test_nothing_paid_before_gives_no_rate() -> None:
    saving = compare_costs(prior=term(0, 12), current=term(5, 12), basis=CostBasis.TOTAL)
    assert saving.change_percent() is None
    assert saving.is_effective is None


@pytest.mark.parametrize(
    ("exact", "mode", "printed"),
    [
        (Fraction(20_445_333), RoundingMode.HALF_UP, 20_445),
        (Fraction(20_445_500), RoundingMode.HALF_UP, 20_446),
        (Fraction(20_445_999), RoundingMode.DOWN, 20_445),
        (Fraction(20_445_001), RoundingMode.UP, 20_446),
        (Fraction(20_445_000), RoundingMode.UP, 20_445),
        (Fraction(-20_445_999), RoundingMode.DOWN, -20_445),
        (Fraction(-20_445_500), RoundingMode.HALF_UP, -20_446),
    ],
)
def test_rest_below_the_unit(exact: Fraction, mode: RoundingMode, printed: int) -> None:
    assert MoneyRounding(unit=1_000, mode=mode).printed(exact) == printed


def test_rounding_is_stated_in_words() -> None:
    assert MoneyRounding(unit=1_000, mode=RoundingMode.DOWN).label == "千円未満切捨て"


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(CostError, match="amount -1"):
        cost(-1)
    with pytest.raises(CostError, match="tax"):
        cost(1, tax_percent=Decimal(-1))
    with pytest.raises(CostError, match="ground"):
        Share(part=Fraction(1, 2), ground=" ")
    with pytest.raises(CostError, match="share 2"):
        Share(part=Fraction(2), ground="x")
    with pytest.raises(CostError, match="without a contract"):
        CostTerm(costs=(), months=1)
    with pytest.raises(CostError, match="0 months"):
        term(1, 0)
    with pytest.raises(CostError, match="unit of 7"):
        MoneyRounding(unit=7)


@given(before=st.integers(1, 10**12), after=st.integers(0, 10**12), months=st.integers(1, 120))
def test_rate_is_the_same_on_every_basis_for_terms_of_one_length(before: int, after: int, months: int) -> None:
    def saved(basis: CostBasis) -> Saving:
        return compare_costs(prior=term(before, months), current=term(after, months), basis=basis)

    rates = {saved(basis).change_percent(decimals=3) for basis in CostBasis}
    assert len(rates) == 1
    assert saved(CostBasis.MONTH).change * 12 == saved(CostBasis.YEAR).change
