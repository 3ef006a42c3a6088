"""The manager interface's lines as blocks of fields, however they arrive and however long they are."""

from collections.abc import Iterator
from dataclasses import dataclass, field

LONGEST_LINE = 8_192
MOST_FIELDS = 200
Block = dict[str, str]


@dataclass(kw_only=True)
class Blocks:
    """Takes bytes in pieces of any size and gives whole blocks; what is too long is dropped and counted."""

    dropped: int = 0
    _rest: bytearray = field(default_factory=bytearray)
    _block: Block = field(default_factory=dict)
    _is_skipping: bool = False

    def feed(self, piece: bytes) -> Iterator[Block]:
        self._rest += piece
        start = 0
        while (end := self._rest.find(b"\n", start)) >= 0:
            line = bytes(self._rest[start:end])
            start = end + 1
            if self._is_skipping:
                self._is_skipping = False
            elif len(line) > LONGEST_LINE:
                self.dropped += 1
            elif (block := self._take(line)) is not None:
                yield block
        del self._rest[:start]
        if len(self._rest) > LONGEST_LINE:
            # the rest of this line is not waited for: it may never end
            self.dropped += 0 if self._is_skipping else 1
            self._is_skipping = True
            self._rest.clear()

    def _take(self, line: bytes) -> Block | None:
        text = line.rstrip(b"\r")
        if not text:
            block, self._block = self._block, {}
            return block or None
        name, colon, value = text.decode("utf-8", "replace").partition(":")
        if not colon or len(self._block) >= MOST_FIELDS:
            self.dropped += 1 if colon else 0
            return None
        self._block[name.strip()] = value.strip()
        return None
