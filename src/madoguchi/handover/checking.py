"""What stands against bringing an archive in, all of it named before anything is written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from madoguchi.audit.anchors import anchored
from madoguchi.audit.models import HistoryRow
from madoguchi.contracts.models import Contract
from madoguchi.core.errors import Problem
from madoguchi.handover.archive import Reader
from madoguchi.handover.arriving import Matched, has_own_keys, shared_lines
from madoguchi.handover.tables import CONTRACT, ORGANISATION, PERSON, TABLES, Table
from madoguchi.handover.values import WrongValueError, read
from madoguchi.mail.models import Mailbox
from madoguchi.monitoring.models import Source
from madoguchi.people.models import Organisation, Person

KEY = re.compile(r"[-a-zA-Z0-9_]{1,40}")
HASH = re.compile(r"files/[0-9a-f]{64}")
LARGEST_KEY = 2**53


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """What an import would do: rows by table, people matched or made; `conflicts` must be empty for it to be done."""

    key: str
    name: str
    rows: dict[str, int]
    spans: dict[str, tuple[int, int]]
    matched: Matched
    conflicts: tuple[Problem, ...]
    notes: tuple[str, ...]


def check_arrival(reader: Reader, *, matched: Matched) -> Arrival:
    """Return what an import would do and what stands against it."""
    wrong_shape = [*_shape(reader)]
    if wrong_shape:
        return Arrival(
            key=str(reader.manifest.get("contract", {})), name="", rows={}, spans={}, matched=matched,
            conflicts=tuple(wrong_shape), notes=(),
        )  # fmt: skip
    said = {each["table"]: each for each in reader.manifest["tables"]}
    key, name = str(reader.manifest["contract"]["key"]), str(reader.manifest["contract"]["name"])
    spans = {label: (int(each["keys"][0]), int(each["keys"][1])) for label, each in said.items() if each["keys"]}
    conflicts = [*_keys(reader, key), *_taken_names(reader), *_people(reader), *(_unclear(reader, matched))]
    return Arrival(
        key=key, name=name, rows={label: int(each["rows"]) for label, each in said.items()}, spans=spans,
        matched=matched, conflicts=tuple(conflicts), notes=tuple(_names(reader)),
    )  # fmt: skip


def _problem(reader: Reader, key: str, given: str, allowed: str) -> Problem:
    return Problem(where=str(reader.path), key=key, given=given, allowed=allowed)


def _shape(reader: Reader) -> Iterator[Problem]:
    """Yield where the tables are not those of this program: another version of it wrote the archive."""
    try:
        said = {str(each["table"]): each for each in reader.manifest["tables"]}
        key = str(reader.manifest["contract"]["key"])
        for each in said.values():
            _check_said(each)
    except (KeyError, TypeError, ValueError):
        yield _problem(reader, "manifest.json", "tables or contract not named", "the manifest of an export")
        return
    if not KEY.fullmatch(key):
        yield _problem(reader, "contract", repr(key[:60]), "letters, digits and hyphens, at most 40")
    for label in sorted(said.keys() - {each.label for each in TABLES}):
        yield _problem(reader, label[:100], "a table this version does not know", "an archive of this version")
    for table in TABLES:
        yield from _table_shape(reader, table, said.get(table.label))
    for name in reader.members:
        if name.startswith("files/") and not HASH.fullmatch(name):
            yield _problem(reader, name, "a name that is no hash", "files/ and 64 hexadecimal digits")


def _check_said(each: dict[str, Any]) -> None:
    """Raise TypeError or ValueError where the manifest says nothing sensible of a table."""
    if not isinstance(each["rows"], int) or not isinstance(each["columns"], dict):
        raise TypeError
    if each["keys"] is not None:
        first, final = each["keys"]
        if not 0 < int(first) <= int(final) < LARGEST_KEY:
            raise ValueError


def _table_shape(reader: Reader, table: Table, said: dict[str, object] | None) -> Iterator[Problem]:
    columns = {one.attname: one.get_internal_type() for one in table.fields}
    if said is None:
        yield _problem(reader, table.label, "missing", "a table that this version has")
        return
    given = said["columns"]
    assert isinstance(given, dict)
    different = sorted({name for name in {*columns, *given} if columns.get(name) != given.get(name)})
    if different:
        yield _problem(
            reader, table.label, f"other columns: {', '.join(different)[:200]}",
            "an archive of this version of the program: bring both installations to one version",
        )  # fmt: skip
    found = reader.members.get(table.member, {}).get("rows", 0)
    if found != said["rows"]:
        yield _problem(reader, table.label, f"{found} rows", f"the manifest's {said['rows']}")
    if said["rows"] and has_own_keys(table) and not said["keys"]:
        yield _problem(reader, table.label, "no stretch of keys", "the first and the final key")
    if table.label == CONTRACT and said["rows"] != 1:
        yield _problem(reader, table.label, f"{said['rows']} contracts", "one")


def _keys(reader: Reader, key: str) -> Iterator[Problem]:
    if Contract.objects.filter(key=key).exists():
        yield _problem(reader, "contract", f"{key!r}, which is here already", "a contract that is not here")
    elif HistoryRow.objects.filter(chain=key).exists() or anchored(key):
        yield _problem(reader, "contract", f"a history named {key!r} is here already", "a name never used here")
    for _line, row in reader.lines(f"tables/{CONTRACT}.jsonl"):
        if row.get("key") != key:
            yield _problem(reader, CONTRACT, repr(row.get("key"))[:60], f"the manifest's {key!r}")


def _taken_names(reader: Reader) -> Iterator[Problem]:
    """Yield what only one contract of an installation can have, and another one here has."""
    named: tuple[tuple[type[Model], str, str], ...] = (
        (Mailbox, "address", "box"),
        (Source, "key", "monitoring source"),
    )
    for model, name, what in named:
        label = model._meta.label
        given = {str(row.get(name)) for _line, row in reader.lines(f"tables/{label}.jsonl")}
        for each in model._default_manager.filter(**{f"{name}__in": given}).values_list(name, flat=True):
            yield _problem(reader, label, f"{each}, which a {what} here has", f"one that no {what} here has")


def _people(reader: Reader) -> Iterator[Problem]:
    """Yield people, organisations and divisions that their columns cannot hold."""
    shapes = {PERSON: (Person, ("name", "reading", "mail", "extension", "language", "is_active")),
              ORGANISATION: (Organisation, ("key", "name"))}  # fmt: skip
    for label, (model, names) in shapes.items():
        by_name = {each.attname: each for each in model._meta.concrete_fields}
        for line, row in shared_lines(reader, label):
            for name in names:
                try:
                    read(by_name[name], row.get(name), content=lambda _digest: b"")
                except WrongValueError as error:
                    yield Problem(where=str(reader.path), key=f"{label}.{name}", given="a wrong value",
                                  allowed=str(error), line=line)  # fmt: skip


def _unclear(reader: Reader, matched: Matched) -> Iterator[Problem]:
    for each in matched.unclear:
        yield _problem(reader, PERSON, f"{each} fits several people", "one person of that address, on either side")


def _names(reader: Reader) -> Iterator[str]:
    """Yield organisations that are here under another name: they are taken for the same."""
    here = dict(Organisation.objects.values_list("key", "name"))
    for _line, row in shared_lines(reader, ORGANISATION):
        if here.get(row["key"], row["name"]) != row["name"]:
            yield f"organisation {row['key']}: {row['name']} is called {here[row['key']]} here, and stays so"
