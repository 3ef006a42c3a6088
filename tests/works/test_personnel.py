"""The personnel office's CSV: the good lines go in as one act that can be undone, the broken ones come back."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World

from madoguchi.contracts.access import people_of
from madoguchi.contracts.models import Role
from madoguchi.core.vocabulary import RoleKind
from madoguchi.core.works_vocabulary import BatchState
from madoguchi.people.models import Division, DivisionMembership, Person
from madoguchi.people.operations import add_people
from madoguchi.works.models import PersonnelBatch, PersonnelChange, PersonnelRow
from madoguchi.works.operations.personnel import apply_personnel, preview_personnel, undo_personnel
from madoguchi.works.operations.personnel_file import COLUMNS

MANAGER = RoleKind.OPERATIONS_MANAGER
BREAKS = (
    {"区分": "昇進"}, {"メール": "not a mail"}, {"メール": "nobody@example.jp"}, {"異動日": "2026-02-30"},
    {"異動日": "昨日"}, {"所属記号": "nowhere"}, {"氏名": "=cmd()"}, {"氏名": "あ" * 121}, {"よみ": "a\x01b"},
    {"所属記号": ""},
)  # fmt: skip


@pytest.fixture
def manager(world: World) -> Client:
    organisation = world.person(RoleKind.USER).organisation
    assert organisation is not None
    for key in ("old", "new"):
        Division.objects.create(organisation=organisation, key=key)
    return signed_in(world, MANAGER)


def division_of(person: Person) -> str | None:
    """Return the division a person comes into last."""
    latest = DivisionMembership.objects.filter(person=person).order_by("-start_date")
    return latest.values_list("division__key", flat=True).first()


def sheet(*rows: dict[str, str], encoding: str = "utf-8") -> bytes:
    held = io.StringIO(newline="")
    writer = csv.writer(held)
    writer.writerows([COLUMNS, *([row.get(name, "") for name in COLUMNS] for row in rows)])
    return held.getvalue().encode(encoding)


def row(mail: str = "user-alpha@example.jp", **changes: str) -> dict[str, str]:
    return {"区分": "異動", "メール": mail, "所属記号": "new", "異動日": "2026/07/01"} | changes


def upload(client: Client, content: bytes) -> Any:  # noqa: ANN401  # the test client's answer
    return client.post("/c/alpha/personnel/", {"file": SimpleUploadedFile("list.csv", content)})


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_a_list_is_looked_at_applied_done_and_undone(world: World, manager: Client, encoding: str) -> None:
    rows = (
        row(氏名="新しい 名前"),
        row("shin@example.jp", 区分="着任", 氏名="髙橋 新", よみ="たかはし しん", 内線="2222"),
        row("operator-alpha@example.jp", 区分="退職", 所属記号=""),
        row("auditor-alpha@example.jp", 異動日="2026-02-30"),
    )
    assert upload(manager, sheet(*rows, encoding=encoding)).status_code == 302
    batch = PersonnelBatch.objects.get()
    user = Person.objects.get(pk=world.person(RoleKind.USER).pk)
    assert (batch.broken_count, division_of(user)) == (1, None)
    page = f"/c/alpha/personnel/{batch.pk}/"
    assert "2026-02-30" in manager.get(page).content.decode()
    assert manager.post(page, {"act": "undo"}).status_code == 422
    assert manager.post(page, {"act": "apply"}).status_code == 302
    assert manager.post(page, {"act": "apply"}).status_code == 422
    user.refresh_from_db()
    assert (user.name, division_of(user)) == ("新しい 名前", "new")
    newcomer = Person.objects.get(mail="shin@example.jp")
    assert Role.objects.get(person=newcomer).start_date.isoformat() == "2026-07-01"
    line = PersonnelRow.objects.get(change__person=user).line
    assert manager.post(page, {"act": "account", "lines": [str(line)]}).status_code == 302
    assert PersonnelRow.objects.exclude(account_done_at=None).count() == 1
    found = list(csv.DictReader(io.StringIO(manager.get(f"{page}result.csv").content.decode("utf-8-sig"))))
    assert [each["結果"] for each in found] == ["反映済", "反映済", "反映済", "誤り"]
    assert found[0]["アカウント"] == "済"
    assert manager.post(page, {"act": "undo"}).status_code == 302
    user.refresh_from_db()
    assert (user.name, division_of(user)) == (world.person(RoleKind.USER).name, None)
    assert not people_of(contract=world.contract, day=NOW.date()).filter(pk=newcomer.pk).exists()


def test_a_later_change_survives_the_undoing_of_a_list(world: World, manager: Client) -> None:
    assert upload(manager, sheet(row())).status_code == 302
    access, batch = world.access[MANAGER], PersonnelBatch.objects.get()
    apply_personnel(access=access, batch_id=batch.pk, now=NOW)
    old = Division.objects.get(key="old")
    DivisionMembership.objects.filter(person=world.person(RoleKind.USER)).update(division=old)
    undo_personnel(access=access, batch_id=batch.pk, now=NOW)
    assert division_of(world.person(RoleKind.USER)) == "old"
    assert "戻していません" in PersonnelChange.objects.get().said


@pytest.mark.parametrize("change", BREAKS)
def test_a_broken_line_says_why(manager: Client, change: dict[str, str]) -> None:
    assert upload(manager, sheet(row() | change)).status_code == 302
    found = PersonnelRow.objects.get()
    assert found.error
    assert PersonnelBatch.objects.get().broken_count == 1


def test_one_mail_twice_and_a_known_newcomer_are_broken(manager: Client) -> None:
    assert (
        upload(manager, sheet(row(), row(), row("operator-alpha@example.jp", 区分="着任", 氏名="青木"))).status_code
        == 302
    )
    assert [bool(each.error) for each in PersonnelRow.objects.order_by("line")] == [False, True, True]


@pytest.mark.parametrize("content", [b"", b"a,b\r\n1,2", b"\xff\xfe\x00\x81", sheet()])
def test_a_file_that_is_no_list_is_refused_whole(manager: Client, content: bytes) -> None:
    assert upload(manager, content).status_code == 422
    assert not PersonnelBatch.objects.exists()


def test_lists_of_another_contract_are_not_there(world: World, other: World, manager: Client) -> None:
    assert upload(manager, sheet(row())).status_code == 302
    batch = PersonnelBatch.objects.get()
    stranger = signed_in(other, MANAGER)
    assert stranger.get(f"/c/beta/personnel/{batch.pk}/").status_code == 404
    assert stranger.post(f"/c/beta/personnel/{batch.pk}/", {"act": "apply"}).status_code == 404
    assert signed_in(world, RoleKind.OPERATOR).get("/c/alpha/personnel/").status_code == 403


def test_twenty_thousand_lines_with_two_hundred_broken(world: World, manager: Client) -> None:
    assert manager is not None
    people = add_people([Person(name=f"職員{each}", mail=f"p{each}@example.jp") for each in range(10_000)])
    Role.objects.bulk_create(
        (Role(contract=world.contract, person=each, kind="user", start_date="2026-04-01") for each in people),
        batch_size=500,
    )
    rows = [row(each.mail) for each in people]
    rows += [row(f"n{each}@example.jp", 区分="着任", 氏名=f"新人{each}") for each in range(10_000)]
    for place in range(200):
        rows[place * 100] |= BREAKS[place % len(BREAKS)]
    access = world.access[MANAGER]
    batch = preview_personnel(access=access, content=sheet(*rows, encoding="cp932"), now=NOW)
    apply_personnel(access=access, batch_id=batch.pk, now=NOW)
    assert (batch.row_count, batch.broken_count) == (20_000, 200)
    assert all(batch.rows.exclude(error="").values_list("error", flat=True))
    moved = Person.objects.filter(divisions__division__key="new")
    assert moved.count() == 19_800
    undo_personnel(access=access, batch_id=batch.pk, now=NOW)
    batch.refresh_from_db()
    assert batch.state == BatchState.UNDONE
    assert moved.filter(mail__startswith="p").count() == 0
    assert Role.objects.filter(contract=world.contract, person__mail__startswith="n").count() == 0
