"""References to headings, annexes, criteria and circled figures that the document does not have."""

import re
from collections.abc import Iterator

from madoguchi.review.checks.numbering import CIRCLED, NESTED, STYLES, numbered
from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.quantities import NUMBER

ANNEX = re.compile(
    r"(?P<start>^|(?<=[\n\t\v]))?[【(「]?(?P<kind>参考|別紙|別添|別表|付図|図表|図|表)(?P<number>\d{1,2})(?![\d.:]*[年月日%])"
)
CHAPTER = re.compile(
    r"(?:^|(?<=[、。はを「(ぁ-ん\n\t]))(?P<first>\d{1,2})[.]?(?:及び(?P<second>\d{1,2})[.]?)?に(?:記載|示し|示す|述べ)"
    r"|「(?P<quoted>\d{1,2})\(\d{1,2}\)[^「」。]{2,20}」に"
)
TITLED = re.compile(r"「(?P<number>\d[-－]\d{1,2})[^「」]{2,40}」を?参照")
CRITERIA = re.compile(rf"(?P<numbers>[{CIRCLED}](?:(?:及び|、|・|並びに)?[{CIRCLED}]){{0,9}})の基準")
ROW_MARK = re.compile(rf"(?:^|(?<=\n))\v?(?P<mark>[{CIRCLED}])[^\t\n]*\t")
LABELLED = re.compile(rf"(?P<value>{NUMBER})(?:[千百万億]*円|件|点|%)?[・.…]{{2,}}(?P<mark>[{CIRCLED}])")
USED = re.compile(rf"(?P<mark>[{CIRCLED}])(?P<value>{NUMBER})(?=[千百万億]*円)")
EMPTY = re.compile(r"\n(?P<head>[【(](?:参考|別紙|別添|図|表)\d{1,2}[】)][^。\t\n]{2,60})\n*$")
FEWEST_CHAPTERS, FEWEST_CRITERIA = 3, 3


def check_references(document: Document) -> Iterator[Finding]:
    yield from _annexes(document)
    yield from _chapters(document)
    yield from _titled(document)
    yield from _criteria(document)
    yield from _circled_figures(document)
    if match := EMPTY.search(document.flow):
        yield finding_at(
            document=document,
            at=match.span("head"),
            kind=Kind.REFERENCE,
            certainty=Certainty.POSSIBLE,
            right="見出しの内容",
            reason="見出しだけで文書が終わっている",
        )


def _annexes(document: Document) -> Iterator[Finding]:
    """Find `【参考3】参照` in a document whose annexes are 参考1 and 参考2."""
    found = list(ANNEX.finditer(document.flow))
    headed: dict[str, set[str]] = {}
    for match in found:
        if match["start"] is not None:
            headed.setdefault(match["kind"], set()).add(match["number"])
    for match in found:
        numbers = headed.get(match["kind"], set())
        if match["start"] is None and numbers and match["number"] not in numbers:
            known = "、".join(match["kind"] + number for number in sorted(numbers))
            yield _missing(document, (match.start("kind"), match.end()), known, f"この文書にあるのは{known}")


def _chapters(document: Document) -> Iterator[Finding]:
    """`3.に記載のとおり` needs a heading 3."""
    chapters = {each.number for each in numbered(document, STYLES[2])}
    if len(chapters) < FEWEST_CHAPTERS:
        return
    for match in CHAPTER.finditer(document.flow):
        for name in ("first", "second", "quoted"):
            if match[name] and int(match[name]) not in chapters:
                known = "、".join(str(each) for each in sorted(chapters))
                yield _missing(
                    document, match.span(), f"{known}のどれか", f"見出し{match[name]}はない。あるのは{known}"
                )


def _titled(document: Document) -> Iterator[Finding]:
    """`「２－３ 調達結果」を参照` needs a heading 2-3."""
    headings = {match["mark"].replace("－", "-") for line in document.lines if (match := NESTED.match(line))}
    known = {"-".join(str(int(part)) for part in heading.split("-")) for heading in headings}
    for match in TITLED.finditer(document.flow):
        if known and match["number"].replace("－", "-") not in known:
            told = "、".join(sorted(known))
            yield _missing(document, match.span(), told, f"見出し{match['number']}はない。あるのは{told}")


def _criteria(document: Document) -> Iterator[Finding]:
    """`①及び②の基準…③の基準` in the order of the table's rows, each once."""
    rows = sorted({CIRCLED.index(match["mark"]) for match in ROW_MARK.finditer(document.flow)})
    told = [
        (CIRCLED.index(mark), match.start("numbers") + place)
        for match in CRITERIA.finditer(document.flow)
        for place, mark in enumerate(match["numbers"])
        if mark in CIRCLED
    ]
    if len(rows) < FEWEST_CRITERIA or len(told) != len(rows):
        return
    odd = [(row, number, place) for row, (number, place) in zip(rows, told, strict=True) if row != number]
    if len(odd) == 1:
        row, number, place = odd[0]
        reason = f"表の基準{len(rows)}件のうち{CIRCLED[row]}だけに触れていない"
        reason += f"。{CIRCLED[number]}は表にない" if number not in rows else f"。{CIRCLED[number]}には二度触れている"
        yield _missing(document, (place, place + 1), CIRCLED[row], reason)


def _circled_figures(document: Document) -> Iterator[Finding]:
    """`②25,320千円` where the amount has been called ① above."""
    labels = {match["mark"]: match["value"] for match in LABELLED.finditer(document.flow)}
    for match in USED.finditer(document.flow):
        named = [mark for mark, value in labels.items() if value == match["value"]]
        if labels.get(match["mark"]) != match["value"] and len(named) == 1:
            reason = f"{match['value']}は{named[0]}とされた額"
            yield _missing(document, match.span(), named[0] + match["value"], reason)


def _missing(document: Document, at: tuple[int, int], right: str, reason: str) -> Finding:
    return finding_at(document=document, at=at, kind=Kind.REFERENCE, right=right, reason=reason)
