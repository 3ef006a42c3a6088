"""A CSV file that already has a fact table's columns by name."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.events import Event, FactTable, Value
from madoguchi.intake.check import row_problems
from madoguchi.intake.columnar import to_arrow
from madoguchi.intake.convert import CellError, to_value
from madoguchi.intake.rows import FileForm, missing_columns, read_rows

PROBLEM_LIMIT = 100


def read_plain_csv(path: Path, *, table: FactTable) -> Any:  # noqa: ANN401  # pyarrow is not typed
    """Return the file as an Arrow table; moments are ISO 8601 with an offset from UTC.

    Raises InvalidInputError with up to a hundred problems, each with line and column.
    """
    problems: list[Problem] = []
    events: list[Event] = []
    sources: dict[str, int] = {}
    file = read_rows(path, form=FileForm())
    problems += _unknown_columns(path, file.headings, table)
    needed = [column.name for column in table.columns if column.is_required]
    lacking = missing_columns(path.name, file.headings, needed=needed)
    if lacking:
        raise InvalidInputError([*problems, *lacking])
    for line, row in file.rows:
        event = _event(path, line, row, table, problems)
        source = f"{event.get('contract')}/{event.get('source')}"
        if source in sources:
            given = f"source {event.get('source')!r}, as on line {sources[source]}"
            problems.append(Problem(where=path.name, line=line, key="source", given=given, allowed="each source once"))
        sources[source] = line
        events.append(event)
        if len(problems) >= PROBLEM_LIMIT:
            break
    if problems:
        raise InvalidInputError(problems[:PROBLEM_LIMIT])
    return to_arrow(events, table=table)


def _unknown_columns(path: Path, headings: Sequence[str], table: FactTable) -> list[Problem]:
    allowed = "one of " + ", ".join(table.column_names())
    return [
        Problem(where=path.name, line=1, key=name, given="unknown column", allowed=allowed)
        for name in headings
        if table.column(name) is None
    ]


def _event(
    path: Path, line: int, row: Mapping[str, object], table: FactTable, problems: list[Problem]
) -> dict[str, Value]:
    event: dict[str, Value] = {}
    for column in table.columns:
        cell = row.get(column.name)
        if cell is None or cell == "":
            continue
        try:
            event[column.name] = to_value(cell, column=column, formats=("iso",), zone=None, form="seconds")
        except CellError as error:
            given = f"given {str(cell)[:80]!r}"
            problems.append(Problem(where=path.name, line=line, key=column.name, given=given, allowed=str(error)))
            event[column.name] = None
    known = {(problem.line, problem.key) for problem in problems[-len(table.columns) :]}
    found = row_problems(event, table=table, where=path.name, line=line)
    problems += [each for each in found if (each.line, each.key) not in known]
    return event
