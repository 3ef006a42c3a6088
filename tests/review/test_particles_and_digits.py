"""Particles and syllables lost, words said twice, and numbers written as no number is."""

import pytest
from tests.review.reviewed import of_kind

from madoguchi.review.findings import Kind


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("職員からの申請の受付行う。\n", "請の受付を行う"),
        ("業務の質の向上図る。\n", "質の向上を図る"),
        ("実施要項の規定基づく評価である。\n", "項の規定に基づく"),
        ("満足度関する調査である。\n", "満足度に関する"),
        ("利用者環境起因する不具合である。\n", "用者環境に起因する"),
        ("サービスの質確保されている。\n", "ビスの質は確保されて"),
        ("入札の経過に課題認められる。\n", "過に課題が認められる"),
        ("質は確保されいる。\n", "されている"),
        ("要員を増やし、改善しいる。\n", "している"),
        ("評価を実施実施した。\n", "実施"),
    ],
)
def test_lost_or_doubled_syllables_are_found(text: str, right: str) -> None:
    assert [found for _, found in of_kind(text, Kind.WORDING)] == [right]


@pytest.mark.parametrize(
    "text",
    [
        "最低限満たすべき水準を別途定める。制度上満たす要件である。\n",
        "反対する意見に相対する。出資する者が投資する。\n",
        "一人一人に説明し、一本一本を確かめた。\n",
        "業務を行う。規定に基づく。質は確保されている。\n",
        "申請受付\n行うべき事項を示す。\n",
    ],
)
def test_sentences_that_need_no_particle_are_left(text: str) -> None:
    assert of_kind(text, Kind.WORDING) == []


@pytest.mark.parametrize(
    ("text", "kind", "printed"),
    [
        ("契約金額は96,0000,000円である。\n", Kind.FORMULA, "96,0000,000"),
        ("適用率は010%であった。\n", Kind.FORMULA, "010"),
        ("処理は6分30分であった。\n", Kind.UNITS, "6分30分"),
        ("処理は6時間30秒であった。\n", Kind.UNITS, "6時間30秒"),
        ("3分の4を超える職員が満足した。\n", Kind.SHARE, "3分の4"),
        ("月\t時間\n4月\t6分00秒\n5月\t6時間10分\n6月\t7分20秒\n7月\t7分00秒\n", Kind.UNITS, "6時間10分"),
    ],
)
def test_number_that_is_none_is_found(text: str, kind: Kind, printed: str) -> None:
    assert [found for found, _ in of_kind(text, kind)] == [printed]


@pytest.mark.parametrize(
    "text",
    [
        "契約金額は960,000,000円である。表の50,95は二つの値である。\n",
        "回答は11時間06分であった。3分の2を超える職員が満足した。100分の5とする。\n",
        "受付番号は0120である。版は1.05%ではない。\n",
    ],
)
def test_right_numbers_are_left(text: str) -> None:
    kinds = (Kind.FORMULA, Kind.UNITS, Kind.SHARE)
    assert [found for kind in kinds for found in of_kind(text, kind)] == []
