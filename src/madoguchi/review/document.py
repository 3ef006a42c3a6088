"""A document as one running text that remembers, for every character, the line and column it was printed in."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from madoguchi.review.findings import Place
from madoguchi.review.folding import FoldedLine, fold_line

ENDINGS = "。!?:;"
MARKER = re.compile(
    r"\s*(?:[#|>]|[-–•・○◯●〇※＊*→◆■▲●]|[①-⑳]|[（(〔【<＜]|[A-Za-z]\)|"
    r"[0-9０-９]{1,2}(?:[.．、]|[\s　]+[^0-9０-９年月日%％、-])|第[0-9０-９一-九]|[一-九十ア-コⅠ-Ⅹ][\s　.．])"
)
HEADING = re.compile(r"\s*(?:#|[（(]\s*[0-9０-９]{1,2}\s*[)）]|[0-9０-９]{1,2}\s*[.．]?[\s　])[^。、]{1,40}$")
SENTENCE = re.compile(r"[^。\n\t\v]+[。]?")
EDGE = re.compile(r"[。\n\t\v]")
WIDE_ENOUGH = 28
FULL_SHARE = 0.7
WRAPPED_SHARE = 0.6
FEW_LINES = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A stretch of the running text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One cell of a table."""

    row: int
    index: int
    span: Span


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, weakref_slot=True)
class Document:
    """The printed lines and the running text made of them; a document equals itself only.

    In `flow` lines cut only by the page's width run on; other lines end in a newline, cells in a tab. `edges` are the
    places where its sentences, lines and cells end.
    """

    lines: tuple[str, ...]
    flow: str
    line_of: tuple[int, ...]
    column_of: tuple[int, ...]
    edges: tuple[int, ...]

    def place(self, *, start: int, end: int) -> Place:
        """Return where a stretch stands, quoted as printed where it is on one line."""
        first, final = self.line_of[start], self.line_of[max(end - 1, start)]
        if first != final:
            return Place(line=first + 1, quote=self.flow[start:end].replace("\n", ""))
        raw = self.lines[first]
        return Place(line=first + 1, quote=raw[self.column_of[start] : self.column_of[max(end - 1, start)] + 1])

    def is_apart(self, position: int) -> bool:
        """Say whether a space, as between the columns of a page, or a line's end parts a character from the next."""
        if self.line_of[position] != self.line_of[position + 1]:
            return True
        between = self.lines[self.line_of[position]][self.column_of[position] + 1 : self.column_of[position + 1]]
        return between[:1].isspace()

    def sentences(self) -> Iterator[Span]:
        for match in SENTENCE.finditer(self.flow):
            yield Span(start=match.start(), end=match.end(), text=match.group())

    def sentence_at(self, position: int) -> Span:
        """Return the sentence, cell or list item that a position lies in."""
        following = bisect_left(self.edges, position)
        start = self.edges[following - 1] + 1 if following else 0
        end = self.edges[following] if following < len(self.edges) else len(self.flow)
        return Span(start=start, end=end, text=self.flow[start:end])


def make_document(lines: Sequence[str], *, has_cut_lines: bool = True) -> Document:
    """Return a document from its printed lines; those of a Word file are whole and never run on."""
    folded = [fold_line(line) for line in lines]
    numbers = [number for number, line in enumerate(folded) if line.text]
    is_spread = _is_spread(lines)
    flow: list[str] = []
    line_of: list[int] = []
    column_of: list[int] = []
    for index, number in enumerate(numbers):
        line = folded[number]
        flow += line.text
        line_of += [number] * len(line.text)
        column_of += line.columns
        following = numbers[index + 1] if index + 1 < len(numbers) else None
        if (
            following is None
            or not has_cut_lines
            or not _runs_on(lines, folded, number, following, is_spread=is_spread)
        ):
            flow.append("\n")
            line_of.append(number)
            column_of.append(len(lines[number]))
    text = "".join(flow)
    return Document(
        lines=tuple(lines),
        flow=text,
        line_of=tuple(line_of),
        column_of=tuple(column_of),
        edges=tuple(match.start() for match in EDGE.finditer(text)),
    )


def _is_spread(lines: Sequence[str]) -> bool:
    """Say whether a blank line stands after nearly every line, as after a plain copy out of a PDF."""
    filled = [number for number, line in enumerate(lines) if line.strip()]
    gaps = [after - before for before, after in pairwise(filled)]
    return len(gaps) > FEW_LINES and sum(gap > 1 for gap in gaps) > WRAPPED_SHARE * len(gaps) and _is_cut(lines, filled)


def _is_cut(lines: Sequence[str], filled: Sequence[int]) -> bool:
    whole = sum(lines[number].strip()[-1] in "。：:" for number in filled)
    return 4 * whole < len(filled)


def _runs_on(
    lines: Sequence[str], folded: Sequence[FoldedLine], number: int, following: int, *, is_spread: bool
) -> bool:
    before, after = folded[number].text, folded[following].text
    if "\t" in before or "\t" in after or before[-1] in ENDINGS or lines[number].endswith("  "):
        return False
    if MARKER.match(lines[following]) or (HEADING.match(lines[number]) and not _is_hiragana(after[0])):
        return False
    is_short = len(before) < FULL_SHARE * len(after) and not _is_hiragana(after[0])
    if is_short or before.endswith("株式会社") or (before[-1].isdigit() and after[0].isdigit()):
        return False
    if following > number + 1 and not is_spread:
        return _is_wide(before[-1]) and (_is_hiragana(after[0]) or len(before) >= WIDE_ENOUGH) and _is_wide(after[0])
    return _joins(before, after)


def _joins(before: str, after: str) -> bool:
    if before[-1] in ")」』】":
        return _is_hiragana(after[0])
    return _is_wide(before[-1]) and (_is_wide(after[0]) or after[0].isalnum())


def _is_hiragana(char: str) -> bool:
    return "ぁ" <= char <= "ん"


def _is_wide(char: str) -> bool:
    return "ぁ" <= char <= "ヿ" or "一" <= char <= "鿿" or char in "々、,「」・〜('" or char.isdigit()
