"""Tables of a document: neighbouring lines whose cells stand apart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from madoguchi.review.document import Cell, Document, Span


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """The cells of neighbouring rows; empty cells are there, so that columns keep their number."""

    start: int
    end: int
    cells: tuple[Cell, ...]

    @property
    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        numbers = dict.fromkeys(cell.row for cell in self.cells)
        return tuple(tuple(cell for cell in self.cells if cell.row == number) for number in numbers)


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
    return next((row for row in table.rows if row[0].span.start <= position <= row[-1].span.end), ())


def table_at(tables: Sequence[Table], position: int) -> Table | None:
    return next((table for table in tables if table.start <= position <= table.end), None)
