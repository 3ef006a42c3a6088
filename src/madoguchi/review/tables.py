"""Tables of a document: neighbouring lines whose cells stand apart."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from madoguchi.review.document import Cell, Document, Span
from madoguchi.review.once import once_a_document


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """The cells of neighbouring rows; empty cells are there, so that columns keep their number."""

    start: int
    end: int
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(cell for row in self.rows for cell in row)


@once_a_document
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
    rows = tuple(tuple(_cells(line, row)) for row, line in enumerate(lines))
    return Table(start=lines[0].start, end=lines[-1].end, rows=rows)


def _cells(line: Span, row: int) -> Iterator[Cell]:
    start = line.start
    for index, text in enumerate(line.text.split("\t")):
        yield Cell(row=row, index=index, span=Span(start=start, end=start + len(text), text=text))
        start += len(text) + 1


def label_of(row: Sequence[Cell]) -> str:
    """Return the words of a row's first filled cell."""
    return next((cell.span.text.strip("\v") for cell in row if cell.span.text.strip("\v")), "")


def row_at(table: Table, position: int) -> tuple[Cell, ...]:
    place = bisect_right(table.rows, position, key=lambda row: row[0].span.start) - 1
    return table.rows[place] if place >= 0 and position <= table.rows[place][-1].span.end else ()


def cell_at(table: Table, position: int) -> Cell | None:
    return next((cell for cell in row_at(table, position) if cell.span.start <= position < cell.span.end), None)


def table_at(tables: Sequence[Table], position: int) -> Table | None:
    place = bisect_right(tables, position, key=lambda table: table.start) - 1
    return tables[place] if place >= 0 and position <= tables[place].end else None
