"""What is shown on a terminal while long work goes on; nothing where nobody looks."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

CLEAR_LINE = "\r\x1b[K"


class Shown:
    """One line on the terminal that is written over: how much is done, and of how much where that is known."""

    def count(self, done: int) -> None:
        self._write(f"{done:,} …")

    def share(self, done: int, total: int) -> None:
        self._write(f"{done:,} / {total:,} …")

    def _write(self, text: str) -> None:
        sys.stderr.write(f"{CLEAR_LINE}{text}")
        sys.stderr.flush()


@contextmanager
def shown_progress(*, is_wanted: bool = True) -> Iterator[Shown | None]:
    """Give what shows progress, or None where the errors do not go to a terminal; the line is gone afterwards."""
    if not is_wanted or not sys.stderr.isatty():
        yield None
        return
    try:
        yield Shown()
    finally:
        sys.stderr.write(CLEAR_LINE)
        sys.stderr.flush()
