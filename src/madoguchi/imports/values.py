"""A ledger as it was read, as values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from madoguchi.people.sayings import Said

MAX_BYTES, MAX_ROWS, MAX_COLUMNS = 50_000_000, 200_000, 400
Cells = tuple[object, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """How a file is written; "auto" and 0 mean: find it out. Without quotes a quotation mark is a sign like others."""

    encoding: str = "auto"
    delimiter: str = "auto"
    has_quotes: bool = True
    header_line: int = 0
    sheet: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A row with its line; `problem` says why it cannot be used."""

    number: int
    cells: Cells
    problem: Said | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    name: str
    is_hidden: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Ledger:
    """A file opened: what was found out about it, its headings, and its rows, which can be gone through once.

    A heading that stands twice is told apart by a number. `epoch` is the day 0 of a workbook's dates.
    """

    form: Form
    headings: tuple[str, ...]
    lines: Iterator[Line]
    sheets: tuple[Sheet, ...] = ()
    notes: tuple[str, ...] = ()
    epoch: datetime | None = None

    def positions(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self.headings) if name}
