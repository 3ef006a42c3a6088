"""Address lists. One pass from left to right, whatever stands in them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from madoguchi.post.encoded_words import decode_words, one_line
from madoguchi.post.limits import ADDRESSES
from madoguchi.post.message import Address

# an encoded word is one token, whatever stands unencoded inside it
WORD = r"(=\?[^?\s]{1,60}\?[bBqQ]\?[^?\r\n]{0,500}\?=|(?:(?!=\?)[^\"<(,;:])+|=)"
TOKEN = re.compile(rf'"((?:[^"\\]|\\.)*)"|<([^<>]*)>?|([,;:(])|{WORD}|(")', re.DOTALL)
TOKEN_WITHOUT_QUOTES = re.compile(rf'(?!)()|<([^<>]*)>?|([,;:(])|{WORD}|(")', re.DOTALL)
NAME_GOES_ON = re.compile(r"[^<>,;:@]{0,200}<")
COMMENT_EDGE = re.compile(r"\\.|[()]", re.DOTALL)
QUOTED_PAIR = re.compile(r'\\(["\\])')
ADDRESS_LENGTH = 320
# what a Japanese keyboard writes for @ and plain letters; no other sign that merely looks like one
NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
AT = re.compile("[@\uff20]")
WIDE = re.compile("[\uff01-\uff5e]")
NARROWED = re.compile(
    r"[^\s\x00-\x1f\x7f<>()\[\],;:\\\"@]+@[^\s\x00-\x1f\x7f<>()\[\],;:\\\"@.]+(?:\.[^\s\x00-\x1f\x7f<>()\[\],;:\\\"@.]+)+"
)


@dataclass(kw_only=True, slots=True)
class _Mailbox:
    words: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    angle: str | None = None


@dataclass(kw_only=True, slots=True)
class _Reader:
    text: str
    limit: int
    position: int = 0
    has_open_comment: bool = False
    has_open_quote: bool = False
    mailbox: _Mailbox = field(default_factory=_Mailbox)
    found: list[Address] = field(default_factory=list)

    def read(self) -> tuple[Address, ...]:
        while self.position < len(self.text) and len(self.found) < self.limit:
            token = TOKEN.match(self.text, self.position) if not self.has_open_quote else None
            token = token or TOKEN_WITHOUT_QUOTES.match(self.text, self.position)
            if token is None:
                break
            self.position = token.end()
            self._take(token)
        self._end_mailbox()
        return tuple(self.found[: self.limit])

    def _take(self, token: re.Match[str]) -> None:
        quoted, angle, mark, word, stray_quote = token.groups()
        if quoted is not None:
            self.mailbox.words.append(QUOTED_PAIR.sub(r"\1", quoted))
        elif angle is not None:
            self.mailbox.angle = angle.strip() or self.mailbox.angle or ""
        elif word is not None:
            self.mailbox.words.append(word)
        elif stray_quote is not None:
            self.has_open_quote = True
        elif mark is not None:
            self._take_mark(mark)

    def _take_mark(self, mark: str) -> None:
        if mark == "(":
            self._take_comment()
        elif mark == ":":
            self._end_group_name()
        else:
            self._end_mailbox()

    def _take_comment(self) -> None:
        end = -1 if self.has_open_comment else self._comment_end()
        if end < 0:
            self.has_open_comment = True
            self.mailbox.words.append("(")
            return
        self.mailbox.comments.append(self.text[self.position : end - 1])
        self.position = end

    def _comment_end(self) -> int:
        depth = 1
        for edge in COMMENT_EDGE.finditer(self.text, self.position):
            depth += {"(": 1, ")": -1}.get(edge.group(), 0)
            if depth == 0:
                return edge.end()
        return -1

    def _end_group_name(self) -> None:
        """Drop the name of a group, unless the colon stands in a name whose author forgot the quotes."""
        if "@" in "".join(self.mailbox.words) or self._has_angle_next():
            self.mailbox.words.append(":")
        else:
            self.mailbox = _Mailbox()

    def _has_angle_next(self) -> bool:
        following = NAME_GOES_ON.match(self.text, self.position)
        return following is not None and ";" not in self.text[self.position : self.position + 2_000]

    def _end_mailbox(self) -> None:
        mailbox, self.mailbox = self.mailbox, _Mailbox()
        address = _address(mailbox)
        if address is not None:
            self.found.append(address)


def parse_addresses(*, text: str, limit: int = ADDRESSES) -> tuple[Address, ...]:
    """Read a header text as addresses; a name without an address is kept, for somebody did write."""
    found = _Reader(text=text, limit=limit).read()
    if len(found) == 1 and "@" not in found[0].address and AT.search(found[0].name) and "=?" in text:
        return _Reader(text=one_line(decode_words(text)), limit=limit).read()
    return found


def has_narrowed(*, text: str, addresses: Iterable[Address]) -> bool:
    """Return whether addresses stand in a header text in full-width letters alone."""
    shown = one_line(decode_words(text))
    return bool(WIDE.search(shown)) and any(
        each.address and each.address not in shown and each.address in shown.translate(NARROW) for each in addresses
    )


def with_split_names(addresses: tuple[Address, ...]) -> tuple[Address, ...]:
    """Put together a name with a comma that nobody quoted: 山田, 太郎 <a@example.jp> is one person."""
    names = [each.name or each.address for each in addresses[:3]]
    for index, each in enumerate(addresses[:3]):
        if "@" in each.address:
            whole = ", ".join([*names[:index], *filter(None, [each.name])])
            return (Address(name=whole, address=each.address), *addresses[index + 1 :]) if index else addresses
    return addresses


def _address(mailbox: _Mailbox) -> Address | None:
    words = "".join(mailbox.words).strip(" \t\r\n")
    comment = " ".join(mailbox.comments).strip(" \t\r\n")
    if mailbox.angle is not None:
        return Address(name=_name(words or comment), address=_bare(mailbox.angle))
    if not words:
        return None
    if "@" in words:
        address, name = _address_among(words)
        return Address(name=_name(comment or name), address=_bare(address))
    if narrow := next((each for each in words.split() if "@" in _narrowed(each)), None):
        return Address(name=_name(comment or words.replace(narrow, " ", 1)), address=_bare(narrow))
    if words.isascii() and " " not in words and "=?" not in words:
        return Address(name=_name(comment), address=_bare(words))
    return Address(name=_name(words), address="")


def _address_among(words: str) -> tuple[str, str]:
    pieces = re.sub(r"[ \t]{0,20}@[ \t]{0,20}", "@", words).split()
    address = next(piece for piece in pieces if "@" in piece)
    name = " ".join(piece for piece in pieces if piece is not address)
    address = address.strip("<>")
    return address[1:-1] if address.startswith("[") and address.endswith("]") else address, name


def _name(words: str) -> str:
    return one_line(decode_words(words)).strip("\"' ")


def _bare(address: str) -> str:
    """Return the address without a source route, white space or control characters."""
    if address.startswith("@") and ":" in address:
        address = address.rpartition(":")[2]
    if address.lower().startswith("mailto:"):
        address = address[7:]
    return _narrowed(re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", "", address)[:ADDRESS_LENGTH])


def _narrowed(address: str) -> str:
    """Return an address typed in full-width letters as it is meant; what would not be an address stays as it is."""
    if not WIDE.search(address):
        return address
    narrow = address.translate(NARROW)
    return narrow if NARROWED.fullmatch(narrow) else address
