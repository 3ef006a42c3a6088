"""The wizard: a manager takes a file through all its pages."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.desk_fixtures import signed_in
from tests.desk_world import World
from tests.imports.making import GOOD, HEADINGS, csv_of, imported, row

from madoguchi.core.import_vocabulary import ImportState
from madoguchi.core.vocabulary import Act, RoleKind
from madoguchi.desk.models import Ticket
from madoguchi.desk.operations.filing import file_waiting_tickets
from madoguchi.imports.models import ImportProfile, ImportRun


@pytest.fixture
def client(world: World) -> Client:
    return signed_in(world, RoleKind.OPERATIONS_MANAGER)


def upload(client: Client, content: bytes, *, name: str = "台帳.csv", profile: str = "") -> Any:  # noqa: ANN401
    file = SimpleUploadedFile(name, content)
    return client.post("/c/alpha/imports/", {"file": file, "profile": profile}, follow=True)


def form_of(answer: Any) -> dict[str, Any]:  # noqa: ANN401  # a test's answer
    """Return what the page's form would send as it stands."""
    form = answer.context["form"]
    return {each.html_name: each.value() for each in form if each.value() not in (None, False, "")}


def test_a_ledger_is_matched_tried_run_and_undone(client: Client) -> None:
    content = csv_of(row(state="解決した"), row(key="A-2", received_at="いつか"))
    shown = upload(client, content)
    run = ImportRun.objects.get()
    page = f"/c/alpha/imports/{run.pk}/"
    assert "解決した" in shown.content.decode()
    given = form_of(shown)
    assert given["column-received_at"] == "受付日時"
    given["word-state-0"] = "resolved"
    tried = client.post(page, given, follow=True)
    run.refresh_from_db()
    assert (run.state, run.added_count, run.refused_count) == (ImportState.CHECKED, 1, 1)
    assert "3行目" in tried.content.decode()
    client.post(f"{page}act/", {"act": "start"})
    run.refresh_from_db()
    assert run.state == ImportState.DONE
    assert Ticket.objects.get().state == "resolved"
    shown_ticket = client.get(f"/c/alpha/tickets/{Ticket.objects.get().number}/").content.decode()
    assert "取込元: ledger A-1" in shown_ticket
    client.post(f"{page}act/", {"act": "undo"})
    run.refresh_from_db()
    assert (run.state, Ticket.objects.count()) == (ImportState.UNDONE, 0)


def test_refused_rows_are_given_back_without_formulas(client: Client) -> None:
    upload(client, csv_of(row(subject='=HYPERLINK("http://x")', state="謎")))
    run = ImportRun.objects.get()
    page = f"/c/alpha/imports/{run.pk}/"
    given = form_of(client.get(page))
    client.post(page, given)
    content = client.get(f"{page}refused.csv").content.decode("utf-8-sig")
    assert content.startswith("行,元の番号,理由,番号,件名")
    assert "\"'=HYPERLINK" in content
    assert client.get(f"{page}refused.xlsx").status_code == 200
    assert client.get(f"{page}refused.exe").status_code == 404


def test_a_mapping_is_kept_and_used_for_the_next_file(client: Client) -> None:
    headings = ("通番", *HEADINGS[1:])
    shown = upload(client, csv_of(GOOD, headings=headings))
    run = ImportRun.objects.get()
    page = f"/c/alpha/imports/{run.pk}/"
    given = form_of(shown) | {"column-key": "通番", "column-subject": "件名", "column-received_at": "受付日時"}
    client.post(page, given)
    client.post(f"{page}act/", {"act": "save", "name": "旧台帳"})
    assert ImportProfile.objects.get().mapping["columns"]["key"] == ["通番"]
    again = upload(client, csv_of(row(key="B-1"), headings=headings), profile="旧台帳")
    assert form_of(again)["column-key"] == "通番"


def test_undo_after_a_change_says_why_not(client: Client, world: World) -> None:
    shown = upload(client, csv_of(GOOD))
    page = f"/c/alpha/imports/{ImportRun.objects.get().pk}/"
    client.post(page, form_of(shown))
    client.post(f"{page}act/", {"act": "start"})
    world.act(Ticket.objects.get(), Act.NOTE, text="確認", at=timezone.now())
    answer = client.post(f"{page}act/", {"act": "undo"}, follow=True)
    assert "取り消せません: 000001" in answer.content.decode()
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04nothing", b"\xd0\xcf\x11\xe0x", b"\xff\x00\x81"])
def test_a_file_that_is_no_ledger_is_refused_on_its_page(client: Client, content: bytes) -> None:
    assert upload(client, content).status_code == 422
    assert not ImportRun.objects.exists()


def test_wrong_choices_are_refused_and_nothing_is_tried(client: Client) -> None:
    shown = upload(client, csv_of(GOOD))
    page = f"/c/alpha/imports/{ImportRun.objects.get().pk}/"
    good = form_of(shown)
    for wrong in (
        {"column-key": "ない列"}, {"word-state-0": "neu"}, {"zone": "Mars"}, {"header_line": "-1"}, {"more": "x"},
        {"column-key": ""}, {"header_line": "90"}, {"encoding": "utf-16"},
    ):  # fmt: skip
        answer = client.post(page, good | wrong)
        assert answer.status_code in {302, 422}, wrong
    client.post(page, good | {"column-key": ""})
    run = ImportRun.objects.get()
    assert run.state == ImportState.UPLOADED
    assert "元の番号" in run.fault_said
    client.cookies["django_language"] = "en"
    told = client.get(page).content.decode()
    assert "必要な列がありません" in run.fault
    assert "必要な列がありません" not in told
    assert "Columns that are needed are missing" in told
    del client.cookies["django_language"]
    for act in ("", "start", "undo", "nothing", "save", "\x00"):
        assert client.post(f"{page}act/", {"act": act}).status_code == 302
    assert not Ticket.objects.exists()


def test_a_file_is_thrown_away(client: Client) -> None:
    upload(client, csv_of(GOOD))
    answer = client.post(f"/c/alpha/imports/{ImportRun.objects.get().pk}/act/", {"act": "discard"})
    assert answer["Location"] == "/c/alpha/imports/"
    assert not ImportRun.objects.exists()


def test_another_contracts_import_is_not_there(client: Client, other: World) -> None:
    stranger = signed_in(other, RoleKind.OPERATIONS_MANAGER)
    upload(client, csv_of(GOOD))
    run = ImportRun.objects.get()
    for path in ("", "state/", "refused.csv"):
        assert stranger.get(f"/c/beta/imports/{run.pk}/{path}").status_code == 404
    assert stranger.post(f"/c/beta/imports/{run.pk}/act/", {"act": "discard"}).status_code == 404


def test_the_search_says_how_many_imported_tickets_it_cannot_find_yet(world: World, client: Client) -> None:
    imported(world, csv_of(GOOD, row(key="A-2")))
    assert "2件は検索の準備中" in client.get("/c/alpha/search/?q=複合機").content.decode()
    file_waiting_tickets()
    answer = client.get("/c/alpha/search/?q=複合機").content.decode()
    assert "検索の準備中" not in answer
    assert "2件の案件が見つかりました" in answer
