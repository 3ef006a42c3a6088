"""Events as Arrow tables and back: moments are whole epoch seconds there, aware datetimes here."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from madoguchi.core.events import Column, ColumnKind, Event, FactTable, Value

BATCH = 20_000
ARROW_TYPES: Mapping[ColumnKind, Any] = {
    ColumnKind.TEXT: pa.string(),
    ColumnKind.INTEGER: pa.int64(),
    ColumnKind.SECONDS: pa.int64(),
    ColumnKind.MILLISECONDS: pa.int64(),
    ColumnKind.FLAG: pa.bool_(),
    ColumnKind.MOMENT: pa.int64(),
}


def arrow_schema(table: FactTable) -> Any:  # noqa: ANN401  # pyarrow is not typed
    return pa.schema([(column.name, ARROW_TYPES[column.kind]) for column in table.columns])


def with_all_columns(rows: Any, *, table: FactTable) -> Any:  # noqa: ANN401  # pyarrow is not typed
    """Return rows in the order and kinds of a fact table's columns; those a source lacks are missing values."""
    schema, given = arrow_schema(table), set(rows.schema.names)
    columns = [
        rows.column(each.name).cast(each.type) if each.name in given else pa.nulls(rows.num_rows, each.type)
        for each in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def to_arrow(events: Iterable[Event], *, table: FactTable) -> Any:  # noqa: ANN401  # pyarrow is not typed
    """Return the events as one Arrow table, in the order given; columns an event lacks are missing values."""
    batches, batch = [], []
    for event in events:
        batch.append(event)
        if len(batch) == BATCH:
            batches.append(_batch(batch, table))
            batch = []
    if batch or not batches:
        batches.append(_batch(batch, table))
    return pa.Table.from_batches(batches, schema=arrow_schema(table))


def _batch(events: list[Event], table: FactTable) -> Any:  # noqa: ANN401  # pyarrow is not typed
    arrays = [pa.array(_stored(events, column), type=ARROW_TYPES[column.kind]) for column in table.columns]
    return pa.RecordBatch.from_arrays(arrays, schema=arrow_schema(table))


def _stored(events: list[Event], column: Column) -> list[Value]:
    """Return a column's values, moments as epoch seconds."""
    values = [event.get(column.name) for event in events]
    if column.kind is not ColumnKind.MOMENT:
        return values
    return [int(value.timestamp()) if isinstance(value, datetime) else value for value in values]


def to_events(rows: Any, *, table: FactTable) -> Iterator[Event]:  # noqa: ANN401  # pyarrow is not typed
    """Yield the rows of an Arrow table or dataset as events; columns it lacks are missing values."""
    names = [name for name in rows.schema.names if table.column(name)]
    columns = [column for column in table.columns if column.name in names]
    for batch in rows.to_batches():
        lists = [_loaded(batch.column(column.name).to_pylist(), column) for column in columns]
        for values in zip(*lists, strict=True):
            yield dict(zip((column.name for column in columns), values, strict=True))


def _loaded(values: list[Any], column: Column) -> list[Value]:
    if column.kind is not ColumnKind.MOMENT:
        return values
    return [None if value is None else datetime.fromtimestamp(value, tz=UTC) for value in values]
