"""Printed lengths against the periods they belong to, ends before beginnings, and terms that overlap."""

import re
from collections.abc import Iterator
from itertools import pairwise

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.quantities import MONEY
from madoguchi.review.written_periods import (
    MONTHS_A_YEAR,
    WrittenPeriod,
    added_months,
    moment_pairs,
    moments,
    periods,
    western_year,
)

MONTHS = r"(?:(?P<years>\d{1,2})年(?:間)?)?(?P<months>\d{1,3})(?:か|ケ|カ|箇|ヵ|ヶ)月(?:間)?"
LENGTH = re.compile(rf"{MONTHS}|(?<![\d年])(?P<only>\d{{1,2}})年間")
AFTER_PERIOD = re.compile(r"^(?:まで)?[のはで、]{0,2}[(]?[^、。\d()うち]{0,14}[(:]?約?$")
FROM_MONTH = re.compile(rf"^(?:から|より)の約?(?P<length>{MONTHS})")
LABELLED = re.compile(rf"(?P<label>契約期間|実施期間|評価期間|事業期間|提供期間)[:はの]?(?P<length>{MONTHS})")
LABEL_REACH, LENGTH_REACH, LIST_REACH, END_REACH = 30, 28, 40, 60
MONTHS_LISTED = re.compile(
    r"(?P<count>\d{1,2})(?:か|カ|ケ)月間?[:、(](?P<first>\d{1,2})月(?:から|〜)(?P<final>\d{1,2})月(?!\d)"
)
TERM = re.compile(
    r"(?P<era>明治|大正|昭和|平成|令和)(?P<first>元|\d{1,2})年度から"
    r"(?P<later>平成|令和)?(?P<final>元|\d{1,2})年度までを第(?P<number>\d+)期"
)


def check_periods(document: Document) -> Iterator[Finding]:
    found = periods(document)
    yield from _reversed(document)
    for period in found:
        yield from _length_after(document, period)
    yield from _counted_from(document)
    yield from _months_listed(document)
    yield from _labelled(document, found)
    yield from _neighbours(document, found)
    yield from _terms(document)


def _reversed(document: Document) -> Iterator[Finding]:
    for first, final in moment_pairs(document):
        if first.exists and final.exists and first.first_date > final.final_date:
            yield finding_at(
                document=document,
                at=(first.span.start, final.span.end),
                kind=Kind.PERIOD_LENGTH,
                certainty=Certainty.CERTAIN,
                right="始まりより後の終わり",
                reason="期間の終わりが始まりより前にある",
            )


def months_of(match: re.Match[str]) -> int:
    groups = match.groupdict()
    if groups.get("only"):
        return MONTHS_A_YEAR * int(groups["only"])
    return MONTHS_A_YEAR * int(groups.get("years") or 0) + int(groups["months"])


def _length_after(document: Document, period: WrittenPeriod) -> Iterator[Finding]:
    """Compare a length right behind its period, as in まで（48か月） or までの1年9か月."""
    after = document.flow[period.span.end : period.span.end + LENGTH_REACH].partition("\n")[0]
    match = LENGTH.search(after)
    if match is None or not AFTER_PERIOD.match(after[: match.start()]):
        return
    start = period.span.end + match.start()
    yield from _compared(document, period, start, period.span.end + match.end(), months_of(match))


def _compared(document: Document, period: WrittenPeriod, start: int, end: int, printed: int) -> Iterator[Finding]:
    is_about = document.flow[start - 1] == "約" or document.flow[end : end + 2] == "程度"
    if period.months == printed and (period.extra_days == 0 or is_about or not period.has_days):
        return
    if is_about and period.months + 1 == printed:
        return
    if period.months == printed and document.flow[end:].startswith(f"と{period.extra_days}日"):
        return
    right = length_text(period)
    is_near = period.months == printed
    reason = f"{period.span.text}は{right}" + ("。端数の日の扱いが書かれていない" if is_near else "")
    certainty = Certainty.POSSIBLE if is_near else Certainty.CERTAIN
    yield finding_at(
        document=document,
        at=(start, end),
        kind=Kind.PERIOD_LENGTH,
        certainty=certainty,
        right=right,
        reason=reason.replace("\n", ""),
    )


def length_text(period: WrittenPeriod) -> str:
    days = f"と{period.extra_days}日" if period.extra_days else ""
    return f"{period.months}か月{days}"


def _counted_from(document: Document) -> Iterator[Finding]:
    """`令和4年2月からの48か月` shall end where the period named just before ends."""
    ended = [(final.span.end, final) for _, final in moment_pairs(document) if final.exists]
    for moment in moments(document):
        match = FROM_MONTH.match(document.flow[moment.span.end :][:LENGTH_REACH])
        if match is None or not moment.exists:
            continue
        before = [final for end, final in ended if moment.span.start - END_REACH < end <= moment.span.start]
        if not before:
            continue
        given = months_of(match)
        end_date = added_months(moment.first_date, given)
        month = before[-1].final_date
        if (end_date.year, end_date.month) != (added := added_months(month.replace(day=1), 1)).timetuple()[:2]:
            right = MONTHS_A_YEAR * (added.year - moment.first_date.year) + added.month - moment.first_date.month
            start = moment.span.end + match.start("length")
            reason = f"{moment.span.text}から{before[-1].span.text}までは{right}か月"
            yield finding_at(
                document=document,
                at=(start, moment.span.end + match.end("length")),
                kind=Kind.PERIOD_LENGTH,
                certainty=Certainty.CERTAIN,
                right=f"{right}か月",
                reason=reason,
            )


def _months_listed(document: Document) -> Iterator[Finding]:
    """Compare `6か月間：10月〜3月`, in either order."""
    for match in MONTHS_LISTED.finditer(document.flow):
        first, final = int(match["first"]), int(match["final"])
        right = (final - first) % MONTHS_A_YEAR + 1
        if right != int(match["count"]):
            reason = f"{first}月から{final}月までは{right}か月"
            yield finding_at(
                document=document,
                at=match.span("count"),
                kind=Kind.PERIOD_LENGTH,
                certainty=Certainty.CERTAIN,
                right=f"{right}か月",
                reason=reason,
            )


def _labelled(document: Document, found: tuple[WrittenPeriod, ...]) -> Iterator[Finding]:
    """`契約期間：42か月` against the period that the document gives under the same label, else the nearest before."""
    for match in LABELLED.finditer(document.flow):
        own = [each for each in found if _is_headed(document, each, match["label"])]
        near = [each for each in found if each.span.end <= match.start() and "\n" not in each.span.text]
        period = own[0] if own else near[-1] if near else None
        if period is not None and not (own and near and _is_other_term(near[-1], period, match.start())):
            yield from _compared_label(document, match, period, is_own=bool(own))


def _compared_label(
    document: Document, match: re.Match[str], period: WrittenPeriod, *, is_own: bool
) -> Iterator[Finding]:
    printed = months_of(match)
    if period.months == printed and period.extra_days == 0:
        return
    if not is_own and abs(period.months - printed) > 1:
        return
    line = document.place(start=period.span.start, end=period.span.end).line
    own = f"{line}行目に{match['label']}として記された" if is_own else ""
    reason = f"{own}{period.span.text}は{length_text(period)}".replace("\n", "")
    yield finding_at(
        document=document,
        at=match.span(),
        kind=Kind.PERIOD_LENGTH,
        certainty=Certainty.POSSIBLE,
        right=length_text(period),
        reason=reason,
    )


def _is_other_term(near: WrittenPeriod, own: WrittenPeriod, position: int) -> bool:
    """Say whether the length belongs to a period right before it that lies wholly outside the labelled one."""
    is_close = position - near.span.end <= LENGTH_REACH
    return is_close and (near.final_date < own.first_date or own.final_date < near.first_date)


def _is_headed(document: Document, period: WrittenPeriod, label: str) -> bool:
    before = document.flow[max(period.span.start - LABEL_REACH, 0) : period.span.start].rstrip("\n\t:(は、")
    return before.endswith(label)


def _neighbours(document: Document, found: tuple[WrittenPeriod, ...]) -> Iterator[Finding]:
    """Periods listed one after the other, each with its own amount, shall not share days: they would count twice."""
    for first, second in pairwise(found):
        between = document.flow[first.span.end : second.span.start]
        is_list = len(between) <= LIST_REACH and between.count("\n") == 1 and MONEY.search(between)
        if is_list and first.first_date < second.first_date <= first.final_date:
            days = (min(first.final_date, second.final_date) - second.first_date).days + 1
            total = (second.final_date - first.first_date).days + 1
            reason = f"前の行の{first.span.text}と{days}日重なる。両方で{total}日"
            right = "重ならない期間、または重なりの説明"
            yield finding_at(document=document, at=second.span, kind=Kind.OVERLAP, right=right, reason=reason)


def _terms(document: Document) -> Iterator[Finding]:
    """Numbered terms of fiscal years: the next begins in the year after the one before ends."""
    found = list(TERM.finditer(document.flow))
    for first, second in pairwise(found):
        if int(second["number"]) != int(first["number"]) + 1:
            continue
        ended = western_year(first["later"] or first["era"], first["final"])
        begun = western_year(second["era"], second["first"])
        if begun <= ended:
            reason = f"第{first['number']}期の終わりと第{second['number']}期の始まりが同じ年度または逆の順"
            year = second["first"]
            right = f"第{first['number']}期は{second['era']}{year}年度より前の年度まで"
            yield finding_at(
                document=document,
                at=first.span(),
                kind=Kind.OVERLAP,
                certainty=Certainty.CERTAIN,
                right=right,
                reason=reason,
            )
