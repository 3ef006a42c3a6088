"""The day of a desk: counts, duty, handover, meetings with actions, training."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.desk_fixtures import signed_in
from tests.desk_world import World

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


def test_duty_minutes_actions_and_training_are_shown(world: World, operator: Client) -> None:
    owner = str(world.person(RoleKind.OPERATOR).pk)
    for kind, title in (
        ("duty", "09:00-13:00"),
        ("meeting", "5月の定例会"),
        ("action", "手順書を直す"),
        ("training", "新人研修"),
    ):
        assert operator.post(PAGE, given(kind=kind, title=title, owner=owner, minutes="60")).status_code == 302
    shown = operator.get(PAGE).content.decode()
    for title in ("09:00-13:00", "5月の定例会", "手順書を直す", "新人研修"):
        assert title in shown
    meeting = DeskRecord.objects.get(kind="meeting")
    assert operator.post(PAGE, {"done": str(meeting.pk)}).status_code == 422


def test_the_report_counts_the_day(world: World, operator: Client) -> None:
    now = timezone.now()
    done = world.ticket(at=now)
    world.ticket(at=now)
    world.act(done, Act.RESOLVE, at=now)
    shown: Any = operator.get(PAGE)
    counts = [shown.context[name] for name in ("received_count", "resolved_count", "open_count")]
    assert counts == [2, 1, 1]


@pytest.mark.parametrize(
    "change", [{"kind": "party"}, {"title": ""}, {"title": "a\x00"}, {"date": "2026-02-30"}, {"minutes": "-1"},
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
