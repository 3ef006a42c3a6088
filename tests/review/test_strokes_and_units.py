"""Slips of single strokes: letters twice, exchanged or lost, wrong particles, misprints, odd units, passages retold."""

import pytest
from tests.review.reviewed import weighty

PASSAGE = "一部の利用者の端末に起因する不具合が発生したため{}要員を増やして対応を行っている。"


def printed(text: str) -> list[str]:
    return [each for _, each, _ in weighty(text)]


@pytest.mark.parametrize(
    ("text", "slip"),
    [
        ("対応を行い、、質を保つ。", "、、"),
        ("対応を行った。。次に進む。", "。。"),
        ("業業務を見直した。", "業業務"),
        ("内容を確認認する。", "認認"),
        ("実施されるる。", "るる"),
        ("又職員に知らせる。", "又職"),
        ("内容へ確認する。効果へあった。", "効果へあった"),
        ("障害を発生した。", "障害を発生し"),
        ("調査が行う。", "調査が行う"),
        ("回答に行う。", "回答に行う"),
        ("質に確保されている。", "質に確保され"),
        ("以下をとおりである。", "以下をとおり"),
        ("業務が関する資料を読む。", "業務が関する"),
        ("改善を提案を受けた。", "改善を提案を"),
        ("サビスを提供する。", "サビス"),
        ("アンケトーを集めた。", "アンケトー"),
        ("システムムを改める。", "システムム"),
        ("リリーダーを置く。", "リリーダー"),
        ("競争札入を行った。", "競争札入"),
        ("件数が滅少した。", "滅少"),
        ("契約機関は3年である。", "機関"),
        ("人事移動がある。", "移動"),
        ("苦情の件数は3名である。", "3名"),
        ("研修を年2名の頻度で行う。研修は年2名、行う。", "2名"),
        ("件数は3件、1件、2名、0件であった。", "2名"),
        ("期間を改める（9か月→10日）。", "10日"),
    ],
)
def test_stroke_is_found(text: str, slip: str) -> None:
    assert any(slip in each for each in printed(text))


@pytest.mark.parametrize(
    "text",
    [
        "対策策定の会議議事録と情報報告を用いる。申請用用紙を渡す。",
        "1人1回回答する。期末満了の日。現状報告を行う。",
        "鍵をお渡しします。前倒しして行う。触れれば分かる。これまででよい。印を当てて押す。",
        "窓口へ連絡し、国へ報告する。案件を完了し、一覧にした。",
        "普及及び啓発を行う。又は中止する。",
        "サービスを改め、サーバーを替え、プリンタを置く。",
        "行政機関と契約期間。対応要員と増加の要因。",
        "応札2者、辞退1者、入札6回。",
        "項目\t実績\n電話\t76.4点\nメール\t74.3点\n窓口\t80.0点\n回答率\t32.3%\n",
    ],
)
def test_right_strokes_raise_no_alarm(text: str) -> None:
    assert weighty(text) == []


def test_passage_told_twice_with_another_particle_is_found() -> None:
    lost, kept = PASSAGE.format(""), PASSAGE.format("")
    (finding,) = weighty(f"{kept}\nその後の月の実績である。\n{lost.replace('対応を行', '対応行')}\n")[-1:]
    assert "対応行" in finding[1]
    assert weighty(f"{kept}\nその後の月の実績である。\n{kept}\n") == []
