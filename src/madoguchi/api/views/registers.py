"""Registers and loans: found, added, handed over, reserved, lent, returned."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema
from ninja.params import functions as given_in
from pydantic import Field, StringConstraints

from madoguchi.api.entering import (
    PAGE,
    REFUSALS,
    WRITE_REFUSALS,
    IdempotencyKey,
    checked_page,
    entered,
    note_view,
    once,
    person_named,
)  # fmt: skip
from madoguchi.api.schemas import NO_FLAG, NO_NUL, Identity, Key, Strict
from madoguchi.assets.models import Item, Loan
from madoguchi.assets.operations.items import MAX_QUANTITY, NewItem, add_item, hand_over_item
from madoguchi.assets.operations.loans import NewLoan, cancel_reservation, lend_item, reserve_item, return_item
from madoguchi.assets.queries import history_of, items_of, running_loans
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.works_vocabulary import ItemState, LoanState, Register
from madoguchi.desk.errors import FieldError
from madoguchi.people.models import Person

router = Router()
Number = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=NO_NUL)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=NO_NUL)]
Place = Annotated[str, StringConstraints(max_length=120, pattern=NO_NUL)]
Remark = Annotated[str, StringConstraints(max_length=400, pattern=NO_NUL)]
Serial = Annotated[str, StringConstraints(max_length=80, pattern=NO_NUL)]
Sought = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]
Quantity = Annotated[int, Field(ge=0, le=MAX_QUANTITY), NO_FLAG]


class ItemListIn(Strict):
    register_name: Register | None = None
    state: ItemState | None = None
    q: Sought = ""
    page: Identity = 1


class ItemIn(Strict):
    """`holder` is a person's id in the contract."""

    register_name: Register
    number: Number
    name: Name
    serial: Serial = ""
    place: Place = ""
    holder: Identity | None = None
    valid_until: date | None = None
    quantity: Quantity = 1
    reorder_below: Quantity = 0
    note: Remark = ""


class HandOverIn(Strict):
    """Without a `person` the item goes back into stock; without a `place` it stays where it is."""

    person: Identity | None = None
    place: Place | None = None


class LoanIn(Strict):
    """Both days included."""

    item: Identity
    person: Identity
    start_date: date
    until_date: date


class LoanActIn(Strict):
    """What is done with a loan; `condition` is what the check of a returned item found."""

    act: Annotated[str, StringConstraints(pattern="^(lend|return|cancel)$")]
    condition: Remark = ""


class NamedOut(Schema):
    id: int
    name: str


class ItemOut(Schema):
    id: int
    register_name: Register
    number: str
    name: str
    serial: str
    place: str
    state: ItemState
    holder: NamedOut | None
    valid_until: date | None
    quantity: int
    reorder_below: int
    note: str


class HoldingOut(Schema):
    person: NamedOut | None
    place: str
    start_at: datetime
    end_at: datetime | None


class ItemDetailOut(ItemOut):
    history: list[HoldingOut]


class LoanOut(Schema):
    id: int
    item: int
    person: NamedOut
    start_date: date
    until_date: date
    state: LoanState
    lent_at: datetime | None
    returned_at: datetime | None
    condition: str


def _person(person: Person | None) -> dict[str, Any] | None:
    return {"id": person.pk, "name": person.name} if person else None


def _text(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None


def shape_of_item(item: Item) -> dict[str, Any]:
    return {
        "id": item.pk, "register_name": item.register, "number": item.number, "name": item.name, "serial": item.serial,
        "place": item.place, "state": item.state, "holder": _person(item.holder),
        "valid_until": _text(item.valid_until), "quantity": item.quantity, "reorder_below": item.reorder_below,
        "note": item.note,
    }  # fmt: skip


def shape_of_loan(loan: Loan) -> dict[str, Any]:
    return {
        "id": loan.pk, "item": loan.item_id, "person": _person(loan.person), "start_date": _text(loan.start_date),
        "until_date": _text(loan.until_date), "state": loan.state, "lent_at": _text(loan.lent_at),
        "returned_at": _text(loan.returned_at), "condition": loan.condition,
    }  # fmt: skip


@router.get("/contracts/{contract}/items", response={200: list[ItemOut], **REFUSALS})
def items(request: HttpRequest, contract: Path[Key], asked: Query[ItemListIn]) -> Any:  # noqa: ANN401
    """A page of 100 items of the registers; retired ones only when their state is asked for."""
    access, page = entered(request, contract), checked_page(asked.page)
    for name in sorted(set(request.GET) - set(ItemListIn.model_fields)):
        raise FieldError(name[:60], _("この項目はありません。"))
    wanted = {"register": asked.register_name or "", "state": asked.state or ""}
    found = items_of(access, query=asked.q, **wanted)
    note_view(access, "list_items", "items", **{name: str(value) for name, value in wanted.items()})
    return [shape_of_item(each) for each in found[(page - 1) * PAGE : page * PAGE]]


@router.get("/contracts/{contract}/items/{item_id}", response={200: ItemDetailOut, **REFUSALS})
def item(request: HttpRequest, contract: Path[Key], item_id: Path[Identity]) -> Any:  # noqa: ANN401
    """One item with the latest 100 who held it."""
    access = entered(request, contract)
    access.require(Right.RECEIVE)
    found = _item(access, item_id)
    note_view(access, "view_item", f"item:{found.pk}")
    history = [
        {"person": _person(each.person), "place": each.place, "start_at": each.start_at, "end_at": each.end_at}
        for each in history_of(found)[:PAGE]
    ]
    return shape_of_item(found) | {"history": history}


def _item(access: Access, item_id: int) -> Item:
    return get_object_or_404(Item.objects.select_related("holder"), contract=access.contract, pk=item_id)


@router.post("/contracts/{contract}/items", response={201: ItemOut, **WRITE_REFUSALS})
def add(
    request: HttpRequest,
    contract: Path[Key],
    given: ItemIn,
    idempotency_key: IdempotencyKey = given_in.Header("", alias="Idempotency-Key"),
) -> Any:  # noqa: ANN401
    """Add an item to a register."""
    access, now = entered(request, contract, writes=True), timezone.now()
    access.require(Right.RECEIVE)
    new = NewItem(
        **given.model_dump(exclude={"holder", "register_name"}), register=given.register_name,
        holder=person_named(access, given.holder, "holder"),
    )  # fmt: skip

    def do() -> dict[str, Any]:
        return shape_of_item(add_item(access=access, new=new, now=now))

    return once(request, key=idempotency_key, status=201, now=now, do=do)


@router.post("/contracts/{contract}/items/{item_id}/holder", response={200: ItemOut, **WRITE_REFUSALS})
def hand_over(
    request: HttpRequest,
    contract: Path[Key],
    item_id: Path[Identity],
    given: HandOverIn,
    idempotency_key: IdempotencyKey = given_in.Header("", alias="Idempotency-Key"),
) -> Any:  # noqa: ANN401
    """Give an item to a person, or back into stock."""
    access, now = entered(request, contract, writes=True), timezone.now()
    access.require(Right.RECEIVE)
    known, person = _item(access, item_id), person_named(access, given.person, "person")

    def do() -> dict[str, Any]:
        hand_over_item(access=access, item_id=known.pk, person=person, place=given.place, now=now)
        return shape_of_item(_item(access, known.pk))

    return once(request, key=idempotency_key, status=200, now=now, do=do)


@router.get("/contracts/{contract}/loans", response={200: list[LoanOut], **REFUSALS})
def loans(request: HttpRequest, contract: Path[Key], page: Identity = given_in.Query(1)) -> Any:  # noqa: ANN401
    """A page of 100 loans that are reserved or out, the earliest end in front."""
    access, page = entered(request, contract), checked_page(page)
    access.require(Right.RECEIVE)
    note_view(access, "list_loans", "loans")
    found = running_loans(contract=access.contract)[(page - 1) * PAGE : page * PAGE]
    return [shape_of_loan(each) for each in found]


@router.post("/contracts/{contract}/loans", response={201: LoanOut, **WRITE_REFUSALS})
def reserve(
    request: HttpRequest,
    contract: Path[Key],
    given: LoanIn,
    idempotency_key: IdempotencyKey = given_in.Header("", alias="Idempotency-Key"),
) -> Any:  # noqa: ANN401
    """Book an item for days; of many at once one wins, the others get 409."""
    access, now = entered(request, contract, writes=True), timezone.now()
    access.require(Right.RECEIVE)
    person = person_named(access, given.person, "person")
    assert person is not None
    if not Item.objects.filter(contract=access.contract, pk=given.item).exists():
        raise FieldError("item", _("この契約にない値です。"))
    new = NewLoan(item_id=given.item, person=person, start_date=given.start_date, until_date=given.until_date)

    def do() -> dict[str, Any]:
        return shape_of_loan(reserve_item(access=access, new=new, now=now))

    return once(request, key=idempotency_key, status=201, now=now, do=do)


@router.post("/contracts/{contract}/loans/{loan_id}/acts", response={200: LoanOut, **WRITE_REFUSALS})
def act_on_loan(
    request: HttpRequest,
    contract: Path[Key],
    loan_id: Path[Identity],
    given: LoanActIn,
    idempotency_key: IdempotencyKey = given_in.Header("", alias="Idempotency-Key"),
) -> Any:  # noqa: ANN401
    """Lend what is reserved, take it back, or cancel the reservation."""
    access, now = entered(request, contract, writes=True), timezone.now()

    def do() -> dict[str, Any]:
        if given.act == "return":
            loan = return_item(access=access, loan_id=loan_id, condition=given.condition, now=now)
        else:
            do_it = lend_item if given.act == "lend" else cancel_reservation
            loan = do_it(access=access, loan_id=loan_id, now=now)
        return shape_of_loan(loan)

    return once(request, key=idempotency_key, status=200, now=now, do=do)
