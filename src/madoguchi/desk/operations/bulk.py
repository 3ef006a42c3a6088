"""One act, or one macro, on several tickets: each is done or named with its reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from madoguchi.contracts.access import Access
from madoguchi.desk.errors import FieldError, ImpossibleActError
from madoguchi.desk.models import Ticket, reference_of
from madoguchi.desk.queries import visible_tickets

MOST = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """A ticket on which nothing was done, and why."""

    number: int
    message: str

    def __str__(self) -> str:
        return f"{reference_of(self.number)}: {self.message}"


def act_on_each(
    *, access: Access, numbers: Sequence[int], act: Callable[[Ticket], object]
) -> tuple[list[int], list[Refused]]:
    """Act on tickets by their numbers, in order of their keys; return the numbers done and what was refused."""
    tickets = list(visible_tickets(access).filter(number__in=numbers).select_related("requester").order_by("pk"))
    known = {each.number for each in tickets}
    refused = [Refused(number=each, message=_("見つかりません。")) for each in numbers if each not in known]
    done = []
    for ticket in tickets:
        try:
            act(ticket)
        except (ImpossibleActError, FieldError) as error:
            refused.append(Refused(number=ticket.number, message=str(error)))
        else:
            done.append(ticket.number)
    return done, refused
