"""Regular meetings: who came, what is to be done by whom, and what is carried to the next."""

import json
import re
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.desk_fixtures import signed_in
from tests.desk_world import World

from madoguchi.audit.models import HistoryRow
from madoguchi.core.vocabulary import RoleKind
from madoguchi.works.models import DeskRecord
from madoguchi.works.operations.meetings import Minutes, add_action, carried_to, late_actions, write_meeting
from madoguchi.works.operations.running import finish_record

PAGE = "/c/alpha/meetings/"
MAY, JUNE, JULY = date(2026, 5, 11), date(2026, 6, 8), date(2026, 7, 13)
OPERATOR, MANAGER = RoleKind.OPERATOR, RoleKind.OPERATIONS_MANAGER


def at(day: date) -> datetime:
    return datetime.combine(day, time(15), timezone.get_current_timezone())


def held(world: World, day: date) -> DeskRecord:
    people = [world.person(OPERATOR), world.person(RoleKind.RESPONSIBLE_DIVISION)]
    minutes = Minutes(day=day, title=f"{day.month}月の定例会", text="報告どおり。", attendees=people)
    return write_meeting(access=world.access[OPERATOR], minutes=minutes, meeting_id=None, now=at(day))


def asked(world: World, meeting: DeskRecord, title: str, *, due: date, owner: RoleKind = OPERATOR) -> DeskRecord:
    return add_action(
        access=world.access[OPERATOR], meeting_id=meeting.pk, title=title, owner=world.person(owner), due_date=due,
        now=at(meeting.date),
    )  # fmt: skip


def test_open_actions_are_carried_from_meeting_to_meeting(world: World) -> None:
    may, june = held(world, MAY), held(world, JUNE)
    early = asked(world, may, "手順書を直す", due=MAY + timedelta(days=7))
    late = asked(world, may, "件数を調べる", due=JUNE)
    asked(world, june, "文面を変える", due=JULY)
    finish_record(access=world.access[OPERATOR], record_id=early.pk, now=at(JUNE - timedelta(days=1)))
    assert [each.title for each in carried_to(june)] == ["件数を調べる"]
    # done at the meeting itself: its page still says that it was open until then
    finish_record(access=world.access[OPERATOR], record_id=late.pk, now=at(JUNE))
    assert [(each.title, each.done_by) for each in carried_to(june)] == [("件数を調べる", world.person(OPERATOR))]
    assert [each.title for each in carried_to(held(world, JULY))] == ["文面を変える"]
    assert list(carried_to(may)) == []
    assert [each.title for each in late_actions(world.contract, day=JULY)] == []
    assert [each.title for each in late_actions(world.contract, day=JULY + timedelta(days=1))] == ["文面を変える"]


def test_a_meeting_is_written_down_on_its_pages(world: World, operator: Client) -> None:
    owner, division = world.person(OPERATOR), world.person(RoleKind.RESPONSIBLE_DIVISION)
    given = {
        "what": "minutes",
        "date": str(MAY),
        "title": "定例会",
        "text": "以上",
        "attendees": [owner.pk, division.pk],
    }
    page = operator.post(PAGE, given).headers["Location"]
    action = {"what": "action", "title": "直す", "owner": str(owner.pk), "due_date": str(JUNE)}
    assert operator.post(page, action).status_code == 302
    user = str(world.person(RoleKind.USER).pk)
    for wrong in (
        {"due_date": str(MAY - timedelta(days=1))}, {"due_date": ""}, {"due_date": "0001-01-01"}, {"owner": ""},
        {"owner": user}, {"title": "a\x00"}, {"x": "1"},
    ):  # fmt: skip
        assert operator.post(page, action | wrong).status_code == 422
    for key in ("9" * 30, user, "x"):
        assert operator.post(page, given | {"attendees": [key]}).status_code == 422
    # the minutes cannot be moved behind what they ask for
    assert operator.post(page, given | {"date": str(JULY)}).status_code == 422
    assert operator.post(page, given | {"text": "訂正した", "attendees": [owner.pk]}).status_code == 302
    shown = operator.get(page).content.decode()
    assert "訂正した" in shown
    assert f"<p>{owner.name}</p>" in shown
    found = DeskRecord.objects.get(kind="action")
    assert (found.meeting_id, found.owner, found.due_date) == (DeskRecord.objects.get(kind="meeting").pk, owner, JUNE)
    assert operator.post(page, {"what": "done", "id": found.pk}).status_code == 302
    assert operator.post(PAGE, {"what": "done", "id": found.pk}).status_code == 422
    for number in ("", "x", "9" * 30):
        refused = operator.post(PAGE, {"what": "done", "id": number})
        assert refused.status_code == 422
        assert "errorlist" in refused.content.decode()
    acts = HistoryRow.objects.filter(subject__startswith="desk_record:").order_by("number")
    assert [(each.act, json.loads(each.details)["kind"]) for each in acts] == [
        ("write_record", "meeting"), ("write_record", "action"), ("write_minutes", "meeting"),
        ("finish_record", "action"),
    ]  # fmt: skip
    lines = operator.get("/c/alpha/export/meeting_actions.csv").content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith(f"{MAY},定例会,直す,{owner.name},{JUNE},")
    [line] = operator.get("/c/alpha/export/meetings.csv").content.decode("utf-8-sig").splitlines()[1:]
    assert line == f"{MAY},定例会,{owner.name},訂正した,1,0,0,{owner.name}"


def test_what_is_late_stands_among_the_notices_of_its_owner_and_of_managers(world: World, operator: Client) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    meeting = held(world, yesterday)
    asked(world, meeting, "自分の宿題", due=yesterday)
    asked(world, meeting, "主管課の宿題", due=yesterday, owner=RoleKind.RESPONSIBLE_DIVISION)
    asked(world, meeting, "まだ先の宿題", due=yesterday + timedelta(days=1))
    own: Any = operator.get("/c/alpha/notices/")
    assert [each.title for each in own.context["late_actions"]] == ["自分の宿題"]
    manager: Any = signed_in(world, MANAGER).get("/c/alpha/notices/")
    assert [each.title for each in manager.context["late_actions"]] == ["自分の宿題", "主管課の宿題"]
    assert manager.content.decode().count(f"/c/alpha/meetings/{meeting.pk}/") == 2
    assert operator.get("/c/alpha/running/").content.decode().count("期限超過") == 3  # one is the day's count


def test_only_the_desk_writes_and_only_its_own_meetings(world: World, other: World, operator: Client) -> None:
    theirs = held(other, MAY)
    action = asked(other, theirs, "直す", due=MAY)
    assert operator.get(f"{PAGE}{theirs.pk}/").status_code == 404
    assert operator.get(f"{PAGE}{action.pk}/").status_code == 404
    assert operator.post(PAGE, {"what": "done", "id": action.pk}).status_code == 404
    mine = held(world, MAY)
    auditor = signed_in(world, RoleKind.AUDITOR)
    assert auditor.get(f"{PAGE}{mine.pk}/").status_code == 200
    assert auditor.post(PAGE, {"what": "minutes", "date": str(MAY), "title": "x"}).status_code == 403
    assert signed_in(world, RoleKind.USER).get(PAGE).status_code == 403


@pytest.mark.parametrize("wrong", [{"what": "party"}, {"what": "done"}, {"what": "minutes", "title": "x"}, {}])
def test_what_is_no_act_is_refused(operator: Client, wrong: dict[str, str]) -> None:
    assert operator.post(PAGE, wrong).status_code == 422
    assert not DeskRecord.objects.exists()


def test_the_list_of_what_is_wrong_names_each_field(world: World, operator: Client) -> None:
    page = f"{PAGE}{held(world, MAY).pk}/"
    shown = operator.post(page, {"what": "action", "title": "直す", "owner": "", "due_date": ""}).content.decode()
    alert = shown.partition('<div role="alert">')[2].partition("</div>")[0]
    assert re.findall("<li>(.*?): ", alert) == ["担当", "期限"]
