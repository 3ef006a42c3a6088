"""The only row locks of the desk, in order of keys."""

from collections.abc import Iterable

from django.db.models import F

from madoguchi.contracts.models import Contract
from madoguchi.desk.models import Ticket, TicketNumber


def locked_ticket(*, contract: Contract, ticket_id: int) -> Ticket:
    return Ticket.objects.select_for_update(of=("self",)).get(pk=ticket_id, contract=contract)


def locked_tickets(*, contract: Contract, ticket_ids: Iterable[int]) -> list[Ticket]:
    found = Ticket.objects.select_for_update(of=("self",)).filter(contract=contract, pk__in=list(ticket_ids))
    return list(found.order_by("pk"))


def next_number(contract: Contract) -> int:
    """Return the contract's next ticket number; others wait for it until the commit."""
    if not TicketNumber.objects.filter(contract=contract).update(latest=F("latest") + 1):
        TicketNumber.objects.bulk_create([TicketNumber(contract=contract)], ignore_conflicts=True)
        TicketNumber.objects.filter(contract=contract).update(latest=F("latest") + 1)
    return TicketNumber.objects.values_list("latest", flat=True).get(contract=contract)
