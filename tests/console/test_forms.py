"""Bad input at the desk's forms: a 4xx that names the field, nothing saved in part."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.desk_world import World

from madoguchi.core.vocabulary import Act, RoleKind
from madoguchi.desk.models import Activity, Attachment, Ticket
from madoguchi.people.models import Person

NEW = {
    "requester": "新しい人",
    "kind": "fault",
    "channel": "phone",
    "priority": "normal",
    "subject": "件名",
    "text": "本文",
}


def test_a_ticket_is_received_for_somebody_new_and_for_somebody_chosen(operator: Client, world: World) -> None:
    answer = operator.post("/c/alpha/desk/new/", NEW)
    assert answer.status_code == 302
    assert Ticket.objects.get().requester.name == "新しい人"
    chosen = world.person(RoleKind.USER)
    operator.post("/c/alpha/desk/new/", NEW | {"requester": f"{chosen.name} #{chosen.pk}"})
    assert Ticket.objects.latest("pk").requester == chosen


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"requester": ""}, "requester"),
        ({"requester": "x" * 201}, "requester"),
        ({"requester": "誰か #99999999"}, "requester"),
        ({"kind": "spaceship"}, "kind"),
        ({"channel": ""}, "channel"),
        ({"priority": "9"}, "priority"),
        ({"category": "none"}, "category"),
        ({"subject": "x" * 201}, "subject"),
        ({"subject": "a\x00b"}, "subject"),
        ({"text": ""}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"received_at": "yesterday"}, "received_at"),
        ({"received_at": "2999-01-01T00:00"}, "received_at"),
        ({"colour": "red"}, "__all__"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_saved(operator: Client, change: dict[str, str], field: str) -> None:
    people = Person.objects.count()
    answer: Any = operator.post("/c/alpha/desk/new/", NEW | change)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert Ticket.objects.count() == 0
    assert Person.objects.count() == people


def test_somebody_of_another_contract_cannot_be_chosen(operator: Client, other: World) -> None:
    foreign = other.person(RoleKind.USER)
    answer: Any = operator.post("/c/alpha/desk/new/", NEW | {"requester": f"x #{foreign.pk}"})
    assert answer.status_code == 422
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"act": "answer", "text": ""}, "text"),
        ({"act": "answer", "text": "x" * 20_001}, "text"),
        ({"act": "fly"}, "act"),
        ({"act": "escalate"}, "queue"),
        ({"act": "escalate", "queue": "nowhere"}, "queue"),
        ({"act": "assign"}, "assignee"),
        ({"act": "assign", "assignee": "99999999"}, "assignee"),
        ({"act": "wait"}, "waits_for"),
        ({"act": "wait", "waits_for": "godot"}, "waits_for"),
        ({"act": "complain"}, "attribution"),
        ({"act": "link", "other": "1"}, "link"),
        ({"act": "link", "other": "-1", "link": "related"}, "other"),
        ({"act": "merge"}, "other"),
        ({"act": "attach"}, "file"),
        ({"act": "correct", "corrects": "9"}, "corrected_at"),
        ({"act": "correct", "corrects": "9", "corrected_at": "2026-05-01T10:00"}, "corrects"),
        ({"act": "agree_due", "agreed_due_at": "soon"}, "agreed_due_at"),
        ({"act": "note", "text": "a\x00"}, "text"),
        ({"act": "note", "text": "x", "version": "0"}, "version"),
        ({"act": "note", "text": "x", "at": "2999-01-01T00:00"}, "at"),
        ({"act": "note", "text": "x", "colour": "red"}, "__all__"),
        ({"act": "classify", "kind": "x"}, "kind"),
    ],
)
def test_a_wrong_act_names_its_field(operator: Client, world: World, given: dict[str, str], field: str) -> None:
    ticket = world.ticket()
    answer: Any = operator.post(f"/c/alpha/tickets/{ticket.number}/act/", {"version": "1", **given})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert Activity.objects.count() == 1


def test_a_stale_save_keeps_the_text(operator: Client, world: World) -> None:
    ticket = world.ticket()
    world.act(ticket, Act.TAKE, by=RoleKind.OPERATIONS_MANAGER)
    typed = {"version": "1", "act": "answer", "text": "長い回答を書いていた"}
    answer = operator.post(f"/c/alpha/tickets/{ticket.number}/act/", typed)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "長い回答を書いていた" in page
    assert "他の担当者がこの案件を更新しました" in page
    assert Activity.objects.count() == 2


def test_files_are_kept_handed_out_whole_and_never_shown_inside_a_page(operator: Client, world: World) -> None:
    ticket = world.ticket()
    file = SimpleUploadedFile("../../危険.html", b"<script>alert(1)</script>", content_type="text/html")
    operator.post(f"/c/alpha/tickets/{ticket.number}/act/", {"version": "1", "act": "attach", "file": file})
    kept = Attachment.objects.get()
    assert kept.name == "危険.html"
    answer: Any = operator.get(f"/c/alpha/tickets/{ticket.number}/files/{kept.pk}/")
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    empty = SimpleUploadedFile("empty.txt", b"")
    refused: Any = operator.post(
        f"/c/alpha/tickets/{ticket.number}/act/", {"version": "2", "act": "attach", "file": empty}
    )
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["file"]


def test_what_people_type_is_never_run(operator: Client, world: World) -> None:
    bait = "<script>alert(1)</script>"
    ticket = world.ticket(subject=bait, text=bait)
    world.act(ticket, Act.NOTE, text=bait)
    for path in ("desk/", f"tickets/{ticket.number}/", "search/?q=script"):
        page = operator.get(f"/c/alpha/{path}").content.decode()
        assert bait not in page
        assert "&lt;script&gt;" in page or "&lt;<mark>script</mark>&gt;" in page


def test_many_tickets_are_acted_on_at_once_and_those_that_cannot_are_named(operator: Client, world: World) -> None:
    first, second, third = world.ticket(), world.ticket(), world.ticket()
    world.act(third, Act.RESOLVE)
    given = {"act": "resolve", "tickets": [str(each.number) for each in (first, second, third)]}
    answer: Any = operator.post("/c/alpha/desk/bulk/", given, follow=True)
    page = answer.content.decode()
    assert "2件を処理しました。" in page
    assert "000003: 「完了」の案件に「完了」はできません。" in page
    assert operator.post("/c/alpha/desk/bulk/", {"act": "escalate", "tickets": ["1"]}).status_code == 422
