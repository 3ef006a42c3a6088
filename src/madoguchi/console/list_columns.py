"""Lists as tables of texts: which columns a file has, and where each is read from."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import LabelledEnum
from madoguchi.people.languages import label_of, listed

Rows = Iterator[list[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Whose list, of when, and what else the page's address said: its filters."""

    access: Access
    month: date
    now: datetime
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A list that can be written as a file, by whoever has the rights of its page and of handing it out."""

    rights: tuple[Right, ...]
    table: Callable[[Asked], Rows]
    most: int = 100_000

    def may_export(self, access: Access) -> bool:
        return all(access.may(right) for right in self.rights)


class Column(NamedTuple):
    """A heading and where its texts come from: attributes one after the other, or a function of the row."""

    heading: str
    source: str | Callable[[Any], object]
    words: type[LabelledEnum] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Rows of one kind under their columns' headings."""

    rows: Callable[[Asked], Iterable[Any]]
    columns: tuple[Column, ...]

    def __call__(self, asked: Asked) -> Rows:
        yield headings(*(each.heading for each in self.columns))
        for row in self.rows(asked):
            yield [_cell(row, each) for each in self.columns]


def headings(*texts: str) -> list[str]:
    """Return a table's headings in the reader's language."""
    return [_(each) for each in texts]


def table_of(rows: Callable[[Asked], Iterable[Any]], *columns: Column) -> Table:
    return Table(rows=rows, columns=columns)


def _cell(row: Any, column: Column) -> str:  # noqa: ANN401  # whatever a list holds
    value = column.source(row) if callable(column.source) else _attribute(row, column.source)
    if column.words is not None and value in {each.value for each in column.words}:
        return label_of(column.words(value))
    return printed(value)


def _attribute(row: Any, path: str) -> object:  # noqa: ANN401  # whatever a list holds
    for name in path.split("."):
        row = None if row is None else getattr(row, name)
    return row


def printed(value: object) -> str:
    """Return a value as files have it: local moments, ISO days, a yes for true, nothing for false and none."""
    if value is None or value is False:
        return ""
    if value is True:
        return _("はい")
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, LabelledEnum):
        return label_of(value)
    if isinstance(value, (list, tuple)):
        return listed(printed(each) for each in value)
    return value.isoformat() if isinstance(value, date) else str(value)
