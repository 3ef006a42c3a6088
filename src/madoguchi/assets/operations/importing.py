"""A register's CSV: read whole, every wrong cell named by its line, and all of it saved or nothing."""

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from madoguchi.assets.locks import lock_registers, locked_items
from madoguchi.assets.models import Holding, Item, ItemImport, ItemImportRow
from madoguchi.audit.bulk import insert_rows, stored_json, update_rows
from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access, people_of
from madoguchi.contracts.rules import Right
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.works_vocabulary import ItemState, Register

COLUMNS = ("台帳", "管理番号", "名前", "製造番号", "設置場所", "利用者メール", "有効期限", "個数", "発注点", "備考")
LIMITS = {"管理番号": 40, "名前": 120, "製造番号": 80, "設置場所": 120, "備考": 400}
REQUIRED = ("台帳", "管理番号", "名前")
MAX_ROWS, MAX_BYTES, MAX_NUMBER = 20_000, 10_000_000, 1_000_000
KEPT_COLUMNS = ("run_id", "item_id", "number", "is_added", "before", "after", "note")
CHUNK = 500
SHOWN_PROBLEMS = 200
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
YEARS = range(1990, 2100)


class RegisterFileError(MadoguchiError):
    """The file has wrong lines; nothing was saved. `problems` names each line, what it has, and what is allowed."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems[:SHOWN_PROBLEMS]))


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A line of the file, read."""

    line: int
    register: Register
    number: str
    name: str
    serial: str
    place: str
    holder: int | None
    valid_until: date | None
    quantity: int
    reorder_below: int
    note: str


def decoded(content: bytes) -> str:
    """Return the text of a file that a spreadsheet program wrote: UTF-8 or cp932. Raises RegisterFileError."""
    if len(content) > MAX_BYTES:
        text = _("ファイルが大きすぎます（%(size)s バイト、上限 %(limit)s バイト）。")
        raise RegisterFileError([text % {"size": len(content), "limit": MAX_BYTES}])
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RegisterFileError([_("文字コードを読み取れません。UTF-8 または Shift_JIS（cp932）で保存してください。")])


def cells_of(text: str, *, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each line's number and its cells by heading. Raises RegisterFileError for headings that are not these."""
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        headings = [each.strip() for each in next(reader, [])]
        if sorted(headings) != sorted(columns):
            given = {"given": "、".join(headings)[:200], "allowed": "、".join(columns)}
            raise RegisterFileError([_("1行目の見出しが「%(given)s」です。「%(allowed)s」にしてください。") % given])
        for cells in reader:
            if any(each.strip() for each in cells):
                yield reader.line_num, _by_heading(headings, cells, line=reader.line_num)
    except csv.Error as error:
        raise RegisterFileError([_("%(line)s行目: CSVとして読めません。") % {"line": reader.line_num}]) from error


def _by_heading(headings: Sequence[str], cells: Sequence[str], *, line: int) -> dict[str, str]:
    if len(cells) != len(headings):
        given = {"line": line, "n": len(cells), "allowed": len(headings)}
        raise RegisterFileError([_("%(line)s行目: 列が%(n)s個あります。%(allowed)s個にしてください。") % given])
    return {name: _plain(cell) for name, cell in zip(headings, cells, strict=True)}


def _plain(cell: str) -> str:
    """Return a cell as it was before an export kept it from being a formula."""
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


@transaction.atomic
def import_items(*, access: Access, content: bytes, now: datetime) -> ItemImport:
    """Add the items of a file and change those whose number is known. Raises RegisterFileError with every problem."""
    access.require(Right.MANAGE)
    lines = list(cells_of(decoded(content), columns=COLUMNS))
    if not lines:
        raise RegisterFileError([_("品目の行がありません。見出しの下に、1行に1品目を書いてください。")])
    rows = _checked(access, lines, day=timezone.localdate(now))
    lock_registers(access.contract)
    known = {each.number: each for each in locked_items(access.contract)}
    problems = list(_clashes(rows, known))
    if problems:
        raise RegisterFileError(problems)
    before = {each.number: kept_values(known[each.number]) for each in rows if each.number in known}
    new = [each for each in rows if each.number not in known]
    items = Item.objects.bulk_create((_new_item(access, each) for each in new), batch_size=CHUNK)
    changed = [_changed(known[each.number], each) for each in rows if each.number in known]
    # serials may change places within the file
    Item.objects.filter(pk__in=[each.pk for each in changed]).update(serial="")
    update_rows(changed, CHANGED_COLUMNS)
    run = ItemImport.objects.create(
        contract=access.contract, imported_at=now, imported_by=access.person, added_count=len(items),
        changed_count=len(changed),
    )  # fmt: skip
    kept = (
        (
            run.pk, each.pk, each.number, each.number not in before,
            stored_json(before.get(each.number, {})), stored_json(kept_values(each)), "",
        )
        for each in (*items, *changed)
    )  # fmt: skip
    insert_rows(table=ItemImportRow._meta.db_table, columns=KEPT_COLUMNS, rows=kept)
    hold_as_imported([*items, *changed], run, now=now)
    details = {"added": run.added_count, "changed": run.changed_count, "import": run.pk}
    record(
        chain=access.contract.key, at=now, actor=access.person.key,
        entries=[Entry(act="import_items", subject="register", details=details)],
    )  # fmt: skip
    return run


def kept_values(item: Item) -> dict[str, str | int | None]:
    """Return what a file can change of an item, as an import keeps it."""
    values = {name: getattr(item, "holder_id" if name == "holder" else name) for name in CHANGED_COLUMNS}
    return {**values, "valid_until": item.valid_until.isoformat() if item.valid_until else None}


def hold_as_imported(items: Sequence[Item], run: ItemImport, *, now: datetime) -> None:
    """Write who holds items from now on, because a file said so or was taken back; the rows before end."""
    Holding.objects.filter(item__in=[each.pk for each in items], end_at__isnull=True).update(end_at=now)
    Holding.objects.bulk_create(
        (
            Holding(item=each, person_id=each.holder_id, place=each.place, start_at=now, by_import=run)
            for each in items
        ),
        batch_size=CHUNK,
    )  # fmt: skip


CHANGED_COLUMNS = (
    "register",
    "name",
    "serial",
    "place",
    "holder",
    "valid_until",
    "quantity",
    "reorder_below",
    "note",
    "state",
)


def _new_item(access: Access, row: Row) -> Item:
    return _changed(Item(contract=access.contract, number=row.number), row)


def _changed(item: Item, row: Row) -> Item:
    item.register, item.name, item.serial, item.place = row.register.value, row.name, row.serial, row.place
    item.valid_until, item.quantity, item.reorder_below = row.valid_until, row.quantity, row.reorder_below
    item.note = row.note
    if item.state in (ItemState.IN_STOCK, ItemState.IN_USE):
        item.holder_id = row.holder
        item.state = (ItemState.IN_USE if row.holder else ItemState.IN_STOCK).value
    return item


def _checked(access: Access, lines: Sequence[tuple[int, Mapping[str, str]]], *, day: date) -> list[Row]:
    if len(lines) > MAX_ROWS:
        text = _("%(n)s行あります。一度に%(limit)s行までにしてください。")
        raise RegisterFileError([text % {"n": len(lines), "limit": MAX_ROWS}])
    mails = dict(people_of(contract=access.contract, day=day).exclude(mail="").values_list("mail", "pk"))
    by_mail = {mail.lower(): key for mail, key in mails.items()}
    problems: list[str] = []
    rows = []
    for line, cells in lines:
        found = _row(line, cells, by_mail, problems)
        if found is not None:
            rows.append(found)
    if problems:
        raise RegisterFileError(problems)
    return rows


def _row(line: int, cells: Mapping[str, str], by_mail: Mapping[str, int], problems: list[str]) -> Row | None:
    before = len(problems)
    for name in COLUMNS:
        problems += [_at(line, name, each) for each in _cell_problems(name, cells[name])]
    register = next((each for each in Register if cells["台帳"] in (each.value, each.label)), None)
    if register is None and cells["台帳"]:
        allowed = "、".join(each.label for each in Register)
        problems.append(
            _at(
                line,
                "台帳",
                _("「%(given)s」。使える値: %(allowed)s") % {"given": cells["台帳"][:40], "allowed": allowed},
            )
        )
    holder = by_mail.get(cells["利用者メール"].lower()) if cells["利用者メール"] else None
    if cells["利用者メール"] and holder is None:
        problems.append(
            _at(
                line,
                "利用者メール",
                _("「%(given)s」の人は登録されていません。") % {"given": cells["利用者メール"][:80]},
            )
        )
    until, quantity = _day(line, cells, problems), _number(line, "個数", cells, 1, problems)
    below = _number(line, "発注点", cells, 0, problems)
    if len(problems) > before or register is None:
        return None
    return Row(
        line=line, register=register, number=cells["管理番号"], name=cells["名前"], serial=cells["製造番号"],
        place=cells["設置場所"], holder=holder, valid_until=until, quantity=quantity, reorder_below=below,
        note=cells["備考"],
    )  # fmt: skip


def _at(line: int, name: str, what: str) -> str:
    return _("%(line)s行目 %(name)s: %(what)s") % {"line": line, "name": name, "what": what}


def _cell_problems(name: str, cell: str) -> Iterator[str]:
    if name in REQUIRED and not cell:
        yield _("必須の項目です。")
    if any(unicodedata.category(each) in ("Cc", "Cs") for each in cell):
        yield _("使えない制御文字が含まれています。")
    limit = LIMITS.get(name)
    if limit is not None and len(cell) > limit:
        yield _("%(n)s文字あります。%(limit)s文字以内で入力してください。") % {"n": len(cell), "limit": limit}


def _day(line: int, cells: Mapping[str, str], problems: list[str]) -> date | None:
    given = cells["有効期限"].replace("/", "-")
    if not given:
        return None
    try:
        day = parse_date(given)
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        text = _("「%(given)s」という日付はありません。2026-05-20 の形で入力してください。")
        problems.append(_at(line, "有効期限", text % {"given": cells["有効期限"][:40]}))
    return day


def _number(line: int, name: str, cells: Mapping[str, str], default: int, problems: list[str]) -> int:
    given = unicodedata.normalize("NFKC", cells[name])
    if not given:
        return default
    if not (given.isascii() and given.isdigit() and len(given) <= len(str(MAX_NUMBER)) and int(given) <= MAX_NUMBER):
        allowed = {"given": cells[name][:40], "low": 0, "high": MAX_NUMBER}
        text = _("「%(given)s」は使えません。%(low)sから%(high)sまでの整数を入力してください。")
        problems.append(_at(line, name, text % allowed))
        return default
    return int(given)


def _clashes(rows: Sequence[Row], known: Mapping[str, Item]) -> Iterator[str]:
    """Yield numbers and serials that stand twice in the file, or that another item has already."""
    numbers: dict[str, int] = {}
    serials: dict[tuple[str, str], int] = {}
    listed = {each.number for each in rows}
    taken = {(each.register, each.serial): each.number for each in known.values() if each.number not in listed}
    for row in rows:
        if row.number in numbers:
            given = {"given": row.number, "line": numbers[row.number]}
            yield _at(row.line, "管理番号", _("「%(given)s」は%(line)s行目にもあります。") % given)
        numbers.setdefault(row.number, row.line)
        key = (row.register.value, row.serial)
        if row.serial and key in serials:
            given = {"given": row.serial, "line": serials[key]}
            yield _at(row.line, "製造番号", _("「%(given)s」は%(line)s行目にもあります。") % given)
        if row.serial and key in taken:
            what = _("「%(given)s」は管理番号 %(number)s で登録済みです。") % {
                "given": row.serial,
                "number": taken[key],
            }
            yield _at(row.line, "製造番号", what)
        serials.setdefault(key, row.line)
