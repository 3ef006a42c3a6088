"""What the desk itself does to a ticket because somebody decided something."""

from dataclasses import replace
from datetime import datetime

from madoguchi.contracts.access import Access
from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.models import Ticket
from madoguchi.desk.operations.act import Step, act_on


def as_desk(access: Access) -> Access:
    """Return the access with which the desk itself acts: what follows from an approval is the desk's doing.

    History still names the person whose decision it followed from.
    """
    return replace(access, roles=access.roles | {RoleKind.OPERATOR})


def desk_acts(*, access: Access, ticket: Ticket, steps: list[Step], now: datetime) -> Ticket:
    return act_on(access=as_desk(access), ticket_id=ticket.pk, version=None, steps=steps, now=now)
