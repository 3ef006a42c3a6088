"""Costs that rise, years beside figures, and the columns of a page: what is wrong, and what only looks so."""

import pytest
from tests.review.reviewed import of_kind, weighty

from madoguchi.review.findings import Kind


def compared(*, rows: str, label: str = "増減", change: str = "3,346", rate: str = "194.1%") -> str:
    """Return a table of two terms and what lies between them."""
    heading = "実施経費\n比較（単位：百万円、税抜）\n区分\t年額（12か月換算）\n"
    return f"{heading}{rows}\n{label}額\t{change}\n{label}率\t{rate}\n"


RISING, FALLING = "前回\t1,724\n今回\t5,070", "前回\t5,070\n今回\t1,724"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # 3,346 of 1,724, not of 5,070
        (compared(rows=RISING), []),
        (compared(rows=RISING, rate="66.0%"), [("66.0%", "194.1%")]),
        (compared(rows=RISING, rate="194.6%"), [("194.6%", "194.1%")]),
        (compared(rows=RISING, label="増加"), []),
        (compared(rows=FALLING, label="削減", rate="66.0%"), []),
        (compared(rows=FALLING, label="削減", rate="194.1%"), [("194.1%", "66.0%")]),
        (compared(rows=FALLING, change="△3,346", rate="△66.0%"), []),
        (compared(rows=FALLING, change="△3,346", rate="△194.1%"), [("△194.1%", "66.0%")]),
        # a newer term above the older one, and a sign lost with both: neither is a wrong rate
        (compared(rows=FALLING), []),
        (compared(rows=FALLING, rate="66.0%"), []),
        (compared(rows=FALLING, rate="70.0%"), [("70.0%", "66.0%")]),
    ],
)
def test_rise_is_taken_from_the_smaller_amount(text: str, found: list[tuple[str, str]]) -> None:
    assert of_kind(text, Kind.RATE) == found


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("3,346千円（194.1%）の経費増である。", []),
        ("3,346千円（190.1%）の経費増である。", [("190.1%", "194.1%")]),
        ("3,346千円（66.0%）の経費減である。", []),
        ("3,346千円（194.1%）の経費減である。", [("194.1%", "66.0%")]),
    ],
)
def test_words_tell_a_rise_from_a_fall(told: str, found: list[tuple[str, str]]) -> None:
    text = f"一方の契約額は1,724千円、他方の契約額は5,070千円である。{told}"
    assert of_kind(text, Kind.RATE) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("区分\t率\n増減率\t194.1%\n", []),
        ("年額で従来経費に対し194.1%。\n", []),
        ("区分\t率\n回収割合\t194.1%\n", ["194.1%"]),
        ("対象者に対し194.1%が回答した。\n", ["194.1%"]),
    ],
)
def test_more_than_all_is_right_for_a_change_only(text: str, found: list[str]) -> None:
    assert [printed for printed, _ in of_kind(text, Kind.SHARE)] == found


@pytest.mark.parametrize(
    "text",
    [
        "令和4年 79.6\n",
        "令和4年 79.6%\n",
        "令和4年 78点\n",
        "令和4年 70%以上 79.6% ○ 達成\n",
        "2022年 79.6\n",
        "H30年 13件\n",
        "令和4年5〜9月と令和3年10、11月を除く。\n",
    ],
)
def test_figure_after_a_year_is_no_month(text: str) -> None:
    assert of_kind(text, Kind.DATE) == []


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("令和4年79月に開始した。\n", "令和4年79月"),
        ("令和4年13月～令和5年3月\n", "令和4年13月"),
        ("R4.13.1に開始した。\n", "R4.13.1"),
        ("H30.2.29に開札した。\n", "H30.2.29"),
    ],
)
def test_month_that_does_not_exist_is_still_found(text: str, printed: str) -> None:
    assert [found for found, _ in of_kind(text, Kind.DATE)] == [printed]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("判定 計算による提案 提案の根拠\n", []),
        ("システム稼働率 システム稼働率99.9%以上。\n", []),
        ("計算による提案提案の根拠を示す。\n", ["提案"]),
        ("システム稼働率システム稼働率は高い。\n", ["システム稼働率"]),
    ],
)
def test_word_at_the_edge_of_two_columns_is_not_said_twice(text: str, found: list[str]) -> None:
    assert [right for _, right in of_kind(text, Kind.WORDING)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("政府の方針（基本戦略、6月30日閣議決定。\n個別戦略、9月4日閣議決定）に基づく。\n", 0),
        ("政府の方針（基本戦略、6月30日閣議決定。\n個別戦略、9月4日閣議決定に基づく。\n", 1),
        ("政府の方針（基本戦略、6月30日閣議決定。\n別の文である。\n個別戦略、9月4日閣議決定）に基づく。\n", 2),
    ],
)
def test_bracket_around_the_end_of_a_line_is_closed(text: str, found: int) -> None:
    assert len(of_kind(text, Kind.WORDING)) == found


PDF_TABLE = "経費\n実施経費（単位：千円）\n第2期 460,800 7,680\n第3期 290,010 6,905\n増減額 {change} -775\n"


@pytest.mark.parametrize(("change", "found"), [("170,790", []), ("180,790", ["180,790千円"])])
def test_amounts_without_unit_found_a_difference_too(change: str, found: list[str]) -> None:
    text = PDF_TABLE.format(change="-170,790") + f"前の期と比べて{change}千円（37.1%）の経費減である。\n"
    assert [printed for printed, _ in of_kind(text, Kind.DIFFERENCE)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("令和3年度第3四半期\t15件\n令和3年度第4四半期\t25件\n", []),
        ("令和3年度4月\t15件\n令和3年度10月\t25件\n", []),
        ("令和3年度15件→令和3年度25件\n", ["令和3年度"]),
        ("令和3年度\t15件\n令和3年度\t25件\n", ["令和3年度"]),
        ("解決率\n平成25年度100%以上 100.0%\n完了率\n平成26年度100%以上 99.0%\n", []),
        ("解決率は平成25年度94.2%である。\n完了率は平成26年度94.2%である。\n", ["平成26年度"]),
    ],
)
def test_year_told_again_for_another_part_of_it_or_a_bound_is_no_slip(text: str, found: list[str]) -> None:
    assert [printed for printed, _ in of_kind(text, Kind.TWO_WAYS)] == found


CONTRACT = "契約期間\t平成26年3月28日～平成29年12月31日\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (CONTRACT + "対象期間\t平成26年3月28日～平成28年11月30日\n", []),
        ("月次報告（平成26年3月～平成28年11月）\n" + CONTRACT + "対象期間\t平成26年3月28日～平成28年11月30日\n", []),
        (CONTRACT + "平成26年3月28日～平成28年11月30日に業務を行った。\n", [Kind.TWO_WAYS.value]),
    ],
)
def test_period_of_a_report_is_not_the_contracts(text: str, found: list[str]) -> None:
    assert [kind for kind, _, _ in weighty(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("初期サポート解決率90%以上。文書の表は「90%以内」とするが、下限と読む。\n", []),
        ("初期サポート解決率\t文書の表は「90%以内」とするが、下限と読む。\t適\n", []),
        ("初期サポート解決率90%以内を維持すること。\n", ["90%以内"]),
        ("初期サポート解決率は「90%以内」を維持すること。\n", ["90%以内"]),
    ],
)
def test_bound_that_is_cited_is_not_promised(text: str, found: list[str]) -> None:
    assert [printed for printed, _ in of_kind(text, Kind.COMPARATOR)] == found


def test_time_on_average_is_told_with_a_particle_that_reads() -> None:
    text = "対応時間が平均すると週2.5時間短縮が可能となり、端末の設定時間が週1時間短縮を実現した。\n"
    rights = [right for _, right in of_kind(text, Kind.WORDING)]
    assert rights == ["時間について平均すると週2.5時間短縮が可能", "時間の週1時間短縮を実現"]
