"""Dates and periods: what cannot be, and what may be."""

import pytest
from tests.review.reviewed import of_kind, reviewed, weighty

from madoguchi.review.findings import Certainty, Kind, Level


@pytest.mark.parametrize(
    ("text", "printed", "right"),
    [
        ("開札は平成30年2月29日に行った。", "平成30年2月29日", "平成30年2月28日"),
        ("令和５年６月３１日まで", "令和5年6月31日", "令和5年6月30日"),
        ("2023年13月1日に開始した。", "2023年13月1日", "1月から12月の月"),
        ("会議は令和3年9月14日（水）に開いた。", "令和3年9月14日(水)", "令和3年9月14日（火）"),
        ("令和4年2月1日から平成34年3月31日まで", "平成34年3月31日", "令和4年3月31日"),
        ("毎年4月31日に締め切る。", "4月31日", "4月は30日まで"),
    ],
)
def test_date_that_cannot_be_is_an_error(text: str, printed: str, right: str) -> None:
    assert of_kind(text, Kind.DATE) == [(printed, right)]


@pytest.mark.parametrize(
    "text",
    [
        "令和6年2月29日に開催した。",
        "令和 3 年 9 月 1 4 日（火）の開札日",
        "令和元年5月24日、平成31年4月30日、H31.4.30、2019年5月1日",
        "30年2月29年4月28年8月",
        "毎年2月29日に確認する。",
    ],
)
def test_dates_that_exist_are_left_alone(text: str) -> None:
    assert of_kind(text, Kind.DATE) == []


def test_year_beyond_its_era_is_only_notation_where_the_document_knows_no_later_era() -> None:
    findings = reviewed("次期システムは平成34年2月に運用を開始する予定である。")
    assert [(each.level, each.printed, each.right) for each in findings] == [
        (Level.NOTATION, "平成34年2月", "令和4年2月")
    ]


def test_date_cut_over_two_lines_is_found_with_the_line_it_begins_on() -> None:
    text = "本業務の実施状況を評価する期間は、平成26年3月28日から平成28年11\n月31日までとする。"
    (finding,) = [each for each in reviewed(text) if each.kind is Kind.DATE]
    assert (finding.place.line, finding.place.quote) == (1, "平成28年11月31日")


@pytest.mark.parametrize(
    ("text", "printed", "right"),
    [
        ("令和4年2月1日から令和6年1月31日まで（23か月間）", "23か月間", "24か月"),
        ("平成25年2月～平成30年1月の4年間", "4年間", "60か月"),
        ("令和3年10月から令和7年3月まで（運用開始後43か月）", "43か月", "42か月"),
        ("令和3年10月～令和8年1月 うち支払期間は令和4年2月からの47ヶ月", "47か月", "48か月"),
        ("令和6年4月1日から令和5年3月31日まで", "令和6年4月1日から令和5年3月31日", "始まりより後の終わり"),
    ],
)
def test_length_is_held_against_its_period(text: str, printed: str, right: str) -> None:
    assert of_kind(text, Kind.PERIOD_LENGTH) == [(printed, right)]


@pytest.mark.parametrize(
    "text",
    [
        "令和4年2月1日から令和6年1月31日まで（24か月間）",
        "平成25年2月～平成30年1月までの5年間",
        "令和3年10月～令和8年1月 うち支払期間は令和4年2月からの48ヶ月",
        "令和4年4月1日から令和5年3月31日までの1年間",
        "平成30年6月18日から令和2年3月31日までの約1年9か月",
    ],
)
def test_right_length_is_left_alone(text: str) -> None:
    assert of_kind(text, Kind.PERIOD_LENGTH) == []


def test_length_that_leaves_days_over_is_a_caution() -> None:
    (finding,) = reviewed("平成26年3月28日から平成29年12月31日までの45か月")
    assert (finding.certainty, finding.level, finding.right) == (Certainty.POSSIBLE, Level.CAUTION, "45か月と4日")


def test_length_called_the_contracts_is_held_against_the_contracts_period() -> None:
    text = "(2) 契約期間\n令和3年7月1日から令和7年3月31日まで\n令和3年10月から令和7年3月まで（契約期間：42か月）"
    assert of_kind(text, Kind.PERIOD_LENGTH) == [("契約期間:42か月", "45か月")]


def test_earlier_contract_has_its_own_length() -> None:
    text = "(2) 契約期間\n令和3年7月1日から令和7年3月31日まで\n第1期 平成28年4月から令和3年3月まで（契約期間：60か月）"
    assert weighty(text) == []


def test_listed_periods_that_share_days_are_found() -> None:
    text = "（令和4年4月1日から令和4年9月30日まで）\t1,000千円\n（令和4年9月25日から令和5年3月31日まで）\t900千円"
    (found,) = [each for each in reviewed(text) if each.kind is Kind.OVERLAP]
    assert "6日重なる" in found.reason


def test_listed_periods_that_follow_each_other_are_left_alone() -> None:
    text = "（令和4年4月1日から令和4年9月30日まで）\t1,000千円\n（令和4年10月1日から令和5年3月31日まで）\t900千円"
    assert of_kind(text, Kind.OVERLAP) == []


@pytest.mark.parametrize(("final", "count"), [(28, 1), (27, 0)])
def test_numbered_terms_do_not_share_a_fiscal_year(final: int, count: int) -> None:
    text = f"平成24年度から平成{final}年度までを第1期、平成28年度から令和2年度までを第2期とした。"
    assert len(of_kind(text, Kind.OVERLAP)) == count
