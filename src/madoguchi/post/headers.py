"""Header fields: where they end, unfolded, and as text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from madoguchi.post.charsets import decode_text
from madoguchi.post.limits import HEADER_BLOCK_BYTES, HEADER_FIELDS, HEADER_VALUE_BYTES
from madoguchi.post.vocabulary import Trouble

FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]{0,20}:")
FOLD = re.compile(rb"\r?\n(?=[ \t])")
# where a header of raw ISO-2022-JP is folded among kanji, the white space belongs to no word
KANJI = re.compile(rb"\x1b\$[@B][^\x1b]*")
FOLD_AND_SPACE = re.compile(rb"\r?\n[ \t]+")
BLANK_LINE = re.compile(rb"\n\r?\n")
MAILBOX_LINE = (b"From ", b">From ")


@dataclass(frozen=True, kw_only=True, slots=True)
class Headers:
    """The header fields of one part, raw and unfolded, and where its body begins."""

    fields: tuple[tuple[str, bytes], ...]
    body_start: int
    troubles: tuple[Trouble, ...]

    def raw(self, name: str) -> bytes:
        return next((value for key, value in self.fields if key == name), b"")

    def text(self, name: str, *, hint: str = "") -> str:
        return header_text(self.raw(name), hint=hint)


@dataclass(kw_only=True, slots=True)
class _Scan:
    data: bytes
    start: int
    end: int
    most_fields: int
    most_bytes: int
    spans: list[tuple[int, int, int]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

    def lines(self) -> Iterator[tuple[int, int]]:
        position = self.start
        while position < self.end:
            newline = self.data.find(b"\n", position, self.end)
            line_end = self.end if newline < 0 else newline + 1
            yield position, line_end
            position = line_end


def read_headers(
    *, data: bytes, start: int, end: int, most_fields: int = HEADER_FIELDS, most_bytes: int = HEADER_BLOCK_BYTES
) -> Headers:
    """Read the fields from `start`; a line that is none of them begins the body, even without a blank line."""
    scan = _Scan(data=data, start=start, end=end, most_fields=most_fields, most_bytes=most_bytes)
    body_start = _scan(scan)
    fields = tuple(_field(data, *span) for span in scan.spans)
    if any(len(value) >= HEADER_VALUE_BYTES for _, value in fields):
        scan.troubles.append(Trouble.HEADER_CUT)
    return Headers(fields=fields, body_start=body_start, troubles=tuple(scan.troubles))


def _scan(scan: _Scan) -> int:
    for position, line_end in scan.lines():
        if scan.data[position:line_end] in (b"\n", b"\r\n"):
            return line_end
        if len(scan.spans) >= scan.most_fields or line_end - scan.start > scan.most_bytes:
            return _skip_block(scan, position)
        if not _take_line(scan, position, line_end):
            scan.troubles.append(Trouble.HEADERS_UNENDED)
            return position
    return scan.end


def _take_line(scan: _Scan, position: int, line_end: int) -> bool:
    if scan.data[position] in b" \t":
        if scan.spans:
            name_start, value_start, _ = scan.spans[-1]
            scan.spans[-1] = (name_start, value_start, line_end)
        return bool(scan.spans) or not scan.data[position:line_end].strip()
    found = FIELD.match(scan.data, position, line_end)
    if found:
        scan.spans.append((found.start(), found.end(), line_end))
        return True
    return position == scan.start and scan.data.startswith(MAILBOX_LINE, position)


def _skip_block(scan: _Scan, position: int) -> int:
    scan.troubles.append(Trouble.TOO_MANY_HEADERS)
    blank = BLANK_LINE.search(scan.data, position - 1, scan.end)
    return blank.end() if blank else scan.end


def _field(data: bytes, name_start: int, value_start: int, value_end: int) -> tuple[str, bytes]:
    name = data[name_start : value_start - 1].rstrip().decode("ascii").lower()
    value = data[value_start : min(value_end, value_start + HEADER_VALUE_BYTES)]
    if b"\x1b" in value:
        value = KANJI.sub(lambda found: FOLD_AND_SPACE.sub(b"", found.group()), value)
    return name, FOLD.sub(b"", value).strip(b" \t\r\n\0")


def header_text(raw: bytes, *, hint: str = "") -> str:
    """Read the bytes of a header as text; encoded words stay as they are."""
    if raw.isascii() and b"\x1b" not in raw:
        return raw.decode("ascii")
    return decode_text(data=raw, hint=hint).text
