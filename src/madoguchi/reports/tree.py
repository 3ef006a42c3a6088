"""A report as plain data, to be kept beside its file: what it said, figure by figure."""

from dataclasses import fields, is_dataclass

from madoguchi.reports.blocks import Report


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
