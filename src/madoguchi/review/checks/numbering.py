"""Numbers of headings and list items that skip, go back or stand twice."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby

from madoguchi.review.document import Document
from madoguchi.review.findings import Certainty, Finding, Kind, Place

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
START = r"(?:^|(?<=\t))[ 　]*(?:<[^<>]*>)*(?:#+[ 　]*)?(?:[-*・•][ 　]+)?"
SECOND = 2
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
    chapters = list(numbered(document, STYLES[2]))
    heads = {line for line, _ in _nested_heads(document)}
    yield from _gaps(chapters, heads)
    heads |= {each.line for each in chapters}
    sections = list(numbered(document, STYLES[1]))
    yield from _gaps(sections, heads)
    yield from _gaps(list(numbered(document, STYLES[0])), heads | {each.line for each in sections})
    yield from _nested(document)


def numbered(document: Document, style: re.Pattern[str]) -> Iterator[Numbered]:
    for line, text in enumerate(document.lines, start=1):
        for match in style.finditer(text):
            number = match.groupdict().get("number")
            value = int(number) if number else CIRCLED.index(match["mark"]) + 1
            yield Numbered(line=line, mark=match["mark"].strip(), number=value)


def _gaps(marks: Sequence[Numbered], heads: AbstractSet[int]) -> Iterator[Finding]:
    """Judge the marks between two headings of a higher kind by themselves."""
    starts = sorted(heads)
    for _, inside in groupby(marks, key=lambda mark: bisect_left(starts, mark.line)):
        yield from _gaps_inside(list(inside))


def _gaps_inside(marks: Sequence[Numbered]) -> Iterator[Finding]:
    """Find marks that continue no list that is open: lists may stand inside lists and begin at 1 anywhere.

    A number may stand twice: the columns of a table are numbered side by side.
    """
    lists: list[int] = []
    for place, mark in enumerate(marks):
        following = marks[place + 1].number if place + 1 < len(marks) else 0
        inside = next((depth for depth in reversed(range(len(lists))) if mark.number - lists[depth] in (0, 1)), None)
        if inside is not None:
            del lists[inside + 1 :]
            lists[inside] = mark.number
        elif not lists and mark.number != 1 and following == SECOND:
            yield _finding_of(mark, 1, is_sure=True)
            lists.append(1)
        elif mark.number == 1 or not lists:
            lists.append(mark.number)
        elif mark.number == lists[-1] + 2 and marks[place - 1].number == marks[place - 2].number == lists[-1]:
            yield _finding_of(marks[place - 1], lists[-1] + 1, is_sure=True)
            lists[-1] = mark.number
        else:
            expected = lists[-1] + 1
            yield _finding_of(mark, expected, is_sure=following in (expected, expected + 1))
            lists[-1] = expected if following == expected + 1 else lists[-1] if following == expected else mark.number


def _finding_of(mark: Numbered, expected: int, *, is_sure: bool) -> Finding:
    is_circled = mark.mark in CIRCLED and expected <= len(CIRCLED)
    before = CIRCLED[expected - 2] if is_circled else str(expected - 1)
    return Finding(
        kind=Kind.REFERENCE,
        certainty=Certainty.LIKELY if is_sure else Certainty.POSSIBLE,
        place=Place(line=mark.line, quote=mark.mark),
        printed=mark.mark,
        right=CIRCLED[expected - 1] if is_circled else str(expected),
        reason=f"前の番号は{before}で、続く番号ではない" if expected > 1 else "番号の始まりは1",
    )


def _nested(document: Document) -> Iterator[Finding]:
    """`１－１` to `１－４`, then `２－１`: the second number goes up by one or the first does."""
    before: tuple[int, int] | None = None
    for line, match in _nested_heads(document):
        told = int(match["outer"]), int(match["inner"])
        if before is not None and told not in (before, (before[0], before[1] + 1), (before[0] + 1, 1)):
            yield Finding(
                kind=Kind.REFERENCE,
                certainty=Certainty.POSSIBLE,
                place=Place(line=line, quote=match["mark"]),
                printed=match["mark"],
                right=f"{before[0]}-{before[1] + 1}または{before[0] + 1}-1",
                reason=f"前の見出しは{before[0]}-{before[1]}",
            )
        before = told


def _nested_heads(document: Document) -> Iterator[tuple[int, re.Match[str]]]:
    for line, text in enumerate(document.lines, start=1):
        if match := NESTED.match(text):
            yield line, match
