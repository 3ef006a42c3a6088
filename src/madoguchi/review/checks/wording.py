"""Slips of the pen that a reader stumbles over: doubled particles and phrases, nouns used as verbs, wrong words."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Finding, Kind

PARTICLES = re.compile(
    r"(?<=[一-龥ァ-ヶー])(?:のに関する|をを|がが|のの|にに(?![^一-龥])|はは|とと(?!も)|でで(?!は)|等のに係る)"
)
DOUBLED = re.compile(r"(?P<phrase>[ぁ-んァ-ヶー一-龥]{4,14})(?:事|こと|を|に)?(?P=phrase)(?P<after>[一-龥]?)")
NOT_VERBS = (
    "事項|項目|内容|件数|期間|基準|方針|手順|体制|窓口|職員|事業者|案件|条件|理由|原因|名称|範囲|時期|要件|仕様|規模"
)
NOUN_AS_VERB = re.compile(rf"(?<![一-龥])(?P<noun>{NOT_VERBS})(?:された|されて|している|した(?=[。、]))")
MISSING_TO = re.compile(
    r"(?P<whom>課|窓口|職員|事業者|利用者|担当者|責任者)(?P<act>連絡|報告|通知|依頼|回答|相談)(?:する|した|し、|して)"
)
MISSING_PERSON = re.compile(r"(?<![一-龥])(?P<act>全?(?:利用|申請|受講|応札))(?=が対象|を対象と)")
HALF_STOP = re.compile(r"(?:に加え|を行い|に伴い|を踏まえ|に基づき|を図り|であり|しており|されており)。(?=[^\n])")
NEED_TWICE = re.compile(r"がある必要がある")
# Words that conversion or haste puts in place of the right ones, in the language of tenders and service desks.
WRONG_WORDS = {
    "主張先": "出張先",
    "責任分解": "責任分界",
    "総合落札": "総合評価落札",
    "競走入札": "競争入札",
    "随時契約": "随意契約",
    "不落随時": "不落随意",
    "予定価各": "予定価格",
    "実施用項": "実施要項",
    "仕用書": "仕様書",
    "主幹課": "主管課",
    "満足度調整": "満足度調査",
    "適性に履行": "適正に履行",
    "適性に実施": "適正に実施",
    "意志決定": "意思決定",
    "平行稼働": "並行稼働",
    "一環して": "一貫して",
    "以外に多": "意外に多",
    "再発防止作": "再発防止策",
    "公共サービス改革方": "公共サービス改革法",
    "業務改善支持": "業務改善指示",
    "熊本震災": "熊本地震",
    "情報漏洩い": "情報漏えい",
    "相関係を": "相関関係を",
    "るもと評価": "るものと評価",
    "たもと評価": "たものと評価",
    "るもと認め": "るものと認め",
    "るもと考え": "るものと考え",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A pattern that is always a slip, what it should be, and why."""

    pattern: re.Pattern[str]
    right: Callable[[re.Match[str]], str]
    reason: str


def _one_particle(match: re.Match[str]) -> str:
    text = match.group()
    return text[text.index("に") :] if "関する" in text or "係る" in text else text[:1]


RULES = (
    Rule(pattern=PARTICLES, right=_one_particle, reason="助詞が重なっている"),
    Rule(pattern=DOUBLED, right=lambda match: match["phrase"], reason="同じ語句が続けて二度書かれている"),
    Rule(
        pattern=NOUN_AS_VERB,
        right=lambda match: f"「{match['noun']}」に代わる動作の語",
        reason="「する」を付けて動詞にならない語",
    ),
    Rule(
        pattern=MISSING_TO,
        right=lambda match: match.group().replace(match["whom"], match["whom"] + "に", 1),
        reason="助詞「に」が抜けている",
    ),
    Rule(pattern=MISSING_PERSON, right=lambda match: match["act"] + "者", reason="「者」が抜けている"),
    Rule(
        pattern=HALF_STOP,
        right=lambda match: match.group()[:-1] + "、",
        reason="文の途中に「。」がある",
    ),
    Rule(pattern=NEED_TWICE, right=lambda _: "である必要がある", reason="「がある」が重なっている"),
    Rule(
        pattern=re.compile("|".join(WRONG_WORDS)),
        right=lambda match: WRONG_WORDS[match.group()],
        reason="変換または入力の誤り",
    ),
)


def check_wording(document: Document) -> Iterator[Finding]:
    for rule in RULES:
        for match in rule.pattern.finditer(document.flow):
            if rule.pattern is DOUBLED and (_is_plain(document, match) or document.is_apart(match.end("phrase") - 1)):
                continue
            yield finding_at(
                document=document,
                at=(match.start(), match.start("after") if "after" in match.groupdict() else match.end()),
                kind=Kind.WORDING,
                right=rule.right(match),
                reason=rule.reason,
            )


def _is_plain(document: Document, match: re.Match[str]) -> bool:
    return _is_usual(match["phrase"]) or _is_compound(match) or _is_heading(document, match)


def _is_usual(phrase: str) -> bool:
    """Say whether doubling a run is plain, as in いろいろ or ーーー."""
    return len(set(phrase)) < 3  # noqa: PLR2004


def _is_compound(match: re.Match[str]) -> bool:
    """Say whether the second phrase only begins a longer word, as in 行政相談を行政相談員が."""
    return bool(match["after"]) and bool(re.fullmatch(r"[一-龥]+", match["phrase"]))


def _is_heading(document: Document, match: re.Match[str]) -> bool:
    """Say whether the first of two phrases is a whole line: a heading over the text it heads."""
    return document.line_of[match.end("phrase") - 1] != document.line_of[match.start("after") - 1]
