"""The only row locks of the desk, in order of keys.

No lock is on a ticket's key: what points to a ticket (a link, a watcher, a file) can be added meanwhile. With it, two
who link or watch the same ticket at once would each wait for the other.
"""

from collections.abc import Iterable

from madoguchi.contracts.models import Contract
from madoguchi.desk.models import Ticket, TicketNumber
from madoguchi.prepared.statements import rows_of


def locked_ticket(*, contract: Contract, ticket_id: int) -> Ticket:
    return Ticket.objects.select_for_update(of=("self",), no_key=True).get(pk=ticket_id, contract=contract)


def locked_tickets(*, contract: Contract, ticket_ids: Iterable[int]) -> list[Ticket]:
    found = Ticket.objects.select_for_update(of=("self",), no_key=True).filter(
        contract=contract, pk__in=list(ticket_ids)
    )
    return list(found.order_by("pk"))


def lock_family(contract: Contract) -> None:
    """Let nobody else hang tickets below others in the contract: three at once could close a circle."""
    TicketNumber.objects.select_for_update(no_key=True).filter(contract=contract).first()


def lock_numbers(contract: Contract) -> None:
    """Let nobody else open tickets in the contract until the commit. Comes before the locks of tickets and history."""
    next_number(contract, count=0)


def next_number(contract: Contract, *, count: int = 1) -> int:
    """Give the contract's next ticket numbers and return the last of them; others wait for it until the commit."""
    number = _next(contract, count)
    if number is None:
        TicketNumber.objects.bulk_create([TicketNumber(contract=contract)], ignore_conflicts=True)
        number = _next(contract, count)
    assert number is not None
    return number


def _next(contract: Contract, count: int) -> int | None:
    rows = rows_of(
        "UPDATE desk_ticketnumber SET latest = latest + %s WHERE contract_id = %s RETURNING latest",
        [count, contract.pk],
    )
    return int(rows[0][0]) if rows else None
