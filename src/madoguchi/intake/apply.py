"""Rows of a foreign file turned into events by a mapping."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import pairwise

from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.events import Event, Value
from madoguchi.intake.check import row_problems
from madoguchi.intake.convert import CellError
from madoguchi.intake.converting import Convert, converter_of
from madoguchi.intake.mapping import ColumnMapping, Filter, RowMapping
from madoguchi.intake.rows import FileRows, Row, missing_columns

PROBLEM_LIMIT = 100


@dataclass(kw_only=True)
class RowReader:
    """Turns rows into events and collects what is wrong with them, up to a hundred problems."""

    mapping: RowMapping
    file: str
    problems: list[Problem] = field(default_factory=list)
    left_out: int = 0
    _converters: dict[str, Convert] = field(init=False)

    def __post_init__(self) -> None:
        self._converters = {each.name: converter_of(each, mapping=self.mapping) for each in self.mapping.columns}

    def events(self, file: FileRows) -> Iterator[tuple[int, Event]]:
        """Yield (line, event) for every row that passes the filters and has no problem."""
        for line, row in self.passing(file):
            event = self.event([(line, row)])
            if event is not None:
                yield line, event

    def passing(self, file: FileRows) -> Iterator[Row]:
        """Yield the rows that pass the filters. A column the file lacks is a problem, also where there are no rows."""
        lacking = missing_columns(self.file, file.headings, needed=self.mapping.sources())
        self.problems += lacking
        if lacking:
            return
        for line, row in file.rows:
            if len(self.problems) >= PROBLEM_LIMIT:
                return
            if not _passes(row, self.mapping.where):
                self.left_out += 1
            elif self._has_key(line, row):
                yield line, row

    def _has_key(self, line: int, row: Mapping[str, object]) -> bool:
        """Refuse a row that nothing names: all such rows would be one fact."""
        cells = ["" if row[name] is None else str(row[name]) for name in self.mapping.key]
        if "\x00" in "".join(cells):
            given, allowed = f"given {'/'.join(cells)[:80]!r}", "a text without NUL characters"
        elif not "".join(cells).strip():
            given, allowed = "nothing", "what names the row: two rows without it would be one fact"
        else:
            return True
        key = ", ".join(self.mapping.key)
        self.problems.append(Problem(where=self.file, line=line, key=key, given=given, allowed=allowed))
        return False

    def event(self, rows: Sequence[Row]) -> Event | None:
        """Return the event of one row, or of all rows of one key in their order."""
        line, row = rows[-1]
        before = len(self.problems)
        event: dict[str, Value] = {
            "contract": self.mapping.contract,
            "source": source_of(row, mapping=self.mapping),
            "source_file": self.file,
        }
        for column in self.mapping.columns:
            event[column.name] = self._value(column, rows)
        if len(self.problems) == before:
            self.problems += row_problems(event, table=self.mapping.table, where=self.file, line=line)
        return event if len(self.problems) == before else None

    def _value(self, column: ColumnMapping, rows: Sequence[Row]) -> Value:
        line, cell = self._cell(column, rows)
        try:
            return self._converters[column.name](cell)
        except CellError as error:
            self._report(line, column, rows, str(error))
            return None

    def _cell(self, column: ColumnMapping, rows: Sequence[Row]) -> tuple[int, object]:
        if column.source is None:
            return rows[-1][0], column.constant
        source = column.source
        if column.take == "count_changes":
            cells = [row[source] for _, row in rows if _passes(row, column.when)]
            return rows[-1][0], sum(one != two for one, two in pairwise(cells))
        chosen = self._chosen(column, source, reversed(rows) if column.take == "last" else rows)
        nothing = (rows[-1][0], None)
        if column.take in ("first", "last"):
            return next(chosen, nothing)
        pick = min if column.take == "lowest" else max
        return pick(chosen, key=lambda each: sort_key(each[1]), default=nothing)

    def _chosen(self, column: ColumnMapping, source: str, rows: Iterable[Row]) -> Iterator[tuple[int, object]]:
        """Yield the cells a column may take, with their lines."""
        missing = self.mapping.missing
        for line, row in rows:
            cell = row[source]
            if cell is not None and str(cell) not in missing and _passes(row, column.when):
                yield line, cell

    def _report(self, line: int, column: ColumnMapping, rows: Sequence[Row], allowed: str) -> None:
        _, cell = self._cell(column, rows)
        key = column.source or column.name
        self.problems.append(
            Problem(where=self.file, line=line, key=key, given=f"given {str(cell)[:80]!r}", allowed=allowed)
        )

    def finish(self) -> None:
        """Raise InvalidInputError where anything was wrong."""
        if self.problems:
            raise InvalidInputError(self.problems[:PROBLEM_LIMIT])


def source_of(row: Mapping[str, object], *, mapping: RowMapping) -> str:
    return f"{mapping.system}:" + "/".join(str(row.get(name)) for name in mapping.key)


def _passes(row: Mapping[str, object], filters: Sequence[Filter]) -> bool:
    return not filters or all(str(row.get(each.column)) in each.words for each in filters)


def sort_key(cell: object) -> tuple[int, float, str]:
    """Order cells: numbers by size, moments by time, texts by code point."""
    return (0, cell.timestamp(), "") if isinstance(cell, datetime) else _text_key(str(cell))


@lru_cache(maxsize=65_536)
def _text_key(text: str) -> tuple[int, float, str]:
    try:
        return (0, float(text), "")
    except ValueError:
        return (1, 0.0, text)
