"""The desk on a SQLite file of the tests' own, whatever database the other tests use: for what threads do at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connections

from madoguchi.web.variables import sqlite
from tests.desk_postgres import forget


@contextmanager
def desk_on_sqlite(folder: Path) -> Iterator[None]:
    """Turn the default database into an empty desk in a file, and back."""
    with sqlite_alone(folder):
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        yield


@contextmanager
def sqlite_alone(folder: Path) -> Iterator[None]:
    """Turn the default database into a new file without tables, and back."""
    kept, kept_settings = connections["default"], dict(connections.settings["default"])
    connections.settings["default"] = {**kept_settings, **sqlite(folder / "desk.sqlite3"), "CONN_MAX_AGE": 0}
    connections["default"] = connections.create_connection("default")
    forget()
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = kept_settings
        connections["default"] = kept
        forget()
