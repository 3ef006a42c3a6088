"""Slips of a sentence or a table: what is printed and what is right, and the same said rightly."""

import pytest
from tests.review.reviewed import of_kind, weighty

from madoguchi.review.findings import Kind


@pytest.mark.parametrize(
    "text",
    [
        "令和六年二月三十日に開札した。",
        "二〇二四年二月三十日に開札した。",
        "2024/2/30に開札した。",
        "2024-02-30に開札した。",
        "2024.2.30に開札した。",
        "R6/2/30に開札した。",
        "Ｒ６．２．３０に開札した。",
        "令6.2.30に開札した。",
        "㋿6年2月30日に開札した。",
    ],
)
def test_day_that_does_not_exist_is_found_in_every_spelling(text: str) -> None:
    assert [right for _, right in of_kind(text, Kind.DATE)] == ["令和6年2月29日"]


@pytest.mark.parametrize(
    "text", ["2024/2/29に開札した。", "令和六年二月二十九日（木）", "令和6年2月29日木曜日", "版は1.2.30である。"]
)
def test_day_that_exists_and_other_numbers_are_left(text: str) -> None:
    assert of_kind(text, Kind.DATE) == []


def test_weekday_without_brackets_is_read() -> None:
    assert of_kind("令和6年2月29日金曜日に開札した。", Kind.DATE) == [("令和6年2月29日金曜日", "令和6年2月29日（木）")]


def test_period_that_begins_on_a_day_that_does_not_exist_is_no_failure() -> None:
    found = of_kind("令和3年9月31日から令和4年12月31日まで", Kind.DATE)
    assert found == [("令和3年9月31日", "令和3年9月30日")]


@pytest.mark.parametrize(
    ("text", "kind", "printed"),
    [
        ("公告期間を延長する。（4か月→3か月）", Kind.TREND, "4か月→3か月"),
        ("人員を減らした（3名→5名）。", Kind.TREND, "3名→5名"),
        ("実施人数も着実に増加している。\nH26fy 18名\nH27fy 99名\nH28fy 61名\n", Kind.TREND, "着実に増加"),
        ("基準スコア（75点）を大きく下回る平均82.1点であった。", Kind.VERDICT, "下回"),
        (
            "全ての項目で、目標を達成しており、質は高い。\n稼働率 99.9%以上 ×\n",
            Kind.VERDICT,
            "全ての項目で、目標を達成し",
        ),
        ("作業が完了するまで原則3開庁日以上とする。", Kind.COMPARATOR, "3開庁日以上"),
        (
            "受電から二次窓口への引継ぎまで10分以内\n受電から二次窓口への引継ぎまで20分以内\n",
            Kind.COMPARATOR,
            "20分以内",
        ),
        ("応札の経過\n3者が応札した。\n入札者数：二者\n", Kind.TWO_WAYS, "入札者数:二者"),
        ("点数は100点満点で採点し、828点であった。", Kind.SHARE, "828点"),
        ("目標の件数を確保し、194.2%となった。", Kind.SHARE, "194.2%"),
        ("実施経費は単年（10か月）である。", Kind.PERIOD_LENGTH, "10"),
    ],
)
def test_slip_is_found(text: str, kind: Kind, printed: str) -> None:
    assert [found for found, _ in of_kind(text, kind)] == [printed]


@pytest.mark.parametrize(
    "text",
    [
        "公告期間を延長する。（2か月→3か月）",
        "実施人数も着実に増加している。\nH26fy 18名\nH27fy 61名\nH28fy 979名\n",
        "基準スコア（75点）を大きく上回る平均82.1点であった。",
        "作業が完了するまで原則3開庁日以内とする。",
        "3者が応札した。前回は1者応札であった。",
        "点数は100点満点で採点し、82.8点であった。",
        "前年度比194.2%となった。",
        "本業務の契約番号は2024-02-301である。",
    ],
)
def test_what_is_right_is_left(text: str) -> None:
    assert weighty(text) == []


@pytest.mark.parametrize(
    ("finding", "mark", "right"),
    [
        ("なかった。", "×", "○"),
        ("達成している。", "×", "○"),
        ("達成していない。", "○", "×"),
        ("チェックを受けている。", "×", "○"),
    ],
)
def test_mark_against_its_finding_is_found(finding: str, mark: str, right: str) -> None:
    assert of_kind(f"基準\t実施状況\t判定\n① 違反はなかったか。\t{finding}\t{mark}\n", Kind.VERDICT) == [(mark, right)]


def test_breach_beside_none_is_found() -> None:
    text = "業務に係る法令違反行為等はなかった。\n具体的には、業務に係る法令違反行為等：3件である。\n"
    assert of_kind(text, Kind.VERDICT) == [("3件", "0件、または1行目の訂正")]


def test_month_with_an_incident_is_held_against_none_promised() -> None:
    text = (
        "評価事項\t測定指標\t評価\n重大障害件数\t重大障害の件数が0件であること。\t質は確保されている。\n月ごとの値は次による。\n"
        "\t重大障害\n令和6年4月\t0件\n5月\t2件\n"
    )
    assert of_kind(text, Kind.VERDICT) == [("確保されている", "1か月は未達")]


TITLE = "民間競争入札実施事業\n「某省基盤情報システムの運用管理業務」の実施状況について\n"


def test_name_with_a_few_other_characters_is_found() -> None:
    text = TITLE + "某省基幹情報システムの運用管理業務は順調である。\n"
    assert ("某省基幹情報システムの運用管理業務", "某省基盤情報システムの運用管理業務") in of_kind(text, Kind.NAME)
    assert of_kind(TITLE + "某省基盤情報システムの運用管理業務は順調である。\n", Kind.NAME) == []


def test_supplier_named_again_is_compared() -> None:
    text = "受託事業者\n甲乙システム株式会社\n\n請負事業者\n丙丁システム株式会社\n"
    assert of_kind(text, Kind.NAME) == [("丙丁システム株式会社", "甲乙システム株式会社")]


def test_term_said_again_with_other_ends_is_found() -> None:
    text = (
        "契約期間\n令和3年4月1日から令和6年3月31日まで\n実施状況評価期間\n令和3年4月1日から令和5年3月31日まで\n"
        "令和3年4月から令和5年2月までの実施状況を示す。\n経費は次による（令和3年4月～令和6年9月）。\n"
        "令和6年9月30日で契約期間を終了する。\n"
    )
    printed = [found for found, _ in of_kind(text, Kind.TWO_WAYS)]
    assert printed == ["令和3年4月から令和5年2月", "令和6年9月30日", "令和3年4月〜令和6年9月"]


def test_label_with_two_periods_is_found() -> None:
    text = "市場化テスト実施前（平成22年2月～平成26年1月）。\n市場化テスト実施前（平成22年2月～平成25年1月）。\n"
    assert [found for found, _ in of_kind(text, Kind.TWO_WAYS)] == ["平成22年2月〜平成25年1月"]


def test_event_told_at_two_dates_is_found() -> None:
    text = "平成30年11月に電子申請の利用環境の変更を行った。\n平成30年12月に電子申請の利用環境の変更を行った。\n"
    assert [found for found, _ in of_kind(text, Kind.TWO_WAYS)] == ["平成30年12月"]
    text = "令和4年5～9月は未達成の項目がある。\n令和4年5～8月は未達成の項目がある。\n"
    assert of_kind(text, Kind.TWO_WAYS) == [("5〜8月", "5〜9月または5〜8月")]


def test_choice_with_two_scores_is_found() -> None:
    scale = (
        "「満足」（100点）、「ほぼ満足」（80点）、「普通」（60点）、「やや不満」（40点）、「不満」（0点）で採点する。\n"
    )
    assert of_kind(scale + scale.replace("（40点）", "（20点）"), Kind.TWO_WAYS) == [("20", "40点または20点")]


def test_range_over_months_is_held_against_their_rows() -> None:
    table = "\t応答率\n令和6年4月\t93.4%\n5月\t43.0%\n6月\t67.4%\n\n"
    assert of_kind(table + "令和6年5月～令和6年6月は43.0%～76.4%であった。\n", Kind.TWO_WAYS) == [
        ("43.0%〜76.4%", "43.0%〜67.4%")
    ]
    assert of_kind(table + "令和6年5月～令和6年6月は43.0%～67.4%であった。\n", Kind.TWO_WAYS) == []


COSTS = "単位：千円（税抜）\t総額\t月額\n今期（10か月）\t290,010\t29,001\n"


def test_amount_under_the_name_of_another_column_is_found() -> None:
    assert of_kind(COSTS + "年額で比較すると29,001千円である。\n", Kind.UNITS) == [
        ("年額で比較すると29,001千円", "月額 29,001千円")
    ]
    assert of_kind(COSTS + "月額で比較すると29,001千円である。\n", Kind.UNITS) == []


def test_amount_with_another_power_of_ten_is_found() -> None:
    text = "契約額は1,517,677,000円。\n参考\n経費 1,517,677万円\n"
    assert of_kind(text, Kind.UNITS) == [("1,517,677万円", "1行目と同じ額")]


def test_amount_far_above_all_others_is_found() -> None:
    text = "平成24年度は142,859,052千円。\n令和元年度は91,544,900円。\n平成30年度は39,905,100円。\n"
    assert ("142,859,052千円", "142,859,052円") in of_kind(text, Kind.UNITS)


def test_small_amount_that_lost_its_unit_is_found() -> None:
    text = "削減額は893千円であった。\n平成25年度は4.2%（893円）の効果があった。\n"
    assert of_kind(text, Kind.UNITS) == [("893円", "893千円または893円")]
