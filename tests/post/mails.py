"""Messages as mailers write them, made from what a test says of them."""

from itertools import groupby

HEADERS = (
    b"From: taro@example.jp\r\nTo: helpdesk@example.go.jp\r\nSubject: test\r\n"
    b"Date: Mon, 12 Nov 2018 10:15:00 +0900\r\nMessage-ID: <a1@mail.example.jp>\r\n"
)


def mail(
    body: bytes = b"", *, headers: bytes = b"", content_type: bytes = b"text/plain", encoding: bytes = b"8bit"
) -> bytes:
    """A message of one part; headers given come before the usual ones, so that they count first."""
    content = b"Content-Type: " + content_type + b"\r\nContent-Transfer-Encoding: " + encoding + b"\r\n"
    return headers + HEADERS + content + b"\r\n" + body


def multipart(*parts: bytes, subtype: bytes = b"mixed", headers: bytes = b"", boundary: bytes = b"b1") -> bytes:
    inside = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    content_type = b"multipart/" + subtype + b'; boundary="' + boundary + b'"'
    return mail(inside + b"--" + boundary + b"--\r\n", headers=headers, content_type=content_type)


def part(body: bytes, content_type: bytes = b"text/plain; charset=utf-8", *, headers: bytes = b"") -> bytes:
    return b"Content-Type: " + content_type + b"\r\n" + headers + b"\r\n" + body


NEC_ROWS = [bytes((lead, trail)) for lead in (0xED, 0xEE) for trail in range(0x40, 0xFD) if trail != 0x7F]
NEC_CHARACTERS = {each.decode("cp932", "ignore"): each for each in NEC_ROWS}


def to_jis(text: str) -> bytes:
    """Write ISO-2022-JP as Windows mailers do: cp932 moved to rows and cells, NEC rows and kana included."""
    encoded = [NEC_CHARACTERS.get(each) or each.encode("cp932") for each in text]
    return b"".join(_run(escape, list(run)) for escape, run in groupby(encoded, key=_escape))


def _escape(encoded: bytes) -> bytes:
    if len(encoded) == 2:
        return b"\x1b$B"
    return b"" if encoded < b"\x80" else b"\x1b(I"


def _run(escape: bytes, run: list[bytes]) -> bytes:
    if not escape:
        return b"".join(run)
    bodies = [_row_and_cell(*each) if len(each) == 2 else bytes((each[0] & 0x7F,)) for each in run]
    return escape + b"".join(bodies) + b"\x1b(B"


def _row_and_cell(lead: int, trail: int) -> bytes:
    first = (lead - (0x70 if lead < 0xA0 else 0xB0)) * 2 - (trail < 0x9F)
    second = trail - (0x7E if trail >= 0x9F else 0x20 if trail > 0x7F else 0x1F)
    return bytes((first, second))
