"""Receiving a ticket."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import (
    Act,
    Attribution,
    Channel,
    Priority,
    RoleKind,
    TicketKind,
    TicketState,
    Tier,
    Visibility,
)
from madoguchi.desk.clocks import set_due, steps_of
from madoguchi.desk.errors import FieldError, check_moments
from madoguchi.desk.locks import next_number
from madoguchi.desk.models import Activity, Category, Queue, Ticket, TicketVendor
from madoguchi.knowledge.search.index import TextKind, file_weighed, weigh_texts
from madoguchi.people.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class NewTicket:
    """What is known when a matter arrives; `received_at` is when it reached the desk, not when it is typed in."""

    requester: Person
    kind: TicketKind
    channel: Channel
    subject: str
    text: str
    received_at: datetime
    category: Category | None = None
    priority: Priority = Priority.NORMAL
    queue: Queue | None = None
    assignee: Person | None = None
    detected_at: datetime | None = None
    source: str = ""


@transaction.atomic
def receive_ticket(*, access: Access, new: NewTicket, now: datetime) -> Ticket:
    """Open a ticket. A user may only open their own; raises FieldError for a moment that has not come yet."""
    access.require(Right.ASK)
    if not access.may(Right.RECEIVE) and new.requester.pk != access.person.pk:
        raise FieldError("requester", _("利用者は本人の案件だけを登録できます。"))
    _check_named(access, new, now=now)
    check_moments({"received_at": new.received_at, "detected_at": new.detected_at})
    if new.received_at > now:
        raise FieldError(
            "received_at",
            _("受付日時 %(at)s は未来です。現在までの日時を入力してください。")
            % {"at": f"{new.received_at:%Y-%m-%d %H:%M}"},
        )
    ticket, activity = _built(access, new, now=now)
    definitions = definitions_on(contract=access.contract, day=new.received_at.date())
    set_due(ticket, definitions=definitions, steps=steps_of([activity]), now=now)
    # all that can be done before the number is taken is: others wait for it until the commit
    words = weigh_texts([(ticket.subject, ticket.text)])[0]
    ticket.number = next_number(access.contract)
    # asked while the contract's number is held: nobody else can add the same meanwhile
    if new.source and Ticket.objects.filter(contract=access.contract, source=new.source).exists():
        raise FieldError("source", _("この出典の案件はすでに登録されています。"))
    ticket.save(force_insert=True)
    if queue_of_vendor := ticket.queue.organisation_id:
        TicketVendor.objects.create(ticket=ticket, organisation_id=queue_of_vendor)
    activity.ticket = ticket
    activity.save(force_insert=True)
    file_weighed(contract=access.contract, weighed=[((TextKind.TICKET, ticket.pk), words)])
    entry = Entry(act="receive_ticket", subject=f"ticket:{ticket.pk}", details={"number": ticket.number})
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    return ticket


def _check_named(access: Access, new: NewTicket, *, now: datetime) -> None:
    """Raise FieldError for what only the desk may say of a ticket: where it goes, when it came, what it came from."""
    if access.may(Right.RECEIVE):
        return
    for name, is_said in (("queue", new.queue), ("received_at", new.received_at != now), ("source", new.source)):
        if is_said:
            raise FieldError(name, _("この項目は受付担当者だけが指定できます。"))


def _built(access: Access, new: NewTicket, *, now: datetime) -> tuple[Ticket, Activity]:
    queue = (
        new.queue or Queue.objects.filter(contract=access.contract, tier=Tier.FIRST_LINE.value).order_by("pk").first()
    )
    if queue is None:
        raise FieldError("queue", _("一次窓口の受付先がまだ設定されていません。管理者に連絡してください。"))
    is_complaint = new.kind is TicketKind.COMPLAINT
    ticket = Ticket(
        contract=access.contract, kind=new.kind.value, channel=new.channel.value, category=new.category,
        priority=new.priority.value, subject=new.subject, text=new.text, requester=new.requester,
        received_at=new.received_at, detected_at=new.detected_at, source=new.source, state=TicketState.RECEIVED.value,
        tier=queue.tier, queue=queue, assignee=new.assignee, activity_count=1, latest_at=new.received_at,
        complaint_attribution=Attribution.UNDECIDED.value if is_complaint else "",
    )  # fmt: skip
    fields = {
        "to_state": TicketState.RECEIVED.value, "tier": queue.tier, "queue": queue.key, "kind": new.kind.value,
        "channel": new.channel.value, "priority": new.priority.value,
        "category": new.category.key if new.category else "",
    }  # fmt: skip
    own = RoleKind.USER in access.roles and access.person.pk == new.requester.pk
    activity = Activity(
        number=1, act=Act.RECEIVE.value, at=new.received_at, recorded_at=now, actor=access.person,
        visibility=Visibility.PUBLIC.value, text="", fields=fields | ({"by_requester": True} if own else {}),
    )  # fmt: skip
    return ticket, activity
