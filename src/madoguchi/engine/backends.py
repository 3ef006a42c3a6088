"""Where compiled queries run: DuckDB, PostgreSQL, Spark. The same definitions, the same counts."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from madoguchi.core.calendar.hours import BusinessCalendar
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.events import FACT_TABLES
from madoguchi.engine.schemas import calendar_columns, calendar_name, fact_table, joined_rows

Rows = Sequence[tuple[Any, ...]]


class WrongSessionZoneError(MadoguchiError):
    """The Spark session's time zone is not UTC: figures would be wrong without an error. Set it to UTC."""


class Backend(Protocol):
    """An engine that holds fact tables by name and runs SQL in its dialect."""

    dialect: str

    def tables(self) -> frozenset[str]: ...

    def has_rows(self, name: str) -> bool: ...

    def add_calendar(self, calendar: BusinessCalendar) -> None: ...

    def run(self, sql: str) -> Rows: ...


def to_sql(expression: Any, dialect: str) -> str:  # noqa: ANN401  # Ibis is not typed
    from ibis.backends.sql import compilers  # noqa: PLC0415  # only while a query is compiled

    compiler = getattr(compilers, dialect).compiler
    query = compiler.to_sqlglot(expression.unbind())
    if dialect == "duckdb":
        return str(with_whole_division(query).sql(dialect=compiler.dialect, copy=False))
    return str(query.sql(dialect=compiler.dialect))


def with_whole_division(query: Any) -> Any:  # noqa: ANN401  # sqlglot's nodes
    """Return DuckDB's query with every floor of a quotient as a division of whole numbers, which is much faster.

    The two differ below zero, where no moment that is divided lies.
    """
    import sqlglot  # noqa: PLC0415  # only while a query is compiled

    def whole(node: Any) -> Any:  # noqa: ANN401  # sqlglot's nodes
        quotient = node.this.this if _is_floor(node) else None
        if not isinstance(quotient, sqlglot.exp.Div):
            return node
        return sqlglot.exp.IntDiv(this=quotient.this, expression=quotient.expression)

    # Ibis puts one node in many places: a copy has each place's own
    return query.transform(whole)


def _is_floor(node: Any) -> bool:  # noqa: ANN401  # sqlglot's nodes
    return type(node).__name__ == "Cast" and type(node.this).__name__ == "Floor"


class DuckdbBackend:
    """Facts in Parquet files or Arrow tables, read where they are."""

    dialect = "duckdb"

    def __init__(
        self,
        *,
        files: Mapping[str, Sequence[Path]],
        tables: Mapping[str, Any] | None = None,
        threads: int | None = None,
        memory_limit: str | None = None,
    ) -> None:
        import duckdb  # noqa: PLC0415  # only who measures pays for it

        self.connection = duckdb.connect()
        if threads is not None:
            self.connection.execute(f"SET threads = {int(threads)}")
        if memory_limit is not None:
            self.connection.execute("SET memory_limit = ?", [memory_limit])
        self._held = dict(tables or {})
        self._names = {*files, *self._held}
        for name, paths in files.items():
            self._add_view(name, paths)
        for name, rows in self._held.items():
            self.connection.register(name, rows)
        if lacking := FACT_TABLES.keys() - self._names:
            self.connection.execute("; ".join(map(_empty_table, sorted(lacking))))

    def _add_view(self, name: str, paths: Sequence[Path]) -> None:
        """Show files as a table; columns they lack are missing values."""
        listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
        found = self.connection.execute(f"DESCRIBE SELECT * FROM read_parquet([{listed}])").fetchall()  # noqa: S608
        present = {row[0] for row in found}
        columns = [
            f'"{column}"' if column in present else f'CAST(NULL AS {DUCKDB_TYPES[str(kind)]}) AS "{column}"'
            for column, kind in fact_table(name).schema().items()
        ]
        source = f"read_parquet([{listed}])"
        self.connection.execute(f'CREATE VIEW "{name}" AS SELECT {", ".join(columns)} FROM {source}')  # noqa: S608

    def tables(self) -> frozenset[str]:
        return frozenset(self._names)

    def has_rows(self, name: str) -> bool:
        return name in self._names and bool(self.run(f'SELECT 1 FROM "{name}" LIMIT 1'))  # noqa: S608

    def add_calendar(self, calendar: BusinessCalendar) -> None:
        name = calendar_name(calendar)
        if name in self._held:
            return
        rows = self._held[name] = _calendar_days(calendar)
        self.connection.register("calendar_rows", rows)
        self.connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM calendar_rows')  # noqa: S608
        self.connection.unregister("calendar_rows")

    def run(self, sql: str) -> Rows:
        return self.connection.execute(sql).fetchall()


DUCKDB_TYPES = {"string": "VARCHAR", "int64": "BIGINT", "boolean": "BOOLEAN"}


@lru_cache(maxsize=len(FACT_TABLES))
def _empty_table(name: str) -> str:
    columns = ", ".join(f'"{column}" {DUCKDB_TYPES[str(kind)]}' for column, kind in fact_table(name).schema().items())
    return f'CREATE TABLE "{name}" ({columns})'


@lru_cache(maxsize=16)
def _calendar_days(calendar: BusinessCalendar) -> Any:  # noqa: ANN401  # an Arrow table
    """Return the calendar's days in columns; whoever measures shows them to each new connection."""
    import pyarrow as pa  # noqa: PLC0415  # heavy

    cells = zip(*joined_rows(calendar), strict=True)
    return pa.table([pa.array(each, pa.int64()) for each in cells], names=list(calendar_columns(calendar)))


class PostgresBackend:
    """Facts in PostgreSQL tables named after the fact tables, in the schema of the connection."""

    dialect = "postgres"

    def __init__(self, url: str) -> None:
        import psycopg  # noqa: PLC0415  # only who measures there needs it

        self.connection = psycopg.connect(url, autocommit=True)
        self._calendars: set[str] = set()

    def create_tables(self) -> None:
        """Make every fact table that is not there."""
        for name in FACT_TABLES:
            columns = ", ".join(f'"{c}" {POSTGRES_TYPES[str(k)]}' for c, k in fact_table(name).schema().items())
            self._execute(f'CREATE TABLE IF NOT EXISTS "{name}" ({columns})')

    def load(self, name: str, rows: Iterable[Sequence[object]]) -> None:
        """Add rows in the column order of the fact table."""
        self._copy(name, rows)

    def _copy(self, name: str, rows: Iterable[Sequence[object]]) -> None:
        with self.connection.cursor() as cursor, cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)

    def _execute(self, sql: str) -> None:
        self.connection.execute(sql)

    def tables(self) -> frozenset[str]:
        found = self.run("SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()")
        return frozenset(str(row[0]) for row in found) & FACT_TABLES.keys()

    def has_rows(self, name: str) -> bool:
        return name in self.tables() and bool(self.run(f'SELECT 1 FROM "{name}" LIMIT 1'))  # noqa: S608

    def add_calendar(self, calendar: BusinessCalendar) -> None:
        name = calendar_name(calendar)
        if name in self._calendars:
            return
        columns = ", ".join(f'"{column}" bigint' for column in calendar_columns(calendar))
        self._execute(f'CREATE TEMPORARY TABLE "{name}" ({columns})')
        self._copy(name, joined_rows(calendar))
        self._calendars.add(name)

    def run(self, sql: str) -> Rows:
        return self.connection.execute(sql).fetchall()


# one order of texts everywhere: the first of several reasons is chosen by it
POSTGRES_TYPES = {"string": 'text COLLATE "C"', "int64": "bigint", "boolean": "boolean"}


class SparkBackend:
    """Facts as temporary views of a Spark session, whose zone must be UTC at every run."""

    dialect = "pyspark"

    def __init__(self, session: Any) -> None:  # noqa: ANN401  # PySpark is not typed here
        self.session = session
        self._names: set[str] = set()

    def load(self, name: str, rows: Sequence[Sequence[object]]) -> None:
        """Show rows, in the column order of the fact table, as that table."""
        columns = ", ".join(f"{c} {SPARK_TYPES[str(k)]}" for c, k in fact_table(name).schema().items())
        self.session.createDataFrame([tuple(row) for row in rows], columns).createOrReplaceTempView(name)
        self._names.add(name)

    def tables(self) -> frozenset[str]:
        return frozenset(self._names) & FACT_TABLES.keys()

    def has_rows(self, name: str) -> bool:
        return name in self._names and bool(self.run(f"SELECT 1 FROM {name} LIMIT 1"))  # noqa: S608

    def add_calendar(self, calendar: BusinessCalendar) -> None:
        name = calendar_name(calendar)
        if name in self._names:
            return
        columns = ", ".join(f"{column} bigint" for column in calendar_columns(calendar))
        self.session.createDataFrame([tuple(row) for row in joined_rows(calendar)], columns).createOrReplaceTempView(
            name
        )
        self._names.add(name)

    def run(self, sql: str) -> Rows:
        zone = self.session.conf.get("spark.sql.session.timeZone")
        if zone not in ("UTC", "Etc/UTC", "Z", "+00:00"):
            raise WrongSessionZoneError(f"the Spark session's zone is {zone}; only UTC gives right figures")
        return [tuple(row) for row in self.session.sql(sql).collect()]


SPARK_TYPES = {"string": "string", "int64": "bigint", "boolean": "boolean"}
