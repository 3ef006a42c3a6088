"""The row checks of a fact table done on whole Parquet files, for facts that somebody else wrote."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from madoguchi.core.errors import Problem
from madoguchi.core.events import ColumnKind, FactTable
from madoguchi.intake.check import END_MOMENT, FIRST_MOMENT, NOT_NEGATIVE, ORDERS, is_never_negative

SHOWN = 5


def file_problems(paths: Sequence[Path], *, table: FactTable) -> list[Problem]:
    """Return what is wrong with the rows of a table's files, the first few of each kind with their source."""
    connection = duckdb.connect()
    listed = "[" + ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths) + "]"
    rows = f"read_parquet({listed}, union_by_name = true, filename = true)"
    present = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()}  # noqa: S608
    rules = list(_rules(table, present))
    counted = ", ".join(f"count(*) FILTER (WHERE {test})" for _, test, _ in rules)
    counts = connection.execute(f"SELECT {counted} FROM {rows}").fetchall()[0]  # noqa: S608
    problems = []
    for (column, test, allowed), count in zip(rules, counts, strict=True):
        if count:
            shown = f'"{column}"' if column in present else "NULL"
            query = f"SELECT filename, source, {shown} FROM {rows} WHERE {test} ORDER BY ALL LIMIT {SHOWN}"  # noqa: S608
            for file, source, value in connection.execute(query).fetchall():
                given = f"given {value!r} in {source} ({count:,} rows)"
                problems.append(Problem(where=Path(file).name, key=column, given=given, allowed=allowed))
    return problems + list(_repeats(connection, rows, present))


def _rules(table: FactTable, present: set[str]) -> Iterator[tuple[str, str, str]]:
    """Yield (column, SQL that is true of a wrong row, what is allowed); the file's own name is not among them."""
    for column in table.columns:
        if column.name not in present:
            continue
        name = f'"{column.name}"'
        if column.is_required:
            yield column.name, f"{name} IS NULL", "a value: it is needed"
        if column.words is not None:
            words = ", ".join(f"'{word}'" for word in column.words)
            yield column.name, f"{name} NOT IN ({words})", "one of " + ", ".join(column.words)
        if is_never_negative(column):
            yield column.name, f"{name} < 0", NOT_NEGATIVE
        if column.kind is ColumnKind.MOMENT:
            first, end = int(FIRST_MOMENT.timestamp()), int(END_MOMENT.timestamp())
            allowed = f"epoch seconds from {FIRST_MOMENT.year} to {END_MOMENT.year}"
            yield column.name, f"NOT {name} BETWEEN {first} AND {end}", allowed
    for start, end_column in ORDERS.get(table.name, ()):
        if {start, end_column} <= present:
            yield end_column, f'"{end_column}" < "{start}"', f"a moment not before {start}"


def _repeats(connection: duckdb.DuckDBPyConnection, rows: str, present: set[str]) -> Iterator[Problem]:
    if not {"contract", "source"} <= present:
        return
    query = (
        f"SELECT max(filename), contract, source, count(*) FROM {rows} "  # noqa: S608
        f"GROUP BY contract, source HAVING count(*) > 1 ORDER BY ALL LIMIT {SHOWN}"
    )
    for file, contract, source, count in connection.execute(query).fetchall():
        given = f"{contract}/{source} {count} times"
        yield Problem(where=Path(file).name, key="source", given=given, allowed="each source once a contract")
