"""Statements written by hand that every page or every ticket needs: PostgreSQL keeps them ready."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper


def ready_cursor() -> CursorWrapper:
    """Return a cursor whose statements the server keeps ready where it can; fetch its rows before the next one's."""
    make = getattr(connection, "prepared_cursor", connection.cursor)
    cursor: CursorWrapper = make()
    return cursor


def rows_of(sql: str, given: Sequence[Any]) -> list[tuple[Any, ...]]:
    cursor = ready_cursor()
    cursor.execute(sql, given)
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def run(sql: str, given: Sequence[Any]) -> None:
    ready_cursor().execute(sql, given)
