"""One line as the checks read it: half-width digits and signs, no idle spaces, cells apart, and the way back."""

import re
from dataclasses import dataclass

FULL_WIDTH_FIRST, FULL_WIDTH_FINAL, TO_ASCII = 0xFF01, 0xFF5E, 0xFEE0
OTHERS = {
    "\u3000": " ",
    "\u00a0": " ",
    "−": "-",
    "‐": "-",
    "～": "〜",
    "~": "〜",
    "▲": "△",
    "|": "\t",
    "｜": "\t",
    "ヵ": "か",
    "ヶ": "か",
    "㎜": "mm",
    "㍾": "明治",
    "㍽": "大正",
    "㍼": "昭和",
    "㍻": "平成",
    "㋿": "令和",
}
ITEM = "\v"
TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)[^<>]*>")
ITEM_TAGS = {"li", "p", "br", "ul", "ol", "div"}
CELL_TAGS = {"td", "th"}
RULE_LINE = re.compile(r"[\s|:=_+-]*-[\s|:=_+-]*")
MARKDOWN = re.compile(r"^\s*#{1,6}\s+|\*\*")


@dataclass(frozen=True, kw_only=True, slots=True)
class FoldedLine:
    """The folded characters of a line, each with the column it stands in."""

    text: str
    columns: tuple[int, ...]


def fold_line(raw: str) -> FoldedLine:
    """Return a line without markup, with half-width digits and with a tab between cells.

    Circled numbers stay: a report refers to its figures by them. A space stays between two numbers only.
    """
    if RULE_LINE.fullmatch(raw):
        return FoldedLine(text="", columns=())
    pairs = _without_spaces([(each, column) for char, column in _without_markup(raw) for each in _folded_char(char)])
    return FoldedLine(text="".join(char for char, _ in pairs), columns=tuple(column for _, column in pairs))


def _folded_char(char: str) -> str:
    if FULL_WIDTH_FIRST <= ord(char) <= FULL_WIDTH_FINAL and char not in OTHERS:
        return chr(ord(char) - TO_ASCII)
    return OTHERS.get(char, char)


def _without_markup(raw: str) -> list[tuple[str, int]]:
    """Return the characters that a reader sees; a list item and a cell of a tagged table keep their edges."""
    if "<" not in raw and "*" not in raw and "#" not in raw:
        return [(char, column) for column, char in enumerate(raw)]
    replaced: dict[int, tuple[int, str]] = {}
    for match in TAG.finditer(raw):
        name, is_closing = match[2].lower(), bool(match[1])
        edge = ITEM if name in ITEM_TAGS else "\t" if name in CELL_TAGS and is_closing else ""
        replaced[match.start()] = (match.end(), edge)
    for match in MARKDOWN.finditer(raw):
        replaced.setdefault(match.start(), (match.end(), ""))
    return _applied(raw, replaced)


def _applied(raw: str, replaced: dict[int, tuple[int, str]]) -> list[tuple[str, int]]:
    pairs, column = [], 0
    while column < len(raw):
        if column in replaced:
            end, edge = replaced[column]
            pairs += [(char, column) for char in edge]
            column = end
        else:
            pairs.append((raw[column], column))
            column += 1
    return pairs


def _without_spaces(pairs: list[tuple[str, int]]) -> list[tuple[str, int]]:
    kept: list[tuple[str, int]] = []
    index = 0
    while index < len(pairs):
        char, column = pairs[index]
        if char not in " \r\f":
            kept.append(pairs[index])
            index += 1
            continue
        end = index
        while end < len(pairs) and pairs[end][0] in " \r\f":
            end += 1
        if _is_between_numbers(pairs, index, end):
            kept.append((" ", column))
        index = end
    while kept and kept[0][0] == " ":
        kept.pop(0)
    return kept


def _is_between_numbers(pairs: list[tuple[str, int]], start: int, end: int) -> bool:
    """Say whether a space parts two numbers; `1 0 月` is one number set wide, and so is `H 3 0`."""
    if start == 0 or end >= len(pairs):
        return False
    before, after = pairs[start - 1][0], pairs[end][0]
    if before.isascii() and before.isalpha() and after.isascii() and after.isalpha():
        return True
    if not (before.isdigit() and (after.isdigit() or after in "△-")):
        return False
    return not (_is_lone_digit(pairs, start - 1) and _is_lone_digit(pairs, end) and end - start == 1)


def _is_lone_digit(pairs: list[tuple[str, int]], index: int) -> bool:
    around = [pairs[each][0] for each in (index - 1, index + 1) if 0 <= each < len(pairs)]
    return pairs[index][0].isdigit() and not any(char.isdigit() or char in ",." for char in around)
