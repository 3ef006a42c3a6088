"""The chains' ends written outside the database, so that a shortened table shows."""

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ENDING = ".anchor"


def anchor(*, chain: str, number: int, row_hash: str) -> None:
    """Append a chain's end to its file; lines are only ever added."""
    line = f"{number} {row_hash}\n".encode("ascii")
    handle = _opened(f"{settings.ANCHOR_FOLDER}/{chain}{ENDING}")
    try:
        os.write(handle, line)
    finally:
        os.close(handle)


def _opened(path: str) -> int:
    """Open a file to add to; its folder is made with the first one."""
    try:
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    except FileNotFoundError:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        return _opened(path)


def anchored(chain: str) -> dict[int, str]:
    """Return the anchored hashes by number; a line cut in the middle is left out."""
    path = Path(settings.ANCHOR_FOLDER) / f"{chain}{ENDING}"
    if not path.exists():
        return {}
    found = {}
    for line in path.read_text(encoding="ascii", errors="replace").splitlines():
        number, _, row_hash = line.partition(" ")
        if number.isdigit() and len(row_hash) == 64:  # noqa: PLR2004  # hexadecimal SHA-256
            found[int(number)] = row_hash
    return found


def anchored_chains() -> Iterator[str]:
    for path in sorted(Path(settings.ANCHOR_FOLDER).glob(f"*{ENDING}")):
        yield path.name.removesuffix(ENDING)
