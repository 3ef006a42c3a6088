"""A requester's latest other tickets, beside the one that is looked at."""

from django.db import connection
from tests.desk_world import World

from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.models import Ticket
from madoguchi.desk.queries import OTHERS, latest_of_requester, other_tickets


def test_the_latest_others_are_shown_and_no_more(world: World) -> None:
    tickets = [world.ticket() for _ in range(OTHERS + 4)]
    found = other_tickets(access=world.access[RoleKind.OPERATOR], ticket=tickets[-2])
    shown = [each.number for each in reversed(tickets) if each != tickets[-2]][:OTHERS]
    assert [each.number for each in found] == shown


def test_they_are_read_by_an_index_in_their_order(world: World) -> None:
    ticket = world.ticket()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # a table of few rows is read whole otherwise, and sorted
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    asked = latest_of_requester(Ticket.objects.filter(contract=world.contract), ticket.requester_id)
    plan = asked.explain()
    assert "ticket_by_requester" in plan
    assert "SORT" not in plan.upper()
