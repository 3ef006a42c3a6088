"""Acts of an office on a day it is closed, years nobody means, and work done after the document was written."""

import re
from collections.abc import Iterator
from datetime import date

from madoguchi.core.calendar.eras import format_date
from madoguchi.core.calendar.office_days import Closure, closure_on
from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.written_periods import WEEKDAYS, WrittenMoment, moments

ACT = re.compile(r"(?:\([^()]*\))?(?:に)?(?:開札|入札公告|閣議決定|提案書締切|契約を?締結|官民競争入札等監理委員会)")
# a document that a division of an office has put its name to
DIVISION = re.compile(r"\n[^\n。]{2,30}(?:課|室|局|部)\n")
DONE = re.compile(r"(?:末時点|(?:に|、)[^。\n\t]{0,60}?(?:実施した結果|集計した結果|開札した))")
FAR_YEAR = re.compile(r"(?<![\d,.])(?:2[1-9]|[3-9]\d)\d{2}年(?=度|\d{1,2}月|まで|から)")
CLOSED = {Closure.YEAR_END: "年末年始", Closure.HOLIDAY: "祝日または休日"}


def check_office_days(document: Document) -> Iterator[Finding]:
    found = [each for each in moments(document) if each.exists]
    issued = [each for each in found if is_issue_date(document, each)]
    for moment in found:
        is_letter = moment in issued and DIVISION.match(document.flow, moment.span.end)
        is_act = is_letter or ACT.match(document.flow, moment.span.end)
        if moment.day is not None and not moment.weekday and is_act and (name := _closed(moment.first_date)):
            yield finding_at(
                document=document,
                at=moment.span,
                kind=Kind.DATE,
                certainty=Certainty.POSSIBLE,
                right="開庁日",
                reason=f"この日は{name}で、行政機関の休日にあたる",
            )
    if issued:
        yield from _done_later(document, found, max(each.first_date for each in issued))
    for match in FAR_YEAR.finditer(document.flow):
        reason = "2100年以降の年"
        yield finding_at(document=document, at=match.span(), kind=Kind.DATE, right="20年代などの年", reason=reason)


def is_issue_date(document: Document, moment: WrittenMoment) -> bool:
    """Say whether a day stands on a line of its own, as the date of the document does."""
    before = document.flow[max(moment.span.start - 1, 0) : moment.span.start]
    end = moment.span.end
    is_line = document.flow[end:][:1] in ("", "\n") or (
        not moment.span.text[0].isdigit() and document.line_of[end] != document.line_of[end - 1]
    )
    return moment.day is not None and before in ("", "\n") and is_line


def _closed(day: date) -> str:
    """Return why an office is closed on a day, or an empty text."""
    closure = closure_on(day)
    if closure is Closure.WEEKEND:
        return f"{WEEKDAYS[day.weekday()]}曜日"
    return "" if closure is None else CLOSED[closure]


def _done_later(document: Document, found: list[WrittenMoment], issued: date) -> Iterator[Finding]:
    """Find something told as done in a month that begins after the document's own date."""
    for moment in found:
        if moment.first_date > issued and DONE.match(document.flow, moment.span.end):
            day = format_date(issued)
            reason = f"この文書の日付（{day}）より後のことを、済んだこととして記している"
            yield finding_at(
                document=document, at=moment.span, kind=Kind.DATE, right="文書の日付より前の年月", reason=reason
            )
