"""Every line ever imported, kept once, and the calls rebuilt from them so far: one SQLite file for each PBX.

Lines are only ever added. What is derived from them can be thrown away and made again.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from madoguchi.core.vocabulary import CallFinding
from madoguchi.intake.asterisk.call import AgentLeg, RebuiltCall
from madoguchi.intake.asterisk.evidence import Link
from madoguchi.intake.asterisk.records import RawEvent
from madoguchi.intake.asterisk.sightings import Sight, Sighting
from madoguchi.intake.asterisk.source import LogKind

KINDS = (LogKind.QUEUE_LOG, LogKind.CDR, LogKind.CEL, LogKind.CARRIER)
CODES = {kind: code for code, kind in enumerate(KINDS)}
# setting one up costs more than hashing a line
SALTED = {kind: blake2b(digest_size=16, salt=kind.encode()) for kind in KINDS}
# two partial indexes: the codes stand in the text, as SQLite matches them by it
ABOUT_AGENTS = "is_about_call = 0 AND kind = 0"
ABOUT_ATTEMPTS = "kind = 3"
SCHEMA = f"""
PRAGMA synchronous = NORMAL;
PRAGMA cache_size = -131072;
PRAGMA temp_store = MEMORY;
CREATE TABLE IF NOT EXISTS raw (
    id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, kind INTEGER NOT NULL, at INTEGER NOT NULL,
    call_id TEXT NOT NULL, is_about_call INTEGER NOT NULL, text TEXT NOT NULL, file INTEGER NOT NULL,
    line INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS raw_by_call ON raw (call_id) WHERE is_about_call = 1;
CREATE INDEX IF NOT EXISTS raw_about_agents ON raw (at) WHERE {ABOUT_AGENTS};
CREATE INDEX IF NOT EXISTS raw_about_attempts ON raw (at) WHERE {ABOUT_ATTEMPTS};
CREATE TABLE IF NOT EXISTS file (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL, kind TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS link (one TEXT, other TEXT, PRIMARY KEY (one, other)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sighting (sight TEXT, name TEXT, detail TEXT, PRIMARY KEY (sight, name, detail));
CREATE TABLE IF NOT EXISTS restart (at INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS span (kind INTEGER PRIMARY KEY, first INTEGER NOT NULL, final INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS call (
    key TEXT PRIMARY KEY, latest_at INTEGER NOT NULL, is_provisional INTEGER NOT NULL, content TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS call_by_moment ON call (latest_at);
CREATE INDEX IF NOT EXISTS call_provisional ON call (key) WHERE is_provisional = 1;
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TEMP TABLE wanted (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
DERIVED = ("link", "sighting", "restart", "span", "call")
INSERT_LINE = """
INSERT OR IGNORE INTO raw (digest, kind, at, call_id, is_about_call, text, file, line)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
WIDEN_SPAN = """
INSERT INTO span VALUES (?, ?, ?)
ON CONFLICT (kind) DO UPDATE SET first = min(first, excluded.first), final = max(final, excluded.final)
"""
REACHED = """
WITH RECURSIVE reached (id) AS (
    SELECT id FROM wanted UNION SELECT other FROM reached JOIN link ON link.one = reached.id
) SELECT id FROM reached
"""
STATE_MARKS = ("ADDMEMBER", "REMOVEMEMBER", "PAUSE", "UNPAUSE", "RINGNOANSWER", "AGENTLOG", "AGENTCALLBACKLOG")
LOCK_SECONDS = 60.0
Span = tuple[int, int]


class IndexedLine(NamedTuple):
    """A line with what it is found by: its second, and the channel it is about ("" for none)."""

    raw: RawEvent
    at: int
    call_id: str
    is_about_call: bool

    def digest(self) -> bytes:
        """Return what makes two lines the same: the kind of log and the text."""
        hashed = SALTED[self.raw.kind].copy()
        hashed.update(self.raw.text.encode())
        return hashed.digest()


@dataclass(kw_only=True, slots=True)
class Gathered:
    """What lines say together about the PBX."""

    links: set[Link] = field(default_factory=set)
    sightings: set[Sighting] = field(default_factory=set)
    restarts: set[int] = field(default_factory=set)
    spans: dict[LogKind, Span] = field(default_factory=dict)


class RawStore:
    """The open file of one PBX; everything done with it happens in one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._first_new = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM raw").fetchone()[0]

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator["RawStore"]:
        """Open the file, and keep what was done only where nothing was raised."""
        path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not path.exists()
        connection = sqlite3.connect(path, timeout=LOCK_SECONDS, isolation_level=None)
        is_kept = False
        try:
            connection.executescript(SCHEMA)
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
        """Add a file's lines, those that are there already left out; return how many are new."""
        added = self._db.execute("INSERT INTO file (name, digest, kind) VALUES (?, ?, ?)", (name, digest, kind))
        file, code = added.lastrowid, CODES[kind]
        before = self._db.total_changes
        self._db.executemany(
            INSERT_LINE,
            (
                (
                    each.digest(),
                    code,
                    each.at,
                    each.call_id,
                    each.is_about_call,
                    each.raw.text,
                    file,
                    each.raw.line,
                )
                for each in lines
            ),
        )
        return self._db.total_changes - before

    def lines_of(self, ids: Iterable[str]) -> Iterator[RawEvent]:
        """Yield the lines about some channels."""
        self._want(ids)
        yield from self._raws("wanted CROSS JOIN raw ON raw.call_id = wanted.id WHERE is_about_call = 1")

    def agent_lines(self, *, first: int, final: int) -> Iterator[RawEvent]:
        """Yield the queue_log lines about no call from a stretch of time."""
        yield from self._raws(f"raw WHERE {ABOUT_AGENTS} AND at BETWEEN ? AND ?", (first, final))

    def state_lines(self) -> Iterator[RawEvent]:
        """Yield the queue_log lines about what agents did, also those that a call's channel brought about."""
        marks = " OR ".join(f"instr(text, '|{each}') > 0" for each in STATE_MARKS)
        yield from self._raws(f"raw WHERE kind = 0 AND ({marks})")

    def attempt_lines(self) -> Iterator[RawEvent]:
        yield from self._raws(f"raw WHERE {ABOUT_ATTEMPTS}")

    def all_lines(self) -> list[RawEvent]:
        return list(self._raws("raw"))

    def _raws(self, tables: str, values: Sequence[object] = ()) -> Iterator[RawEvent]:
        files = dict(self._db.execute("SELECT id, name FROM file"))
        selected = f"SELECT kind, text, file, line FROM {tables}"  # noqa: S608  # written above
        for kind, text, file, line in self._db.execute(selected, values):
            yield RawEvent(KINDS[kind], text, files[file], line)

    def _want(self, ids: Iterable[str]) -> None:
        self._db.execute("DELETE FROM wanted")
        self._db.executemany("INSERT OR IGNORE INTO wanted VALUES (?)", ((each,) for each in ids))

    def reindex(self, lines: Sequence[IndexedLine]) -> None:
        """Note anew what every line is found by, and forget what was worked out from them all."""
        for table in DERIVED:
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608  # names of our own tables
        self._db.executemany(
            "UPDATE raw SET at = ?, call_id = ?, is_about_call = ? WHERE digest = ?",
            ((each.at, each.call_id, each.is_about_call, each.digest()) for each in lines),
        )

    # what the lines say together

    def add_gathered(self, gathered: Gathered) -> None:
        both = ((a, b) for one, other in gathered.links for a, b in ((one, other), (other, one)))
        self._db.executemany("INSERT OR IGNORE INTO link VALUES (?, ?)", sorted(both))
        self._db.executemany("INSERT OR IGNORE INTO sighting VALUES (?, ?, ?)", gathered.sightings)
        restarts = ((each,) for each in gathered.restarts)
        self._db.executemany("INSERT OR IGNORE INTO restart VALUES (?)", restarts)
        spans = ((CODES[kind], *span) for kind, span in gathered.spans.items())
        self._db.executemany(WIDEN_SPAN, spans)

    def sightings(self) -> frozenset[Sighting]:
        rows = self._db.execute("SELECT sight, name, detail FROM sighting")
        return frozenset(Sighting(Sight(sight), name, detail) for sight, name, detail in rows)

    def restarts(self) -> list[int]:
        return [row[0] for row in self._db.execute("SELECT at FROM restart")]

    def spans(self) -> Mapping[LogKind, Span]:
        """Return the first and last moment of each kind of log that is there."""
        rows = self._db.execute("SELECT kind, first, final FROM span")
        return {KINDS[kind]: (first, final) for kind, first, final in rows}

    # which calls to make again

    def new_call_ids(self) -> set[str]:
        """Return the channels the new lines are about."""
        selected = "SELECT DISTINCT call_id FROM raw WHERE id >= ? AND +is_about_call = 1"
        return {row[0] for row in self._db.execute(selected, (self._first_new,))}

    def new_agent_span(self) -> Span | None:
        """Return the first and last moment of new queue_log lines that are about no call."""
        selected = "SELECT min(at), max(at) FROM raw WHERE id >= ? AND +kind = ? AND +is_about_call = 0"
        first, final = self._db.execute(selected, (self._first_new, CODES[LogKind.QUEUE_LOG])).fetchone()
        return None if first is None else (first, final)

    def keys_since(self, moment: int) -> set[str]:
        """Return the calls with a line at or after a moment."""
        rows = self._db.execute("SELECT key FROM call WHERE latest_at >= ?", (moment,))
        return {row[0] for row in rows}

    def provisional_keys(self) -> set[str]:
        return {row[0] for row in self._db.execute("SELECT key FROM call WHERE is_provisional = 1")}

    def all_ids(self) -> tuple[set[str], set[Link]]:
        """Return every channel and every link."""
        ids = {row[0] for row in self._db.execute("SELECT DISTINCT call_id FROM raw WHERE is_about_call = 1")}
        links = self._db.execute("SELECT one, other FROM link WHERE one < other")
        return ids, {(one, other) for one, other in links}

    def linked_ids(self, ids: Iterable[str]) -> tuple[set[str], set[Link]]:
        """Return the channels linked with some, at any distance, and the links between them."""
        self._want(ids)
        found = {row[0] for row in self._db.execute(REACHED)}
        self._want(found)
        links = self._db.execute("SELECT one, other FROM link JOIN wanted ON link.one = wanted.id WHERE one < other")
        return found, {(one, other) for one, other in links}

    # calls

    def forget_calls(self, ids: Iterable[str] | None = None) -> None:
        """Drop the calls of some channels, or all, before they are made again."""
        if ids is None:
            self._db.execute("DELETE FROM call")
            return
        self._want(ids)
        self._db.execute("DELETE FROM call WHERE key IN (SELECT id FROM wanted)")

    def put_calls(self, calls: Iterable[RebuiltCall]) -> None:
        self._db.executemany(
            "INSERT OR REPLACE INTO call VALUES (?, ?, ?, ?)",
            (
                (
                    call.key,
                    call.latest_at,
                    call.is_provisional,
                    json.dumps([call.facts, call.file, call.findings, call.legs]),
                )
                for call in calls
            ),
        )

    def calls(self) -> Iterator[RebuiltCall]:
        rows = self._db.execute("SELECT key, latest_at, is_provisional, content FROM call")
        for key, latest_at, is_provisional, content in rows:
            facts, file, findings, legs = json.loads(content)
            yield RebuiltCall(
                key=key,
                facts=facts,
                file=file,
                latest_at=latest_at,
                findings=tuple((CallFinding(finding), detail) for finding, detail in findings),
                legs=tuple(AgentLeg(*leg) for leg in legs),
                is_provisional=bool(is_provisional),
            )

    # notes

    def note(self, name: str) -> str | None:
        row = self._db.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def put_note(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))
