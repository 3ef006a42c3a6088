"""The page of a month's staffing: need against plan against who was there, for those who see the report's figures."""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from tests.desk_fixtures import signed_in
from tests.desk_world import World

from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.folders import imported_folder
from madoguchi.core.calendar.periods import Period
from madoguchi.core.events import FACT_TABLES
from madoguchi.core.vocabulary import PlanKind, PlanState, RoleKind
from madoguchi.intake.columnar import to_arrow
from madoguchi.intake.store import FactStore
from madoguchi.staffing.models import Plan, Shift
from madoguchi.staffing.operations.attendance import record_attendance
from madoguchi.staffing.operations.plans import AskedPlan, ask_plan

LABELS = ["09:00", "09:30", "10:00", "10:30"]
NINE = 9 * 3600


def month() -> date:
    return (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)


def days() -> list[date]:
    return [month() + timedelta(days=number) for number in (4, 5)]


def at(day: date, hour: float) -> datetime:
    return (timezone.make_aware(datetime.combine(day, time())) + timedelta(hours=hour)).astimezone(UTC)


@pytest.fixture
def kept(world: World) -> Plan:
    """A look back at the last month, of two days, computed elsewhere."""
    return keep(world, PlanKind.PAST, need=3)


def keep(world: World, kind: PlanKind, *, need: int) -> Plan:
    asked = AskedPlan(month=month(), kind=kind, target_percent=Decimal(90), seed=1, definition_number=1)
    manager = world.access[RoleKind.OPERATIONS_MANAGER]
    plan = ask_plan(access=manager, asked=asked, now=timezone.now())
    plan.state, plan.result = PlanState.DONE.value, {
        "days": [f"{day}" for day in days()], "labels": LABELS, "first_second": NINE, "calls": [[5.0] * 4] * 2,
        "need": [[need] * 4, [need + 2] * 4], "rates": [0.85, 0.91, 0.92, 0.95], "ivr_loss": 0.02,
        "redial_share": 0.4, "patience_seconds": 100.0, "answer_rate": 0.91,
        "chances": [{"indicator": "rate", "label": "応答率", "label_en": "Answer rate", "chance": 0.75}],
        "need_summary": {"is_reachable": True, "most": 0.91, "agent_hours": 16.0, "most_agents": 5, "mean_agents": 4.0},
    }  # fmt: skip
    plan.save()
    return plan


def page_of(client: Client, query: str = "", *, key: str = "alpha") -> str:
    answer = client.get(f"/c/{key}/staffing/months/{month():%Y-%m}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def table_of(page: str) -> list[list[str]]:
    rows = re.findall(r'<tr><th scope="row">(\d\d:\d\d)</th>(.*?)</tr>', page)
    return [[label, *re.findall(r">([^<>]+)</td>", cells)] for label, cells in rows]


def test_need_stands_against_plan_against_who_was_there(world: World, kept: Plan) -> None:
    published = keep(world, PlanKind.COMING, need=9)
    published.published_by, published.published_at = published.made_by, timezone.now()
    published.save()
    Shift.objects.create(
        plan=published, person=world.person(RoleKind.OPERATOR), kind="full day", starts_at=at(days()[0], 9),
        ends_at=at(days()[0], 11), break_starts_at=at(days()[0], 10), break_ends_at=at(days()[0], 10.5),
    )  # fmt: skip
    manager = world.access[RoleKind.OPERATIONS_MANAGER]
    record_attendance(access=manager, counts={at(days()[0], 9.5): 2}, now=timezone.now())
    division = signed_in(world, RoleKind.RESPONSIBLE_DIVISION)
    page = page_of(division, f"?day={days()[0]}")
    assert table_of(page) == [
        ["09:00", "5", "3", "1", "-"], ["09:30", "5", "3", "1", "2"], ["10:00", "5", "3", "0", "-"],
        ["10:30", "5", "3", "1", "-"],
    ]  # fmt: skip
    mean = [["4", "0.5", "-"], ["4", "0.5", "2"], ["4", "0", "-"], ["4", "0.5", "-"]]
    assert [row[2:] for row in table_of(page_of(division))] == mean, "of both days; recorded ones of those known"
    for text in ("75.0%", "応答率", "<svg", f"版{kept.number}によります"):
        assert text in page
    assert "もしも計算" not in page, "a division manages no staffing"
    assert "記録はありません" not in page


def test_a_month_not_yet_looked_back_at_shows_its_forecast_and_can_be_computed(world: World) -> None:
    manager = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    assert "まだ計算していません" in page_of(manager)
    assert "月の実績から計算する" in page_of(manager)
    keep(world, PlanKind.COMING, need=2)
    page = page_of(manager)
    assert "月が始まる前の予測" in page
    assert "この月の計画と実績の人数の記録はありません" in page
    assert [row[1:] for row in table_of(page)] == [["5", "3", "-", "-"]] * 4
    assert "月の実績から計算する" in page
    assert "月の実績から計算する" not in page_of(signed_in(world, RoleKind.AUDITOR))
    keep(world, PlanKind.PAST, need=1)
    assert "月の実績から計算する" not in page_of(manager)


def test_people_imported_from_elsewhere_are_shown(world: World, kept: Plan) -> None:
    promised = definitions_on(contract=kept.contract, day=timezone.localdate()).promised
    events = [
        {"contract": promised.id, "source": f"x:{number}", "source_file": "x.csv", "at": at(days()[1], 9 + number / 2),
         "planned": 4, "present": present, "skill": None}
        for number, present in enumerate((3, None))
    ]  # fmt: skip
    covers = Period(start_date=month(), end_date=timezone.localdate())
    tables = {"staffing": to_arrow(events, table=FACT_TABLES["staffing"])}
    FactStore(imported_folder(world.contract)).put(tables, now=timezone.now(), files={}, covers=covers)
    page = page_of(signed_in(world, RoleKind.AUDITOR), f"?day={days()[1]}")
    assert [row[3:] for row in table_of(page)] == [["4", "3"], ["4", "-"], ["-", "-"], ["-", "-"]]


def test_other_addresses_are_nothing(world: World, other: World, kept: Plan) -> None:
    assert kept
    manager = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    for wrong in ("2026-13", "x", "1999-01", "9999-12", "2026-1"):
        assert manager.get(f"/c/alpha/staffing/months/{wrong}/").status_code == 404, wrong
    assert "<caption>月の平均</caption>" in page_of(manager, "?day=2026-02-30")
    foreign = signed_in(other, RoleKind.OPERATIONS_MANAGER)
    assert foreign.get(f"/c/alpha/staffing/months/{month():%Y-%m}/").status_code == 404
    assert "まだ計算していません" in page_of(foreign, key="beta")
    assert signed_in(world, RoleKind.USER).get(f"/c/alpha/staffing/months/{month():%Y-%m}/").status_code == 403


def test_the_month_of_the_report_leads_there(world: World) -> None:
    division = signed_in(world, RoleKind.RESPONSIBLE_DIVISION)
    page = division.get(f"/c/alpha/months/{month():%Y-%m}/").content.decode()
    assert f"/c/alpha/staffing/months/{month():%Y-%m}/" in page
