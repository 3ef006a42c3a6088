"""Messages made to stop whoever reads them: each within 2 s and 256 MiB, and visible to an administrator."""

import base64
import multiprocessing
import struct
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.post.mails import mail, multipart, part, to_jis
from tests.shared_data import shared_folder

from madoguchi.post.reading import _read, read_message
from madoguchi.post.sorting import classify
from madoguchi.post.threads import KnownThreads, find_thread
from madoguchi.post.vocabulary import Trouble

MIB = 1024 * 1024
SIZE = 25 * MIB
SECONDS, MEMORY = 2.0, 256 * MIB
TOP = b"From: a@b.jp\r\nSubject: x\r\n"
OPEN = TOP + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
ZIP_PART = b"--b\r\nContent-Type: application/zip\r\nContent-Disposition: attachment; filename=a.zip\r\n\r\nPK\r\n"


def fill(unit: bytes, head: bytes = TOP + b"\r\n", size: int = SIZE) -> bytes:
    return (head + unit * ((size - len(head)) // len(unit)))[:size]


def typed(content_type: bytes, encoding: bytes = b"8bit") -> bytes:
    return TOP + b"Content-Type: " + content_type + b"\r\nContent-Transfer-Encoding: " + encoding + b"\r\n\r\n"


def deep(levels: int) -> bytes:
    opening = (b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (each, each) for each in range(levels))
    return TOP + b"".join(opening)


MANY_PEOPLE = b", ".join(b"u%d@example.jp" % each for each in range(100_000))
UU_LINE = b"M" + b"!" * 60 + b"\r\n"
JIS, HTML = b"text/plain; charset=iso-2022-jp", b"text/html; charset=utf-8"
NESTED_PART = b"--b\r\nContent-Type: message/rfc822\r\n\r\n"
STATUS_PART = b"--b\r\nContent-Type: message/delivery-status\r\n\r\n"
TNEF_PART = b"--b\r\nContent-Type: application/ms-tnef\r\n\r\n\x78\x9f\x3e\x22\0\0"
BOMBS: dict[str, Callable[[], bytes]] = {
    "only line ends": lambda: fill(b"\n"),
    "one line": lambda: fill(b"a"),
    "no header at all": lambda: fill(b"\0", b""),
    "ten thousand parts": lambda: OPEN + b"--b\r\n\r\nhello\r\n" * 10_000 + b"--b--",
    "ten thousand archives": lambda: OPEN + ZIP_PART * 10_000 + b"--b--",
    "only boundaries": lambda: fill(b"\n--b", OPEN),
    "nearly boundaries": lambda: fill(b"\n--bb", OPEN),
    "guessed boundaries": lambda: fill(b"\n--aaaaaaa\r\nContent", OPEN),
    "deep parts": lambda: fill(b"x\r\n", deep(2_000)),
    "deep near boundaries": lambda: fill(b"\n--b1x", deep(100)),
    "deep messages": lambda: fill(b"x\r\n", typed(b"message/rfc822") * 2_000),
    "header bomb": lambda: fill(b"X-A: b\r\n", TOP),
    "one long header": lambda: fill(b"a", TOP + b"X-A: "),
    "endless folding": lambda: fill(b" a\r\n", TOP + b"X-A: a\r\n"),
    "recipients": lambda: b"To: " + MANY_PEOPLE + b"\r\n\r\nhi",
    "recipients folded": lambda: b"To: " + MANY_PEOPLE.replace(b", ", b",\r\n ") + b"\r\n\r\nhi",
    "messages full of headers": lambda: fill(NESTED_PART + b"X-A: \x83\x65\r\n" * 1900 + b"\r\nhi\r\n", OPEN),
    "messages full of addresses": lambda: fill(NESTED_PART + b"To: " + b"a@b, " * 5000 + b"\r\n\r\nhi\r\n", OPEN),
    "reports": lambda: fill(STATUS_PART + b"\nFinal-Recipient: rfc822; a@b\n" * 800, OPEN),
    "encoded message": lambda: fill(b"QUJD" * 19 + b"\r\n", typed(b"message/rfc822", b"base64")),
    "encoded file": lambda: fill(b"QUJD" * 19 + b"\r\n", typed(b"application/zip", b"base64")),
    "uuencoded file": lambda: fill(b"#86)C\n", typed(b"application/zip", b"x-uuencode") + b"begin 644 x\n"),
    "uuencoded file in a text": lambda: TOP + b"\r\nbegin 644 x\n" + UU_LINE * (SIZE // 63) + b"`\nend\n",
    "uuencoded file that is none at its end": lambda: (
        TOP + b"\r\n" + b"begin 644 x\n" * 30 + UU_LINE * (SIZE // 63) + b"\x7f\x7f\nend\n"
    ),
    "empty lines as a uuencoded file": lambda: TOP + b"\r\nbegin 644 x\n" + b"\n" * (SIZE - 60) + b"\nend\n",
    "yEnc file in a text": lambda: (
        TOP + b"\r\n=ybegin line=128 name=x\n" + b"ab=j" * (SIZE // 4 - 30) + b"\r\n=yend size=1\r\n"
    ),
    "quoted-printable": lambda: fill(b"=E3=81=82" * 8 + b"=\r\n", typed(b"application/zip", b"quoted-printable")),
    "escapes": lambda: fill(b"\x1b$Ba\x1b(B", typed(JIS)),
    "spaces among kanji": lambda: fill(b"4A ", typed(JIS) + b"\x1b$B"),
    "escapes without escape": lambda: fill(b"$B4A;z", typed(JIS)),
    "escapes in html": lambda: fill(b"<p>\x1b$B4A;z\x1b(B", typed(b"text/html; charset=iso-2022-jp")),
    "every byte": lambda: fill(bytes(range(256))),
    "open elements": lambda: fill(b"<div>", typed(HTML)),
    "formatting": lambda: fill(b"<b><i a=1>", typed(HTML)),
    "open quotes in tags": lambda: fill(b'<a "', typed(HTML)),
    "quoted blocks": lambda: fill(b"<blockquote>a\n", typed(HTML)),
    "entities": lambda: fill(b"&", typed(HTML)),
    "attributes": lambda: fill(b" a=b", typed(HTML) + b"<img src=http://x/"),
    "html parts": lambda: fill(b"--b\r\nContent-Type: text/html\r\n\r\n" + b"<p>a</p>" * 3000 + b"\r\n", OPEN),
    "quotes": lambda: fill(b"> a\n"),
    "flowed": lambda: fill(b"> a \n", typed(b"text/plain; format=flowed")),
    "winmail.dat": lambda: fill(TNEF_PART + b"\x02\x02\x90\x06\0\0\0\0\0\0\0" * 4000 + b"\r\n", OPEN),
    "encoded words": lambda: b"Subject: " + b"=?a?b?" * 20_000 + b"\r\n\r\n",
    "comments": lambda: b"To: " + b"(" * 120_000 + b"\r\n\r\n",
    "quotes in addresses": lambda: b"To: " + b'\\"' * 60_000 + b"\r\n\r\n",
    "colons in addresses": lambda: b"To: " + b":" * 120_000 + b"\r\n\r\n",
    "spaces in addresses": lambda: b"To: a" + b" " * 120_000 + b"@b\r\n\r\n",
    "references": lambda: b"References: " + b"<a@" * 40_000 + b"\r\nIn-Reply-To: " + b"<" * 120_000 + b"\r\n\r\n",
    "identifier": lambda: b"Message-ID: " + b"a.a-" * 30_000 + b"@x\r\n\r\n",
    "parameters": lambda: b"Content-Type: text/plain" + b"; a*0*=x" * 14_000 + b"\r\n\r\n",
    "backslashes": lambda: b'Content-Type: text/plain; a="' + b"\\" * 120_000 + b"\r\n\r\n",
    "long boundary": lambda: typed(b'multipart/mixed; boundary="' + b"a" * 100_000 + b'"') + b"--" + b"a" * 20_000_000,
}
UNSAFE = {
    "ten thousand parts",
    "ten thousand archives",
    "nearly boundaries",
    "deep parts",
    "deep messages",
    "header bomb",
    "recipients",
    "messages full of headers",
}


def _measure(name: str, answers: Connection) -> None:
    raw = BOMBS[name]()
    started = time.process_time()
    message = _read(raw)
    classify(message=message, own_addresses=["desk@example.jp"], keys=[b"k" * 32])
    known = KnownThreads(reference_of=dict[str, str]().get, participants_of=dict[str, list[str]]().get)
    find_thread(message=message, known=known, keys=[b"k" * 32], own_addresses=["desk@example.jp"])
    seconds = time.process_time() - started
    # not getrusage: what a process held before it became this one counts there
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
    answers.send((seconds, peak, message.needs_quarantine, sorted(finding.trouble for finding in message.findings)))


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_read_within_its_time_and_memory(name: str) -> None:
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=_measure, args=(name, there))
    process.start()
    assert here.poll(60), f"{name}: no answer after a minute"
    seconds, peak, needs_quarantine, troubles = here.recv()
    process.join()
    assert seconds < SECONDS, troubles
    assert peak < MEMORY, troubles
    assert needs_quarantine or name not in UNSAFE, troubles


def test_what_is_larger_than_allowed_is_kept_and_said() -> None:
    raw = fill(b"a\n", size=SIZE + 10)
    message = read_message(raw)
    assert message.raw is raw
    assert Trouble.TOO_LARGE in {finding.trouble for finding in message.findings}


# --- any bytes -------------------------------------------------------------------------------------------------------

SEEDS = [
    multipart(
        part("様式".encode("cp932"), b"text/plain; charset=shift_jis"),
        part(b"<p>x<img src=//x><a href='javascript:1'>y</a>", b"text/html"),
        part(b"JVBERi0=", b"application/pdf; name*0*=Shift_JIS''%97%5C; name*1*=%8EZ.pdf"),
        part(mail(to_jis("①㈱ｶﾅ")), b"message/rfc822"),
    ),
    mail(to_jis("①㈱ｶﾅ"), content_type=b"text/plain; charset=iso-2022-jp; format=flowed; delsp=yes"),
    mail(base64.b64encode(b"abc"), encoding=b"base64", headers=b"Subject: =?iso-2022-jp?B?GyRCRk89UBsoQg==?=\r\n"),
    multipart(
        part(b"Final-Recipient: rfc822; a@b\r\nAction: failed\r\n", b"message/delivery-status"), subtype=b"report"
    ),
    multipart(part(struct.pack("<IHBHHI", 0x223E9F78, 1, 2, 0x9005, 6, 40) + b"\3\0\0\0" * 10, b"application/ms-tnef")),
]
FRAGMENTS = [
    b"\x1b$B",
    b"\x1b(B",
    b"=?utf-8?B?",
    b"?=",
    b"\r\n",
    b"--b1",
    b"\0",
    b'"',
    b"<",
    b">",
    b"\xff",
    b"(",
    b";",
    b"&#x",
]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    raw = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.integers(0, 40)))
        raw = raw[:start] + draw(st.sampled_from(FRAGMENTS) | st.binary(max_size=12)) + raw[end:]
    return raw


@given(mutated() | st.binary(max_size=400))
def test_no_bytes_raise_and_all_text_can_be_stored(raw: bytes) -> None:
    started = time.process_time()
    message = _read(raw)
    classify(message=message, own_addresses=["desk@example.jp"])
    assert time.process_time() - started < SECONDS
    for text in (message.subject, message.text, message.new_text, message.html):
        text.encode("utf-8", "strict")
        assert "\0" not in text
    assert "\n" not in message.subject
    for each in message.attachments:
        each.file_name.encode("utf-8", "strict")
        assert each.file_name == Path(each.file_name).name != ""
    for address in (*message.authors, *message.to, *message.cc):
        f"{address.name}{address.address}".encode("utf-8", "strict")
        assert address.name.isprintable() or "\n" not in address.name


@given(st.data())
def test_no_mutation_of_a_sample_raises(data: st.DataObject) -> None:
    folder = shared_folder("data/mail")
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    raw = bytearray(data.draw(st.sampled_from(paths)).read_bytes())
    for _ in range(data.draw(st.integers(0, 30))):
        if raw:
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(raw)))
    _read(bytes(raw[:cut]))


class Unreadable(bytes):
    def __len__(self) -> int:
        raise MemoryError("no room")


def test_a_failure_of_ours_is_a_finding_and_no_exception() -> None:
    message = read_message(Unreadable(b"raw"))
    assert message.raw == b"raw"
    assert message.needs_quarantine
    assert [(each.trouble, each.detail) for each in message.findings] == [
        (Trouble.READING_FAILED, "MemoryError: no room")
    ]
