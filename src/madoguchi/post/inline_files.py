"""Files written into a text: uuencode and yEnc, as mailers do that know no MIME."""

import binascii
import re
from dataclasses import dataclass

MOST_FILES = 20
UU_BEGIN = re.compile(rb"(?:^|(?<=\n))begin [0-7]{3,4} ([^\r\n]{1,250})\r?\n")
UU_END = re.compile(rb"\nend[ \t]{0,20}\r?(?:\n|$)")
YENC_BEGIN = re.compile(rb"(?:^|(?<=\n))=ybegin [^\r\n]{0,200}?name=([^\r\n]{1,250})\r?\n(?:=ypart [^\r\n]{0,200}\n)?")
YENC_END = re.compile(rb"\n=yend [^\r\n]{0,200}\r?(?:\n|$)")
LINES_TRIED, SPACE, LONGEST_LINE = 3, 0x20, 45
SAMPLE_LINE, BYTES_AT_ONCE = 80, 64 * 1024
YENC_SHIFT = bytes((byte - 42) % 256 for byte in range(256))
# what yEnc writes with an escape; the escape itself comes last, so that none is read twice
YENC_ESCAPED = tuple((byte + 64) % 256 for byte in (0, 9, 10, 13, 32, 46, 61))


@dataclass(frozen=True, kw_only=True, slots=True)
class InlineFiles:
    """The text without the files, and each file by its name as it was written."""

    text: bytes
    files: tuple[tuple[bytes, bytes], ...]


def may_hold_files(data: bytes) -> bool:
    return UU_BEGIN.search(data) is not None or YENC_BEGIN.search(data) is not None


def take_inline_files(data: bytes) -> InlineFiles:
    """Take out what is whole; a beginning without its end, or with other lines in it, stays text."""
    files: list[tuple[bytes, bytes]] = []
    for begin, end, decode in ((UU_BEGIN, UU_END, _uu_content), (YENC_BEGIN, YENC_END, _yenc_content)):
        texts, kept_from, position = [], 0, 0
        for _ in range(MOST_FILES):
            head = begin.search(data, position)
            tail = end.search(data, head.end() - 1) if head else None
            if head is None or tail is None:
                break
            content = decode(data, head.end(), tail.start())
            position = head.end()
            if content is not None:
                files.append((head[1], content))
                texts.append(data[kept_from : head.start()])
                kept_from = position = tail.end()
        if texts:
            data = b"".join([*texts, data[kept_from:]])
    return InlineFiles(text=data, files=tuple(files))


def _uu_content(data: bytes, start: int, end: int) -> bytes | None:
    """Decode lines, some at a time: an object for each line of a large file would cost more than the file."""
    content = bytearray()
    sample = data[start : min(end, start + LINES_TRIED * SAMPLE_LINE)].split(b"\n", LINES_TRIED)[:LINES_TRIED]
    if not all(_is_uu_line(line.rstrip(b"\r")) for line in sample):
        return None
    while start < end:
        found = data.find(b"\n", start + BYTES_AT_ONCE, end)
        stop = found if found >= 0 else end
        lines = data[start:stop].replace(b"\r", b"").split(b"\n")
        try:
            content += b"".join(binascii.a2b_uu(line) for line in lines if line)
        except binascii.Error:
            return None
        start = stop
    return bytes(content)


def _is_uu_line(line: bytes) -> bool:
    """Say whether a line is as long as its first byte says; mailers take spaces off its end."""
    if not line:
        return True
    size = (line[0] - SPACE) & 0x3F
    return size <= LONGEST_LINE and len(line) <= 2 + 4 * -(-size // 3) and line.isascii()


def _yenc_content(data: bytes, start: int, end: int) -> bytes:
    data = data[start:end].translate(None, b"\r\n")
    for escaped in YENC_ESCAPED:
        data = data.replace(b"=" + bytes((escaped,)), bytes(((escaped - 64) % 256,)))
    return data.translate(YENC_SHIFT)
