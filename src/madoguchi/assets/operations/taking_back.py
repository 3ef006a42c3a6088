"""An import of a register undone as one act: what nothing later stands on goes back, the rest is kept and named."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import ForeignObjectRel, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from madoguchi.assets.errors import ItemStateError
from madoguchi.assets.locks import lock_registers
from madoguchi.assets.models import Holding, Item, ItemImport, ItemImportRow, Loan, LoanDay, StocktakeScan
from madoguchi.assets.operations.importing import CHANGED_COLUMNS, CHUNK, hold_as_imported, kept_values
from madoguchi.audit.bulk import update_rows
from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.people.languages import listed

# how the columns that a file fills are called, where one was changed since
CALLED: dict[str, Callable[[], str]] = {
    "register": lambda: _("台帳"), "name": lambda: _("名前"), "serial": lambda: _("製造番号"),
    "place": lambda: _("設置場所"), "holder": lambda: _("使っている人"), "valid_until": lambda: _("有効期限"),
    "quantity": lambda: _("個数"), "reorder_below": lambda: _("発注点"), "note": lambda: _("備考"),
    "state": lambda: _("状態"),
}  # fmt: skip
LONGEST_NOTE = 400
Kept = dict[int, str]


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
    kept = {row.pk: why for row in rows if (why := _changed_since(row))}
    added = {row.item_id: row.pk for row in rows if row.is_added and row.item_id and row.pk not in kept}
    for item_id, why in _stood_on(run, added, named=named):
        kept.setdefault(added[item_id], why)
    return kept | dict(_clashes(run, rows, kept))


def _changed_since(row: ItemImportRow) -> str:
    if row.item is None:
        return _("この品目はもうありません。")
    if not row.after:
        return _("取込の記録が消去されたため、元に戻せません。")
    if row.before == row.after:
        return ""
    now = kept_values(row.item)
    changed = [CALLED[name]() for name in CHANGED_COLUMNS if now[name] != row.after[name]]
    return _("その後に変更されています: %(columns)s") % {"columns": listed(changed)} if changed else ""


def _stood_on(run: ItemImport, added: Collection[int], *, named: Collection[int]) -> Iterator[tuple[int, str]]:
    """Yield the added items that something made since points to: removing them would take it along."""
    yield from ((each, _("申請で使われています。")) for each in sorted(set(added) & set(named)))
    moved = Holding.objects.filter(item__import_rows__run=run, by_import=None)
    yield from ((each, _("その後に持ち主か場所が変わっています。")) for each in _among(moved, "item_id", added))
    scans = StocktakeScan.objects.filter(stocktake__contract=run.contract_id, scanned_at__gte=run.imported_at)
    numbers = set(scans.values_list("number", flat=True))
    seen = run.rows.filter(is_added=True).values_list("item_id", "number")
    yield from (
        (each, _("その後の棚卸で読み取られています。")) for each, number in seen if each in added and number in numbers
    )
    for relation in Item._meta.get_fields(include_hidden=True):  # documented
        if not isinstance(relation, ForeignObjectRel) or relation.related_model in (Holding, ItemImportRow):
            continue
        model, name = relation.related_model, relation.field.name
        found = model._default_manager.filter(**{f"{name}__import_rows__run": run})
        why = _("貸出の記録があります。") if model in (Loan, LoanDay) else _("他の記録から使われています。")
        yield from ((each, why) for each in _among(found, f"{name}_id", added))


def _among(found: QuerySet[Any], column: str, added: Collection[int]) -> list[int]:
    return sorted(set(found.values_list(column, flat=True)) & set(added))


def _clashes(run: ItemImport, rows: Sequence[ItemImportRow], kept: Kept) -> Iterator[tuple[int, str]]:
    """Yield the rows whose serial of before is taken by what stays, which may be a row that is kept for that."""
    undone = [row for row in rows if row.pk not in kept and row.before != row.after]
    leaving = {row.item_id for row in undone}
    staying = Item.objects.filter(contract=run.contract_id).exclude(serial="")
    taken = [each for each in staying.values_list("register", "serial", "number", "pk") if each[3] not in leaving]
    wanted = {(row.before["register"], row.before["serial"]): row for row in undone if row.before.get("serial")}
    while taken:
        register, serial, number, _key = taken.pop()
        row = wanted.pop((register, serial), None)
        if row is None or row.item is None:
            continue
        yield row.pk, _("製造番号「%(serial)s」は管理番号 %(number)s で使われています。") % {
            "serial": serial, "number": number,
        }  # fmt: skip
        if row.item.serial:
            taken.append((row.item.register, row.item.serial, row.number, row.item.pk))


@transaction.atomic
def undo_import(*, access: Access, import_id: int, named: Collection[int], now: datetime) -> ItemImport:
    """Take an import back as one act: added items go, changed ones are as before; what was changed since stays.

    Raises ItemStateError where it was undone already.
    """
    run = import_of(access, import_id)
    lock_registers(access.contract)
    list(Item.objects.select_for_update(no_key=True).filter(import_rows__run=run).values_list("pk", flat=True))
    run.refresh_from_db()
    if run.undone_at is not None:
        raise ItemStateError(_("この取込はすでに取り消されています。"))
    kept = standing(run, named=named)
    rows = list(run.rows.select_related("item").order_by("pk"))
    for row in rows:
        row.note = kept.get(row.pk, "")[:LONGEST_NOTE]
    update_rows([row for row in rows if row.note], ["note"])
    undone = [row for row in rows if not row.note and row.before != row.after]
    removed = [row.item_id for row in undone if row.is_added and row.item_id]
    for start in range(0, len(removed), CHUNK):
        Item.objects.filter(pk__in=removed[start : start + CHUNK]).delete()
    restored = [_as_before(row.item, row) for row in undone if not row.is_added and row.item]
    Item.objects.filter(pk__in=[each.pk for each in restored]).update(serial="")
    update_rows(restored, CHANGED_COLUMNS)
    hold_as_imported(restored, run, now=now)
    run.undone_at, run.undone_by, run.kept_count = now, access.person, len(kept)
    run.save(update_fields=["undone_at", "undone_by", "kept_count"])
    details = {"removed": len(removed), "restored": len(restored), "kept": len(kept)}
    entry = Entry(act="undo_item_import", subject=f"item_import:{run.pk}", details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    return run


def _as_before(item: Item, row: ItemImportRow) -> Item:
    for name in CHANGED_COLUMNS:
        setattr(item, "holder_id" if name == "holder" else name, row.before[name])
    until = row.before["valid_until"]
    item.valid_until = date.fromisoformat(until) if until else None
    return item
