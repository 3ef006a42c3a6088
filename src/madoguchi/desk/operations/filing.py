"""Tickets that came by the thousand are filed for the search afterwards, piece by piece."""

from collections.abc import Callable
from itertools import groupby

from madoguchi.desk.models import Ticket
from madoguchi.knowledge.search.index import Text, TextKind
from madoguchi.knowledge.search.waiting import file_waiting, latest_waiting

PIECE = 500
Progress = Callable[[int], None]


def file_waiting_tickets(*, progress: Progress | None = None) -> int:
    """File every ticket that waits, of all contracts. Returns how many; each piece is whole or not there."""
    count = 0
    while piece := latest_waiting(kind=TextKind.TICKET, limit=PIECE):
        _file(piece)
        count += len(piece)
        if progress is not None:
            progress(count)
    return count


def _file(ticket_ids: list[int]) -> None:
    found = Ticket.objects.filter(pk__in=ticket_ids).select_related("contract").order_by("contract_id", "pk")
    for contract, tickets in groupby(found, key=lambda each: each.contract):
        texts = [Text(kind=TextKind.TICKET, object_id=each.pk, title=each.subject, body=each.text) for each in tickets]
        file_waiting(contract=contract, kind=TextKind.TICKET, texts=texts)
