"""The duty roster filled for many days: from a CSV or a plan's shifts, looked at, applied as one act, undone as one."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World

from madoguchi.audit.models import HistoryRow
from madoguchi.contracts.models import Role
from madoguchi.core.vocabulary import PlanKind, PlanState, RoleKind
from madoguchi.core.works_vocabulary import BatchState
from madoguchi.people.models import Person
from madoguchi.staffing.models import Plan, Shift
from madoguchi.works.models import DeskRecord, DutyBatch
from madoguchi.works.operations.duty_file import COLUMNS, MINUTES

PAGE = "/c/alpha/running/duties/"
MAIL = "operator-alpha@example.jp"


@pytest.fixture
def manager(world: World) -> Client:
    return signed_in(world, RoleKind.OPERATIONS_MANAGER)


def sheet(*rows: dict[str, str], encoding: str = "utf-8") -> bytes:
    held = io.StringIO(newline="")
    csv.writer(held).writerows([COLUMNS, *([row.get(name, "") for name in COLUMNS] for row in rows)])
    return held.getvalue().encode(encoding)


def row(**changes: str) -> dict[str, str]:
    return {"日付": "2026/06/01", "当番": "早番", "担当": MAIL, "時間（分）": "４５０"} | changes


def upload(client: Client, content: bytes) -> Any:  # noqa: ANN401  # the test client's answer
    return client.post(PAGE, {"file": SimpleUploadedFile("roster.csv", content)})


def duties() -> list[tuple[str, str, int | None]]:
    found = DeskRecord.objects.filter(kind="duty").order_by("date", "title")
    return [(str(each.date), each.title, each.minutes) for each in found]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_a_roster_is_looked_at_applied_and_undone(world: World, manager: Client, encoding: str) -> None:
    name = world.person(RoleKind.OPERATOR).name
    rows = (
        row(),
        row(当番="遅番", 担当=name, 内容="窓口"),
        row(担当="だれか"),
        row(),
        row(当番="無人", 担当="", **{MINUTES: ""}),
    )
    assert upload(manager, sheet(*rows, encoding=encoding)).status_code == 302
    batch = DutyBatch.objects.get()
    assert (batch.row_count, batch.refused_count, duties()) == (5, 2, [])
    page = f"{PAGE}{batch.pk}/"
    shown = manager.get(page).content.decode()
    assert "「だれか」は受付の担当者にいません" in shown
    assert "同じ当番が2行目にもあります" in shown
    assert manager.post(page, {"act": "undo"}).status_code == 422
    assert manager.post(page, {"act": "apply"}).status_code == 302
    assert manager.post(page, {"act": "apply"}).status_code == 422
    assert duties() == [("2026-06-01", "早番", 450), ("2026-06-01", "無人", None), ("2026-06-01", "遅番", 450)]
    assert name in manager.get("/c/alpha/running/?date=2026-06-01").content.decode()
    assert manager.post(page, {"act": "undo"}).status_code == 302
    assert duties() == []
    batch.refresh_from_db()
    assert batch.state == BatchState.UNDONE
    acts = HistoryRow.objects.filter(subject=f"duties:{batch.pk}").order_by("number").values_list("act", flat=True)
    assert list(acts) == ["preview_duties", "apply_duties", "undo_duties"]


def test_refused_lines_come_back_put_right_go_in(world: World, manager: Client) -> None:
    assert world.contract.key == "alpha"
    upload(manager, sheet(row(日付="2026-06-31")))
    answer = manager.get(f"{PAGE}{DutyBatch.objects.get().pk}/refused.csv")
    text = answer.content.decode("utf-8-sig")
    assert "「2026-06-31」という日付はありません" in text
    assert upload(manager, text.replace("2026-06-31", "2026-06-30").encode()).status_code == 302
    assert DutyBatch.objects.latest("pk").refused_count == 0


@pytest.mark.parametrize(
    "change", [{"日付": ""}, {"日付": "昨日"}, {"当番": ""}, {"当番": "=cmd()"}, {"当番": "あ" * 201},
               {"当番": "a\x01"}, {"担当": "user-alpha@example.jp"}, {"担当": "operator-beta@example.jp"},
               {"時間（分）": "-1"}, {"時間（分）": "1441"}, {"時間（分）": "1.5"}, {"日付": "2020-01-01"}],
)  # fmt: skip
def test_a_wrong_line_is_refused_with_its_reason(other: World, manager: Client, change: dict[str, str]) -> None:
    assert other.contract.key == "beta"
    assert upload(manager, sheet(row(**change))).status_code == 302
    (line,) = DutyBatch.objects.get().rows.all()
    assert line.error
    assert manager.get(f"{PAGE}{line.batch_id}/").status_code == 200


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", sheet(), b"\xff\xfe\x00", sheet(*[row()] * 5_001)])
def test_what_is_no_roster_is_refused_whole(manager: Client, content: bytes) -> None:
    assert upload(manager, content).status_code == 422
    assert not DutyBatch.objects.exists()


def test_what_stands_or_changed_meanwhile_is_left_out(world: World, manager: Client) -> None:
    content = sheet(row(), row(日付="2026-06-02"))
    for _ in range(2):
        upload(manager, content)
    first, second = DutyBatch.objects.order_by("pk")
    Role.objects.filter(person=world.person(RoleKind.OPERATOR)).update(end_date="2026-06-02")
    manager.post(f"{PAGE}{first.pk}/", {"act": "apply"})
    manager.post(f"{PAGE}{second.pk}/", {"act": "apply"})
    for batch, errors in ((first, ["", "なくなりました"]), (second, ["すでにあります", "なくなりました"])):
        for line, part in zip(batch.rows.order_by("line"), errors, strict=True):
            assert part in line.said
            assert bool(part) == bool(line.error)
    assert duties() == [("2026-06-01", "早番", 450)]
    assert manager.post(f"{PAGE}{second.pk}/", {"act": "undo"}).status_code == 302
    assert len(duties()) == 1, "what another filling wrote stays"


def test_two_of_one_name_are_asked_apart_by_mail(world: World, manager: Client) -> None:
    Person.objects.filter(pk__in=[world.person(each).pk for each in (RoleKind.OPERATOR, RoleKind.VENDOR)]).update(
        name="佐藤 花子"
    )
    upload(manager, sheet(row(担当="佐藤　花子"), row(当番="遅番")))
    first, second = DutyBatch.objects.get().rows.order_by("line")
    assert "2人います" in first.said
    assert (second.error, second.person) == ("", world.person(RoleKind.OPERATOR))


def test_the_shifts_of_the_plan_in_force_become_duties(world: World, manager: Client) -> None:
    day = {"start_date": "2026-06-01", "day_count": "7"}
    assert manager.post(PAGE, day).status_code == 422
    plan = Plan.objects.create(
        contract=world.contract, number=1, month="2026-06-01", kind=PlanKind.COMING.value, state=PlanState.DONE.value,
        target_percent=90, seed=1, definition_number=1, inputs={}, made_by=world.person(RoleKind.OPERATIONS_MANAGER),
        made_at=NOW, published_at=NOW, published_by=world.person(RoleKind.OPERATIONS_MANAGER),
    )  # fmt: skip
    starts_at = datetime(2026, 5, 31, 23, 30, tzinfo=UTC)
    for person, days in ((RoleKind.OPERATOR, 0), (RoleKind.OPERATOR, 7), (RoleKind.USER, 1)):
        Shift.objects.create(
            plan=plan, person=world.person(person), kind="full day", starts_at=starts_at + timedelta(days=days),
            ends_at=starts_at + timedelta(days=days, hours=8.75), break_starts_at=starts_at + timedelta(hours=3),
            break_ends_at=starts_at + timedelta(hours=4),
        )  # fmt: skip
    assert manager.post(PAGE, day).status_code == 302
    batch = DutyBatch.objects.get()
    assert (batch.row_count, batch.refused_count) == (2, 1), "the user of the desk is nobody to be on duty"
    manager.post(f"{PAGE}{batch.pk}/", {"act": "apply"})
    record = DeskRecord.objects.get()
    assert (str(record.date), record.title, record.text) == ("2026-06-01", "日勤 08:30-17:15", "休憩 11:30-12:30")
    assert (record.minutes, record.owner) == (465, world.person(RoleKind.OPERATOR))


def test_only_managers_fill_and_only_their_own(world: World, other: World, manager: Client) -> None:
    assert upload(signed_in(world, RoleKind.OPERATOR), sheet(row())).status_code == 403
    upload(manager, sheet(row()))
    batch = DutyBatch.objects.get()
    foreign = signed_in(other, RoleKind.OPERATIONS_MANAGER)
    assert foreign.post(f"/c/beta/running/duties/{batch.pk}/", {"act": "apply"}).status_code == 404
    assert manager.post(f"{PAGE}{batch.pk}/", {"act": "party"}).status_code == 422
    assert manager.post(PAGE, {"start_date": "0001-01-01", "day_count": "1"}).status_code == 422
