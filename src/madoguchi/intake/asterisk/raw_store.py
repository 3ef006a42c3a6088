"""Every line ever imported, kept once, and the calls rebuilt from them so far: one DuckDB file for each PBX.

Lines are only ever added. What is derived from them can be thrown away and made again.
"""

import json
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.events import CALLS, ColumnKind
from madoguchi.core.vocabulary import CallFinding
from madoguchi.intake.asterisk.call import AgentLeg, RebuiltCall
from madoguchi.intake.asterisk.evidence import Link
from madoguchi.intake.asterisk.records import RawEvent
from madoguchi.intake.asterisk.sightings import Sight, Sighting
from madoguchi.intake.asterisk.source import LogKind
from madoguchi.intake.asterisk.wrap_up import AGENT_EVENTS

KINDS = (LogKind.QUEUE_LOG, LogKind.CDR, LogKind.CEL, LogKind.CARRIER)
CODES = {kind: code for code, kind in enumerate(KINDS)}
# what a call's own lines tell of it; any other column of the table of calls is missing where logs are all there is
TOLD = (
    "offered_at", "line", "caller", "outcome", "queued_at", "answered_at", "escalated_at", "escalated_to", "ended_at",
    "queue", "queue_visit_count", "agent_leg_count", "wait_seconds", "talk_seconds", "wrap_up_seconds", "agent",
    "entered_position", "left_position", "menu_steps",
)  # fmt: skip
FACTS = {
    column.name: "VARCHAR" if column.kind is ColumnKind.TEXT else "BIGINT"
    for column in CALLS.columns
    if column.name in TOLD
}
INDEX = """
    moment BIGINT, call_id VARCHAR, is_about_call BOOLEAN, text VARCHAR, file INTEGER, line INTEGER,
    queue VARCHAR, agent VARCHAR, event VARCHAR, first VARCHAR, second VARCHAR, third VARCHAR
"""
SCHEMA = f"""
CREATE TABLE IF NOT EXISTS raw (digest UHUGEINT, kind UTINYINT, {INDEX});
CREATE TABLE IF NOT EXISTS file (id INTEGER, name VARCHAR, digest VARCHAR, kind VARCHAR);
CREATE TABLE IF NOT EXISTS link (one VARCHAR, other VARCHAR);
CREATE TABLE IF NOT EXISTS sighting (sight VARCHAR, name VARCHAR, detail VARCHAR);
CREATE TABLE IF NOT EXISTS restart (moment BIGINT);
CREATE TABLE IF NOT EXISTS span (kind UTINYINT, first_at BIGINT, final_at BIGINT);
CREATE TABLE IF NOT EXISTS call (
    key VARCHAR, latest_at BIGINT, is_provisional BOOLEAN, file VARCHAR, findings VARCHAR, legs VARCHAR,
    {", ".join(f"{name} {kind}" for name, kind in FACTS.items())}
);
CREATE TABLE IF NOT EXISTS note (name VARCHAR, value VARCHAR);
CREATE TEMP TABLE indexed ({INDEX});
CREATE TEMP TABLE touched (id VARCHAR);
"""
INDEXED = ("moment", "call_id", "is_about_call", "text", "file", "line")
CALL_FIELDS = ("key", "latest_at", "is_provisional", "file", "findings", "legs", *FACTS)
DERIVED = ("link", "sighting", "restart", "span", "call")
REACHED = """
CREATE OR REPLACE TEMP TABLE touched AS
WITH RECURSIVE reached (id) AS (
    SELECT id FROM touched UNION SELECT other FROM reached JOIN link ON link.one = reached.id
) SELECT id FROM reached
"""
STATE_EVENTS = (
    "ADDMEMBER", "REMOVEMEMBER", "PAUSE", "PAUSEALL", "UNPAUSE", "UNPAUSEALL", "RINGNOANSWER", "AGENTLOGIN",
    "AGENTLOGOFF",
    "AGENTCALLBACKLOGIN", "AGENTCALLBACKLOGOFF",
)  # fmt: skip
# agents paused from within a call leave its id on the line
MAY_PAUSE = " OR ".join(f"contains(text, '|{event}')" for event in sorted(AGENT_EVENTS))
LINES_AT_ONCE = 50_000
LOCK_SECONDS, LOCK_STEP_SECONDS = 60.0, 0.2
MEMORY = "2GB"
IN_USE = threading.Lock()
Span = tuple[int, int]


class IndexedLine(NamedTuple):
    """A line with what it is found by: its second, and the channel it is about ("" for none)."""

    moment: int
    call_id: str
    is_about_call: bool
    text: str
    file: int
    line: int


@dataclass(kw_only=True, slots=True)
class Gathered:
    """What lines say together about the PBX."""

    links: set[Link] = field(default_factory=set)
    sightings: set[Sighting] = field(default_factory=set)
    restarts: set[int] = field(default_factory=set)
    spans: dict[LogKind, Span] = field(default_factory=dict)

    def see(self, kind: LogKind, first: int, final: int) -> None:
        """Note that a log has lines of these moments."""
        known = self.spans.get(kind, (first, final))
        self.spans[kind] = (min(known[0], first), max(known[1], final))


class RawStore:
    """The open file of one PBX; everything done with it happens in one transaction.

    Lines come in through the table `indexed`. A line of queue_log that was read in bulk has its fields beside it.
    """

    def __init__(self, db: duckdb.DuckDBPyConnection) -> None:
        self.db = db
        self._first_new = self._number("SELECT coalesce(max(id), 0) + 1 FROM file")

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator["RawStore"]:
        """Open the file, and keep what was done only where nothing was raised."""
        _refuse_former(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with IN_USE:
            is_new, is_kept = not path.exists(), False
            db = _connected(path)
            try:
                db.execute("BEGIN")
                db.execute(SCHEMA)
                yield cls(db)
                db.execute("COMMIT")
                is_kept = True
            finally:
                db.close()
                if is_new and not is_kept:
                    path.unlink()
                    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)

    # lines

    def has_file(self, *, digest: str, kind: LogKind) -> bool:
        return self._number("SELECT count(*) FROM file WHERE digest = ? AND kind = ?", digest, kind) > 0

    def add_file(self, *, name: str, digest: str, kind: LogKind) -> int:
        """Note a file and return the number by which its lines name it."""
        number = self._number("SELECT coalesce(max(id), 0) + 1 FROM file")
        self.db.execute("INSERT INTO file VALUES (?, ?, ?, ?)", (number, name, digest, kind))
        return number

    def files(self) -> list[tuple[int, str, LogKind]]:
        rows = self.db.execute("SELECT id, name, kind FROM file ORDER BY id").fetchall()
        return [(number, name, LogKind(kind)) for number, name, kind in rows]

    def index(self, lines: Iterable[IndexedLine]) -> None:
        """Lay lines ready to be kept."""
        rest = iter(lines)
        while lot := list(islice(rest, LINES_AT_ONCE)):
            self.insert("indexed", INDEXED, zip(*lot, strict=True))

    def keep_indexed(self, kind: LogKind) -> int:
        """Keep the lines laid ready, those that are there already left out; return how many are new."""
        code = CODES[kind]
        self.db.execute(
            f"CREATE OR REPLACE TEMP TABLE hashed AS SELECT md5_number('{code}' || text) AS digest, line FROM indexed"  # noqa: S608
        )
        new_count = self._number(
            f"""
            INSERT INTO raw SELECT digest, {code}, indexed.* FROM indexed JOIN (
                SELECT digest, min(line) AS line FROM hashed ANTI JOIN raw USING (digest) GROUP BY digest
            ) AS new ON new.line = indexed.line
            """  # noqa: S608  # a number of ours
        )
        self.db.execute("DELETE FROM indexed")
        return new_count

    def reindex(self) -> None:
        """Put what was laid ready in place of what the kept lines were found by."""
        self.db.execute(
            """
            CREATE OR REPLACE TEMP TABLE again AS
            SELECT digest, kind, indexed.* FROM raw JOIN indexed USING (file, line)
            """
        )
        self.db.execute("DELETE FROM raw")
        self.db.execute("INSERT INTO raw SELECT * FROM again")
        self.db.execute("DROP TABLE again")
        self.db.execute("DELETE FROM indexed")

    def forget_derived(self) -> None:
        """Forget what was worked out from all lines."""
        for table in DERIVED:
            self.db.execute(f"DELETE FROM {table}")  # noqa: S608  # names of our own tables

    def lines_of(self, ids: Iterable[str]) -> Iterator[RawEvent]:
        """Yield the lines about some channels."""
        self.db.execute("CREATE OR REPLACE TEMP TABLE wanted (id VARCHAR)")
        self.insert("wanted", ("id",), (tuple(ids),))
        yield from self._raws("raw JOIN wanted ON raw.call_id = wanted.id WHERE is_about_call")

    def state_lines_read_alone(self) -> list[tuple[str, int]]:
        """Return the queue_log lines, each with its file's number, that were not read in bulk and may tell a state."""
        marks = " OR ".join(f"contains(text, '|{each}')" for each in STATE_EVENTS)
        query = f"SELECT text, file FROM raw WHERE kind = 0 AND event IS NULL AND ({marks})"  # noqa: S608
        return self.db.execute(query).fetchall()

    def attempt_lines(self) -> Iterator[RawEvent]:
        yield from self._raws(f"raw WHERE raw.kind = {CODES[LogKind.CARRIER]}")

    def texts_of_file(self, file: int) -> Any:  # noqa: ANN401  # pyarrow is not typed
        """Return a file's lines as an Arrow table: file, line, text."""
        return self.db.sql("SELECT file, line, text FROM raw WHERE file = ?", params=(file,)).to_arrow_table()

    def _raws(self, tables: str, *values: object) -> Iterator[RawEvent]:
        files = {number: name for number, name, _ in self.files()}
        selected = f"SELECT raw.kind, text, file, line FROM {tables}"  # noqa: S608  # written above
        for kind, text, file, line in self.db.execute(selected, values).fetchall():
            yield RawEvent(KINDS[kind], text, files[file], line)

    # what the lines say together

    def add_gathered(self, gathered: Gathered) -> None:
        both = {pair for one, other in gathered.links for pair in ((one, other), (other, one))}
        self._add("link", ("one", "other"), both)
        self._add("sighting", ("sight", "name", "detail"), gathered.sightings)
        self._add("restart", ("moment",), ((each,) for each in gathered.restarts))
        spans = ((CODES[kind], *span) for kind, span in gathered.spans.items())
        self._add("span", ("kind", "first_at", "final_at"), spans)

    def _add(self, table: str, names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Add what a table does not hold yet."""
        self.db.execute(f"CREATE OR REPLACE TEMP TABLE said AS FROM {table} LIMIT 0")
        self.insert("said", names, zip(*rows, strict=True))
        self.db.execute(f"INSERT INTO {table} FROM said EXCEPT FROM {table}")

    def sightings(self) -> frozenset[Sighting]:
        rows = self.db.execute("SELECT sight, name, detail FROM sighting").fetchall()
        return frozenset(Sighting(Sight(sight), name, detail) for sight, name, detail in rows)

    def restarts(self) -> list[int]:
        return [row[0] for row in self.db.execute("SELECT moment FROM restart").fetchall()]

    def spans(self) -> Mapping[LogKind, Span]:
        """Return the first and last moment of each kind of log that is there."""
        rows = self.db.execute("SELECT kind, min(first_at), max(final_at) FROM span GROUP BY kind").fetchall()
        return {KINDS[kind]: (first, final) for kind, first, final in rows}

    # which calls to make again

    def touch_all(self) -> None:
        self.db.execute(
            """
            CREATE OR REPLACE TEMP TABLE touched AS
            SELECT call_id AS id FROM raw WHERE is_about_call UNION SELECT one FROM link
            """
        )

    def touch(self, *, reach: int) -> None:
        """Note the channels of calls with new lines or followed by new pauses, of provisional ones, and those linked.

        A pause may be of a call that ended so many seconds before it.
        """
        first_pause = self._number(
            f"""
            SELECT coalesce(min(moment), ?) FROM raw WHERE file >= ? AND kind = 0
            AND (NOT is_about_call OR {MAY_PAUSE})
            """,  # noqa: S608  # constants of ours
            2**62,
            self._first_new,
        )
        self.db.execute("DELETE FROM touched")
        self.db.execute(
            """
            INSERT INTO touched SELECT call_id FROM raw WHERE is_about_call AND file >= ?
            UNION SELECT key FROM call WHERE is_provisional OR latest_at >= ?
            """,
            (self._first_new, first_pause - reach),
        )
        self.db.execute(REACHED)

    def touched(self) -> tuple[set[str], set[Link]]:
        """Return the channels whose calls are to be made again, and the links between them."""
        ids = {row[0] for row in self.db.execute("SELECT id FROM touched").fetchall()}
        links = self.db.execute("SELECT one, other FROM link SEMI JOIN touched ON one = id WHERE one < other")
        return ids, set(links.fetchall())

    # calls

    def forget_calls(self) -> None:
        self.db.execute("DELETE FROM call")

    def forget_touched(self) -> None:
        """Drop the calls of the touched channels before they are made again."""
        self.db.execute("DELETE FROM call WHERE key IN (SELECT id FROM touched)")

    def put_calls(self, calls: Iterable[RebuiltCall]) -> None:
        rows = [
            (
                call.key,
                call.latest_at,
                call.is_provisional,
                call.file,
                json.dumps(call.findings, ensure_ascii=False),
                json.dumps(call.legs, ensure_ascii=False),
                *(call.facts.get(name) for name in FACTS),
            )
            for call in calls
        ]
        self.insert("call", CALL_FIELDS, zip(*rows, strict=True))

    def calls(self) -> Iterator[RebuiltCall]:
        selected = f"SELECT {', '.join(CALL_FIELDS)} FROM call"  # noqa: S608  # names of our own columns
        for key, latest_at, is_provisional, file, findings, legs, *facts in self.db.execute(selected).fetchall():
            named = dict(zip(FACTS, facts, strict=True))
            yield RebuiltCall(
                key=key,
                facts=named if named["outcome"] else {},
                file=file,
                latest_at=latest_at,
                findings=tuple((CallFinding(finding), detail) for finding, detail in json.loads(findings)),
                legs=tuple(AgentLeg(*leg) for leg in json.loads(legs)),
                is_provisional=is_provisional,
            )

    # notes

    def note(self, name: str) -> str | None:
        row = self.db.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def put_note(self, name: str, value: str) -> None:
        self.db.execute("DELETE FROM note WHERE name = ?", (name,))
        self.db.execute("INSERT INTO note VALUES (?, ?)", (name, value))

    # rows

    def make_table(self, name: str, columns: Mapping[str, Sequence[str]]) -> None:
        """Make a table of texts for one piece of work."""
        self.db.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({', '.join(f'{each} VARCHAR' for each in columns)})")
        self.insert(name, tuple(columns), columns.values())

    def insert(self, table: str, names: Sequence[str], columns: Iterable[Sequence[object]]) -> None:
        """Add rows, given as columns, to a table; none where there are no columns."""
        arrays = [pa.array(column) for column in columns]
        if arrays:
            self.db.register("given", pa.table(arrays, names=list(names)))
            self.db.execute(f"INSERT INTO {table} BY NAME SELECT * FROM given")  # noqa: S608  # our own tables
            self.db.unregister("given")

    def _number(self, query: str, *values: object) -> int:
        row = self.db.execute(query, values).fetchone()
        assert row is not None  # every one of these queries gives a row
        return int(row[0])


@contextmanager
def rewritten(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a PBX's file for changes of its texts, and write it anew: what they were before is nowhere in it then."""
    aside = path.with_name(f".{path.name}.new")
    aside.unlink(missing_ok=True)
    with IN_USE, _connected(path) as db:
        db.execute("BEGIN")
        yield db
        db.execute("COMMIT")
        db.execute("CHECKPOINT")
        name = db.execute("SELECT current_database()").fetchall()[0][0]
        db.execute(f"ATTACH {_literal(str(aside))} AS fresh")
        db.execute(f'COPY FROM DATABASE "{name}" TO fresh')
        db.execute("DETACH fresh")
        # still locked, so that no import comes between
        aside.replace(path)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _connected(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a file, waiting a while for another process to be done with it."""
    until = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            return duckdb.connect(path, config={"memory_limit": MEMORY})
        except duckdb.IOException:
            if time.monotonic() > until:
                raise
            time.sleep(LOCK_STEP_SECONDS)


def _refuse_former(path: Path) -> None:
    """Refuse a folder that keeps its lines in the shape of an earlier version: its calls must not get lost unseen."""
    former = path.with_suffix(".sqlite")
    if former.exists():
        allowed = "import all logs of the telephone system again into a new folder"
        raise InvalidInputError(
            [Problem(where=str(former), key="", given="lines of an earlier version", allowed=allowed)]
        )
