"""Questions asked on every page: their text is made once, which costs more than the answer of the database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from django.db import connections
from django.db.models import QuerySet

from madoguchi.prepared.reading import Reading, reading_of
from madoguchi.prepared.statements import rows_of

Given = ParamSpec("Given")
Row = TypeVar("Row")
LARGEST = 2**31 - 1
MARKED_NUMBER, MARKED_DAY = 1_907_000_011, date(1907, 1, 11)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Slot:
    """Which of the given values stands at a place of the parameters, and whether as the database writes it."""

    index: int
    is_written: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class _Text:
    sql: str
    parameters: tuple[object, ...]  # a _Slot, or what is always the same
    converters: tuple[tuple[int, Sequence[Callable[..., Any]], Any], ...]
    read: Reading


def prepared(make: Callable[Given, "QuerySet[Any, Row]"]) -> Callable[Given, list[Row]]:
    """Return the rows of the query that `make` writes of whole numbers, texts and days given by position.

    `make` is called twice for each combination of types, with values that stand for others. It may not look at
    them: a query whose text depends on what is asked raises ValueError at its first use. None is a text of its own
    in SQL and is refused with TypeError, as are lists; give their elements one by one.
    """
    texts: dict[tuple[object, ...], _Text] = {}
    write = cast("Callable[..., QuerySet[Any, Row]]", make)

    @wraps(make)
    def ask(*given: Given.args, **named: Given.kwargs) -> list[Row]:
        if named:
            raise TypeError(f"{make.__name__} is prepared: its values are given by position, not {sorted(named)}")
        if any(type(each) is int and abs(each) > LARGEST for each in given):
            return list(write(*given))  # Django knows what a column cannot hold
        alias = "default"
        kinds = (connections[alias].vendor, *map(type, given))
        if (text := texts.get(kinds)) is None:
            text = texts[kinds] = _written(write, kinds[1:], alias=alias)
        return _rows(text, given, alias=alias)

    return ask


def _rows(text: _Text, given: Sequence[Any], *, alias: str) -> list[Any]:
    connection = connections[alias]
    parameters = [
        (_as_written(given[each.index], connection) if each.is_written else given[each.index])
        if isinstance(each, _Slot)
        else each
        for each in text.parameters
    ]
    rows = rows_of(text.sql, parameters)
    if text.converters:
        rows = [_converted(row, text, connection) for row in rows]
    return text.read(rows)


def _converted(row: Sequence[Any], text: _Text, connection: Any) -> tuple[Any, ...]:  # noqa: ANN401  # Django's
    values = list(row)
    for place, converters, expression in text.converters:
        for convert in converters:
            values[place] = convert(values[place], expression, connection)
    return tuple(values)


def _written(make: Callable[..., "QuerySet[Any, Any]"], kinds: Sequence[object], *, alias: str) -> _Text:
    """Write the query twice for different values; what differs in its parameters are the places of the values."""
    first, second = ([_mark(kind, index, turn) for index, kind in enumerate(kinds)] for turn in (0, 1))
    queryset = make(*first).using(alias)
    if queryset._prefetch_related_lookups:  # type: ignore[attr-defined]  # noqa: SLF001
        raise ValueError(f"{make.__name__} asks more than one question (prefetch_related) and cannot be prepared")
    compiler = queryset.query.get_compiler(using=alias)
    sql, parameters = compiler.as_sql()
    read = reading_of(queryset, compiler, alias=alias)
    if read is None:
        raise ValueError(f"{make.__name__} gives neither objects nor a list of values and cannot be prepared")
    other_sql, others = make(*second).using(alias).query.get_compiler(using=alias).as_sql()
    places = [
        _place(pair, first, second, connections[alias]) for pair in zip(parameters, others, strict=sql == other_sql)
    ]
    if sql != other_sql or None in places:
        raise ValueError(f"the text of {make.__name__} depends on what it is asked and cannot be prepared: {sql}")
    converters = compiler.get_converters([each[0] for each in compiler.select])
    return _Text(
        sql=sql, parameters=tuple(each[0] for each in places if each),
        converters=tuple((place, *each) for place, each in converters.items()),
        read=read,
    )  # fmt: skip


def _place(pair: tuple[Any, Any], first: Sequence[Any], second: Sequence[Any], connection: Any) -> tuple[object] | None:  # noqa: ANN401  # Django's
    for index, marks in enumerate(zip(first, second, strict=True)):
        if pair == marks:
            return (_Slot(index=index, is_written=False),)
        if pair == tuple(_as_written(mark, connection) for mark in marks):
            return (_Slot(index=index, is_written=True),)
    return (pair[0],) if pair[0] == pair[1] else None


def _mark(kind: object, index: int, turn: int) -> int | str | date:
    number = 2 * index + turn
    if kind is int:
        return MARKED_NUMBER + number
    if kind is date:
        return MARKED_DAY + timedelta(days=number)
    if kind is str:
        return f"\N{WHITE SQUARE}{number}"
    name = getattr(kind, "__name__", kind)
    raise TypeError(f"a prepared query is asked by whole numbers, texts and days, not by {name}")


def _as_written(value: Any, connection: Any) -> Any:  # noqa: ANN401  # Django's
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
