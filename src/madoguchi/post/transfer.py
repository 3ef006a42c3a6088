"""Content-Transfer-Encoding undone, leniently: what can be read is read."""

import binascii
import re

BASE64_DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
NOT_BASE64 = bytes(set(range(256)) - set(BASE64_DIGITS))
BLANK_LINE = re.compile(rb"\n[ \t]{0,80}\r?\n")
# single other signs are damage, spaces and letters of other languages are words
NOT_IN_BASE64 = re.compile(rb"[ \x80-\xff]")
PLAIN_SAMPLE = 400
UU_NAMES = ("uuencode", "x-uuencode", "uue", "x-uue")
UU_LINES = 600_000


def decode_transfer(*, data: bytes, encoding: str) -> bytes:
    """Return the content bytes; an unknown encoding is no encoding."""
    name = encoding.strip().strip("\"'").lower()
    if name.startswith("base64"):
        return _base64(data)
    if name.startswith("quoted-printable"):
        return binascii.a2b_qp(data)
    if name in UU_NAMES:
        return _uu(data)
    return data


def _base64(data: bytes) -> bytes:
    """Undo base64; what is plain text in spite of its label stays, and a footer that a list added is left out."""
    sample = data[: 4 * PLAIN_SAMPLE].lstrip()[:PLAIN_SAMPLE].partition(b"\n")[0].rstrip(b"\r")
    if len(NOT_IN_BASE64.findall(sample)) * 20 > len(sample):
        return data
    data = _without_footer(data)
    digits = data.translate(None, NOT_BASE64)
    if b"=" in digits.rstrip(b"="):
        return b"".join(_base64_group(group) for group in digits.split(b"=", 100))
    return _base64_group(digits.rstrip(b"="))


def _without_footer(data: bytes) -> bytes:
    head = data[: 4 * PLAIN_SAMPLE]
    blank = BLANK_LINE.search(data, len(head) - len(head.lstrip()))
    if blank is None:
        return data
    footer = data[blank.end() : blank.end() + PLAIN_SAMPLE]
    is_plain = len(footer.translate(None, BASE64_DIGITS + b"\r\n")) * 20 > len(footer)
    return data[: blank.start()] if is_plain else data


def _base64_group(digits: bytes) -> bytes:
    """Read one run of digits; a single digit left over says nothing."""
    digits = digits.replace(b"=", b"")
    whole = digits[:-1] if len(digits) % 4 == 1 else digits
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def _uu(data: bytes) -> bytes:
    out = []
    start = data.find(b"begin ")
    for line in data[max(start, 0) :].split(b"\n", UU_LINES)[1:UU_LINES]:
        if line.strip() in (b"end", b"`", b""):
            break
        out.append(_uu_line(line.rstrip(b"\r")))
    return b"".join(out)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        return b""
