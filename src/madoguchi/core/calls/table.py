"""A report as a table: each cell a text and the calls it was counted from."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from madoguchi.core.calls.counted import Counted
from madoguchi.core.values import Rate, rounded

NONE = "－"
COUNT = re.compile(r"[1-9][0-9]{3,}")


class Words(NamedTuple):
    """A text in Japanese and English."""

    ja: str
    en: str

    def said(self, language: str) -> str:
        return self.ja if language == "ja" else self.en


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """What stands in a place of the table; `en` where English says it in other words.

    `shade` is how dark it is from 0 to 5, in tables that are read by where much is.
    """

    text: str
    calls: tuple[Counted, ...] = ()
    en: str = ""
    shade: int = 0

    def said(self, language: str) -> str:
        return self.text if language == "ja" else self.en or self.text


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column by its key; numbers stand on the right."""

    key: str
    words: Words
    is_number: bool = True

    def shown(self, cell: Cell, *, language: str) -> str:
        """Return a cell's text as people read it, counts with separators of thousands: 12,345."""
        text = cell.said(language)
        return f"{int(text):,}" if self.is_number and COUNT.fullmatch(text) else text


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    key: str
    label: Words
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CallTable:
    """A whole report; `head` says what its lines are, `notes` what a reader has to know of it."""

    head: Words
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    notes: tuple[Words, ...] = ()

    def calls_of(self, *, line: str, column: str) -> tuple[Counted, ...] | None:
        """Return the calls behind one cell, None where there is no such cell."""
        keys = [each.key for each in self.columns]
        found = next((each for each in self.lines if each.key == line), None)
        return found.cells[keys.index(column)].calls if found is not None and column in keys else None

    def rows(self, *, language: str) -> list[list[str]]:
        """Return headings and lines as texts, for a file that programs read."""
        lines = ([each.label.said(language), *(cell.said(language) for cell in each.cells)] for each in self.lines)
        return [self._heads(language), *lines]

    def shown(self, *, language: str) -> list[list[str]]:
        """Return headings and lines as people read them."""
        lines = ([each.label.said(language), *self._shown_cells(each, language)] for each in self.lines)
        return [self._heads(language), *lines]

    def _heads(self, language: str) -> list[str]:
        return [self.head.said(language), *(each.words.said(language) for each in self.columns)]

    def _shown_cells(self, line: Line, language: str) -> Iterator[str]:
        for column, cell in zip(self.columns, line.cells, strict=True):
            yield column.shown(cell, language=language)


def count_cell(calls: Iterable[Counted]) -> Cell:
    found = tuple(calls)
    return Cell(text=str(len(found)), calls=found)


def rate_cell(part: Sequence[Counted], whole: Sequence[Counted]) -> Cell:
    """Return a rate as printed, with the calls of its denominator; a dash where there was nothing to count."""
    percent = Rate(part=len(part), whole=len(whole)).percent(decimals=1)
    return Cell(text=NONE if percent is None else f"{percent}%", calls=tuple(whole))


def seconds_text(seconds: int) -> str:
    """Return a duration as 3:05 or 1:02:05."""
    minutes, rest = divmod(seconds, 60)
    hours, left = divmod(minutes, 60)
    return f"{hours}:{left:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def positions_cell(call: Counted) -> Cell:
    """Return where in the queue a call came in and where it gave up: 3 → 1; a dash for what is not known."""
    entered, left = (call.seconds(name) for name in ("entered_position", "left_position"))
    if entered is None and left is None:
        return Cell(text=NONE)
    out = "" if left is None else f" → {left}"
    return Cell(text=f"{NONE if entered is None else entered}{out}", calls=(call,))


def mean_cell(values: Sequence[tuple[Counted, int]]) -> Cell:
    """Return the mean of durations, rounded once to whole seconds, with the calls that have one."""
    calls = tuple(each for each, _seconds in values)
    if not values:
        return Cell(text=NONE)
    mean = rounded(Fraction(sum(seconds for _each, seconds in values), len(values)), decimals=0)
    return Cell(text=seconds_text(int(mean)), calls=calls)


def longest_cell(values: Sequence[tuple[Counted, int]]) -> Cell:
    """Return the longest duration, with the calls that took it."""
    if not values:
        return Cell(text=NONE)
    most = max(seconds for _each, seconds in values)
    return Cell(text=seconds_text(most), calls=tuple(each for each, seconds in values if seconds == most))


def sum_cell(values: Sequence[tuple[Counted, int]]) -> Cell:
    calls = tuple(each for each, _seconds in values)
    return Cell(text=seconds_text(sum(seconds for _each, seconds in values)) if values else NONE, calls=calls)


def with_value(calls: Iterable[Counted], name: str) -> list[tuple[Counted, int]]:
    return [(each, seconds) for each in calls if (seconds := each.seconds(name)) is not None]


def with_time(calls: Iterable[Counted], start: str, end: str) -> list[tuple[Counted, int]]:
    return [(each, seconds) for each in calls if (seconds := each.between(start, end)) is not None]
