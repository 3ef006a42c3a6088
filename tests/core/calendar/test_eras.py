"""Era dates in the spellings of the public documents, and those that do not exist."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.shared_data import shared_folder

from madoguchi.core.calendar.eras import (
    EraDateError,
    fiscal_year_text,
    format_date,
    format_fiscal_year,
    format_month,
    format_short,
    parse_date,
    parse_fiscal_year,
    parse_month,
    read_written_date,
)

SPELLING = re.compile(
    r"(?:令和|平成|昭和)[ \u3000]*(?:元|[0-9０-９][0-9０-９ \u3000]*)年[ \u3000]*[0-9０-９][0-9０-９ \u3000]*月"
    r"[ \u3000]*[0-9０-９][0-9０-９ \u3000]*日(?:（[月火水木金土日]）)?"
)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和元年5月24日", date(2019, 5, 24)),
        ("令和 6 年 4 月 19 日", date(2024, 4, 19)),
        ("令和６年４月１９日", date(2024, 4, 19)),
        ("R6.4.19", date(2024, 4, 19)),
        ("令和 3 年 1 0 月 1 5 日", date(2021, 10, 15)),
        ("令和 3 年 9 月 1 4 日（火）", date(2021, 9, 14)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("H30.10.1", date(2018, 10, 1)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("2018年10月1日", date(2018, 10, 1)),
        ("2018-10-01", date(2018, 10, 1)),
    ],
)
def test_spellings_of_the_documents_are_read(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("平成28年11月31日", "month 11 has 30 days"),
        ("平成34年1月31日", "令和4年1月31日"),
        ("平成31年5月1日", "令和元年5月1日"),
        ("令和元年4月30日", "平成31年4月30日"),
        ("令和3年9月14日（水）", "火"),
        ("令和0年5月1日", "元年"),
        ("令和3年13月1日", "months 1 to 12"),
        ("令和三年五月一日", "is not a date"),
        ("明治5年1月1日", "1873"),
        ("", "is not a date"),
    ],
)
def test_what_does_not_exist_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(EraDateError, match=reason):
        parse_date(text)


def test_a_year_written_ahead_keeps_its_text_and_its_date() -> None:
    written = read_written_date("平成34年1月31日")
    assert (written.text, written.date, written.correction) == ("平成34年1月31日", date(2022, 1, 31), "令和4年1月31日")


@given(st.dates(date(1873, 1, 1), date(2100, 12, 31)))
def test_a_written_date_is_read_back(day: date) -> None:
    assert parse_date(format_date(day, has_weekday=True)) == day
    assert parse_date(format_short(day)) == day
    assert parse_month(format_month(day.replace(day=28))) == day.replace(day=1)


@pytest.mark.parametrize(
    ("text", "year"), [("平成26年度", 2014), ("H26fy", 2014), ("令和元年度", 2019), ("令和 ４ 年度", 2022)]
)
def test_fiscal_years_are_read(text: str, year: int) -> None:
    assert parse_fiscal_year(text) == year


def test_the_fiscal_year_of_a_change_has_two_names() -> None:
    assert format_fiscal_year(2019) == "平成31年度"
    assert format_fiscal_year(2019, named_by_april=False) == "令和元年度"
    assert fiscal_year_text(date(2023, 3, 31)) == "令和4年度"


def test_every_date_in_the_source_documents_is_read_or_known_to_be_wrong() -> None:
    refused, read = {}, 0
    for path in sorted(shared_folder("seeds").glob("*.txt")):
        for text in SPELLING.findall(path.read_text(encoding="utf-8")):
            try:
                assert date(2000, 1, 1) < parse_date(text) < date(2040, 1, 1) + timedelta(days=1)
                read += 1
            except EraDateError as error:
                refused[re.sub(r"\s", "", text)] = str(error)
    assert read > 40
    assert set(refused) == {"平成28年11月31日"}
