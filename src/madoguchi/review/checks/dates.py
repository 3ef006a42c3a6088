"""Dates that do not exist, weekdays that do not fit, and years an era never reached."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from madoguchi.core.calendar.eras import era_of, format_date, format_month
from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.written_periods import DAY_ONLY, MONTHS_A_YEAR, WEEKDAYS, WrittenMoment, era_named, moments

LEAP_MONTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
FULL_MONTH = 31
SIXTY = re.compile(r"(?P<count>\d+)(?P<larger>時間|分)(?P<rest>[6-9]\d(?:分|秒))")


def check_dates(document: Document) -> Iterator[Finding]:
    found = moments(document)
    early: list[Finding] = []
    for moment in found:
        yield from _existing(document, moment)
        if moment.exists:
            yield from _weekday(document, moment)
            eras = list(_era(document, moment, found))
            early += [each for each in eras if each.kind is Kind.NOTATION]
            yield from (each for each in eras if each.kind is not Kind.NOTATION)
    yield from _written_early(early)
    yield from _days_alone(document, found)
    yield from _sixty(document)


def _sixty(document: Document) -> Iterator[Finding]:
    """Find minutes or seconds of sixty and more after a larger unit."""
    for match in SIXTY.finditer(document.flow):
        rest, larger = match["rest"], match["larger"]
        count = int(rest[:-1])
        right = f"{int(match['count']) + count // 60}{larger}{count % 60:02d}{rest[-1]}"
        yield finding_at(
            document=document,
            at=match.span(),
            kind=Kind.DATE,
            certainty=Certainty.CERTAIN,
            right=right,
            reason=f"{larger}の次の{rest[-1]}は59まで",
        )


def _existing(document: Document, moment: WrittenMoment) -> Iterator[Finding]:
    if moment.exists:
        return
    if not 1 <= moment.month <= MONTHS_A_YEAR:
        right, reason = "1月から12月の月", f"{moment.month}月はない"
    else:
        right = format_date(date(moment.year, moment.month, moment.month_length))
        reason = f"{moment.year}年{moment.month}月は{moment.month_length}日まで"
    yield finding_at(
        document=document, at=moment.span, kind=Kind.DATE, certainty=Certainty.CERTAIN, right=right, reason=reason
    )


def _weekday(document: Document, moment: WrittenMoment) -> Iterator[Finding]:
    if not moment.weekday or moment.day is None:
        return
    right = WEEKDAYS[moment.first_date.weekday()]
    if right != moment.weekday:
        yield finding_at(
            document=document,
            at=moment.span,
            kind=Kind.DATE,
            certainty=Certainty.CERTAIN,
            right=f"{format_date(moment.first_date)}（{right}）",
            reason=f"この日は{right}曜日",
        )


def _era(document: Document, moment: WrittenMoment, found: Sequence[WrittenMoment]) -> Iterator[Finding]:
    """Find years past their era's end; in a document from before the change that is a matter of notation only."""
    if not moment.era:
        return
    era = era_named(moment.era)
    actual = era_of(moment.final_date)
    if actual is era:
        return
    right = format_date(moment.first_date) if moment.day else format_month(moment.first_date)
    is_early = moment.final_date < era.first_date
    is_later = any(each.era == actual.name for each in found)
    kind = Kind.DATE if is_early or is_later else Kind.NOTATION
    started = era.first_date if is_early else actual.first_date
    reason = f"{(era if is_early else actual).name}は{started.year}年{started.month}月{started.day}日から"
    yield finding_at(
        document=document, at=moment.span, kind=kind, certainty=Certainty.CERTAIN, right=right, reason=reason
    )


def _written_early(found: Sequence[Finding]) -> Iterator[Finding]:
    """Tell of the years that a document from before an era's end counts on past it, once: all are written alike."""
    if found:
        fullest = max(found, key=lambda each: (not each.printed[0].isdigit(), len(each.printed)))
        lines = tuple(each.place.line for each in found if each.place.line != fullest.place.line)
        reason = f"{fullest.reason}。改元の前の文書なら誤りではない"
        yield replace(fullest, other_lines=tuple(dict.fromkeys(lines)), reason=reason)


def _days_alone(document: Document, found: Sequence[WrittenMoment]) -> Iterator[Finding]:
    covered = [(each.span.start, each.span.end) for each in found]
    for match in DAY_ONLY.finditer(document.flow):
        if any(start <= match.start() < end for start, end in covered):
            continue
        month, day = int(match["month"]), int(match["day"])
        longest = LEAP_MONTHS.get(month, FULL_MONTH)
        if not (1 <= month <= MONTHS_A_YEAR and 1 <= day <= longest):
            yield finding_at(
                document=document,
                at=match.span(),
                kind=Kind.DATE,
                certainty=Certainty.CERTAIN,
                right=f"{month}月は{longest}日まで" if month <= MONTHS_A_YEAR else "1月から12月の月",
                reason="ない日付",
            )
