"""Where facts are kept: Parquet files and one manifest that says which of them count.

A change writes new files aside and then replaces the manifest: either everything of it is there or nothing.
"""

import json
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from madoguchi.core.calendar.periods import Period
from madoguchi.core.calls.sources import SourceState
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.events import FACT_TABLES, FactTable
from madoguchi.intake.columnar import arrow_schema
from madoguchi.intake.source_states import kept_state, read_state

MANIFEST = "manifest.json"
CONFLICTS_SHOWN = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What putting facts into a table did, in rows."""

    table: str
    new: int
    same: int
    changed: int
    removed: int = 0


class Renewed(NamedTuple):
    """The rows that are given anew as a whole: those with one of the values in the column."""

    column: str
    values: Collection[str]


NOTHING_RENEWED: Mapping[str, Renewed] = {}


class GivenAnew(NamedTuple):
    """The condition, in SQL, that picks such rows, and an Arrow table `anew` of the values it asks for."""

    condition: str
    values: Any  # pyarrow is not typed


class FactStore:
    """A folder of facts that may be added to; one row per contract and source."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def manifest(self) -> dict[str, Any]:
        path = self.folder / MANIFEST
        if not path.exists():
            return {"format": 1, "tables": {}, "imports": []}
        try:
            found = dict(json.loads(path.read_text(encoding="utf-8")))
            _check(found)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            allowed = "the file as an import wrote it: import into a new folder, or put a copy back"
            problem = Problem(where=str(path), key="", given=f"not a manifest: {error}", allowed=allowed)
            raise InvalidInputError([problem]) from error
        return found

    def table_path(self, name: str) -> Path | None:
        """Return the file that holds a table now, or None where nothing was ever put into it."""
        entry = self.manifest()["tables"].get(name)
        return None if entry is None else self.folder / entry["file"]

    def put(
        self,
        tables: Mapping[str, Any],
        *,
        now: datetime,
        files: Mapping[str, str],
        covers: Period | None = None,
        replaces: bool = False,
        derived_from: str | None = None,
        states: Sequence[SourceState] = (),
        renewed: Mapping[str, Renewed] = NOTHING_RENEWED,
    ) -> list[Change]:
        """Add Arrow tables by name, all of them or none.

        The same source with the same content is one fact. With other content it is refused unless `replaces`.
        Rows whose source begins with `derived_from` were derived together: those not given again are removed.
        So are those of a table in `renewed`, which names a column and the values whose rows are given anew; that is no
        import, and none is noted. A table in which all of them are as they were keeps its file.
        `files` names what was read, with its hash; `covers` are the days the facts are complete for.
        `states` is what is known of the sources the facts came from, in place of what was known before.
        """
        manifest = self.manifest()
        serial = manifest.get("serial", len(manifest["imports"])) + 1
        manifest["serial"] = serial
        changes = []
        for name, rows in tables.items():
            current = self.table_path(name)
            merged, change = _merge(
                FACT_TABLES[name], current=current, rows=rows, replaces=replaces,
                given_anew=_given_anew(derived_from, renewed.get(name)),
            )  # fmt: skip
            entry = dict(manifest["tables"].get(name, {}))
            is_otherwise = bool(change.new or change.changed or change.removed)
            if current is None or name not in renewed or is_otherwise:
                target = Path(name) / f"{serial:06d}.parquet"
                (self.folder / name).mkdir(parents=True, exist_ok=True)
                pq.write_table(merged, self.folder / target, compression="zstd")
                entry |= {"file": target.as_posix(), "rows": merged.num_rows}
            entry["covers"] = _joined(entry.get("covers"), covers)
            manifest["tables"][name] = entry
            changes.append(change)
        known = manifest.get("sources", {})
        manifest["sources"] = known | {each.system: kept_state(each) for each in states}
        if not renewed:
            manifest["imports"].append({"at": now.isoformat(), "files": dict(files), "tables": sorted(tables)})
        self._replace(manifest)
        return changes

    def _replace(self, manifest: dict[str, Any]) -> None:
        """Make the new files count in one step, then drop those that no longer do."""
        old = {entry["file"] for entry in self.manifest()["tables"].values()}
        aside = self.folder / f".{MANIFEST}.new"
        with aside.open("w", encoding="utf-8") as file:
            json.dump(manifest, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.folder / MANIFEST)
        for name in old - {entry["file"] for entry in manifest["tables"].values()}:
            (self.folder / name).unlink(missing_ok=True)

    def source_states(self) -> list[SourceState]:
        """Return what is known of the sources, by their names."""
        return [read_state(kept) for _, kept in sorted(self.manifest().get("sources", {}).items())]

    def coverage(self, name: str) -> Period | None:
        """Return the days a table was declared complete for, or None where nobody said."""
        entry = self.manifest()["tables"].get(name, {})
        return period_from(entry.get("covers"))


def _check(manifest: Mapping[str, Any]) -> None:
    """Raise what reading a manifest raises that no import wrote."""
    len(manifest["imports"])
    for name, entry in manifest["tables"].items():
        Path(FACT_TABLES[name].name, entry["file"])
        period_from(entry.get("covers"))


def period_from(pair: list[str] | None) -> Period | None:
    if not pair:
        return None
    return Period(start_date=date.fromisoformat(pair[0]), end_date=date.fromisoformat(pair[1]))


def _joined(known: list[str] | None, covers: Period | None) -> list[str] | None:
    """Return the stretch from the first to the last day declared."""
    if covers is None:
        return known
    given = [covers.start_date.isoformat(), covers.end_date.isoformat()]
    return [min(known[0], given[0]), max(known[1], given[1])] if known else given


def _given_anew(derived_from: str | None, renewed: Renewed | None) -> GivenAnew:
    values = pa.table({"value": pa.array(list(renewed.values if renewed else ()), type=pa.string())})
    if renewed is not None:
        return GivenAnew(f'"{renewed.column}" IN (SELECT value FROM anew)', values)  # noqa: S608  # a column of ours
    quoted = derived_from.replace("'", "''") if derived_from else ""
    return GivenAnew(f"starts_with(source, '{quoted}')" if derived_from else "false", values)


def _merge(
    table: FactTable,
    *,
    current: Path | None,
    rows: Any,  # noqa: ANN401  # pyarrow is not typed
    replaces: bool,
    given_anew: GivenAnew,
) -> tuple[Any, Change]:
    schema = arrow_schema(table)
    connection = duckdb.connect()
    connection.register("incoming", rows.cast(schema))
    kept = pq.read_table(current, schema=schema) if current else schema.empty_table()
    connection.register("kept", kept)
    names = [name for name in schema.names if name != "source_file"]
    differs = " OR ".join(f'kept."{name}" IS DISTINCT FROM incoming."{name}"' for name in names)
    both = "FROM kept JOIN incoming USING (contract, source)"
    _refuse_repeats(connection, table)
    same = _count(connection, f"SELECT count(*) {both}")
    changed = _count(connection, f"SELECT count(*) {both} WHERE {differs}")
    if changed and not replaces:
        _refuse_conflicts(connection, table, f"SELECT incoming.source, incoming.source_file {both} WHERE {differs}")
    connection.register("anew", given_anew.values)
    gone = given_anew.condition
    apart = "(contract, source) NOT IN (SELECT (contract, source) FROM incoming)"
    removed = _count(connection, f"SELECT count(*) FROM kept WHERE {apart} AND {gone}")  # noqa: S608
    columns = ", ".join(f'"{name}"' for name in schema.names)
    merged: Any = connection.sql(
        f"SELECT {columns} FROM kept WHERE {apart} AND NOT {gone} "  # noqa: S608
        f"UNION ALL SELECT {columns} FROM incoming "
        f'ORDER BY "{table.moment}", contract, source'
    ).to_arrow_table()
    change = Change(table=table.name, new=rows.num_rows - same, same=same - changed, changed=changed, removed=removed)
    return merged.cast(schema), change


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    # an unread result would block the connection, so all of it is fetched
    return int(connection.execute(query).fetchall()[0][0])


def _refuse_repeats(connection: duckdb.DuckDBPyConnection, table: FactTable) -> None:
    query = "SELECT source, max(source_file) FROM incoming GROUP BY contract, source HAVING count(*) > 1 ORDER BY 1"
    found = connection.execute(query).fetchall()[:CONFLICTS_SHOWN]
    if found:
        raise InvalidInputError(
            [
                Problem(
                    where=str(file),
                    key=str(source),
                    given=f"twice in {table.name}",
                    allowed="each source once",
                )
                for source, file in found
            ]
        )


def _refuse_conflicts(connection: duckdb.DuckDBPyConnection, table: FactTable, query: str) -> None:
    found = connection.execute(query + " ORDER BY 1").fetchall()[:CONFLICTS_SHOWN]
    raise InvalidInputError(
        [
            Problem(
                where=str(file),
                key=str(source),
                given=f"other content than {table.name} already holds for it",
                allowed="the same content, or a mapping with replaces = true",
            )
            for source, file in found
        ]
    )


def empty_table(name: str) -> Any:  # noqa: ANN401  # pyarrow is not typed
    """Return a table without rows: the statement that nothing of the kind happened."""
    return pa.Table.from_batches([], schema=arrow_schema(FACT_TABLES[name]))
