"""Where others name a person: found by name and address in every text that may hold people, and taken out."""

import re
from collections.abc import Iterator
from typing import Any

from django.db import connection, models
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from madoguchi.contracts.models import Contract
from madoguchi.handover.exporting import rows_of
from madoguchi.handover.tables import ERASED, TABLES, Table
from madoguchi.knowledge.search.index import Text, TextKind, file_texts, withdraw_text
from madoguchi.people.models import Person

CHUNK = 200
SHORTEST = 3
# approved documents are what they were when they were approved, and sent: their hash is in the history
KEPT = frozenset(("documents.DocumentVersion",))
SEARCHED = {"desk.Ticket": TextKind.TICKET, "knowledge.Article": TextKind.ARTICLE}


def names_of(person: Person) -> list[str]:
    """Return what a person is called, the longest first; shorter than three characters is too common to be a name."""
    name = person.name.strip()
    found = {name, "".join(name.split()), "　".join(name.split()), " ".join(name.split()), person.mail.strip()}
    return sorted((each for each in found if len(each) >= SHORTEST), key=lambda each: (-len(each), each))


def erase_mentions(*, contract: Contract, person: Person) -> dict[str, list[int | str]]:
    """Replace a person's names in the contract's texts. Returns the keys of the rows, by table."""
    names, found = names_of(person), dict[str, list[int | str]]()
    if not names:
        return found
    for table in TABLES:
        columns = [each for each in table.fields if each.attname in table.personal and _is_text(each)]
        if columns and table.label not in KEPT:
            found[table.label] = list(_replaced(table, columns, contract, names))
    return {label: keys for label, keys in found.items() if keys}


def _is_text(field: Any) -> bool:  # noqa: ANN401  # any column
    return isinstance(field, models.CharField | models.TextField | models.JSONField)


def _replaced(table: Table, columns: list[Any], contract: Contract, names: list[str]) -> Iterator[int | str]:
    wanted, casts = Q(), dict[str, Cast]()
    for field in columns:
        casts[f"{field.attname}_as_text"] = Cast(field.attname, TextField())
        for name in names:
            wanted |= Q(**{f"{field.attname}_as_text__icontains": _as_stored(field, name)})
    keys = list(rows_of(table, contract).annotate(**casts).filter(wanted).values_list("pk", flat=True))
    named = re.compile("|".join(re.escape(each) for each in names), re.IGNORECASE)
    for start in range(0, len(keys), CHUNK):
        rows = list(table.model._default_manager.filter(pk__in=keys[start : start + CHUNK]).order_by("pk"))
        for row in rows:
            for field in columns:
                value = without(getattr(row, field.attname), named)
                longest = field.max_length if isinstance(field, models.CharField) else None
                setattr(row, field.attname, value[:longest] if longest else value)
            _file(table, contract, row)
        table.model._default_manager.bulk_update(rows, [each.attname for each in columns])
        yield from (row.pk if isinstance(row.pk, int) else str(row.pk) for row in rows)


def _as_stored(field: Any, name: str) -> str:  # noqa: ANN401  # any column
    """Return a name as it stands in the text of a JSON column, where SQLite keeps it escaped."""
    if isinstance(field, models.JSONField) and connection.vendor == "sqlite":
        return name.encode("unicode_escape").decode("ascii")
    return name


def _file(table: Table, contract: Contract, row: Any) -> None:  # noqa: ANN401  # a ticket or an article
    """File a changed text anew, where it is filed."""
    kind = SEARCHED.get(table.label)
    if kind is None:
        return
    if kind is TextKind.ARTICLE:
        if row.state == "published":
            text = Text(kind=kind, object_id=row.pk, title=row.title, body=row.body)
            file_texts(contract=contract, texts=[text])
    elif row.text == ERASED:
        withdraw_text(contract=contract, kind=kind, object_id=row.pk)
    else:
        file_texts(contract=contract, texts=[Text(kind=kind, object_id=row.pk, title=row.subject, body=row.text)])


def without(value: Any, named: re.Pattern[str]) -> Any:  # noqa: ANN401  # JSON
    """Return a value without the names, wherever they stand in it."""
    if isinstance(value, str):
        return named.sub(ERASED, value)
    if isinstance(value, list):
        return [without(each, named) for each in value]
    if isinstance(value, dict):
        return {key: without(each, named) for key, each in value.items()}
    return value
