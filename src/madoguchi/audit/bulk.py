"""Many rows written as they are: a model's instance for each would cost the most."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import Model


def insert_rows(*, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows inside the caller's transaction. Names of tables and columns are constants of the code."""
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(rows))  # noqa: S608


def update_rows(rows: Sequence[Model], fields: Sequence[str]) -> None:
    """Write some fields of rows that are there already, inside the caller's transaction.

    One statement with a key, run for each: bulk_update looks every value up again in a list as long as its batch.
    """
    if not rows:
        return
    meta = rows[0]._meta
    asked = {meta.get_field(name) for name in fields}
    key, columns = meta.pk, [each for each in meta.concrete_fields if each in asked]
    assert key is not None  # every model has one
    names = ", ".join(f"{connection.ops.quote_name(str(each.column))} = %s" for each in columns)
    values = (
        [each.get_db_prep_save(getattr(row, each.attname), connection) for each in (*columns, key)] for row in rows
    )
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {meta.db_table} SET {names} WHERE {key.column} = %s", list(values))  # noqa: S608


class StoredMoments(dict[datetime | None, str | datetime | None]):
    """Moments as the database of this installation takes them in bare rows; each is turned once and looked up then."""

    def __missing__(self, moment: datetime | None) -> str | datetime | None:
        stored = _stored(moment) if moment is not None else None
        self[moment] = stored
        return stored


def _stored(moment: datetime) -> str | datetime | None:
    # what the long way gives for nearly every moment there is
    if connection.vendor == "sqlite" and moment.tzinfo is UTC is connection.timezone:
        return str(moment.replace(tzinfo=None))
    return connection.ops.adapt_datetimefield_value(moment)


def stored_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
