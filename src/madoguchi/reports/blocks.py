"""A report as a pure value: headings, paragraphs, tables and charts, in the order a reader meets them.

Every figure keeps the measurement it was printed from. Writers turn the value into a document and compute nothing.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from madoguchi.core.errors import MadoguchiError

NO_CHARACTERS = frozenset("\ufffe\uffff")
DECEPTIVE = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
ALLOWED_CONTROLS = frozenset("\n\t")


class UnprintableTextError(MadoguchiError):
    """A text holds a character no document may carry; the message names it and the text it stands in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PrintedFigure:
    """A figure as printed, and the measurement behind it: indicator, its definition's version, window, exact value.

    `number` is the printed number without its unit, for spreadsheets; None for durations and absent figures.
    `revision` is the one it was frozen in, None where its month is not approved or no months are kept.
    """

    text: str
    indicator: str
    version: str
    window: str
    exact: Fraction | None
    number: Decimal | None = None
    suffix: str = ""
    revision: int | None = None


Inline: TypeAlias = str | PrintedFigure
Cell: TypeAlias = Inline | tuple[Inline, ...]


class Side(StrEnum):
    """Which side of the page a line stands on."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class Layout(StrEnum):
    """A document on upright pages, or slides: lying pages, a new one at each first heading."""

    DOCUMENT = "document"
    SLIDES = "slides"


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    level: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Paragraph:
    """A stretch of text; `indent` counts the steps it stands in from the margin."""

    parts: tuple[Inline, ...]
    indent: int = 0
    side: Side = Side.LEFT


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table with its caption; the first column names the row. `numeric` columns are set to the right."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...]
    numeric: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A drawing for those who see it, its values in words for those who do not, and as numbers for a spreadsheet."""

    title: str
    svg: str
    description: str
    categories: tuple[str, ...]
    values: tuple[Decimal | None, ...]


Block: TypeAlias = Heading | Paragraph | Table | Chart


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A whole document; `head` stands above its title.

    `issued_date` comes from its approval, so that writing it again gives the same bytes.
    """

    title: str
    subtitle: str
    author: str
    issued_date: date
    language: str
    blocks: tuple[Block, ...]
    head: tuple[Paragraph, ...] = ()
    layout: Layout = Layout.DOCUMENT

    @property
    def byline(self) -> str:
        """Return the line under the title; a document whose head names its issuer needs none."""
        return "" if self.head else self.author


def text_of(cell: Cell) -> str:
    if isinstance(cell, tuple):
        return "".join(text_of(part) for part in cell)
    return cell if isinstance(cell, str) else cell.text


def texts_of(report: Report) -> Iterator[str]:
    """Yield every text of a report in reading order; a chart counts by its title."""
    for line in report.head:
        yield from block_texts(line)
    yield from (report.title, report.subtitle, report.byline)
    for block in report.blocks:
        yield from block_texts(block)


def block_texts(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield block.text
    elif isinstance(block, Paragraph):
        yield "".join(text_of(part) for part in block.parts)
    elif isinstance(block, Table):
        yield from (block.caption, *block.header)
        yield from (text_of(cell) for row in block.rows for cell in row)
    else:
        yield block.title


def figures_of(report: Report) -> Iterator[PrintedFigure]:
    """Yield every figure in reading order."""
    for block in report.blocks:
        cells: tuple[Cell, ...] = ()
        if isinstance(block, Paragraph):
            cells = (block.parts,)
        elif isinstance(block, Table):
            cells = tuple(cell for row in block.rows for cell in row)
        for cell in cells:
            parts = cell if isinstance(cell, tuple) else (cell,)
            yield from (each for each in parts if isinstance(each, PrintedFigure))


def check_texts(report: Report) -> None:
    """Refuse control and direction characters: they hide or turn round what a reader sees. Raises by name."""
    for text in texts_of(report):
        for char in text:
            is_control = unicodedata.category(char) in ("Cc", "Cs") and char not in ALLOWED_CONTROLS
            if is_control or char in DECEPTIVE or char in NO_CHARACTERS:
                name = unicodedata.name(char, "制御文字")
                raise UnprintableTextError(f"「{_safe(text)[:40]}」に使えない文字があります: U+{ord(char):04X} {name}")


def _safe(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)
