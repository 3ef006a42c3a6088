"""The tree of a message's parts: places in the bytes, nothing copied, every loop bounded."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from madoguchi.post.headers import Headers, read_headers
from madoguchi.post.limits import (
    ALL_HEADER_BYTES,
    ALL_HEADER_FIELDS,
    DECODED_BYTES,
    FALSE_BOUNDARIES,
    GUESS_BYTES,
    HEADER_BLOCK_BYTES,
    HEADER_FIELDS,
    HTML_TAGS,
    PART_DEPTH,
    PARTS,
    TEXT_BYTES,
    TNEF_FILES,
)
from madoguchi.post.message import Finding
from madoguchi.post.parameters import Parameterised, parse_parameters
from madoguchi.post.transfer import decode_transfer
from madoguchi.post.vocabulary import Trouble

TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}$")
LINE_END = re.compile(rb"[ \t]{0,200}(?:\r?\n|$)")
GUESSED_BOUNDARY = re.compile(rb"(?:^|\n)--([^\s]{1,70})[ \t]{0,20}\r?\n[Cc][Oo][Nn][Tt][Ee][Nn][Tt]-")


@dataclass(kw_only=True, slots=True)
class Budget:
    """What may still be spent on one message, nested ones included, and what was found on the way."""

    parts: int = PARTS
    content_bytes: int = DECODED_BYTES
    header_fields: int = ALL_HEADER_FIELDS
    header_bytes: int = ALL_HEADER_BYTES
    text_bytes: int = TEXT_BYTES
    html_tags: int = HTML_TAGS
    tnef_files: int = TNEF_FILES
    findings: dict[Trouble, str] = field(default_factory=dict)

    def report(self, trouble: Trouble, detail: str) -> None:
        """Note a trouble once, with where it was first met."""
        self.findings.setdefault(trouble, detail)

    def take_part(self) -> bool:
        self.parts -= 1
        if self.parts < 0:
            self.report(Trouble.TOO_MANY_PARTS, f"more than {PARTS} parts; the later ones are in the raw message only")
        return self.parts >= 0

    def take_headers(self, *, data: bytes, start: int, end: int) -> Headers:
        """Read the headers at `start` as far as they may still be read."""
        fields, size = min(HEADER_FIELDS, self.header_fields), min(HEADER_BLOCK_BYTES, self.header_bytes)
        headers = read_headers(data=data, start=start, end=end, most_fields=fields, most_bytes=size)
        self.header_fields -= len(headers.fields)
        self.header_bytes -= sum(len(value) for _, value in headers.fields)
        for trouble in headers.troubles:
            self.report(trouble, f"in the headers at byte {start}")
        return headers

    def take_content(self, size: int) -> bool:
        if size > self.content_bytes:
            self.report(Trouble.TOO_MUCH_CONTENT, f"contents of more than {DECODED_BYTES} bytes")
            return False
        self.content_bytes -= size
        return True

    def cut_text(self, data: bytes) -> bytes:
        """Return as much of a text as may still be shown."""
        if len(data) > self.text_bytes:
            self.report(Trouble.TEXT_CUT, f"text of more than {TEXT_BYTES} bytes; the rest is in the raw message")
            data = data[: self.text_bytes]
        self.text_bytes -= len(data)
        return data

    def cut_html(self, html: str) -> str:
        """Return as much of an HTML text as has tags that may still be looked at."""
        pieces = html.split("<", self.html_tags + 1)
        if len(pieces) > self.html_tags + 1:
            self.report(Trouble.HTML_CUT, f"HTML of more than {HTML_TAGS} tags; the rest is in the raw message")
            html = "<".join(pieces[:-1])
        self.html_tags = max(0, self.html_tags + 1 - len(pieces))
        return html

    def found(self) -> tuple[Finding, ...]:
        return tuple(Finding(trouble=trouble, detail=detail) for trouble, detail in self.findings.items())


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One part: its headers, the place of its body, and the parts inside it."""

    data: bytes
    headers: Headers
    end: int
    content: Parameterised
    disposition: Parameterised
    children: tuple["Part", ...]

    @property
    def content_type(self) -> str:
        return self.content.value

    @property
    def raw_body(self) -> bytes:
        return self.data[self.headers.body_start : self.end]

    def body(self, *, most: int | None = None) -> bytes:
        """Return the content bytes; `most` bounds how many encoded bytes are looked at."""
        end = self.end if most is None else min(self.end, self.headers.body_start + most)
        encoding = self.headers.text("content-transfer-encoding")
        return decode_transfer(data=self.data[self.headers.body_start : end], encoding=encoding)


def read_part(*, data: bytes, start: int, end: int, budget: Budget) -> Part:
    """Read a whole message as its tree of parts."""
    return _part(data, start, end, budget, depth=0, default="text/plain")


def _part(data: bytes, start: int, end: int, budget: Budget, *, depth: int, default: str) -> Part:
    headers = budget.take_headers(data=data, start=start, end=end)
    content = _content(headers, default)
    disposition = parse_parameters(headers.text("content-disposition"))
    children: tuple[Part, ...] = ()
    if content.value.startswith("multipart/"):
        children = tuple(_children(data, (headers.body_start, end), content, budget, depth + 1))
        if not children:
            budget.report(Trouble.BOUNDARY_MISSING, f"{content.value} at byte {start} holds no parts")
            content = Parameterised(value="text/plain", parameters=content.parameters)
    return Part(data=data, headers=headers, end=end, content=content, disposition=disposition, children=children)


def _content(headers: Headers, default: str) -> Parameterised:
    content = parse_parameters(headers.text("content-type"))
    if TYPE.match(content.value):
        return content
    return Parameterised(value="text/plain" if content.value else default, parameters=content.parameters)


def _children(data: bytes, span: tuple[int, int], content: Parameterised, budget: Budget, depth: int) -> Iterator[Part]:
    start, end = span
    if depth > PART_DEPTH:
        budget.report(Trouble.TOO_DEEP, f"parts nested deeper than {PART_DEPTH}")
        return
    boundary = content.get("boundary").encode("utf-8", "replace").rstrip(b" ")
    default = "message/rfc822" if content.value == "multipart/digest" else "text/plain"
    spans = _spans(data, span, boundary, budget) if boundary else iter(())
    first = next(spans, None)
    if first is None:
        guessed = GUESSED_BOUNDARY.search(data, max(start - 1, 0), min(end, start + GUESS_BYTES))
        spans = _spans(data, span, guessed[1], budget) if guessed else iter(())
        first = next(spans, None)
    while first is not None and budget.take_part():
        yield _part(data, *first, budget, depth=depth, default=default)
        first = next(spans, None)


def _spans(data: bytes, span: tuple[int, int], boundary: bytes, budget: Budget) -> Iterator[tuple[int, int]]:
    """Yield where each part lies between the boundary lines; an unended last part reaches to the end."""
    part_start, end = None, span[1]
    for line_start, line_end, is_last in _boundary_lines(data, span, boundary, budget):
        if part_start is not None and part_start <= line_start:
            yield part_start, _without_newline(data, part_start, line_start)
        part_start = line_end
        if is_last:
            return
    if part_start is not None and part_start < end:
        yield part_start, end


def _boundary_lines(
    data: bytes, span: tuple[int, int], boundary: bytes, budget: Budget
) -> Iterator[tuple[int, int, bool]]:
    mark = b"--" + boundary
    start, end = span
    position, false_count = start, 0
    while (found := data.find(mark, position, end)) >= 0:
        position = found + len(mark)
        is_last = data.startswith(b"--", position, end)
        line_end = LINE_END.match(data, position + 2 * is_last, end)
        is_line = found == start or data.startswith(b"\n", found - 1)
        false_count += not (is_line and line_end)
        if false_count > FALSE_BOUNDARIES:
            budget.report(Trouble.TOO_MANY_PARTS, f"more than {FALSE_BOUNDARIES} lines that are nearly a boundary")
            return
        if is_line and line_end:
            position = line_end.end()
            yield found, position, is_last


def _without_newline(data: bytes, start: int, end: int) -> int:
    """Leave out the line break before a boundary, which belongs to the boundary."""
    line_break = next((each for each in (b"\r\n", b"\n") if data.endswith(each, start, end)), b"")
    return end - len(line_break)
