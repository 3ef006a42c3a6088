"""Texts made to break what shows, files, mails or exports them."""

import csv
import io
import time
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.api.callers import BASE, GIVEN, Caller, fields
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World

from madoguchi.core.vocabulary import Act, ArticleKind, ArticleState, Audience, RoleKind
from madoguchi.desk.models import Activity, AnswerTemplate, Attachment, SavedFilter, Ticket, TicketLink
from madoguchi.knowledge.operations import ArticleContent, add_article
from madoguchi.knowledge.search.find import find_texts
from madoguchi.knowledge.search.index import TextKind
from madoguchi.knowledge.search.words import spans_of
from madoguchi.mail.models import OutgoingMail
from madoguchi.mail.operations.outbox import fill_outbox
from madoguchi.people.models import Person
from madoguchi.reports.table_files import as_csv, as_excel
from madoguchi.web.markup import html_of

BAIT = "\"'><img src=x onerror=alert(1)><script>alert(1)</script>&lt;b"
LIGATURE = "ﷺ"
NEW = {
    "requester": "依頼者",
    "kind": "fault",
    "channel": "phone",
    "priority": "normal",
    "subject": "件名",
    "text": "本文",
}


def test_no_place_that_shows_a_text_runs_it(world: World) -> None:
    manager, user = signed_in(world, RoleKind.OPERATIONS_MANAGER), signed_in(world, RoleKind.USER)
    asker = world.person(RoleKind.USER)
    Person.objects.filter(pk=asker.pk).update(name=BAIT, reading=BAIT, extension=BAIT[:40], search_key="bait")
    world.contract.queues.update(name=BAIT)
    world.contract.categories.update(name=BAIT)
    AnswerTemplate.objects.create(contract=world.contract, name=BAIT, text=BAIT)
    ticket = world.ticket(subject=f"bait {BAIT}", text=BAIT)
    file = SimpleUploadedFile("a.txt", b"x")
    manager.post(f"/c/alpha/tickets/{ticket.number}/act/", {"version": "1", "act": "attach", "file": file})
    Attachment.objects.update(name=BAIT)
    world.act(ticket, Act.ANSWER, text=BAIT, told=True)
    content = ArticleContent(
        kind=ArticleKind.FAQ, audience=Audience.PUBLIC, state=ArticleState.PUBLISHED, title=f"bait {BAIT}", body=BAIT,
        change_note=BAIT,
    )  # fmt: skip
    article = add_article(access=world.access[RoleKind.OPERATOR], content=content, at=NOW)
    manager.post("/c/alpha/desk/filters/", {"name": BAIT[:60], "query": f"queue={BAIT}"})
    inside = (
        "desk/", f"desk/?queue={BAIT}", "search/?q=bait", f"search/?q={BAIT}", "desk/people/?requester=bait",
        f"tickets/{ticket.number}/", f"tickets/{ticket.number}/draft/", "knowledge/?q=bait", "wallboard/",
        f"knowledge/{article.pk}/",
        f"knowledge/{article.pk}/edit/", "templates/", "desk/new/", "notices/",
    )  # fmt: skip
    outside = ("portal/", f"portal/?q={BAIT}", "portal/suggest/?subject=bait", f"portal/tickets/{ticket.number}/",
               f"portal/faq/{article.pk}/", "portal/ask/")  # fmt: skip
    for client, paths in ((manager, inside), (user, outside)):
        for path in paths:
            answer = client.get(f"/c/alpha/{path}")
            assert answer.status_code == 200, path
            assert "<img" not in answer.content.decode(), path
            assert "<script>" not in answer.content.decode(), path
            assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    refused = manager.post("/c/alpha/desk/new/", NEW | {"requester": BAIT, "subject": BAIT, "kind": BAIT, BAIT: BAIT})
    assert refused.status_code == 422
    assert "<img" not in refused.content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "[a](javascript:alert(1))", "[a](JaVaScRiPt&#58;alert(1))", "[a](ms-msdt:/id)", "<ms-word:ofe|u|x>",
        "[a](data:image/png;base64,aa)", "[a](vbscript:x)", "[a](search-ms:query=x)", "[x]\n\n[x]: javascript:1",
        "[a](java\tscript:1)", "[a](\u0001javascript:1)", "<a href=javascript:1>", "![a](x:y)",
    ],
)  # fmt: skip
def test_an_article_starts_no_program_of_the_readers(text: str) -> None:
    assert "<a" not in html_of(text)


@pytest.mark.parametrize(
    "address", ["https://e.example/?a=b:c", "mailto:a@b.example", "/c/alpha/desk/", "#top", "HTTP://e.example"]
)
def test_an_article_links_pages_and_mail_addresses(address: str) -> None:
    assert f'<a href="{address}"' in html_of(f"[a]({address})")


@pytest.mark.parametrize("piece", ["[", "*a_", "`", "<", "> ", "- ", "&#", "[a](<", "\\", "<!--", "|a", "[a]: x\n"])
def test_an_article_made_of_one_sign_is_shown_in_time(piece: str) -> None:
    started = time.process_time()
    assert "<p>" in html_of(f"始め\n\n{piece * 50_000}"[:50_000])
    assert time.process_time() - started < 10


def test_letters_that_spell_out_long_are_filed_and_found(operator: Client, world: World) -> None:
    answer = operator.post("/c/alpha/desk/new/", NEW | {"subject": LIGATURE * 200, "text": LIGATURE * 19_990 + " 印刷"})
    assert answer.status_code == 302
    assert (
        list(find_texts(contract=world.contract, kind=TextKind.TICKET, query="件名", needs_all=True).object_ids) == []
    )
    assert operator.get("/c/alpha/search/", {"q": LIGATURE * 200}).status_code == 200
    begin, end, word = list(spans_of(LIGATURE * 8_001 + "。印刷"))[-1]
    assert (begin, end, word) == (8_002, 8_004, "印刷")


def test_a_name_that_spells_out_long_fits_what_is_searched(operator: Client) -> None:
    assert operator.post("/c/alpha/desk/new/", NEW | {"requester": LIGATURE * 120}).status_code == 302
    assert len(Person.objects.get(name=LIGATURE * 120).search_key) == 600


def test_a_filter_that_grows_when_it_is_kept_is_refused(operator: Client) -> None:
    given = {"name": "x", "query": "queue=" + "あ" * 900}
    assert operator.post("/c/alpha/desk/filters/", given).status_code == 422
    assert not SavedFilter.objects.exists()


def test_a_ticket_that_is_not_there_names_its_field_and_keeps_the_text(operator: Client, world: World) -> None:
    ticket = world.ticket()
    for act in ({"act": "link", "link": "related"}, {"act": "link", "link": "parent"}, {"act": "merge"}):
        given = {"version": "1", "other": "999", **act}
        answer: Any = operator.post(f"/c/alpha/tickets/{ticket.number}/act/", given)
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["other"])
    assert (Activity.objects.count(), TicketLink.objects.count()) == (1, 0)


def test_the_same_source_twice_is_one_ticket(world: World, other: World) -> None:
    caller = Caller(world, RoleKind.OPERATOR)
    assert caller.send("POST", f"{BASE}/tickets", GIVEN | {"source": "tool:1"}).status_code == 201
    again = caller.send("POST", f"{BASE}/tickets", GIVEN | {"source": "tool:1"})
    assert (again.status_code, fields(again)) == (422, ["source"])
    assert caller.send("POST", f"{BASE}/tickets", GIVEN).json()["number"] == 2
    elsewhere = Caller(other, RoleKind.OPERATOR).send(
        "POST", "/api/v1/contracts/beta/tickets", GIVEN | {"source": "tool:1"}
    )
    assert elsewhere.status_code == 201


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_a_subject_adds_no_header_to_a_mail(world: World, end: str) -> None:
    made = Caller(world, RoleKind.OPERATOR).send(
        "POST", f"{BASE}/tickets",
        GIVEN | {"subject": f"件名{end}Bcc: all@example.jp", "requester": world.person(RoleKind.USER).pk},
    )  # fmt: skip
    ticket = Ticket.objects.get(number=made.json()["number"])
    world.act(ticket, Act.ANSWER, text="回答\n.\nBcc: x@example.jp", told=True, at=ticket.received_at)
    assert fill_outbox(now=ticket.received_at) == 1
    sent = OutgoingMail.objects.get()
    message = message_from_bytes(bytes(sent.raw), policy=policy.default)
    assert str(message["Subject"]).strip() == "[窓口 000001] 回答: 件名 Bcc: all@example.jp"
    assert message["Bcc"] is None
    assert bytes(sent.raw).count(b"\nSubject:") == 1
    assert sent.recipient == world.person(RoleKind.USER).mail


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", "＋", "－", "＠"])
def test_no_cell_begins_as_a_formula(start: str) -> None:
    content, _ = as_csv([[f"{start}cmd|' /C calc'!A0", '"quoted",;\n']])
    ((cell, other),) = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert cell.startswith(f"'{start}")
    assert other == '"quoted",;\n'


def test_characters_no_sheet_can_hold_do_not_break_the_export() -> None:
    content, _ = as_excel([["\x01\x0b\x1f\ufffe\uffff", "x" * 40_000]])
    assert content.startswith(b"PK")
