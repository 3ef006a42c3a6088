"""Sentences whose parts do not go together, and what a report leaves out."""

import pytest
from tests.review.reviewed import of_kind, reviewed

from madoguchi.review.findings import Kind


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("(2) 経費増加効果\n", Kind.TREND, ("増加", "削減")),
        ("業務の質の低下を図るための施策を提案する。\n", Kind.TREND, ("低下", "向上")),
        ("作業の時間延長を実現した。\n", Kind.TREND, ("延長", "短縮")),
        (
            "一部の月で達成しており、サービスの質は確保されている。\n",
            Kind.VERDICT,
            ("一部", "残りの実績、またはすべて"),
        ),
        ("評価項目の要求要件を一部満たしていることを確認した。\n", Kind.VERDICT, ("一部", "すべて")),
        ("障害件数\t不適 障害は0件であり、サービスの質は確保されている。\n", Kind.VERDICT, ("不適", "適")),
        ("1者は予定価格の範囲内であり、もう1者も予定価格を超えた額であった。\n", Kind.WORDING, ("者も", "者は")),
        ("体制の変更が適時で提案された。\n", Kind.WORDING, ("適時で", "適時に")),
        ("各者にメール等へ連絡を取った。\n", Kind.WORDING, ("メール等へ", "メール等で")),
        (
            "対応時間が週2時間短縮が可能となった。\n",
            Kind.WORDING,
            ("時間が週2時間短縮が可能", "時間の週2時間短縮が可能"),
        ),
        ("原因として、価格を低く見積もったためであり、改善は難しい。\n", Kind.WORDING, ("原因として", "原因は")),
        ("満足：100点、普通：60点、やや不満：40点、不満0点とする。\n", Kind.WORDING, ("不満0点", "不満：0点")),
    ],
)
def test_parts_that_do_not_go_together_are_found(text: str, kind: Kind, found: tuple[str, str]) -> None:
    assert of_kind(text, kind) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "(2) 経費削減効果\n業務の質の向上を図る。時間短縮を実現した。要員の増加を図る。\n",
        "一部の月で達成できなかったが、要員を増やした。すべての月で達成しており、質は確保されている。\n",
        "障害件数\t適 障害は0件であり、サービスの質は確保されている。\n",
        "1者は予定価格の範囲内であり、もう1者は予定価格を超えた額であった。\n",
        "適時に提案された。職員へ電話で連絡した。対応時間が短くなった。原因は、価格が低いためである。\n",
        "満足：100点、普通：60点、やや不満：40点、不満：0点とする。平均は82点であった。\n",
    ],
)
def test_parts_that_go_together_are_left(text: str) -> None:
    kinds = (Kind.TREND, Kind.VERDICT, Kind.WORDING)
    assert [found for kind in kinds for found in of_kind(text, kind)] == []


PERIOD = "実施状況評価期間\n平成26年4月1日から平成28年11月30日まで\n\n"


def test_year_of_the_period_without_a_figure_is_named() -> None:
    told = "解決率は、平成26年度は94.2%、平成27年度は95.1%となっている。\n"
    right = "平成28年度の実績、または対象外とする理由"
    assert of_kind(PERIOD + told, Kind.VERDICT) == [("平成26年度は94.2%、平成27年度", right)]
    assert of_kind(PERIOD.replace("28年11月30日", "28年3月31日") + told, Kind.VERDICT) == []


def test_months_between_two_terms_are_named() -> None:
    text = "第2期 平成28年4月から令和3年3月まで\n第3期 {first}から令和7年3月まで\n"
    found = [each.reason for each in reviewed(text.format(first="令和3年10月")) if each.kind is Kind.PERIOD_LENGTH]
    assert found == ["第2期の終わりから第3期の始まりまでの6か月がどちらにも入らない"]
    assert of_kind(text.format(first="令和3年4月"), Kind.PERIOD_LENGTH) == []


def test_people_asked_are_named_in_one_way() -> None:
    text = "年1回、職員を対象として、窓口の満足度調査を行う。\n年1回、{who}を対象として、窓口の満足度調査を行う。\n"
    assert of_kind(text.format(who="部局担当者"), Kind.TWO_WAYS) == [("部局担当者", "職員または部局担当者")]
    assert of_kind(text.format(who="全職員"), Kind.TWO_WAYS) == []


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("年度 使用量\nH25fy ▲25.0%\nH26fy ▲26.2%\nH26fy ▲31.0%\n", ["H26fy"]),
        ("項目\t令和5年度調査\t令和5年度調査\n電話\t76.4点\t82.8点\n", ["令和5年度"]),
        ("令和5年度調査 回答率 32.3%\n令和5年度調査 回答率 31.3%\n", ["令和5年度"]),
        ("・申請\nH27→84.1   H27→77.6\n", ["H27"]),
        ("令和4年度調査 回答率 32.3%\n令和5年度調査 回答率 31.3%\n", []),
        ("H27→84.1   H28→77.6\n", []),
    ],
)
def test_year_twice_in_one_list_is_found(text: str, printed: list[str]) -> None:
    assert [found for found, _ in of_kind(text, Kind.TWO_WAYS)] == printed


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("期間は令和4年2月1日～令和8年1月31日までとする。\n", "～令和8年1月31日まで"),
        ("本事業は第1期目である。\n", "第1期目"),
        ("項目を定めた。（稼働率など）。\n", "。（稼働率など）。"),
        ("賃貸借（以下、本件という。）を行う。\n", "以下、本件という"),
    ],
)
def test_notation_said_twice_or_without_quotes_is_found(text: str, printed: str) -> None:
    assert printed in [found for found, _ in of_kind(text, Kind.NOTATION)]


def test_annex_without_content_is_found() -> None:
    text = "状況は【参考1】参照。\n\n【参考1】 件数の推移\n"
    assert [right for _, right in of_kind(text, Kind.REFERENCE)] == ["見出しの内容"]
    assert of_kind(text + "\n4月は3件であった。\n", Kind.REFERENCE) == []
