"""What S/MIME wraps whole into its signature: the message inside. The signature itself is not checked here."""

from dataclasses import dataclass, field

SEQUENCE, TAGGED, OCTETS, PIECES = 0x30, 0xA0, 0x04, 0x24
SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
MOST_ELEMENTS, MOST_DEPTH, LENGTH_BYTES = 50_000, 12, 4
LONG, ENDLESS = 0x80, 0x80
END = b"\0\0"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Element:
    tag: int
    start: int
    end: int
    after: int


@dataclass(kw_only=True, slots=True)
class _Reader:
    """Elements of ASN.1 as BER writes them, so many and so deep as one message may have."""

    data: bytes
    left: int = field(default=MOST_ELEMENTS)

    def element(self, at: int, end: int, *, depth: int = 0) -> _Element:
        """Return the element that begins here. Raises ValueError, IndexError."""
        self.left -= 1
        if self.left < 0 or depth > MOST_DEPTH or at + 2 > end:
            raise ValueError
        tag, first, start = self.data[at], self.data[at + 1], at + 2
        if first == ENDLESS:
            inside = start
            while not self.data.startswith(END, inside):
                inside = self.element(inside, end, depth=depth + 1).after
            return _Element(tag=tag, start=start, end=inside, after=inside + len(END))
        if first > LONG:
            size = first - LONG
            if size > LENGTH_BYTES:
                raise ValueError
            first, start = int.from_bytes(self.data[start : start + size], "big"), start + size
        if start + first > end:
            raise ValueError
        return _Element(tag=tag, start=start, end=start + first, after=start + first)

    def inside(self, outer: _Element, tag: int) -> _Element:
        """Return the first element of a kind inside another. Raises ValueError."""
        at = outer.start
        while at < outer.end:
            found = self.element(at, outer.end)
            if found.tag == tag:
                return found
            at = found.after
        raise ValueError

    def octets(self, outer: _Element) -> bytes:
        """Return a text of bytes, whole or in pieces. Raises ValueError."""
        if outer.tag == OCTETS:
            return self.data[outer.start : outer.end]
        pieces, at = [], outer.start
        while at < outer.end:
            piece = self.element(at, outer.end)
            if piece.tag != OCTETS:
                raise ValueError
            pieces.append(self.data[piece.start : piece.end])
            at = piece.after
        return b"".join(pieces)


def signed_content(data: bytes) -> bytes | None:
    """Return the message inside; None where there is none: it is encrypted, only a certificate, or broken."""
    reader = _Reader(data=data)
    try:
        whole = reader.element(0, len(data))
        if whole.tag != SEQUENCE or not data.startswith(SIGNED_DATA, whole.start):
            return None
        signed = reader.inside(reader.inside(whole, TAGGED), SEQUENCE)
        wrapped = reader.inside(reader.inside(signed, SEQUENCE), TAGGED)
        return reader.octets(reader.element(wrapped.start, wrapped.end))
    except (ValueError, IndexError):
        return None
