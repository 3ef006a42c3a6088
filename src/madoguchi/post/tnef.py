"""Microsoft's winmail.dat: names, contents and the plain text, read within the file's own bounds."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from madoguchi.post.charsets import decode_text
from madoguchi.post.limits import TNEF_PARTS, TNEF_PROPERTIES

SIGNATURE = 0x223E9F78
HEADER_SIZE, NUMBER_SIZE = 6, 4
ATTACH_RENDER, ATTACH_TITLE, ATTACH_DATA, ATTACH_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
BODY, CODE_PAGE, MESSAGE_PROPERTIES = 0x800C, 0x9007, 0x9003
DATA_OBJECT, SHORT_NAME, LONG_NAME, MIME_TYPE, PLAIN_BODY = 0x3701, 0x3704, 0x3707, 0x370E, 0x1000
FIXED_SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
OBJECT, TEXT, UNICODE, BINARY = 0x0D, 0x1E, 0x1F, 0x102
VARIABLE = {OBJECT, TEXT, UNICODE, BINARY}
MULTIPLE, NAMED = 0x1000, 0x8000
OBJECT_CLASS_BYTES = 16


@dataclass(kw_only=True, slots=True)
class TnefFile:
    name: str = ""
    content_type: str = ""
    content: bytes = b""


@dataclass(kw_only=True, slots=True)
class Tnef:
    charset: str = "cp932"
    text: str = ""
    files: list[TnefFile] = field(default_factory=list)

    def take_body(self, utf8: bytes | None) -> None:
        if utf8:
            self.text = utf8.decode("utf-8", "replace")


def read_tnef(data: bytes) -> Tnef | None:
    """Return what the file holds, up to where it is whole; None where it is no TNEF at all."""
    if len(data) < HEADER_SIZE or struct.unpack_from("<I", data)[0] != SIGNATURE:
        return None
    found = Tnef()
    for attribute, value in _attributes(data):
        if attribute == CODE_PAGE and len(value) >= NUMBER_SIZE:
            found.charset = f"cp{struct.unpack_from('<I', value)[0]}"
        elif attribute == BODY:
            found.text = _text(value, found.charset)
        elif attribute == MESSAGE_PROPERTIES:
            found.take_body(_properties(value, found.charset).get(PLAIN_BODY))
        else:
            _take_attachment(found, attribute, value)
    return found


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    position = HEADER_SIZE
    for _ in range(TNEF_PARTS * 8):
        if position + 9 > len(data):
            return
        attribute, _, size = struct.unpack_from("<HHI", data, position + 1)
        start = position + 9
        if start + size > len(data):
            return
        yield attribute, data[start : start + size]
        position = start + size + 2


def _take_attachment(found: Tnef, attribute: int, value: bytes) -> None:
    if attribute == ATTACH_RENDER and len(found.files) < TNEF_PARTS:
        found.files.append(TnefFile())
    if not found.files:
        return
    latest = found.files[-1]
    if attribute == ATTACH_TITLE:
        latest.name = latest.name or _text(value, found.charset)
    elif attribute == ATTACH_DATA:
        latest.content = value
    elif attribute == ATTACH_PROPERTIES:
        _take_properties(latest, _properties(value, found.charset), found.charset)


def _take_properties(file: TnefFile, given: dict[int, bytes], charset: str) -> None:
    file.name = _text(given.get(LONG_NAME) or given.get(SHORT_NAME) or b"", "utf-8") or file.name
    file.content_type = _text(given.get(MIME_TYPE, b""), charset).lower()
    if not file.content:
        file.content = given.get(DATA_OBJECT, b"")


def _text(value: bytes, charset: str) -> str:
    return decode_text(data=value.rstrip(b"\0"), label=charset).text


@dataclass(kw_only=True, slots=True)
class _Cursor:
    """A place in the bytes that never runs over their end: what is missing reads as a struct.error."""

    data: bytes
    position: int = 0

    def number(self) -> int:
        value: int = struct.unpack_from("<I", self.data, self.position)[0]
        self.position += 4
        return value

    def take(self, size: int) -> bytes:
        if self.position + size > len(self.data):
            raise struct.error
        start, self.position = self.position, self.position + size + (-size % 4)
        return self.data[start : start + size]


def _properties(data: bytes, charset: str) -> dict[int, bytes]:
    """Return MAPI properties by number, texts as UTF-8, up to the first that is not whole."""
    found: dict[int, bytes] = {}
    cursor = _Cursor(data=data)
    try:
        for _ in range(min(cursor.number(), TNEF_PROPERTIES)):
            kind_and_number = cursor.number()
            kind, number = kind_and_number & 0xFFFF, kind_and_number >> 16
            if number >= NAMED:
                _skip_name(cursor)
            found[number] = _value(cursor, kind, charset)
    except struct.error:
        return found
    return found


def _skip_name(cursor: _Cursor) -> None:
    cursor.take(OBJECT_CLASS_BYTES)
    kind_and_size = cursor.number(), cursor.number()
    if kind_and_size[0] == 1:
        cursor.take(kind_and_size[1])


def _value(cursor: _Cursor, kind: int, charset: str) -> bytes:
    """Read one property; of several values the first counts."""
    single = kind & ~MULTIPLE
    if single in VARIABLE:
        values = [cursor.take(cursor.number()) for _ in range(min(cursor.number(), TNEF_PROPERTIES))]
        return _converted(values[0] if values else b"", single, charset)
    if single not in FIXED_SIZES:
        raise struct.error
    count = cursor.number() if kind & MULTIPLE else 1
    return cursor.take(FIXED_SIZES[single] * count)


def _converted(value: bytes, kind: int, charset: str) -> bytes:
    if kind == UNICODE:
        return value.decode("utf-16-le", "replace").rstrip("\0").encode("utf-8", "replace")
    if kind == TEXT:
        return _text(value, charset).encode("utf-8", "replace")
    return value[OBJECT_CLASS_BYTES:] if kind == OBJECT else value
