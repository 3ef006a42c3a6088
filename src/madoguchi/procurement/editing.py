"""Changing the record of a procurement part by part; every change keeps a version of the whole."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.models import Contract
from madoguchi.contracts.rules import Right
from madoguchi.core.errors import InvalidInputError, MadoguchiError, Problem
from madoguchi.core.procurement.load import PROCUREMENT_FILE, load_procurement
from madoguchi.core.toml_text import toml_text
from madoguchi.procurement.models import ProcurementVersion
from madoguchi.procurement.queries import kept_procurement

LONGEST = 1_000_000
Row = dict[str, Any]  # TOML, as the standard library reads it


class StaleRecordError(MadoguchiError):
    """Somebody else changed the record meanwhile. Look at it as it is now and change it again."""


class NoSuchRowError(MadoguchiError):
    """The record has no such row."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a part stands in the record: `path` leads to it; `number` counts the rows of a list from 1.

    No number: the part is one table, or a new row of a list.
    """

    path: tuple[str, ...]
    is_list: bool
    number: int | None = None

    @property
    def part(self) -> str:
        return ".".join(self.path)


def table_of(text: str) -> Row:
    return tomllib.loads(text, parse_float=Decimal) if text else {"format": 1}


def row_at(table: Row, place: Place) -> Row:
    """Return a row as it stands, empty for a new one. Raises NoSuchRowError."""
    if place.is_list and place.number is None:
        return {}
    found: Any = table
    for name in place.path:
        found = found.get(name, {})
    if not place.is_list:
        return dict(found)
    if not 1 <= (place.number or 0) <= len(found):
        raise NoSuchRowError(str(NoSuchRowError.__doc__))
    return dict(found[(place.number or 1) - 1])


def with_row(table: Row, place: Place, row: Row | None) -> Row:
    """Return the record with a row in its place; None takes it out."""
    name, *deeper = place.path
    if deeper:
        inner = Place(path=tuple(deeper), is_list=place.is_list, number=place.number)
        return table | {name: with_row(table.get(name, {}), inner, row)}
    if not place.is_list:
        rest = {key: value for key, value in table.items() if key != name}
        return rest if row is None else table | {name: row}
    rows: Sequence[Row] = table.get(name, [])
    at = len(rows) if place.number is None else place.number - 1
    return table | {name: [*rows[:at], *([] if row is None else [row]), *rows[at + 1 :]]}


@transaction.atomic
def change_row(*, access: Access, place: Place, row: Row | None, number: int, at: datetime) -> ProcurementVersion:
    """Write a row, add one or take one out, and keep the whole as a new version.

    Raises StaleRecordError where `number` is not the latest version, InvalidInputError with every problem.
    """
    access.require(Right.PROCURE)
    kept = _latest(access, number, at)
    table = table_of(kept)
    row_at(table, place)
    return _keep(access, with_row(table, place, row), part=place.part, number=number + 1, at=at)


@transaction.atomic
def take_in(*, access: Access, text: str, number: int, at: datetime) -> ProcurementVersion:
    """Keep a whole procurement.toml as the record. Raises as `change_row` does."""
    access.require(Right.PROCURE)
    _latest(access, number, at)
    if load_procurement({PROCUREMENT_FILE: text}) is None or len(text) > LONGEST:
        problem = Problem(where=PROCUREMENT_FILE, key="", given=f"{len(text)} letters", allowed=f"1 to {LONGEST:,}")
        raise InvalidInputError([problem])
    return _kept(access, text, part="", number=number + 1, at=at)


def _latest(access: Access, number: int, at: datetime) -> str:
    Contract.objects.select_for_update().get(pk=access.contract.pk)
    kept = kept_procurement(contract=access.contract, day=timezone.localdate(at))
    if kept.number != number:
        raise StaleRecordError(str(StaleRecordError.__doc__))
    return kept.text


def _keep(access: Access, table: Row, *, part: str, number: int, at: datetime) -> ProcurementVersion:
    text = toml_text(table)
    load_procurement({PROCUREMENT_FILE: text})
    if len(text) > LONGEST:
        problem = Problem(where=PROCUREMENT_FILE, key="", given=f"{len(text)} letters", allowed=f"at most {LONGEST:,}")
        raise InvalidInputError([problem])
    return _kept(access, text, part=part, number=number, at=at)


def _kept(access: Access, text: str, *, part: str, number: int, at: datetime) -> ProcurementVersion:
    version = ProcurementVersion.objects.create(
        contract=access.contract, number=number, text=text, part=part, author=access.person, at=at
    )
    entry = Entry(act="change_procurement", subject=f"procurement:{number}", details={"part": part or "file"})
    record(chain=access.contract.key, at=at, actor=access.person.key, entries=[entry])
    return version
