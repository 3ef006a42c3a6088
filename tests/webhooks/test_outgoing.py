"""Receivers told of a ticket's steps: once each, again after a failure, never to a place inside."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import override
from tests.desk_fixtures import signed_in
from tests.desk_world import World

from madoguchi.core.vocabulary import Act, DeliveryFault, DeliveryState, RoleKind
from madoguchi.desk.errors import FieldError
from madoguchi.desk.operations.act import Step, act_on
from madoguchi.webhooks import posting
from madoguchi.webhooks.models import Delivery, Receiver
from madoguchi.webhooks.operations import add_receiver, renew_receiver_secret, send_again, set_receiver_active
from madoguchi.webhooks.outgoing import BACKOFF, send_due, write_messages
from madoguchi.webhooks.signing import check_signature

ADMIN = RoleKind.ADMINISTRATOR


@dataclass
class Listening:
    """A receiver on loopback: what it was sent, and what it answers next."""

    url: str = ""
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def listening() -> Iterator[Listening]:
    found = Listening()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.asked.append((self.path, {key.lower(): value for key, value in self.headers.items()}, body))
            status, headers = found.answers.pop(0) if found.answers else (204, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: Any) -> None:  # noqa: ANN401
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}/in"
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def told(world: World, listening: Listening, settings: Any) -> tuple[Receiver, str]:  # noqa: ANN401
    settings.PRIVATE_TARGETS = ["127.0.0.0/8"]
    return add_receiver(access=world.access[ADMIN], name="監視", url=listening.url, now=timezone.now())


def test_each_step_is_told_once_signed_and_without_texts(
    world: World, listening: Listening, told: tuple[Receiver, str]
) -> None:
    ticket, now = world.ticket(subject="秘密の件名"), timezone.now()
    act_on(
        access=world.access[RoleKind.OPERATOR], ticket_id=ticket.pk, version=None, now=now,
        steps=[Step(act=Act.NOTE, text="内部だけの話")],
    )  # fmt: skip
    assert (write_messages(now=now), write_messages(now=now)) == (2, 0)
    assert (send_due(now=now), send_due(now=now)) == (2, 0)
    kinds = [json.loads(body)["type"] for _, _, body in listening.asked]
    assert kinds == ["ticket.received", "ticket.note"]
    for _, headers, body in listening.asked:
        assert "秘密" not in body.decode()
        assert "内部" not in body.decode()
        check_signature(
            secrets=[told[1]], message=headers["webhook-id"], moment=headers["webhook-timestamp"],
            signatures=headers["webhook-signature"], body=body, now=now,
        )  # fmt: skip
    assert json.loads(listening.asked[0][2])["data"]["number"] == ticket.number


def test_another_contracts_tickets_are_not_told(world: World, other: World, told: tuple[Receiver, str]) -> None:
    assert told[0].contract_id == world.contract.pk
    other.ticket()
    assert write_messages(now=timezone.now()) == 0


def test_what_fails_is_sent_again_later_and_given_up_at_last(
    world: World, listening: Listening, told: tuple[Receiver, str]
) -> None:
    world.ticket()
    now = timezone.now()
    write_messages(now=now)
    assert Delivery.objects.get().receiver == told[0]
    listening.answers = [(500, {})] * len(BACKOFF)
    for wait in BACKOFF:
        assert send_due(now=now) == 0
        assert send_due(now=now) == 0
        now += timedelta(seconds=wait)
    found = Delivery.objects.get()
    assert (len(listening.asked), found.state, found.attempts) == (len(BACKOFF), DeliveryState.DEAD, len(BACKOFF))
    assert found.outcome == "HTTP 500"
    assert send_due(now=now + timedelta(days=30)) == 0
    send_again(access=world.access[ADMIN], delivery=found, now=now)
    assert send_due(now=now) == 1
    assert len({headers["webhook-id"] for _, headers, _ in listening.asked}) == 1
    with pytest.raises(FieldError):
        send_again(access=world.access[ADMIN], delivery=found, now=now)


def test_a_receiver_that_is_gone_is_asked_no_more(
    world: World, listening: Listening, told: tuple[Receiver, str]
) -> None:
    world.ticket()
    listening.answers = [(410, {})]
    write_messages(now=timezone.now())
    send_due(now=timezone.now())
    told[0].refresh_from_db()
    assert (told[0].is_active, Delivery.objects.get().state) == (False, DeliveryState.DEAD)


def test_what_happened_while_paused_is_told_then(
    world: World, listening: Listening, told: tuple[Receiver, str]
) -> None:
    now, access = timezone.now(), world.access[ADMIN]
    set_receiver_active(access=access, receiver=told[0], is_active=False, now=now)
    world.ticket()
    assert write_messages(now=now) == 0
    set_receiver_active(access=access, receiver=told[0], is_active=True, now=now)
    assert (write_messages(now=now), send_due(now=now), len(listening.asked)) == (1, 1, 1)


def test_a_redirect_is_followed_when_it_keeps_the_method_and_checked_anew(
    world: World,
    listening: Listening,
    told: tuple[Receiver, str],
    settings: Any,  # noqa: ANN401
) -> None:
    assert told[0].url == listening.url
    world.ticket()
    now = timezone.now()
    write_messages(now=now)
    listening.answers = [(307, {"Location": "/there"}), (204, {})]
    assert send_due(now=now) == 1
    assert [path for path, _, _ in listening.asked] == ["/in", "/there"]
    for answer in (
        (302, {"Location": "/there"}),
        (308, {"Location": "http://10.255.255.1/"}),
        (307, {"Location": "/a"}),
    ):
        listening.asked.clear()
        listening.answers = [answer] * 9
        world.ticket()
        write_messages(now=now)
        assert send_due(now=now) == 0
        assert len(listening.asked) <= 4
        Delivery.objects.filter(state=DeliveryState.WAITING.value).delete()
    settings.PRIVATE_TARGETS = []
    world.ticket()
    write_messages(now=now)
    listening.asked.clear()
    assert send_due(now=now) == 0
    assert listening.asked == []
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING.value).get()
    assert "127.0.0.1" in waiting.outcome
    assert "公開されていません" in waiting.outcome_said
    with override("en"):
        assert "is not public" in waiting.outcome_said


def test_a_receiver_that_is_away_is_said_in_its_reader_s_language(world: World, told: tuple[Receiver, str]) -> None:
    Receiver.objects.filter(pk=told[0].pk).update(url="http://127.0.0.1:1/")
    world.ticket()
    now = timezone.now()
    write_messages(now=now)
    assert send_due(now=now) == 0
    client = signed_in(world, RoleKind.ADMINISTRATOR)
    page = client.get("/c/alpha/webhooks/").content.decode()
    assert "接続を断られました" in page
    assert "ConnectionRefusedError" in page
    client.cookies["django_language"] = "en"
    assert "接続を断られました" not in client.get("/c/alpha/webhooks/").content.decode()


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://localhost:1/", "https://169.254.169.254/x", "gopher://a/"]
)
def test_no_receiver_inside_can_be_added(world: World, url: str) -> None:
    with pytest.raises(FieldError) as refused:
        add_receiver(access=world.access[ADMIN], name="内", url=url, now=timezone.now())
    assert (refused.value.field, Receiver.objects.count()) == ("url", 0)


def test_an_answer_that_never_ends_is_left(world: World, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401
    settings.PRIVATE_TARGETS = ["127.0.0.0/8"]
    monkeypatch.setattr(posting, "WHOLE_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        add_receiver(access=world.access[ADMIN], name="遅い", url=url, now=timezone.now())
        world.ticket()
        write_messages(now=timezone.now())
        threading.Thread(target=_drip, args=(server,), daemon=True).start()
        started = time.monotonic()
        assert send_due(now=timezone.now()) == 0
        assert time.monotonic() - started < 5
    assert Delivery.objects.get().attempts == 1


def test_a_receiver_whose_secret_cannot_be_read_stops_no_other(
    world: World, listening: Listening, told: tuple[Receiver, str]
) -> None:
    broken, _secret = add_receiver(access=world.access[ADMIN], name="別", url=listening.url, now=timezone.now())
    Receiver.objects.filter(pk=broken.pk).update(sealed_secret="of another installation")
    world.ticket()
    write_messages(now=timezone.now())
    assert (send_due(now=timezone.now()), len(listening.asked)) == (1, 1)
    assert Delivery.objects.get(receiver=broken).outcome == DeliveryFault.UNREADABLE_SECRET
    assert Delivery.objects.get(receiver=told[0]).state == DeliveryState.TAKEN


def test_whoever_looks_is_told_to_make_a_new_secret_and_that_one_signs_at_once(
    world: World, listening: Listening, told: tuple[Receiver, str]
) -> None:
    Receiver.objects.update(sealed_secret="of another installation")
    world.ticket()
    write_messages(now=timezone.now())
    assert send_due(now=timezone.now()) == 0
    client, admin = signed_in(world, ADMIN), world.access[ADMIN]
    tried = client.post("/c/alpha/webhooks/", {"what": "try", "id": told[0].pk}, follow=True).content.decode()
    assert tried.count("「鍵を作り直す」で新しい鍵を作り") == 3, "said, and shown for both deliveries"
    assert "「鍵を作り直す」で" in client.get("/c/alpha/export/webhooks.csv").content.decode("utf-8-sig")
    english = client.get("/c/alpha/webhooks/", headers={"accept-language": "en"}).content.decode()
    assert "make a new secret" in english.lower()
    assert "「鍵を作り直す」" not in english
    renew_receiver_secret(access=admin, receiver=told[0], overlap=timedelta(hours=24), now=timezone.now())
    later = timezone.now() + timedelta(minutes=10)
    assert (send_due(now=later), len(listening.asked)) == (1, 1)


def _drip(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for _ in range(100):
            try:
                connection.sendall(b"x")
            except OSError:
                return
            time.sleep(0.1)


def test_until_the_overlap_ends_both_secrets_sign(
    world: World, listening: Listening, told: tuple[Receiver, str]
) -> None:
    now, (receiver, old) = timezone.now(), told
    hour = timedelta(hours=1)
    new = renew_receiver_secret(access=world.access[ADMIN], receiver=receiver, overlap=hour, now=now)
    world.ticket()
    write_messages(now=now)
    assert send_due(now=now) == 1
    world.ticket()
    write_messages(now=now)
    assert send_due(now=now + hour) == 1
    for (_, headers, body), moment, secrets in zip(
        listening.asked, (now, now + hour), ((old, new), (new,)), strict=True
    ):
        assert len(headers["webhook-signature"].split(" ")) == len(secrets)
        for secret in secrets:
            check_signature(
                secrets=[secret], message=headers["webhook-id"], moment=headers["webhook-timestamp"],
                signatures=headers["webhook-signature"], body=body, now=moment,
            )  # fmt: skip
    with pytest.raises(PermissionDenied):
        renew_receiver_secret(
            access=world.access[RoleKind.OPERATIONS_MANAGER], receiver=receiver, overlap=hour, now=now
        )


def test_a_receiver_is_tried_once_from_the_page(
    world: World, other: World, listening: Listening, told: tuple[Receiver, str]
) -> None:
    page, client = "/c/alpha/webhooks/", signed_in(world, ADMIN)
    asked = {"what": "try", "id": told[0].pk}
    assert client.post(page, asked).status_code == 302
    assert json.loads(listening.asked[0][2]) | {"timestamp": ""} == {
        "type": "test", "timestamp": "", "data": {"contract": "alpha"},
    }  # fmt: skip
    listening.answers.append((500, {}))
    assert "届きませんでした: HTTP 500" in client.post(page, asked, follow=True).content.decode()
    states = Delivery.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [DeliveryState.TAKEN, DeliveryState.DEAD], "a try is not repeated"
    assert signed_in(other, ADMIN).post("/c/beta/webhooks/", asked).status_code == 404
    assert len(listening.asked) == 2
