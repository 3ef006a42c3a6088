"""Others' files that name somebody erased: found in what programs can read, and left for a person to decide."""

import io
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import docx
import openpyxl
import pytest
import typst
from django.core.exceptions import PermissionDenied
from django.http import Http404
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World

from madoguchi.audit.models import HistoryRow
from madoguchi.core.handover_vocabulary import FindingState
from madoguchi.core.vocabulary import Act, RoleKind, Visibility
from madoguchi.desk.errors import FieldError
from madoguchi.desk.models import Activity, Attachment
from madoguchi.desk.operations.around import File, attach, stored_path
from madoguchi.handover.file_texts import read_file
from madoguchi.handover.models import Erasure, FileFinding
from madoguchi.handover.operations.erase import approve_erasure
from madoguchi.handover.operations.files import decide_finding
from madoguchi.handover.operations.retention import ask_erasure_of_person
from madoguchi.handover.proof import proofs
from madoguchi.handover.tables import ERASED
from madoguchi.handover.tasks import clear_erased
from madoguchi.people.models import Person

Capture = Callable[..., AbstractContextManager[list[Any]]]
LATER = datetime(2030, 6, 1, tzinfo=UTC)
DIVISION, MANAGER, OPERATOR = RoleKind.RESPONSIBLE_DIVISION, RoleKind.OPERATIONS_MANAGER, RoleKind.OPERATOR
NAME = "早乙女 麗華"


def word(text: str) -> bytes:
    """Return a Word file that writes a text in two runs."""
    found, kept = docx.Document(), io.BytesIO()
    line = found.add_paragraph("出席者: ")
    line.add_run(text[:2])
    line.add_run(text[2:]).bold = True
    found.save(kept)
    return kept.getvalue()


def book(text: str) -> bytes:
    found, kept = openpyxl.Workbook(), io.BytesIO()
    assert found.active is not None
    found.active.append(["担当", text])
    found.save(kept)
    return kept.getvalue()


def pdf(text: str) -> bytes:
    return typst.compile(f'#set text(font: ("IPAexGothic", "IPAGothic", "Noto Sans CJK JP"))\n{text}'.encode())


def letter(text: str) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"] = "名簿", "a@example.jp"
    message.set_content("添付します。")
    message.add_attachment(book(text), maintype="application", subtype="octet-stream", filename="名簿.xlsx")
    return message.as_bytes()


READABLE: dict[str, Callable[[str], bytes]] = {
    "議事録.docx": word,
    "名簿.xlsx": book,
    "報告.pdf": pdf,
    "メール.eml": letter,
    "メモ.txt": lambda text: f"担当は{text}です".encode("cp932"),
    "utf16.txt": lambda text: text.encode("utf-16"),
    "jis.txt": lambda text: text.encode("iso2022_jp"),
}
UNREADABLE = {
    "写真.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "壊れ.pdf": b"%PDF-1.7 broken",
    "壊れ.zip": b"PK\x03\x04xx",
}


@pytest.mark.parametrize("name", READABLE)
def test_a_name_is_found_in_every_kind_that_can_be_read(name: str) -> None:
    assert "早乙女" in read_file(READABLE[name]("早乙女麗華")).text


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_not_said_to_be_read(name: str) -> None:
    assert not read_file(UNREADABLE[name]).is_whole


def test_a_word_file_with_a_picture_is_read_yet_not_whole() -> None:
    kept = io.BytesIO(word("早乙女麗華"))
    with zipfile.ZipFile(kept, "a") as packed:
        packed.writestr("word/media/image1.png", b"picture")
    read = read_file(kept.getvalue())
    assert ("早乙女麗華" in read.text, read.is_whole) == (True, False)


def test_a_packed_bomb_is_not_unpacked() -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b"0" * 200_000_001)
    assert read_file(kept.getvalue()).text == ""


@pytest.fixture
def files(world: World, other: World) -> dict[str, Attachment]:
    """Return files of others that name her in some way, one that cannot be read, and one that has nothing of her."""
    contents = {name: make(NAME) for name, make in READABLE.items()} | UNREADABLE | {"別件.txt": "別の話".encode()}
    ticket = world.ticket(requester=OPERATOR)
    theirs = other.ticket()
    attach(
        access=other.access[OPERATOR], ticket=theirs, visibility=Visibility.INTERNAL, now=NOW,
        file=File(name="他契約.txt", media_type="", content=NAME.encode()),
    )  # fmt: skip
    return {
        name: attach(
            access=world.access[OPERATOR], ticket=ticket, file=File(name=name, media_type="", content=content),
            visibility=Visibility.INTERNAL, now=NOW,
        )
        for name, content in contents.items()
    }  # fmt: skip


@pytest.fixture
def erased(world: World, files: dict[str, Attachment], django_capture_on_commit_callbacks: Capture) -> Erasure:
    assert files
    Person.objects.filter(pk=world.person(RoleKind.USER).pk).update(name=NAME)
    person = Person.objects.get(pk=world.person(RoleKind.USER).pk)
    asked = ask_erasure_of_person(access=world.access[MANAGER], person=person, ground="本人の求め", now=LATER)
    with django_capture_on_commit_callbacks(execute=True):
        approve_erasure(access=world.access[DIVISION], erasure_id=asked.pk, now=LATER)
        assert clear_erased.call() == 1
    asked.refresh_from_db()
    return asked


def test_others_files_that_name_her_or_cannot_be_read_are_reported(
    erased: Erasure, files: dict[str, Attachment]
) -> None:
    found = {each.attachment.name: each.count for each in erased.findings.select_related("attachment")}
    assert {name for name, count in found.items() if count} == set(READABLE)
    assert {name for name, count in found.items() if count is None} == set(UNREADABLE)
    assert erased.proof is not None
    assert erased.proof["files"] == {"searched": len(files), "named": len(READABLE), "unread": len(UNREADABLE)}
    assert all(stored_path(each.sha256).exists() for each in files.values())
    assert [faults for _erasure, faults in proofs(erased.contract)] == [[]]


def test_a_person_erases_one_and_keeps_another_with_a_reason(
    world: World, erased: Erasure, files: dict[str, Attachment], django_capture_on_commit_callbacks: Capture
) -> None:
    division = world.access[DIVISION]
    keyed = {each.attachment_id: each for each in FileFinding.objects.all()}
    going, staying = keyed[files["名簿.xlsx"].pk], keyed[files["写真.png"].pk]
    with pytest.raises(FieldError, match="理由"):
        decide_finding(access=division, finding_id=staying.pk, is_erased=False, reason=" ", now=LATER)
    with django_capture_on_commit_callbacks(execute=True):
        decide_finding(access=division, finding_id=going.pk, is_erased=True, reason="", now=LATER)
    decide_finding(access=division, finding_id=staying.pk, is_erased=False, reason="機器の写真", now=LATER)
    assert not stored_path(files["名簿.xlsx"].sha256).exists()
    assert stored_path(files["写真.png"].sha256).exists()
    assert Attachment.objects.get(pk=files["名簿.xlsx"].pk).name == ERASED
    steps = Activity.objects.filter(act=Act.ATTACH.value, ticket=files["名簿.xlsx"].ticket)
    assert "名簿.xlsx" not in [each.fields["file"] for each in steps]
    states = dict(FileFinding.objects.values_list("pk", "state"))
    assert (states[going.pk], states[staying.pk]) == (FindingState.ERASED, FindingState.KEPT)
    with pytest.raises(FieldError, match="すでに"):
        decide_finding(access=division, finding_id=going.pk, is_erased=True, reason="", now=LATER)
    assert HistoryRow.objects.filter(act="decide_file").count() == 2
    assert [faults for _erasure, faults in proofs(erased.contract)] == [[]]


def test_only_the_division_of_this_contract_decides(world: World, other: World, erased: Erasure) -> None:
    finding = erased.findings.order_by("pk")[0]
    with pytest.raises(PermissionDenied):
        decide_finding(access=world.access[MANAGER], finding_id=finding.pk, is_erased=True, reason="", now=LATER)
    with pytest.raises(Http404):
        decide_finding(access=other.access[DIVISION], finding_id=finding.pk, is_erased=True, reason="", now=LATER)


def test_the_page_shows_what_is_left_and_takes_decisions(world: World, erased: Erasure) -> None:
    client, page = signed_in(world, DIVISION), f"/c/alpha/retention/{erased.pk}/"
    shown = client.get(page).content.decode()
    assert "人が判断するファイル" in shown
    assert "議事録.docx" in shown
    finding = erased.findings.order_by("pk")[0]
    there = f"/c/alpha/retention/files/{finding.pk}/"
    assert client.post(there, {"what": "keep"}).status_code == 422
    assert client.post(there, {"what": "burn"}).status_code == 422
    assert client.post(there, {"what": "keep", "reason": "a\x00"}).status_code == 422
    assert client.post(there, {"what": "keep", "reason": "証拠のため"}).status_code == 302
    assert "証拠のため" in client.get(page).content.decode()
    assert "ファイルを消去する" not in signed_in(world, MANAGER).get(page).content.decode()
