"""Calls without a ticket, tickets without a call, and the acts that join them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.call_facts import call, import_calls
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World

from madoguchi.audit.models import HistoryRow
from madoguchi.calls.models import CallLink
from madoguchi.calls.operations.link import link_call, open_ticket_for, unlink_call
from madoguchi.calls.queries import people_calling
from madoguchi.console.unmatched import calls_beside_tickets
from madoguchi.core.vocabulary import Channel, RoleKind
from madoguchi.desk.errors import FieldError
from madoguchi.desk.models import Ticket
from madoguchi.people.models import Person
from madoguchi.quality.calls import call_by_source, day_period, known_call

DAY = NOW.date()
PAGE = f"/c/alpha/calls/?day={DAY}"
ACT = "/c/alpha/calls/act/"
OPERATOR, USER = RoleKind.OPERATOR, RoleKind.USER


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def test_calls_and_tickets_that_stand_alone_are_told_and_matched_ones_are_not(world: World) -> None:
    with_ticket, alone = world.ticket(subject="結ばれた", at=NOW - timedelta(hours=2)), world.ticket(subject="残る")
    world.ticket(subject="メールの件", channel=Channel.MAIL)
    import_calls(world.contract, [
        call(1, ticket=with_ticket.reference), call(2), call(3, outcome="queue_abandoned"),
        call(4, at=NOW - timedelta(days=1)),
    ])  # fmt: skip
    found = calls_beside_tickets(access=world.access[OPERATOR], period=day_period(DAY), now=NOW)
    assert [each.source for each, _candidates in found.unmatched.calls] == ["pbx:2"]
    assert [each.number for each in found.unmatched.tickets] == [alone.number]
    assert (found.call_count, found.ticket_count, found.unmatched.matched_count) == (3, 2, 1)


def test_a_ticket_near_in_time_is_offered_and_the_callers_own_comes_first(world: World) -> None:
    world.ticket(subject="ほかの人", at=NOW - timedelta(minutes=60), requester=RoleKind.RESPONSIBLE_DIVISION)
    own = world.ticket(subject="本人", at=NOW - timedelta(minutes=45))
    world.ticket(subject="遠い", at=NOW)
    Person.objects.filter(pk=world.person(USER).pk).update(extension="03-1234-5001")
    import_calls(world.contract, [call(1, caller="+81312345001")])
    found = calls_beside_tickets(access=world.access[OPERATOR], period=day_period(DAY), now=NOW)
    [(_call, candidates)] = found.unmatched.calls
    assert [each.subject for each in candidates] == ["本人", "ほかの人"]
    assert candidates[0].number == own.number


def test_one_press_opens_a_ticket_of_the_caller_received_when_the_call_was_answered(world: World) -> None:
    Person.objects.filter(pk=world.person(USER).pk).update(extension="０３−１２３４−５００１")
    import_calls(world.contract, [call(1, caller="0312345001")])
    client = signed_in(world, OPERATOR)
    answer = client.post(ACT, {"call": "pbx:1", "act": "open", "day": str(DAY)})
    ticket = Ticket.objects.get()
    assert answer.headers["Location"] == f"/c/alpha/tickets/{ticket.number}/"
    assert (ticket.requester, ticket.channel) == (world.person(USER), "phone")
    assert ticket.received_at == NOW - timedelta(hours=1) + timedelta(seconds=10)
    assert HistoryRow.objects.filter(act="link_call", subject=f"ticket:{ticket.pk}").count() == 1
    again = client.post(ACT, {"call": "pbx:1", "act": "open"})
    assert (again.status_code, Ticket.objects.count(), CallLink.objects.count()) == (409, 1, 1)


def test_an_unknown_caller_becomes_somebody_without_a_name_and_is_known_the_next_time(world: World) -> None:
    import_calls(world.contract, [call(1, caller="0459876543"), call(2, caller="anonymous")])
    access = world.access[OPERATOR]
    known, withheld = (call_by_source(contract=world.contract, source=f"pbx:{number}", now=NOW) for number in (1, 2))
    assert known is not None
    assert withheld is not None
    ticket = open_ticket_for(access=access, call=known, now=NOW)
    assert ticket.requester.extension == "0459876543"
    assert list(people_calling(access=access, number="0459876543", now=NOW)) == [ticket.requester]
    other = open_ticket_for(access=access, call=withheld, now=NOW)
    assert other.requester != ticket.requester
    assert not people_calling(access=access, number="", now=NOW).exists()


def test_a_call_is_joined_once_and_can_be_taken_away_again(world: World) -> None:
    ticket = world.ticket()
    import_calls(world.contract, [call(1), call(2, ticket=ticket.reference)])
    client = signed_in(world, OPERATOR)
    given = {"call": "pbx:1", "act": "link", "ticket": str(ticket.number), "day": str(DAY)}
    assert client.post(ACT, given).status_code == 302
    assert "結び付きを外す" in text_of(client, PAGE)
    assert client.post(ACT, given).status_code == 409
    assert client.post(ACT, given | {"call": "pbx:2"}).status_code == 409
    assert client.post(ACT, {"call": "pbx:1", "act": "unlink"}).status_code == 302
    assert client.post(ACT, {"call": "pbx:1", "act": "unlink"}).status_code == 409
    assert not CallLink.objects.exists()


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"act": "link", "call": "pbx:1"}, 422),
        ({"act": "link", "call": "pbx:1", "ticket": "999999"}, 404),
        ({"act": "link", "call": "pbx:1", "ticket": "x"}, 422),
        ({"act": "link", "call": "pbx:1", "ticket": "9" * 30}, 422),
        ({"act": "open", "call": "pbx:99"}, 404),
        ({"act": "open", "call": "pbx:\x00"}, 422),
        ({"act": "open", "call": "x" * 401}, 422),
        ({"act": "open"}, 422),
        ({"act": "dance", "call": "pbx:1"}, 422),
        ({"act": "open", "call": "pbx:1", "day": "tomorrow"}, 422),
        ({"act": "open", "call": "pbx:1", "more": "1"}, 422),
    ],
)
def test_bad_acts_are_refused_and_save_nothing(world: World, given: dict[str, str], status: int) -> None:
    import_calls(world.contract, [call(1)])
    assert signed_in(world, OPERATOR).post(ACT, given).status_code == status
    assert not CallLink.objects.exists()
    assert not Ticket.objects.exists()


def test_another_contracts_calls_and_tickets_are_not_there(world: World, other: World) -> None:
    import_calls(other.contract, [call(7)])
    import_calls(world.contract, [call(1)])
    theirs = other.ticket()
    client = signed_in(world, OPERATOR)
    assert client.post(ACT, {"act": "open", "call": "pbx:7"}).status_code == 404
    assert client.post(ACT, {"act": "link", "call": "pbx:1", "ticket": str(theirs.number)}).status_code == 404
    mine = known_call(call(1))
    with pytest.raises(FieldError):
        link_call(access=world.access[OPERATOR], call=mine, ticket=theirs, now=NOW)
    with pytest.raises(PermissionDenied):
        unlink_call(access=world.access[RoleKind.AUDITOR], source="pbx:1", now=NOW)


@pytest.mark.parametrize("day", ["2026-13-01", "0001-01-01", "x", "9999-12-31"])
def test_a_day_that_is_none_is_not_there(operator: Client, day: str) -> None:
    assert operator.get(f"/c/alpha/calls/?day={day}").status_code == 404


def test_the_list_stands_without_any_import_and_says_who_looked(world: World) -> None:
    auditor = signed_in(world, RoleKind.AUDITOR)
    assert "ありません" in text_of(auditor, PAGE)
    assert HistoryRow.objects.filter(act="view_calls").count() == 1
    assert "<button name" not in text_of(auditor, PAGE)


def test_the_list_asks_as_often_for_thirty_calls_as_for_three(world: World) -> None:
    access = world.access[OPERATOR]
    counts = []
    for many in (3, 30):
        import_calls(world.contract, [call(number, caller=f"04511{number:05d}") for number in range(many)])
        with CaptureQueriesContext(connection) as asked:
            calls_beside_tickets(access=access, period=day_period(DAY), now=NOW)
        counts.append(len(asked))
    assert counts[0] == counts[1]
