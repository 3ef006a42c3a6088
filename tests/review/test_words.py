"""Comparators, verdicts, claims, names, slips of the pen and notation."""

import pytest
from tests.review.reviewed import of_kind, reviewed

from madoguchi.review.findings import Kind, Level


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("一次窓口完結率 80%以下", [("80%以下", "80%以上")]),
        ("電話呼放棄率 10%以上", [("10%以上", "10%以下")]),
        ("平均回答時間は24時間以上を維持すること。", [("24時間以上", "24時間以下")]),
        ("一次窓口完結率 80%以上", []),
        ("電話呼放棄率10%未満", []),
        ("受付から対応完了まで30分以内", []),
        ("復旧時間が2時間以上の案件は3件であった。", []),
        ("応答率が90%以下となった月がある。", []),
    ],
)
def test_bound_points_the_way_its_measure_wants(text: str, found: list[tuple[str, str]]) -> None:
    assert of_kind(text, Kind.COMPARATOR) == found


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("苦情件数が基準値を下回っている場合は、処理時間についても未達成とする。", 1),
        ("苦情件数が基準値を上回っている場合は、処理時間についても未達成とする。", 0),
        ("応答率が基準値を上回った場合は未達成とする。", 1),
        ("応答率が基準値を下回った場合は未達成とする。", 0),
    ],
)
def test_keeping_a_standard_is_not_blamed(text: str, count: int) -> None:
    assert len(of_kind(text, Kind.COMPARATOR)) == count


def test_one_measure_with_two_bounds() -> None:
    text = "初期サポート解決率90%以上とする。\n実績は、初期サポート解決率80%以上の約束に対し達成した。"
    assert [printed for printed, _ in of_kind(text, Kind.COMPARATOR)] == ["80%以上"]


ROW = "評価事項\t測定指標\t評価\n応答率\t90%以上を維持すること。\t応答率は{value}であり、サービスの質は確保されている。"


@pytest.mark.parametrize(("value", "found"), [("93.4%", []), ("89.9%", ["89.9%"])])
def test_favourable_verdict_needs_its_figure(value: str, found: list[str]) -> None:
    assert [printed for printed, _ in of_kind(ROW.format(value=value), Kind.VERDICT)] == found


MONTHS = (
    "評価事項\t測定指標\t評価\n回答時間\t24時間未満を維持すること。\tすべての月で達成しており、質は確保されている。\n\n"
    "本事業の目標は達成されている。\n\n月\t回答時間\n令和5年4月\t{first}\n5月\t11時間06分"
)


def test_all_months_kept_is_held_against_the_monthly_table() -> None:
    assert of_kind(MONTHS.format(first="23時間59分"), Kind.VERDICT) == []
    found = [printed for printed, _ in of_kind(MONTHS.format(first="24時間00分"), Kind.VERDICT)]
    assert found == ["すべての月で達成", "目標は達成されている"]


def test_figure_of_a_month_is_the_same_in_text_and_table() -> None:
    table = "\n月\t応答率\n令和5年11月\t81.0%\n12月\t85.0%\n令和6年1月\t90.0%"
    assert of_kind("令和5年11月は81.0%であった。" + table, Kind.TWO_WAYS) == []
    assert of_kind("令和5年12月は81.0%であった。" + table, Kind.TWO_WAYS) == [("81.0%", "85.0%")]


def test_bare_month_takes_the_year_of_the_month_before_it() -> None:
    table = "\n月\t応答率\n令和5年2月\t78.3%\n3月\t81.5%"
    assert of_kind("令和5年2月は78.3%、3月は81.5%であった。" + table, Kind.TWO_WAYS) == []
    assert of_kind("令和5年2月は78.3%、3月は85.1%であった。" + table, Kind.TWO_WAYS) == [("85.1%", "81.5%")]


@pytest.mark.parametrize(("count", "found"), [("0件", []), ("1件", ["1件"])])
def test_leak_that_happened_is_not_praised(count: str, found: list[str]) -> None:
    text = f"情報漏えいの件数は{count}であり、サービスの質は確保されている。"
    assert [printed for printed, _ in of_kind(text, Kind.VERDICT)] == found


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("2者応札となった。入札には2者が応札した。", 0),
        ("2者応札となった。入札には4者が応札した。", 1),
        ("2者応札となった。前回は1者応札であった。", 0),
    ],
)
def test_number_of_bidders_is_told_one_way(text: str, count: int) -> None:
    assert len(of_kind(text, Kind.TWO_WAYS)) == count


def test_row_with_two_units_holds_each_figure_against_its_own() -> None:
    promise = "評価事項\t測定指標\t評価\n調査\t回収率70%以上、75点以上を維持する。"
    row = promise + "\t回収率{rate}%、{score}点であり、質は確保されている。"
    assert of_kind(row.format(rate="79.6", score="78"), Kind.VERDICT) == []
    assert [found for found, _ in of_kind(row.format(rate="64.2", score="78"), Kind.VERDICT)] == ["64.2%"]


def test_all_kept_beside_a_rate_below_a_hundred() -> None:
    row = "利用者からの問合せを含む協議が必要な課題等について、令和4年度は94.2%となっている。"
    claim = "利用者からの問合せを含む協議が必要な課題等についても、解決の期間は全て基準値を満たしている。"
    assert [printed for printed, _ in of_kind(f"{row}\n{claim}", Kind.VERDICT)] == ["全て基準値を満たし"]
    assert of_kind(f"{row.replace('94.2', '100')}\n{claim}", Kind.VERDICT) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("月平均が3件、1件、1件、0件とその回数は減少している。", 0),
        ("月平均が3件、4件、1件、0件とその回数は減少している。", 1),
        ("件数は10件、12件、9件と増加している。", 1),
    ],
)
def test_trend_in_words_follows_the_figures(text: str, count: int) -> None:
    assert len(of_kind(text, Kind.TREND)) == count


def test_missed_item_is_not_called_kept() -> None:
    text = "令和4年5月は未達成項目があるが、業務上の障害はなかった。\n④ 目標を達成しているか。\t達成されている。\t○"
    (finding,) = [each for each in reviewed(text) if each.kind is Kind.VERDICT]
    assert (finding.place.line, finding.level) == (2, Level.CAUTION)


@pytest.mark.parametrize(
    ("text", "count"), [("複数者の応札があった。ただし、不落随意契約となった。", 1), ("複数者の応札があった。", 0)]
)
def test_competition_called_kept_after_failed_bidding_is_a_caution(text: str, count: int) -> None:
    row = f"基準\t実施状況\t判定\n③ 入札に当たって、競争性が確保されていたか。\t{text}\t○"
    assert len(of_kind(row, Kind.VERDICT)) == count


@pytest.mark.parametrize(("text", "count"), [("不落による随意契約とした。", 1), ("一般競争入札とした。", 0)])
def test_nobody_wins_a_failed_bidding(text: str, count: int) -> None:
    assert len(of_kind(f"{text}\n落札者：北風通信株式会社", Kind.WORDING)) == count


def test_scale_has_one_name_for_a_score() -> None:
    first = "「満足」（100点）、「やや満足」（75点）、「普通」（50点）、「不満」（0点）で採点する。"
    second = first.replace("普通", "どちらでもない")
    assert of_kind(f"{first}\n{first}", Kind.TWO_WAYS) == []
    assert [printed for printed, _ in of_kind(f"{first}\n{second}", Kind.TWO_WAYS)] == ["どちらでもない"]


def test_result_is_not_called_the_standard() -> None:
    assert len(of_kind("基準スコア（75点以上）を維持する。結果は基準スコア：78点であった。", Kind.TWO_WAYS)) == 1
    assert of_kind("基準スコア（75点以上）を維持する。結果は78点で、基準スコア（75点）を上回る。", Kind.TWO_WAYS) == []


def test_figure_of_a_year_is_printed_one_way() -> None:
    text = "令和4年度の満足度は80.1点であった。\n5 まとめ\n令和4年度の満足度は81.0点と高かった。"
    assert of_kind(text, Kind.TWO_WAYS) == [("81.0点", "80.1点または81.0点")]


TITLE = "北海省LANシステムの運用管理業務の実施状況について\n\n"


def test_name_of_another_contract_is_found() -> None:
    text = TITLE + "北海省LANシステムの機器更新業務は、目的を達成した。"
    assert of_kind(text, Kind.NAME) == [("北海省LANシステムの機器更新業務", "北海省LANシステムの運用管理業務")]
    assert of_kind(TITLE + "北海省LANシステムの運用管理業務は、目的を達成した。", Kind.NAME) == []


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("運用支援業務（以下「運用支援業務」という。）を行う。運用管理業務を確認した。", "運用支援業務"),
        ("総務省LANを使う。総務省LANは安定した。財務省LANは安定した。", "総務省LAN"),
        ("当庁が定めた。当庁が確認した。当省が承認した。", "当庁"),
        (
            "(3) 受託事業者\n北風システム株式会社\n開札の結果、南風通信株式会社が落札者となった。",
            "北風システム株式会社",
        ),
        (TITLE + "次期LANシステムに関する問合せを受け付ける。", "LANシステム"),
    ],
)
def test_name_left_from_another_document(text: str, right: str) -> None:
    assert [found for _, found in of_kind(text, Kind.NAME)] == [right]


def test_names_in_their_place_are_left_alone() -> None:
    text = (
        "(3) 受託事業者\n北風システム株式会社\n北風システム株式会社が落札者となった。\n"
        "運用支援業務（以下「運用支援業務」という。）\n① 運用総括業務\n運用総括業務を行う。総務省と財務省に説明した。"
    )
    assert of_kind(text, Kind.NAME) == []


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("施設等のに関する情報", "に関する"),
        ("見直しを進めたことを進めたこと等により", "を進めたこと"),
        ("承認の上で事項された。", "「事項」に代わる動作の語"),
        ("主管課及び受付窓口連絡する。", "窓口に連絡する"),
        ("自宅や主張先から使う。", "出張先"),
        ("資するものがある必要がある。", "である必要がある"),
        ("職員の全利用が対象である。", "全利用者"),
    ],
)
def test_slip_of_the_pen(text: str, right: str) -> None:
    assert [found for _, found in of_kind(text, Kind.WORDING)] == [right]


@pytest.mark.parametrize(
    "text",
    [
        "ますます増えている。様々な点から、個々の案件ごとに対応した。",
        "行政相談を行政相談委員が受ける。",
        "初期サポート解決率\n初期サポート解決率は高い。",
        "主管課に連絡する。窓口で報告する。要件に対応している。",
        "問合せの際のに対応する記録、などとともに、ひとつひとつ確認した。",
    ],
)
def test_plain_japanese_is_left_alone(text: str) -> None:
    assert [each for each in reviewed(text) if each.level is Level.ERROR] == []


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("問合せ、問合せ、問い合わせ", "問い合わせ"),
        ("△10%、△20%、▲30%", "▲30%"[:1]),
        ("サーバーを置き、サーバーを守り、サーバを外す。", "サーバ"),
        ("10 件と20件と３件", "３"),
        ("令和4年と令和5年と2022年", "2022年"),
        ("約80%程度", "約80%程度"),
        ("平成3１年", "3１"),
        ("2者が応札し、3者が辞退し、1社が残った。", "1社"),
        ("4時間06分と5時間07分と11時間6分", "時間6分"),
    ],
)
def test_two_spellings_are_notation_and_no_error(text: str, quote: str) -> None:
    findings = reviewed(text)
    assert quote in [each.place.quote for each in findings]
    assert {each.level for each in findings} == {Level.NOTATION}


def test_a_year_said_both_ways_is_no_mixture() -> None:
    assert reviewed("令和4年と令和5年（2023年）と令和6年(2024 年)") == ()
    assert [each.place.quote for each in reviewed("令和4年、令和5年（担当は2023年から）")] == ["2023年"]
