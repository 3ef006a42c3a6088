"""Programs that open tickets by signed messages."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.desk_fixtures import signed_in
from tests.desk_world import World

from madoguchi.contracts.models import Role
from madoguchi.core.vocabulary import RoleKind, TicketKind
from madoguchi.desk.models import Ticket
from madoguchi.webhooks.models import Receiver, Source, TakenMessage
from madoguchi.webhooks.operations import add_source, renew_secret
from madoguchi.webhooks.signing import signature

GIVEN = {
    "subject": "サーバー停止",
    "text": "応答がありません",
    "kind": "incident",
    "priority": "high",
    "source": "zbx:17",
}


@pytest.fixture
def secret(world: World) -> str:
    person = world.person(RoleKind.OPERATOR)
    access = world.access[RoleKind.ADMINISTRATOR]
    return add_source(access=access, name="監視", key="watch", person=person, now=timezone.now())[1]


def send(secret: str, body: bytes, *, message: str = "m1", at: Any = None, key: str = "watch", **changed: str) -> Any:  # noqa: ANN401
    at = at or timezone.now()
    headers = {
        "webhook-id": message, "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature(secret=secret, message=message, at=at, body=body),
    }  # fmt: skip
    return Client().post(f"/hooks/{key}/", data=body, content_type="application/json", headers=headers | changed)


def test_a_signed_message_opens_a_ticket_once(world: World, secret: str) -> None:
    body = json.dumps(GIVEN).encode()
    answer = send(secret, body)
    assert answer.status_code == 201
    ticket = Ticket.objects.get(contract=world.contract)
    assert (ticket.number, ticket.subject, ticket.kind) == (
        answer.json()["number"],
        "サーバー停止",
        TicketKind.INCIDENT,
    )
    assert (ticket.requester, ticket.priority, ticket.source) == (world.person(RoleKind.OPERATOR), "high", "zbx:17")
    assert send(secret, body).status_code == 409
    # another message of the same source record is no second ticket either
    again = send(secret, body, message="m2")
    assert (again.status_code, again.json()["problems"][0]["field"]) == (422, "source")
    assert (Ticket.objects.count(), TakenMessage.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"webhook-signature": "v1,AAAA"}, "watch"), ({"webhook-timestamp": "1"}, "watch"),
        ({"webhook-id": ""}, "watch"), ({"webhook-id": "x" * 101}, "watch"), ({"webhook-id": "m2"}, "watch"),
        ({}, "unknown"),
    ],
)  # fmt: skip
def test_a_message_of_nobody_is_refused_alike(secret: str, changed: dict[str, str], key: str) -> None:
    answer = send(secret, json.dumps(GIVEN).encode(), key=key, **changed)
    assert (answer.status_code, Ticket.objects.count()) == (401, 0)
    assert answer.json()["problems"][0]["message"]


def test_a_program_whose_kept_secret_cannot_be_read_is_refused_like_a_stranger_until_it_has_a_new_one(
    world: World, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    Source.objects.update(sealed_secret="of another installation")
    body = json.dumps(GIVEN).encode()
    assert send(secret, body).status_code == 401
    assert "source watch" in caplog.text
    source, access = Source.objects.get(), world.access[RoleKind.ADMINISTRATOR]
    new = renew_secret(access=access, source=source, overlap=timedelta(hours=24), now=timezone.now())
    assert send(new, body).status_code == 201


def test_an_old_message_is_refused(secret: str) -> None:
    old = timezone.now() - timedelta(minutes=6)
    assert send(secret, json.dumps(GIVEN).encode(), at=old).status_code == 401


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"),
        (b"[]", "body"),
        (b"{", "body"),
        (b"\xff", "body"),
        (b"[" * 90_000, "body"),
        (b"null", "body"),
        (json.dumps(GIVEN | {"secret": 1}).encode(), "secret"),
        (json.dumps({**GIVEN, "subject": ""}).encode(), "subject"),
        (json.dumps({**GIVEN, "subject": "x" * 201}).encode(), "subject"),
        (json.dumps({**GIVEN, "text": 7}).encode(), "text"),
        (json.dumps({**GIVEN, "text": "a\x00"}).encode(), "text"),
        (b'{"subject": "a", "text": "\\ud800"}', "text"),
        (json.dumps({**GIVEN, "kind": "party"}).encode(), "kind"),
        (json.dumps({**GIVEN, "kind": ["fault"]}).encode(), "kind"),
        (json.dumps({**GIVEN, "category": "none"}).encode(), "category"),
    ],
)
def test_a_wrong_message_is_refused_by_its_field_and_can_be_sent_again(secret: str, body: bytes, field: str) -> None:
    answer = send(secret, body)
    assert (answer.status_code, answer.json()["problems"][0]["field"]) == (422, field)
    assert (Ticket.objects.count(), TakenMessage.objects.count()) == (0, 0)
    assert send(secret, json.dumps(GIVEN).encode()).status_code == 201


def test_what_is_too_long_is_not_read(secret: str) -> None:
    assert send(secret, b" " * 100_001).status_code == 413


def test_whoever_left_the_contract_opens_nothing(world: World, secret: str) -> None:
    Role.objects.filter(person=world.person(RoleKind.OPERATOR)).update(end_date="2026-04-02")
    assert send(secret, json.dumps(GIVEN).encode()).status_code == 401
    assert Ticket.objects.count() == 0


def test_an_administrator_adds_and_removes_programs_and_sees_a_secret_once(world: World, other: World) -> None:
    client = signed_in(world, RoleKind.ADMINISTRATOR)
    person = world.person(RoleKind.OPERATOR)
    page = "/c/alpha/webhooks/"
    answer: Any = client.post(page, {"what": "source", "name": "監視", "key": "watch", "person": person.pk})
    assert answer.status_code == 200
    secret = answer.context["secret"]
    assert secret in answer.content.decode()
    assert secret not in client.get(page).content.decode()
    assert secret not in Source.objects.get().sealed_secret
    assert send(secret, json.dumps(GIVEN).encode()).status_code == 201
    stranger = other.person(RoleKind.OPERATOR)
    for given in (
        {"what": "source", "name": "他", "key": "b", "person": stranger.pk},
        {"what": "source", "name": "他", "key": "watch", "person": person.pk},
        {"what": "source", "name": "x", "key": "い"}, {"what": "receiver", "name": "", "url": ""},
        {"what": "receiver", "name": "内", "url": "http://127.0.0.1/"}, {"what": "pause", "id": "0"}, {"what": "x"},
        {"what": "receiver", "name": "a\x00", "url": "https://1.1.1.1/"}, {"what": "pause", "id": "9" * 40},
    ):  # fmt: skip
        assert client.post(page, given).status_code == 422, given
    source = Source.objects.get()
    theirs = signed_in(other, RoleKind.ADMINISTRATOR)
    assert theirs.post("/c/beta/webhooks/", {"what": "remove_source", "id": source.pk}).status_code == 404
    assert client.post(page, {"what": "remove_source", "id": source.pk}).status_code == 302
    assert (Source.objects.count(), Receiver.objects.count()) == (0, 0)
    assert send(secret, json.dumps(GIVEN).encode(), message="m3").status_code == 401
