"""What the parts of a message come to: text to read, files to keep, messages inside."""

import re
from dataclasses import dataclass, field

from madoguchi.post.charsets import decode_text
from madoguchi.post.file_names import safe_file_name
from madoguchi.post.flowed import unflow
from madoguchi.post.headers import header_text
from madoguchi.post.html_safe import sanitise_html
from madoguchi.post.html_text import html_to_text
from madoguchi.post.identifiers import parse_message_id
from madoguchi.post.inline_files import may_hold_files, take_inline_files
from madoguchi.post.limits import REPORTED_RECIPIENTS, TEXT_BYTES
from madoguchi.post.message import Attachment
from madoguchi.post.parts import Budget, Part, read_part
from madoguchi.post.signed_data import signed_content
from madoguchi.post.tnef import read_tnef
from madoguchi.post.vocabulary import Trouble

MESSAGES = ("message/rfc822", "message/global", "message/news")
REPORTS = ("message/delivery-status", "message/global-delivery-status", "message/disposition-notification")
RETURNED_HEADERS = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
TNEF_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")
SIGNED_TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
MOST_SIGNATURES = 3
# read as words where there are no others
WORDS_TOO = ("text/markdown", "text/x-markdown", "text/enriched", "text/richtext")
ENRICHED = re.compile(r"<<|<param>[^<]{0,200}</param>|</?[A-Za-z-]{1,60}>", re.IGNORECASE)
HEADER_LINES = 64 * 1024
META_BYTES = 4_096
META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\s\"']{0,3}([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A stretch of the message as text, and as safe HTML where the sender wrote HTML."""

    text: str
    html: str
    has_remote_content: bool = False


@dataclass(kw_only=True, slots=True)
class Bodies:
    """What has been collected so far, in the order of the parts."""

    budget: Budget
    hint: str = ""
    blocks: list[Block] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    nested: list[tuple[bytes, int, int]] = field(default_factory=list)
    report_fields: list[Fields] = field(default_factory=list)
    returned_headers: list[Fields] = field(default_factory=list)
    signature_count: int = 0


def collect(*, part: Part, bodies: Bodies) -> None:
    """Sort one part and all inside it."""
    if part.content_type == "multipart/alternative":
        _collect_alternative(part, bodies)
    elif part.children:
        for child in part.children:
            collect(part=child, bodies=bodies)
    elif part.content_type in MESSAGES:
        _collect_message(part, bodies)
    elif part.content_type in REPORTS:
        bodies.report_fields += _field_groups(part, bodies.budget)
    elif part.content_type in RETURNED_HEADERS:
        bodies.returned_headers += _field_groups(part, bodies.budget)[:1]
    elif _is_body(part) or _are_the_only_words(part, bodies):
        bodies.blocks.append(_block(part, bodies))
    else:
        _collect_signed(part, bodies)
        _collect_file(part, bodies)


def _collect_alternative(part: Part, bodies: Bodies) -> None:
    """Alternatives say one thing twice: the plain words are the text, the HTML is the HTML."""
    before = len(bodies.blocks)
    for child in part.children:
        collect(part=child, bodies=bodies)
    inside = bodies.blocks[before:]
    plain = [block for block in inside if not block.html and block.text.strip()]
    rich = [block for block in inside if block.html]
    merged = Block(
        text="\n".join(block.text for block in plain or rich),
        html="\n".join(block.html for block in rich),
        has_remote_content=any(block.has_remote_content for block in rich),
    )
    bodies.blocks[before:] = [merged] if inside else []


def _is_body(part: Part) -> bool:
    is_text = part.content_type in ("text/plain", "text/html")
    return is_text and part.disposition.value != "attachment" and not _given_name(part)


def _are_the_only_words(part: Part, bodies: Bodies) -> bool:
    is_file = part.disposition.value == "attachment" or bool(_given_name(part))
    return part.content_type in WORDS_TOO and not is_file and not any(block.text.strip() for block in bodies.blocks)


def _collect_signed(part: Part, bodies: Bodies) -> None:
    """Read what was wrapped whole into a signature; it stays a file as well, for whoever checks the signature."""
    size = part.end - part.headers.body_start
    if part.content_type not in SIGNED_TYPES or bodies.signature_count >= MOST_SIGNATURES:
        return
    bodies.signature_count += 1
    if bodies.budget.take_content(size) and (content := signed_content(part.body())):
        collect(part=read_part(data=content, start=0, end=len(content), budget=bodies.budget), bodies=bodies)


def _given_name(part: Part) -> str:
    disposition, content = part.disposition.get("filename"), part.content.get("name")
    if disposition or content:
        return disposition or content
    return ""


def _block(part: Part, bodies: Bodies) -> Block:
    budget = bodies.budget
    whole = part.body(most=4 * TEXT_BYTES)
    if part.content_type == "text/plain" and may_hold_files(whole):
        whole = _without_inline_files(part, bodies)
    data = budget.cut_text(whole)
    label = part.content.get("charset") or _label_in_html(part, data)
    decoded = decode_text(data=data, label=label, hint=bodies.hint)
    bodies.hint = bodies.hint or decoded.charset
    if not decoded.is_as_labelled:
        budget.report(Trouble.CHARSET_CORRECTED, f"label {label[:60]!r} read as {decoded.charset}")
    if decoded.has_losses:
        budget.report(Trouble.CHARACTERS_LOST, f"bytes that are not {decoded.charset}")
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return _html_block(text, budget) if part.content_type == "text/html" else _plain_block(text, part)


def _without_inline_files(part: Part, bodies: Bodies) -> bytes:
    """Take files out of a text, as mailers without MIME wrote them into it."""
    if not bodies.budget.take_content(part.end - part.headers.body_start):
        return part.body(most=4 * TEXT_BYTES)
    found = take_inline_files(part.body())
    for name, content in found.files:
        given = decode_text(data=name, label=part.content.get("charset"), hint=bodies.hint).text.strip()
        _add_file(
            bodies, given=given, content_type="application/octet-stream", content=content, content_id="",
            is_inline=False,
        )  # fmt: skip
    return found.text


def _label_in_html(part: Part, data: bytes) -> str:
    found = META_CHARSET.search(data[:META_BYTES]) if part.content_type == "text/html" else None
    return found[1].decode("ascii") if found else ""


def _html_block(html: str, budget: Budget) -> Block:
    html = budget.cut_html(html)
    safe = sanitise_html(html)
    return Block(text=html_to_text(html), html=safe.html, has_remote_content=safe.has_remote_content)


def _plain_block(text: str, part: Part) -> Block:
    if part.content_type in ("text/enriched", "text/richtext"):
        text = ENRICHED.sub(lambda found: "<" if found[0] == "<<" else "", text)
    if part.content.get("format").lower() == "flowed":
        text = unflow(text=text, delete_space=part.content.get("delsp").lower() == "yes")
    return Block(text=text, html="")


def _collect_message(part: Part, bodies: Bodies) -> None:
    """Keep a message inside to be read like any other; where its sender gave it a file name it is a file as well."""
    start, data, end = part.headers.body_start, part.data, part.end
    if part.headers.raw("content-transfer-encoding").strip().lower() in (b"base64", b"quoted-printable"):
        data = part.body()
        start, end = 0, len(data)
    bodies.nested.append((data, start, end))
    if _given_name(part):
        _collect_file(part, bodies)


def _collect_file(part: Part, bodies: Bodies) -> None:
    if not bodies.budget.take_content(part.end - part.headers.body_start):
        return
    content, given = part.body(), _given_name(part)
    if part.content_type in TNEF_TYPES or given.lower() == "winmail.dat":
        bodies.budget.tnef_files -= 1
        if bodies.budget.tnef_files >= 0 and _collect_tnef(content, bodies):
            return
        bodies.budget.report(Trouble.TNEF_UNREADABLE, "kept as the file winmail.dat")
    _add_file(
        bodies,
        given=given,
        content_type=part.content_type,
        content=content,
        content_id=parse_message_id(part.headers.text("content-id")) or "",
        is_inline=part.disposition.value in ("inline", ""),
    )


def _collect_tnef(content: bytes, bodies: Bodies) -> bool:
    """Unpack winmail.dat; its text counts only where the message has none of its own."""
    found = read_tnef(content)
    if found is None:
        return False
    if found.text and not any(block.text.strip() for block in bodies.blocks):
        text = bodies.budget.cut_text(found.text.encode("utf-8", "replace")).decode("utf-8", "ignore")
        bodies.blocks.append(Block(text=text.replace("\r\n", "\n"), html=""))
    for each in found.files:
        if bodies.budget.take_content(len(each.content)):
            _add_file(
                bodies,
                given=each.name,
                content_type=each.content_type or "application/octet-stream",
                content=each.content,
                content_id="",
                is_inline=False,
            )
    return True


def _add_file(
    bodies: Bodies, *, given: str, content_type: str, content: bytes, content_id: str, is_inline: bool
) -> None:
    name = safe_file_name(given=given, content_type=content_type, number=len(bodies.attachments) + 1)
    if given and name != given:
        bodies.budget.report(Trouble.FILE_NAME_CHANGED, f"{given[:200]!r} is kept as {name!r}")
    bodies.attachments.append(
        Attachment(
            file_name=name, content_type=content_type, content=content, content_id=content_id, is_inline=is_inline
        )
    )


def _field_groups(part: Part, budget: Budget) -> list[Fields]:
    """Read the groups of fields of a report, which blank lines set apart."""
    data = part.body(most=4 * HEADER_LINES)
    groups: list[Fields] = []
    start = 0
    while start < len(data) and len(groups) <= REPORTED_RECIPIENTS:
        headers = budget.take_headers(data=data, start=start, end=len(data))
        if headers.fields:
            groups.append(tuple((name, header_text(value)) for name, value in headers.fields))
        start = headers.body_start if headers.body_start > start else len(data)
        if headers.troubles:
            break
    return groups
