"""Brackets without their other half, and numbers of headings and items that do not follow."""

import pytest
from tests.review.reviewed import of_kind

from madoguchi.review.findings import Kind


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("受付窓口（以下「本業務」という。を実施する。\n次の行。\n", "(以下「本業務」"),
        ("基準スコア（75点以上）を維持）する。\n", "75点以上)を維持)"[-8:]),
        ("指針」に定める基準による。\n", "指針」"),
        ("仕組み（評価委員会（外部の者）等を備えている。\n", "(評価委員会(外"),
        ("「満足（100点）、「普通」（60点）とする。\n", "「満足(100点"),
    ],
)
def test_bracket_without_its_other_half_is_found(text: str, printed: str) -> None:
    assert [found for found, _ in of_kind(text, Kind.WORDING)] == [printed]


@pytest.mark.parametrize(
    "text",
    [
        "受付窓口（以下「本業務」という。）を実施する。\n",
        "質問内容：A）整備について、B）満足度について\n1) 電話での対応\n2) 窓口での対応\nA) 満足度について\n",
        "応答率の計算は次による。（応答数には、利用者が折り返しを求めた\n呼を含む。ただし、試験の呼を除く。）\n",
        "区間は[start, end)で示す。\n",
    ],
)
def test_brackets_in_pairs_and_list_marks_are_left(text: str) -> None:
    assert of_kind(text, Kind.WORDING) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("① 申請\n② 貸与\n④ 問合せ\n⑤ 不具合\n", [("④", "③")]),
        ("① 申請\n② 貸与\n④ 問合せ\n④ 不具合\n⑤ 複合機\n", [("④", "③")]),
        ("(1) 業務内容\n(2) 契約期間\n(5) 受託事業者\n(4) 決定の経緯\n", [("(5)", "3")]),
        ("1. 事業の概要\n2. 質の状況\n6. 全体的な評価\n4. 今後の事業\n", [("6.", "3")]),
        ("１－１ 概要\n本文。\n１－２ 評価\n１－５ 結果\n２－１ 予定\n", [("１－５", "1-3または2-1")]),
    ],
)
def test_number_that_does_not_follow_is_found(text: str, found: list[tuple[str, str]]) -> None:
    assert of_kind(text, Kind.REFERENCE) == found


@pytest.mark.parametrize(
    "text",
    [
        "(1) 概要\n① 申請\n② 貸与\n(2) 期間\n① 始まり\n② 終わり\n(3) 評価\n",
        "(1) 概要\n(2) 評価\n項目\t内容\n(1) 満足度\t適\n(2) 障害\t適\n(3) 経費\t適\n\n(3) 経費\n",
        "評価事項\t指標\t評価\n引継ぎ\t① 引継ぎを行う。\t① 行った。\n移行\t② 移行する。\t② 移行した。\n",
        "3. 途中からの抜粋\n4. 次の章\n",
        "1 回目の開札では2者であった。\n5 者が説明会に参加した。\n",
    ],
)
def test_lists_inside_lists_and_counts_are_left(text: str) -> None:
    assert of_kind(text, Kind.REFERENCE) == []
