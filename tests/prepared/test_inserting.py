"""A row added by the statement that is known already is the row that Django itself would have written."""

from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from tests.desk_fixtures import world
from tests.desk_world import NOW, World

from madoguchi.desk.models import Activity, Ticket
from madoguchi.prepared.inserting import add_rows

__all__ = ["world"]


def tickets(world: World, *numbers: int) -> list[Ticket]:
    known = world.ticket()
    return [
        Ticket(
            contract=world.contract, number=number, kind="fault", channel="mail", subject="件名 'x' 100%",
            text="本文\n", requester=known.requester, received_at=NOW, state="received", tier="first_line",
            queue=known.queue, latest_at=NOW, is_excluded=True, rating=None,
        )
        for number in numbers
    ]  # fmt: skip


def stored(row: Model) -> dict[str, object]:
    found = type(row)._default_manager.values().get(pk=row.pk)
    return {name: value for name, value in found.items() if name not in ("id", "number")}


def test_one_row_is_the_same_as_by_bulk_create(world: World) -> None:
    one, other = tickets(world, 901, 902)
    with CaptureQueriesContext(connection) as asked:
        assert add_rows([one]) == [one]
    assert len(asked.captured_queries) == 1
    Ticket.objects.bulk_create([other])
    assert stored(one) == stored(other)
    one.subject = "変更"
    one.save()
    assert Ticket.objects.get(number=901).subject == "変更"


def test_json_many_rows_and_none(world: World) -> None:
    ticket = world.ticket()
    rows = [
        Activity(ticket=ticket, number=number, act="note", at=NOW, recorded_at=NOW, fields={"名": [1, None]})
        for number in (11, 12, 13)
    ]
    add_rows(rows[:1])
    add_rows(rows[1:])
    assert [stored(each)["fields"] for each in rows] == [{"名": [1, None]}] * 3
    assert add_rows([]) == []
