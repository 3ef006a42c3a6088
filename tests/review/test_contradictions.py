"""Slips that only another part of the document shows: order of dates, years, near amounts and names, conclusions."""

import pytest
from tests.review.reviewed import of_kind, weighty

from madoguchi.review.findings import Kind

REPORT = """
令和6年3月8日

契約期間
令和4年2月1日から令和6年3月31日まで
実施状況評価期間
令和4年2月1日から令和6年1月31日まで
受託事業者決定の経緯
令和3年9月14日に開札した結果、A社が落札者となった。
「重点計画」（令和4年6月7日閣議決定）に基づく。
"""


def test_dates_in_their_order_are_left() -> None:
    assert weighty(REPORT) == []


@pytest.mark.parametrize(
    ("printed", "planted", "named"),
    [
        ("令和6年3月8日", "令和5年3月8日", "令和5年3月8日"),
        ("令和3年9月14日", "令和4年9月14日", "令和4年9月14日"),
        ("令和4年6月7日閣議", "令和6年6月7日閣議", "令和6年6月7日"),
        ("令和4年2月1日から令和6年1月", "令和3年2月1日から令和6年1月", "令和3年2月1日から令和6年1月31日"),
        ("令和6年3月8日", "平成6年3月8日", "平成6年3月8日"),
    ],
)
def test_date_out_of_its_order_is_found(printed: str, planted: str, named: str) -> None:
    assert named in [each for each, _ in of_kind(REPORT.replace(printed, planted), Kind.DATE)]


def test_law_of_a_year_to_come_is_found() -> None:
    text = REPORT + "競争の導入による公共サービスの改革に関する法律（令和18年法律第51号）\n"
    assert of_kind(text, Kind.DATE) == [("令和18年法律第", "2024年までの法令")]


def test_report_is_not_asked_for_dates_it_does_not_give() -> None:
    assert weighty("次回は令和12年10月に開札する。平成18年法律第51号による。\n") == []


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        (
            "平成24年度\n（平成25年4月1日から平成26年3月31日まで） 契約金額60,000千円\n",
            "平成25年4月1日から平成26年3月31日",
        ),
        ("令和5年度については令和4年10月から令和5年3月までとする。\n", "令和4年10月から令和5年3月"),
        ("3年間（12か月）に換算する。\n", "3年間(12か月)"),
    ],
)
def test_period_against_its_year_is_found(text: str, printed: str) -> None:
    assert [each for each, _ in of_kind(text, Kind.PERIOD_LENGTH)] == [printed]


@pytest.mark.parametrize(
    "text",
    [
        "平成24年度\n（平成24年4月1日から平成25年3月31日まで） 契約金額60,000千円\n",
        "平成30年度については平成30年10月から平成31年3月末までとする。\n",
        "1年間（12か月）に換算する。\n",
    ],
)
def test_period_of_its_year_is_left(text: str) -> None:
    assert of_kind(text, Kind.PERIOD_LENGTH) == []


MONTHS = "月\t応答率\n令和5年10月\t93.4%\n11月\t94.0%\n12月\t93.5%\n令和6年1月\t97.4%\n"


def test_month_out_of_a_tables_order_is_found() -> None:
    assert of_kind(MONTHS.replace("12月", "11月"), Kind.TWO_WAYS) == [("11月", "12月")]
    assert of_kind(MONTHS, Kind.TWO_WAYS) == []


def test_figure_of_another_month_is_found() -> None:
    text = MONTHS.replace("応答率", "回答時間").replace("93.5%", "208時間47分") + "令和4年12月は208時間47分であった。\n"
    assert of_kind(text, Kind.TWO_WAYS) == [("208時間47分", "12月の208時間47分")]


AMOUNTS = "契約金額は960,000,000円である。\n実施経費 960,000,000円\n支払額 960,000,000円\n従来経費 1,517,677,000円\n"


@pytest.mark.parametrize("planted", ["690,000,000円", "960,030,000円"])
def test_amount_one_slip_from_the_usual_one_is_found(planted: str) -> None:
    found = of_kind(AMOUNTS + f"以上のとおり、{planted}であった。\n", Kind.TWO_WAYS)
    assert found == [(planted, f"960,000,000円または{planted}")]


def test_amounts_of_other_years_and_their_differences_are_left() -> None:
    text = "令和4年度の額 12,345千円\n令和4年度の再掲 12,345千円\n令和5年度の額 12,445千円\n増加額 100千円\n"
    assert of_kind(text, Kind.TWO_WAYS) == []


def test_total_with_a_part_in_another_unit_is_found() -> None:
    text = "前期の契約金額42,840円\n後期の契約金額15,950千円\n合計58,790千円\n"
    assert ("42,840円", "42,840千円") in of_kind(text, Kind.UNITS)


def test_term_with_one_other_character_is_found() -> None:
    usual = "基盤情報システムを運用する。\n" * 4
    assert of_kind(usual + "基幹情報システムサービスを更新した。\n", Kind.NAME) == [
        ("基幹情報システム", "基盤情報システム")
    ]
    assert of_kind(usual + "新基盤情報システムと旧基盤情報システム\n", Kind.NAME) == []


def test_network_of_another_letter_is_found() -> None:
    usual = "総務省LANを使う。\n" * 3
    assert of_kind(usual + "総務省WANに移す。\n", Kind.NAME) == [("総務省WAN", "総務省LAN")]


def test_other_office_in_the_subjects_place_is_found() -> None:
    head = "経済産業省基盤情報システムの運用管理業務の実施状況について\n"
    assert of_kind(head + "実施機関\t農林水産省\n", Kind.NAME) == [("農林水産省", "経済産業省")]
    assert of_kind(head + "実施機関\t経済産業省\n農林水産省の例を参考にした。\n", Kind.NAME) == []


def test_row_that_denies_the_conclusion_is_found() -> None:
    text = "情報漏えい\t0件であり、質は確保されていない。\n上記のとおり、設定した質は確保されており、良好である。\n"
    assert [each for each, _ in of_kind(text, Kind.VERDICT)] == ["質は確保されていない"]
    assert of_kind(text.replace("設定した質", "一部を除き質"), Kind.VERDICT) == []


def test_conclusion_that_denies_every_row_is_found() -> None:
    text = "応答率\t質は確保されている。\n上記のとおり、サービスの質は確保されていない。\n"
    assert [each for each, _ in of_kind(text, Kind.VERDICT)] == ["質は確保されていない"]


def test_row_blamed_although_its_figures_keep_the_bound_is_found() -> None:
    text = "応答率\t90%以上\t93.4%であり、達成していない。\n"
    assert of_kind(text, Kind.VERDICT) == [("達成していない", "達成")]
    assert of_kind(text.replace("93.4", "83.4"), Kind.VERDICT) == []


def test_mark_beside_what_happened_is_found() -> None:
    text = "① 業務改善指示等を受けたことがなかったか。\tあった。\t○\n"
    assert of_kind(text, Kind.VERDICT) == [("○", "×")]


def test_growth_of_a_negative_amount_is_found() -> None:
    text = "△557,677千円（△36.7%）と経費が増加している。\n"
    assert of_kind(text, Kind.TREND) == [("増加", "減少")]
    assert of_kind(text.replace("増加", "減少"), Kind.TREND) == []


def test_bounds_on_days_and_meetings_turned_round_are_found() -> None:
    text = "申請は3開庁日以内に終える。\n原則3開庁日以上とする。\n運用会議（月1回以下）を開催する。\n"
    assert of_kind(text, Kind.COMPARATOR) == [("3開庁日以上", "3開庁日以内"), ("以下", "月1回以上")]


def test_bidders_that_do_not_add_up_are_found() -> None:
    text = "事業者（4者）から提出された書類を審査した。開札日前に1者が辞退したものの、2者が応札に参加した。\n"
    assert [each for each, _ in of_kind(text, Kind.TOTAL)] == ["開札日前に1者が辞退したものの、2者が応札"]
    assert of_kind(text.replace("4者", "3者"), Kind.TOTAL) == []


def test_scale_with_one_other_score_is_found() -> None:
    scale = "「満足」（100点）、「ほぼ満足」（80点）、「普通」（60点）、「不満」（0点）\n"
    other = scale.replace("60点", "61点").replace("普通", "どちらでもない")
    assert of_kind(scale + other, Kind.TWO_WAYS) == [("61", "60点または61点")]
