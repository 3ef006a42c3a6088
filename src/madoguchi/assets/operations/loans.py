"""Loans: reserved, lent, returned; a day is booked once, whoever asks at the same time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.assets.errors import BookedError, ItemStateError
from madoguchi.assets.locks import locked_item
from madoguchi.assets.models import Item, Loan, LoanDay
from madoguchi.assets.operations.items import GONE, held
from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.works_vocabulary import ItemState, LoanState, Register
from madoguchi.desk.errors import FieldError
from madoguchi.desk.models import Ticket
from madoguchi.people.models import Person

MAX_DAYS = 366


@dataclass(frozen=True, kw_only=True, slots=True)
class NewLoan:
    item_id: int
    person: Person
    start_date: date
    until_date: date
    ticket: Ticket | None = None


@transaction.atomic
def reserve_item(*, access: Access, new: NewLoan, now: datetime) -> Loan:
    """Book an item for days. Raises BookedError where one of them is taken: of many at once, one wins."""
    access.require(Right.RECEIVE)
    _check_days(new, today=timezone.localdate(now))
    item = locked_item(contract=access.contract, item_id=new.item_id)
    if item.state in GONE or item.register == Register.SUPPLY:
        text = _("「%(item)s」は貸し出せません（%(state)s）。")
        raise ItemStateError(text % {"item": str(item), "state": ItemState(item.state).label})
    taken = LoanDay.objects.filter(item=item, date__gte=new.start_date, date__lte=new.until_date).order_by("date")
    first = taken.select_related("loan").first()
    if first is not None:
        text = _(
            "「%(item)s」は %(start)s から %(until)s まで予約または貸出されています。別の品目か期間を選んでください。"
        )
        raise BookedError(text % {"item": str(item), "start": first.loan.start_date, "until": first.loan.until_date})
    loan = Loan.objects.create(
        item=item, person=new.person, ticket=new.ticket, start_date=new.start_date, until_date=new.until_date,
        state=LoanState.RESERVED.value,
    )  # fmt: skip
    count = (new.until_date - new.start_date).days + 1
    LoanDay.objects.bulk_create(
        LoanDay(loan=loan, item=item, date=new.start_date + timedelta(days=day)) for day in range(count)
    )
    _note(access, loan, "reserve_item", now=now)
    return loan


def _check_days(new: NewLoan, *, today: date) -> None:
    if new.start_date < today:
        raise FieldError("start_date", _("%(day)s は過去の日です。") % {"day": new.start_date})
    if new.until_date < new.start_date:
        raise FieldError("until_date", _("返却日は貸出日以後にしてください。"))
    if (new.until_date - new.start_date).days >= MAX_DAYS:
        raise FieldError("until_date", _("貸出は%(n)s日以内です。") % {"n": MAX_DAYS})


@transaction.atomic
def lend_item(*, access: Access, loan_id: int, now: datetime) -> Loan:
    """Give a reserved item out. Raises ItemStateError where it is not back yet."""
    loan = _locked_loan(access, loan_id)
    if loan.state != LoanState.RESERVED:
        raise ItemStateError(_("この予約は「%(state)s」です。") % {"state": LoanState(loan.state).label})
    if loan.item.state == ItemState.LENT:
        raise ItemStateError(_("「%(item)s」はまだ返却されていません。") % {"item": str(loan.item)})
    loan.state, loan.lent_at = LoanState.OUT.value, now
    loan.save(update_fields=["state", "lent_at"])
    held(loan.item, person=loan.person, place=None, state=ItemState.LENT, now=now, ticket=loan.ticket)
    _note(access, loan, "lend_item", now=now)
    return loan


@transaction.atomic
def return_item(*, access: Access, loan_id: int, condition: str, now: datetime) -> Loan:
    """Take a lent item back, with what the check of it found; days not used are free again."""
    loan = _locked_loan(access, loan_id)
    if loan.state != LoanState.OUT:
        raise ItemStateError(_("この貸出は「%(state)s」です。") % {"state": LoanState(loan.state).label})
    loan.state, loan.returned_at, loan.condition = LoanState.RETURNED.value, now, condition[:400]
    loan.save(update_fields=["state", "returned_at", "condition"])
    loan.days.filter(date__gte=timezone.localdate(now)).delete()
    held(loan.item, person=None, place=None, state=ItemState.IN_STOCK, now=now, ticket=loan.ticket)
    _note(access, loan, "return_item", now=now)
    return loan


@transaction.atomic
def cancel_reservation(*, access: Access, loan_id: int, now: datetime) -> Loan:
    loan = _locked_loan(access, loan_id)
    if loan.state != LoanState.RESERVED:
        raise ItemStateError(_("この貸出は「%(state)s」です。") % {"state": LoanState(loan.state).label})
    loan.days.all().delete()
    loan.state = LoanState.CANCELLED.value
    loan.save(update_fields=["state"])
    _note(access, loan, "cancel_reservation", now=now)
    return loan


def _locked_loan(access: Access, loan_id: int) -> Loan:
    """Return a loan with its item locked. Raises Http404 for another contract's."""
    access.require(Right.RECEIVE)
    item_id = Loan.objects.filter(pk=loan_id, item__contract=access.contract).values_list("item_id", flat=True).first()
    if item_id is None:
        raise Http404
    item: Item = locked_item(contract=access.contract, item_id=item_id)
    loan = Loan.objects.select_related("person", "ticket").get(pk=loan_id)
    loan.item = item
    return loan


def _note(access: Access, loan: Loan, act: str, *, now: datetime) -> None:
    entry = Entry(act=act, subject=f"item:{loan.item_id}", details={"loan": loan.pk})
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
