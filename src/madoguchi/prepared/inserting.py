"""A row added by a statement that is written once for its table."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, Model

from madoguchi.prepared.statements import rows_of

Each = TypeVar("Each", bound=Model)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Insert:
    sql: str
    fields: "tuple[Field[Any, Any], ...]"


_KNOWN: dict[type[Model], _Insert] = {}


def add_rows(rows: list[Each]) -> list[Each]:
    """Add new rows and give them their keys, as `bulk_create` does; for one row the text is known already."""
    if len(rows) != 1:
        return list(type(rows[0])._default_manager.bulk_create(rows)) if rows else []
    row = rows[0]
    if (insert := _KNOWN.get(type(row))) is None:
        insert = _KNOWN[type(row)] = _insert_of(type(row))
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in insert.fields]
    ((row.pk,),) = rows_of(insert.sql, values)
    row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001  # as Django marks what it stored
    return rows


def _insert_of(model: type[Model]) -> _Insert:
    """Write the statement for a table whose keys the database gives."""
    described = model._meta
    key = described.pk
    fields = tuple(each for each in described.concrete_fields if each is not key)
    quote = connection.ops.quote_name
    names, marks = ", ".join(quote(str(each.column)) for each in fields), ", ".join(["%s"] * len(fields))
    table, number = quote(described.db_table), quote(str(key.column))
    sql = f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING {number}"  # noqa: S608  # names of the model
    return _Insert(sql=sql, fields=fields)
