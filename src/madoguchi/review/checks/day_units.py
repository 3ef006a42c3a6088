"""Months called open days, and open days called months."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.written_periods import MONTHS_A_YEAR, periods

OPEN_DAY = r"開庁日|営業日"
# a length in days where only months can be: of a term's name, of a year, or in a conversion to a year
OF_A_TERM = re.compile(
    rf"(?:契約|実施|評価|事業|提供|支払い?|運用|履行)期間(?:は|が|:|\()?(?P<count>\d{{1,3}})(?P<unit>{OPEN_DAY})(?!以内|前|後|目)"
)
OF_A_YEAR = re.compile(rf"(?:年間?|年度|年あたり|年当たり)\((?P<count>{MONTHS_A_YEAR})(?P<unit>{OPEN_DAY})\)")
CONVERTED = re.compile(
    rf"[÷×](?:[一-龥]{{1,6}})?\d{{1,3}}(?:か月|{OPEN_DAY})[÷×](?P<count>\d{{1,3}})(?P<unit>{OPEN_DAY})"
)
DIVIDED = re.compile(
    rf"[÷×](?:[一-龥]{{1,6}})?(?P<count>\d{{1,3}})(?P<unit>{OPEN_DAY})[÷×]\d{{1,3}}(?:か月|{OPEN_DAY})"
)
AFTER_YEARS = re.compile(rf"\d{{1,2}}年(?P<count>\d{{1,2}})(?P<unit>{OPEN_DAY})")
FROM_MONTH = re.compile(rf"月からの(?P<count>12|24|36|48|60|72|84)(?P<unit>{OPEN_DAY})")
OVER_MONTHS = re.compile(
    rf"(?P<count>\d{{1,2}})(?P<unit>{OPEN_DAY})間?[:、(](?P<first>\d{{1,2}})月(?:から|〜)(?P<final>\d{{1,2}})月(?!\d)"
)
AFTER_PERIOD = re.compile(
    rf"(?:まで)?[のは、]?\(?[^。\n\t\d]{{0,20}}?(?P<count>\d{{1,3}})(?P<unit>{OPEN_DAY})(?!以内|前|後|目)"
)
CHANGED = re.compile(r"\d{1,3}(?P<before>か月|開庁日|営業日)→\d{1,3}(?P<after>か月|開庁日|営業日)")
# one promise in two units: what is done is named before the number or after it
PROMISE = re.compile(
    rf"(?P<count>\d{{1,3}})(?P<unit>{OPEN_DAY}|か月)(?P<within>以内)(?:に|で|の)?"
    r"(?P<act>[^。、\n\t\v()\d]{0,10}(?:完了|回答|報告|解決|対応|復旧|処理|提出|通知))?"
)
SUBJECT = re.compile(r"申請|問題|課題|障害|不具合|問い?合わ?せ|要望|苦情|依頼|報告(?!書)|変更")
SUBJECT_REACH = 44
ACT = re.compile(r"(?:完了|回答|報告|解決|対応|復旧|処理|提出|通知)$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """A number of open days or months, what is asked for before it and what is done after it."""

    start: int
    end: int
    count: str
    is_of_months: bool
    subjects: frozenset[str]
    act: str


def check_day_units(document: Document) -> Iterator[Finding]:
    for pattern in (OF_A_TERM, OF_A_YEAR, CONVERTED, DIVIDED, AFTER_YEARS, FROM_MONTH):
        for match in pattern.finditer(document.flow):
            yield _months(document, match, "この長さは月数で数える")
    for match in OVER_MONTHS.finditer(document.flow):
        months = (int(match["final"]) - int(match["first"])) % MONTHS_A_YEAR + 1
        if months == int(match["count"]):
            yield _months(document, match, f"{match['first']}月から{match['final']}月は{months}か月")
    for period in periods(document):
        after = AFTER_PERIOD.match(document.flow, period.span.end)
        if after is not None and int(after["count"]) == period.months + (period.extra_days > 0):
            yield _months(document, after, f"{period.span.text}は{after['count']}か月")
    for match in CHANGED.finditer(document.flow):
        if match["before"] != match["after"]:
            reason = "変わる前と後の単位が違う"
            yield finding_at(
                document=document, at=match.span(), kind=Kind.UNITS, right="同じ単位の二つの値", reason=reason
            )
    yield from _promises(document)


def _months(document: Document, match: re.Match[str], reason: str) -> Finding:
    at = (match.start("count"), match.end("unit"))
    return finding_at(document=document, at=at, kind=Kind.UNITS, right=f"{match['count']}か月", reason=reason)


def _promises(document: Document) -> Iterator[Finding]:
    """Find `3開庁日以内に完了` that is `3か月以内に完了` elsewhere, of the same kind of request."""
    told: list[Promise] = []
    for match in PROMISE.finditer(document.flow):
        promise = _promise(document, match)
        other = next((each for each in told if _is_other_unit(each, promise)), None)
        told.append(promise)
        if other is not None:
            line = document.place(start=other.start, end=other.end).line
            texts = [document.flow[each.start : each.end].replace("\n", "") for each in (other, promise)]
            yield finding_at(
                document=document,
                at=(promise.start, promise.end),
                kind=Kind.UNITS,
                certainty=Certainty.POSSIBLE,
                right="または".join(texts),
                reason=f"{line}行目では{texts[0]}",
            )


def _promise(document: Document, match: re.Match[str]) -> Promise:
    sentence = document.sentence_at(match.start())
    before = document.flow[max(sentence.start, match.start() - SUBJECT_REACH) : match.start()]
    act = ACT.search(match["act"] or "")
    return Promise(
        start=match.start(),
        end=match.end("within"),
        count=match["count"],
        is_of_months=match["unit"] == "か月",
        subjects=frozenset(SUBJECT.findall(before)),
        act=act.group() if act else "",
    )


def _is_other_unit(first: Promise, second: Promise) -> bool:
    if first.count != second.count or first.is_of_months == second.is_of_months:
        return False
    if first.subjects and second.subjects:
        return bool(first.subjects & second.subjects)
    return bool(first.act) and first.act == second.act
