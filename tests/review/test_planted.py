"""Copies of the published reports, each with one slip more: nearly all are found, and nothing unrelated is said."""

import pytest
from tests.review.planted import KINDS, Outcome, Planting, outcome_of

from madoguchi.review.findings import Kind

# the figures worked out from a changed one no longer hold either
FOLLOWING = {Kind.DIFFERENCE, Kind.UNITS, Kind.MEAN, Kind.PERIOD_LENGTH, Kind.TOTAL}
# found by what follows only: the differences taken in the wrong unit
BY_WHAT_FOLLOWS: tuple[Planting, ...] = (
    ("000", 187, "単位：千円", "単位：万円"),
    ("001", 94, "単位：千円", "単位：百万円"),
)
NOT_FOUND: tuple[Planting, ...] = (("000", 172, "10月以降", "11月以降"),)


@pytest.mark.parametrize("kind", KINDS)
def test_planted_slips_are_found(kind: str) -> None:
    outcomes: dict[Planting, Outcome] = {each: outcome_of(each) for each in KINDS[kind]}
    unnamed = [each for each, outcome in outcomes.items() if not outcome.naming]
    assert [each for each in unnamed if not outcomes[each].others] == [each for each in NOT_FOUND if each in outcomes]
    assert [each for each in unnamed if outcomes[each].others] == [each for each in BY_WHAT_FOLLOWS if each in outcomes]


@pytest.mark.parametrize("kind", KINDS)
def test_a_planted_slip_raises_no_unrelated_alarm(kind: str) -> None:
    others = [finding for each in KINDS[kind] for finding in outcome_of(each).others]
    assert {finding.kind for finding in others} <= FOLLOWING
