"""Reads on registers and loans."""

from datetime import date

from django.db.models import F, Q, QuerySet

from madoguchi.assets.models import Holding, Item, Loan
from madoguchi.contracts.access import Access
from madoguchi.contracts.models import Contract
from madoguchi.contracts.rules import Right
from madoguchi.core.works_vocabulary import ItemState, LoanState, Register

GONE = (ItemState.RETIRED.value, ItemState.LOST.value)


def items_of(access: Access, *, register: str = "", state: str = "", query: str = "") -> QuerySet[Item]:
    """Return the items of the contract's registers, narrowed; retired ones only when their state is asked."""
    access.require(Right.RECEIVE)
    found = Item.objects.filter(contract=access.contract).select_related("holder")
    if register in set(Register):
        found = found.filter(register=register)
    found = found.filter(state=state) if state in set(ItemState) else found.exclude(state=ItemState.RETIRED.value)
    for each in query.replace("\x00", "").split()[:5]:
        found = found.filter(
            Q(number__icontains=each) | Q(name__icontains=each) | Q(serial__icontains=each)
            | Q(place__icontains=each) | Q(holder__name__icontains=each)
        )  # fmt: skip
    return found.order_by("register", "number")


def choosable_items(*, contract: Contract, register: str) -> QuerySet[Item]:
    """Return the items a task can name: those of its register that are still there."""
    found = Item.objects.filter(contract=contract).exclude(state__in=GONE)
    return (found.filter(register=register) if register else found).order_by("number")


def overdue_loans(*, contract: Contract, day: date) -> QuerySet[Loan]:
    """Return the loans that should have been returned before a day, the oldest first."""
    late = Loan.objects.filter(item__contract=contract, state=LoanState.OUT.value, until_date__lt=day)
    return late.select_related("item", "person").order_by("until_date", "pk")


def running_loans(*, contract: Contract) -> QuerySet[Loan]:
    states = (LoanState.RESERVED.value, LoanState.OUT.value)
    found = Loan.objects.filter(item__contract=contract, state__in=states)
    return found.select_related("item", "person", "ticket").order_by("until_date", "pk")


def supplies_to_order(*, contract: Contract) -> QuerySet[Item]:
    short = Item.objects.filter(contract=contract, register=Register.SUPPLY.value, quantity__lt=F("reorder_below"))
    return short.exclude(state=ItemState.RETIRED.value).order_by("number")


def history_of(item: Item) -> QuerySet[Holding]:
    """Return who held an item, the latest first."""
    return item.holdings.select_related("person", "ticket").order_by("-start_at", "-pk")
