"""One word turned into its opposite, where the rest of its sentence or of the report says what was meant."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from madoguchi.review.checks.negations import ALL_IN_GOOD_STATE
from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.tables import find_tables

KEPT = r"質は確保されて(?:いる|おり)"
BAD_THING = r"(?:重大障害|支障|流出|漏えい|漏洩|違反行為|苦情|事故)等?"
SAVING = re.compile(r"(?:経費|費用|コスト)の?(?:削減|減少|減)|削減効果")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A pattern whose group `slip` says the opposite of what is meant, the word meant, and why."""

    pattern: re.Pattern[str]
    right: str
    reason: str


def _rules(*given: tuple[str, str, str]) -> tuple[Rule, ...]:
    return tuple(Rule(pattern=re.compile(pattern), right=right, reason=reason) for pattern, right, reason in given)


RULES = _rules(
    (rf"(?P<slip>未達成)(?:であり|となっており|であるため)、[^。]{{0,40}}{KEPT}", "達成", "同じ文の後半は良い評価"),
    (
        r"(?P<slip>(?:一部)?未達成)となって(?:おり|いて)、[^。]{0,60}(?:レベル|質|水準)が確保されて",
        "達成",
        "同じ文の後半は良い評価",
    ),
    (
        rf"(?P<slip>引き下げて)(?:おり|いることから|いるため)、[^。]{{0,40}}{KEPT}",
        "引き上げて",
        "同じ文の後半は良い評価",
    ),
    (
        rf"(?:見直し|改善|提案|報告)が(?P<slip>なかった)(?:ため|ことから)、[^。]{{0,40}}{KEPT}",
        "あった",
        "同じ文の後半は良い評価",
    ),
    (
        r"(?:実施|行って|図って)[^。]{0,24}おり、[^。]{0,40}目標(?:値)?の範囲(?P<slip>外)と",
        "内",
        "対応の結果を述べる文の終わり",
    ),
    (r"収まったとしても、[^。]{4,60}についても(?P<slip>達成)とする", "未達成", "「としても」の後は逆の結果"),
    (r"(?P<slip>解消していない)(?:ことから|ため)、問題は?が?なかった", "解消している", "同じ文の後半は良い評価"),
    (r"得られて(?P<slip>おらず)、[^。]{0,90}(?:基準を満たして|終了する)", "おり", "終了は成果が得られたときに限る"),
    (r"(?P<slip>不良な|不十分な|悪い)(?:実施結果|成果)[をが]得られ", "良好な", "「得られた」は良い結果に続く"),
    (
        r"終了する基準を(?P<slip>満たしており)、[^。]{0,60}(?:延長|競争性の向上|改善を)",
        "満たしておらず",
        "基準を満たせば終了となり、後に続く改善は要らない",
    ),
    (
        r"(?P<slip>範囲外|超過)(?:であり|しており)、[^。]{0,90}落札者と",
        "範囲内",
        "予定価格を超えた者は落札者にならない",
    ),
    (r"予定価格を(?P<slip>上回り|上回って)、?[^。]{0,90}落札者と", "下回り", "予定価格を超えた者は落札者にならない"),
    (r"ものの、[^。]{0,40}(?:コストダウン|経費の?削減|縮減)に(?P<slip>失敗)", "成功", "「ものの」の後は逆の結果"),
    (r"すれば、更なる[^。]{2,24}(?P<slip>見込まれない)", "見込まれる", "「更なる」は良い結果に続く"),
    (
        r"(?:進む|図られる|向上する)とともに、[^。]{0,40}(?P<slip>(?:得|図)られていない)",
        "得られている",
        "「とともに」は同じ向きの結果を並べる",
    ),
    (r"減少して(?:いる|おり)[)、。]{0,2}[^。、]{2,12}も(?P<slip>増加)し", "減少", "「も」は前と同じ向きの変化を並べる"),
    (r"増加して(?:いる|おり)[)、。]{0,2}[^。、]{2,12}も(?P<slip>減少)し", "増加", "「も」は前と同じ向きの変化を並べる"),
    (r"経費の?(?P<slip>増加|増大)の点で(?:一定の)?効果", "削減", "経費の増加を効果とはしない"),
    (
        r"(?P<slip>問題があった)ものと認められる。",
        "問題はなかった",
        "「認められる」は問題がないことを述べる決まった書き方",
    ),
    (r"(?P<slip>達成して)いるとは評価できない", "達成しているものと評価できる", "報告の結論は達成した目的を述べる"),
    (
        r"(?P<slip>(?:し|され|図られ|得られ|あ?ら?れ)なかった)もの(?:と(?:評価|認められ|考えられ)|とする)",
        "肯定の形",
        "「評価できる」は良い結果に続く",
    ),
    (
        r"(?:円滑|適切|確実)に[^。、]{0,14}(?:行われて|実施されて|運用されて|提供されて)(?P<slip>いない|おらず)(?=。)",
        "いる",
        "「円滑に」などは行われたことに続く",
    ),
    (r"(?P<slip>高くない|低い)品質を実現", "高い", "「実現」は良い結果に続く"),
    (r"遅滞なく(?P<slip>完了しなかった|実施しなかった)", "完了した", "「遅滞なく」は行われたことに続く"),
    (
        r"適切に(?P<slip>(?:履行|実施|管理|運用)されて(?:いない|おらず))、[^。]{0,60}確保されて(?:いる|おり)",
        "されており",
        "同じ文の後半は良い評価",
    ),
    (r"目標を(?P<slip>下回り)、?(?:達成|質は確保)", "上回り", "下回れば達成ではない"),
    (
        r"基準(?:スコア|値)?(?:\([^()]*\))?を(?:大きく)?(?P<slip>下回[りっ])[^。]{0,20}(?<!苦情)(?:満足度|スコア)[^。]{0,30}確保されて",
        "上回り",
        "満足度は高いほどよい",
    ),
)
# Only in a report whose own conclusion is good.
RULES_OF_GOOD_REPORTS = _rules(
    (r"適切に(?P<slip>履行されていない)", "履行されている", "この文書の結論では、質は確保されている"),
    (
        rf"{BAD_THING}は(?P<slip>発生して(?:おり|いる))、",
        "発生しておらず",
        "この文書の結論は、起きなかったことに立っている",
    ),
    (r"(?P<slip>効果を上げて(?:いない|おらず))", "効果を上げている", "この文書の結論では、効果があった"),
    (r"一定の効果は(?P<slip>なかった)", "あった", "「一定の」はあったことに続く"),
    (r"品質は(?P<slip>確保されていない)", "確保されている", "この文書の結論では、質は確保されている"),
)
RULES_OF_SAVINGS = _rules(
    (r"(?:一定の|共に|経費の?|コストの?)(?P<slip>増加)効果", "削減", "この文書では経費は減っている"),
    (r"(?:経費|費用|コスト)の?(?P<slip>増加|増)(?:の)?要因", "減少", "この文書では経費は減っている"),
    (r"実質的にも(?:経費)?削減効果が(?P<slip>なかった)", "あった", "「実質的にも」は前と同じ向きの結果に続く"),
)
MARK_TEXTS = (
    (re.compile(r"^(?:複数[者社]の応札|競争性[はが]確保されていた(?!か))"), "×", "一者応札であった、または○"),
    (re.compile(r"確保されていなかった|効果を上げていない|一者応札であった"), "○", "×、または逆の実施状況"),
)


def check_turned(document: Document) -> Iterator[Finding]:
    is_good = ALL_IN_GOOD_STATE.search(document.flow) is not None
    is_saving = SAVING.search(document.flow) is not None
    rules = (*RULES, *(RULES_OF_GOOD_REPORTS if is_good else ()), *(RULES_OF_SAVINGS if is_saving else ()))
    for rule in rules:
        for match in rule.pattern.finditer(document.flow):
            yield finding_at(
                document=document, at=match.span("slip"), kind=Kind.VERDICT, right=rule.right, reason=rule.reason
            )
    yield from _marked(document)


def _marked(document: Document) -> Iterator[Finding]:
    """Find words beside a mark of the exit criteria that it contradicts; a bidder alone is told by the counts."""
    for table in find_tables(document):
        for row in table.rows:
            texts = [cell.span.text.strip("\v").replace("〇", "○") for cell in row]
            for (pattern, mark, right), (cell, text) in (
                (each, pair) for each in MARK_TEXTS for pair in zip(row, texts, strict=True)
            ):
                if mark in texts and pattern.search(text) and "ただし" not in text:
                    yield finding_at(
                        document=document,
                        at=cell.span,
                        kind=Kind.VERDICT,
                        certainty=Certainty.LIKELY,
                        right=right,
                        reason=f"同じ行の判定は{mark}",
                    )
