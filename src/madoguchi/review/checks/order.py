"""Dates in an order that cannot be: an opening after the contract began, a report before its period ended."""

import re
from collections.abc import Iterator
from datetime import date

from madoguchi.core.calendar.eras import ERAS
from madoguchi.review.checks.means import evaluation_period
from madoguchi.review.checks.office_days import is_issue_date
from madoguchi.review.checks.terms import contract_period
from madoguchi.review.document import Document, Span
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Finding, Kind
from madoguchi.review.written_periods import (
    ERA_NAMES,
    WrittenMoment,
    WrittenPeriod,
    era_named,
    fiscal_years,
    moments,
    western_year,
)

LAW = re.compile(rf"(?P<era>{ERA_NAMES})(?P<year>元|\d{{1,2}})年(?:法律|政令|条例|省令)第")
DECIDED = re.compile(r"[^。\d\n]{0,12}(?:閣議)?(?:決定|改正)")
REVISED_BEFORE = re.compile(r"改正[:は]?$")
OPENED = re.compile(r"(?:\([^()]*\))?に?の?開札")
ACCOUNT, ACCOUNT_REACH = "決定の経緯", 600
FAR_YEARS, NEAR_YEARS = 12, 3
FEWEST_NEAR = 2


def check_order(document: Document) -> Iterator[Finding]:
    found = [each for each in moments(document) if each.exists]
    yield from _far_eras(document, found)
    issued = [each for each in found if is_issue_date(document, each)]
    if issued:
        latest = max(each.first_date for each in issued)
        yield from _later_than_issued(document, found, latest)
    contract, evaluated = contract_period(document), evaluation_period(document)
    if evaluated is not None:
        yield from _issued_before(document, issued, evaluated)
    if contract is not None:
        yield from _opened_after(document, found, contract)
        if evaluated is not None:
            yield from _outside(document, contract, evaluated)


def _later_than_issued(document: Document, found: list[WrittenMoment], latest: date) -> Iterator[Finding]:
    """Find decisions and laws that the document names before they can have been made."""
    for moment in found:
        after, before = document.flow[moment.span.end :][:20], document.flow[: moment.span.start][-4:]
        is_decided = moment.day is not None and (DECIDED.match(after) or REVISED_BEFORE.search(before))
        if is_decided and moment.first_date > latest:
            yield finding_at(
                document=document,
                at=moment.span,
                kind=Kind.DATE,
                right=f"{latest.year}年までの日付",
                reason="この文書の日付より後の決定",
            )
    for match in LAW.finditer(document.flow):
        if western_year(match["era"], match["year"]) > latest.year:
            span = Span(start=match.start(), end=match.end(), text=match.group())
            yield finding_at(
                document=document,
                at=span,
                kind=Kind.DATE,
                right=f"{latest.year}年までの法令",
                reason="この文書の日付より後の年の法令",
            )


def _issued_before(document: Document, issued: list[WrittenMoment], evaluated: WrittenPeriod) -> Iterator[Finding]:
    """Find a report dated before the end of the period it reports on; where all its dates are, the period is asked."""
    early = [each for each in issued if each.first_date < evaluated.final_date]
    if early and len(early) == len(issued) > 1:
        reason = f"この文書の日付（{early[-1].span.text}）より後に終わる評価期間"
        yield finding_at(
            document=document, at=evaluated.span, kind=Kind.DATE, right="文書の日付より前に終わる期間", reason=reason
        )
        return
    for moment in early:
        reason = f"評価期間（{evaluated.span.text}）の終わりより前の日付の報告".replace("\n", "")
        yield finding_at(
            document=document,
            at=moment.span,
            kind=Kind.DATE,
            right="評価期間の終わりより後の日付、または評価期間の訂正",
            reason=reason,
        )


def _opened_after(document: Document, found: list[WrittenMoment], contract: WrittenPeriod) -> Iterator[Finding]:
    """Find an opening, in the account of how the supplier was chosen, that is later than the contract's first day."""
    for moment in found:
        account = document.flow.rfind(ACCOUNT, 0, moment.span.start)
        is_told = account >= 0 and moment.span.start - account <= ACCOUNT_REACH
        if is_told and OPENED.match(document.flow, moment.span.end) and moment.first_date > contract.first_date:
            line = document.place(start=contract.span.start, end=contract.span.end).line
            reason = f"{line}行目の契約期間（{contract.span.text}）の始まりより後の開札".replace("\n", "")
            yield finding_at(
                document=document,
                at=moment.span,
                kind=Kind.DATE,
                right="契約の始まりより前の日付、または契約期間の訂正",
                reason=reason,
            )


def _outside(document: Document, contract: WrittenPeriod, evaluated: WrittenPeriod) -> Iterator[Finding]:
    if evaluated.first_date < contract.first_date or evaluated.final_date > contract.final_date:
        line = document.place(start=contract.span.start, end=contract.span.end).line
        reason = f"{line}行目の契約期間（{contract.span.text}）の外の日を含む評価期間".replace("\n", "")
        yield finding_at(
            document=document,
            at=evaluated.span,
            kind=Kind.DATE,
            right="契約期間のなかの期間、または契約期間の訂正",
            reason=reason,
        )


def _far_eras(document: Document, found: list[WrittenMoment]) -> Iterator[Finding]:
    """Find a year far from all others that would lie among them under another era: 平成6年4月 for 令和6年4月."""
    dated = [(each.span, each.era, each.year) for each in found]
    for fiscal in fiscal_years(document):
        match = re.match(ERA_NAMES, fiscal.span.text)
        dated.append((fiscal.span, match.group() if match else "", fiscal.year))
    years = {year for _, _, year in dated}
    for span, era, year in dated:
        if not era or not span.text.startswith(era) or len(years) == 1:
            continue
        if min(abs(year - each) for each in years - {year}) >= FAR_YEARS:
            yield from _meant(document, span, era, year, [each for _, _, each in dated if each != year])


def _meant(document: Document, span: Span, era: str, year: int, others: list[int]) -> Iterator[Finding]:
    shift = year - era_named(era).first_date.year
    for each in ERAS:
        meant = each.first_date.year + shift
        near = sum(abs(meant - other) <= NEAR_YEARS for other in others)
        if each.name != era and near >= FEWEST_NEAR:
            reason = f"{era}なら{year}年で、この文書の他の年から{FAR_YEARS}年以上離れる。{each.name}なら{meant}年で並ぶ"
            yield finding_at(
                document=document, at=span, kind=Kind.DATE, right=span.text.replace(era, each.name), reason=reason
            )
