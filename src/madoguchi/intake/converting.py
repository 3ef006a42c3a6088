"""Cells of one column turned into values; a text is turned once, however many rows hold it."""

from collections.abc import Callable

from madoguchi.core.events import Value
from madoguchi.intake.convert import CellError, to_value
from madoguchi.intake.mapping import ColumnMapping, RowMapping

# columns of free texts would fill the memory without being asked for twice
MOST_KEPT = 100_000
Convert = Callable[[object], Value]


def converter_of(column: ColumnMapping, *, mapping: RowMapping) -> Convert:
    """Return what turns a cell of a column into its value; it raises CellError with what is allowed."""
    kept: dict[str, Value] = {}

    def convert(cell: object) -> Value:
        # only texts are kept: 1, 1.0 and True are one key
        if type(cell) is not str:
            return _converted(cell, column=column, mapping=mapping)
        if cell not in kept:
            if len(kept) >= MOST_KEPT:
                kept.clear()
            kept[cell] = _converted(cell, column=column, mapping=mapping)
        return kept[cell]

    return convert


def _converted(cell: object, *, column: ColumnMapping, mapping: RowMapping) -> Value:
    if cell is None or str(cell).strip() in mapping.missing:
        return None
    if column.words is not None:
        cell = column.words.get(str(cell).strip(), column.otherwise)
        if cell is None:
            raise CellError("one of " + ", ".join(column.words))
        if cell in mapping.missing:
            return None
    target = mapping.table.column(column.name)
    if target is None:
        raise KeyError(column.name)
    return to_value(cell, column=target, formats=column.formats, zone=column.zone, form=column.form)
