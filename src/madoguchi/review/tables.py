"""Tables of a document: neighbouring lines whose cells stand apart."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from madoguchi.review.document import Cell, Document, Span


@dataclass(frozen=True, kw_only=True)
class Table:
    """The cells of neighbouring rows, row by row; empty cells are there, so that columns keep their number."""

    start: int
    end: int
    cells: tuple[Cell, ...]

    @cached_property
    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        return tuple(tuple(row) for _, row in groupby(self.cells, key=lambda cell: cell.row))


def find_tables(document: Document) -> tuple[Table, ...]:
    """Return every run of lines that hold a tab; one line of two cells is a table too."""
    return tuple(_tables(document.flow))


def _tables(flow: str) -> Iterator[Table]:
    run: list[Span] = []
    start = 0
    for line in flow.split("\n"):
        if "\t" in line:
            run.append(Span(start=start, end=start + len(line), text=line))
        elif run:
            yield _table(run)
            run = []
        start += len(line) + 1
    if run:
        yield _table(run)


def _table(lines: Sequence[Span]) -> Table:
    cells = [cell for row, line in enumerate(lines) for cell in _cells(line, row)]
    return Table(start=lines[0].start, end=lines[-1].end, cells=tuple(cells))


def _cells(line: Span, row: int) -> Iterator[Cell]:
    start = line.start
    for index, text in enumerate(line.text.split("\t")):
        yield Cell(row=row, index=index, span=Span(start=start, end=start + len(text), text=text))
        start += len(text) + 1


def label_of(row: Sequence[Cell]) -> str:
    """Return the words of a row's first filled cell."""
    return next((cell.span.text.strip("\v") for cell in row if cell.span.text.strip("\v")), "")


def row_at(table: Table, position: int) -> tuple[Cell, ...]:
    place = bisect_right(table.rows, position, key=lambda row: row[0].span.start)
    row = table.rows[place - 1] if place else ()
    return row if row and position <= row[-1].span.end else ()


def table_at(tables: Sequence[Table], position: int) -> Table | None:
    return next((table for table in tables if table.start <= position <= table.end), None)
