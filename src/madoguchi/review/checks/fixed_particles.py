"""Words that take one particle: に基づく, を踏まえる, 以下のとおり; another one, or none, is a slip."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Finding, Kind

NOUN_BEFORE = r"(?<=[一-龥ァ-ヶー]{2})"
GROWN = r"向上|改善|確保|効率化|短縮|軽減|推進|強化|削減|低減|促進|充実|安定化|迅速化"
ACT = r"調査|業務|作業|訓練|研修|点検|アンケート|ヒアリング|説明会|検証|評価|審査|監査"
BOUND = r"基準値?|目標値?|要件|条件|水準"
REACH = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A pattern of a verb after a particle it never takes, and the one it takes."""

    pattern: re.Pattern[str]
    particle: str


# 電話で応じる, 水準に維持する, 部局が踏まえる and 基準に満たない are right and not among these
WRONG = (
    Rule(
        pattern=re.compile(
            NOUN_BEFORE
            + r"(?P<slip>[をへ])(?P<verb>基づ[きいく]|関する|関して|係る|起因[すし]|資する|応じて|応じた|際して|"
            r"当たって(?:は|、)|対する|対して|努め|支障|含まれ|沿っ|先立|至[りるっ]|"
            r"(?:準拠|従事|該当|合致|適合|寄与|貢献|違反|参加|出席)[しす])"
        ),
        particle="に",
    ),
    Rule(pattern=re.compile(NOUN_BEFORE + r"(?P<slip>で)(?P<verb>基づ[きいく]|関する|係る|準拠[すし])"), particle="に"),
    Rule(pattern=re.compile(NOUN_BEFORE + r"(?P<slip>[にへ])(?P<verb>踏まえ)"), particle="を"),
    Rule(pattern=re.compile(rf"(?:{GROWN})(?P<slip>[にへが])(?P<verb>図[るりっ])"), particle="を"),
    Rule(pattern=re.compile(rf"(?:{BOUND})(?P<slip>[にへ])(?P<verb>満た[しす])"), particle="を"),
    Rule(pattern=re.compile(rf"(?:{ACT})(?P<slip>[にへ])(?P<verb>実施[しす])"), particle="を"),
    Rule(pattern=re.compile(rf"(?:{BOUND}|価格)(?P<slip>[にへ])(?P<verb>[上下]回[るりっ])"), particle="を"),
    Rule(pattern=re.compile(rf"(?:{BOUND})(?P<slip>[にへ])(?P<verb>達成[しす])"), particle="を"),
    Rule(pattern=re.compile(r"(?:指摘|意見|承認|指示|評価|提案)(?P<slip>[にへ])(?P<verb>受け[たて])"), particle="を"),
    Rule(pattern=re.compile(r"(?:指示|判断|承認)(?P<slip>[にへで])(?P<verb>仰[ぐぎい])"), particle="を"),
)
MISSING = (
    re.compile(r"(?:以下|(?<![一-龥])次|下記|上記|前述|上述|別紙|別表|下表)(?P<verb>とおり)"),
    re.compile(r"(?:以下|(?<![一-龥])次|下記|上記|前述|上述|下表)(?P<verb>よう[にな])"),
    re.compile(r"(?<=[一-龥]{2})(?P<verb>ため(?=[、。にの]))"),
    re.compile(r"(?<=[一-龥]{2})(?<![実国学間水手交窓戸])(?P<verb>際(?=に[、は]|、))"),
    re.compile(r"(?<=[一-龥]{2})(?<!当該)(?P<verb>場合(?=[はに、]))"),
    re.compile(r"(?:サービス|業務|事業)(?P<verb>質(?=[はがをも]))"),
)


def check_fixed_particles(document: Document) -> Iterator[Finding]:
    for rule in WRONG:
        for match in rule.pattern.finditer(document.flow):
            reason = f"「{match['verb']}」の前の助詞は「{rule.particle}」"
            yield _finding(document, match, match.start("slip"), rule.particle, reason)
    for pattern in MISSING:
        for match in pattern.finditer(document.flow):
            if not document.is_apart(match.start("verb") - 1):
                yield _finding(document, match, match.start("verb"), "の", "助詞「の」が抜けている")


def _finding(document: Document, match: re.Match[str], place: int, particle: str, reason: str) -> Finding:
    """Quote the few letters before a particle's place and the verb after it."""
    start = max(place - REACH, document.sentence_at(place).start)
    right = f"{document.flow[start:place]}{particle}{match['verb']}".replace("\n", "")
    return finding_at(document=document, at=(start, match.end("verb")), kind=Kind.WORDING, right=right, reason=reason)
