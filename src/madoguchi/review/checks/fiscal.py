"""Fiscal years against the periods given for them, years against months, and tables whose months do not follow."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from madoguchi.review.document import Cell, Document, Span
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Finding, Kind
from madoguchi.review.tables import find_tables
from madoguchi.review.written_periods import MONTHS_A_YEAR, WrittenPeriod, fiscal_years, periods

OPENING = re.compile(r"(?:については|は)?\n?[\n(]?")
YEARS_IN_MONTHS = re.compile(r"(?P<years>\d{1,2})年間?\((?P<months>\d{1,3})(?:か|カ|ケ|箇)月間?\)")
MONTH_HEAD = re.compile(r"(?:(?:明治|大正|昭和|平成|令和)?(?:元|\d{1,4})年)?(?P<month>\d{1,2})月")
FIRST_MONTH = 4
FEWEST_MONTHS = 4


def check_fiscal(document: Document) -> Iterator[Finding]:
    found = periods(document)
    for year in fiscal_years(document):
        period = next((each for each in found if _is_headed(document, year.span, each)), None)
        if period is not None:
            yield from _within(document, year.span, year.year, period)
    yield from _years_in_months(document)
    for table in find_tables(document):
        yield from _months_in_order(document, table.rows)


def _is_headed(document: Document, year: Span, period: WrittenPeriod) -> bool:
    """Say whether a period stands right behind a fiscal year, in brackets or after については."""
    between = document.flow[year.end : period.span.start]
    return 0 < len(between) <= len("については") and OPENING.fullmatch(between) is not None


def _within(document: Document, span: Span, year: int, period: WrittenPeriod) -> Iterator[Finding]:
    first, final = date(year, FIRST_MONTH, 1), date(year + 1, FIRST_MONTH, 1)
    if period.first_date < first or period.final_date >= final:
        reason = f"{span.text}は{first.year}年4月から{final.year}年3月まで"
        right = f"{span.text}のなかの期間、または年度の訂正"
        yield finding_at(document=document, at=period.span, kind=Kind.PERIOD_LENGTH, right=right, reason=reason)


def _years_in_months(document: Document) -> Iterator[Finding]:
    """Find `3年間（12か月）`."""
    for match in YEARS_IN_MONTHS.finditer(document.flow):
        months = MONTHS_A_YEAR * int(match["years"])
        if months != int(match["months"]):
            span = Span(start=match.start(), end=match.end(), text=match.group())
            reason = f"{match['years']}年は{months}か月"
            yield finding_at(
                document=document,
                at=span,
                kind=Kind.PERIOD_LENGTH,
                right=f"{match['years']}年（{months}か月）",
                reason=reason,
            )


def _months_in_order(document: Document, rows: Sequence[Sequence[Cell]]) -> Iterator[Finding]:
    """Find a row whose month does not follow the one above while the next row goes on as if it did."""
    heads = [(row[0].span, match) for row in rows if (match := MONTH_HEAD.fullmatch(row[0].span.text)) is not None]
    if len(heads) < FEWEST_MONTHS:
        return
    steps = [
        (int(later["month"]) - int(earlier["month"])) % MONTHS_A_YEAR for (_, earlier), (_, later) in pairwise(heads)
    ]
    if sum(step != 1 for step in steps) not in (1, 2):
        return
    for index, (span, match) in enumerate(heads):
        expected = _expected(
            heads[index - 1][1] if index else None, heads[index + 1][1] if index + 1 < len(heads) else None
        )
        if expected is not None and expected != int(match["month"]):
            reason = "月が並びのとおりに続かない"
            yield finding_at(
                document=document,
                at=span,
                kind=Kind.TWO_WAYS,
                right=span.text.replace(f"{match['month']}月", f"{expected}月"),
                reason=reason,
            )


def _expected(before: re.Match[str] | None, after: re.Match[str] | None) -> int | None:
    """Return the month that both neighbours ask for; None where they disagree or there is only one."""
    if before is None or after is None:
        return None
    following = int(before["month"]) % MONTHS_A_YEAR + 1
    return following if following % MONTHS_A_YEAR + 1 == int(after["month"]) else None
