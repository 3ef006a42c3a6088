"""Kept documents: written by people, remarked on, approved once nothing stands against them, never changed after."""

import hashlib
import io
from datetime import date
from typing import Any

import pypdf
import pytest
from django.core import mail
from django.test import Client
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World

from madoguchi.audit.models import HistoryRow
from madoguchi.console.documents import material_of
from madoguchi.core.calendar.periods import month_period
from madoguchi.core.vocabulary import RoleKind
from madoguchi.documents.checking import checked_document
from madoguchi.documents.models import Document, DocumentVersion, Sending
from madoguchi.documents.operations import (
    NotReadyError,
    OpenCommentError,
    StaleTextError,
    add_comment,
    add_sending,
    approve_document,
    open_document,
    settle_comment,
    write_text,
)
from madoguchi.documents.tasks import send_due_documents

MANAGER, DIVISION = RoleKind.OPERATIONS_MANAGER, RoleKind.RESPONSIBLE_DIVISION


def opened(world: World, month: int = 5) -> Document:
    period = month_period(year=2026, month=month)
    label = f"2026-{month:02d}"
    return open_document(access=world.access[MANAGER], kind="monthly", label=label, period=period, at=NOW)


def write(world: World, document: Document, text: str = "印刷の問合せが多かった。", number: int = 0) -> None:
    write_text(
        access=world.access[MANAGER], document=document, name="monthly_remarks", text=text, number=number, at=NOW
    )


def approve(world: World, document: Document, note: str = "") -> DocumentVersion:
    access = world.access[DIVISION]
    checked = checked_document(material_of(access=access, document=document, now=NOW))
    return approve_document(access=access, document=document, checked=checked, change_note=note, at=NOW)


def approved(world: World, month: int = 5) -> Document:
    world.ticket()
    document = opened(world, month)
    write(world, document)
    approve(world, document)
    return document


def acts(world: World) -> list[str]:
    return list(HistoryRow.objects.filter(chain=world.contract.key).order_by("number").values_list("act", flat=True))


def test_approved_version_keeps_texts_content_and_pdf_with_its_hash(world: World) -> None:
    document = approved(world)
    version = document.versions.get()
    assert hashlib.sha256(bytes(version.pdf)).hexdigest() == version.pdf_sha256
    assert "印刷の問合せが多かった" in pypdf.PdfReader(io.BytesIO(bytes(version.pdf))).pages[-1].extract_text()
    assert version.texts == {"monthly_remarks": "印刷の問合せが多かった。"}
    figures = [
        cell for block in version.tree["blocks"] if block["is"] == "Table" for row in block["rows"] for cell in row
        if isinstance(cell, dict)
    ]  # fmt: skip
    assert {each["indicator"] for each in figures} == {"ticket_count"}
    assert acts(world)[-1] == "approve_document"


def test_correction_is_a_new_version_and_leaves_the_old_one(world: World) -> None:
    document = approved(world)
    first = document.versions.get().pdf_sha256
    write(world, document, "件数を確かめた。", number=1)
    approve(world, document, "所見を直した")
    assert list(document.versions.values_list("number", "change_note")) == [(2, "所見を直した"), (1, "")]
    assert document.versions.get(number=1).pdf_sha256 == first


def test_unwritten_document_is_not_approved(world: World) -> None:
    with pytest.raises(NotReadyError):
        approve(world, opened(world))
    assert not DocumentVersion.objects.exists()


def test_open_remark_stops_an_approval_until_it_is_settled(world: World) -> None:
    world.ticket()
    document = opened(world)
    write(world, document)
    remark = add_comment(access=world.access[RoleKind.AUDITOR], document=document, body="根拠は", at=NOW)
    with pytest.raises(OpenCommentError):
        approve(world, document)
    settle_comment(access=world.access[MANAGER], document=document, comment_id=remark.pk, at=NOW)
    assert approve(world, document).number == 1


def test_text_saved_over_somebody_elses_is_refused(world: World) -> None:
    document = opened(world)
    write(world, document)
    with pytest.raises(StaleTextError):
        write(world, document, "別の文")
    assert document.texts.count() == 1


def test_document_is_opened_once(world: World) -> None:
    assert opened(world).pk == opened(world).pk
    assert acts(world).count("open_document") == 1


def test_approved_document_is_sent_once_to_each_address_and_again_when_corrected(world: World) -> None:
    document = approved(world)
    add_sending(access=world.access[DIVISION], kind="monthly", day=10, mail="kanri@example.jp", at=NOW)
    assert send_due_documents(day=date(2026, 6, 9)) == 0
    assert send_due_documents(day=date(2026, 6, 10)) == 1
    assert send_due_documents(day=date(2026, 6, 11)) == 0
    (sent,) = mail.outbox
    version = document.versions.get()
    name, data, kind = sent.attachments[0]
    assert (name, kind) == ("alpha-monthly-2026-05-v1.pdf", "application/pdf")
    assert hashlib.sha256(data).hexdigest() == version.pdf_sha256
    assert version.pdf_sha256 in str(sent.body)
    write(world, document, "直した。", number=1)
    approve(world, document)
    assert send_due_documents(day=date(2026, 6, 12)) == 1


def test_month_that_has_not_ended_is_not_sent(world: World) -> None:
    approved(world)
    add_sending(access=world.access[DIVISION], kind="monthly", day=1, mail="kanri@example.jp", at=NOW)
    assert send_due_documents(day=date(2026, 5, 31)) == 0


# through the pages


def page(client: Client, path: str = "", status: int = 200) -> str:
    answer: Any = client.get(f"/c/alpha/documents/{path}")
    assert answer.status_code == status
    return str(answer.content.decode())


def post(client: Client, path: str, **given: object) -> Any:  # noqa: ANN401  # Django's test response
    return client.post(f"/c/alpha/documents/{path}", given)


def test_manager_writes_and_division_approves(world: World) -> None:
    world.ticket()
    manager, division = signed_in(world, MANAGER), signed_in(world, DIVISION)
    answer = post(manager, "", do="open", kind="monthly", period="2026-05")
    document = Document.objects.get()
    assert answer.headers["Location"] == f"/c/alpha/documents/{document.pk}/"
    assert "【未記入】" in page(manager, f"{document.pk}/")
    where = f"{document.pk}/"
    text = "=1+1 & <b>{x}</b> 多かった。\r\n二行目"
    assert post(manager, where, do="write", name="monthly_remarks", number=0, text=text).status_code == 302
    assert "&lt;b&gt;" in page(manager, where)
    assert post(manager, where, do="approve", change_note="").status_code == 403
    assert post(division, where, do="approve", change_note="初版").status_code == 302
    version = document.versions.get()
    answer = division.get(f"/c/alpha/documents/{document.pk}/1.pdf")
    assert hashlib.sha256(answer.content).hexdigest() == version.pdf_sha256
    assert version.pdf_sha256 in page(division, where)


@pytest.mark.parametrize("kind", ["pdf", "docx", "xlsx", "html"])
def test_draft_can_be_had_in_every_format_and_leaves_a_row(world: World, kind: str) -> None:
    document = opened(world)
    answer = signed_in(world, RoleKind.AUDITOR).get(f"/c/alpha/documents/{document.pk}/draft.{kind}")
    assert answer.status_code == 200
    assert f"draft.{kind}" in answer.headers["Content-Disposition"]
    assert acts(world)[-1] == "export_draft"


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"do": "open", "kind": "weekly", "period": "2026-05"}, 422),
        ({"do": "open", "kind": "monthly", "period": "2026-13"}, 422),
        ({"do": "open", "kind": "monthly", "period": ""}, 422),
        ({"do": "open", "kind": "monthly", "period": "2040-05"}, 422),
        ({"do": "open", "kind": "monthly", "period": "2026-05\x00"}, 422),
        ({"do": "open", "kind": "monthly", "period": "2026-05", "more": "1"}, 422),
        ({"do": "send", "kind": "monthly", "day": "29", "mail": "a@example.jp"}, 403),
        ({"do": "nothing"}, 422),
    ],
)
def test_wrong_forms_are_refused(world: World, given: dict[str, str], status: int) -> None:
    assert post(signed_in(world, MANAGER), "", **given).status_code == status
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"do": "write", "name": "unknown", "number": "0", "text": "x"}, 404),
        ({"do": "write", "name": "monthly_remarks", "number": "7", "text": "x"}, 409),
        ({"do": "write", "name": "monthly_remarks", "number": "-1", "text": "x"}, 422),
        ({"do": "write", "name": "monthly_remarks", "number": "0", "text": "x" * 20_001}, 422),
        ({"do": "write", "name": "monthly_remarks", "number": "0", "text": "a\x00b"}, 422),
        ({"do": "comment", "body": ""}, 422),
        ({"do": "settle", "comment": "99999999999"}, 422),
        ({"do": "settle", "comment": "5"}, 302),
    ],
)
def test_wrong_acts_change_nothing(world: World, given: dict[str, str], status: int) -> None:
    document = opened(world)
    assert post(signed_in(world, MANAGER), f"{document.pk}/", **given).status_code == status
    assert not document.texts.exists()


def test_wrong_reference_in_a_text_is_said_and_stops_the_approval(world: World) -> None:
    document = opened(world)
    write(world, document, "件数は{{figure ticket_count 2099-01}}")
    shown = page(signed_in(world, DIVISION), f"{document.pk}/")
    assert "texts/monthly_remarks.md:1" in shown
    answer = post(signed_in(world, DIVISION), f"{document.pk}/", do="approve", change_note="")
    assert answer.status_code == 409
    assert not document.versions.exists()


def test_deceptive_characters_stop_the_approval_by_name(world: World) -> None:
    world.ticket()
    document = opened(world)
    write(world, document, "多い\u202e順")
    answer = post(signed_in(world, DIVISION), f"{document.pk}/", do="approve", change_note="")
    assert answer.status_code == 409
    assert "U+202E" in answer.content.decode()
    assert not document.versions.exists()


def test_division_says_who_is_sent_what(world: World) -> None:
    division = signed_in(world, DIVISION)
    assert post(division, "", do="send", kind="monthly", day="10", mail="kanri@example.jp").status_code == 302
    sending = Sending.objects.get()
    assert "kanri@example.jp" in page(division)
    assert post(division, "", do="end", sending=sending.pk).status_code == 302
    assert not Sending.objects.exists()


def test_other_contracts_document_is_not_there(world: World, other: World) -> None:
    document = approved(other)
    client = signed_in(world, DIVISION)
    for path in (f"{document.pk}/", f"{document.pk}/1.pdf", f"{document.pk}/draft.pdf"):
        page(client, path, status=404)
    sending = add_sending(access=other.access[DIVISION], kind="monthly", day=1, mail="x@example.jp", at=NOW)
    post(client, "", do="end", sending=sending.pk)
    assert Sending.objects.filter(pk=sending.pk).exists()
