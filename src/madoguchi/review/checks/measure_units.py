"""Units that do not measure the thing named: persons for complaints, points for a rate, two units in one comparison."""

import re
from collections import Counter
from collections.abc import Iterator

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Finding, Kind
from madoguchi.review.quantities import NUMBER
from madoguchi.review.requirements import COMPARATOR, UNIT
from madoguchi.review.tables import find_tables, label_of

LABELS = (
    (re.compile(r"件数$"), frozenset(("件", "%")), "件"),
    (re.compile(r"(?:応答|解決|完結|稼働|回収|回答|達成|放棄|ビジー|適用|遵守|放棄呼)率$"), frozenset(("%",)), "%"),
    (
        re.compile(r"時間$"),
        frozenset(("時間", "分", "秒", "日", "開庁日", "営業日", "%")),
        "時間の単位",
    ),
)
BOUND = re.compile(rf"(?P<number>{NUMBER})(?P<unit>{UNIT}|者|ポイント)(?:{COMPARATOR})")
RULES = (
    (
        re.compile(
            rf"{NUMBER}(?P<slip>ポイント)(?=(?:{COMPARATOR})(?:を維持|とする|、|。|$)|\)?の(?:経費|費用)?(?:減|削減|経費減))"
        ),
        "%",
        "割合そのものは%で示す",
    ),
    (re.compile(r"\d(?P<slip>[億万百千]{1,2}千円)(?<!百万千円)(?<=[億万]千円)"), "億円または千円", "この単位はない"),
    (
        re.compile(r"(?:計|全|合計|対象)\(?\d+(?P<slip>件|回|者|%)\)?に?(?:対し、?)?アンケート"),
        "名",
        "調査に答えるのは人",
    ),
    (re.compile(r"\d分\d{1,2}(?P<slip>%|件|点|人|名|円)"), "秒", "分の次は秒"),
    (re.compile(r"\d{1,3}(?:,\d{3}){2,}(?P<slip>人|名|件)(?=減|増|の(?:削減|減少|経費))"), "円", "額の増減"),
    (re.compile(r"(?:責任者|リーダー|要員|SE|オペレーター)\d+(?P<slip>件|回|点|円)"), "名", "前の語は人の数で示す"),
    (re.compile(rf"(?:要員|人員)[:は]{NUMBER}(?P<slip>件|回|点|%)"), "名", "要員は人の数で示す"),
    (
        re.compile(r"月(?:まで)?[\n\v]?\((?:契約|実施|評価|履行|提供)期間:\d{2,3}(?P<slip>日|年)\)"),
        "か月",
        "並ぶ期間の両端に合わない単位",
    ),
    (
        re.compile(
            r"(?:対応|処理|回答|復旧|起動|待ち|応答|解決|完了|停止|報告)時間(?:は|が|:|の平均は)?"
            rf"{NUMBER}(?P<slip>件|名|人|者|点|円)(?!当|あ)"
        ),
        "時間の単位",
        "前の語は時間",
    ),
    (
        re.compile(
            rf"(?:要望|問い?合わ?せ|申請|苦情|障害|提案|指摘)[^。、\d]{{0,30}}\([^()\d]*(?:\d+年)?(?:\d+月)?末?時点で{NUMBER}(?P<slip>名|人|者|回)\)"
        ),
        "件",
        "前の語は件数で数える",
    ),
    (re.compile(rf"につき(?:およそ|約)?{NUMBER}(?P<slip>[人名件回円点])(?=の?短縮)"), "時間", "短くなるのは時間"),
    (
        re.compile(rf"週に?(?:およそ|約)?{NUMBER}(?P<slip>[人名件回点])(?=程度短縮|短縮|の短縮)"),
        "時間",
        "短くなるのは時間",
    ),
)
SIDE_BY_SIDE = re.compile(
    rf"{NUMBER}%\({NUMBER}(?P<first>[百千万億]*円)\)[^。%]{{0,24}}{NUMBER}%\({NUMBER}(?P<second>[百千万億]*円)\)"
)
YEAR_ROW = re.compile(
    rf"(?:[HRS]\d{{1,2}}fy|(?:平成|令和)(?:元|\d{{1,2}})年度)[\t:]?(?P<number>{NUMBER})(?P<unit>名|人|件|回|点|台|者|%)"
)
ROW_GAP, FEWEST_ROWS = 3, 3


def check_measure_units(document: Document) -> Iterator[Finding]:
    for pattern, right, reason in RULES:
        for match in pattern.finditer(document.flow):
            yield _finding(document, match.span("slip"), right, reason)
    for match in SIDE_BY_SIDE.finditer(document.flow):
        if match["first"] != match["second"]:
            reason = f"並べて記された額の単位は{match['first']}"
            yield _finding(document, match.span("second"), match["first"], reason)
    yield from _labelled(document)
    yield from _year_rows(document)


def _labelled(document: Document) -> Iterator[Finding]:
    """Find a bound in a row whose measure is counted otherwise."""
    for table in find_tables(document):
        for row in table.rows:
            label = label_of(row)
            fitting = next(((units, right) for pattern, units, right in LABELS if pattern.search(label)), None)
            for cell in row[1:] if fitting else ():
                bounds = [match for match in BOUND.finditer(cell.span.text) if match[0] not in label]
                # 1時間以内に90%以上: a second bound says what part of the whole has to keep the first
                is_kept_by_part = fitting is not None and any(match["unit"] in fitting[0] for match in bounds)
                for match in bounds:
                    if fitting and not is_kept_by_part:
                        start, end = match.span("unit")
                        at = (cell.span.start + start, cell.span.start + end)
                        yield _finding(document, at, fitting[1], f"この行は{label}")


def _year_rows(document: Document) -> Iterator[Finding]:
    """Find the one unit among the rows of years that none of the others has."""
    runs: list[list[re.Match[str]]] = []
    for match in YEAR_ROW.finditer(document.flow):
        if runs and match.start() - runs[-1][-1].end() <= ROW_GAP:
            runs[-1].append(match)
        else:
            runs.append([match])
    for run in runs:
        usual, count = Counter(match["unit"] for match in run).most_common(1)[0]
        if len(run) >= FEWEST_ROWS and count == len(run) - 1:
            odd = next(match for match in run if match["unit"] != usual)
            yield _finding(document, odd.span("unit"), usual, f"並んだほかの年度の単位は{usual}")


def _finding(document: Document, at: tuple[int, int], right: str, reason: str) -> Finding:
    start = at[0]
    while start and (document.flow[start - 1].isdigit() or document.flow[start - 1] in ".,"):
        start -= 1
    right = document.flow[start : at[0]] + right
    return finding_at(document=document, at=(start, at[1]), kind=Kind.UNITS, right=right, reason=reason)
