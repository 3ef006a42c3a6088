"""An answer as bytes: UTF-8, threaded, signed, quoting little, and with no way to smuggle in a header.

Only the answer's own text goes in; there is no field an internal note could come by.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote

from madoguchi.core.errors import MadoguchiError
from madoguchi.post.message import Address, Message
from madoguchi.post.tokens import make_message_id, sign_address, sign_text, subject_tag

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~. -]*\Z")
LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}\Z")
DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?\Z")
IDENTIFIER = re.compile(r"[!-;=?-~]{1,500}\Z")
CONTENT_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,100}\Z")
ANSWER_PREFIX = re.compile(r"(?:(?:re|aw|fw|fwd|sv|返信|転送)\s{0,2}[:：]\s{0,4}){1,20}", re.IGNORECASE)
WORD_BYTES = 42
LINE_LENGTH = 70
REFERENCES_KEPT = 20
QUOTED_LINES = 8
QUOTED_LINE_LENGTH = 300
SUBJECT_LENGTH = 300


class AnswerRefusedError(MadoguchiError):
    """The answer holds a value that must not stand in a header; the text names it and what is allowed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OutgoingFile:
    file_name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What is to be sent. `answered` is the message it answers; `nonce` makes its Message-ID the only one.

    `is_reply_signed` is for servers that deliver box+anything@ to the box: elsewhere such an answer would come back.
    `is_automatic` says that no person wrote it: other machines are then asked not to answer.
    """

    reference: str
    mailbox: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    subject: str
    text: str
    date: datetime
    nonce: str
    is_automatic: bool = False
    is_reply_signed: bool = True
    answered: Message | None = None
    files: tuple[OutgoingFile, ...] = ()


def compose_answer(*, answer: Answer, key: bytes) -> bytes:
    """Return the message ready to be sent; a value unfit for a header is refused, never repaired."""
    mailbox = answer.mailbox.address
    message_id = make_message_id(reference=answer.reference, nonce=answer.nonce, domain=_domain(mailbox), key=key)
    headers = [
        ("From", _mailbox(answer.mailbox)),
        ("To", _mailboxes(answer.to)),
        *([("Cc", _mailboxes(answer.cc))] if answer.cc else []),
        *_reply_to(answer, key),
        ("Subject", _words(_subject(answer))),
        ("Date", _date(answer.date)),
        ("Message-ID", _identifier(message_id)),
        *_threading(answer.answered),
        *_automatic(answer),
        ("X-Loop", mailbox),
        ("MIME-Version", "1.0"),
    ]
    head = "".join(f"{name}: {value}\r\n" for name, value in headers).encode("ascii")
    return head + _content(answer, sign_text(reference=answer.reference, key=key))


# --- header values ---------------------------------------------------------------------------------------------------


def _printable(what: str, value: str) -> str:
    if CONTROL.search(value):
        raise AnswerRefusedError(f"{what} {value!r}; allowed: one line without control characters")
    return value


def _domain(address: str) -> str:
    return _ascii_address(address).rpartition("@")[2]


def _ascii_address(address: str) -> str:
    local, _, domain = address.rpartition("@")
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        ascii_domain = ""
    if not LOCAL_PART.match(local) or not DOMAIN.match(ascii_domain):
        raise AnswerRefusedError(f"address {address!r}; allowed: one mailbox such as desk@example.go.jp")
    return f"{local}@{ascii_domain}"


def _mailbox(given: Address) -> str:
    address, name = _ascii_address(given.address), _printable("name", given.name).strip()
    if not name:
        return address
    written = name if ATOM.match(name) and "." not in name else _words(name, is_phrase=True)
    return f"{written} <{address}>"


def _mailboxes(given: Iterable[Address]) -> str:
    written = [_mailbox(each) for each in given]
    if not written:
        raise AnswerRefusedError("no recipient; allowed: at least one address")
    return ",\r\n ".join(written)


def _words(text: str, *, is_phrase: bool = False) -> str:
    """Write a text as encoded words, each of whole characters, where ASCII alone will not do."""
    _printable("header text", text)
    if text.isascii() and not is_phrase and "=?" not in text and len(text) <= SUBJECT_LENGTH:
        return "\r\n ".join(_folded(text))
    encoded = (base64.b64encode(chunk).decode("ascii") for chunk in _chunks(text))
    return "\r\n ".join(f"=?UTF-8?B?{chunk}?=" for chunk in encoded)


def _folded(text: str) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        if line and len(line) + len(word) > LINE_LENGTH:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def _chunks(text: str) -> Iterator[bytes]:
    chunk = b""
    for character in text:
        encoded = character.encode("utf-8", "replace")
        if len(chunk) + len(encoded) > WORD_BYTES:
            yield chunk
            chunk = b""
        chunk += encoded
    yield chunk


def _subject(answer: Answer) -> str:
    _printable("subject", answer.subject)
    tag = subject_tag(answer.reference)
    bare = ANSWER_PREFIX.sub("", answer.subject.replace(tag, "").strip(), count=1).strip()
    return f"{'Re: ' if answer.answered else ''}{tag} {bare[:SUBJECT_LENGTH]}".rstrip()


def _date(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise AnswerRefusedError(f"date {moment.isoformat()}; allowed: a moment with its zone")
    return format_datetime(moment)


def _identifier(value: str) -> str:
    if not IDENTIFIER.match(value):
        raise AnswerRefusedError(f"Message-ID {value!r}; allowed: printable ASCII without brackets")
    return f"<{value}>"


def _threading(answered: Message | None) -> Iterator[tuple[str, str]]:
    """Name the answered message and those before it; identifiers a stranger made unfit are left out."""
    if answered is None or answered.message_id is None or not IDENTIFIER.match(answered.message_id):
        return
    earlier = [each for each in (answered.references or answered.in_reply_to) if IDENTIFIER.match(each)]
    earlier = [*earlier[:1], *earlier[1:][-REFERENCES_KEPT:]]
    chain = dict.fromkeys([*(each for each in earlier if each != answered.message_id), answered.message_id])
    yield "In-Reply-To", _identifier(answered.message_id)
    yield "References", "\r\n ".join(_identifier(each) for each in chain)


def _reply_to(answer: Answer, key: bytes) -> Iterator[tuple[str, str]]:
    if answer.is_reply_signed:
        signed = sign_address(mailbox=answer.mailbox.address, reference=answer.reference, key=key)
        yield "Reply-To", _mailbox(Address(name=answer.mailbox.name, address=signed))


def _automatic(answer: Answer) -> Iterator[tuple[str, str]]:
    if answer.is_automatic:
        yield "Auto-Submitted", "auto-replied" if answer.answered else "auto-generated"
        yield "X-Auto-Response-Suppress", "All"


# --- content ---------------------------------------------------------------------------------------------------------


def _content(answer: Answer, token: str) -> bytes:
    text = "\n".join([answer.text.rstrip(), "", token, *_quote(answer.answered)])
    body = _part(
        "text/plain; charset=utf-8", text.replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8", "replace")
    )
    if not answer.files:
        return body
    parts = [body, *(_file(each) for each in answer.files)]
    boundary = "=_" + hashlib.sha256(b"".join(parts)).hexdigest()[:40]
    inside = b"".join(f"--{boundary}\r\n".encode() + part for part in parts)
    head = f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'
    return head.encode() + inside + f"--{boundary}--\r\n".encode()


def _part(content_type: str, content: bytes, *, headers: str = "") -> bytes:
    head = f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\n{headers}\r\n"
    return head.encode("ascii") + base64.encodebytes(content).replace(b"\n", b"\r\n")


def _file(file: OutgoingFile) -> bytes:
    if not CONTENT_TYPE.match(file.content_type) or file.content_type.startswith(("multipart/", "message/")):
        raise AnswerRefusedError(f"content type {file.content_type!r}; allowed: such as application/pdf")
    name = _printable("file name", file.file_name)
    encoded = quote(name.encode("utf-8", "replace"), safe="")
    disposition = f"Content-Disposition: attachment;\r\n filename*=UTF-8''{encoded}\r\n"
    return _part(file.content_type, file.content, headers=disposition)


def _quote(answered: Message | None) -> list[str]:
    """Quote the first lines of what the person wrote, not what they quoted."""
    if answered is None or not answered.new_text:
        return []
    lines = answered.new_text.split("\n")
    author = answered.author.name or answered.author.address if answered.author else ""
    sent = f"{answered.date:%Y-%m-%d %H:%M} " if answered.date else ""
    intro = f"{sent}{author}:" if author else ""
    shown = [f"> {line[:QUOTED_LINE_LENGTH]}".rstrip() for line in lines[:QUOTED_LINES]]
    return ["", intro, *shown, *(["> […]"] if len(lines) > QUOTED_LINES else [])]
