"""An import of a register undone as one act: what nothing later stands on goes back, the rest is kept and named."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import ForeignObjectRel, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from madoguchi.assets.errors import ItemStateError
from madoguchi.assets.locks import lock_imported, lock_registers
from madoguchi.assets.models import Holding, Item, ItemImport, ItemImportRow, Loan, LoanDay, StocktakeScan
from madoguchi.assets.operations.importing import CHANGED_COLUMNS, CHUNK, hold_as_imported, kept_values
from madoguchi.audit.bulk import update_rows
from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.desk.locks import lock_numbers
from madoguchi.people.sayings import Said, kept, say

# how the columns that a file fills are called, where one was changed since
CALLED = {
    "register": say("台帳"), "name": say("名前"), "serial": say("製造番号"), "place": say("設置場所"),
    "holder": say("使っている人"), "valid_until": say("有効期限"), "quantity": say("個数"),
    "reorder_below": say("発注点"), "note": say("備考"), "state": say("状態"),
}  # fmt: skip
Kept = dict[int, Said]
NamedIn = Callable[[ItemImport], Collection[int]]


def import_of(access: Access, import_id: int) -> ItemImport:
    """Return one import. Raises Http404 for another contract's."""
    access.require(Right.MANAGE)
    found = ItemImport.objects.filter(contract=access.contract, pk=import_id)
    run = found.select_related("imported_by", "undone_by").first()
    if run is None:
        raise Http404
    return run


def standing(run: ItemImport, *, named: Collection[int]) -> Kept:
    """Return why rows of an import cannot be taken back now, by row; `named` are the items that applications name."""
    rows = list(run.rows.select_related("item").order_by("pk"))
    staying = {row.pk: why for row in rows if (why := _changed_since(row))}
    added = {row.item_id: row.pk for row in rows if row.is_added and row.item_id and row.pk not in staying}
    for item_id, why in _stood_on(run, added, named=named):
        staying.setdefault(added[item_id], why)
    return staying | dict(_clashes(run, rows, staying))


def _changed_since(row: ItemImportRow) -> Said | None:
    if row.item is None:
        return say("この品目はもうありません。")
    if not row.after:
        return say("取込の記録が消去されたため、元に戻せません。")
    if row.before == row.after:
        return None
    now = kept_values(row.item)
    changed = [CALLED[name] for name in CHANGED_COLUMNS if now[name] != row.after[name]]
    return say("その後に変更されています: %(columns)s", columns=changed) if changed else None


def _stood_on(run: ItemImport, added: Collection[int], *, named: Collection[int]) -> Iterator[tuple[int, Said]]:
    """Yield the added items that something made since points to: removing them would take it along."""
    yield from ((each, say("申請で使われています。")) for each in sorted(set(added) & set(named)))
    moved = Holding.objects.filter(item__import_rows__run=run, by_import=None)
    yield from ((each, say("その後に持ち主か場所が変わっています。")) for each in _among(moved, "item_id", added))
    scans = StocktakeScan.objects.filter(stocktake__contract=run.contract_id, scanned_at__gte=run.imported_at)
    numbers = set(scans.values_list("number", flat=True))
    seen = run.rows.filter(is_added=True).values_list("item_id", "number")
    scanned = say("その後の棚卸で読み取られています。")
    yield from ((each, scanned) for each, number in seen if each in added and number in numbers)
    for relation in Item._meta.get_fields(include_hidden=True):  # documented
        if not isinstance(relation, ForeignObjectRel) or relation.related_model in (Holding, ItemImportRow):
            continue
        model, name = relation.related_model, relation.field.name
        found = model._default_manager.filter(**{f"{name}__import_rows__run": run})
        why = say("貸出の記録があります。") if model in (Loan, LoanDay) else say("他の記録から使われています。")
        yield from ((each, why) for each in _among(found, f"{name}_id", added))


def _among(found: QuerySet[Any], column: str, added: Collection[int]) -> list[int]:
    return sorted(set(found.values_list(column, flat=True)) & set(added))


def _clashes(run: ItemImport, rows: Sequence[ItemImportRow], left: Kept) -> Iterator[tuple[int, Said]]:
    """Yield the rows whose serial of before is taken by what stays, which may be a row that is kept for that."""
    undone = [row for row in rows if row.pk not in left and row.before != row.after]
    leaving = {row.item_id for row in undone}
    staying = Item.objects.filter(contract=run.contract_id).exclude(serial="")
    taken = [each for each in staying.values_list("register", "serial", "number", "pk") if each[3] not in leaving]
    wanted = {(row.before["register"], row.before["serial"]): row for row in undone if row.before.get("serial")}
    while taken:
        register, serial, number, _key = taken.pop()
        row = wanted.pop((register, serial), None)
        if row is None or row.item is None:
            continue
        why = say("製造番号「%(serial)s」は管理番号 %(number)s で使われています。", serial=serial, number=number)
        yield row.pk, why
        if row.item.serial:
            taken.append((row.item.register, row.item.serial, row.number, row.item.pk))


@transaction.atomic
def undo_import(*, access: Access, import_id: int, named_in: NamedIn, now: datetime) -> ItemImport:
    """Take an import back as one act: added items go, changed ones are as before; what was changed since stays.

    `named_in` tells which items applications name; it is asked when nobody else can apply until the commit.
    Raises ItemStateError where it was undone already.
    """
    run = import_of(access, import_id)
    lock_numbers(access.contract)
    lock_registers(access.contract)
    lock_imported(run)
    run.refresh_from_db()
    if run.undone_at is not None:
        raise ItemStateError(_("この取込はすでに取り消されています。"))
    staying = standing(run, named=named_in(run))
    rows = list(run.rows.select_related("item").order_by("pk"))
    for row in rows:
        row.note = kept([staying[row.pk]]) if row.pk in staying else ""
    update_rows([row for row in rows if row.note], ["note"])
    undone = [row for row in rows if not row.note and row.before != row.after]
    removed = [row.item_id for row in undone if row.is_added and row.item_id]
    for start in range(0, len(removed), CHUNK):
        Item.objects.filter(pk__in=removed[start : start + CHUNK]).delete()
    restored = [_as_before(row.item, row) for row in undone if not row.is_added and row.item]
    Item.objects.filter(pk__in=[each.pk for each in restored]).update(serial="")
    update_rows(restored, CHANGED_COLUMNS)
    hold_as_imported(restored, run, now=now)
    run.undone_at, run.undone_by, run.kept_count = now, access.person, len(staying)
    run.save(update_fields=["undone_at", "undone_by", "kept_count"])
    details = {"removed": len(removed), "restored": len(restored), "kept": len(staying)}
    entry = Entry(act="undo_item_import", subject=f"item_import:{run.pk}", details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    return run


def _as_before(item: Item, row: ItemImportRow) -> Item:
    for name in CHANGED_COLUMNS:
        setattr(item, "holder_id" if name == "holder" else name, row.before[name])
    until = row.before["valid_until"]
    item.valid_until = date.fromisoformat(until) if until else None
    return item
