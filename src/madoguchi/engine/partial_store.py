"""Where day sums are kept: plain rows in SQLite, DuckDB or PostgreSQL, changed in transactions."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from madoguchi.core.errors import MadoguchiError

Row = tuple[Any, ...]

TABLES = {
    # one row a day, group and reason; the reason is "" for what counts, else it begins with ":"
    "partial_days": (
        "contract text, definition text, month bigint, day bigint, cell_group text, reason text",
        "counted bigint, part bigint, valued bigint, total bigint, maximum bigint, missing bigint, excluded bigint",
        "contract, definition, day, cell_group, reason",
    ),
    # the days of a month added up, so that years of many contracts read a row a month; the events left out stand
    # in it as JSON, [[reason, events], ...] in order
    "partial_month_sums": (
        "contract text, definition text, month bigint, cell_group text",
        "counted bigint, part bigint, valued bigint, total bigint, maximum bigint, missing bigint, excluded text",
        "contract, definition, month, cell_group",
    ),
    # the values of a percentile: how many events had each
    "partial_values": (
        "contract text, definition text, month bigint, day bigint, cell_group text, value bigint",
        "events bigint",
        "contract, definition, day, cell_group, value",
    ),
    # the days that were derived, from first_day until before end_day, and the state of the facts they were derived
    # from where that is known
    "partial_stretches": (
        "contract text, definition text",
        "indicator text, version bigint, first_day bigint, end_day bigint, facts text",
        "contract, definition",
    ),
    # derived days whose events have changed since
    "partial_changes": ("contract text, definition text, day bigint", "", "contract, definition, day"),
}


APPLICATION = 0x4D444753  # what SQLite's header says of a file of day sums
FORM = 1  # of the tables above; a file of another form is made anew


class NotDaySumsError(MadoguchiError):
    """Name a file that is not there yet, in a folder that can be written, or one that keeps day sums already."""


class Database(Protocol):
    """A connection that runs SQL with numbered gaps written as `?` and changes in one transaction at a time."""

    finds_by_key: bool

    def rows(self, sql: str, gaps: Sequence[object] = ()) -> list[Row]: ...

    def insert(self, table: str, rows: Sequence[Row]) -> None: ...

    def transaction(self, *, contract: str) -> Any: ...  # noqa: ANN401  # a context manager

    def reading(self) -> Any: ...  # noqa: ANN401  # a context manager: what is read within it stood at one moment

    def close(self) -> None: ...


def create_tables(database: Database, *, has_keys: bool, suffix: str = "") -> None:
    for name, (keys, values, primary) in TABLES.items():
        columns = f"{keys}, {values}" if values else keys
        key = f", PRIMARY KEY ({primary})" if has_keys else ""
        database.rows(f"CREATE TABLE IF NOT EXISTS {name} ({columns}{key}){suffix}")


class SqliteDatabase:
    """Day sums in one SQLite file; needs nothing installed."""

    finds_by_key = True

    def __init__(self, path: Path | str) -> None:
        import sqlite3  # noqa: PLC0415  # only who keeps day sums there needs it

        try:
            self.connection = sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)
        except sqlite3.Error as error:
            raise NotDaySumsError(f"{path}: {error}; {NotDaySumsError.__doc__}") from error
        try:
            self._make_ready()
        except (sqlite3.Error, NotDaySumsError) as error:
            self.close()
            raise NotDaySumsError(f"{path}: {error}; {NotDaySumsError.__doc__}") from error

    def _make_ready(self) -> None:
        """Make the tables; those of another form are dropped, as all they hold can be derived anew."""
        kept = {name: self.rows(f"PRAGMA {name}")[0][0] for name in ("application_id", "user_version")}
        has_tables = bool(self.rows("SELECT 1 FROM sqlite_master LIMIT 1"))
        if has_tables and kept["application_id"] != APPLICATION:
            raise NotDaySumsError("another program's database")
        if has_tables and kept["user_version"] == FORM:
            return
        self.rows("PRAGMA journal_mode = WAL")
        with self.transaction(contract=""):
            for name in TABLES:
                self.rows(f"DROP TABLE IF EXISTS {name}")
            create_tables(self, has_keys=self.finds_by_key, suffix=" WITHOUT ROWID")
            self.rows(f"PRAGMA application_id = {APPLICATION}")
            self.rows(f"PRAGMA user_version = {FORM}")

    def rows(self, sql: str, gaps: Sequence[object] = ()) -> list[Row]:
        return list(self.connection.execute(sql, tuple(gaps)).fetchall())

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self.connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608  # our own names

    def close(self) -> None:
        self.connection.close()

    @contextmanager
    def transaction(self, *, contract: str) -> Iterator[None]:
        """Hold the file's only write lock, whichever contract it is for."""
        del contract
        self.rows("BEGIN IMMEDIATE")
        yield from _ended(self)

    @contextmanager
    def reading(self) -> Iterator[None]:
        self.rows("BEGIN")
        yield from _ended(self)


class DuckdbDatabase:
    """Day sums in a DuckDB file, or in memory: the quickest over many contracts. One process writes at a time."""

    # it has no keys: its zone maps find the days, and its indexes refuse a key deleted in the same transaction
    finds_by_key = False

    def __init__(self, path: Path | str = ":memory:") -> None:
        import duckdb  # noqa: PLC0415  # only who keeps day sums there needs it

        self.connection = duckdb.connect(str(path))
        create_tables(self, has_keys=self.finds_by_key)

    def rows(self, sql: str, gaps: Sequence[object] = ()) -> list[Row]:
        found = self.connection.execute(sql, list(gaps))
        if not sql.startswith("SELECT"):
            return list(found.fetchall())
        # whole columns at once: half the time of row after row
        columns = found.fetchnumpy().values()
        return list(zip(*(each.tolist() for each in columns), strict=True))

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        import pyarrow as pa  # noqa: PLC0415  # heavy

        if not rows:
            return
        columns = {f"c{index}": list(column) for index, column in enumerate(zip(*rows, strict=True))}
        self.connection.register("incoming_rows", pa.table(columns))
        self.connection.execute(f"INSERT INTO {table} SELECT * FROM incoming_rows")  # noqa: S608  # our own names
        self.connection.unregister("incoming_rows")

    def close(self) -> None:
        self.connection.close()

    @contextmanager
    def transaction(self, *, contract: str) -> Iterator[None]:
        del contract
        self.rows("BEGIN TRANSACTION")
        yield from _ended(self)

    @contextmanager
    def reading(self) -> Iterator[None]:
        self.rows("BEGIN TRANSACTION")
        yield from _ended(self)


class PostgresDatabase:
    """Day sums in PostgreSQL, in the schema of the connection; several processes may refresh."""

    finds_by_key = True

    def __init__(self, url: str) -> None:
        import psycopg  # noqa: PLC0415  # only who keeps day sums there needs it

        self.connection = psycopg.connect(url, autocommit=True)
        create_tables(self, has_keys=self.finds_by_key)

    def rows(self, sql: str, gaps: Sequence[object] = ()) -> list[Row]:
        cursor = self.connection.execute(sql.replace("%", "%%").replace("?", "%s").encode(), tuple(gaps))
        return [] if cursor.description is None else list(cursor.fetchall())

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        with self.connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row(row)

    def close(self) -> None:
        self.connection.close()

    @contextmanager
    def transaction(self, *, contract: str) -> Iterator[None]:
        """Let one refresh of a contract at a time derive and write, so that none writes older days over newer."""
        self.rows("BEGIN")
        self.rows("SELECT pg_advisory_xact_lock(hashtext(?))", [f"madoguchi partials {contract}"])
        yield from _ended(self)

    @contextmanager
    def reading(self) -> Iterator[None]:
        self.rows("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield from _ended(self)


def _ended(database: Database) -> Iterator[None]:
    """Commit what was done, or undo all of it where anything failed."""
    try:
        yield
    except BaseException:
        database.rows("ROLLBACK")
        raise
    database.rows("COMMIT")
