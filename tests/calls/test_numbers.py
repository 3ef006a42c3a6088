"""Telephone numbers as people and exchanges write them."""

import pytest

from madoguchi.calls.rules import compared_number, people_with

SAME = [
    "0312345001", "03-1234-5001", "03(1234)5001", "０３ー１２３４－５００１", "+81312345001", "+81 3-1234-5001",
    "+81(0)312345001", "0081312345001", "010-81-3-1234-5001", "tel:+81-3-1234-5001", "03 1234 5001", "03.1234.5001",
]  # fmt: skip
NOBODY = [
    "", None, "anonymous", "Anonymous", "<unknown>", "非通知", "公衆電話", "表示圏外", "unavailable", "+", "03-12a4",
    "+81",
]  # fmt: skip


@pytest.mark.parametrize("written", SAME)
def test_one_number_is_one_however_it_is_written(written: str) -> None:
    assert compared_number(written) == "0312345001"


@pytest.mark.parametrize("written", NOBODY)
def test_a_withheld_number_is_nobodys(written: str | None) -> None:
    assert compared_number(written) == ""
    assert people_with(compared_number(written), numbers=[(1, ""), (2, "anonymous")]) == []


def test_other_countries_numbers_keep_their_country() -> None:
    assert compared_number("+1 212 555 0100") == "+12125550100"
    assert compared_number("0012125550100") == "+12125550100"
    assert compared_number("2125550100") == "2125550100"


def test_extensions_stay_as_they_are_and_long_digits_are_cut() -> None:
    assert compared_number("1001") == "1001"
    assert compared_number("０１０") == "010"
    assert len(compared_number("9" * 500)) == 20


def test_people_are_found_by_their_number() -> None:
    assert people_with("0312345001", numbers=[(1, "03-1234-5001"), (2, "1001"), (3, "+81312345001")]) == [1, 3]
