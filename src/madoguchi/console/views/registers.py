"""Registers: items listed, added, moved, lent and returned."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from madoguchi.assets.errors import BookedError, ItemStateError
from madoguchi.assets.models import Item
from madoguchi.assets.operations.items import (
    NewItem,
    add_item,
    change_stock,
    end_item,
    hand_over_item,
    place_item,
    renew_item,
)
from madoguchi.assets.operations.loans import NewLoan, cancel_reservation, lend_item, reserve_item, return_item
from madoguchi.assets.queries import history_of, items_of, overdue_loans, running_loans, supplies_to_order
from madoguchi.audit.operations import Entry, record
from madoguchi.console.register_forms import ItemActForm, LoanActForm, NewItemForm
from madoguchi.contracts.access import Access
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.works_vocabulary import ItemState, Register
from madoguchi.desk.errors import FieldError

SHOWN = 200
Given = Mapping[str, Any]


@require_GET
@contract_page(Right.RECEIVE)
def items(request: ContractRequest) -> HttpResponse:
    """Show the registers, narrowed by register, state and words; what has to be ordered stands in front."""
    access, asked = request.access, request.GET
    wanted = {name: asked.get(name, "")[:100] for name in ("register", "state", "query")}
    found = items_of(access, **wanted)
    entry = Entry(act="view_list", subject="items", details={"filter": asked.urlencode()[:500]})
    record(chain=access.contract.key, at=timezone.now(), actor=access.person.key, entries=[entry])
    context = {
        "items": found[:SHOWN], "count": found.count(), "shown": SHOWN, "wanted": wanted, "registers": tuple(Register),
        "states": tuple(ItemState), "short": supplies_to_order(contract=access.contract),
        "query_text": asked.urlencode(), "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "console/registers/items.html", context)


@require_http_methods(["GET", "POST"])
@contract_page(Right.RECEIVE)
def new(request: ContractRequest) -> HttpResponse:
    access = request.access
    form = NewItemForm(request.POST if request.method == "POST" else None, access=access)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            added = add_item(
                access=access, new=NewItem(**{**given, "register": Register(given["register"])}), now=timezone.now()
            )
        except FieldError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("台帳に登録しました。"))
            return redirect("item", contract_key=access.contract.key, item_id=added.pk)
    return render(request, "console/registers/new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@contract_page(Right.RECEIVE)
def show(request: ContractRequest, item_id: int) -> HttpResponse:
    """Show an item with its history and loans; a POST does one thing to it."""
    access, now = request.access, timezone.now()
    item = Item.objects.filter(contract=access.contract, pk=item_id).select_related("holder").first()
    if item is None:
        raise Http404
    form = ItemActForm(request.POST if request.method == "POST" else None, access=access)
    if request.method == "POST" and form.is_valid():
        try:
            DOINGS[form.cleaned_data["act"]](access, item, form.cleaned_data, now)
        except (FieldError, BookedError, ItemStateError) as error:
            field = getattr(error, "field", None)
            form.add_error(field if field in form.fields else None, str(error))
        else:
            messages.success(request, _("記録しました。"))
            return redirect("item", contract_key=access.contract.key, item_id=item_id)
    entry = Entry(act="view_item", subject=f"item:{item.pk}")
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    item.refresh_from_db()
    context = {
        "item": item, "form": form, "history": history_of(item)[:SHOWN],
        "loans": item.loans.select_related("person", "ticket").order_by("-start_date", "-pk")[:SHOWN],
    }  # fmt: skip
    return render(request, "console/registers/item.html", context, status=422 if form.is_bound else 200)


def _reserve(access: Access, item: Item, given: Given, now: datetime) -> None:
    new_loan = NewLoan(
        item_id=item.pk, person=given["person"], start_date=given["start_date"], until_date=given["until_date"]
    )
    reserve_item(access=access, new=new_loan, now=now)


def _hand_over(access: Access, item: Item, given: Given, now: datetime) -> None:
    place = given["place"] or None
    hand_over_item(access=access, item_id=item.pk, person=given["person"], place=place, now=now)


def _place(access: Access, item: Item, given: Given, now: datetime) -> None:
    place_item(access=access, item_id=item.pk, place=given["place"], now=now)


def _renew(access: Access, item: Item, given: Given, now: datetime) -> None:
    renew_item(access=access, item_id=item.pk, until=given["until"], now=now)


def _stock(access: Access, item: Item, given: Given, now: datetime) -> None:
    change_stock(access=access, item_id=item.pk, by=given["quantity"], now=now)


def _lost(access: Access, item: Item, _given: Given, now: datetime) -> None:
    end_item(access=access, item_id=item.pk, state=ItemState.LOST, now=now)


def _retired(access: Access, item: Item, _given: Given, now: datetime) -> None:
    end_item(access=access, item_id=item.pk, state=ItemState.RETIRED, now=now)


DOINGS: Mapping[str, Callable[[Access, Item, Given, datetime], None]] = {
    "reserve": _reserve,
    "hand_over": _hand_over,
    "place": _place,
    "renew": _renew,
    "stock": _stock,
    "lost": _lost,
    "retired": _retired,
}


@require_http_methods(["GET", "POST"])
@contract_page(Right.RECEIVE)
def loans(request: ContractRequest) -> HttpResponse:
    """Show what is reserved, lent and late; a POST lends, takes back or cancels."""
    access, now = request.access, timezone.now()
    form = LoanActForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if given["act"] == "return":
                return_item(access=access, loan_id=given["loan"], condition=given["condition"], now=now)
            else:
                doing = lend_item if given["act"] == "lend" else cancel_reservation
                doing(access=access, loan_id=given["loan"], now=now)
        except ItemStateError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("記録しました。"))
            return redirect("loans", contract_key=access.contract.key)
    late = overdue_loans(contract=access.contract, day=timezone.localdate(now))
    context = {
        "form": form, "late": set(late.values_list("pk", flat=True)),
        "loans": running_loans(contract=access.contract)[:SHOWN],
    }  # fmt: skip
    return render(request, "console/registers/loans.html", context, status=422 if form.is_bound else 200)
