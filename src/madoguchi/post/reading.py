"""A message read from its bytes: the one way into this room."""

import re

from madoguchi.post.addresses import has_narrowed, parse_addresses, with_split_names
from madoguchi.post.bodies import Block, Bodies, collect
from madoguchi.post.charsets import decode_text
from madoguchi.post.dates import parse_date
from madoguchi.post.encoded_words import decode_words, has_injection, one_line
from madoguchi.post.headers import Headers, header_text
from madoguchi.post.identifiers import parse_message_id, parse_message_ids
from madoguchi.post.limits import ADDRESSES, MESSAGE_BYTES, NESTED_DEPTH, SUBJECT_LENGTH
from madoguchi.post.message import Address, Attachment, Finding, Message
from madoguchi.post.parts import Budget, Part, read_part
from madoguchi.post.quoting import split_quotes
from madoguchi.post.vocabulary import Trouble

ANSWERED = ("from", "reply-to")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LEADING_BLANK = re.compile(rb"[\r\n \t]{0,2000}(?=[!-9;-~]{1,80}:)")


def read_message(raw: bytes) -> Message:
    """Read one message. Nothing that can stand in the bytes raises; what went wrong is among the findings."""
    try:
        return _read(raw)
    except Exception as error:  # noqa: BLE001  # a message that cannot be read must never stop the next one
        return _unread(raw, f"{type(error).__name__}: {str(error)[:200]}")


def _read(raw: bytes) -> Message:
    budget = Budget()
    data = raw
    if len(data) > MESSAGE_BYTES:
        budget.report(Trouble.TOO_LARGE, f"{len(raw)} bytes; the first {MESSAGE_BYTES} are read")
        data = data[:MESSAGE_BYTES]
    data = _with_usual_line_ends(data.removeprefix(BYTE_ORDER_MARK))
    blank = LEADING_BLANK.match(data)
    return _read_range(data, (blank.end() if blank else 0, len(data)), budget, raw=raw, depth=0)


def _with_usual_line_ends(data: bytes) -> bytes:
    """Return lines ended by CR alone as others; one such line in a header that has line feeds stays what it is."""
    head = data[:65_536]
    end_of_headers = head.find(b"\r\r")
    if b"\n" in (head if end_of_headers < 0 else head[: end_of_headers + 3]) or b"\r" not in head:
        return data
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _read_range(data: bytes, span: tuple[int, int], budget: Budget, *, raw: bytes, depth: int) -> Message:
    part = read_part(data=data, start=span[0], end=span[1], budget=budget)
    bodies = Bodies(budget=budget, hint=part.content.get("charset"))
    collect(part=part, bodies=bodies)
    nested = tuple(_read_nested(*each, budget, depth + 1) for each in bodies.nested)
    return _message(part, bodies, tuple(each for each in nested if each is not None), raw=raw, is_whole=depth == 0)


def _read_nested(data: bytes, start: int, end: int, budget: Budget, depth: int) -> Message | None:
    if depth > NESTED_DEPTH:
        budget.report(Trouble.TOO_DEEP, f"messages nested deeper than {NESTED_DEPTH}")
        return None
    raw = data[start:end] if budget.take_content(end - start) else b""
    return _read_range(data, (start, end), budget, raw=raw, depth=depth)


def _message(part: Part, bodies: Bodies, nested: tuple[Message, ...], *, raw: bytes, is_whole: bool) -> Message:
    headers, hint, budget = part.headers, bodies.hint, bodies.budget
    text = _text(bodies)
    authors = with_split_names(_addresses(headers, "from", hint, budget))
    if not any(author.address for author in authors):
        budget.report(Trouble.AUTHOR_MISSING, "no address in From")
    date = parse_date(headers.text("date"))
    if date is None:
        budget.report(Trouble.DATE_UNREADABLE, headers.text("date")[:100] or "no Date")
    return Message(
        raw=raw,
        headers=tuple((name, header_text(value, hint=hint)) for name, value in headers.fields),
        message_id=parse_message_id(headers.text("message-id")),
        in_reply_to=parse_message_ids(headers.text("in-reply-to")),
        references=parse_message_ids(headers.text("references")),
        authors=authors,
        reply_to=_addresses(headers, "reply-to", hint, budget),
        to=_addresses(headers, "to", hint, budget),
        cc=_addresses(headers, "cc", hint, budget),
        subject=_subject(headers, hint, budget),
        date=date,
        text=text,
        new_text=split_quotes(text).new_text,
        html=_html(bodies.blocks),
        has_remote_content=any(block.has_remote_content for block in bodies.blocks),
        attachments=tuple(bodies.attachments),
        nested=nested,
        content_type=part.content_type,
        report_fields=tuple(bodies.report_fields),
        returned_headers=bodies.returned_headers[0] if bodies.returned_headers else (),
        findings=budget.found() if is_whole else (),
    )


def _subject(headers: Headers, hint: str, budget: Budget) -> str:
    decoded = decode_words(headers.text("subject", hint=hint))
    if has_injection(decoded):
        budget.report(Trouble.HEADER_INJECTION, "the subject holds a line break and another header")
    return one_line(decoded)[:SUBJECT_LENGTH]


def _addresses(headers: Headers, name: str, hint: str, budget: Budget) -> tuple[Address, ...]:
    texts = [header_text(value, hint=hint) for key, value in headers.fields if key == name]
    found = [each for text in texts for each in parse_addresses(text=text, limit=ADDRESSES + 1)]
    if name in ANSWERED and any(has_narrowed(text=text, addresses=found[:ADDRESSES]) for text in texts):
        budget.report(Trouble.ADDRESS_NARROWED, f"an address in {name}")
    if len(found) > ADDRESSES:
        budget.report(Trouble.TOO_MANY_ADDRESSES, f"more than {ADDRESSES} addresses in {name}")
    return tuple(found[:ADDRESSES])


def _text(bodies: Bodies) -> str:
    texts = [block.text.strip("\n") for block in bodies.blocks]
    text = "\n".join(text for text in texts if text)
    if not text:
        text = _text_of_file(bodies.attachments)
    return text.rstrip(" \t\n")


def _text_of_file(attachments: list[Attachment]) -> str:
    """Return the text of inline files: some mailers give the body itself a file name."""
    bodies = [each.content[:65_536] for each in attachments if each.is_inline and each.content_type == "text/plain"]
    texts = (decode_text(data=content).text.replace("\r\n", "\n").strip("\n") for content in bodies[:20])
    return "\n".join(texts)


def _html(blocks: list[Block]) -> str:
    """Return the HTML blocks in their order; a message in plain text has no HTML."""
    return "\n".join(block.html for block in blocks if block.html)


def _unread(raw: bytes, detail: str) -> Message:
    return Message(
        raw=raw,
        headers=(),
        message_id=None,
        in_reply_to=(),
        references=(),
        authors=(),
        reply_to=(),
        to=(),
        cc=(),
        subject="",
        date=None,
        text="",
        new_text="",
        html="",
        has_remote_content=False,
        attachments=(),
        nested=(),
        content_type="",
        report_fields=(),
        returned_headers=(),
        findings=(Finding(trouble=Trouble.READING_FAILED, detail=detail),),
    )
