"""Items: added, moved between people and places, renewed, lost, retired, counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from madoguchi.assets.errors import ItemStateError
from madoguchi.assets.locks import lock_registers, locked_item
from madoguchi.assets.models import Holding, Item, Loan
from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.works_vocabulary import ItemState, LoanState, Register
from madoguchi.desk.errors import FieldError
from madoguchi.desk.models import Ticket
from madoguchi.people.models import Person

MAX_QUANTITY = 1_000_000
LONGEST = {"name": 120, "note": 400}
CHANGEABLE = {"name": "名称", "note": "備考", "valid_until": "有効期限"}
GONE = frozenset((ItemState.LOST.value, ItemState.RETIRED.value))


@dataclass(frozen=True, kw_only=True, slots=True)
class NewItem:
    register: Register
    number: str
    name: str
    serial: str = ""
    place: str = ""
    holder: Person | None = None
    valid_until: date | None = None
    quantity: int = 1
    reorder_below: int = 0
    note: str = ""


@transaction.atomic
def add_item(*, access: Access, new: NewItem, now: datetime, ticket: Ticket | None = None) -> Item:
    """Add an item to a register. Raises FieldError for a number or serial that is there already."""
    access.require(Right.RECEIVE)
    lock_registers(access.contract)
    known = Item.objects.filter(contract=access.contract)
    if not new.number.strip():
        raise FieldError("number", _("管理番号を入力してください。"))
    if known.filter(number=new.number).exists():
        raise FieldError("number", _("管理番号「%(given)s」は使われています。") % {"given": new.number[:40]})
    if new.serial and known.filter(register=new.register.value, serial=new.serial).exists():
        raise FieldError("serial", _("製造番号「%(given)s」は登録済みです。") % {"given": new.serial[:80]})
    item = Item.objects.create(
        contract=access.contract, register=new.register.value, number=new.number, name=new.name, serial=new.serial,
        place=new.place, holder=new.holder, valid_until=new.valid_until, quantity=new.quantity,
        reorder_below=new.reorder_below, note=new.note,
        state=(ItemState.IN_USE if new.holder else ItemState.IN_STOCK).value,
    )  # fmt: skip
    Holding.objects.create(item=item, person=new.holder, place=new.place, ticket=ticket, start_at=now)
    _note(access, item, "add_item", now=now)
    return item


@transaction.atomic
def hand_over_item(
    *,
    access: Access,
    item_id: int,
    person: Person | None,
    place: str | None,
    now: datetime,
    ticket: Ticket | None = None,
) -> Item:
    """Give an item to a person, or back into stock; `place` None leaves it where it is."""
    access.require(Right.RECEIVE)
    item = locked_item(contract=access.contract, item_id=item_id)
    _check_there(item)
    if Loan.objects.filter(item=item, state=LoanState.OUT.value).exists():
        raise ItemStateError(_("「%(item)s」は貸出中です。先に返却を記録してください。") % {"item": str(item)})
    held(
        item,
        person=person,
        place=place,
        state=ItemState.IN_USE if person else ItemState.IN_STOCK,
        now=now,
        ticket=ticket,
    )
    _note(access, item, "hand_over_item", now=now)
    return item


@transaction.atomic
def place_item(*, access: Access, item_id: int, place: str, now: datetime, ticket: Ticket | None = None) -> Item:
    """Record where an item stands from now on; who holds it stays."""
    access.require(Right.RECEIVE)
    item = locked_item(contract=access.contract, item_id=item_id)
    _check_there(item)
    held(item, person=item.holder, place=place, state=ItemState(item.state), now=now, ticket=ticket)
    _note(access, item, "place_item", now=now)
    return item


@transaction.atomic
def renew_item(*, access: Access, item_id: int, until: date, now: datetime) -> Item:
    """Let a registration go on until a day. Raises FieldError for a day that is not later than the present one."""
    access.require(Right.RECEIVE)
    item = locked_item(contract=access.contract, item_id=item_id)
    _check_there(item)
    if item.valid_until is not None and until <= item.valid_until:
        raise FieldError(
            "until", _("現在の有効期限 %(until)s より後の日にしてください。") % {"until": item.valid_until}
        )
    item.valid_until = until
    item.save(update_fields=["valid_until"])
    _note(access, item, "renew_item", now=now)
    return item


@transaction.atomic
def change_item(
    *, access: Access, item_id: int, changes: Mapping[str, str | date], note: str, now: datetime, ticket: Ticket | None
) -> Item:
    """Change an item's name, remark or last day; its history says from what to what, and `note` besides.

    Raises FieldError for a text that is too long.
    """
    access.require(Right.RECEIVE)
    item = locked_item(contract=access.contract, item_id=item_id)
    _check_there(item)
    said = [note] if note else []
    for name, value in changes.items():
        longest = LONGEST.get(name, len(str(value)))
        if len(str(value)) > longest:
            raise FieldError("to", _("%(n)s文字以内で入力してください。") % {"n": longest})
        said.append(f"{CHANGEABLE[name]}: {getattr(item, name) or '－'} → {value}")
        setattr(item, name, value)
    item.save(update_fields=list(changes))
    held(
        item, person=item.holder, place=None, state=ItemState(item.state), now=now, ticket=ticket, note="\n".join(said)
    )
    _note(access, item, "change_item", now=now)
    return item


@transaction.atomic
def end_item(*, access: Access, item_id: int, state: ItemState, now: datetime, ticket: Ticket | None = None) -> Item:
    """Mark an item as lost or retired; a loan of it ends, and the days booked are free for nobody."""
    access.require(Right.RECEIVE)
    item = locked_item(contract=access.contract, item_id=item_id)
    _check_there(item)
    for loan in item.loans.filter(state__in=(LoanState.RESERVED.value, LoanState.OUT.value)):
        loan.days.all().delete()
        loan.state = (LoanState.RETURNED if loan.state == LoanState.OUT else LoanState.CANCELLED).value
        loan.returned_at, loan.condition = now, state.label
        loan.save()
    held(item, person=None, place=item.place, state=state, now=now, ticket=ticket)
    _note(access, item, f"item_{state.value}", now=now)
    return item


@transaction.atomic
def change_stock(*, access: Access, item_id: int, by: int, now: datetime) -> Item:
    """Add to a supply's stock, or take from it. Raises FieldError where there is not as much."""
    access.require(Right.RECEIVE)
    item = locked_item(contract=access.contract, item_id=item_id)
    _check_there(item)
    if not 0 <= item.quantity + by <= MAX_QUANTITY:
        text = _("在庫は%(there)s個です。%(asked)s個は払い出せません。")
        raise FieldError("quantity", text % {"there": item.quantity, "asked": -by})
    item.quantity += by
    item.save(update_fields=["quantity"])
    _note(access, item, "change_stock", now=now, by=by)
    return item


def held(
    item: Item, *, person: Person | None, place: str | None, state: ItemState, now: datetime, ticket: Ticket | None,
    note: str = "",
) -> None:  # fmt: skip
    """Write who holds an item from now on; the row before ends. The caller holds the item's lock."""
    item.holder, item.state = person, state.value
    item.place = item.place if place is None else place
    item.save(update_fields=["holder", "place", "state"])
    item.holdings.filter(end_at__isnull=True).update(end_at=now)
    Holding.objects.create(item=item, person=person, place=item.place, ticket=ticket, start_at=now, note=note)


def _check_there(item: Item) -> None:
    if item.state in GONE:
        text = _("「%(item)s」は%(state)sです。")
        raise ItemStateError(text % {"item": str(item), "state": ItemState(item.state).label})


def _note(access: Access, item: Item, act: str, *, now: datetime, **details: int) -> None:
    entry = Entry(act=act, subject=f"item:{item.pk}", details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
