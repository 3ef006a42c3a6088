"""What finishing a task does beyond recording it, by name; forms choose from these."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.assets.models import Item, Loan
from madoguchi.assets.operations.items import (
    NewItem,
    add_item,
    change_item,
    change_stock,
    end_item,
    hand_over_item,
    place_item,
    renew_item,
)
from madoguchi.assets.operations.loans import NewLoan, lend_item, reserve_item, return_item
from madoguchi.contracts.access import Access, people_of
from madoguchi.core.vocabulary import Channel, LinkKind, Priority, RoleKind, TicketKind
from madoguchi.core.works_vocabulary import Effect, ItemState, LoanState
from madoguchi.desk.errors import FieldError
from madoguchi.desk.models import Notice, Ticket
from madoguchi.desk.operations.around import link_tickets
from madoguchi.desk.operations.receive import NewTicket, receive_ticket
from madoguchi.people.models import Person
from madoguchi.people.operations import change_person
from madoguchi.works.catalogue.spec import Answers, TaskStep

# letters and digits that are not taken for one another when read aloud
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP_LETTERS = 4, 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Doing:
    """A task being finished: who does it, for which ticket, with everything known of it."""

    access: Access
    ticket: Ticket
    step: TaskStep
    values: Answers
    now: datetime


# what of an account's row changes, by what was applied for; the rest is of the person, and noted in the row's history
ACCOUNT_COLUMNS = {"user_name": "name", "rights": "note", "until": "valid_until"}
WHAT_CHANGES = {"name": "氏名", "division": "所属", "mail": "メールアドレス"}


def nothing(_doing: Doing) -> None:
    return None


def issue_secret(_doing: Doing) -> str:
    """Return a temporary password to be read out; it is kept nowhere."""
    groups = ("".join(secrets.choice(ALPHABET) for _letter in range(GROUP_LETTERS)) for _group in range(GROUPS))
    return "-".join(groups)


def raise_incident(doing: Doing) -> None:
    """Open an incident for what the task found, linked to the application."""
    ticket = doing.ticket
    text = f"申請 {ticket.reference} から起票\n{ticket.text}"
    new = NewTicket(
        requester=ticket.requester, kind=TicketKind.INCIDENT, channel=Channel(ticket.channel),
        subject=f"{ticket.subject}: {doing.step.label.ja}"[:200], text=text,
        received_at=doing.now, priority=Priority.HIGH,
    )  # fmt: skip
    incident = receive_ticket(access=doing.access, new=new, now=doing.now)
    link_tickets(access=doing.access, ticket=incident, other=ticket, kind=LinkKind.CAUSED_BY, now=doing.now)


def report(doing: Doing) -> None:
    """Leave a notice for everybody of the responsible division."""
    division = people_of(
        contract=doing.access.contract, day=timezone.localdate(doing.now),
        kinds=frozenset((RoleKind.RESPONSIBLE_DIVISION,)),
    )  # fmt: skip
    Notice.objects.bulk_create(
        (
            Notice(ticket=doing.ticket, person=each, kind="report", about_at=doing.now, sent_at=doing.now)
            for each in division
        ),
        ignore_conflicts=True,
    )


def reserve(doing: Doing) -> None:
    new = NewLoan(
        item_id=_number(doing, "item"), person=doing.ticket.requester, start_date=_day(doing, "start_date"),
        until_date=_day(doing, "until_date"), ticket=doing.ticket,
    )  # fmt: skip
    reserve_item(access=doing.access, new=new, now=doing.now)


def lend(doing: Doing) -> None:
    """Give out everything that was reserved for the application."""
    loans = Loan.objects.filter(ticket=doing.ticket, state=LoanState.RESERVED.value)
    for loan in loans.order_by("item_id"):
        lend_item(access=doing.access, loan_id=loan.pk, now=doing.now)


def take_back(doing: Doing) -> None:
    loan = Loan.objects.filter(item_id=_number(doing, "item"), state=LoanState.OUT.value).first()
    if loan is None:
        raise FieldError("item", _("この品目は貸出中ではありません。"))
    return_item(access=doing.access, loan_id=loan.pk, condition=_text(doing, "condition"), now=doing.now)


def register(doing: Doing) -> None:
    """Add what the task names to its register, held by whom it is for: the applicant unless somebody was chosen."""
    assert doing.step.register is not None
    new = NewItem(
        register=doing.step.register, number=_text(doing, "item_number"), name=_text(doing, "item_name"),
        serial=_text(doing, "serial"), holder=_holder(doing), place=_text(doing, "place"),
        valid_until=_day(doing, "until") if doing.values.get("until") else None,
    )  # fmt: skip
    add_item(access=doing.access, new=new, now=doing.now, ticket=doing.ticket)


def _holder(doing: Doing) -> Person:
    """Return who holds what is registered: chosen in the application, in the task, or else the applicant."""
    for key in ("holder", "new_holder"):
        if doing.values.get(key):
            return Person.objects.get(pk=_number(doing, key))
    return doing.ticket.requester


def change_account(doing: Doing) -> None:
    """Change an account's row as was applied for; a name is also changed with the person, whom the account is of."""
    what, item = _text(doing, "what"), Item.objects.get(pk=_number(doing, "item"))
    access, now, ticket = doing.access, doing.now, doing.ticket
    if what == "holder":
        receiver = Person.objects.get(pk=_number(doing, "to_person"))
        hand_over_item(access=access, item_id=item.pk, person=receiver, place=None, now=now, ticket=ticket)
        return
    column, value = ACCOUNT_COLUMNS.get(what, ""), _text(doing, "to")
    changes = {column: _day(doing, "to_date") if what == "until" else value} if column else {}
    if what == "name" and item.holder is not None:
        change_person(
            person=item.holder, actor=access.person.key, at=now, changes={"name": value}, chain=access.contract.key
        )
    note = "" if changes else f"{WHAT_CHANGES.get(what, what)}: {value}"
    change_item(access=access, item_id=item.pk, changes=changes, note=note, now=now, ticket=ticket)


def renew(doing: Doing) -> None:
    renew_item(access=doing.access, item_id=_number(doing, "item"), until=_day(doing, "until"), now=doing.now)


def hand_over(doing: Doing) -> None:
    receiver = Person.objects.get(pk=_number(doing, "receiver"))
    place = _text(doing, "place") or None
    item_id, ticket = _number(doing, "item"), doing.ticket
    hand_over_item(access=doing.access, item_id=item_id, person=receiver, place=place, now=doing.now, ticket=ticket)


def place(doing: Doing) -> None:
    item_id, there = _number(doing, "item"), _text(doing, "place")
    place_item(access=doing.access, item_id=item_id, place=there, now=doing.now, ticket=doing.ticket)


def supply(doing: Doing) -> None:
    change_stock(access=doing.access, item_id=_number(doing, "item"), by=-_number(doing, "quantity"), now=doing.now)


def mark_lost(doing: Doing) -> None:
    _end(doing, ItemState.LOST)


def retire(doing: Doing) -> None:
    _end(doing, ItemState.RETIRED)


def _end(doing: Doing, state: ItemState) -> None:
    end_item(access=doing.access, item_id=_number(doing, "item"), state=state, now=doing.now, ticket=doing.ticket)


def _text(doing: Doing, key: str) -> str:
    value = doing.values.get(key)
    return value if isinstance(value, str) else ""


def _number(doing: Doing, key: str) -> int:
    """Return a chosen item, person or count. Raises FieldError where the form let it stay empty."""
    value = doing.values.get(key)
    if not isinstance(value, int):
        raise FieldError(key, _("必須の項目です。"))
    return value


def _day(doing: Doing, key: str) -> date:
    value = doing.values.get(key)
    if not isinstance(value, str) or not value:
        raise FieldError(key, _("必須の項目です。"))
    return date.fromisoformat(value)


EFFECTS: Mapping[Effect, Callable[[Doing], str | None]] = {
    Effect.NOTHING: nothing,
    Effect.ISSUE_SECRET: issue_secret,
    Effect.RAISE_INCIDENT: raise_incident,
    Effect.REPORT: report,
    Effect.RESERVE: reserve,
    Effect.LEND: lend,
    Effect.TAKE_BACK: take_back,
    Effect.REGISTER: register,
    Effect.RENEW: renew,
    Effect.HAND_OVER: hand_over,
    Effect.PLACE: place,
    Effect.SUPPLY: supply,
    Effect.CHANGE_ACCOUNT: change_account,
    Effect.PASS_ON: nothing,
    Effect.MARK_LOST: mark_lost,
    Effect.RETIRE: retire,
}
