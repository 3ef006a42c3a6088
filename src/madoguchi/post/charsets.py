"""The ladder from bytes to text: the label where it holds, what the bytes show where it does not."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from madoguchi.post.japanese import ESCAPE, UNREADABLE, decode_euc_jp, decode_iso_2022_jp

JIS, SJIS, EUC, UTF8 = "iso-2022-jp", "cp932", "euc-jp", "utf-8"
_NAMES = {
    JIS: "iso2022jp iso2022jpms iso2022jp1 iso2022jp2 iso2022jp3 iso2022jp2004 iso2022jpext cp50220 cp50221 cp50222"
    " csiso2022jp jis xjis jisc0208",
    SJIS: "shiftjis sjis xsjis mskanji windows31j cswindows31j cp932 ms932 shiftjis2004 shiftjisx0213 shiftjisms"
    " xmscp932 csshiftjis windows932 932",
    EUC: "eucjp xeucjp eucjpms eucjpwin cseucpkdfmtjapanese ujis eucjisx0213 eucjis2004 cp51932 xeuc euc",
    UTF8: "utf8 utf8mb4 unicode11utf8 xutf8 utf utf8bom",
    "utf-7": "utf7 unicode11utf7",
    "utf-16": "utf16 ucs2 unicode iso10646ucs2",
    "utf-16-le": "utf16le",
    "utf-16-be": "utf16be",
    "utf-32": "utf32 ucs4",
    "gb18030": "gb2312 gbk gb18030 cp936 ms936 euccn xgbk chinese csgb2312 gb231280",
    "hz": "hzgb2312 hz",
    "big5": "big5 cnbig5 xxbig5 csbig5",
    "big5hkscs": "big5hkscs",
    "cp950": "cp950 ms950",
    "cp949": "euckr ksc56011987 ksc5601 ksc5601 cp949 ms949 uhc korean windows949 cseuckr",
    "iso2022_kr": "iso2022kr",
    "koi8-r": "koi8r koi8 cskoi8r",
    "koi8-u": "koi8u",
    "cp874": "tis620 windows874 cp874 iso885911",
    "mac-roman": "macintosh macroman xmacroman mac",
    "mac-cyrillic": "xmaccyrillic maccyrillic",
    "cp437": "cp437 ibm437 437",
    "cp850": "cp850 ibm850 850",
    "cp866": "cp866 ibm866 866",
    "cp1252": "iso88591 latin1 l1 isolatin1 cp1252 windows1252 iso885915x ansi xansi cp819 ibm819",
    "iso-8859-9": "iso88599 latin5",
    "iso-8859-15": "iso885915 latin9 latin0",
    "iso-8859-8": "iso88598 iso88598i iso88598e",
}
CODECS = {name: codec for codec, names in _NAMES.items() for name in names.split()}
CODECS |= {f"iso8859{n}": f"iso-8859-{n}" for n in (2, 3, 4, 5, 6, 7, 10, 13, 14, 16)}
CODECS |= {f"{prefix}125{n}": f"cp125{n}" for n in (0, 1, 3, 4, 5, 6, 7, 8) for prefix in ("windows", "cp", "xcp")}

OWN: dict[str, Callable[[bytes], str]] = {JIS: decode_iso_2022_jp, EUC: decode_euc_jp}
BOMS = (
    (b"\xef\xbb\xbf", UTF8), (b"\xff\xfe\0\0", "utf-32-le"), (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"),
)  # fmt: skip
# what JIS X 0213 added stands where Windows has its own characters: asked only where those leave something unread
NEWER = {SJIS: "shift_jis_2004", EUC: "euc_jis_2004"}
NEWER_LABEL = re.compile(r"2004|x0213")
# the first bytes of Latin letters and of kana, two bytes a character
WIDE_LEADS = (b"\0", b"0")
SELF_CHECKING = {UTF8, SJIS, EUC, "gb18030", "big5", "big5hkscs", "cp950", "cp949"}
SEVEN_BIT = {"utf-7", "hz", "iso2022_kr"}
LATIN = "cp1252"
SAMPLE_BYTES = 4_000
CUT_TEXT_BYTES = 8
BESIDE_LETTER = re.compile(r"[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][A-Za-z]")
HIGH_BYTE = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Decoded:
    """Text, the charset that gave it, and whether that was the label's and left nothing unread."""

    text: str
    charset: str
    is_as_labelled: bool
    has_losses: bool


def codec_of(label: str) -> str | None:
    """Return the codec a charset label means, or None for a label nobody knows (and for ASCII, which says nothing)."""
    return CODECS.get(re.sub(r"[^a-z0-9]", "", label[:60].lower()))


def decode_text(*, data: bytes, label: str = "", hint: str = "") -> Decoded:
    """Read bytes under a label that may be missing, unknown or wrong; `hint` is the neighbouring part's label."""
    labelled = codec_of(label)
    charset = _charset(data, labelled, codec_of(hint))
    text = _decode(data, charset)
    if UNREADABLE in text and charset in NEWER and NEWER_LABEL.search(label.lower()):
        newer = data.decode(NEWER[charset], "replace")
        text = newer if newer.count(UNREADABLE) < text.count(UNREADABLE) else text
    known = labelled == charset or (labelled is None and charset == UTF8 and data.isascii())
    return Decoded(text=text, charset=charset, is_as_labelled=known, has_losses=UNREADABLE in text)


def _decode(data: bytes, charset: str) -> str:
    for mark, codec in BOMS:
        if charset == codec and data.startswith(mark):
            data = data[len(mark) :]
    if charset in OWN:
        return OWN[charset](data)
    text = data.decode(charset, "replace")
    return text if charset in SELF_CHECKING else text.encode("utf-8", "replace").decode("utf-8")


def _charset(data: bytes, labelled: str | None, hint: str | None) -> str:
    for mark, codec in BOMS:
        if data.startswith(mark):
            return codec
    if labelled == "utf-16" or (labelled is None and b"\0" in data[:SAMPLE_BYTES]):
        wide = _wide_charset(data[:SAMPLE_BYTES])
        if wide is not None:
            return wide
        labelled = None
    if labelled in SEVEN_BIT or (labelled or "").startswith(("utf-16", "utf-32")):
        return labelled or UTF8
    if b"\x1b" in data and ESCAPE.search(data):
        return JIS
    if data.isascii():
        return labelled or UTF8
    return _eight_bit_charset(data, labelled, hint)


def _wide_charset(data: bytes) -> str | None:
    """Return which half of each two bytes leads, where they are two bytes a character at all."""
    leads = [sum(data[start::2].count(each) for each in WIDE_LEADS) for start in (0, 1)]
    if max(leads) * 6 < len(data) or min(leads) * 3 > max(leads):
        return None
    return "utf-16-be" if leads[0] > leads[1] else "utf-16-le"


def _eight_bit_charset(data: bytes, labelled: str | None, hint: str | None) -> str:
    sample = _sample(data)
    if labelled in (SJIS, EUC):
        return _japanese_label(data, sample, labelled)
    if _is_whole_utf8(data):
        return UTF8
    if labelled in SELF_CHECKING and UNREADABLE not in _decode(sample, labelled):
        return labelled
    if labelled not in SELF_CHECKING and labelled not in (None, JIS):
        return _japanese_in_disguise(sample, labelled) or labelled
    return _best(sample, (labelled, hint, UTF8, SJIS, EUC, LATIN))


def _sample(data: bytes) -> bytes:
    """From the first line that is not ASCII up to a line end, so that no character is cut."""
    first = HIGH_BYTE.search(data)
    start = data.rfind(b"\n", 0, first.start()) + 1 if first else 0
    end = data.rfind(b"\n", start, start + SAMPLE_BYTES) if len(data) > start + SAMPLE_BYTES else len(data)
    return data[start : end if end > start else start + SAMPLE_BYTES]


def _is_whole_utf8(data: bytes) -> bool:
    """Return True also where only the last character of a longer text is cut off."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return (
            error.reason == "unexpected end of data"
            and not data[: error.start].isascii()
            and error.start > CUT_TEXT_BYTES
        )
    return True


def _best(data: bytes, charsets: tuple[str | None, ...]) -> str:
    known = [charset for charset in charsets if charset not in (None, JIS)]
    return max((charset for charset in known if charset), key=lambda charset: _reading_score(data, charset))


def _reading_score(data: bytes, charset: str) -> float:
    return _score(_decode(data, charset)) - (2 if charset == LATIN else 0)


def _japanese_label(data: bytes, sample: bytes, labelled: str) -> str:
    """Keep a Japanese label unless the text is clearly better in another: each may read the other's bytes."""
    own = _reading_score(sample, labelled)
    if _is_whole_utf8(data) and _reading_score(sample, UTF8) > own:
        return UTF8
    other = EUC if labelled == SJIS else SJIS
    return other if _reading_score(sample, other) > max(own + 1, 0) else labelled


def _japanese_in_disguise(data: bytes, labelled: str) -> str | None:
    """Overrule a one-byte label, which reads anything, where the bytes are Japanese beyond doubt."""
    for charset in (SJIS, EUC):
        text = _decode(data, charset)
        wide = [c for c in text if c > "\x7f"]
        kana = sum("\u3041" <= c <= "\u30fe" for c in wide)
        has_kana = kana * 10 >= len(wide) and _score(text) > 1
        if UNREADABLE not in text and (has_kana or (labelled == LATIN and _is_only_kanji(text, len(wide)))):
            return charset
    return None


def _is_only_kanji(text: str, wide_count: int) -> bool:
    """Return True for a name or heading: two kanji or more, none next to a letter as an accented one would be."""
    is_kanji = all(_weight(character) > 0 for character in text if character > "\x7f")
    return wide_count > 1 and is_kanji and BESIDE_LETTER.search(text) is None


def _weight(character: str) -> int:
    if "\u3041" <= character <= "\u30fe" or character in "、。「」・　":
        return 3
    if "\u4e00" <= character <= "\u9fff" or "\uff01" <= character <= "\uff5e":
        return 1
    if "\uff61" <= character <= "\uff9f":
        return 0
    if character == UNREADABLE or character < "\xa0":
        return -12
    if "\ue000" <= character <= "\uf8ff":  # the pictures of mobile telephones, or bytes of another encoding
        return -2
    return 0


def _score(text: str) -> float:
    """How much a text looks like Japanese somebody wrote, from -12 to 3."""
    wide = [character for character in text if character > "\x7f"]
    return sum(map(_weight, wide)) / len(wide) if wide else 0.0
