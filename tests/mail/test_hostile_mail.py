"""Mail made to break the intake: refused or set aside within 2 s and 256 MiB, and the next one is handled."""

import io
import resource
import time
import zipfile
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from tests.desk_world import NOW
from tests.mail.boxes import arrived, letter

from madoguchi.desk.models import Attachment, Ticket
from madoguchi.mail.models import KeptMail, Mailbox, OutgoingMail
from madoguchi.mail.operations.take import take_mails
from madoguchi.post.limits import MIB

SECONDS, MEMORY = 2.0, 256 * MIB
TOP = b"From: user-alpha@example.jp\r\nSubject: x\r\nMessage-ID: <hostile@example.jp>\r\n"
NESTED = b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n"
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {name} "{f"&{inner};" * 10}">' for inner, name in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><a>&i;</a>"
)


def zipped(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


def with_file(name: str, content: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "user-alpha@example.jp", "x"
    message.set_content("見てください")
    message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return bytes(message)


def parts(count: int) -> bytes:
    one = b"--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\nx\r\n"
    return TOP + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + one * count + b"--b--\r\n"


# each with the state it must come to, and how many files the desk keeps of it
HOSTILE: dict[str, tuple[Callable[[], bytes], str, int]] = {
    "zip bomb": (lambda: with_file("a.zip", zipped("a", bytes(100 * MIB))), "taken", 1),
    "docx entity bomb": (lambda: with_file("a.docx", zipped("word/document.xml", BOMB.encode())), "taken", 1),
    "xlsx entity bomb": (lambda: with_file("a.xlsx", zipped("xl/workbook.xml", BOMB.encode())), "taken", 1),
    "10,000 parts": (lambda: parts(10_000), "quarantined", 0),
    "900 files": (lambda: parts(900), "quarantined", 0),
    "100 files": (lambda: parts(100), "taken", 100),
    "100,000 recipients": (
        lambda: TOP + b"To: " + b",".join(b"a%d@b.jp" % n for n in range(100_000)) + b"\r\n\r\nx", "quarantined", 0,
    ),
    "header injection": (
        lambda: letter(subject="=?utf-8?B?eA0KQmNjOiBldmlsQGV4YW1wbGUuY29t?="), "taken", 0,
    ),
    "hostile file name": (lambda: with_file("../../etc/\x01pass\u202efdp.exe", b"x"), "taken", 1),
    "device name": (lambda: with_file("CON.txt", b"x"), "taken", 1),
    "regular expression bait": (lambda: TOP + b"\r\n" + b"a" * 30 + b"!\r\n> " * 200_000, "taken", 0),
    "angle bait": (lambda: TOP + b"\r\n" + b"[#" * 400_000, "taken", 0),
    "subject bait": (lambda: TOP.replace(b"x\r\n", b"Re: " * 20_000 + b"\r\n", 1) + b"\r\nx", "taken", 0),
    "30 MiB": (lambda: TOP + b"\r\n" + b"x" * (30 * MIB), "quarantined", 0),
    "not a mail": (lambda: bytes(range(256)) * 100, "quarantined", 0),
    "deep nesting": (
        lambda: TOP + b"".join(NESTED % (number, number) for number in range(99)), "quarantined", 0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_is_handled_within_limits_and_the_next_one_too(box: Mailbox, name: str) -> None:
    make, state, file_count = HOSTILE[name]
    raw = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    assert take_mails(box=box, arrived=[arrived(raw, "1/1"), arrived(letter(7), "1/2")], now=NOW) == {"1/1", "1/2"}
    assert time.process_time() - started < SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < MEMORY
    first, second = KeptMail.objects.order_by("source_key")
    assert (first.state, second.state) == (state, "taken")
    assert first.state == "taken" or first.detail or first.reason
    assert Attachment.objects.count() == file_count
    assert bytes(first.content.raw) == raw


def test_hostile_names_are_safe_where_they_are_kept(box: Mailbox) -> None:
    take_mails(box=box, arrived=[arrived(with_file("../../etc/\x01pass\u202efdp.exe", b"x"))], now=NOW)
    name = Attachment.objects.get().name
    assert "/" not in name
    assert "\u202e" not in name
    assert "\x01" not in name


def test_an_injected_header_reaches_no_mail_of_ours(box: Mailbox) -> None:
    Mailbox.objects.filter(pk=box.pk).update(acknowledges=True)
    box.refresh_from_db()
    raw = letter().replace(b"Subject:", b"Subject: =?utf-8?B?eA0KQmNjOiBldmlsQGV4YW1wbGUuY29t?=\nX-Old:")
    take_mails(box=box, arrived=[arrived(raw)], now=NOW)
    assert Ticket.objects.get().subject == "x"
    head = bytes(OutgoingMail.objects.get().raw).partition(b"\r\n\r\n")[0]
    assert b"\nBcc:" not in head


def test_messages_passed_on_as_attachments_reach_the_ticket_as_files(box: Mailbox) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "user-alpha@example.jp", "x"
    message.set_content("添付のメールを見てください")
    for name in ("", "named.eml"):
        inner = EmailMessage()
        inner["From"], inner["Subject"] = "other@example.jp", f"障害/{name}"
        inner.set_content("届いたメール")
        message.add_attachment(inner, filename=name or None)
    take_mails(box=box, arrived=[arrived(bytes(message))], now=NOW)
    assert sorted(Attachment.objects.values_list("name", flat=True)) == ["named.eml", "障害.eml"]
