"""Numbers of headings and list items that skip, go back or stand twice."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from madoguchi.review.document import Document
from madoguchi.review.findings import Certainty, Finding, Kind, Place

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
START = r"(?:^|(?<=\t))[ 　]*(?:<[^<>]*>)*(?:#+[ 　]*)?(?:[-*・•][ 　]+)?"
COUNTERS = "年月日時分秒者件名人社回個台通点期章条項号円千万億か箇ヶ"
STYLES = (
    re.compile(START + rf"(?P<mark>[{CIRCLED}])"),
    re.compile(START + r"(?P<mark>[(（][ 　]?(?P<number>[0-9０-９]{1,2})[ 　]?[)）])"),
    re.compile(
        r"^[ 　]*(?:#+[ 　]*)?(?P<mark>(?P<number>[0-9０-９]{1,2})(?:[.．]|(?=[ 　][^。\t|]{2,40}$)))[ 　]*"
        rf"(?![{COUNTERS}%％～〜.,0-9０-９－-])[^\s。、]"
    ),
)
NESTED = re.compile(r"^[ 　]*(?:#+[ 　]*)?(?P<mark>(?P<outer>[0-9０-９])[－-](?P<inner>[0-9０-９]{1,2}))[ 　]+\D")


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbered:
    """A number at the start of a line or cell."""

    line: int
    mark: str
    number: int


def check_numbering(document: Document) -> Iterator[Finding]:
    for style in STYLES:
        yield from _gaps(list(numbered(document, style)))
    yield from _nested(document)


def numbered(document: Document, style: re.Pattern[str]) -> Iterator[Numbered]:
    for line, text in enumerate(document.lines, start=1):
        for match in style.finditer(text):
            number = match.groupdict().get("number")
            value = int(number) if number else CIRCLED.index(match["mark"]) + 1
            yield Numbered(line=line, mark=match["mark"].strip(), number=value)


def _gaps(marks: Sequence[Numbered]) -> Iterator[Finding]:
    """Find marks that continue no list that is open: lists may stand inside lists and begin at 1 anywhere."""
    lists: list[int] = []
    for place, mark in enumerate(marks):
        inside = next((depth for depth in reversed(range(len(lists))) if mark.number - lists[depth] in (0, 1)), None)
        if inside is not None:
            del lists[inside + 1 :]
            lists[inside] = mark.number
        elif mark.number == 1 or not lists:
            lists.append(mark.number)
        else:
            expected = lists[-1] + 1
            following = marks[place + 1].number if place + 1 < len(marks) else 0
            yield _finding_of(mark, expected, is_sure=following in (expected, expected + 1))
            lists[-1] = expected if following == expected + 1 else lists[-1] if following == expected else mark.number


def _finding_of(mark: Numbered, expected: int, *, is_sure: bool) -> Finding:
    is_circled = mark.mark in CIRCLED and expected <= len(CIRCLED)
    return Finding(
        kind=Kind.REFERENCE,
        certainty=Certainty.LIKELY if is_sure else Certainty.POSSIBLE,
        place=Place(line=mark.line, quote=mark.mark),
        printed=mark.mark,
        right=CIRCLED[expected - 1] if is_circled else str(expected),
        reason=f"前の番号は{CIRCLED[expected - 2] if is_circled else expected - 1}で、続く番号ではない",
    )


def _nested(document: Document) -> Iterator[Finding]:
    """`１－１` to `１－４`, then `２－１`: the second number goes up by one or the first does."""
    before: tuple[int, int] | None = None
    for line, text in enumerate(document.lines, start=1):
        match = NESTED.match(text)
        if match is None:
            continue
        told = int(match["outer"]), int(match["inner"])
        if before is not None and told not in (before, (before[0], before[1] + 1), (before[0] + 1, 1)):
            mark = Numbered(line=line, mark=match["mark"], number=told[1])
            yield Finding(
                kind=Kind.REFERENCE,
                certainty=Certainty.POSSIBLE,
                place=Place(line=line, quote=mark.mark),
                printed=mark.mark,
                right=f"{before[0]}-{before[1] + 1}または{before[0] + 1}-1",
                reason=f"前の見出しは{before[0]}-{before[1]}",
            )
        before = told
