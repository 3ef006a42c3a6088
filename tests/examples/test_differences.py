"""The pages of differences: what each says is right is computed here, and stands on the page."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from tests.examples.conftest import FOLDER

from madoguchi.core.values import rounded


def percent(part: int, whole: int, decimals: int = 1) -> Decimal:
    return rounded(Fraction(100 * part, whole), decimals=decimals)


def mean(*scores: str) -> Decimal:
    return rounded(sum((Fraction(Decimal(each)) for each in scores), Fraction(0)) / len(scores), decimals=1)


# folder, what was computed, what it must be, how the page says it
RIGHT = [
    ("000-meti-operations", percent(557_677, 1_517_677), "36.7", "△36.7%"),
    ("000-meti-operations", percent(557_677, 1_517_677, 0), "37", "37% (36.7%)"),
    ("000-meti-operations", mean("76.4", "74.3", "80.0"), "76.9", "= 76.9"),
    ("000-meti-operations", mean("82.8", "81.2", "85.9"), "83.3", "= 83.3"),
    ("001-mic-lan", percent(159, 201), "79.1", "159 are 79.1%"),
    ("001-mic-lan", percent(160, 201), "79.6", "79.6% (160 of 201)"),
    ("001-mic-lan", percent(158, 199), "79.4", "199 (158)"),
    ("001-mic-lan", percent(162, 204), "79.4", "204 (162)"),
    ("001-mic-lan", rounded(Fraction(57, 5), decimals=1), "11.4", "57 / 5 = 11.4"),
    ("001-mic-lan", rounded(Fraction(58, 5), decimals=1), "11.6", "58 / 5 = 11.6"),
    ("001-mic-lan", rounded(Fraction(46, 4), decimals=1), "11.5", "46 / 4"),
    ("001-mic-lan", percent(170_790, 460_800), "37.1", "-170,790 = -37.1%"),
    ("001-mic-lan", percent(775, 7_680), "10.1", "-775 = -10.1%"),
    ("002-caa-operations", rounded(Fraction(76_670 * 12, 45), decimals=2), "20445.33", "20,445.33千円"),
    ("002-caa-operations", Decimal(18_905 + 2_434), "21339", "21,339千円"),
    ("002-caa-operations", Decimal(21_339 - 20_445), "894", "894千円"),
    ("002-caa-operations", percent(893, 21_338), "4.2", "4.2% either way"),
    ("002-caa-operations", percent(894, 21_339), "4.2", "4.2% either way"),
    ("002-caa-operations", mean("84.1", "85.2", "84.0", "84.2", "84.3"), "84.4", "prints as 84.4"),
    ("002-caa-operations", mean("77.6", "82.5", "79.8", "80.1", "79.5"), "79.9", "= 79.9"),
    ("002-caa-operations", mean("84.3", "79.9"), "82.1", "= 82.1"),
    ("002-caa-operations", percent(4_875, 25_320), "19.3", "= 19.3%"),
    ("003-meti-infrastructure", rounded(Fraction(862, 50), decimals=2), "17.24", "17.24億円"),
    ("004-egov-support-centre", Decimal(142_859_052 - 91_544_900), "51314152", "51,314,152"),
    ("004-egov-support-centre", percent(51_314_152, 142_859_052), "35.9", "35.9%"),
]


@pytest.mark.parametrize(("folder", "computed", "right", "said"), RIGHT, ids=[row[3] for row in RIGHT])
def test_right_figure_is_computed_and_stands_on_the_page(folder: str, computed: Decimal, right: str, said: str) -> None:
    assert computed == Decimal(right)
    assert said in (FOLDER / folder / "differences.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("people", [200, 201, 202, 203])
def test_printed_response_rate_is_not_possible_near_201_people(people: int) -> None:
    assert Decimal("79.4") not in {percent(count, people) for count in range(people + 1)}


def test_printed_revisions_are_not_possible_over_five_quarters() -> None:
    assert Decimal("11.5") not in {rounded(Fraction(count, 5), decimals=1) for count in range(200)}


def test_printed_end_of_the_evaluation_is_no_day() -> None:
    with pytest.raises(ValueError, match="day is out of range"):
        date(2016, 11, 31)


def test_opening_day_of_the_bids_was_a_tuesday() -> None:
    assert date(2021, 9, 14).isoweekday() == 2
