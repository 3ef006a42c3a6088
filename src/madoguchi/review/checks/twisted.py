"""Sentences whose parts do not go together: an aim nobody has, praise for a part only, a particle of another verb."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind

QUALITY = r"質|品質|精度|性能|効率|応答率|解決率|利便性|満足度|競争性|サービス"


Right: TypeAlias = str | Callable[[re.Match[str]], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A pattern whose group `slip` does not fit the rest, what should stand there, and why."""

    pattern: re.Pattern[str]
    kind: Kind
    right: Right
    reason: str
    certainty: Certainty

    def right_of(self, match: re.Match[str]) -> str:
        return (self.right if isinstance(self.right, str) else self.right(match)).replace("\n", "")


def _rules(kind: Kind, *given: tuple[str, Right, str], certainty: Certainty = Certainty.LIKELY) -> tuple[Rule, ...]:
    """Return the rules of one kind, each from its pattern, what is right and the reason."""
    return tuple(
        Rule(pattern=re.compile(pattern), kind=kind, right=right, reason=reason, certainty=certainty)
        for pattern, right, reason in given
    )


TURNED = _rules(
    Kind.TREND,
    (
        r"(?:経費|コスト|費用)の?(?P<slip>増加)(?=効果|を達成|の点で効果|等?を図)",
        "削減",
        "経費の増加を目的や成果とすることはない",
    ),
    (
        rf"(?:{QUALITY})の?(?P<slip>低下)(?=を図|させる施策|のための(?:改善|提案)|に貢献|に努め)",
        "向上",
        "質の低下を目的とすることはない",
    ),
    (
        r"時間(?:程度)?の?(?P<slip>延長)(?=を実現|が可能に?な|して実施)",
        "短縮",
        "作業の時間は短くなることが成果",
    ),
    (r"(?P<slip>増加率)[\t:は]*\d[\d.]*%減", "減少率", "同じ所の値は減"),
    (r"(?P<slip>増加額)[^。\t]{0,80}\n(?:削減|減少)率", "削減額", "すぐ下にあるのは削減率"),
)
PARTLY = _rules(
    Kind.VERDICT,
    (
        (
            r"(?P<slip>一部)(?:の[一-龥]{1,4}で、?)?[^。\t]{0,18}(?:達成|満た|完了)(?:し|され)?て(?:おり|いる)、?"
            r"[^。\t]{0,30}?(?:確保されて|高い品質)"
        ),
        "残りの実績、またはすべて",
        "一部だけの達成で、質が確保されたと評価している",
    ),
    (r"要求?要件を(?P<slip>一部)満たして", "すべて", "要求要件はすべて満たすことが落札の条件"),
    certainty=Certainty.POSSIBLE,
)
DENIED = _rules(
    Kind.VERDICT,
    (
        r"[\t\v](?P<slip>否|不適)(?=[^決定\t\n][^\t\n]{0,160}質は確保されて(?:いる|おり))",
        "適",
        "同じ欄の評価は「質は確保されている」",
    ),
)
UNFIT = _rules(
    Kind.WORDING,
    (
        r"範囲内[^。]{0,8}、(?:もう|残る|他の)\d*(?P<slip>者も)[^。]{0,24}(?:超え|上回)",
        "者は",
        "前の者とは逆の結果で、「も」は続かない",
    ),
    (r"(?P<slip>適時で)(?=[、一-龥])", "適時に", "「適時」に続く助詞は「に」"),
    (
        r"(?P<slip>(?:[Ww]eb|メール|電話|書面|文書)(?:等|など)?へ)連絡",
        lambda match: match["slip"].removesuffix("へ") + "で",
        "連絡の手段を示す助詞は「で」",
    ),
    (
        r"(?P<slip>時間が[^。、\t]{0,18}?短縮(?:を実現|が可能))",
        lambda match: match["slip"].replace("時間が", "時間について" if "平均" in match["slip"] else "時間の", 1),
        "「時間が」を受ける述語がない",
    ),
    (
        r"(?P<slip>(?:原因|理由|要因)として)、[^。\t]{4,60}ため(?:であり|である|だ|であった)",
        lambda match: match["slip"].removesuffix("として") + "は",
        "「ためである」で結ぶ文の始まりは「は」",
    ),
)
RULES = (*TURNED, *PARTLY, *DENIED, *UNFIT)
SCORED = re.compile(r"(?P<name>[^、:()「」\d\t\v\n]{1,12})(?P<colon>:?)(?P<score>\d{1,3}点)")
FEWEST_SCORED = 3


def check_twisted(document: Document) -> Iterator[Finding]:
    for rule in RULES:
        for match in rule.pattern.finditer(document.flow):
            yield finding_at(
                document=document,
                at=match.span("slip"),
                kind=rule.kind,
                certainty=rule.certainty,
                right=rule.right_of(match),
                reason=rule.reason,
            )
    yield from _colons(document)


def _colons(document: Document) -> Iterator[Finding]:
    """`満足：100点、普通：60点、やや不満：40点、不満0点`: one of a list has lost its colon."""
    for sentence in document.sentences():
        found = list(SCORED.finditer(sentence.text))
        bare = [match for match in found if not match["colon"]]
        if len(bare) == 1 and len(found) > FEWEST_SCORED and _is_in_list(sentence.text, bare[0]):
            match = bare[0]
            right = f"{match['name']}：{match['score']}"
            stretch = (sentence.start + match.start(), sentence.start + match.end())
            reason = "並んだほかの項目にある「：」が抜けている"
            yield finding_at(document=document, at=stretch, kind=Kind.WORDING, right=right, reason=reason)


def _is_in_list(text: str, match: re.Match[str]) -> bool:
    return text[match.start() - 1 : match.start()] == "、"
