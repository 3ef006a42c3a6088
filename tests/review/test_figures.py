"""Sums, rates, shares, means and units."""

import pytest
from tests.review.reviewed import of_kind, reviewed

from madoguchi.review.findings import Certainty, Kind, Level

COSTS = "従来経費\t{base}円\n実施経費\t{new}円\n減少額\t{change}円減\n減少率\t{rate}%減"


def costs(*, base: str = "1,200,000", new: str = "900,000", change: str = "300,000", rate: str = "25.0") -> str:
    return COSTS.format(base=base, new=new, change=change, rate=rate)


def test_right_saving_is_left_alone() -> None:
    assert reviewed(costs()) == ()


def test_wrong_rate_is_worked_out_from_the_amounts() -> None:
    assert of_kind(costs(rate="26.0"), Kind.RATE) == [("26.0%", "25.0%")]


def test_rate_rounded_twice_is_named() -> None:
    # 12,745 of 50,000 is 25.49%; rounded to 25.5 and again to 26
    (finding,) = reviewed(costs(base="50,000", new="37,255", change="12,745", rate="26"))
    assert (finding.kind, finding.right) == (Kind.RATE, "25%")
    assert "二度丸めた" in finding.reason


def test_difference_that_no_two_amounts_give() -> None:
    assert of_kind(costs(change="310,000"), Kind.DIFFERENCE) == [("310,000円", "300,000円")]


@pytest.mark.parametrize(("rate", "found"), [("25.0", []), ("24.0", [("24.0%", "25.0%")])])
def test_rate_beside_its_amount_in_a_sentence(rate: str, found: list[tuple[str, str]]) -> None:
    text = f"従来の契約額は2,000千円、今期の契約額は1,500千円である。500千円（{rate}%）の経費減となった。"
    assert of_kind(text, Kind.RATE) == found


def test_about_is_allowed_its_last_digit() -> None:
    text = "従来は1,428,590円、現行は915,449円であり、年間約51万円（約36%）の経費削減を達成している。"
    assert of_kind(text, Kind.RATE) == []


def test_columns_of_a_cost_table_are_taken_apart() -> None:
    text = (
        "単位：千円（税抜）\t総額\t月額\n第2期（60か月）\t4,800\t80\n第3期（60か月）\t4,200\t70\n"
        "増減額\t-600\t-10\n増減率\t-12.5%\t-13.5%"
    )
    assert of_kind(text, Kind.RATE) == [("-13.5%", "12.5%")]


def test_totals_of_terms_of_different_length_are_not_compared() -> None:
    text = "単位：千円（税抜）\t総額\n第2期（60か月）\t4,800\n第3期（48か月）\t4,200\n増減額\t-600\n増減率\t-12.5%"
    ((printed, _),) = of_kind(text, Kind.UNITS)
    assert printed == "-12.5%"


@pytest.mark.parametrize(("total", "found"), [("25,000千円", []), ("25,100千円", [("25,100千円", "25,000千円")])])
def test_total_below_its_parts(total: str, found: list[tuple[str, str]]) -> None:
    text = f"運用 15,000千円\n保守 10,000千円\n合計 {total}"
    assert of_kind(text, Kind.TOTAL) == found


def test_slip_of_a_total_is_followed_into_the_calculation_that_uses_it() -> None:
    text = "運用 15,000千円\n保守 10,001千円\n合計 25,000千円\n削減額：25,000千円－20,000千円＝5,000千円"
    assert of_kind(text, Kind.TOTAL) == [("25,000千円", "25,001千円")]
    assert of_kind(text, Kind.DIFFERENCE) == [("5,000千円", "5,001千円")]


@pytest.mark.parametrize(("total", "found"), [("60件", []), ("61件", [("61件", "60件")])])
def test_total_row_and_total_column(total: str, found: list[tuple[str, str]]) -> None:
    assert of_kind(f"月\t件数\n4月\t10件\n5月\t20件\n6月\t30件\n合計\t{total}", Kind.TOTAL) == found
    assert of_kind(f"区分\t4月\t5月\t合計\n電話\t10件\t50件\t{total}", Kind.TOTAL) == found


@pytest.mark.parametrize(
    ("text", "kind", "right"),
    [
        ("90,000千円÷45か月×12か月＝24,100千円", Kind.FORMULA, "24,000千円"),
        ("90,000千円÷45か月×12か月＝24,000円", Kind.UNITS, "24,000千円"),
        ("②25,320千円 － ①20,445千円 ＝ 4,785千円", Kind.FORMULA, "4,875千円"),
        ("150件÷200件＝85%", Kind.FORMULA, "75%"),
    ],
)
def test_written_calculation_is_done_again(text: str, kind: Kind, right: str) -> None:
    assert [found for _, found in of_kind(text, kind)] == [right]


@pytest.mark.parametrize(
    "text", ["90,000千円÷45か月×12か月＝24,000千円", "100千円÷3か月＝33千円", "5件÷0件＝0%", "A－B＝C"]
)
def test_right_calculation_is_left_alone(text: str) -> None:
    assert reviewed(text) == ()


def test_same_digits_in_two_units() -> None:
    text = "経費は20,445千円である。\n削減後の経費は20,445円とした。\n再掲すると20,445千円である。"
    assert of_kind(text, Kind.UNITS) == [("20,445円", "20,445千円")]


def test_total_beside_a_yearly_amount_is_a_caution_where_a_saving_is_claimed() -> None:
    text = "平成25年2月～平成30年1月\n当初契約額：50億円\nコストダウンに成功した。\n契約額：12億円/年"
    (finding,) = [each for each in reviewed(text) if each.kind is Kind.UNITS]
    assert finding.level is Level.CAUTION
    assert "1年10.0億円" in finding.reason
    assert of_kind("当初契約額：50億円\nコストダウンに成功した。\n契約額：40億円", Kind.UNITS) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("職員（計201名）に調査し、回収率：79.4%であった。", [("79.4%", "79.1%または79.6%")]),
        ("職員（計201名）に調査し、回収率：79.6%であった。", []),
        ("職員（計201名）に調査し、回収率は約79.4%であった。", []),
        ("職員に調査し、回収率：79.4%であった。", []),
        ("200件のうち150件（76.0%）を解決した。", [("76.0%", "75.0%")]),
        ("200件中150件（75.0%）を解決した。", []),
        ("応答率は102.3%であった。", [("102.3%", "0%から100%まで")]),
        ("応答率は100%であった。", []),
    ],
)
def test_share_must_come_from_whole_people(text: str, found: list[tuple[str, str]]) -> None:
    assert of_kind(text, Kind.SHARE) == found


SCORES = "設問\t令和4年度\n電話\t76.4点\nメール\t74.3点\n窓口\t80.0点\n3問の平均スコア\t{mean}点"


@pytest.mark.parametrize(("mean", "found"), [("76.9", []), ("77.9", [("77.9点", "76.9点")])])
def test_mean_row_is_worked_out(mean: str, found: list[tuple[str, str]]) -> None:
    assert of_kind(SCORES.format(mean=mean), Kind.MEAN) == found


def test_mean_that_only_unrounded_values_give_is_a_caution() -> None:
    text = "設問\t令和4年度\n一\t84.1点\n二\t85.2点\n三\t84.0点\n四\t84.2点\n五\t84.3点\n平均\t84.3点"
    (finding,) = reviewed(text)
    assert (finding.kind, finding.certainty, finding.right) == (Kind.MEAN, Certainty.POSSIBLE, "84.4点")


def test_breakdown_by_year_is_held_against_the_score_above_it() -> None:
    text = "令和4年度は80.0点、令和5年度は71.0点であった。\n以下、内訳。\nR4→80.0 R5→70.0\nR4→80.0 R5→70.0"
    assert of_kind(text, Kind.MEAN) == [("71.0点", "70.0点")]


@pytest.mark.parametrize(("mean", "found"), [("11.4", []), ("11.5", [("11.5件", "11.4件または11.6件")])])
def test_mean_per_quarter_needs_a_whole_total(mean: str, found: list[tuple[str, str]]) -> None:
    text = f"(4) 実施状況評価期間\n令和3年10月1日から令和4年12月31日まで\n四半期ごとに平均{mean}件の見直しがあった。"
    assert of_kind(text, Kind.MEAN) == found


@pytest.mark.parametrize(("mean", "found"), [("2", []), ("3", [("3件", "2件")])])
def test_mean_of_listed_values(mean: str, found: list[tuple[str, str]]) -> None:
    assert of_kind(f"各月は1件、2件、3件であり、平均{mean}件であった。", Kind.MEAN) == found


def test_monthly_amount_is_its_total_over_the_months() -> None:
    text = "単位：千円（税抜）\t総額\t月額\n第3期（42か月）\t290,010\t{month}"
    assert of_kind(text.format(month="6,905"), Kind.FORMULA) == []
    assert of_kind(text.format(month="6,950"), Kind.FORMULA) == [("6,950", "6,905千円")]


def test_yearly_list_keeps_its_unit() -> None:
    text = "令和4年度（6か月間：10月～3月）：39,905,100{unit}\n令和5年度：91,544,900円"
    assert of_kind(text.format(unit="円"), Kind.UNITS) == []
    assert of_kind(text.format(unit="千円"), Kind.UNITS) == [("39,905,100千円", "39,905,100円")]


def test_difference_in_a_sentence_that_its_rate_contradicts() -> None:
    text = "従来は7,680千円、今期は6,905千円である。{change}千円（10.1%）の経費減となる。"
    assert reviewed(text.format(change="775")) == ()
    assert of_kind(text.format(change="755"), Kind.DIFFERENCE) == [("755千円", "775千円")]


def test_rate_of_saving_told_again_is_one_that_was_worked_out() -> None:
    text = costs() + "\n経費について{rate}%の削減効果があった。"
    assert of_kind(text.format(rate="25.0"), Kind.RATE) == []
    assert of_kind(text.format(rate="25"), Kind.RATE) == []
    assert of_kind(text.format(rate="28.0"), Kind.RATE) == [("28.0%", "25.0%")]


def test_share_above_all_in_a_table() -> None:
    text = "月\t応答率\n4月\t{rate}%\n5月\t81.0%"
    assert of_kind(text.format(rate="93.4"), Kind.SHARE) == []
    assert of_kind(text.format(rate="193.4"), Kind.SHARE) == [("193.4%", "0%から100%まで")]


@pytest.mark.parametrize(
    ("text", "kind", "count"),
    [
        ("要望は54件あり、48件を対応済みである。", Kind.SHARE, 0),
        ("要望は45件あり、48件が対応済みである。", Kind.SHARE, 1),
        ("要員は13名（中級SE x2名、一般SE x5名、初級SE x6名）である。", Kind.TOTAL, 0),
        ("要員は12名（中級SE x2名、一般SE x5名、初級SE x6名）である。", Kind.TOTAL, 1),
        ("説明会に22社が参加した。後日、説明会に22社が参加したと公表した。", Kind.TWO_WAYS, 0),
        ("説明会に22社が参加した。後日、説明会に20社が参加したと公表した。", Kind.TWO_WAYS, 1),
        ("令和4年度は84.3点、令和5年度は79.9点で、満足度は平均82.1点である。", Kind.MEAN, 0),
        ("令和4年度は84.3点、令和5年度は79.9点で、満足度は平均88.1点である。", Kind.MEAN, 1),
        ("6か月間：10月～3月", Kind.PERIOD_LENGTH, 0),
        ("7か月間：10月～3月", Kind.PERIOD_LENGTH, 1),
        ("期限までに90%以上解決すること。", Kind.COMPARATOR, 0),
        ("期限までに90%以下解決すること。", Kind.COMPARATOR, 1),
    ],
)
def test_counts_and_lists_hold_together(text: str, kind: Kind, count: int) -> None:
    assert len(of_kind(text, kind)) == count


def test_bound_without_its_measure_is_read_with_the_rows_name() -> None:
    row = "評価事項\t測定指標\t評価\n苦情発生件数\t各月について15件{bound}を維持すること。\t維持した。"
    assert of_kind(row.format(bound="未満"), Kind.COMPARATOR) == []
    assert of_kind(row.format(bound="以上"), Kind.COMPARATOR) == [("15件以上", "15件以下")]


def test_difference_in_a_table_is_that_of_the_two_rows_above_it() -> None:
    other = "従来の経費は2,000,000円、今期の経費は1,700,000円である。\n\n"
    assert of_kind(other + costs(new="910,000"), Kind.DIFFERENCE) == [("300,000円", "290,000円")]


def test_saving_whose_amounts_are_not_there_is_a_caution() -> None:
    (finding,) = reviewed("現行の経費は900千円であり、従来に比べ年間約500千円（約36%）の経費削減を達成している。")
    assert (finding.kind, finding.level) == (Kind.DIFFERENCE, Level.CAUTION)
    assert "約1,389千円" in finding.reason


@pytest.mark.parametrize(("first", "count"), [("76,500", 0), ("67,500", 1)])
def test_conversion_starts_from_the_amount_just_stated(first: str, count: int) -> None:
    text = f"実施経費 {first}千円\n1年間（12か月）換算：76,500千円÷45か月×12か月＝20,400千円"
    assert len(of_kind(text, Kind.TWO_WAYS)) == count


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("37時間80分", [("37時間80分", "38時間20分")]),
        ("6分78秒", [("6分78秒", "7分18秒")]),
        ("37時間08分と6分58秒、60分以内", []),
    ],
)
def test_minutes_and_seconds_end_at_fifty_nine(text: str, found: list[tuple[str, str]]) -> None:
    assert of_kind(text, Kind.DATE) == found


@pytest.mark.parametrize(("rate", "count"), [("44.4", 0), ("144.4", 1)])
def test_nothing_falls_by_more_than_all(rate: str, count: int) -> None:
    assert len(of_kind(f"用紙の使用量は▲{rate}%となった。", Kind.SHARE)) == count
