"""What programs send: read whole, in part, or held, and never lost."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World
from tests.monitoring.monitored import (
    ADMIN,
    LATER,
    MANAGER,
    alert,
    group,
    japan,
    monitored,
    promise_services,
    send,
    told,
)  # fmt: skip

from madoguchi.audit.models import HistoryRow
from madoguchi.core.monitoring_vocabulary import MessageState, SourceKind
from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.errors import FieldError
from madoguchi.desk.models import Ticket
from madoguchi.monitoring.models import HeardDay, Message, Outage, Source
from madoguchi.monitoring.operations import receive as receiving
from madoguchi.monitoring.operations.sources import add_source, revoke_source
from madoguchi.monitoring.tasks import RAW_DAYS, forget_bytes

ZABBIX = {
    "event_id": "1201", "event_value": "1", "trigger_id": "77", "host": "mail1", "host_groups": "Mail servers",
    "trigger": "SMTP is down", "name": "SMTP is down on mail1", "severity": "High", "tags": "scope:availability, n:1",
    "event_date": "2026.05.10", "event_time": "01:00:00", "event_timestamp": "{EVENT.TIMESTAMP}",
    "recovery_date": "{EVENT.RECOVERY.DATE}", "recovery_time": "{EVENT.RECOVERY.TIME}",
    "recovery_timestamp": "*UNKNOWN*",
}  # fmt: skip
RECOVERED = ZABBIX | {"event_value": "0", "recovery_timestamp": str(int(japan("2026-05-10 01:20").timestamp()))}


def zabbix(source: Source, body: dict[str, str]) -> receiving.Receipt:
    return send(source, json.dumps(body).encode())


@pytest.mark.parametrize("order", [(ZABBIX, RECOVERED), (RECOVERED, ZABBIX), (RECOVERED,)])
def test_zabbix_tells_the_beginning_with_the_recovery(world: World, order: tuple[dict[str, str], ...]) -> None:
    source = monitored(world, kind=SourceKind.ZABBIX)
    for each in order:
        assert zabbix(source, each).state is MessageState.TAKEN
    assert told(source) == [("trigger 77", "mail", japan("2026-05-10 01:00"), japan("2026-05-10 01:20"))]
    outage = Outage.objects.get()
    assert (outage.severity, outage.labels["tag:scope"], outage.labels["tag:n"]) == ("High", "availability", "1")


def test_a_group_is_taken_alert_by_alert(world: World) -> None:
    source = monitored(world)
    wrong: list[Any] = [
        alert("2026-05-10 01:00") | {"status": "pending"}, alert("2026-05-10 01:00") | {"labels": []},
        alert("2026-05-10 01:00") | {"startsAt": "yesterday"}, alert("2026-05-10 01:00") | {"fingerprint": ""},
        alert("2026-05-10 01:00", "2026-05-10 00:59"), alert("2026-06-04 01:00"), "x", None,
        alert("2026-05-10 01:00") | {"startsAt": "0001-01-01T00:00:00+09:00"},
        alert("2026-05-10 01:00") | {"startsAt": "2026-05-10T01:00:00"},
    ]  # fmt: skip
    receipt = send(source, group(*wrong, alert("2026-05-10 02:00"), truncatedAlerts=3))
    assert (receipt.state, receipt.count, len(receipt.problems)) == (MessageState.PARTLY, 1, len(wrong) + 1)
    assert "6件目" in receipt.problems[5]
    assert "時計" in receipt.problems[5]
    assert told(source) == [("f-mail1:25", "mail", japan("2026-05-10 02:00"), None)]


def test_many_alerts_of_one_body_are_all_kept_and_more_are_refused(world: World) -> None:
    source = monitored(world)
    many = [alert("2026-05-10 01:00", instance=f"wan{number}") for number in range(2_000)]
    assert send(source, group(*many)).count == 2_000
    assert Outage.objects.filter(service="wan").count() == 2_000
    assert send(source, group(*many, many[0])).state is MessageState.QUARANTINED


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"a": 1}', group(), group(version="3"), group(alerts=1),
     b'{"version": "4", "alerts": [{"status": "\\ud800"}]}', b"\x00" * 50],
)  # fmt: skip
def test_what_cannot_be_read_is_held_with_its_bytes_and_stops_nothing(world: World, raw: bytes) -> None:
    source = monitored(world)
    receipt = send(source, raw)
    assert receipt.state is MessageState.QUARANTINED
    assert receipt.problems[0]
    held = Message.objects.get()
    assert (bytes(held.raw or b""), held.problems) == (raw, list(receipt.problems))
    # whatever cannot be read does not say that the source watches
    assert not HeardDay.objects.exists()
    assert send(source, group(alert("2026-05-10 01:00"))).count == 1


def test_hostile_labels_are_cut_and_cleaned(world: World) -> None:
    source = monitored(world)
    bad = alert("2026-05-10 01:00", instance="mail\x00\ud800" + "x" * 5_000, **{"k" * 300: "v"})
    receipt = send(source, group(bad | {"fingerprint": "f" * 900}))
    assert receipt.count == 1
    outage = Outage.objects.get()
    assert len(outage.labels["instance"]) == 400
    assert len(outage.problem) == 200
    assert outage.service == "mail"
    many = send(source, group(alert("2026-05-10 01:00") | {"labels": {str(n): "" for n in range(65)}}))
    assert many.state is MessageState.QUARANTINED


def test_held_notifications_have_an_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "MAX_HELD", 3)
    source = monitored(world)
    for number in range(5):
        send(source, b"x%d" % number)
    source.refresh_from_db()
    assert (Message.objects.count(), source.refused_count, source.received_count) == (3, 2, 5)
    assert "3件" in source.refusal


def test_a_held_notification_is_read_again_or_settled_by_a_manager(world: World) -> None:
    source = monitored(world)
    ahead = group(alert("2026-06-03 10:30"))
    send(source, ahead)
    send(source, b"nothing")
    first, second = Message.objects.order_by("pk")
    access = world.access[MANAGER]
    assert first.state == MessageState.QUARANTINED
    again = receiving.settle_message(
        access=access, message=first, is_read_again=True, now=LATER + timedelta(hours=2)
    )  # fmt: skip
    assert (again.state, len(told(source))) == (MessageState.TAKEN, 1)
    receiving.settle_message(access=access, message=second, is_read_again=False, now=LATER)
    second.refresh_from_db()
    assert second.state == MessageState.SETTLED
    with pytest.raises(FieldError):
        receiving.settle_message(access=access, message=second, is_read_again=True, now=LATER)


def test_bytes_are_let_go_after_their_time_but_not_what_is_held(world: World) -> None:
    source = monitored(world)
    send(source, group(alert("2026-05-10 01:00")))
    send(source, b"held")
    assert forget_bytes(now=LATER + timedelta(days=RAW_DAYS)) == 0
    assert forget_bytes(now=LATER + timedelta(days=RAW_DAYS, seconds=1)) == 1
    assert [each.raw is None for each in Message.objects.order_by("pk")] == [True, False]
    assert send(source, group(alert("2026-05-10 01:00"))).is_repeated


def post(key: str, body: bytes, secret: str = "", **headers: str) -> Any:  # noqa: ANN401  # the test client's answer
    given = {"authorization": f"Bearer {secret}"} if secret else {}
    return Client().post(
        f"/monitoring/{key}/", data=body, content_type="application/json", headers=given | headers
    )  # fmt: skip


def test_only_the_secret_opens_the_door_and_refusals_are_counted(world: World) -> None:
    promise_services(world)
    source, secret = add_source(
        access=world.access[ADMIN], name="監視", key="prom", kind=SourceKind.ALERTMANAGER, clerk=None, join_seconds=0,
        now=NOW,
    )  # fmt: skip
    body = group(alert("2026-05-10 01:00"))
    for key, given in (("prom", ""), ("prom", "x"), ("prom", secret[:-1]), ("none", secret), ("alpha-files", "")):
        assert post(key, body, given).status_code == 401
    assert post("prom", body, authorization="Basic x").status_code == 401
    source.refresh_from_db()
    assert (source.refused_count, source.received_count, Message.objects.count()) == (4, 0, 0)
    assert Client().get("/monitoring/prom/").status_code == 405
    answer = post("prom", body, secret)
    assert (answer.status_code, answer.json()["taken"], answer.json()["repeated"]) == (200, 1, False)
    assert post("prom", body, secret).json()["repeated"] is True
    assert post("prom", b"{", secret).status_code == 422
    assert post("prom", b" " * 1_000_001, secret).status_code == 413
    assert post("prom", b'{"heartbeat": true}', secret).status_code == 200
    assert HeardDay.objects.get().date == timezone.localdate()
    assert secret not in source.secret_hash
    revoke_source(access=world.access[ADMIN], source=source, now=LATER)
    assert post("prom", body, secret).status_code == 401
    with pytest.raises(FieldError):
        revoke_source(access=world.access[ADMIN], source=source, now=LATER)


def test_a_days_first_word_is_in_the_history_and_the_others_are_not(world: World) -> None:
    source = monitored(world)
    before = HistoryRow.objects.count()
    for _ in range(3):
        send(source, b'{"heartbeat": true}')
    assert HistoryRow.objects.count() == before + 1
    send(source, b'{"heartbeat": true}', now=LATER + timedelta(days=1))
    assert HistoryRow.objects.count() == before + 2
    assert HeardDay.objects.count() == 2


def test_an_outage_opens_a_ticket_and_its_end_is_noted_there(world: World) -> None:
    source = monitored(world, clerk=True)
    send(source, group(alert("2026-06-03 09:00"), alert("2026-06-03 09:00", instance="other")))
    ticket = Ticket.objects.get()
    assert (ticket.detected_at, ticket.kind) == (japan("2026-06-03 09:00"), "incident")
    assert "mail1:25" in ticket.text
    # down again while the ticket is open: one matter
    send(source, group(alert("2026-06-03 09:00", "2026-06-03 09:20"), alert("2026-06-03 09:30")))
    assert Ticket.objects.count() == 1
    assert [each.ticket_id for each in Outage.objects.order_by("pk")] == [ticket.pk, None, ticket.pk]
    notes = [each.text for each in ticket.activities.order_by("number")]
    assert any("復旧" in each and "09:20" in each for each in notes)
    assert any("再び" in each for each in notes)


def test_an_outage_is_kept_where_nobody_can_open_its_ticket(world: World) -> None:
    source = monitored(world, clerk=True)
    world.contract.roles.filter(person=world.person(RoleKind.OPERATOR)).update(end_date="2026-04-02")
    send(source, group(alert("2026-06-03 09:00")))
    assert (Ticket.objects.count(), Outage.objects.count()) == (0, 1)
    assert HistoryRow.objects.filter(act="tell_desk_failed").count() == 1


def test_another_contracts_source_key_cannot_be_taken(world: World, other: World) -> None:
    promise_services(world)
    promise_services(other)
    monitored(world)
    with pytest.raises(FieldError):
        monitored(other)
    assert signed_in(other, MANAGER).get("/c/alpha/desk/").status_code == 404
