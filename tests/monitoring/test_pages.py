"""Monitoring through its pages: a key made, alerts mapped, an outage corrected, maintenance decided, a file read."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.desk_fixtures import signed_in
from tests.desk_world import World
from tests.monitoring.monitored import (
    ADMIN,
    DIVISION,
    LATER,
    MANAGER,
    alert,
    group,
    japan,
    monitored,
    promise_services,
    send,
)  # fmt: skip

from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.models import Ticket
from madoguchi.monitoring.models import ConfirmedDays, FileImport, Maintenance, MappingRule, Message, Outage, Source

HOME = "/c/alpha/monitoring/"
SOURCE = {"act": "add", "name": "監視", "key": "prom", "kind": "alertmanager", "clerk": "", "join_seconds": "0"}


def text_of(answer: Any) -> str:  # noqa: ANN401  # the test client's answer
    return str(answer.content.decode())


def test_an_administrator_makes_and_stops_a_key_shown_once(world: World) -> None:
    promise_services(world)
    client = signed_in(world, ADMIN)
    page = f"{HOME}sources/"
    answer: Any = client.post(page, SOURCE | {"clerk": world.person(RoleKind.OPERATOR).pk})
    secret = answer.context["secret"]
    assert answer.status_code == 200
    assert secret in text_of(answer)
    assert secret not in text_of(client.get(page))
    sent: Any = Client().post(
        "/monitoring/prom/", data=group(alert("2026-05-10 01:00")), content_type="application/json",
        headers={"authorization": f"Bearer {secret}"},
    )  # fmt: skip
    assert sent.status_code == 200
    assert "f-mail1" not in text_of(client.get(page))
    for wrong in (
        SOURCE, SOURCE | {"key": "い"}, SOURCE | {"kind": "file", "key": "b", "name": "b"},
        {"act": "revoke", "id": "0"},
        SOURCE | {"name": "x\x00", "key": "c"}, SOURCE | {"name": "c", "key": "c", "join_seconds": "-1"},
        SOURCE | {"name": "c", "key": "c", "clerk": world.person(RoleKind.USER).pk}, {"act": "add"}, {"x": "y"},
    ):  # fmt: skip
        assert client.post(page, wrong).status_code == 422, wrong
    source = Source.objects.get()
    assert client.post(page, {"act": "revoke", "id": source.pk}).status_code == 302
    assert client.post(page, {"act": "revoke", "id": source.pk}).status_code == 422


def test_rules_map_what_is_known_and_removing_them_takes_it_back(world: World, other: World) -> None:
    source = monitored(world)
    foreign = monitored(other, key="theirs")
    send(source, group(alert("2026-05-10 01:00", instance="relay1")))
    client = signed_in(world, MANAGER)
    page = f"{HOME}mapping/"
    assert "対応づけなし" in text_of(client.get(HOME))
    rule = {"act": "add", "source": source.pk, "tests": "instance=relay*", "service": "wan", "severity": "major"}
    assert client.post(page, rule).status_code == 302
    assert Outage.objects.get().service == "wan"
    for wrong in (
        {"source": foreign.pk},
        {"tests": "x"},
        {"service": "fax"},
        {"severity": "x" * 41},
        {"tests": "a=\x00"},
    ):
        assert client.post(page, rule | wrong).status_code == 422, wrong
    added = MappingRule.objects.filter(source=source).latest("number")
    assert client.post(page, {"act": "remove", "id": added.pk}).status_code == 302
    assert Outage.objects.get().service == ""
    theirs = MappingRule.objects.filter(source=foreign).latest("number")
    assert client.post(page, {"act": "remove", "id": theirs.pk}).status_code == 404
    days = {"act": "confirm", "start_date": "2026-05-01", "closing_date": "2026-05-31", "reason": "台帳で確認"}
    assert client.post(page, days | {"services": ["mail"]}).status_code == 302
    for change in ({"closing_date": "2026-04-30"}, {"reason": " "}, {"services": ["fax"]},
                   {"closing_date": "2999-01-01"}, {"start_date": "1999-01-01"}):  # fmt: skip
        assert client.post(page, days | change).status_code == 422, change
    assert ConfirmedDays.objects.get().services == ["mail"]
    assert "台帳で確認" in text_of(client.get(page))


def test_an_outage_is_corrected_set_aside_and_given_a_ticket(world: World, other: World) -> None:
    source = monitored(world)
    send(source, group(alert("2026-05-10 01:00")))
    found = Outage.objects.get()
    page = f"{HOME}outages/{found.pk}/"
    client = signed_in(world, MANAGER)
    shown = text_of(client.get(page))
    assert "mail1:25 が応答しません" in shown
    assert "継続中" in shown
    end = {"act": "correct", "service": "mail", "started_at": "2026-05-10T01:00:00", "reason": "復旧を確認"}
    assert client.post(page, end | {"ended_at": "2026-05-10T00:00:00"}).status_code == 422
    assert client.post(page, end | {"ended_at": "2026-05-10T02:00:00", "reason": ""}).status_code == 422
    assert client.post(page, end).status_code == 422
    assert client.post(page, end | {"ended_at": "2026-05-10T02:00:00"}).status_code == 302
    found.refresh_from_db()
    assert (found.ended_at, found.corrections.count()) == (japan("2026-05-10 02:00"), 1)
    assert "復旧を確認" in text_of(client.get(page))
    assert client.post(page, {"act": "dismiss", "reason": "試験"}).status_code == 302
    assert client.post(page, {"act": "restore", "reason": "誤り"}).status_code == 302
    assert client.post(page, {"act": "attach", "number": "99"}).status_code == 422
    assert client.post(page, {"act": "open"}).status_code == 302
    assert client.post(page, {"act": "open"}).status_code == 422
    found.refresh_from_db()
    assert found.ticket == Ticket.objects.get()
    second = world.ticket()
    assert client.post(page, {"act": "attach", "number": second.number}).status_code == 302
    # the division sees it and changes nothing; another contract does not know it
    division = signed_in(world, DIVISION)
    assert division.get(page).status_code == 200
    assert division.post(page, {"act": "dismiss", "reason": "x"}).status_code == 403
    assert signed_in(other, MANAGER).get(f"/c/beta/monitoring/outages/{found.pk}/").status_code == 404


def test_a_held_notification_is_looked_at(world: World) -> None:
    source = monitored(world)
    send(source, b"<script>alert(1)</script>\xff")
    held = Message.objects.get()
    client = signed_in(world, MANAGER)
    assert "保留" in text_of(client.get(f"{HOME}messages/"))
    page = f"{HOME}messages/{held.pk}/"
    assert "&lt;script&gt;" in text_of(client.get(page))
    assert client.post(page, {"act": "x"}).status_code == 422
    assert client.post(page, {"act": "again"}).status_code == 302
    assert client.post(page, {"act": "settle"}).status_code == 302
    assert client.post(page, {"act": "settle"}).status_code == 422
    assert "確認済" in text_of(client.get(f"{HOME}messages/?state=all"))


def test_maintenance_is_proposed_by_one_and_decided_by_another(world: World) -> None:
    promise_services(world)
    manager, division = signed_in(world, MANAGER), signed_in(world, DIVISION)
    page = f"{HOME}maintenance/"
    plan = {
        "act": "propose", "services": ["mail", "wan"], "started_at": "2026-06-20T20:00:00",
        "ended_at": "2026-06-20T23:00:00", "reason": "更新",
    }  # fmt: skip
    assert manager.post(page, plan).status_code == 302
    assert division.post(page, plan).status_code == 403
    wrongs: list[dict[str, object]] = [
        {}, {"ended_at": "2026-06-20T20:00:00"}, {"services": []}, {"services": ["fax"]}, {"started_at": "x"},
        {"ended_at": "2026-09-20T20:00:00"}, {"reason": "a\x00"},
    ]  # fmt: skip
    for wrong in wrongs:
        assert manager.post(page, plan | wrong).status_code == 422, wrong
    mail, wan = Maintenance.objects.order_by("service")
    assert manager.post(f"{page}{mail.pk}/", {"state": "approved"}).status_code == 403
    assert division.post(f"{page}{mail.pk}/", {"state": "refused"}).status_code == 422
    assert division.post(f"{page}{mail.pk}/", {"state": "approved"}).status_code == 302
    assert division.post(f"{page}{mail.pk}/", {"state": "proposed"}).status_code == 422
    assert division.post(f"{page}{mail.pk}/", {"state": "cancelled", "remark": "延期"}).status_code == 302
    assert manager.post(page, {"act": "withdraw", "id": wan.pk}).status_code == 302
    assert manager.post(page, {"act": "withdraw", "id": wan.pk}).status_code == 422
    assert "延期" in text_of(manager.get(page))


def test_lines_that_were_not_taken_come_back_as_a_file_without_formulas(world: World, other: World) -> None:
    promise_services(world)
    client = signed_in(world, MANAGER)
    page = f"{HOME}files/"
    text = "対象,日時,秒\nmail,2026-05-10 10:00,3.25\n=cmd|' /C calc'!A0,2026-05-10 10:00,1\n"

    def load(content: bytes, kind: str = "probes") -> int:
        return int(client.post(page, {"kind": kind, "file": SimpleUploadedFile("a.csv", content)}).status_code)

    assert load(text.encode("cp932")) == 302
    done = FileImport.objects.get()
    assert (done.taken_count, done.refused_count) == (1, 1)
    answer: Any = client.get(f"{page}{done.pk}/refused.csv")
    lines = text_of(answer).splitlines()
    assert lines[0].endswith("行,理由,対象,日時,秒")
    assert ",'=cmd" in lines[1]
    assert signed_in(other, MANAGER).get(f"/c/beta/monitoring/files/{done.pk}/refused.csv").status_code == 404
    for content in (b"", b"a,b\n1,2\n", "対象,日時,秒\n".encode(), b"\x81\xff\xfe", b"\x00" * 100):
        assert load(content) == 422, content
    assert load(text.encode(), kind="outages") == 422
    assert load(text.encode(), kind="x") == 422
    assert FileImport.objects.count() == 1


@pytest.mark.parametrize("query", ["", "?state=open", "?state=x\x00&page=99", "?service=mail&state=all&page=-1"])
def test_the_list_takes_any_question_and_asks_no_more_for_more_rows(world: World, query: str) -> None:
    source = monitored(world)
    client = signed_in(world, MANAGER)
    send(source, group(alert("2026-05-10 01:00")))
    client.get(HOME + query)
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert client.get(HOME + query).status_code == 200
    send(source, group(*(alert("2026-05-10 01:00", instance=f"mail{number}") for number in range(2, 12))), now=LATER)
    with CaptureQueriesContext(connection) as many:
        assert client.get(HOME + query).status_code == 200
    assert len(many) == len(few)
