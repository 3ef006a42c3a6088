"""A call joined to a ticket, or a ticket opened for it; every act is in the history."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.calls.models import CallLink
from madoguchi.calls.queries import people_calling
from madoguchi.calls.rules import KnownCall
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import Channel, TicketKind
from madoguchi.desk.errors import FieldError
from madoguchi.desk.models import Ticket
from madoguchi.desk.operations.receive import NewTicket, receive_ticket
from madoguchi.desk.operations.requesters import add_requester
from madoguchi.people.models import Person


@transaction.atomic
def link_call(*, access: Access, call: KnownCall, ticket: Ticket, now: datetime) -> None:
    """Join a call to a ticket. Raises FieldError where it already belongs to one."""
    access.require(Right.RECEIVE)
    if ticket.contract_id != access.contract.pk:
        raise FieldError("ticket", _("この契約の案件だけを指定できます。"))
    if call.ticket is not None:
        raise FieldError("call", _("この通話は、すでに案件に結び付いています。"))
    try:
        with transaction.atomic():
            CallLink.objects.create(
                contract=access.contract, source=call.source, ticket=ticket, caller=call.caller,
                offered_at=call.offered_at, person=access.person, linked_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise FieldError("call", _("この通話は、すでに案件に結び付いています。")) from error
    entry = Entry(act="link_call", subject=f"ticket:{ticket.pk}", details={"call": call.source})
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])


@transaction.atomic
def unlink_call(*, access: Access, source: str, now: datetime) -> None:
    """Take a call away from a ticket it was joined to by mistake. Raises FieldError where it belongs to none."""
    access.require(Right.RECEIVE)
    link = CallLink.objects.filter(contract=access.contract, source=source).first()
    if link is None:
        raise FieldError("call", _("この通話は、どの案件にも結び付いていません。"))
    link.delete()
    entry = Entry(act="unlink_call", subject=f"ticket:{link.ticket_id}", details={"call": source})
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])


@transaction.atomic
def open_ticket_for(*, access: Access, call: KnownCall, now: datetime) -> Ticket:
    """Open a ticket for a call and join the two: received when the call was answered, by whom its number says.

    Whoever cannot be told by the number becomes a new person without a name, to be put right at the ticket.
    """
    access.require(Right.RECEIVE)
    local = timezone.localtime(call.reached_at)
    new = NewTicket(
        requester=_requester(access, call, now=now), kind=TicketKind.INQUIRY, channel=Channel.PHONE,
        subject=_("電話 %(at)s の問合せ") % {"at": f"{local:%m-%d %H:%M}"},
        text=_("通話 %(call)s から作成しました。内容を記入してください。") % {"call": call.source},
        received_at=call.reached_at,
    )  # fmt: skip
    ticket = receive_ticket(access=access, new=new, now=now)
    link_call(access=access, call=call, ticket=ticket, now=now)
    return ticket


def _requester(access: Access, call: KnownCall, *, now: datetime) -> Person:
    known = list(people_calling(access=access, number=call.caller, now=now)[:2])
    if len(known) == 1:
        return known[0]
    return add_requester(access=access, name=_("氏名未確認（電話）"), extension=call.caller, now=now)
