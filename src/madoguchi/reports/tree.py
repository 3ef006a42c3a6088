"""A report as plain data, to be kept beside its file: what it said, figure by figure."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from madoguchi.reports.blocks import Chart, Heading, Layout, Paragraph, PrintedFigure, Report, Side, Table

KINDS = {each.__name__: each for each in (Chart, Heading, Paragraph, PrintedFigure, Table)}
# what stands as a text in the data and is none
EXACT: Mapping[str, Callable[[str], object]] = {
    "exact": Fraction, "number": Decimal, "values": Decimal, "issued_date": date.fromisoformat, "side": Side,
    "layout": Layout,
}  # fmt: skip


def tree_of(report: Report) -> dict[str, object]:
    """Return a report as data; exact numbers and days stand as texts."""
    return {"format": 1, **_fields(report)}


def _fields(value: object) -> dict[str, object]:
    assert is_dataclass(value)
    return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {"is": type(value).__name__, **_fields(value)}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, int | bool) else str(value)


def report_of(tree: Mapping[str, Any]) -> Report:
    """Return the report that was kept as data, to be written again."""
    return Report(**{name: _value(name, each) for name, each in tree.items() if name != "format"})


def _value(name: str, given: Any) -> Any:  # noqa: ANN401  # JSON
    if isinstance(given, list):
        return tuple(_value(name, each) for each in given)
    if isinstance(given, dict):
        return KINDS[given["is"]](**{key: _value(key, each) for key, each in given.items() if key != "is"})
    return EXACT[name](given) if name in EXACT and isinstance(given, str) else given
