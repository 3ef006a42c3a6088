"""Days of a tender out of their order, an opening told in two months, ranges whose end lies before their start."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.quantities import NUMBER, number_of

STEPS = {
    "入札公告": 1,
    "公告": 1,
    "入札説明会": 2,
    "説明会": 2,
    "提案書": 3,
    "入札書": 3,
    "開札": 4,
    "契約締結": 5,
    "落札者決定": 5,
}
DAY = r"(?:(?P<era>平成|令和|[HR])?(?P<year>\d{1,4})年)(?P<month>\d{1,2})月"
STEP = re.compile(
    rf"{DAY}(?P<day>\d{{1,2}})日(?:\([月火水木金土日]\))?[に:]?(?P<step>入札公告|公告|入札説明会|説明会|提案書|入札書|開札|契約締結|落札者決定)"
)
OPENED = re.compile(rf"{DAY}(?:(?P<day>\d{{1,2}})日)?(?:\([月火水木金土日]\))?(?:に|の)?開札")
SPAN_OF_DAYS = re.compile(
    r"(?P<month>\d{1,2})月(?P<day>\d{1,2})日〜\n?(?P<last_month>\d{1,2})月(?P<last_day>\d{1,2})日"
)
RANGE = re.compile(
    rf"(?P<least>{NUMBER})(?P<first>年|か月|名|人|件|%|点)?(?:乃至|ないし|〜)(?P<greatest>{NUMBER})(?P<unit>年(?![\d度])|か月|名|人|件|%|点)"
)
MONTHS = re.compile(r"(?P<year>(?:平成|令和)(?:元|\d{1,2})年)?(?P<first>\d{1,2})月?〜(?P<final>\d{1,2})月は")
AUTUMN = 10
MOVED = re.compile(r"(?P<when>(?:平成|令和)(?:元|\d{1,2})年\d{1,2}月)(?:以降|から)、?(?P<what>[一-龥ァ-ヶーA-Z]{4,10})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A step of a tender with its day; years of one document count in one way."""

    match: re.Match[str]
    order: int
    day: tuple[int, int, int]


def check_tender_days(document: Document) -> Iterator[Finding]:
    yield from _steps(document)
    yield from _openings(document)
    yield from _ranges(document)
    yield from _months_twice(document)
    yield from _moved(document)


def _steps(document: Document) -> Iterator[Finding]:
    found = [
        Step(
            match=match,
            order=STEPS[match["step"]],
            day=(int(match["year"]), int(match["month"]), int(match["day"])),
        )
        for match in STEP.finditer(document.flow)
    ]
    for before, after in pairwise(found):
        is_same_count = before.match["era"] == after.match["era"] and before.order < after.order
        if is_same_count and after.day < before.day:
            reason = f"「{before.match.group()}」より前の日付"
            right = f"{before.match['step']}より後の日付"
            yield _finding(document, after.match.span(), right, reason, Kind.DATE)


def _openings(document: Document) -> Iterator[Finding]:
    """Find the opening of one year told in two months."""
    first: dict[str, re.Match[str]] = {}
    for match in OPENED.finditer(document.flow):
        before = first.setdefault(match["year"], match)
        if before["month"] != match["month"]:
            line = document.place(start=before.start(), end=before.end()).line
            right = f"{before['year']}年{before['month']}月または{match['year']}年{match['month']}月"
            yield replace(
                _finding(document, match.span(), right, f"{line}行目では「{before.group()}」", Kind.TWO_WAYS),
                certainty=Certainty.POSSIBLE,
            )


def _ranges(document: Document) -> Iterator[Finding]:
    for match in SPAN_OF_DAYS.finditer(document.flow):
        start, end = (int(match["month"]), int(match["day"])), (int(match["last_month"]), int(match["last_day"]))
        if end < start and start[0] < AUTUMN:
            yield _finding(document, match.span(), "始まりより後の日", "期間の終わりが始まりより前", Kind.DATE)
    for match in RANGE.finditer(document.flow):
        is_one_unit = match["first"] in (None, match["unit"])
        before = document.flow[max(match.start() - 1, 0) : match.start()]
        if (
            is_one_unit
            and before not in ("年", "月", ":", "/", "-", "成", "和")
            and number_of(match["least"]) > number_of(match["greatest"])
        ):
            right = f"{match['greatest']}〜{match['least']}{match['unit']}"
            yield _finding(document, match.span(), right, "範囲の下の値が上の値より大きい", Kind.TWO_WAYS)


def _months_twice(document: Document) -> Iterator[Finding]:
    """`令和4年2～5月は…対象外`, then `令和4年5～9月は…`: one month told of twice."""
    start = 0
    for line in document.flow.split("\n"):
        if "〜" in line:
            yield from _overlaps(document, start, [*MONTHS.finditer(line)])
        start += len(line) + 1


def _overlaps(document: Document, start: int, found: Sequence[re.Match[str]]) -> Iterator[Finding]:
    for before, after in pairwise(found):
        is_same_year = after["year"] in (None, before["year"])
        if is_same_year and int(before["first"]) < int(after["first"]) <= int(before["final"]):
            at = (start + before.start(), start + before.end() - 1)
            right = f"{before['first']}〜{int(after['first']) - 1}月、または次の期間の訂正"
            yield _finding(document, at, right, f"{after['first']}月は後の「{after.group()}」にも入る", Kind.TWO_WAYS)


def _moved(document: Document) -> Iterator[Finding]:
    """Find one change of systems told from two years' same month."""
    first: dict[tuple[str, str], re.Match[str]] = {}
    for match in MOVED.finditer(document.flow):
        when = match["when"]
        before = first.setdefault((when[when.index("年") :], match["what"]), match)
        if before["when"] != when:
            line = document.place(start=before.start(), end=before.end()).line
            right = f"{before['when']}または{when}"
            yield _finding(document, match.span("when"), right, f"{line}行目では「{before.group()}」", Kind.TWO_WAYS)


def _finding(document: Document, at: tuple[int, int], right: str, reason: str, kind: Kind) -> Finding:
    return finding_at(
        document=document, at=at, kind=kind, certainty=Certainty.LIKELY, right=right, reason=reason.replace("\n", "")
    )
