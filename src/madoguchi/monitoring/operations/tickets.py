"""Outages told to the desk: a ticket for a new one where the source asks for it, a note when it is over."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access, access_to
from madoguchi.contracts.rules import Right
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.vocabulary import Act, Channel, TicketKind
from madoguchi.desk.errors import FieldError
from madoguchi.desk.locks import lock_numbers
from madoguchi.desk.models import OPEN_STATES, Ticket
from madoguchi.desk.operations.act import Step, act_on
from madoguchi.desk.operations.receive import NewTicket, receive_ticket
from madoguchi.desk.queries import visible_tickets
from madoguchi.monitoring.locks import locked_outage
from madoguchi.monitoring.models import Outage, Source
from madoguchi.monitoring.operations.following import Followed


def tell_desk(*, source: Source, followed: Followed, now: datetime) -> None:
    """Open or attach tickets of new outages and note the end of old ones, as the source's clerk.

    An outage is never lost for the desk's sake: where the clerk left or nobody can receive, it has no ticket.
    """
    ended = [each for each in followed.ended if each.ticket_id is not None]
    opened = [each for each in followed.opened if each.service and each.ended_at is None and each.started_at]
    if source.clerk is None or not (ended or opened):
        return
    try:
        with transaction.atomic():
            access = access_to(
                person=source.clerk, contract_key=source.contract.key, day=timezone.localdate(now)
            )  # fmt: skip
            # the first of several may write history: nobody may ask for a number after that
            lock_numbers(access.contract)
            for each in opened:
                _open_or_attach(access, each, now=now)
            _note_ends(access, ended, now=now)
    except (MadoguchiError, PermissionDenied, Http404) as error:
        details = {"why": type(error).__name__, "outages": [each.pk for each in (*opened, *ended)]}
        entry = Entry(act="tell_desk_failed", subject=f"source:{source.pk}", details=details)
        record(chain=source.contract.key, at=now, actor="system:monitoring", entries=[entry])


def _open_or_attach(access: Access, outage: Outage, *, now: datetime) -> None:
    """Open a ticket, or keep to the open one of a service that goes down again: that is one matter."""
    before = Outage.objects.filter(
        contract=access.contract, service=outage.service, ticket__state__in=OPEN_STATES
    ).order_by("-pk")
    known = before.values_list("ticket_id", flat=True).first()
    ticket_id = known or _ticket(access, outage, now=now).pk
    Outage.objects.filter(pk=outage.pk).update(ticket=ticket_id)
    if known:
        _write(access, known, _("監視が再び停止を検知しました: %(what)s") % {"what": outage.summary}, now=now)


def _ticket(access: Access, outage: Outage, *, now: datetime) -> Ticket:
    started_at = outage.started_at or now
    lines = [
        _("監視「%(source)s」が停止を検知しました。") % {"source": outage.source.name}, outage.summary,
        _("開始: %(at)s") % {"at": f"{timezone.localtime(started_at):%Y-%m-%d %H:%M:%S}"},
        *(f"{name}: {value}" for name, value in sorted(outage.labels.items()) if value),
    ]  # fmt: skip
    new = NewTicket(
        requester=access.person, kind=TicketKind.INCIDENT, channel=Channel.WEB,
        subject=_("停止: %(service)s %(what)s") % {"service": outage.service, "what": outage.summary[:120]},
        text="\n".join(lines)[:20_000], received_at=now, detected_at=started_at, source=f"monitoring:{outage.pk}",
    )  # fmt: skip
    return receive_ticket(access=access, new=new, now=now)


def _note_ends(access: Access, ended: Sequence[Outage], *, now: datetime) -> None:
    is_open = set(
        Ticket.objects.filter(pk__in=[each.ticket_id for each in ended], state__in=OPEN_STATES).values_list(
            "pk", flat=True
        )
    )
    for each in ended:
        if each.ticket_id in is_open and each.ended_at:
            at = timezone.localtime(each.ended_at)
            _write(
                access,
                each.ticket_id,
                _("監視が復旧を通知しました: %(at)s") % {"at": f"{at:%Y-%m-%d %H:%M:%S}"},
                now=now,
            )


def _write(access: Access, ticket_id: int, text: str, *, now: datetime) -> None:
    act_on(access=access, ticket_id=ticket_id, version=None, steps=[Step(act=Act.NOTE, text=text)], now=now)


@transaction.atomic
def open_ticket(*, access: Access, outage_id: int, now: datetime) -> Ticket:
    """Open an incident for an outage that has none, in the name of who asks. Raises FieldError."""
    access.require(Right.RECEIVE)
    outage = locked_outage(contract=access.contract, outage_id=outage_id)
    if outage.ticket_id is not None:
        raise FieldError("act", _("この停止にはすでに案件があります。"))
    ticket = _ticket(access, outage, now=now)
    Outage.objects.filter(pk=outage.pk).update(ticket=ticket)
    return ticket


@transaction.atomic
def attach_ticket(*, access: Access, outage_id: int, number: int, now: datetime) -> None:
    """Name the ticket an outage belongs to; only one that the person may see. Raises FieldError."""
    access.require(Right.RECEIVE)
    outage = locked_outage(contract=access.contract, outage_id=outage_id)
    ticket = visible_tickets(access).filter(number=number).first()
    if ticket is None:
        raise FieldError("number", _("%(given)s番の案件はありません。") % {"given": number})
    Outage.objects.filter(pk=outage.pk).update(ticket=ticket)
    details = {"ticket": ticket.pk, "before": outage.ticket_id}
    entry = Entry(act="attach_ticket_to_outage", subject=f"outage:{outage.pk}", details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
