"""Fiscal years that stand side by side: the same pair told again, a value told of two years, a year told twice."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from madoguchi.core.calendar.periods import fiscal_year_of
from madoguchi.review.document import Document
from madoguchi.review.finding_at import finding_at
from madoguchi.review.findings import Certainty, Finding, Kind
from madoguchi.review.quantities import NUMBER
from madoguchi.review.written_periods import FiscalYear, fiscal_years, periods

CHAIN_REACH, USUAL, SHORTEST = 48, 2, 2
PAIR_REACH, HEADED_REACH = 24, 120
VALUE_AFTER = re.compile(
    rf"(?:は|調査|の[^\d。、\n\t]{{2,12}}は|→)?\n?(?P<value>{NUMBER}(?:%|点|円|千円))(?!以上|以下|以内|未満|超)"
)
VALUE_BEFORE = re.compile(rf"(?P<value>{NUMBER}%)(?:\([^()]*\))?\($")
COMPARED = re.compile(r"\n?(?:年度)?比\)")
TELLING = 4
AMOUNT = re.compile(rf"(?:\([^()]*\))?[:は](?P<value>{NUMBER}円)")
CONCERNING = re.compile(r"については")
PART_OF_YEAR = "四半期|半期|期|か月|月|回|週"
SAME = re.compile(
    rf"(?P<label>[^\d。、\n\t()△-]{{0,8}})(?P<sign>[△-]?){NUMBER}(?!\d|{PART_OF_YEAR})(?P<unit>[%点名件人]?)"
)
HEADED = re.compile(r"(?P<label>[^\d。、\n\t]{0,8})(?=[\t\n])")
NEXT_YEAR = re.compile(r"中は[^。]{0,40}、$")


def check_year_lists(document: Document) -> Iterator[Finding]:
    found = fiscal_years(document)
    yield from _chains(document, found)
    yield from _values(document, found)
    yield from _amounts(document, found)
    yield from _concerning(document, found)
    yield from _next_year(document, found)
    yield from _twice(document, found)
    yield from _headings(document, found)
    yield from _repeated(document, found)


def _twice(document: Document, found: Sequence[FiscalYear]) -> Iterator[Finding]:
    """Find `平成25年度は19.3%、平成25年度は4.2%`: neighbours with a rate each are of two years."""
    for before, year in pairwise(found):
        values = [each and each["value"] for each in (_value(document, before), _value(document, year))]
        between = document.flow[before.span.end : year.span.start]
        if all(values) and year.year == before.year and len(between) <= PAIR_REACH and "。" not in between:
            yield _finding_of(document, year, "別の年度", f"すぐ前の{values[0]}も{before.span.text}の値")


def _repeated(document: Document, found: Sequence[FiscalYear]) -> Iterator[Finding]:
    """Find one year twice running in a list of years, in the heading of a table or in rows of one kind."""
    for before, year in pairwise(found):
        between = document.flow[before.span.end : year.span.start]
        if year.year != before.year or len(between) > PAIR_REACH or "。" in between or "、" in between:
            continue
        for pattern in (SAME, HEADED):
            mine, other = (pattern.match(document.flow, each.span.end) for each in (before, year))
            is_row = between[-1:] in ("\n", "\t", "") or "→" in between
            if mine and other and mine.groups() == other.groups() and is_row:
                yield _finding_of(document, year, "別の年度", f"並んだすぐ前も{before.span.text}")
                break


def _value(document: Document, year: FiscalYear) -> re.Match[str] | None:
    """Return the figure told right after a year, or as that year's before it."""
    after = VALUE_AFTER.match(document.flow, year.span.end)
    if after is not None:
        return after
    before = VALUE_BEFORE.search(document.flow[max(year.span.start - CHAIN_REACH, 0) : year.span.start])
    return before if before is not None and COMPARED.match(document.flow, year.span.end) else None


def _headings(document: Document, found: Sequence[FiscalYear]) -> Iterator[Finding]:
    """Find a line that is a year alone over a first period of another year."""
    terms = periods(document)
    for year in found:
        is_line = document.flow[year.span.start - 1 : year.span.start] in ("", "\n")
        if not is_line or not document.flow.startswith("\n", year.span.end):
            continue
        below = next((each for each in terms if 0 < each.span.start - year.span.end <= HEADED_REACH), None)
        if below is not None and below.has_days and fiscal_year_of(below.first_date) != year.year:
            line = document.place(start=below.span.start, end=below.span.end).line
            right = f"{fiscal_year_of(below.first_date)}年度"
            yield _finding_of(document, year, right, f"この見出しの下の{line}行目の期間は{below.span.text}")


def _chains(document: Document, found: Sequence[FiscalYear]) -> Iterator[Finding]:
    """Find a list of years that differs in one from a list of the same length told twice or more."""
    chains = [chain for chain in _lists(document, found) if len(chain) >= SHORTEST]
    counts = Counter(tuple(each.year for each in chain) for chain in chains)
    for chain in chains:
        years = tuple(each.year for each in chain)
        for usual, count in counts.items():
            odd = [place for place, year in enumerate(usual) if len(usual) == len(years) and year != years[place]]
            is_near = len(odd) == 1 and abs(usual[odd[0]] - years[odd[0]]) == 1
            if is_near and counts[years] == 1 and count >= USUAL and years not in _windows(counts, len(years)):
                slip = chain[odd[0]]
                right = slip.span.text.replace(_number(slip.span.text), str(_numbered(slip, usual[odd[0]])))
                yield _finding_of(document, slip, right, f"ほかの{count}か所では並んだ年度は{_told(usual)}")


def _windows(counts: Counter[tuple[int, ...]], length: int) -> set[tuple[int, ...]]:
    """Return the stretches of longer lists: a pair of a list of four is no slip."""
    longer = [years for years in counts if len(years) > length]
    return {years[start : start + length] for years in longer for start in range(len(years) - length + 1)}


def _lists(document: Document, found: Sequence[FiscalYear]) -> Iterator[list[FiscalYear]]:
    chain: list[FiscalYear] = []
    for year in found:
        between = document.flow[chain[-1].span.end : year.span.start] if chain else ""
        is_list = len(between) <= CHAIN_REACH and "。" not in between and not re.match(r"(?:から|〜|及び)", between)
        if chain and is_list and year.year > chain[-1].year:
            chain.append(year)
            continue
        yield chain
        chain = [year]
    yield chain


def _number(text: str) -> str:
    match = re.search(r"元|\d+", text)
    return match.group() if match else ""


def _numbered(slip: FiscalYear, right: int) -> int:
    number = _number(slip.span.text)
    return (1 if number == "元" else int(number)) + right - slip.year


def _told(years: Sequence[int]) -> str:
    return "、".join(f"{year}年度" for year in years)


def _finding_of(document: Document, slip: FiscalYear, right: str, reason: str) -> Finding:
    return finding_at(
        document=document,
        at=slip.span,
        kind=Kind.TWO_WAYS,
        certainty=Certainty.POSSIBLE,
        right=right,
        reason=reason,
    )


def _values(document: Document, found: Sequence[FiscalYear]) -> Iterator[Finding]:
    """Find `19.3%` told of one year here and of another there."""
    told: dict[str, list[FiscalYear]] = {}
    for year in found:
        match = _value(document, year)
        if match is not None and len(match["value"]) >= TELLING:
            told.setdefault(match["value"], []).append(year)
    for value, years in told.items():
        sentences = [document.sentence_at(each.span.start).start for each in years]
        if len({each.year for each in years}) > 1 and len(set(sentences)) == len(sentences):
            slip, first = years[-1], years[0]
            line = document.place(start=first.span.start, end=first.span.end).line
            right = f"{first.span.text}または{slip.span.text}"
            yield _finding_of(document, slip, right, f"{line}行目では{value}は{first.span.text}の値")


def _amounts(document: Document, found: Sequence[FiscalYear]) -> Iterator[Finding]:
    """Find one year with two amounts where each line gives a year its own."""
    first: dict[int, tuple[FiscalYear, str]] = {}
    for year in found:
        match = AMOUNT.match(document.flow, year.span.end)
        if match is None:
            continue
        before, value = first.setdefault(year.year, (year, match["value"]))
        if value != match["value"]:
            line = document.place(start=before.span.start, end=before.span.end).line
            yield _finding_of(document, year, "別の年度", f"{line}行目では{before.span.text}は{value}")


def _concerning(document: Document, found: Sequence[FiscalYear]) -> Iterator[Finding]:
    """Find `平成30年度については…、平成30年度については` in one sentence."""
    told = [year for year in found if CONCERNING.match(document.flow, year.span.end)]
    for place, year in enumerate(told[1:], start=1):
        before = told[place - 1]
        is_same = document.sentence_at(before.span.start).start == document.sentence_at(year.span.start).start
        if is_same and year.year != before.year + 1:
            yield _finding_of(document, year, f"{before.year + 1}年度", "同じ文で前の年度に続く年度ではない")


def _next_year(document: Document, found: Sequence[FiscalYear]) -> Iterator[Finding]:
    """Find `令和3年度中は試行期間とし、令和5年度以降は`: the years between are told of nowhere."""
    for place, year in enumerate(found[1:], start=1):
        between = document.flow[found[place - 1].span.end : year.span.start]
        is_after = document.flow.startswith("以降", year.span.end)
        if NEXT_YEAR.search(between) and is_after and year.year != found[place - 1].year + 1:
            yield _finding_of(document, year, f"{found[place - 1].year + 1}年度", "前の期間に続く年度ではない")
