"""References to what the document does not have."""

import pytest
from tests.review.reviewed import of_kind

from madoguchi.review.findings import Kind

CHAPTERS = "1 概要\n\n2 質の状況\n\n3 経費\n\n"
CRITERIA = "基準\t判定\n① 違反はないか。\t○\n② 仕組みはあるか。\t○\n③ 競争性はあるか。\t○\n\n"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("達成状況は【参考3】参照。\n【参考1】 詳細\n内訳を示す。\n【参考2】 推移\n件数は増えた。\n", "参考3"),
        (CHAPTERS + "質については、9に記載のとおりである。\n", "9に記載"),
        (CHAPTERS + "このことは、2及び7に記載のとおりである。\n", "2及び7に記載"),
        ("１－１ 概要\n１－２ 結果\n「１－５ 結果」を参照。\n", "「1-5結果」を参照"),
        (CRITERIA + "①及び②の基準は満たしている。②の基準については、競争性があった。\n", "②"),
        (CRITERIA + "①及び②の基準は満たしている。④の基準については、競争性があった。\n", "④"),
        ("76,670千円÷45×12＝20,445千円・・①\n実施経費25,320千円・・②\n②25,320千円－②20,445千円\n", "②20,445"),
    ],
)
def test_reference_to_nothing_is_found(text: str, printed: str) -> None:
    assert [found for found, _ in of_kind(text, Kind.REFERENCE)] == [printed]


@pytest.mark.parametrize(
    "text",
    [
        "達成状況は【参考2】参照。\n【参考1】 詳細\n内訳を示す。\n【参考2】 推移\n件数は増えた。\n",
        "仕様書の別紙3による。\n",
        CHAPTERS + "このことは、2及び3に記載のとおりである。仕様書9に記載の要件による。\n",
        CRITERIA + "①及び②の基準は満たしている。③の基準については、競争性があった。\n",
        CRITERIA + "①の基準は満たしている。\n",
    ],
)
def test_reference_to_something_is_left(text: str) -> None:
    assert of_kind(text, Kind.REFERENCE) == []
