"""Means that their values, or the number of their values, cannot give."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from madoguchi.review.document import Document, Span
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.once import once_a_document
from madoguchi.review.quantities import NUMBER, number_of, printed_number, step_of
from madoguchi.review.tables import find_tables, label_of
from madoguchi.review.written_periods import FiscalYear, WrittenPeriod, fiscal_years, periods

UNIT = r"(?:件|回|点|名|人|者|通|分|時間|%)"
PER_WINDOW = re.compile(
    rf"(?P<window>四半期|各四半期|毎月|各月|月)(?:ごと|毎)?(?:に|の|は)?平均(?P<about>約)?(?P<number>{NUMBER})(?P<unit>件|回)"
)
LISTED = re.compile(
    rf"(?P<list>{NUMBER}(?P<unit>{UNIT})(?:、{NUMBER}(?P=unit)){{1,60}})[^。\n\t\d]{{0,20}}平均[はが値]{{0,2}}"
    rf"(?P<about>約)?(?P<mean>{NUMBER})(?P=unit)"
)
VALUE = re.compile(rf"^(?P<number>{NUMBER})(?P<unit>点|%|件|名|人|回)?$")
YEAR_SCORE = re.compile(rf"年度は(?P<number>{NUMBER})点")
OVERALL = re.compile(rf"満足度[^。\n\t]{{0,80}}平均(?P<number>{NUMBER})点")
MEAN_LABEL = re.compile(
    r"^(?:\d+[つ問項目か月]*の|各[^\t]{1,6}の|全体の?|総)?(?:回答の|点数の|スコアの)?平均(?:スコア|点数?|値)?$"
)
YEAR_VALUE = re.compile(rf"^[→:は](?P<number>{NUMBER})(?:点|%)?")
EVALUATION = re.compile(r"評価期間[^\d一-龥]{0,4}$")
QUARTER = 3
PARTS = 2


def check_means(document: Document) -> Iterator[Finding]:
    yield from _per_window(document)
    yield from _listed(document)
    yield from _mean_rows(document)
    yield from _by_year(document)
    yield from _beyond_years(document)


def _beyond_years(document: Document) -> Iterator[Finding]:
    """Find a mean over the years that lies outside the years' own scores."""
    scores = [number_of(match["number"]) for match in YEAR_SCORE.finditer(document.flow)]
    if len(scores) < PARTS:
        return
    for match in OVERALL.finditer(document.flow):
        if not min(scores) <= number_of(match["number"]) <= max(scores):
            right = f"{printed_number(min(scores), decimals=1)}点から{printed_number(max(scores), decimals=1)}点まで"
            reason = "各年度の点数の外にある平均はありえない"
            yield finding_at(document=document, at=match.span("number"), kind=Kind.MEAN, right=right, reason=reason)


def _per_window(document: Document) -> Iterator[Finding]:
    """`四半期ごとに平均11.5件`: a whole number of cases over a known number of quarters."""
    period = evaluation_period(document)
    if period is None or period.extra_days:
        return
    for match in PER_WINDOW.finditer(document.flow):
        length = QUARTER if "四半期" in match["window"] else 1
        if match["about"] or period.months % length:
            continue
        count, printed = period.months // length, number_of(match["number"])
        decimals = len(match["number"].partition(".")[2])
        total = int(printed * count)
        near = [printed_number(Fraction(each, count), decimals=decimals) for each in (total, total + 1)]
        if printed not in [number_of(each) for each in near]:
            reason = (
                f"評価期間{period.months}か月の{count}期間では、合計{total}件で{near[0]}、{total + 1}件で{near[1]}。"
                f"{match['number']}になる整数の合計はない"
            )
            right = f"{near[0]}{match['unit']}または{near[1]}{match['unit']}"
            yield finding_at(
                document=document, at=(match.start("number"), match.end()), kind=Kind.MEAN, right=right, reason=reason
            )


@once_a_document
def evaluation_period(document: Document) -> WrittenPeriod | None:
    """Return the period that the document gives as the one it reports on."""
    for period in periods(document):
        if EVALUATION.search(document.flow[max(period.span.start - 12, 0) : period.span.start]):
            return period
    return None


def _listed(document: Document) -> Iterator[Finding]:
    for match in LISTED.finditer(document.flow):
        texts = re.findall(NUMBER, match["list"])
        exact = sum((number_of(each) for each in texts), Fraction(0)) / len(texts)
        yield from _compared(
            document, Span(start=match.start("mean"), end=match.end(), text=match["mean"]), texts, exact
        )


def _mean_rows(document: Document) -> Iterator[Finding]:
    """Compare a row such as 3つの回答の平均 with the rows above it, column by column."""
    for table in find_tables(document):
        rows = table.rows
        for number, row in enumerate(rows):
            if not MEAN_LABEL.search(label_of(row)) or number < PARTS:
                continue
            for cell in row[1:]:
                above = [part.span.text for each in rows[1:number] for part in each if part.index == cell.index]
                yield from _compared_cell(document, cell.span, above)


def _compared_cell(document: Document, cell: Span, above: Sequence[str]) -> Iterator[Finding]:
    mean = VALUE.match(cell.text)
    parts = [match for text in above if (match := VALUE.match(text)) is not None]
    if mean is None or len(parts) < max(PARTS, len(above)) or any(part["unit"] != mean["unit"] for part in parts):
        return
    texts = [part["number"] for part in parts]
    exact = sum((number_of(each) for each in texts), Fraction(0)) / len(texts)
    yield from _compared(document, Span(start=cell.start, end=cell.end, text=mean["number"]), texts, exact)


def _by_year(document: Document) -> Iterator[Finding]:
    """`H26→84.1 H27→77.6 …` under 内訳 against `平成26年度は84.3点` above it."""
    start = document.flow.find("内訳")
    while start >= 0:
        end = document.flow.find("内訳", start + 1)
        values = [
            (year, match)
            for year in fiscal_years(document)
            if (match := YEAR_VALUE.match(document.flow[year.span.end : year.span.end + 12])) is not None
        ]
        parts = [(year, match) for year, match in values if start < year.span.start < (end if end > 0 else start + 800)]
        totals = {year.year: (year, match) for year, match in values if start - 120 < year.span.start < start}
        for year, total in totals.items():
            yield from _compared_year(document, total, [match["number"] for each, match in parts if each.year == year])
        start = end


def _compared_year(
    document: Document, total: tuple[FiscalYear, re.Match[str]], texts: Sequence[str]
) -> Iterator[Finding]:
    if len(texts) < PARTS:
        return
    year, match = total
    start = year.span.end + match.start("number")
    exact = sum((number_of(each) for each in texts), Fraction(0)) / len(texts)
    span = Span(start=start, end=year.span.end + match.end(), text=match["number"])
    yield from _compared(document, span, texts, exact)


def _compared(document: Document, span: Span, texts: Sequence[str], exact: Fraction) -> Iterator[Finding]:
    """Compare a printed mean with that of printed values; rounded values leave half a step each way."""
    decimals = len(span.text.partition(".")[2])
    printed, half = number_of(span.text), step_of(span.text) / 2
    slack = max(step_of(each) for each in texts) / 2
    if abs(exact - printed) <= half:
        return
    right = printed_number(exact, decimals=decimals)
    reason = f"({'＋'.join(texts)})÷{len(texts)}＝{printed_number(exact, decimals=decimals + 2)}"
    is_possible = abs(exact - printed) < half + slack
    if is_possible:
        reason += "。内訳が丸める前の値なら記された値もありうる"
    certainty = Certainty.POSSIBLE if is_possible else Certainty.CERTAIN
    unit = document.flow[span.start : span.end].removeprefix(span.text)
    yield finding_at(document=document, at=span, kind=Kind.MEAN, certainty=certainty, right=right + unit, reason=reason)
