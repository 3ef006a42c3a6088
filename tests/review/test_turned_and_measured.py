"""Words turned into their opposite, units of another thing, days of a tender, names that do not exist."""

import pytest
from tests.review.reviewed import of_kind, weighty

from madoguchi.review.findings import Kind

GOOD = "以上のとおり、サービスの質は確保されている。\n"
SAVED = "第1期に比べて経費の削減となった。\n"
TABLE = "基準\t実施状況\t判定\n①競争性はあったか。\t{}\t{}\n"


@pytest.mark.parametrize(
    "text",
    [
        "すべての月で未達成であり、サービスの質は確保されている。",
        "81.5%まで引き下げており、サービスの質は確保されている。",
        "見直しがなかったため、サービスの質は確保されている。",
        "基準値内に収まったとしても、処理時間についても達成とする。",
        "1者応札の状況は解消していないことから、問題はなかった。",
        "十分な成果が得られておらず、基準を満たしていることから終了する。",
        "終了する基準を満たしており、公告期間の延長を行う。",
        "予定価格の範囲外であり、総合評価によりA社が落札者となった。",
        "件数が減少している。呼放棄率も増加している。",
        "業務の質の向上に貢献しなかったものと評価できる。",
        "窓口業務は円滑に行われていない。",
        "目標を下回り達成した。",
        GOOD + "業務は適切に履行されていない。",
        GOOD + "情報の流出は発生しており、支障はない。",
        SAVED + "これが経費の増加要因である。",
        SAVED + "一定の増加効果があった。",
        TABLE.format("複数者の応札であった。", "×"),
        TABLE.format("効果を上げていない。", "○"),
    ],
)
def test_word_turned_round_is_found(text: str) -> None:
    assert of_kind(text + "\n", Kind.VERDICT)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("37.1ポイント)の経費減", "37.1%"),
        ("契約額は86.2億千円である。", "億円または千円"),
        ("受付窓口(計201件)にアンケートを実施した。", "201名"),
        ("常駐要員:2件", "2名"),
        ("平成28年4月から令和3年3月まで(契約期間：60日)", "60か月"),
        ("サービスデスク対応時間 30件以内", "30時間の単位"),
        ("各種要望を管理しており(令和4年12月末時点で54名)、対応を行っている。", "54件"),
        ("平成24年度は19.3%(4,875千円)、平成25年度は4.2%(893万円)である。", "千円"),
        ("苦情発生件数\t1か月当たり15名未満を維持すること。\t達成した。\n", "15件"),
        ("H26fy 18名\nH27fy 61件\nH28fy 979名\n", "61名"),
        ("責任者1件とリーダー1名を兼務とする。", "1名"),
    ],
)
def test_unit_of_another_thing_is_found(text: str, right: str) -> None:
    assert any(right in meant for _, meant in of_kind(text, Kind.UNITS))


@pytest.mark.parametrize(
    ("text", "kind", "printed"),
    [
        ("28年8月19日 入札公告\n28年7月19日 提案書締切\n", Kind.DATE, "28年7月19日提案書"),
        ("29年1月12日 開札\n入札結果（平成29年3月開札）\n", Kind.TWO_WAYS, "平成29年3月開札"),
        ("資料招請は4月20日〜3月29日に行った。", Kind.DATE, "4月20日〜3月29日"),
        ("保存期間は3乃至2年である。", Kind.TWO_WAYS, "3乃至2年"),
        ("令和4年2〜5月は評価対象外。令和4年5〜9月は未達。", Kind.TWO_WAYS, "令和4年2〜5月"),
        ("令和8年2月からデジタル庁に移る。令和9年2月以降、デジタル庁に移る。", Kind.TWO_WAYS, "令和9年2月"),
        ("3つの回答を示す。3つの回答を集める。4つの回答を比べる。", Kind.TWO_WAYS, "4つの回答"),
        ("経済産業庁の業務である。", Kind.NAME, "経済産業庁"),
        ("デジタル省のサービスへ移す。", Kind.NAME, "デジタル省"),
        (
            "競争の導入による公共サービスの改善に関する法律による。",
            Kind.NAME,
            "競争の導入による公共サービスの改善に関する法律",
        ),
        ("官民競争入札等管理委員会の民間競争入札である。", Kind.NAME, "官民競争入札等管理委員会"),
        ("サービスレベルアグリーメント（SAL）を結ぶ。", Kind.NAME, "SAL"),
        ("構内交換機（PBZ）に着信した。", Kind.NAME, "PBZ"),
        ("以下「GGS」という。GSSに移す。GSSを使う。", Kind.NAME, "GGS"),
        ("サービスデスクとサービスデスク、サービスデスクにヘルプデスクがある。", Kind.NAME, "ヘルプデスク"),
        ("デジダル化を進める。", Kind.WORDING, "デジダル"),
        ("ガバメントソリュージョンサービスに移す。", Kind.WORDING, "ソリュージョン"),
    ],
)
def test_thing_that_cannot_be_is_found(text: str, kind: Kind, printed: str) -> None:
    assert any(printed in each for each, _ in of_kind(text, kind))


@pytest.mark.parametrize(
    "text",
    [
        GOOD + "一部の月は未達成であった。重大障害は発生していない。",
        "予定価格の範囲内であり、A社が落札者となった。経費の増加はなかった。",
        "応答率は前年度より5ポイント上昇した。契約期間は90日である。",
        "対応時間は1件当たり10分である。15件〜30件の範囲で推移した。",
        "28年8月19日 入札公告\n28年10月19日 提案書締切\n29年1月12日 開札\n",
        "10月20日〜3月29日に行った。令和4年2〜4月は評価対象外。令和4年5〜9月は達成。",
        "令和7年4月から運用支援に移る。令和8年4月から運用支援に移らない。\n",
        "2つの回答と3つの質問を示す。",
        "財務省、農林水産省及び警察庁の事例による。省庁の職員、県庁の職員。",
        "SSLとSLA、VPNとWAN、CSVとTSVを用いる。",
        "メインの画面でカウントし、フィードを読む。",
        "事業の目的は達成しなかった場合に備えることではない。",
    ],
)
def test_right_statements_raise_no_alarm(text: str) -> None:
    assert [each for each in weighty(text + "\n") if each[0] != "two_ways"] == []


@pytest.mark.parametrize(
    "text",
    [
        "指標\t目標値\t実績値\n見直し\t1件以上\t11件\n判断が同日中である割合\t100%以上\t100.0%\n依頼\t0件以下\t0件\n要望\t9件以上\t45件\n",
        "課題の1開庁日以内の解決率\t原則1開庁日以内に90%以上解決する。\t課題の1開庁日以内の解決率:94.2%\n",
        "苦情発生件数は、平成30年10月1件、平成30年11月0件、平成30年12月0件であった。\n",
        "回線の話中は152件であった。\n",
    ],
)
def test_units_of_rows_that_count_their_own_thing_are_left_alone(text: str) -> None:
    assert weighty(text) == []
