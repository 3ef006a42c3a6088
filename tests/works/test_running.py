"""The day of a desk: counts, duty, handover, meetings with actions, training."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.desk_fixtures import signed_in
from tests.desk_world import World

from madoguchi.audit.models import HistoryRow
from madoguchi.contracts.models import Role
from madoguchi.core.vocabulary import Act, RoleKind
from madoguchi.works.models import DeskRecord

PAGE = "/c/alpha/running/"


def given(**changes: str) -> dict[str, str]:
    return {"kind": "handover", "date": str(timezone.localdate()), "title": "複合機の件", "text": "回答待ち"} | changes


def test_a_handover_is_written_and_read_by_the_next_shift(world: World, operator: Client) -> None:
    assert operator.post(PAGE, given()).status_code == 302
    manager = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    assert "複合機の件" in manager.get(PAGE).content.decode()
    found = DeskRecord.objects.get()
    assert manager.post(PAGE, {"done": str(found.pk)}).status_code == 302
    assert manager.post(PAGE, {"done": str(found.pk)}).status_code == 422
    found.refresh_from_db()
    assert found.done_by == world.person(RoleKind.OPERATIONS_MANAGER)


def test_duty_and_training_are_shown(world: World, operator: Client) -> None:
    owner = str(world.person(RoleKind.OPERATOR).pk)
    for kind, title in (("duty", "09:00-13:00"), ("training", "新人研修")):
        assert operator.post(PAGE, given(kind=kind, title=title, owner=owner, minutes="60")).status_code == 302
    shown = operator.get(PAGE).content.decode()
    assert "09:00-13:00" in shown
    assert "新人研修" in shown
    duty = DeskRecord.objects.get(kind="duty")
    assert operator.post(PAGE, {"done": str(duty.pk)}).status_code == 422


def test_the_report_counts_the_day(world: World, operator: Client) -> None:
    now = timezone.now()
    done = world.ticket(at=now)
    world.ticket(at=now)
    world.act(done, Act.RESOLVE, at=now)
    shown: Any = operator.get(PAGE)
    counts = [shown.context[name] for name in ("received_count", "resolved_count", "open_count")]
    assert counts == [2, 1, 1]


@pytest.mark.parametrize(
    "change", [{"kind": "party"}, {"kind": "meeting"}, {"kind": "action"},
               {"title": ""}, {"title": "a\x00"}, {"date": "2026-02-30"}, {"minutes": "-1"},
               {"owner": "999999"}, {"colour": "red"}],
)  # fmt: skip
def test_a_wrong_record_is_refused(operator: Client, change: dict[str, str]) -> None:
    assert operator.post(PAGE, given(**change)).status_code == 422
    assert not DeskRecord.objects.exists()


def test_only_the_desk_writes_and_only_its_own(world: World, other: World, operator: Client) -> None:
    assert signed_in(world, RoleKind.AUDITOR).post(PAGE, given()).status_code == 403
    assert signed_in(other, RoleKind.OPERATOR).post("/c/beta/running/", given()).status_code == 302
    found = DeskRecord.objects.get()
    assert operator.post(PAGE, {"done": str(found.pk)}).status_code == 404
    assert operator.get(f"{PAGE}?date=2026-02-30").status_code == 404
    assert operator.get(f"{PAGE}?date=0001-01-01").status_code == 404


def duties(world: World) -> list[tuple[str, str]]:
    found = DeskRecord.objects.filter(contract=world.contract, kind="duty").order_by("date", "pk")
    return [(str(each.date), each.title) for each in found]


def test_a_week_of_the_duty_roster_is_copied_once(world: World, other: World, operator: Client) -> None:
    owner = str(world.person(RoleKind.OPERATOR).pk)
    gone = world.person(RoleKind.USER)
    for day, title in (("2026-06-01", "早番"), ("2026-06-05", "遅番"), ("2026-06-08", "翌週")):
        assert operator.post(PAGE, given(kind="duty", date=day, title=title, owner=owner)).status_code == 302
    DeskRecord.objects.create(
        contract=world.contract, kind="duty", date="2026-06-02", title="転出者", owner=gone,
        author=world.person(RoleKind.OPERATOR), written_at=timezone.now(),
    )  # fmt: skip
    Role.objects.filter(person=gone).update(end_date="2026-06-10")
    copy = {"copy": "week", "start_date": "2026-06-01", "to_date": "2026-06-15"}
    assert operator.post(PAGE, copy).status_code == 302
    assert operator.post(PAGE, copy).status_code == 302
    assert duties(world)[-2:] == [("2026-06-15", "早番"), ("2026-06-19", "遅番")]
    assert len(duties(world)) == 6
    assert duties(other) == []
    rows = HistoryRow.objects.filter(act="copy_duties").order_by("number")
    assert [json.loads(each.details)["count"] for each in rows] == [2, 0]


@pytest.mark.parametrize(
    "changed", [{"to_date": "2026-06-07"}, {"to_date": "2026-02-30"}, {"to_date": "9999-12-31"}, {"start_date": ""},
                {"start_date": "2026-07-01"}, {"copy": "year"}],
)  # fmt: skip
def test_what_cannot_be_copied_is_refused(world: World, operator: Client, changed: dict[str, str]) -> None:
    assert operator.post(PAGE, given(kind="duty", date="2026-06-01")).status_code == 302
    copy = {"copy": "week", "start_date": "2026-06-01", "to_date": "2026-06-15"} | changed
    assert operator.post(PAGE, copy).status_code == 422
    assert len(duties(world)) == 1
    auditor = signed_in(world, RoleKind.AUDITOR)
    assert auditor.post(PAGE, {**copy, "to_date": "2026-06-15", "copy": "week"}).status_code in {403, 422}


def test_the_daily_report_is_handed_out_as_a_file(world: World, operator: Client) -> None:
    now = timezone.now()
    done = world.ticket(at=now)
    world.act(done, Act.RESOLVE, at=now)
    for kind, title in (("duty", "早番"), ("handover", "複合機の件")):
        operator.post(PAGE, given(kind=kind, title=title, owner=str(world.person(RoleKind.OPERATOR).pk)))
    today = timezone.localdate()
    assert f"/c/alpha/export/daily.csv?date={today}" in operator.get(PAGE).content.decode()
    lines = operator.get(f"/c/alpha/export/daily.csv?date={today}").content.decode("utf-8-sig").splitlines()
    name = world.person(RoleKind.OPERATOR).name
    for line in (f"日報 {today},受付,1", f"日報 {today},完了,1", f"当番,早番,{name}", f"引継ぎ,複合機の件,{name}"):
        assert line in lines
    before = operator.get("/c/alpha/export/daily.csv?date=2026-02-01").content.decode("utf-8-sig")
    assert "日報 2026-02-01,受付,0" in before
    assert "早番" not in before
