"""Outages read by programs, and how much of the search still waits."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.api.callers import BASE, Caller, fields
from tests.desk_world import World
from tests.monitoring.monitored import alert, group, japan, monitored, send

from madoguchi.audit.models import HistoryRow
from madoguchi.core.vocabulary import RoleKind
from madoguchi.knowledge.models import WaitingText
from madoguchi.knowledge.search.index import TextKind
from madoguchi.monitoring.models import Outage


@pytest.fixture
def caller(world: World) -> Caller:
    return Caller(world, RoleKind.OPERATOR)


def test_outages_are_read_as_they_count(world: World, caller: Caller) -> None:
    source = monitored(world)
    send(source, group(alert("2026-05-10 01:00", "2026-05-10 01:30"), alert("2026-05-11 02:00", instance="wan1")))
    Outage.objects.filter(service="mail").update(is_dismissed=True)
    answer = caller.send("GET", f"{BASE}/outages").json()
    (only,) = answer["outages"]
    assert (only["service"], only["source"], only["ended_at"], only["is_left_out"]) == ("wan", "prom", None, False)
    assert only["started_at"].replace("Z", "+00:00") == japan("2026-05-11 02:00").isoformat()
    assert answer["next_page"] is None
    (left_out,) = caller.send("GET", f"{BASE}/outages?state=ignored").json()["outages"]
    assert (left_out["service"], left_out["is_left_out"]) == ("mail", True)
    assert len(caller.send("GET", f"{BASE}/outages?state=all").json()["outages"]) == 2
    assert caller.send("GET", f"{BASE}/outages?state=all&service=none").json()["outages"] == []
    assert caller.send("GET", f"{BASE}/outages?page=2").json()["outages"] == []
    assert HistoryRow.objects.filter(act="view_list", subject="outages").count() == 5


@pytest.mark.parametrize(
    ("query", "field"),
    [("state=x", "state"), ("page=0", "page"), ("page=99999", "page"), ("service=%00", "service"), ("more=1", "more"),
     (f"service={'x' * 61}", "service")],
)  # fmt: skip
def test_bad_asks_are_refused_by_name(caller: Caller, query: str, field: str) -> None:
    answer = caller.send("GET", f"{BASE}/outages?{query}")
    assert (answer.status_code, fields(answer)) == (422, [field])


def test_another_contracts_outages_are_not_there_and_users_may_not_read(
    world: World, other: World, caller: Caller
) -> None:
    send(monitored(other, key="theirs"), group(alert("2026-05-10 01:00")))
    assert caller.send("GET", f"{BASE}/outages?state=all").json()["outages"] == []
    assert caller.send("GET", "/api/v1/contracts/beta/outages").status_code == 404
    assert Caller(world, RoleKind.USER).send("GET", f"{BASE}/outages").status_code == 403


def test_as_many_queries_for_many_outages_as_for_one(world: World, caller: Caller) -> None:
    source = monitored(world)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert caller.send("GET", f"{BASE}/outages").status_code == 200
        return len(captured)

    send(source, group(alert("2026-05-10 01:00", instance="mail0")))
    queries()
    few = queries()
    send(source, group(*(alert("2026-05-10 01:00", instance=f"mail{number}") for number in range(1, 30))))
    assert queries() == few


def test_the_search_says_how_many_imported_tickets_are_not_found_yet(world: World, caller: Caller) -> None:
    assert caller.send("GET", f"{BASE}/search?q=a").json()["waiting"] == 0
    ticket = world.ticket()
    WaitingText.objects.create(contract=world.contract, kind=TextKind.TICKET, object_id=ticket.pk)
    assert caller.send("GET", f"{BASE}/search?q=a").json()["waiting"] == 1
