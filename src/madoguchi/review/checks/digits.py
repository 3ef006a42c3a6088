"""Numbers that are written as no number is: commas in the wrong place, a zero in front, units in the wrong order."""

import re
from collections import Counter
from collections.abc import Iterator

from madoguchi.review.document import Cell, Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.tables import Table, find_tables

COMMAS = re.compile(r"(?<![\d.,A-Za-z-])\d+(?:,\d+)+(?![\d.,]*[A-Za-z])")
RIGHT_COMMAS = re.compile(r"\d{1,3}(?:,\d{3})+")
COUNTED = re.compile(r"[千百万億]*円|件|名|人|通|呼")
LONG_GROUP = re.compile(r",\d{3}")
ZERO_FIRST = re.compile(r"(?<![兆億万])(?<![\d.,:A-Za-z-])0\d+(?:\.\d+)?(?=%|点|件|名|人|[千百万億]*円|か月)")
ORDER = ("時間", "分", "秒")
TIMES = re.compile(r"(?P<first>\d+)(?P<larger>時間|分|秒)(?P<second>\d+)(?P<smaller>時間|分|秒)(?!間)")
CELL_TIME = re.compile(r"\d+(?P<larger>時間|分)\d+(?P<smaller>分|秒)")
FRACTION = re.compile(r"(?<![\d.])(?P<of>\d+)分の(?P<part>\d+)(?![\d.])")
FEWEST_CELLS = 4


def check_digits(document: Document) -> Iterator[Finding]:
    for match in COMMAS.finditer(document.flow):
        is_one = COUNTED.match(document.flow, match.end()) or LONG_GROUP.search(match.group())
        if is_one and not RIGHT_COMMAS.fullmatch(match.group()):
            digits = int(match.group().replace(",", ""))
            right = f"{digits:,}、または桁の訂正"
            yield _finding(document, match.span(), Kind.FORMULA, right, "桁区切りのコンマが3桁ごとではない")
    for match in ZERO_FIRST.finditer(document.flow):
        right = match.group().lstrip("0") or "0"
        yield _finding(document, match.span(), Kind.FORMULA, right, "数の始まりが0")
    for match in TIMES.finditer(document.flow):
        if ORDER.index(match["larger"]) >= ORDER.index(match["smaller"]):
            right = "時間・分・秒の順"
            yield _finding(document, match.span(), Kind.UNITS, right, "時間の単位が大きい順に並んでいない")
        elif match["larger"] + match["smaller"] == "時間秒":
            yield _finding(document, match.span(), Kind.UNITS, "時間と分、または分と秒", "時間のすぐ後に秒がある")
    for match in FRACTION.finditer(document.flow):
        if int(match["part"]) >= int(match["of"]):
            yield _finding(document, match.span(), Kind.SHARE, "1より小さい分数", "分子が分母より小さくない")
    for table in find_tables(document):
        yield from _columns(document, table)


def _columns(document: Document, table: Table) -> Iterator[Finding]:
    """Find the one cell in 時間 and 分 of a column in 分 and 秒."""
    columns: dict[int, list[tuple[Cell, re.Match[str]]]] = {}
    for cell in table.cells:
        if match := CELL_TIME.fullmatch(cell.span.text):
            columns.setdefault(cell.index, []).append((cell, match))
    for cells in columns.values():
        counts = Counter(match["larger"] for _, match in cells)
        if len(cells) < FEWEST_CELLS or len(counts) == 1:
            continue
        usual, count = counts.most_common(1)[0]
        if count == len(cells) - 1:
            cell, match = next(each for each in cells if each[1]["larger"] != usual)
            smaller = next(each["smaller"] for _, each in cells if each["larger"] == usual)
            right = match.group().replace(match["smaller"], smaller).replace(match["larger"], usual)
            reason = f"同じ列のほかの{count}個は{usual}と{smaller}"
            yield finding_at(
                document=document,
                at=cell.span,
                kind=Kind.UNITS,
                certainty=Certainty.POSSIBLE,
                right=right,
                reason=reason,
            )


def _finding(document: Document, at: tuple[int, int], kind: Kind, right: str, reason: str) -> Finding:
    return finding_at(document=document, at=at, kind=kind, certainty=Certainty.CERTAIN, right=right, reason=reason)
