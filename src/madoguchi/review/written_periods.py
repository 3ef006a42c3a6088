"""Dates, months and periods as a running text writes them, with the era said once for several dates."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from madoguchi.core.calendar.eras import ERAS, Era
from madoguchi.review.document import Document, Span
from madoguchi.review.once import once_a_document

ERA_NAMES = "|".join(era.name for era in ERAS)
ERA_LETTERS = "".join(era.letter for era in ERAS)
ERA_KANJI = "".join(era.name[0] for era in ERAS)
KANJI_DIGITS = "〇一二三四五六七八九"
COUNT = rf"\d{{1,2}}|[{KANJI_DIGITS}十]{{1,3}}"
YEAR = (
    rf"(?:(?P<era>{ERA_NAMES}|(?<![A-Za-z])[{ERA_LETTERS}](?=\d{{1,2}}[年.]))(?P<year>元|{COUNT})[年.]"
    rf"|(?P<western>(?:19|20)\d{{2}}|[一二][{KANJI_DIGITS}]{{3}})年|(?<!\d)(?P<bare>\d{{1,2}})年)"
)
WEEKDAYS = "月火水木金土日"
WEEKDAY = rf"(?:\((?P<weekday>[{WEEKDAYS}])(?:曜日?)?(?:[・、]?[祝休]日?)?\)|(?P<spelt>[{WEEKDAYS}])曜日?)?"
# after 令和4年 a number is a month where 月 follows, also as in 5〜9月; after H34. it needs none
MOMENT = re.compile(
    rf"{YEAR}(?P<month>{COUNT})(?:月(?:(?P<day>{COUNT})日)?|(?=(?:[〜・、-]|から)\d{{1,2}}月)"
    r"|(?:(?<=\.\d)|(?<=\.\d\d))(?:\.(?P<dot>\d{1,2}))?)"
    rf"(?P<fill>(?:末|初)日?)?{WEEKDAY}"
)
# R6/2/29, 令6.2.29 and 2024-02-29: a day between signs
SIGNED = re.compile(
    rf"(?:(?P<era>{ERA_NAMES}|(?<![A-Za-z一-龥])[{ERA_LETTERS}{ERA_KANJI}])(?P<year>元|\d{{1,2}})"
    r"|(?<![\d./-])(?P<western>(?:19|20)\d{2}))(?P<sign>[./-])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})(?![\d./-])"
    + WEEKDAY
)
FISCAL = re.compile(rf"(?P<era>{ERA_NAMES}|[{ERA_LETTERS}])(?P<year>元|\d{{1,2}})(?:年度|fy|(?=→))")
DAY_ONLY = re.compile(r"(?<!\d)(?<!\d年)(?<!元年)(?P<month>\d{1,2})月(?P<day>\d{1,2})日")
JOIN = re.compile(r"(?:から|〜|より|-)(?:同年)?")
MONTHS_A_YEAR = 12
BARE_REACH = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenMoment:
    """A date or a month in the text. `day` is None for a month; the era of a bare year is the one before it."""

    span: Span
    year: int
    month: int
    day: int | None
    weekday: str
    era: str

    @property
    def exists(self) -> bool:
        return 1 <= self.month <= MONTHS_A_YEAR and (self.day is None or 1 <= self.day <= self.month_length)

    @property
    def month_length(self) -> int:
        return calendar.monthrange(self.year, self.month)[1]

    @property
    def first_date(self) -> date:
        return date(self.year, self.month, min(self.day or 1, self.month_length))

    @property
    def final_date(self) -> date:
        return date(self.year, self.month, min(self.day or self.month_length, self.month_length))


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenPeriod:
    """Two moments with から or 〜 between them; both ends belong to it."""

    span: Span
    first_date: date
    final_date: date
    has_days: bool

    @property
    def months(self) -> int:
        """Return the whole months; days beyond them are in `extra_days`."""
        return self._months_and_days()[0]

    @property
    def extra_days(self) -> int:
        return self._months_and_days()[1]

    def _months_and_days(self) -> tuple[int, int]:
        end_date = self.final_date + timedelta(days=1)
        months = MONTHS_A_YEAR * (end_date.year - self.first_date.year) + end_date.month - self.first_date.month
        if added_months(self.first_date, months) > end_date:
            months -= 1
        return months, (end_date - added_months(self.first_date, months)).days


def added_months(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, MONTHS_A_YEAR)
    length = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, length))


def western_year(era: str, year: str) -> int:
    return era_named(era).first_date.year + (1 if year == "元" else count_of(year)) - 1


def era_named(name: str) -> Era:
    """Return an era by its name, its letter or the first kanji of its name."""
    return next(each for each in ERAS if name in (each.name, each.letter, each.name[0]))


def count_of(text: str) -> int:
    """Return a number of up to four digits, also one in kanji such as 三十一 or 二〇二四."""
    if text.isascii():
        return int(text)
    tens, is_tens, ones = text.rpartition("十")
    if is_tens:
        return 10 * count_of(tens or "一") + (count_of(ones) if ones else 0)
    return int("".join(str(KANJI_DIGITS.index(char)) for char in text))


@once_a_document
def moments(document: Document) -> tuple[WrittenMoment, ...]:
    return tuple(_moments(document.flow))


def _moments(flow: str) -> Iterator[WrittenMoment]:
    era, reach = "", -1
    for match in _matches(flow):
        groups = match.groupdict()
        written, bare = groups["era"] or "", groups.get("bare")
        if bare and not (era and match.start() <= reach):
            if flow[match.start() - 1 : match.start()] != "(" or not era:
                continue
        elif written:
            era = written
        reach = match.end() + BARE_REACH
        western = groups["western"]
        day = groups["day"] or groups.get("dot")
        yield WrittenMoment(
            span=Span(start=match.start(), end=match.end(), text=match.group()),
            year=count_of(western) if western else western_year(written or era, groups["year"] or bare or ""),
            month=count_of(groups["month"]),
            day=count_of(day) if day else None,
            weekday=groups["weekday"] or groups["spelt"] or "",
            era="" if western else era_named(written or era).name,
        )


def _matches(flow: str) -> Iterator[re.Match[str]]:
    """Yield the dates of both ways of writing in order, of two that overlap the longer one."""
    found = sorted(
        (match for pattern in (MOMENT, SIGNED) for match in pattern.finditer(flow)),
        key=lambda match: (match.start(), -match.end()),
    )
    end = 0
    for match in found:
        if match.start() >= end:
            end = match.end()
            yield match


@once_a_document
def periods(document: Document) -> tuple[WrittenPeriod, ...]:
    """Return the periods whose ends exist or lie in an existing month; a reversed one is left to the checks."""
    return tuple(_periods(document))


def _periods(document: Document) -> Iterator[WrittenPeriod]:
    for first, final in moment_pairs(document):
        if _is_usable(first) and _is_usable(final) and first.first_date <= final.final_date:
            yield WrittenPeriod(
                span=Span(
                    start=first.span.start,
                    end=final.span.end,
                    text=document.flow[first.span.start : final.span.end],
                ),
                first_date=first.first_date,
                final_date=final.final_date,
                has_days=first.day is not None and final.day is not None,
            )


@once_a_document
def moment_pairs(document: Document) -> tuple[tuple[WrittenMoment, WrittenMoment], ...]:
    found = moments(document)
    return tuple(
        (first, final)
        for first, final in pairwise(found)
        if JOIN.fullmatch(document.flow[first.span.end : final.span.start].strip("\n"))
    )


def _is_usable(moment: WrittenMoment) -> bool:
    return 1 <= moment.month <= MONTHS_A_YEAR and (moment.day is None or moment.day <= 31)  # noqa: PLR2004


@dataclass(frozen=True, kw_only=True, slots=True)
class FiscalYear:
    """A fiscal year in the text, as the year of its April."""

    span: Span
    year: int


@once_a_document
def fiscal_years(document: Document) -> tuple[FiscalYear, ...]:
    return tuple(
        FiscalYear(
            span=Span(start=match.start(), end=match.end(), text=match.group()),
            year=western_year(match["era"], match["year"]),
        )
        for match in FISCAL.finditer(document.flow)
    )
