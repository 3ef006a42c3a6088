"""Plans asked for, computed in the background, looked at, published and exported."""

import io
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import icalendar
import openpyxl
import pytest
from django.test import Client
from django.utils import timezone
from tests.desk_fixtures import signed_in
from tests.desk_world import World

from madoguchi.audit.models import HistoryRow
from madoguchi.contracts.definitions import definitions_on
from madoguchi.core.vocabulary import PlanKind, PlanState, RoleKind
from madoguchi.people.models import Person
from madoguchi.samples.living_staffing import add_members, import_calls
from madoguchi.staffing.events import staffing_events
from madoguchi.staffing.models import Attendance, Plan
from madoguchi.staffing.operations.attendance import record_attendance
from madoguchi.staffing.operations.plans import AskedPlan, ask_plan, begin_plan, keep_failure
from madoguchi.staffing.queries import plans_in_force


@pytest.fixture
def desk(world: World) -> World:
    """The first contract with calls of some weeks and ten people, two of them the world's own."""
    now = timezone.now()
    promised = definitions_on(contract=world.contract, day=now.date()).promised
    import_calls(contract=world.contract, promised=promised, now=now)
    manager = world.access[RoleKind.OPERATIONS_MANAGER]
    add_members(manager, key="alpha", now=now)
    return world


def following() -> str:
    return f"{(timezone.localdate().replace(day=1) + timedelta(days=32)):%Y-%m}"


def ask(client: Client, **more: object) -> Any:  # noqa: ANN401  # a test answer
    given = {"month": following(), "target": "85", "yen_an_hour": "2500", "skills": "", "seed": "1", **more}
    return client.post("/c/alpha/staffing/", given)


def test_a_manager_plans_publishes_and_hands_out_shifts(desk: World) -> None:
    manager = signed_in(desk, RoleKind.OPERATIONS_MANAGER)
    assert ask(manager).status_code == 302
    plan = Plan.objects.get(contract=desk.contract)
    assert (plan.number, plan.kind, plan.state) == (1, PlanKind.COMING, PlanState.DONE), plan.failure
    assert plan.result is not None
    assert json.dumps(plan.result)
    page = manager.get("/c/alpha/staffing/plans/1/").content.decode()
    for text in ("半時間ごとの必要・計画・実績の人数", "月の応答率の分布", "予測", "人件費", "<svg"):
        assert text in page
    assert plan.shifts.count() > 50
    assert manager.post("/c/alpha/staffing/plans/1/publish/").status_code == 302
    assert [each.pk for each in plans_in_force(desk.contract)] == [plan.pk]
    rows = list(staffing_events(desk.contract, key="alpha"))
    assert sum(int(str(row["planned"])) for row in rows) == sum(sum(row) for row in plan.result["planned"])
    acts = list(HistoryRow.objects.filter(chain="alpha", subject="plan:1").values_list("act", flat=True))
    assert acts == ["ask_plan", "keep_plan", "publish_plan"]


def test_a_plan_is_exported_as_workbook_and_calendar(desk: World) -> None:
    manager = signed_in(desk, RoleKind.OPERATIONS_MANAGER)
    Person.objects.filter(sign_in_name="staff0-alpha").update(name="=1+1")
    ask(manager)
    plan = Plan.objects.get(contract=desk.contract)
    book = openpyxl.load_workbook(io.BytesIO(manager.get("/c/alpha/staffing/plans/1/export.xlsx").content))
    assert book.sheetnames == ["勤務", "半時間", "前提"]
    rows = list(book["勤務"].iter_rows(min_row=2))
    assert len(rows) == plan.shifts.count()
    assert "=1+1" in {row[1].value for row in rows}
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n"}
    written = manager.get("/c/alpha/staffing/plans/1/export.ics")
    assert written.headers["Content-Type"].startswith("text/calendar")
    events = list(icalendar.Calendar.from_ical(written.content).walk("VEVENT"))
    assert len(events) == plan.shifts.count()
    assert len({str(each["UID"]) for each in events}) == len(events)
    assert manager.get("/c/alpha/staffing/plans/1/export.exe").status_code == 404


def test_a_past_month_is_looked_back_at(desk: World) -> None:
    manager = signed_in(desk, RoleKind.OPERATIONS_MANAGER)
    before = timezone.localdate().replace(day=1) - timedelta(days=1)
    ask(manager, month=f"{before:%Y-%m}")
    plan = Plan.objects.get(contract=desk.contract)
    assert (plan.kind, plan.state) == (PlanKind.PAST, PlanState.DONE), plan.failure
    page = manager.get("/c/alpha/staffing/plans/1/").content.decode()
    assert "実績の応答率" in page
    assert "実績を説明する要員" in page


def test_the_same_question_gets_the_same_answer(desk: World) -> None:
    manager = signed_in(desk, RoleKind.OPERATIONS_MANAGER)
    desk.contract.members.update(is_active=False)
    ask(manager)
    ask(manager)
    first, second = Plan.objects.filter(contract=desk.contract).order_by("number")
    assert first.result == second.result


def test_what_is_wrong_is_said_and_nothing_is_kept(desk: World) -> None:
    manager = signed_in(desk, RoleKind.OPERATIONS_MANAGER)
    for name, wrong in (
        ("month", "2026-13"), ("month", "\x00"), ("target", "101"), ("target", "nan"), ("seed", "0"),
        ("seed", "9" * 30),
        ("yen_an_hour", "-1"), ("skills", "英語=x"), ("skills", "a\x00=1"), ("more", "1"),
    ):  # fmt: skip
        assert ask(manager, **{name: wrong}).status_code == 422, (name, wrong)
    assert ask(manager, target="").status_code == 422, "the contract promises no answer rate"
    assert not Plan.objects.exists()


def test_a_contract_without_calls_says_so(world: World) -> None:
    answer = ask(signed_in(world, RoleKind.OPERATIONS_MANAGER))
    assert answer.status_code == 422
    assert "電話の記録がありません" in answer.content.decode()


def test_a_target_beyond_reach_is_answered_with_the_most(desk: World) -> None:
    manager = signed_in(desk, RoleKind.OPERATIONS_MANAGER)
    desk.contract.members.update(is_active=False)
    ask(manager, target="100")
    plan = Plan.objects.get(contract=desk.contract)
    assert plan.state == PlanState.DONE, plan.failure
    assert "目標には届きません。最大" in manager.get("/c/alpha/staffing/plans/1/").content.decode()


def asked_plan(world: World) -> Plan:
    asked = AskedPlan(
        month=date(2026, 7, 1), kind=PlanKind.COMING, target_percent=Decimal(80), seed=1, definition_number=1
    )
    return ask_plan(access=world.access[RoleKind.OPERATIONS_MANAGER], asked=asked, now=timezone.now())


def test_a_plan_under_way_shows_its_state_and_cannot_be_published(world: World) -> None:
    plan = asked_plan(world)
    manager = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    page = manager.get("/c/alpha/staffing/plans/1/").content.decode()
    assert "計算待ち" in page
    assert "hx-get" in page
    assert manager.post("/c/alpha/staffing/plans/1/publish/").status_code == 409
    begun = begin_plan(plan_id=plan.pk, now=timezone.now())
    assert begun is not None
    assert begin_plan(plan_id=plan.pk, now=timezone.now()) is None
    assert "HX-Refresh" not in manager.get("/c/alpha/staffing/plans/1/state/").headers
    keep_failure(plan=begun, message="できません", now=timezone.now())
    assert manager.get("/c/alpha/staffing/plans/1/state/").headers["HX-Refresh"] == "true"
    assert "できません" in manager.get("/c/alpha/staffing/plans/1/").content.decode()
    Plan.objects.update(state=PlanState.RUNNING.value, started_at=timezone.now() - timedelta(hours=1))
    assert "中断" in manager.get("/c/alpha/staffing/plans/1/").content.decode()


def test_only_so_many_plans_are_computed_at_once(world: World) -> None:
    for _ in range(5):
        asked_plan(world)
    manager = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    promised = definitions_on(contract=world.contract, day=date(2026, 5, 1)).promised
    import_calls(contract=world.contract, promised=promised, now=timezone.now())
    answer = ask(manager)
    assert answer.status_code == 422
    assert "多すぎます" in answer.content.decode()


def test_the_latest_published_plan_of_a_month_is_in_force(world: World) -> None:
    now = timezone.now()
    first, second = asked_plan(world), asked_plan(world)
    Plan.objects.update(state=PlanState.DONE.value, result={})
    Plan.objects.filter(pk=second.pk).update(published_at=now)
    Plan.objects.filter(pk=first.pk).update(published_at=now + timedelta(hours=1))
    assert [each.pk for each in plans_in_force(world.contract)] == [first.pk]


def test_attendance_becomes_a_fact(world: World) -> None:
    at = datetime(2026, 5, 20, 0, 0, tzinfo=UTC)
    manager = world.access[RoleKind.OPERATIONS_MANAGER]
    record_attendance(access=manager, counts={at: 3}, now=timezone.now())
    record_attendance(access=manager, counts={at: 4}, now=timezone.now())
    assert Attendance.objects.get().present == 4
    (row,) = staffing_events(world.contract, key="alpha")
    assert (row["at"], row["planned"], row["present"]) == (at, 0, 4)
