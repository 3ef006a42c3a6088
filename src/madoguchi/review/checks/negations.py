"""A verb turned into its opposite, where the rest of the sentence or the marks of the criteria say what was meant."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Finding, Kind
from madoguchi.review.tables import find_tables

KEEPING = r"(?:達成|満た|確保され|達成され|履行され|貢献|効果を上げ|図られ)"
NOT = rf"(?P<slip>{KEEPING}(?:して|て)(?:いない|おらず))"
GOOD = (
    r"(?:質は(?:維持・向上が)?確保されて(?:いる|おり)|高い品質|問題はなかった|効果を上げて(?:いる|おり)|"
    r"要件に即した|業務上の障害はなかった|評価できる)"
)
BETTER = r"(?:達成して|引き上げて|改善して|図られて|解消して)(?:おり|いることから|いるため)"
ALL_IN_GOOD_STATE = re.compile(r"質[はがの][^。、\n]{0,12}確保されて(?:いる|おり)|良好な実施結果|終了する基準を満たし")
CRITERIA = re.compile(
    r"(?P<numbers>[①-⑤](?:(?:及び|、|・|から|〜)?[①-⑤]){0,9})の基準(?:\(条件\))?[はを](?P<slip>満たして(?:いない|いる|おり|おらず))"
)
NUMBERED = re.compile(r"^\v?(?P<number>[①-⑤])")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A pattern whose group `slip` says the opposite of what its sentence needs, and why."""

    pattern: re.Pattern[str]
    reason: str


RULES = (
    Rule(pattern=re.compile(rf"{NOT}ことを確認した"), reason="満たさないことを確認して先へ進む手続はない"),
    Rule(pattern=re.compile(rf"{NOT}か(?:。|\t|\n|について)"), reason="終了基準の問いは「しているか」"),
    Rule(
        pattern=re.compile(rf"未達成[^。]{{0,16}}が、[^。]{{0,14}}{NOT}"),
        reason="「が、」の前も未達で、後に達成が続くはずの文",
    ),
    Rule(pattern=re.compile(rf"{NOT}、[^。]{{0,40}}?{GOOD}"), reason="同じ文の後半は良い評価"),
    Rule(
        pattern=re.compile(rf"{BETTER}、[^。]{{0,30}}?(?P<slip>(?:確保されて|効果を上げて)いない)"),
        reason="同じ文の前半は良い実績",
    ),
    Rule(
        pattern=re.compile(rf"{NOT}(?:もの)?と(?:評価(?:が)?できる|捉えている)"),
        reason="「評価できる」は良い実績に続く",
    ),
    Rule(
        pattern=re.compile(
            r"[\d,.]+(?:%|円)\)?(?:\(?約?[\d.]+%\))?の(?:経費)?削減を(?P<slip>達成して(?:いない|おらず))"
        ),
        reason="削減の額または率を示しながら、達成を否定している",
    ),
    Rule(
        pattern=re.compile(r"基準を(?P<slip>満たしていない)ことから、[^。]{0,40}終了する"),
        reason="終了は基準を満たしたときに限る",
    ),
    Rule(
        pattern=re.compile(r"[\d.]+%[^。]{0,40}(?P<slip>(?:削減|経費削減)?効果[がは]なかった)"),
        reason="削減の率を示しながら、効果を否定している",
    ),
    Rule(
        pattern=re.compile(r"(?P<slip>効果[がは]なかった)と(?:評価(?:が)?できる|思われる)"),
        reason="「評価できる」は良い実績に続く",
    ),
    Rule(
        pattern=re.compile(
            r"(?P<slip>(?:障害|問題|事故)[はが]あった)(?:こと|ため)(?:から)?、[^。]*確保されて(?:いる|おり)"
        ),
        reason="同じ文の後半は良い評価",
    ),
    Rule(
        pattern=re.compile(r"(?:解消|達成|改善)して(?:いることから|おり)、(?P<slip>問題[はが]あった)"),
        reason="同じ文の前半は良い実績",
    ),
    Rule(
        pattern=re.compile(r"適切に(?:実施し|行い|行って)、[^。]{0,20}?(?P<slip>滞ることは\n?あった)"),
        reason="同じ文の前半は良い実績",
    ),
)
# Opposites only in a report whose own conclusion is good.
RULES_OF_GOOD_REPORTS = (
    Rule(
        pattern=re.compile(rf"(?:全て|すべて)(?:の[^。、]{{1,8}})?(?:[^。、]{{0,6}})?{NOT}"),
        reason="この文書の結論では、質は確保されている",
    ),
    Rule(
        pattern=re.compile(
            r"(?:法令違反行為|業務改善指示|重大障害)等?(?:を行った)?(?:を受けた)?(?:事案)?(?P<slip>[はが]あった)(?:。|こと|\n|\t)"
        ),
        reason="この文書の結論は、違反や指示がなかったことに立っている",
    ),
)


def check_negations(document: Document) -> Iterator[Finding]:
    is_good = ALL_IN_GOOD_STATE.search(document.flow) is not None
    for rule in (*RULES, *(RULES_OF_GOOD_REPORTS if is_good else ())):
        for match in rule.pattern.finditer(document.flow):
            yield finding_at(
                document=document,
                at=match.span("slip"),
                kind=Kind.VERDICT,
                right=turned(match["slip"]),
                reason=rule.reason,
            )
    yield from _criteria(document)


def turned(text: str) -> str:
    """Return the opposite of a verb's end."""
    for mine, other in (("いない", "いる"), ("おらず", "おり"), ("いる", "いない"), ("おり", "おらず")):
        if text.endswith(mine):
            return text.removesuffix(mine) + other
    if text.endswith("なかった"):
        return text.removesuffix("なかった") + "あった"
    return text.removesuffix("あった").rstrip("\n") + "なかった"


def _criteria(document: Document) -> Iterator[Finding]:
    """`①及び②の基準は満たしていない` against the marks ○ and × of the criteria's table."""
    marks = _marks(document)
    for match in CRITERIA.finditer(document.flow):
        named = [number for number in dict.fromkeys(re.findall(r"[①-⑤]", match["numbers"])) if number in marks]
        wanted = "×" if "いない" in match["slip"] or "おらず" in match["slip"] else "○"
        against = [number for number in named if marks[number] != wanted]
        if against:
            told = "、".join(f"{number}は{marks[number]}" for number in against)
            reason = f"終了基準の表では{told}"
            right = turned(match["slip"])
            yield finding_at(document=document, at=match.span("slip"), kind=Kind.VERDICT, right=right, reason=reason)


def _marks(document: Document) -> dict[str, str]:
    found: dict[str, str] = {}
    for table in find_tables(document):
        for row in table.rows:
            texts = [cell.span.text.strip("\v") for cell in row]
            number = next((match["number"] for text in texts if (match := NUMBERED.match(text))), None)
            mark = next((text for text in texts if text in ("○", "〇", "×")), None)
            if number and mark:
                found[number] = "×" if mark == "×" else "○"
    return found
