"""第2期 and 第3期: the numbers of a contract's terms against the years they are given and against each other."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from madoguchi.core.calendar.periods import fiscal_year_of
from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.written_periods import WrittenPeriod, fiscal_years, periods, western_year

DEFINED = re.compile(
    r"(?P<era>平成|令和)(?P<first>元|\d{1,2})年度から(?P<later>平成|令和)?(?P<final>元|\d{1,2})年度までを第(?P<number>\d)期"
)
NAMED = re.compile(r"第(?P<number>\d)期")
BOTH = re.compile(r"第(?P<number>\d)期(?:事業)?と第(?P=number)期")
WITH_ITSELF = re.compile(r"第(?P<number>\d)期(?:事業)?と比較して")
OF_MARKET_TESTING = re.compile(r"市場化テストの?第?(?P<number>\d)期目|第(?P<other>\d)期目")
USUAL = 3
ROW_REACH, YEAR_REACH = 8, 16
Years = tuple[int, int]


def check_term_numbers(document: Document) -> Iterator[Finding]:
    defined = list(DEFINED.finditer(document.flow))
    if len(defined) > 1:
        years = {int(match["number"]): _years(match) for match in defined}
        yield from _in_order(document, defined)
        yield from _undefined(document, years)
        yield from _of_periods(document, years)
        yield from _of_years(document, years)
        yield from _with_itself(document, max(years))
    for match in BOTH.finditer(document.flow):
        reason = "同じ期どうしを比べている"
        yield finding_at(document=document, at=match.span(), kind=Kind.TWO_WAYS, right="二つの異なる期", reason=reason)
    yield from _terms_told(document)


def _years(match: re.Match[str]) -> Years:
    return western_year(match["era"], match["first"]), western_year(match["later"] or match["era"], match["final"])


def _in_order(document: Document, defined: list[re.Match[str]]) -> Iterator[Finding]:
    for place, match in enumerate(defined, start=int(defined[0]["number"])):
        expected = place if int(defined[-1]["number"]) - int(defined[0]["number"]) == len(defined) - 1 else None
        expected = expected or place - int(defined[0]["number"]) + 1
        if int(match["number"]) != expected:
            reason = f"並んだ期の{expected}番目"
            right = f"第{expected}期"
            yield finding_at(document=document, at=match.span("number"), kind=Kind.TWO_WAYS, right=right, reason=reason)


def _undefined(document: Document, years: Mapping[int, Years]) -> Iterator[Finding]:
    for match in NAMED.finditer(document.flow):
        if int(match["number"]) > max(years):
            reason = f"この文書に記された期は第{max(years)}期まで"
            right = f"第{max(years)}期まで"
            yield finding_at(document=document, at=match.span(), kind=Kind.TWO_WAYS, right=right, reason=reason)


def _of_periods(document: Document, years: Mapping[int, Years]) -> Iterator[Finding]:
    """`第3期 令和3年10月から令和7年3月まで` in a row of a table against the years of the term."""
    for period in periods(document):
        before = document.flow[max(period.span.start - ROW_REACH, 0) : period.span.start]
        match = next(iter(NAMED.finditer(before)), None)
        own = (fiscal_year_of(period.first_date), fiscal_year_of(period.final_date))
        if match is not None and int(match["number"]) in years and years[int(match["number"])] != own:
            yield _of_another(document, period, int(match["number"]), years[int(match["number"])])


def _of_another(document: Document, period: WrittenPeriod, number: int, own: Years) -> Finding:
    name = f"第{number}期"
    defined = next(each for each in DEFINED.finditer(document.flow) if int(each["number"]) == number)
    line = document.place(start=defined.start(), end=defined.end()).line
    reason = f"{line}行目では{name}は{own[0]}年度から{own[1]}年度まで"
    right = f"{name}の期間、または期の番号の訂正"
    return finding_at(document=document, at=period.span, kind=Kind.TWO_WAYS, right=right, reason=reason)


def _of_years(document: Document, years: Mapping[int, Years]) -> Iterator[Finding]:
    """`令和3年度から市場化テスト第3期` against the year that the term begins in."""
    for year in fiscal_years(document):
        match = re.match(
            r"から(?:市場化テスト)?の?第(?P<number>\d)期",
            document.flow[year.span.end : year.span.end + YEAR_REACH],
        )
        if match is None or int(match["number"]) not in years:
            continue
        first = years[int(match["number"])][0]
        if first != year.year:
            reason = f"この文書では第{match['number']}期は{first}年度から"
            right = "第" + next((str(each) for each, (begun, _) in years.items() if begun == year.year), "?") + "期"
            at = (year.span.start, year.span.end + match.end())
            yield finding_at(
                document=document,
                at=at,
                kind=Kind.TWO_WAYS,
                right=right if "?" not in right else "期の始まる年度",
                reason=reason,
            )


def _with_itself(document: Document, latest: int) -> Iterator[Finding]:
    """Find the present term compared with itself."""
    for match in WITH_ITSELF.finditer(document.flow):
        if int(match["number"]) == latest:
            reason = f"第{latest}期は今の期。比べる相手は前の期"
            right = f"第{latest - 1}期と比較して"
            yield finding_at(document=document, at=match.span(), kind=Kind.TWO_WAYS, right=right, reason=reason)


def _terms_told(document: Document) -> Iterator[Finding]:
    """Find `第2期目` once in a document that elsewhere calls its own term another one."""
    found = list(OF_MARKET_TESTING.finditer(document.flow))
    counts = Counter(match["number"] or match["other"] for match in found)
    usual, count = counts.most_common(1)[0] if counts else ("", 0)
    for match in found:
        mine = match["number"] or match["other"]
        if mine != usual and counts[mine] == 1 and count > 1:
            reason = f"他の{count}か所では{usual}期目"
            yield finding_at(
                document=document,
                at=match.span(),
                kind=Kind.TWO_WAYS,
                certainty=Certainty.POSSIBLE,
                right=match.group().replace(mine, usual),
                reason=reason,
            )
