"""Tables made at once are those that all migrations make one after the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from pytest_django.plugin import DjangoDbBlocker
from tests.desk_postgres import postgres_alone
from tests.desk_sqlite import sqlite_alone
from tests.postgres import programs

from madoguchi.web.empty_database import make_tables

ENGINES = ("sqlite", "postgresql")
# Django's own model says integer where its migration, run under our setting, makes bigint; nothing writes this table
NARROWER = "column ('auth_group_permissions', 'id',"


@pytest.fixture(autouse=True)
def own_databases(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let the tests at the databases they bring: the one that all tests share has no part in this."""
    with django_db_blocker.unblock():
        yield


@contextmanager
def empty(engine: str, folder: Path) -> Iterator[None]:
    if engine == "postgresql" and programs() is None:
        pytest.skip("PostgreSQL is not installed here (Debian: postgresql)")
    with postgres_alone() if engine == "postgresql" else sqlite_alone(folder):
        yield


def made() -> set[str]:
    """Return every table with its columns, every rule, index and trigger, as the database tells them."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT type, tbl_name, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
            return {part for row in cursor.fetchall() for part in parts(*row)}
        cursor.execute(
            "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, "
            "is_identity FROM information_schema.columns WHERE table_schema = 'public'"
        )
        found = {f"column {row}" for row in cursor.fetchall()}
        cursor.execute("SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
                       "WHERE connamespace = 'public'::regnamespace")  # fmt: skip
        found |= {f"rule {row}" for row in cursor.fetchall()}
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'")
        found |= {f"index {row}" for row in cursor.fetchall()}
        cursor.execute("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal")
        return found | {f"trigger {row}" for row in cursor.fetchall()}


def parts(kind: str, table: str, name: str, sql: str) -> set[str]:
    """Return a table of SQLite column by column, as those added later stand behind; else the whole text."""
    if kind != "table":
        return {f"{kind} {table} {name} {sql}"}
    inside = sql[sql.index("(") + 1 : sql.rindex(")")]
    pieces, depth = [""], 0
    for sign in inside:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += sign
    return {f"{table}: {' '.join(each.split())}" for each in pieces}


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.no_cover)])
def test_tables_made_at_once_are_those_of_the_migrations(tmp_path: Path, engine: str) -> None:
    with empty(engine, tmp_path):
        assert make_tables(connections["default"])
        at_once = made()
        assert not make_tables(connections["default"])
        call_command("migrate", interactive=False, verbosity=0)
        assert made() == at_once
    other = tmp_path / "other"
    other.mkdir()
    with empty(engine, other):
        call_command(migrate.Command(), interactive=False, verbosity=0)
        one_by_one = made()
    assert len(one_by_one) > 500
    assert {each for each in at_once - one_by_one if not each.startswith(NARROWER)} == set()
    assert {each for each in one_by_one - at_once if not each.startswith(NARROWER)} == set()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_database_whose_tables_could_not_all_be_made_is_empty_as_before(
    tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("the disk is full")

    with empty(engine, tmp_path):
        with monkeypatch.context() as patch:
            patch.setattr(MigrationRecorder, "migration_qs", property(full))
            with pytest.raises(OSError, match="full"):
                make_tables(connections["default"])
        assert made() == set()
        assert make_tables(connections["default"])
