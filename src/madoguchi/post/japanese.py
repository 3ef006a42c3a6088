"""Japanese byte encodings as mailers write them: the Windows characters in every one of them.

Everything goes through cp932, so that ① ㈱ 髙 and the wave dash come out alike whichever encoding carried them.
"""

import re
import sys
from array import array
from functools import cache

ESCAPE = re.compile(rb"\x1b(?:\$\([@BCDOPQ]|\$[@AB]|\([BHIJ]|&@)|[\x0e\x0f]")
LOST_ESCAPE = re.compile(rb"\$[@B]((?:[!-~]{2}){1,60})\([BJ]")
ASCII, KANA = b"(B", b"(I"
LATIN = (b"(B", b"(J", b"(H")
KANJI = (b"$B", b"$@", b"$(B", b"$(@")
OTHER_SETS = {b"$A": "gb2312", b"$(C": "euc_kr", b"$(O": "euc_jis_2004", b"$(Q": "euc_jis_2004"}
THREE_BYTE_SETS = {b"$(D": "euc_jp", b"$(P": "euc_jis_2004"}
KANJI_OVER_LINES = re.compile(rb"\x1b\$[@B][^\x1b]*(?:\n|\Z)")
NOT_PLAIN = re.compile(rb"\x1b(?!\$B|\(B)|[\x0e\x0f\x80-\xff]")
AS_WINDOWS = str.maketrans("¢£¬‖−〜", "￠￡￢∥－～")
CONTROLS = bytes(range(0x21))
SET_HIGH_BIT = bytes(byte | 0x80 for byte in range(256))
UNREADABLE = "\N{REPLACEMENT CHARACTER}"


def _cp932_bytes(first: int, second: int) -> bytes:
    """Move row and cell of JIS X 0208 to where cp932 has them, which leaves out 0x7F and 0xA0 to 0xDF."""
    lead = ((first + 1) >> 1) + (0x70 if first < ord("_") else 0xB0)
    trail = second + (0x1F if second < ord("`") else 0x20) if first % 2 else second + 0x7E
    return bytes((lead, trail))


@cache
def _kanji_table() -> dict[int, str]:
    """Map row and cell bytes to a character; rows above 94 are the IBM extension as a few mailers write it."""
    table = {}
    for first in (*range(0x21, 0x7F), *range(0x93, 0x98)):
        for second in range(0x21, 0x7F):
            table[first << 8 | second] = _cp932_bytes(first, second).decode("cp932", "replace")[:1]
    return table


def _pairs(data: bytes) -> str:
    codes = array("H", data)
    if sys.byteorder == "little":
        codes.byteswap()
    table = _kanji_table()
    return "".join([table.get(code, UNREADABLE) for code in codes])


def _kanji_line(data: bytes) -> str:
    """Read pairs; a space or control byte between pairs stands for itself."""
    if not data.isascii() or len(data.translate(None, CONTROLS)) == len(data):
        return _pairs(data[: len(data) & ~1]) + UNREADABLE * (len(data) % 2)
    pieces = re.split(rb"([\x00-\x20]+)", data)
    return "".join(
        piece.decode("ascii") if index % 2 else _pairs(piece[: len(piece) & ~1]) + UNREADABLE * (len(piece) % 2)
        for index, piece in enumerate(pieces)
    )


def _in_set(charset: bytes, data: bytes) -> str:
    if charset == KANA:
        return (
            data.translate(SET_HIGH_BIT).decode("cp932", "replace")
            if data.isascii()
            else data.decode("cp932", "replace")
        )
    if charset in OTHER_SETS:
        return data.translate(SET_HIGH_BIT).decode(OTHER_SETS[charset], "replace")
    if charset in THREE_BYTE_SETS:
        pairs = re.findall(rb"[!-~]{2}", data)
        euc = b"".join(b"\x8f" + pair.translate(SET_HIGH_BIT) for pair in pairs)
        return euc.decode(THREE_BYTE_SETS[charset], "replace")
    return _eight_bit(data)


def _eight_bit(data: bytes) -> str:
    """Read what stands outside escape sequences: ASCII, or bytes that no ISO-2022-JP text should hold."""
    if data.isascii():
        return data.decode("ascii")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp932", "replace")


def decode_iso_2022_jp(data: bytes) -> str:
    """Read ISO-2022-JP with NEC and IBM extension characters, half-width kana and characters cut by a mailer."""
    plain = _decode_plain(data)
    if plain is not None:
        return plain
    if b"\x1b" not in data:
        data = LOST_ESCAPE.sub(lambda found: b"\x1b$B" + found[1] + b"\x1b(B", data)
    out: list[str] = []
    charset, before_shift, held = ASCII, ASCII, b""
    position = 0
    for found in ESCAPE.finditer(data):
        held = _put(out, charset, held, data[position : found.start()], found.group())
        charset, before_shift = _next_set(found.group(), charset, before_shift)
        position = found.end()
    held = _put(out, charset, held, data[position:], b"")
    return "".join(out) + UNREADABLE * bool(held)


def _decode_plain(data: bytes) -> str | None:
    """Read text that keeps the standard by the fast codec, with the six characters Windows names otherwise."""
    if KANJI_OVER_LINES.search(data) or NOT_PLAIN.search(data) or b"\x1b" not in data:
        return None
    try:
        return data.decode("iso2022_jp").translate(AS_WINDOWS)
    except UnicodeDecodeError:
        return None


def _next_set(escape: bytes, charset: bytes, before_shift: bytes) -> tuple[bytes, bytes]:
    if escape == b"\x0e":
        return KANA, charset
    if escape == b"\x0f":
        return before_shift if charset == KANA else ASCII, ASCII
    if escape == b"\x1b&@":
        return charset, before_shift
    return escape[1:], before_shift


def _put(out: list[str], charset: bytes, held: bytes, data: bytes, escape: bytes) -> bytes:
    """Append one run; return the byte of a character whose other half follows after the next escape."""
    if not data:
        return held
    if charset not in KANJI:
        out.append(UNREADABLE * bool(held) + _in_set(charset, data))
        return b""
    data = held + data
    head, newline, rest = _lines_left_in_kanji(data, escape)
    odd = len(head.translate(None, CONTROLS)) % 2 and not newline and head[-1:] > b" "
    out.append(_kanji_line(head[:-1] if odd else head))
    out.append(newline.decode("ascii") + _eight_bit(rest))
    return head[-1:] if odd else b""


def _lines_left_in_kanji(data: bytes, escape: bytes) -> tuple[bytes, bytes, bytes]:
    """Take the next line as ASCII where the mailer forgot to return to it and never does."""
    if escape[1:] in LATIN or b"\n" not in data:
        return data, b"", b""
    head, newline, rest = data.partition(b"\n")
    return head, newline, rest


EUC_PIECE = re.compile(rb"[\x00-\x7f]+|((?:[\xa1-\xfe]{2})+)|(\x8e[\xa1-\xdf])|(\x8f[\xa1-\xfe]{2})|(.)", re.DOTALL)
CLEAR_HIGH_BIT = bytes(byte & 0x7F for byte in range(256))


def _euc_piece(found: re.Match[bytes]) -> str:
    double, kana, triple, broken = found.groups()
    if double is not None:
        return _pairs(double.translate(CLEAR_HIGH_BIT))
    if kana is not None:
        return kana[1:].decode("cp932")
    if triple is not None:
        return triple.decode("euc_jp", "replace")
    return UNREADABLE if broken is not None else found.group().decode("ascii")


def decode_euc_jp(data: bytes) -> str:
    """Read EUC-JP with the NEC row and half-width kana; what cannot be read is U+FFFD."""
    return "".join([_euc_piece(found) for found in EUC_PIECE.finditer(data)])
