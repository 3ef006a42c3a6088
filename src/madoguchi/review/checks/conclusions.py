"""Verdicts that the document itself contradicts: a row against the conclusion, a word against the sign of a figure."""

import re
from collections.abc import Iterator, Sequence

from madoguchi.review.document import Cell, Document, Span
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Finding, Kind
from madoguchi.review.requirements import is_same_unit, requirements_in, values_in
from madoguchi.review.tables import find_tables

POSITIVE = re.compile(
    r"質[はがの][^。、\n]{0,12}確保されて(?:いる|おり)|(?:SLA|目標)[^。、\n]{0,8}(?:全て|すべて)達成されて"
)
NEGATIVE = re.compile(r"質[はが][^。、\n]{0,12}確保されて(?:いない|おらず|いなかった)")
CONCLUDING = re.compile(r"(?:上記|以上)のとおり|このように|総合的に|全体(?:を通じ|として)")
QUALIFIED = re.compile(r"概ね|おおむね|一部|を除|ものの")
UNFAVOURABLE = re.compile(
    r"(?:達成|確保|満た)(?:して|されて|し)?(?:いない|おらず|できなかった)|未達(?:成)?(?:である|であった|となった)"
)
RISEN = re.compile(
    r"△[\d,.]+(?:千|万|百万|億)?円(?:\([^()]*\))?[とのに]?[^。、\d\n]{0,6}(?P<word>増加|増額|経費増|コスト増|上昇)"
)
NEVER = re.compile(r"(?:なかった|なされていない)か。?$")
DID = re.compile(r"^(?:あった|受けた|受けている)。?$")


def check_conclusions(document: Document) -> Iterator[Finding]:
    yield from _against_conclusion(document)
    for table in find_tables(document):
        for row in table.rows:
            yield from _kept_but_blamed(document, row)
            yield from _happened_but_marked(document, row)
    for match in RISEN.finditer(document.flow):
        span = Span(start=match.start("word"), end=match.end("word"), text=match["word"])
        yield finding_at(document=document, at=span, kind=Kind.TREND, right="減少", reason="△の付いた額は減少を表す")


def _against_conclusion(document: Document) -> Iterator[Finding]:
    """Find a row that denies what the conclusion says without reserve, or a conclusion that denies every row."""
    concluded = [
        (sentence, each)
        for sentence in document.sentences()
        for pattern in (POSITIVE, NEGATIVE)
        if CONCLUDING.search(sentence.text) and not QUALIFIED.search(sentence.text)
        for each in pattern.finditer(sentence.text)
    ]
    denied = list(NEGATIVE.finditer(document.flow))
    for sentence, conclusion in concluded:
        start = sentence.start + conclusion.start()
        is_denial = NEGATIVE.fullmatch(conclusion.group()) is not None
        others = [each for each in denied if not sentence.start <= each.start() < sentence.end]
        if is_denial and not others and POSITIVE.search(document.flow):
            span = Span(start=start, end=start + len(conclusion.group()), text=conclusion.group())
            yield finding_at(
                document=document,
                at=span,
                kind=Kind.VERDICT,
                right="個々の評価に合う結論",
                reason="個々の評価はどれも質を確保としている",
            )
        for each in others if not is_denial else ():
            line = document.place(start=start, end=start + len(conclusion.group())).line
            span = Span(start=each.start(), end=each.end(), text=each.group())
            reason = f"{line}行目の結論は「{conclusion.group()}」"
            yield finding_at(
                document=document, at=span, kind=Kind.VERDICT, right="結論に合う評価、または結論の訂正", reason=reason
            )


def _kept_but_blamed(document: Document, row: Sequence[Cell]) -> Iterator[Finding]:
    """Find a row whose figures keep every bound of theirs although its verdict says they do not."""
    wanted = [bound for cell in row[:-1] for bound in requirements_in(cell.span)]
    verdict = UNFAVOURABLE.search(row[-1].span.text)
    values = values_in(row[-1].span)
    if not wanted or verdict is None or not values:
        return
    pairs = [(bound, value) for value in values for bound in wanted if is_same_unit(bound, value)]
    if {value for _, value in pairs} == set(values) and all(bound.is_kept(value.value) for bound, value in pairs):
        start = row[-1].span.start + verdict.start()
        span = Span(start=start, end=start + len(verdict.group()), text=verdict.group())
        texts = "、".join(value.span.text for value in values)
        bounds = "・".join(bound.span.text for bound in wanted)
        yield finding_at(
            document=document, at=span, kind=Kind.VERDICT, right="達成", reason=f"{texts}は{bounds}を満たす"
        )


def _happened_but_marked(document: Document, row: Sequence[Cell]) -> Iterator[Finding]:
    """Find ○ beside あった where the criterion asks whether something did not happen."""
    texts = [cell.span.text.strip("\v") for cell in row]
    mark = next((cell.span for cell, text in zip(row, texts, strict=True) if text in ("○", "〇")), None)
    did = next((text for text in texts if DID.match(text)), None)
    if mark is not None and did is not None and any(NEVER.search(text) for text in texts):
        yield finding_at(
            document=document, at=mark, kind=Kind.VERDICT, right="×", reason=f"同じ行の実施状況は「{did}」"
        )
