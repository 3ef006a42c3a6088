"""A log file as numbered lines, or every reason why it is not one."""

import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.intake.rows import ENCODINGS

GZIP_MARK = b"\x1f\x8b"
BREAK = re.compile(rb"\r\n|\n|\r")
MARK = "\ufeff"


def refusal(path: Path, *, given: str, allowed: str, line: int | None = None, key: str = "") -> InvalidInputError:
    return InvalidInputError([Problem(where=path.name, line=line, key=key, given=given, allowed=allowed)])


def content_of(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content.startswith(GZIP_MARK) else content
    except (OSError, EOFError, zlib.error) as error:
        raise refusal(path, given=f"does not open: {error}", allowed="a text file, or one packed by gzip") from error


def text_of(path: Path, *, encoding: str = "utf-8") -> str:
    """Return a log as text. Raises InvalidInputError for an empty file and for broken bytes."""
    content = content_of(path)
    if not content.strip():
        raise refusal(path, given="an empty file", allowed="a log with at least one line")
    tried = ENCODINGS if encoding == "auto" else (encoding,)
    broken = None
    for each in tried:
        try:
            return content.decode(each).removeprefix(MARK)
        except UnicodeDecodeError as error:
            broken = broken or error
    assert broken is not None  # some encoding was tried and failed
    before = content[: broken.start]
    line = len(BREAK.findall(before)) + 1
    column = broken.start - max(before.rfind(b"\n"), before.rfind(b"\r"))
    raise refusal(
        path,
        line=line,
        key=f"byte {column} of the line",
        given=f"byte 0x{content[broken.start]:02x}, which is not {broken.encoding}",
        allowed="text in " + " or ".join(tried),
    )


def numbered(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of every line that is not blank, without its line break."""
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        if line.strip():
            yield number, line


def require_whole(path: Path, text: str) -> None:
    """Refuse a log whose last line has no line break: the PBX ends every line, so the file was cut."""
    if text.endswith(("\n", "\r")):
        return
    line = text.count("\n") + 1
    final = text.rsplit("\n", 1)[-1]
    raise refusal(
        path,
        line=line,
        given=f"the last line has no line break, it may be cut: {final[:60]!r}",
        allowed="whole lines, each ended by a line break; copy the file again",
    )
