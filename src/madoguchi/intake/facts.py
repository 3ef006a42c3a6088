"""A folder of facts opened for reading: a store, or plain Parquet and CSV files named after their tables."""

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from madoguchi.core.calendar.periods import Period, month_period
from madoguchi.core.calls.sources import SourceState
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.events import FACT_TABLES, Event, FactTable
from madoguchi.core.metrics.judge import Covered
from madoguchi.core.metrics.load_contract import load_period
from madoguchi.core.metrics.reader import Reader, parse_toml
from madoguchi.intake.check_columns import file_problems
from madoguchi.intake.columnar import arrow_schema, to_events
from madoguchi.intake.plain_csv import read_plain_csv
from madoguchi.intake.store import MANIFEST, FactStore

COVERAGE_FILE = "coverage.toml"
EPOCH = date(1970, 1, 1)
DAY_SECONDS = 86_400
JAPAN_SECONDS = 9 * 3600


@dataclass(frozen=True, kw_only=True, slots=True)
class FactSet:
    """Opened facts: `files` are a table's Parquet files, `tables` those that had to be read into memory."""

    folder: Path
    files: Mapping[str, tuple[Path, ...]]
    tables: Mapping[str, Any]
    declared: Mapping[str, Period]
    watched: Mapping[str, tuple[Period, ...]] = dataclasses.field(default_factory=dict)
    """The stretches in which somebody looked, by table, or by table and service: `outages:mail`."""
    sources: tuple[SourceState, ...] = ()
    days: Path | None = None
    """The file that keeps the sums of their days, where they are kept."""

    def names(self) -> tuple[str, ...]:
        return tuple(sorted({*self.files, *self.tables}))

    def rows(self, name: str) -> Any:  # noqa: ANN401  # pyarrow is not typed
        """Return a table's rows as an Arrow dataset or table."""
        if name in self.tables:
            return self.tables[name]
        return ds.dataset([str(path) for path in self.files[name]], schema=arrow_schema(FACT_TABLES[name]))

    def state_of(self, names: Sequence[str]) -> str:
        """Return what tells these tables' content from any other: each file's name, size and moment of change."""
        seen = []
        for name in names:
            read = (self.folder / f"{name}.csv",) if name in self.tables else self.files.get(name, ())
            for path in read:
                stat = path.stat()
                seen.append((name, path.name, stat.st_size, stat.st_mtime_ns))
        return hashlib.sha256(repr(sorted(seen)).encode()).hexdigest()

    def count(self, name: str) -> int:
        rows = self.rows(name)
        return int(rows.num_rows if isinstance(rows, pa.Table) else rows.count_rows())

    def events(self, name: str, *, contract: str, where: Any = None) -> Iterator[Event]:  # noqa: ANN401
        """Yield a contract's rows of a table as core events, those that an Arrow expression holds for.

        Nothing where there is no such table.
        """
        if name not in self.names():
            return
        rows = self.rows(name)
        wanted = ds.field("contract") == contract
        wanted = wanted if where is None else wanted & where
        selected = rows.filter(wanted) if isinstance(rows, pa.Table) else rows.scanner(filter=wanted).to_table()
        yield from to_events(selected, table=FACT_TABLES[name])

    def coverage(self, *, contract: str) -> dict[str, Period | None]:
        """Return per table the days its facts cover: as declared, else whole months from first to last."""
        return {name: self.declared.get(name) or self._derived(name, contract) for name in self.names()}

    def judged_coverage(self, *, contract: str) -> dict[str, Covered]:
        """Return what judgements go by: the days of each table, or the stretches watched where they are known."""
        return {**self.coverage(contract=contract), **self.watched}

    def _derived(self, name: str, contract: str) -> Period | None:
        moment = FACT_TABLES[name].moment
        found = self.rows(name)
        wanted = ds.field("contract") == contract
        column = (
            found.filter(wanted).column(moment)
            if isinstance(found, pa.Table)
            else found.scanner(columns=[moment], filter=wanted).to_table().column(moment)
        )
        bounds = pc.min_max(column).as_py()
        if bounds["min"] is None:
            return None
        first, final = (EPOCH + timedelta(days=(bounds[key] + JAPAN_SECONDS) // DAY_SECONDS) for key in ("min", "max"))
        months = [month_period(year=day.year, month=day.month) for day in (first, final)]
        return Period(start_date=months[0].start_date, end_date=months[1].end_date)


def open_facts(folder: Path, *, is_checked: bool = True) -> FactSet:
    """Open a store or a plain folder. Raises InvalidInputError with every problem of every file.

    The rows of plain Parquet files are checked unless `is_checked` is false: facts of a store were when they
    were imported.
    """
    if not folder.is_dir():
        raise InvalidInputError(
            [Problem(where=str(folder), key="", given="no such folder", allowed="a folder of facts")]
        )
    if (folder / MANIFEST).exists():
        return _open_store(FactStore(folder))
    facts = _open_plain(folder, is_checked=is_checked)
    if not facts.names():
        allowed = "files named " + ", ".join(f"{name}.parquet or {name}.csv" for name in list(FACT_TABLES)[:3])
        raise InvalidInputError([Problem(where=str(folder), key="", given="no fact tables", allowed=allowed)])
    return facts


def _open_store(store: FactStore) -> FactSet:
    files, declared = {}, {}
    for name in store.manifest()["tables"]:
        path, covers = store.table_path(name), store.coverage(name)
        if path is not None:
            _require_schema(path, FACT_TABLES[name])
            files[name] = (path,)
        if covers is not None:
            declared[name] = covers
    return FactSet(folder=store.folder, files=files, tables={}, declared=declared, sources=tuple(store.source_states()))


def _open_plain(folder: Path, *, is_checked: bool) -> FactSet:
    files: dict[str, tuple[Path, ...]] = {}
    tables: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, table in FACT_TABLES.items():
        found = tuple(sorted((folder / name).glob("*.parquet"))) or tuple(folder.glob(f"{name}.parquet"))
        try:
            if found:
                for path in found:
                    _require_schema(path, table)
                problems += file_problems(found, table=table) if is_checked else ()
                files[name] = found
            elif (folder / f"{name}.csv").exists():
                tables[name] = read_plain_csv(folder / f"{name}.csv", table=table)
        except InvalidInputError as error:
            problems += error.problems
    known = {*FACT_TABLES, "coverage"}
    for path in sorted(folder.iterdir()):
        if path.suffix in (".csv", ".parquet") and path.stem not in known:
            allowed = "one of " + ", ".join(sorted(FACT_TABLES))
            problems.append(Problem(where=path.name, key="", given="not a fact table", allowed=allowed))
    declared = _declared(folder, {*files, *tables}, problems)
    if problems:
        raise InvalidInputError(problems)
    return FactSet(folder=folder, files=files, tables=tables, declared=declared)


def _require_schema(path: Path, table: FactTable) -> None:
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        problem = Problem(where=path.name, key="", given=f"does not open: {error}", allowed="a Parquet file")
        raise InvalidInputError([problem]) from error
    problems = []
    for field in arrow_schema(table):
        index = schema.get_field_index(field.name)
        column = table.column(field.name)
        if index < 0 and column is not None and column.is_required:
            problems.append(Problem(where=path.name, key=field.name, given="no such column", allowed="it is needed"))
        if index >= 0 and schema.field(index).type not in (field.type, pa.null()):
            given = f"type {schema.field(index).type}"
            problems.append(Problem(where=path.name, key=field.name, given=given, allowed=str(field.type)))
    for name in schema.names:
        if table.column(name) is None:
            allowed = "one of " + ", ".join(table.column_names())
            problems.append(Problem(where=path.name, key=name, given="unknown column", allowed=allowed))
    if problems:
        raise InvalidInputError(problems)


def _declared(folder: Path, names: set[str], problems: list[Problem]) -> dict[str, Period]:
    """Read coverage.toml: a table per fact table, or `[all]`, with start_date and end_date (both inside)."""
    path = folder / COVERAGE_FILE
    if not path.exists():
        return {}
    try:
        table = parse_toml(COVERAGE_FILE, path.read_text("utf-8"), problems)
    except UnicodeDecodeError as error:
        problems.append(Problem(where=COVERAGE_FILE, key="", given=str(error), allowed="a TOML file in UTF-8"))
        return {}
    if table is None:
        return {}
    reader = Reader(file=COVERAGE_FILE, table=table, problems=problems)
    declared = {}
    every = reader.child("all")
    whole = load_period(every) if every else None
    for name in FACT_TABLES:
        child = reader.child(name)
        period = load_period(child) if child else whole
        if period is not None and name in names:
            declared[name] = period
    reader.finish()
    return declared
