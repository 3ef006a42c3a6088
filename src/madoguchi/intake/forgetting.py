"""Names and numbers taken out of kept facts and out of what they were read from; every row and every moment stays."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from madoguchi.core.events import FACT_TABLES, ColumnKind
from madoguchi.intake.asterisk.raw_store import FACTS, rewritten
from madoguchi.intake.store import FactStore

Replace = Callable[[str], str]
# by these a fact is known, and figures name it: no place for people
KEYS = frozenset(("contract", "source", "source_file"))
# the texts of a telephone system's store, by table
STORED = {
    "raw": ("text", "queue", "agent", "first", "second", "third"),
    "call": ("findings", "legs", *(name for name, kind in FACTS.items() if kind == "VARCHAR" and name != "outcome")),
    "sighting": ("name", "detail"),
}


def forget_in_facts(folder: Path, *, replace: Replace) -> int:
    """Rewrite the texts of a folder of facts, and of the lines kept beside them. Returns how many texts changed."""
    store, changed = FactStore(folder), 0
    for name in store.manifest()["tables"]:
        path = store.table_path(name)
        if path is not None and path.exists():
            changed += _in_table(path, name, replace)
    for path in sorted((folder / "raw").glob("*.jsonl")):
        changed += _in_lines(path, replace)
    for path in sorted((folder / "raw").glob("*.duckdb")):
        changed += _in_store(path, replace)
    return changed


def callers_until(folder: Path, *, epoch_seconds: int) -> set[str]:
    """Return the numbers, as the facts have them, whose every call came before a moment."""
    path = FactStore(folder).table_path("calls")
    if path is None or not path.exists():
        return set()
    rows = pq.read_table(path, columns=["caller", "offered_at"])
    latest: dict[str, int] = {}
    for caller, at in zip(rows["caller"].to_pylist(), rows["offered_at"].to_pylist(), strict=True):
        if caller:
            latest[caller] = max(latest.get(caller, 0), at)
    return {caller for caller, at in latest.items() if at < epoch_seconds}


def _in_table(path: Path, name: str, replace: Replace) -> int:
    rows, changed = pq.read_table(path), 0
    texts = {each.name for each in FACT_TABLES[name].columns if each.kind is ColumnKind.TEXT and not each.words}
    for place, column in enumerate(rows.schema.names):
        if column not in texts - KEYS:
            continue
        old = rows[column].to_pylist()
        new = [each if each is None else replace(each) for each in old]
        if new != old:
            changed += sum(one != other for one, other in zip(old, new, strict=True))
            rows = rows.set_column(place, rows.schema.field(place), pa.array(new, type=pa.string()))
    if changed:
        aside = path.with_name(f".{path.name}.new")
        pq.write_table(rows, aside, compression="zstd")
        aside.replace(path)
    return changed


def _in_lines(path: Path, replace: Replace) -> int:
    changed, lines = 0, []
    for line in path.read_text(encoding="utf-8").splitlines():
        old = json.loads(line)
        new = _walked(old, replace)
        changed += new != old
        lines.append(line if new == old else json.dumps(new, ensure_ascii=line.isascii()))
    if changed:
        aside = path.with_suffix(".new")
        aside.write_text("".join(f"{each}\n" for each in lines), encoding="utf-8")
        aside.replace(path)
    return changed


def _walked(value: Any, replace: Replace) -> Any:  # noqa: ANN401  # JSON
    if isinstance(value, str):
        return replace(value)
    if isinstance(value, list):
        return [_walked(each, replace) for each in value]
    if isinstance(value, dict):
        return {key: _walked(each, replace) for key, each in value.items()}
    return value


def _in_store(path: Path, replace: Replace) -> int:
    """Rewrite a telephone system's lines; each keeps the hash it came with, so that the same line is not taken anew."""
    changed = 0
    with rewritten(path) as db:
        for table, columns in STORED.items():
            for column in columns:
                changed += _in_column(db, table, column, replace)
    return changed


def _in_column(db: duckdb.DuckDBPyConnection, table: str, column: str, replace: Replace) -> int:
    found = db.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL")  # noqa: S608  # our tables
    pairs = [(old, new) for (old,) in found.fetchall() if (new := replace(old)) != old]
    if pairs:
        db.register("replaced", pa.table([pa.array(texts) for texts in zip(*pairs, strict=True)], names=["old", "new"]))
        db.execute(f"UPDATE {table} SET {column} = new FROM replaced WHERE {column} = old")  # noqa: S608  # our tables
        db.unregister("replaced")
    return len(pairs)
