"""The roster's people, announced events, sliders, today's replan, and a person's own shifts."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest
from django.test import Client
from django.utils import timezone
from tests.desk_fixtures import signed_in
from tests.desk_world import START, World

from madoguchi.audit.models import HistoryRow
from madoguchi.contracts.definitions import definitions_on
from madoguchi.core.vocabulary import PlanKind, PlanState, RoleKind
from madoguchi.samples.living_staffing import import_calls
from madoguchi.staffing.models import AnnouncedEvent, Attendance, Leave, Member, Plan, Shift, ShiftFeed
from madoguchi.staffing.queries import planned_people


@pytest.fixture
def manager(world: World) -> Client:
    return signed_in(world, RoleKind.OPERATIONS_MANAGER)


@pytest.fixture
def with_calls(world: World) -> World:
    now = timezone.now()
    promised = definitions_on(contract=world.contract, day=now.date()).promised
    import_calls(contract=world.contract, promised=promised, now=now)
    return world


def member(world: World, client: Client, **more: object) -> Any:  # noqa: ANN401  # a test answer
    person = world.person(RoleKind.OPERATOR).pk
    given = {"person": person, "skills": "英語、手話", "most_hours": "40", "least_hours": "8", "leave": "", **more}
    return client.post("/c/alpha/staffing/people/", given)


def test_a_member_is_kept_with_skills_hours_and_leave(world: World, manager: Client) -> None:
    leave = "2026-05-07、2026-05-11..2026-05-13"
    assert member(world, manager, leave=leave, is_active="on").status_code == 302
    (person,) = planned_people(contract=world.contract, day=START)
    assert person.skills == {"英語", "手話"}
    assert len(person.leave) == 4
    assert (person.most_hours_a_week, person.least_hours_a_week) == (40.0, 8.0)
    assert member(world, manager, leave="2026-05-07").status_code == 302
    assert Leave.objects.count() == 1
    assert planned_people(contract=world.contract, day=START) == [], "no longer in the roster"


def test_wrong_members_are_refused(world: World, other: World, manager: Client) -> None:
    for wrong in (
        {"person": other.person(RoleKind.OPERATOR).pk}, {"person": world.person(RoleKind.USER).pk}, {"person": "x"},
        {"leave": "2026-02-30"}, {"leave": "2026-05-07..2026-05-01"}, {"leave": "0001-01-01..9999-12-31"},
        {"least_hours": "41"}, {"most_hours": "NaN"}, {"most_hours": "81"}, {"skills": "a\x00"}, {"skills": "x" * 41},
        {"other": "1"},
    ):  # fmt: skip
        assert member(world, manager, **wrong).status_code == 422, wrong
    assert not Member.objects.exists()


def test_an_event_is_announced_and_taken_back(other: World, manager: Client) -> None:
    given = {"kind": "personnel_changes", "start_date": "2026-07-01", "day_count": "5", "note": "定期異動"}
    assert manager.post("/c/alpha/staffing/announced/", given).status_code == 302
    event = AnnouncedEvent.objects.get()
    foreign = signed_in(other, RoleKind.OPERATIONS_MANAGER)
    assert foreign.post("/c/beta/staffing/announced/", {"take_back": event.pk}).status_code == 422
    assert manager.post("/c/alpha/staffing/announced/", {**given, "day_count": "61"}).status_code == 422
    assert manager.post("/c/alpha/staffing/announced/", {"take_back": event.pk}).status_code == 302
    assert not AnnouncedEvent.objects.exists()
    acts = list(HistoryRow.objects.filter(chain="alpha", subject__startswith="announced").values_list("act", flat=True))
    assert acts == ["announce", "take_back_announced"]


def test_the_sliders_answer_and_refuse(with_calls: World, manager: Client) -> None:
    assert with_calls
    page = manager.get("/c/alpha/staffing/what-if/").content.decode()
    assert page.count('type="range"') == 6
    month = f"{timezone.localdate():%Y-%m}"
    moved = {
        "month": month,
        "volume": "200",
        "handle": "100",
        "patience": "100",
        "redial": "40",
        "ivr": "2",
        "people": "3",
    }
    part = manager.get("/c/alpha/staffing/what-if/", moved, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "月の応答率は" in part
    assert 'hx-swap-oob="true"' in part
    for name, wrong in (("volume", "401"), ("people", "-1"), ("redial", "x"), ("ivr", "\x00"), ("month", "2026-00")):
        assert manager.get("/c/alpha/staffing/what-if/", {**moved, name: wrong}).status_code == 422, name
    nobody = manager.get("/c/alpha/staffing/what-if/", {**moved, "people": "0", "volume": "0", "patience": "0"})
    assert nobody.status_code == 200
    assert "nan" not in nobody.content.decode().lower().replace("finance", "")


def done_plan(world: World, *, day: date) -> Plan:
    """Keep a plan of one day, of half hours from nine to five."""
    result = {
        "days": [f"{day}"], "labels": [f"{9 + slot // 2:02d}:{slot % 2 * 30:02d}" for slot in range(16)],
        "first_second": 9 * 3600, "calls": [[10.0] * 16], "handle_seconds": [300.0] * 16, "patience_seconds": 120.0,
        "redial_share": 0.4, "ivr_loss": 0.0, "day_variation": 0.1, "need": [[3] * 16], "planned": [[3] * 16],
        "need_summary": {"is_reachable": True, "most": 0.9, "agent_hours": 24.0, "most_agents": 3, "mean_agents": 3.0},
        "rates": [0.9, 0.91], "answer_rate": 0.905, "chances": [],
    }  # fmt: skip
    return Plan.objects.create(
        contract=world.contract, number=1, month=day.replace(day=1), kind=PlanKind.COMING.value,
        state=PlanState.DONE.value, target_percent=90, seed=1, definition_number=1, inputs={}, result=result,
        made_by=world.person(RoleKind.OPERATIONS_MANAGER), made_at=timezone.now(),
    )  # fmt: skip


def test_today_is_replanned_from_what_came_so_far(world: World, manager: Client) -> None:
    assert "計画がありません" in manager.get("/c/alpha/staffing/today/").content.decode()
    done_plan(world, day=timezone.localdate())
    quiet = manager.get("/c/alpha/staffing/today/", {"until": "11:00", "attempts": "20", "answered": "20"})
    assert "計画のままで足ります" in quiet.content.decode()
    busy = manager.get("/c/alpha/staffing/today/", {"until": "11:00", "attempts": "120", "answered": "80"})
    assert "増員" in busy.content.decode() or "届きません" in busy.content.decode()
    late = manager.get("/c/alpha/staffing/today/", {"until": "17:00", "attempts": "1", "answered": "1"})
    assert "終わりました" in late.content.decode()
    for name, wrong in (("until", "11:10"), ("attempts", "-1"), ("answered", "121"), ("until", "\x00"), ("x", "1")):
        given = {"until": "11:00", "attempts": "120", "answered": "80", name: wrong}
        assert manager.get("/c/alpha/staffing/today/", given).status_code == 422, name


def test_attendance_is_recorded_by_half_hour(world: World, manager: Client) -> None:
    given = {"day": "2026-05-20", "start": "09:00", "end": "11:00", "present": "4"}
    done_plan(world, day=date(2026, 5, 20))
    assert manager.post("/c/alpha/staffing/attendance/", given).status_code == 302
    assert Attendance.objects.filter(present=4).count() == 4
    assert Attendance.objects.earliest("at").at == datetime(2026, 5, 20, 0, 0, tzinfo=UTC)
    assert manager.post("/c/alpha/staffing/attendance/", {**given, "end": "09:00"}).status_code == 422
    assert "実績" in manager.get("/c/alpha/staffing/plans/1/").content.decode()


def published_shift(world: World, kind: RoleKind = RoleKind.OPERATOR) -> Shift:
    plan = done_plan(world, day=timezone.localdate())
    Plan.objects.filter(pk=plan.pk).update(published_at=timezone.now())
    start = timezone.now().replace(microsecond=0) + timedelta(days=1)
    return Shift.objects.create(
        plan=plan, person=world.person(kind), kind="full day", starts_at=start, ends_at=start + timedelta(hours=8),
        break_starts_at=start + timedelta(hours=4), break_ends_at=start + timedelta(hours=5),
    )  # fmt: skip


def test_people_see_their_own_shifts_only(world: World, operator: Client, manager: Client) -> None:
    published_shift(world)
    assert "日勤" in operator.get("/c/alpha/staffing/shifts/").content.decode()
    assert "公開された勤務はありません" in manager.get("/c/alpha/staffing/shifts/").content.decode()
    Plan.objects.update(published_at=None)
    assert "公開された勤務はありません" in operator.get("/c/alpha/staffing/shifts/").content.decode()


def feed_address(client: Client) -> str:
    page = client.post("/c/alpha/staffing/shifts/", {"feed": "open"}).content.decode()
    return "/feeds/" + page.split("/feeds/")[1].split("<")[0]


def test_a_private_address_gives_the_shifts_until_it_is_revoked(world: World, operator: Client) -> None:
    shift = published_shift(world)
    address = feed_address(operator)
    answer = Client().get(address)
    assert answer.status_code == 200
    (event,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert event.decoded("DTSTART") == shift.starts_at
    assert ShiftFeed.objects.get().hash not in address
    newer = feed_address(operator)
    assert Client().get(address).status_code == 404, "the earlier address no longer works"
    assert operator.post("/c/alpha/staffing/shifts/", {"feed": "close"}).status_code == 302
    assert Client().get(newer).status_code == 404
    assert operator.post("/c/alpha/staffing/shifts/", {"feed": "x"}).status_code == 422
    assert Client().get("/feeds/shifts/" + "x" * 500 + ".ics").status_code == 404


def test_an_address_dies_with_the_role(world: World, operator: Client) -> None:
    published_shift(world)
    address = feed_address(operator)
    world.contract.roles.filter(person=world.person(RoleKind.OPERATOR)).update(end_date=timezone.localdate())
    assert Client().get(address).status_code == 404
