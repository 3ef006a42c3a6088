"""The five published reports: every slip in them, and nothing beside them."""

import pytest
from tests.shared_data import shared_folder

from madoguchi.review.findings import Level
from madoguchi.review.reading import read_document
from madoguchi.review.review import review_document

Slip = tuple[int, str, str]
SLIPS: dict[str, tuple[Slip, ...]] = {
    "000": (
        (44, "verdict", "未達の項目を示した判定"),
        (54, "two_ways", "契約期間と支払期間を分けた記載"),
        (112, "name", "基盤システム"),
        (171, "two_ways", "一つの名称"),
        (190, "rate", "36.7%"),
        (221, "verdict", "競争性の判断の理由"),
        (222, "verdict", "一部未達（期間と項目を示す）"),
        (253, "wording", "全利用者"),
        (265, "two_ways", "一つの名称"),
        (265, "wording", "不満：0点"),
    ),
    "001": (
        (30, "wording", "窓口に連絡する"),
        (67, "name", "総務省LANシステムの運用管理及び受付窓口業務"),
        (75, "wording", "である必要がある"),
        (78, "mean", "11.4件または11.6件"),
        (83, "share", "79.1%または79.6%"),
        (83, "two_ways", "実績値78点（基準スコアは75点）"),
        (83, "two_ways", "利用者及び主管課または部局運用担当者及び主管課"),
        (90, "period_length", "44か月と13日"),
        (90, "period_length", "続く期間、または間の月の説明"),
        (99, "units", "同じ長さの期間（1か月または1年）での比較"),
        (115, "wording", "「事項」に代わる動作の語"),
        (115, "wording", "適時に"),
        (132, "wording", "メール等で"),
        (121, "overlap", "第1期は平成28年度より前の年度まで"),
    ),
    "002": (
        (155, "date", "平成28年11月30日"),
        (236, "verdict", "平成28年度の実績、または対象外とする理由"),
        (297, "mean", "84.4点"),
        (297, "verdict", "平成28年度の実績、または対象外とする理由"),
        (352, "period_length", "45か月と4日"),
        (352, "units", "20,445千円"),
        (384, "overlap", "重ならない期間、または重なりの説明"),
        (394, "total", "21,339千円"),
        (396, "difference", "894千円"),
        (425, "wording", "時間について平均すると週5時間程度短縮を実現"),
        (433, "wording", "時間について平均すると週2.5時間短縮が可能"),
        (487, "name", "運用支援業務"),
        (494, "verdict", "94.2%が基準を満たした"),
    ),
    "003": (
        (70, "comparator", "90%以上"),
        (108, "wording", "出張先"),
        (359, "wording", "原因は"),
        (366, "wording", "総合評価落札"),
        (371, "wording", "契約相手方：JECC株式会社"),
        (374, "units", "同じ基準（総額どうし、または1年あたりどうし）での比較"),
        (425, "wording", "責任分界"),
        (431, "wording", "熊本地震"),
    ),
    "004": (
        (18, "period_length", "21か月と14日"),
        (32, "wording", "者は"),
        (41, "verdict", "目標に対する達成・未達の別"),
        (42, "wording", "に関する"),
        (45, "verdict", "未達（理由を付した評価）"),
        (46, "comparator", "苦情発生件数が基準値を上回っている場合は"),
        (71, "wording", "を進めた"),
        (93, "verdict", "未達の月を挙げた評価"),
        (111, "reference", "見出しの内容"),
    ),
}
SPELLINGS = {
    "000": ("漏洩", "又は", "2022年", "請負事業者", "第1期目", "～令和 8 年 1 月 3 1 日まで"),
    "001": ("1 者応札", "2022 年"),
    "002": ("問合わせ", "問い合わせ", "全て", "および", "または", "，", "以下、消費者庁 LAN という"),
    "003": ("％", "25%", "3１", "３4", "公告期間", "平成34年2月", "web", "入札参画"),
    "004": ("問い合わせ", "全て", "約80%程度", "時間 6 分", "当たり", "に係る"),
}


@pytest.mark.parametrize("name", sorted(SLIPS))
def test_slips_are_found_and_nothing_else(name: str) -> None:
    (path,) = shared_folder("seeds").glob(f"{name}_*.txt")
    findings = review_document(document=read_document(path))
    found = sorted(
        (each.place.line, each.kind.value, each.right) for each in findings if each.level is not Level.NOTATION
    )
    assert found == sorted(SLIPS[name])
    printed = [each.place.quote for each in findings if each.level is Level.NOTATION]
    assert set(SPELLINGS[name]) <= set(printed)


def test_all_lines_of_a_slip_that_stands_twice_are_named() -> None:
    (path,) = shared_folder("seeds").glob("000_*.txt")
    rate = next(each for each in review_document(document=read_document(path)) if each.right == "36.7%")
    assert (rate.place.line, rate.place.quote, rate.other_lines) == (190, "△36.8%", (200,))
    assert "557,677,000円÷1,517,677,000円＝36.7454" in rate.reason
