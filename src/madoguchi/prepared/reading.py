"""How bare rows become what a queryset gives: worked out once, not for each question."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable, get_related_populators
from django.db.models.sql.compiler import SQLCompiler

Rows = Sequence[tuple[Any, ...]]
Reading = Callable[[Rows], list[Any]]


def reading_of(queryset: "QuerySet[Any, Any]", compiler: SQLCompiler, *, alias: str) -> Reading | None:
    """Return what makes objects, tuples or single values of rows; None for what a queryset gives otherwise."""
    iterable = queryset._iterable_class  # noqa: SLF001
    if iterable is FlatValuesListIterable:
        return lambda rows: [row[0] for row in rows]
    if iterable is ValuesListIterable:
        return list
    is_plain = iterable is ModelIterable and not queryset._known_related_objects  # type: ignore[attr-defined]  # noqa: SLF001
    return _objects(compiler, alias=alias) if is_plain and not compiler.has_extra_select else None


def _objects(compiler: Any, *, alias: str) -> Reading:  # noqa: ANN401  # a compiler's inside has no types
    """Return what makes objects of rows, as Django's own ModelIterable does."""
    places = compiler.klass_info["select_fields"]
    first, end = places[0], places[-1] + 1
    names = [each[0].target.attname for each in compiler.select[first:end]]
    make = compiler.klass_info["model"].from_db
    described = (compiler.klass_info, compiler.select, alias)
    related = get_related_populators(*described)  # type: ignore[call-arg]  # the types are of a later Django
    annotated = list(compiler.annotation_col_map.items())

    def read(rows: Rows) -> list[Any]:
        found = []
        for row in rows:
            each = make(alias, names, row[first:end])
            for populator in related:
                populator.populate(row, each)
            for name, place in annotated:
                setattr(each, name, row[place])
            found.append(each)
        return found

    return read
