"""Where others name people: found by name, address and number in every text that may hold them, and taken out."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from madoguchi.contracts.models import Contract
from madoguchi.documents.models import DocumentVersion
from madoguchi.documents.operations import rewrite_version
from madoguchi.handover.exporting import rows_of
from madoguchi.handover.file_texts import said_in
from madoguchi.handover.naming import pattern_of
from madoguchi.handover.tables import ERASED, INSTALLATION, TABLES
from madoguchi.knowledge.search.index import Text, TextKind, file_texts, withdraw_text
from madoguchi.mail.models import MailContent, OutgoingMail
from madoguchi.post.reading import read_message

CHUNK = 200
SEARCHED = {"desk.Ticket": TextKind.TICKET, "knowledge.Article": TextKind.ARTICLE}
VERSIONS = "documents.DocumentVersion"
Rows = dict[str, list[int | str]]


def erase_mentions(*, contract: Contract, names: Sequence[str]) -> Rows:
    """Replace names in the contract's texts, mails, and approved documents. Returns the keys of the rows, by table."""
    found = Rows()
    if not names:
        return found
    for table in TABLES:
        columns = [each for each in table.fields if each.attname in table.personal and _is_text(each)]
        if columns and table.label != VERSIONS:
            found[table.label] = list(_replaced(table.label, rows_of(table, contract), columns, names, contract))
    for label, named in INSTALLATION.items():
        model = apps.get_model(label)
        columns = [model._meta.get_field(each) for each in named]
        list(_replaced(label, model._default_manager.order_by("pk"), columns, names, contract))
    found[VERSIONS] = _in_versions(contract, names)
    found["mail.MailContent"] = _in_letters(MailContent.objects.filter(mail__contract=contract), names)
    found["mail.OutgoingMail"] = [
        *found["mail.OutgoingMail"], *_in_letters(OutgoingMail.objects.filter(contract=contract), names)
    ]  # fmt: skip
    return {label: sorted(set(keys), key=str) for label, keys in found.items() if keys}


def _parts(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    yield from (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))


def _is_text(field: Any) -> bool:  # noqa: ANN401  # any column
    return isinstance(field, models.CharField | models.TextField | models.JSONField)


def _naming(rows: QuerySet[Any], columns: Sequence[Any], names: Sequence[str]) -> QuerySet[Any]:
    """Return the rows in which a name stands in one of the columns."""
    wanted, casts = Q(), dict[str, Cast]()
    for field in columns:
        casts[f"{field.attname}_as_text"] = Cast(field.attname, TextField())
        for name in names:
            wanted |= Q(**{f"{field.attname}_as_text__icontains": _as_stored(field, name)})
    found: QuerySet[Any] = rows.annotate(**casts).filter(wanted)
    return found


def _replaced(
    label: str, rows: QuerySet[Any], columns: Sequence[Any], names: Sequence[str], contract: Contract
) -> Iterator[int | str]:
    keys, named = list(_naming(rows, columns, names).values_list("pk", flat=True)), pattern_of(names)
    unique = _unique(rows.model)
    for part in _parts(keys):
        found = list(rows.model._default_manager.filter(pk__in=part).order_by("pk"))
        for row in found:
            for field in columns:
                _take_out(row, field, named, is_unique=field.name in unique)
            _file(label, contract, row)
        rows.model._default_manager.bulk_update(found, [each.attname for each in columns])
        yield from (row.pk if isinstance(row.pk, int) else str(row.pk) for row in found)


def _unique(model: type[models.Model]) -> set[str]:
    """Return the columns in which two rows must not say the same."""
    alone = {each.name for each in model._meta.fields if each.unique}
    constraints = (each for each in model._meta.constraints if isinstance(each, models.UniqueConstraint))
    return alone.union(*(each.fields for each in constraints))


def _take_out(row: Any, field: Any, named: re.Pattern[str], *, is_unique: bool) -> None:  # noqa: ANN401  # any row
    old = getattr(row, field.attname)
    new = without(old, named)
    if is_unique and new != old:
        new = f"{new}{row.pk}"
    longest = field.max_length if isinstance(field, models.CharField) else None
    setattr(row, field.attname, new[-longest:] if longest and len(new) > longest else new)


def _as_stored(field: Any, name: str) -> str:  # noqa: ANN401  # any column
    """Return a name as it stands in the text of a JSON column, where SQLite keeps it escaped."""
    if isinstance(field, models.JSONField) and connection.vendor == "sqlite":
        return name.encode("unicode_escape").decode("ascii")
    return name


def _in_versions(contract: Contract, names: Sequence[str]) -> list[int | str]:
    """Write approved documents anew without the names; what was approved stays in the history, by its hash."""
    columns = [DocumentVersion._meta.get_field(each) for each in ("change_note", "texts", "tree")]
    versions, named = DocumentVersion.objects.filter(document__contract=contract), pattern_of(names)
    found = list(_naming(versions, columns, names).order_by("pk"))
    for version in found:
        for field in columns:
            _take_out(version, field, named, is_unique=False)
        rewrite_version(version)
    return [version.pk for version in found]


def _in_letters(rows: QuerySet[Any], names: Sequence[str]) -> list[int | str]:
    """Let go of the bytes of mails that name somebody, in whatever letters they are written."""
    named, keys = pattern_of(names), list[int | str]()
    for key, raw in rows.exclude(raw=b"").order_by("pk").values_list("pk", "raw").iterator(chunk_size=CHUNK):
        if any(named.search(each) for each in said_in(read_message(bytes(raw)))):
            keys.append(key)
    for part in _parts(keys):
        rows.model._default_manager.filter(pk__in=part).update(raw=b"")
    return keys


def _file(label: str, contract: Contract, row: Any) -> None:  # noqa: ANN401  # a ticket or an article
    """File a changed text anew, where it is filed."""
    kind = SEARCHED.get(label)
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
