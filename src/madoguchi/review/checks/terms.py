"""The contract's and the report's own period, named again elsewhere with other ends."""

import re
from collections.abc import Iterator
from itertools import pairwise

from madoguchi.core.calendar.periods import fiscal_year_of
from madoguchi.review.checks.means import evaluation_period
from madoguchi.review.document import Document, Span
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.once import once_a_document
from madoguchi.review.written_periods import MONTHS_A_YEAR, WrittenPeriod, fiscal_years, moments, periods

REPORTED = re.compile(r"(?:まで)?の(?:間の)?実施状況")
CONTRACT = re.compile(r"契約期間[^\d一-龥]{0,4}$")
OF_A_REPORT = re.compile(r"(?:対象|評価|報告|集計|測定)期間[^\d一-龥]{0,4}$")
ENDS = re.compile(r"(?:で|をもって|に)(?:本?契約(?:期間)?[がをは]?)(?:終了|満了|終わ)")
WRITTEN_LABEL = re.compile(r"(?P<label>[一-龥ァ-ヶーA-Za-z]{6,16})\($")
BEGUN = re.compile(r"から(?!.{1,6}年度まで)(?:[^。\n]|。\)){0,80}を実施している")
BEGUN_IN = re.compile(r"から(?:本事業を)?実施しており")
PROPOSED = re.compile(r"までの[^。]{0,30}提案書")
LABEL_REACH, WRITTEN_REACH = 12, 18
LONG_SHARE = 0.7


def check_terms(document: Document) -> Iterator[Finding]:
    found = periods(document)
    evaluated = evaluation_period(document)
    if evaluated is not None:
        yield from _reported(document, found, evaluated)
    contract = contract_period(document)
    if contract is not None:
        yield from _ended(document, found, contract, evaluated)
        yield from _said_to_end(document, contract)
        yield from _begun(document, contract)
    yield from _labelled_twice(document, found)


def _begun(document: Document, contract: WrittenPeriod) -> Iterator[Finding]:
    """`平成25年度から…を実施している`, `平成26年3月から実施しており`: off the contract's first day."""
    first = contract.first_date
    for year in fiscal_years(document):
        if BEGUN.match(document.flow, year.span.end) and abs(year.year - fiscal_year_of(first)) == 1:
            yield _other_term(document, year.span, contract, "契約期間", Certainty.POSSIBLE)
    for moment in moments(document):
        months = MONTHS_A_YEAR * (moment.year - first.year) + moment.month - first.month
        if BEGUN_IN.match(document.flow, moment.span.end) and 0 < abs(months) <= MONTHS_A_YEAR:
            yield _other_term(document, moment.span, contract, "契約期間", Certainty.POSSIBLE)
    yield from _offered(document, contract)


def _offered(document: Document, contract: WrittenPeriod) -> Iterator[Finding]:
    """`平成25年度から平成29年度までの…に係る提案書` against the contract's years."""
    own = (fiscal_year_of(contract.first_date), fiscal_year_of(contract.final_date))
    for first, final in pairwise(fiscal_years(document)):
        is_range = document.flow[first.span.end : final.span.start] == "から"
        offs = (abs(first.year - own[0]), abs(final.year - own[1]))
        if is_range and PROPOSED.match(document.flow, final.span.end) and sorted(offs) == [0, 1]:
            span = first.span if offs[0] else final.span
            yield _other_term(document, span, contract, "契約期間", Certainty.POSSIBLE)


@once_a_document
def contract_period(document: Document) -> WrittenPeriod | None:
    """Return the period that the document gives as the contract's."""
    return next((each for each in periods(document) if CONTRACT.search(_before(document, each))), None)


def _said_to_end(document: Document, contract: WrittenPeriod) -> Iterator[Finding]:
    """`平成29年12月31日で契約期間を終了` against the contract's period."""
    for moment in moments(document):
        final = contract.final_date
        if ENDS.match(document.flow, moment.span.end) and (moment.year, moment.month) != (final.year, final.month):
            yield _other_term(document, moment.span, contract, "契約期間", Certainty.LIKELY)


def _labelled_twice(document: Document, found: tuple[WrittenPeriod, ...]) -> Iterator[Finding]:
    """`市場化テスト実施前（平成22年2月〜平成26年1月）` with other ends elsewhere."""
    first: dict[str, WrittenPeriod] = {}
    for period in found:
        match = WRITTEN_LABEL.search(
            document.flow[max(period.span.start - WRITTEN_REACH, 0) : period.span.start].rpartition("\n")[2]
        )
        if match is not None:
            before = first.setdefault(match["label"], period)
            if _months(before) != _months(period):
                yield _other_term(document, period.span, before, match["label"], Certainty.LIKELY)


def _before(document: Document, period: WrittenPeriod) -> str:
    return document.flow[max(period.span.start - LABEL_REACH, 0) : period.span.start]


def _reported(document: Document, found: tuple[WrittenPeriod, ...], own: WrittenPeriod) -> Iterator[Finding]:
    """`令和4年2月から令和5年1月までの実施状況` against the period of the report."""
    for period in found:
        if REPORTED.match(document.flow, period.span.end) and _months(period) != _months(own):
            yield _other_term(document, period.span, own, "評価期間", Certainty.LIKELY)


def _ended(
    document: Document, found: tuple[WrittenPeriod, ...], contract: WrittenPeriod, evaluated: WrittenPeriod | None
) -> Iterator[Finding]:
    """Find a period that begins with the contract and lasts nearly as long, but ends in another month."""
    told_apart = {_months(each) for each in found if OF_A_REPORT.search(_before(document, each))}
    if evaluated is not None:
        told_apart.add(_months(evaluated))
    for period in found:
        is_own = period == contract or _months(period) in told_apart
        begins, ends = (mine == other for mine, other in zip(_months(period), _months(contract), strict=True))
        if begins and not ends and not is_own and period.months > LONG_SHARE * contract.months:
            yield _other_term(document, period.span, contract, "契約期間", Certainty.POSSIBLE)


def _months(period: WrittenPeriod) -> tuple[tuple[int, int], tuple[int, int]]:
    first, final = period.first_date, period.final_date
    return (first.year, first.month), (final.year, final.month)


def _other_term(document: Document, span: Span, own: WrittenPeriod, name: str, certainty: Certainty) -> Finding:
    line = document.place(start=own.span.start, end=own.span.end).line
    return finding_at(
        document=document,
        at=span,
        kind=Kind.TWO_WAYS,
        certainty=certainty,
        right=f"{own.span.text}または{span.text}",
        reason=f"{line}行目では{name}は{own.span.text}",
    )
