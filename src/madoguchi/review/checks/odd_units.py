"""Units that do not fit: of the name before a number, or of one number among its neighbours in a list or a column."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from madoguchi.review.document import Cell, Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.quantities import NUMBER
from madoguchi.review.tables import Table, find_tables, label_of

UNIT = r"[千百]?万?円|億円|%|点|件|名|者|人|回|台|時間|分|秒|か月|日|年|開庁日|営業日"
AFTER = rf"(?:の?(?:基準値?|目標値?|実績|結果))?[はが:(]{{0,2}}(?:約|平均)?(?P<number>{NUMBER})(?P<unit>{UNIT})"
NAMED = (
    (re.compile(rf"件数(?:は|が|:|\(){AFTER}"), "件", ("件", "回", "台", "%")),
    (
        re.compile(rf"(?:応答|解決|完結|稼働|回収|回答|達成|放棄呼?|ビジー|適用|遵守|削減|減少|増減|落札)率{AFTER}"),
        "%",
        ("%", "点", "か月", "年"),
    ),
    (re.compile(rf"(?:基準スコア|平均スコア|スコア|平均点|点数){AFTER}"), "点", ("点",)),
    (re.compile(r"(?<![\d元])(?:年|月|週)に?(?P<number>\d{1,2})(?P<unit>[名件者点])(?=[、をのに以])"), "回", ("回",)),
    (
        re.compile(rf"(?:漏えい|漏洩|障害|事故)(?:の)?(?:件数)?は(?P<number>\d+)(?P<unit>{UNIT})(?=で|と)"),
        "件",
        ("件", "回", "時間", "分"),
    ),
)
ITEM = rf"{NUMBER}(?:{UNIT})"
LIST = re.compile(rf"{ITEM}(?:[、,]{ITEM}){{3,}}")
PART = re.compile(rf"(?P<number>{NUMBER})(?P<unit>{UNIT})")
SCORES = re.compile(
    rf"「[^「」]{{1,12}}」\({ITEM}\)(?:、「[^「」]{{1,12}}」\({ITEM}\)){{2,}}|[^、:\d\n]{{1,10}}:{ITEM}(?:、[^、:\d\n]{{1,10}}:?{ITEM}){{2,}}"
)
GRADES = re.compile(r"[x×]\d+(?:名|人|者|件)(?:、[^、()\d]{1,12}[x×]\d+(?:名|人|者|件))+")
ARROW = re.compile(rf"{NUMBER}(?P<before>{UNIT})→{NUMBER}(?P<after>{UNIT})")
CONVERTED = re.compile(r"÷[^\d\n÷×]{0,6}\d+(?P<first>か月|年|日)[×÷]\d+(?P<second>か月|年|日)")
LENGTH = re.compile(r"月から?の(?P<number>\d{2,3})(?P<unit>年|日)(?!間?以)")
CELL = re.compile(rf"(?P<number>{NUMBER})(?P<unit>{UNIT})")
FEWEST_CELLS, FEWEST_USUAL = 4, 3


def check_odd_units(document: Document) -> Iterator[Finding]:
    for pattern, usual, fitting in NAMED:
        for match in pattern.finditer(document.flow):
            if match["unit"] not in fitting:
                yield _odd(document, match.span("unit"), usual, "前の語に合わない単位")
    for pattern in (LIST, SCORES, GRADES):
        for match in pattern.finditer(document.flow):
            yield from _in_list(document, match)
    for match in ARROW.finditer(document.flow):
        if match["before"] != match["after"]:
            yield _odd(document, match.span("after"), match["before"], "変わる前と後の単位が違う")
    for match in CONVERTED.finditer(document.flow):
        if match["first"] != match["second"]:
            yield _odd(document, match.span("second"), match["first"], "換算の前と後の期間の単位が違う")
    for match in LENGTH.finditer(document.flow):
        yield _odd(document, match.span("unit"), "か月", "この長さは月数で数える")
    for table in find_tables(document):
        yield from _in_columns(document, table)


def _in_list(document: Document, found: re.Match[str]) -> Iterator[Finding]:
    """Find the one unit of a list that none of its neighbours has."""
    parts = list(PART.finditer(document.flow, found.start(), found.end()))
    counts = Counter(match["unit"] for match in parts)
    usual, count = counts.most_common(1)[0]
    fewest = FEWEST_USUAL if found.re is LIST else len(parts) - 1
    for match in parts:
        if match["unit"] != usual and count == len(parts) - 1 >= fewest and count > 1:
            yield _odd(document, match.span("unit"), usual, f"並んだほかの{count}個の単位は{usual}")


def _in_columns(document: Document, table: Table) -> Iterator[Finding]:
    """Find the one unit of a column of four cells or more that none of the others has."""
    columns: dict[int, list[tuple[int, re.Match[str]]]] = {}
    for row in table.rows:
        for cell in row:
            match = CELL.fullmatch(cell.span.text)
            if match is not None and not _is_of_row(row, cell, match["unit"]):
                columns.setdefault(cell.index, []).append((cell.span.start, match))
    for found in columns.values():
        counts = Counter(match["unit"] for _, match in found)
        usual, count = counts.most_common(1)[0]
        if len(found) < FEWEST_CELLS or count != len(found) - 1:
            continue
        start, match = next(each for each in found if each[1]["unit"] != usual)
        at = (start + match.start("unit"), start + match.end("unit"))
        yield _odd(document, at, usual, f"同じ列のほかの{count}個の単位は{usual}")


def _is_of_row(row: Sequence[Cell], own: Cell, unit: str) -> bool:
    """Say whether a row counts in the unit: its label says so, as アンケート回答率 does, or another cell has it."""
    label = label_of(row)
    if (unit == "%" and ("率" in label or "割合" in label)) or (unit in "件名者人回台" and label.endswith("数")):
        return True
    return any(match["unit"] == unit for cell in row if cell is not own for match in PART.finditer(cell.span.text))


def _odd(document: Document, at: tuple[int, int], usual: str, reason: str) -> Finding:
    start = at[0]
    while start and (document.flow[start - 1].isdigit() or document.flow[start - 1] in ".,"):
        start -= 1
    return finding_at(
        document=document,
        at=(start, at[1]),
        kind=Kind.UNITS,
        certainty=Certainty.LIKELY,
        right=document.flow[start : at[0]] + usual,
        reason=reason,
    )
