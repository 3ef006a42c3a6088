"""Every line ever imported, kept once, and the calls rebuilt from them so far: one SQLite file for each PBX.

Lines are only ever added. What is derived from them can be thrown away and made again.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from madoguchi.core.vocabulary import CallFinding
from madoguchi.intake.asterisk.call import RebuiltCall
from madoguchi.intake.asterisk.evidence import Link
from madoguchi.intake.asterisk.records import RawEvent
from madoguchi.intake.asterisk.sightings import Sight, Sighting
from madoguchi.intake.asterisk.source import LogKind

SCHEMA = """
CREATE TABLE IF NOT EXISTS raw (
    digest BLOB PRIMARY KEY, kind TEXT NOT NULL, at INTEGER NOT NULL, call_id TEXT NOT NULL,
    is_about_call INTEGER NOT NULL, text TEXT NOT NULL, file INTEGER NOT NULL, line INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS raw_by_call ON raw (call_id);
CREATE INDEX IF NOT EXISTS raw_by_moment ON raw (kind, is_about_call, at);
CREATE TABLE IF NOT EXISTS file (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL, kind TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS link (one TEXT, other TEXT, PRIMARY KEY (one, other)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sighting (sight TEXT, name TEXT, detail TEXT, PRIMARY KEY (sight, name, detail));
CREATE TABLE IF NOT EXISTS restart (at INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS call (
    key TEXT PRIMARY KEY, facts TEXT NOT NULL, file TEXT NOT NULL, findings TEXT NOT NULL,
    is_provisional INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TEMP TABLE incoming AS SELECT * FROM raw WHERE false;
CREATE TEMP TABLE wanted (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
LOCK_SECONDS = 60.0
PBX_KINDS = (LogKind.QUEUE_LOG, LogKind.CDR, LogKind.CEL)


class IndexedLine(NamedTuple):
    """A line with what it is found by: its second, and the channel it is about ("" for none)."""

    raw: RawEvent
    at: int
    call_id: str
    is_about_call: bool

    def row(self, file: int) -> tuple[bytes, str, int, str, bool, str, int, int]:
        kind, text = self.raw.kind, self.raw.text
        digest = blake2b(text.encode(), digest_size=16, person=kind.encode()).digest()
        return digest, kind, self.at, self.call_id, self.is_about_call, text, file, self.raw.line


class RawStore:
    """The open file of one PBX; everything done with it happens in one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator["RawStore"]:
        """Open the file, and keep what was done only where nothing was raised."""
        path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not path.exists()
        connection = sqlite3.connect(path, timeout=LOCK_SECONDS, isolation_level=None)
        is_kept = False
        try:
            connection.executescript("PRAGMA synchronous = NORMAL;" + SCHEMA)
            connection.execute("BEGIN IMMEDIATE")
            yield cls(connection)
            connection.execute("COMMIT")
            is_kept = True
        finally:
            connection.close()
            if is_new and not is_kept:
                path.unlink()

    # lines

    def has_file(self, *, digest: str, kind: LogKind) -> bool:
        found = self._db.execute("SELECT 1 FROM file WHERE digest = ? AND kind = ?", (digest, kind))
        return found.fetchone() is not None

    def add_lines(self, *, name: str, digest: str, kind: LogKind, lines: Iterable[IndexedLine]) -> int:
        """Put a file's lines aside, those that are there already left out; return how many are new."""
        added = self._db.execute("INSERT INTO file (name, digest, kind) VALUES (?, ?, ?)", (name, digest, kind))
        file = added.lastrowid or 0
        self._db.executemany("INSERT INTO incoming VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (line.row(file) for line in lines))
        self._db.execute("DELETE FROM incoming WHERE file = ? AND digest IN (SELECT digest FROM raw)", (file,))
        before = self._db.total_changes
        self._db.execute(
            "INSERT OR IGNORE INTO raw SELECT * FROM incoming WHERE file = ? ORDER BY digest, line", (file,)
        )
        return self._db.total_changes - before

    def new_call_ids(self) -> set[str]:
        """Return the channels the new lines are about."""
        return {row[0] for row in self._db.execute("SELECT DISTINCT call_id FROM incoming WHERE is_about_call")}

    def new_agent_span(self) -> tuple[int, int] | None:
        """Return the first and last moment of new queue_log lines that are about no call."""
        first, final = self._db.execute(
            "SELECT min(at), max(at) FROM incoming WHERE kind = ? AND NOT is_about_call", (LogKind.QUEUE_LOG,)
        ).fetchone()
        return None if first is None else (first, final)

    def lines_of(self, ids: Iterable[str]) -> Iterator[RawEvent]:
        """Yield the lines about some channels."""
        self._want(ids)
        yield from self._raws("JOIN wanted ON raw.call_id = wanted.id WHERE is_about_call")

    def agent_lines(self, *, first: int, final: int) -> Iterator[RawEvent]:
        """Yield the queue_log lines about no call from a stretch of time."""
        where = "WHERE raw.kind = ? AND is_about_call = 0 AND at BETWEEN ? AND ?"
        yield from self._raws(where, (LogKind.QUEUE_LOG, first, final))

    def attempt_lines(self) -> Iterator[RawEvent]:
        yield from self._raws("WHERE raw.kind = ?", (LogKind.CARRIER,))

    def all_lines(self) -> list[RawEvent]:
        return list(self._raws(""))

    def _raws(self, where: str, values: Sequence[object] = ()) -> Iterator[RawEvent]:
        selected = "SELECT raw.kind, text, file.name, line FROM raw JOIN file ON file.id = raw.file "
        for kind, text, name, line in self._db.execute(selected + where, values):
            yield RawEvent(kind=LogKind(kind), text=text, file=name, line=line)

    def _want(self, ids: Iterable[str]) -> None:
        self._db.execute("DELETE FROM wanted")
        self._db.executemany("INSERT OR IGNORE INTO wanted VALUES (?)", ((each,) for each in ids))

    # what the lines say together

    def add_links(self, links: Iterable[Link]) -> None:
        both = ((a, b) for one, other in links for a, b in ((one, other), (other, one)))
        self._db.executemany("INSERT OR IGNORE INTO link VALUES (?, ?)", both)

    def add_sightings(self, sightings: Iterable[Sighting]) -> None:
        self._db.executemany("INSERT OR IGNORE INTO sighting VALUES (?, ?, ?)", sightings)

    def add_restarts(self, moments: Iterable[int]) -> None:
        self._db.executemany("INSERT OR IGNORE INTO restart VALUES (?)", ((each,) for each in moments))

    def sightings(self) -> frozenset[Sighting]:
        rows = self._db.execute("SELECT sight, name, detail FROM sighting")
        return frozenset(Sighting(Sight(sight), name, detail) for sight, name, detail in rows)

    def restarts(self) -> list[int]:
        return [row[0] for row in self._db.execute("SELECT at FROM restart")]

    def kinds(self) -> frozenset[LogKind]:
        return frozenset(kind for kind in LogKind if self.span((kind,)) is not None)

    def span(self, kinds: Sequence[LogKind] = PBX_KINDS) -> tuple[int, int] | None:
        """Return the first and last moment of some kinds of log."""
        moments: list[int] = []
        for kind in kinds:
            for flag in (0, 1):
                for which in ("min", "max"):
                    # one bound at a time is read from the index
                    found = self._db.execute(
                        f"SELECT {which}(at) FROM raw WHERE kind = ? AND is_about_call = ?",  # noqa: S608  # two words
                        (kind, flag),
                    ).fetchone()[0]
                    moments += [found] if found is not None else []
        return (min(moments), max(moments)) if moments else None

    # which calls to make again

    def all_call_ids(self) -> set[str]:
        return {row[0] for row in self._db.execute("SELECT DISTINCT call_id FROM raw WHERE is_about_call")}

    def call_ids_between(self, *, first: int, final: int) -> set[str]:
        """Return the channels with a queue_log line in a stretch of time."""
        rows = self._db.execute(
            "SELECT DISTINCT call_id FROM raw WHERE kind = ? AND is_about_call = 1 AND at BETWEEN ? AND ?",
            (LogKind.QUEUE_LOG, first, final),
        )
        return {row[0] for row in rows}

    def linked_ids(self, ids: Iterable[str]) -> tuple[set[str], set[Link]]:
        """Return the channels linked with some, at any distance, and the links between them."""
        self._want(ids)
        reached = self._db.execute(
            "WITH RECURSIVE reached (id) AS (SELECT id FROM wanted UNION "
            "SELECT other FROM reached JOIN link ON link.one = reached.id) SELECT id FROM reached"
        )
        found = {row[0] for row in reached}
        self._want(found)
        links = self._db.execute("SELECT one, other FROM link JOIN wanted ON link.one = wanted.id WHERE one < other")
        return found, {(one, other) for one, other in links}

    # calls

    def provisional_keys(self) -> set[str]:
        return {row[0] for row in self._db.execute("SELECT key FROM call WHERE is_provisional")}

    def forget_calls(self, ids: Iterable[str] | None = None) -> None:
        """Drop the calls of some channels, or all, before they are made again."""
        if ids is None:
            self._db.execute("DELETE FROM call")
            return
        self._want(ids)
        self._db.execute("DELETE FROM call WHERE key IN (SELECT id FROM wanted)")

    def put_calls(self, calls: Iterable[RebuiltCall]) -> None:
        self._db.executemany(
            "INSERT OR REPLACE INTO call VALUES (?, ?, ?, ?, ?)",
            (
                (call.key, json.dumps(call.facts), call.file, json.dumps(call.findings), call.is_provisional)
                for call in calls
            ),
        )

    def calls(self) -> list[RebuiltCall]:
        return [
            RebuiltCall(
                key=key,
                facts=json.loads(facts),
                file=file,
                findings=tuple((CallFinding(finding), detail) for finding, detail in json.loads(findings)),
                is_provisional=bool(is_provisional),
            )
            for key, facts, file, findings, is_provisional in self._db.execute("SELECT * FROM call")
        ]

    # notes

    def note(self, name: str) -> str | None:
        row = self._db.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def put_note(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))

    def reindex(self, lines: Iterable[IndexedLine]) -> None:
        """Note anew what every line is found by, and forget what was worked out from them all."""
        for table in ("link", "sighting", "restart", "call"):
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608  # names of our own tables
        rows = (line.row(0) for line in lines)
        self._db.executemany(
            "UPDATE raw SET at = ?, call_id = ?, is_about_call = ? WHERE digest = ?",
            ((at, call_id, is_about_call, digest) for digest, _, at, call_id, is_about_call, _, _, _ in rows),
        )
