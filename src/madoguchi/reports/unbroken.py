"""Days, months and durations in the cells of tables: what no line's end may part, so that 11月5日 stays on one line."""

import re
from collections.abc import Iterator
from html import escape
from unicodedata import east_asian_width

NUMBER = "(?:[0-9０-９]+|元)"
YEAR = rf"(?:明治|大正|昭和|平成|令和)?{NUMBER}年度?"
DAY = rf"{NUMBER}月(?:{NUMBER}日)?"
SMALL = rf"{YEAR}|{DAY}|第{NUMBER}四半期|{NUMBER}時間{NUMBER}分|{NUMBER}分{NUMBER}秒"
SMALLEST = re.compile(SMALL)
LARGEST = re.compile(rf"{YEAR}{DAY}|{SMALL}")
NARROW = ("N", "Na", "H")
MARK_AFTER = 1
"""Half letters of room for the mark that must stand behind what is whole; at a line's end it is set half as wide."""


def half_letters(text: str) -> int:
    """Return a text's length in half-width letters."""
    return sum(1 if east_asian_width(letter) in NARROW else 2 for letter in text)


def pieces(text: str, *, room: int) -> Iterator[tuple[str, bool]]:
    """Yield a text's pieces, and whether each is whole; one wider than the room, in half letters, is cut smaller."""
    yield from _cut(text, LARGEST, room - MARK_AFTER)


def _cut(text: str, pattern: re.Pattern[str], room: int) -> Iterator[tuple[str, bool]]:
    end = 0
    for found in pattern.finditer(text):
        if found.start() > end:
            yield text[end : found.start()], False
        end = found.end()
        if half_letters(found.group()) <= room:
            yield found.group(), True
        elif pattern is LARGEST:
            yield from _cut(found.group(), SMALLEST, room)
        else:
            yield found.group(), False
    if end < len(text):
        yield text[end:], False


def unbroken_html(text: str) -> str:
    """Return a text escaped for a page, its years, days and durations each in an element that is never parted."""
    parts = _cut(text, SMALLEST, half_letters(text))
    return "".join(f'<span class="w">{escape(part)}</span>' if whole else escape(part) for part, whole in parts)
