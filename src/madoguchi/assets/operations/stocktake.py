"""Counting what is there: numbers scanned or read from a file, against the register."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from madoguchi.assets.errors import ItemStateError
from madoguchi.assets.locks import lock_registers
from madoguchi.assets.models import Item, Stocktake, StocktakeScan
from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.works_vocabulary import ItemState, Register
from madoguchi.desk.errors import FieldError

MAX_SCANS, NUMBER_LETTERS = 20_000, 40
ABSENT = (ItemState.RETIRED.value, ItemState.LOST.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One thing that does not agree: not found, not in the register, or found though lost or retired."""

    number: str
    item: Item | None
    what: str


@transaction.atomic
def open_stocktake(*, access: Access, register: Register, now: datetime) -> Stocktake:
    access.require(Right.RECEIVE)
    opened = Stocktake.objects.create(
        contract=access.contract, register=register.value, opened_at=now, opened_by=access.person
    )
    _note(access, opened, "open_stocktake", now=now)
    return opened


def stocktake_of(access: Access, stocktake_id: int) -> Stocktake:
    """Return one stocktake. Raises Http404 for another contract's."""
    access.require(Right.RECEIVE)
    found = Stocktake.objects.filter(contract=access.contract, pk=stocktake_id).first()
    if found is None:
        raise Http404
    return found


@transaction.atomic
def scan(*, access: Access, stocktake_id: int, numbers: Iterable[str], now: datetime) -> int:
    """Add numbers that were seen; one seen twice is one. Returns how many are new. Raises FieldError."""
    # who takes back an import asks what was seen of it
    lock_registers(access.contract)
    stocktake = stocktake_of(access, stocktake_id)
    if stocktake.closed_at is not None:
        raise ItemStateError(_("この棚卸は終了しています。"))
    seen = {each.strip() for each in numbers if each.strip()}
    wrong = [each for each in seen if len(each) > NUMBER_LETTERS or not each.isprintable()]
    if wrong or len(seen) > MAX_SCANS:
        text = _("「%(given)s」は管理番号ではありません。")
        raise FieldError("numbers", text % {"given": _printable(wrong[0])[:60] if wrong else len(seen)})
    known = set(stocktake.scans.values_list("number", flat=True))
    new = sorted(seen - known)
    StocktakeScan.objects.bulk_create(
        (StocktakeScan(stocktake=stocktake, number=each, scanned_at=now) for each in new), ignore_conflicts=True
    )
    _note(access, stocktake, "scan", now=now, new=len(new))
    return len(new)


def _printable(text: str) -> str:
    return "".join(each for each in text if not unicodedata.category(each).startswith("C"))


@transaction.atomic
def close_stocktake(*, access: Access, stocktake_id: int, now: datetime) -> Sequence[Difference]:
    """End a stocktake; its differences stay to be read. The register itself changes by separate acts."""
    stocktake = stocktake_of(access, stocktake_id)
    if stocktake.closed_at is not None:
        raise ItemStateError(_("この棚卸は終了しています。"))
    found = differences(stocktake)
    stocktake.closed_at, stocktake.difference_count = now, len(found)
    stocktake.differences = [[each.number, each.what] for each in found]
    stocktake.save(update_fields=["closed_at", "difference_count", "differences"])
    _note(access, stocktake, "close_stocktake", now=now, differences=len(found))
    return found


def differences(stocktake: Stocktake) -> list[Difference]:
    """Return what does not agree, in order of numbers: now, or once it is closed what did not agree then."""
    items = Item.objects.filter(contract=stocktake.contract, register=stocktake.register).select_related("holder")
    by_number = {each.number: each for each in items}
    if stocktake.differences is not None:
        kept = stocktake.differences
        return [Difference(number=number, item=by_number.get(number), what=what) for number, what in kept]
    scanned = set(stocktake.scans.values_list("number", flat=True))
    found = [
        Difference(number=number, item=item, what="missing")
        for number, item in by_number.items()
        if number not in scanned and item.state not in ABSENT
    ]
    for number in scanned:
        item = by_number.get(number)
        if item is None:
            found.append(Difference(number=number, item=None, what="unknown"))
        elif item.state in ABSENT:
            found.append(Difference(number=number, item=item, what="unexpected"))
    return sorted(found, key=lambda each: (each.what, each.number))


def _note(access: Access, stocktake: Stocktake, act: str, *, now: datetime, **details: int) -> None:
    entry = Entry(act=act, subject=f"stocktake:{stocktake.pk}", details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
