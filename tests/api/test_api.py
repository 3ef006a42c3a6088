"""The API: scoped tokens, whole answers, refusals that name the field."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.api.callers import BASE, GIVEN, Caller, fields
from tests.desk_world import World

from madoguchi.api.models import ApiToken
from madoguchi.api.operations import revoke_token
from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.models import Activity, Ticket


@pytest.fixture
def caller(world: World) -> Caller:
    return Caller(world, RoleKind.OPERATOR)


def test_a_ticket_is_opened_worked_on_and_read(caller: Caller, world: World) -> None:
    made = caller.send("POST", f"{BASE}/tickets", GIVEN | {"requester": world.person(RoleKind.USER).pk})
    assert made.status_code == 201, made.content
    number = made.json()["number"]
    acted = caller.send("POST", f"{BASE}/tickets/{number}/acts", {"act": "answer", "text": "回答", "version": 1})
    assert acted.status_code == 200
    assert acted.json()["first_answered_at"] is not None
    read = caller.send("GET", f"{BASE}/tickets/{number}").json()
    assert [each["act"] for each in read["activities"]] == ["receive", "answer"]
    assert read["clocks"][0]["status"] == "stopped"
    listed = caller.send("GET", f"{BASE}/tickets").json()["tickets"]
    assert [each["number"] for each in listed] == [number]
    assert caller.send("GET", f"{BASE}/search?q=件名").json()["tickets"][0]["number"] == number
    assert caller.send("GET", "/api/v1/contracts").json()[0]["key"] == "alpha"


def test_the_same_request_with_its_key_opens_one_ticket(caller: Caller) -> None:
    first = caller.send("POST", f"{BASE}/tickets", GIVEN, **{"idempotency-key": "k1"})
    again = caller.send("POST", f"{BASE}/tickets", GIVEN, **{"idempotency-key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Ticket.objects.count() == 1
    changed = caller.send("POST", f"{BASE}/tickets", GIVEN | {"subject": "別"}, **{"idempotency-key": "k1"})
    assert changed.status_code == 409
    assert Ticket.objects.count() == 1


def test_a_ticket_of_somebody_new_adds_them_with_where_to_reach_them(caller: Caller, world: World) -> None:
    newcomer = {"name": "新しい人", "reading": "あたらしいひと", "extension": "045-111-2222", "mail": "new@example.jp"}
    assert caller.send("POST", f"{BASE}/tickets", GIVEN | {"new_requester": newcomer}).status_code == 201
    person = Ticket.objects.get().requester
    assert {name: getattr(person, name) for name in newcomer} == newcomer
    again = caller.send("POST", f"{BASE}/tickets", GIVEN | {"new_requester": newcomer})
    assert (again.status_code, fields(again)) == (422, ["new_requester.mail"])
    user = Caller(world, RoleKind.USER).send("POST", f"{BASE}/tickets", GIVEN | {"new_requester": {"name": "別の人"}})
    assert user.status_code == 403
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"new_requester": {"name": ""}}, "new_requester.name"),
        ({"new_requester": {"name": "x", "mail": "no address"}}, "new_requester.mail"),
        ({"new_requester": {"name": "x", "colour": "red"}}, "new_requester.colour"),
        ({"new_requester": {"name": "x"}, "requester": 1}, "new_requester"),
        ({"subject": ""}, "subject"),
        ({"subject": "あ" * 201}, "subject"),
        ({"subject": "a\x00b"}, "subject"),
        ({"text": "x" * 20_001}, "text"),
        ({"kind": "unknown"}, "kind"),
        ({"kind": 7}, "kind"),
        ({"priority": "immediate"}, "priority"),
        ({"requester": 2**63}, "requester"),
        ({"requester": 999_999}, "requester"),
        ({"category": "none-such"}, "category"),
        ({"queue": "none-such"}, "queue"),
        ({"received_at": "2026-05-20T10:00:00"}, "received_at"),
        ({"received_at": "2999-05-20T10:00:00Z"}, "received_at"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_saved(caller: Caller, change: dict[str, Any], field: str) -> None:
    refused = caller.send("POST", f"{BASE}/tickets", GIVEN | change)
    assert refused.status_code == 422, refused.content
    assert fields(refused) == [field]
    assert Ticket.objects.count() == 0


def test_people_and_queues_of_another_contract_are_refused(caller: Caller, other: World) -> None:
    foreign = caller.send("POST", f"{BASE}/tickets", GIVEN | {"requester": other.person(RoleKind.USER).pk})
    assert (foreign.status_code, fields(foreign)) == (422, ["requester"])
    ticket = other.ticket()
    for method, path, body in (
        ("GET", "/tickets", None), ("POST", "/tickets", GIVEN), ("GET", f"/tickets/{ticket.number}", None),
        ("POST", f"/tickets/{ticket.number}/acts", {"act": "take"}), ("GET", "/search?q=a", None),
        ("GET", "/people?q=a", None), ("GET", "/queues", None), ("GET", "/articles?q=a", None),
    ):  # fmt: skip
        assert caller.send(method, f"/api/v1/contracts/beta{path}", body).status_code == 404, path


def test_malformed_requests_get_a_4xx(caller: Caller) -> None:
    for body in (b"{", b"\xff\xfe", b"[]", b"null", b'"text"'):
        answer = caller.client.generic(
            "POST", f"{BASE}/tickets", data=body, content_type="application/json",
            headers={"authorization": f"Bearer {caller.secret}"},
        )  # fmt: skip
        assert 400 <= answer.status_code < 500, body
    stale = caller.send("POST", f"{BASE}/tickets", GIVEN).json()["number"]
    refused = caller.send("POST", f"{BASE}/tickets/{stale}/acts", {"act": "note", "text": "x", "version": 9})
    assert (refused.status_code, fields(refused)) == (409, ["version"])
    for act, field in (("merge", "other"), ("receive", "act"), ("attach", "act"), ("correct", "corrects")):
        answer = caller.send("POST", f"{BASE}/tickets/{stale}/acts", {"act": act})
        assert (answer.status_code, fields(answer)) == (422, [field])
    assert Activity.objects.count() == 1


def test_tokens_end_are_taken_back_and_may_be_for_reading_only(world: World) -> None:
    reader = Caller(world, RoleKind.OPERATOR, may_write=False)
    assert reader.send("GET", f"{BASE}/tickets").status_code == 200
    assert reader.send("POST", f"{BASE}/tickets", GIVEN).status_code == 403
    token = ApiToken.objects.get()
    assert reader.secret not in str(vars(token))
    revoke_token(token=token, actor="system:test", at=timezone.now())
    assert reader.send("GET", f"{BASE}/tickets").status_code == 401
    late = Caller(world, RoleKind.OPERATOR)
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert late.send("GET", f"{BASE}/tickets").status_code == 401
    assert Client().get(f"{BASE}/tickets").status_code == 401


def test_roles_bind_programs_as_they_bind_people(world: World) -> None:
    ticket = world.ticket()
    user, auditor = Caller(world, RoleKind.USER), Caller(world, RoleKind.AUDITOR)
    assert user.send("GET", f"{BASE}/tickets").status_code == 403
    assert user.send("GET", f"{BASE}/tickets/{ticket.number}").status_code == 200
    assert auditor.send("POST", f"{BASE}/tickets/{ticket.number}/acts", {"act": "note", "text": "x"}).status_code == 403
    assert Activity.objects.filter(ticket=ticket).count() == 1
