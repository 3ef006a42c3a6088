"""What a report leaves out: a year of its period, months between two terms, people asked in one place only."""

import re
from collections.abc import Iterator
from itertools import pairwise

from madoguchi.core.calendar.eras import format_fiscal_year
from madoguchi.core.calendar.periods import fiscal_year_of
from madoguchi.review.checks.means import evaluation_period
from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.written_periods import (
    MONTHS_A_YEAR,
    FiscalYear,
    WrittenPeriod,
    added_months,
    fiscal_years,
    periods,
)

TOLD = re.compile(r"は\n?\d")
TERM_BEFORE = re.compile(r"第(?P<number>\d)期[\n\v\t(]{0,3}$")
ASKED = re.compile(r"(?P<who>[^、。「」()・\n\t\v-]{2,24})を対象(?:として|に)[^。\t]{0,24}(?:満足度調査|調査し)")
ALL = re.compile(r"^(?:全て|すべて|全)の?")
HALF_YEAR, PAIR = 6, 2
TERM_REACH = 6


def check_uncovered(document: Document) -> Iterator[Finding]:
    period = evaluation_period(document)
    if period is not None:
        yield from _years_without_figures(document, period)
    yield from _between_terms(document)
    yield from _asked(document)


def _years_without_figures(document: Document, period: WrittenPeriod) -> Iterator[Finding]:
    """`平成26年度は94.2%、平成27年度は94.2%` of a period that holds most of 平成28年度 too."""
    wanted = _years_of(period)
    told: dict[int, list[FiscalYear]] = {}
    for year in fiscal_years(document):
        if TOLD.match(document.flow, year.span.end):
            told.setdefault(document.sentence_at(year.span.start).start, []).append(year)
    for chain in told.values():
        years = {each.year for each in chain}
        missing = [year for year in wanted if year not in years]
        if len(years) >= PAIR and years <= set(wanted) and missing:
            names = "、".join(format_fiscal_year(year) for year in missing)
            yield finding_at(
                document=document,
                at=(chain[0].span.start, chain[-1].span.end),
                kind=Kind.VERDICT,
                certainty=Certainty.POSSIBLE,
                right=f"{names}の実績、または対象外とする理由",
                reason=f"評価期間（{period.span.text}）は{names}の半分以上を含む".replace("\n", ""),
            )


def _years_of(period: WrittenPeriod) -> list[int]:
    """Return the fiscal years of which at least half lies in a period."""
    months = [added_months(period.first_date, count) for count in range(period.months)]
    years = [fiscal_year_of(month) for month in months]
    return [year for year in dict.fromkeys(years) if years.count(year) >= HALF_YEAR]


def _between_terms(document: Document) -> Iterator[Finding]:
    """Find months that lie between the end of 第2期 and the beginning of 第3期."""
    terms: dict[int, WrittenPeriod] = {}
    for period in periods(document):
        match = TERM_BEFORE.search(document.flow[max(period.span.start - TERM_REACH, 0) : period.span.start])
        if match is not None:
            terms.setdefault(int(match["number"]), period)
    for number, following in pairwise(sorted(terms)):
        before, after = terms[number].final_date, terms[following].first_date
        months = MONTHS_A_YEAR * (after.year - before.year) + after.month - before.month - 1
        if following == number + 1 and months > 0:
            yield finding_at(
                document=document,
                at=terms[following].span,
                kind=Kind.PERIOD_LENGTH,
                certainty=Certainty.POSSIBLE,
                right="続く期間、または間の月の説明",
                reason=f"第{number}期の終わりから第{following}期の始まりまでの{months}か月がどちらにも入らない",
            )


def _asked(document: Document) -> Iterator[Finding]:
    """Find a survey whose people are named in two ways."""
    first: re.Match[str] | None = None
    for match in ASKED.finditer(document.flow):
        first = first or match
        if ALL.sub("", match["who"]) != ALL.sub("", first["who"]):
            line = document.place(start=first.start("who"), end=first.end("who")).line
            yield finding_at(
                document=document,
                at=match.span("who"),
                kind=Kind.TWO_WAYS,
                certainty=Certainty.POSSIBLE,
                right=f"{first['who']}または{match['who']}",
                reason=f"{line}行目では調査の対象は「{first['who']}」",
            )
