"""Periods one day, one month or one year off: ends beside a month's end, and two periods that should be one."""

from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import timedelta

from madoguchi.review.checks.means import evaluation_period
from madoguchi.review.checks.terms import contract_period
from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.written_periods import MONTHS_A_YEAR, WrittenPeriod, periods

LONG = 9
"""Months from which two periods that share one end are taken for one."""
ONE_OFF = (1, MONTHS_A_YEAR)
MOST = 200
"""Different periods up to which each is held against each."""
Ends = tuple[int, int]


def check_near_periods(document: Document) -> Iterator[Finding]:
    found = periods(document)
    own = {contract_period(document), evaluation_period(document)}
    for period in found:
        if period.has_days:
            yield from _beside_months_end(document, period)
    yield from _one_off(document, found, own=own)


def _beside_months_end(document: Document, period: WrittenPeriod) -> Iterator[Finding]:
    """Find a period from the 1st to the day before a month's end, or from the 2nd to a month's end."""
    after = period.final_date + timedelta(days=1)
    ends_early = (after + timedelta(days=1)).day == 1 and period.first_date.day == 1
    starts_late = period.first_date.day == 2 and after.day == 1  # noqa: PLR2004  # the day after a month's first
    if ends_early or starts_late:
        yield finding_at(
            document=document,
            at=period.span,
            kind=Kind.DATE,
            certainty=Certainty.POSSIBLE,
            right=f"{after.month}月{after.day}日まで" if ends_early else f"{period.first_date.month}月1日から",
            reason="月の始まりか終わりから一日ずれている",
        )


def _one_off(
    document: Document, found: tuple[WrittenPeriod, ...], *, own: AbstractSet[WrittenPeriod | None]
) -> Iterator[Finding]:
    """Find a long period that shares one end with another and lies a month or a year off at the other.

    The contract may well end a year after the period evaluated.
    """
    counts = Counter(_ends(each) for each in found)
    first = {each.span.text: each for each in reversed(found) if each.months >= LONG}
    for period in found if len(first) <= MOST else ():
        others = (each for each in first.values() if each is not period and period.months >= LONG)
        other = next((each for each in others if _is_usual(each, period, counts, own)), None)
        if other is not None:
            line = document.place(start=other.span.start, end=other.span.end).line
            text = other.span.text.replace("\n", "")
            yield finding_at(
                document=document,
                at=period.span,
                kind=Kind.TWO_WAYS,
                certainty=Certainty.POSSIBLE,
                right=f"{text}、または別の期間であることの説明",
                reason=f"{line}行目の期間（{text}）と1日、1か月または1年だけ違う",
            )


def _is_usual(
    other: WrittenPeriod, period: WrittenPeriod, counts: Counter[Ends], own: AbstractSet[WrittenPeriod | None]
) -> bool:
    """Say whether a period is the one that another was meant to be: told more often, or as often and earlier."""
    mine, theirs = _ends(period), _ends(other)
    is_beside = _begins_beside(period, other)
    if ({period, other} <= own or not _is_one_off(mine, theirs)) and not is_beside:
        return False
    return (counts[mine], other.span.start) < (counts[theirs], period.span.start)


def _begins_beside(period: WrittenPeriod, other: WrittenPeriod) -> bool:
    """Say whether two periods begin a day apart, or a month or a year apart on the same day inside a month."""
    mine, theirs = period.first_date, other.first_date
    if not (period.has_days and other.has_days) or mine == theirs:
        return False
    months = abs(_number(mine.year, mine.month) - _number(theirs.year, theirs.month))
    is_same_day = mine.day == theirs.day != 1 and months in ONE_OFF
    return is_same_day or abs((mine - theirs).days) == 1


def _ends(period: WrittenPeriod) -> Ends:
    return _number(period.first_date.year, period.first_date.month), _number(
        period.final_date.year, period.final_date.month
    )


def _number(year: int, month: int) -> int:
    return MONTHS_A_YEAR * year + month


def _is_one_off(own: Ends, other: Ends) -> bool:
    starts, finals = abs(own[0] - other[0]), abs(own[1] - other[1])
    return (starts == 0 and finals in ONE_OFF) or (finals == 0 and starts in ONE_OFF)
