"""Japanese era dates: read strictly in every spelling official documents use, and written.

Months before 1873 are not supported: the calendar was another one.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from madoguchi.core.calendar.periods import fiscal_year_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Era:
    """An era by its names; it lasts until the day before the next one's first."""

    name: str
    letter: str
    first_date: date
    english: str


# A new era is one more line here.
ERAS = (
    Era(name="明治", letter="M", first_date=date(1868, 1, 25), english="Meiji"),
    Era(name="大正", letter="T", first_date=date(1912, 7, 30), english="Taisho"),
    Era(name="昭和", letter="S", first_date=date(1926, 12, 25), english="Showa"),
    Era(name="平成", letter="H", first_date=date(1989, 1, 8), english="Heisei"),
    Era(name="令和", letter="R", first_date=date(2019, 5, 1), english="Reiwa"),
)
FIRST_SUPPORTED = date(1873, 1, 1)
WEEKDAYS = "月火水木金土日"
NAMES = "|".join(each.name for each in ERAS)
LETTERS = "".join(each.letter for each in ERAS)
YEAR = rf"(?:(?P<era>{NAMES}|[{LETTERS}])\.?(?P<year>元|\d{{1,2}})|(?P<western>\d{{4}}))"
WEEKDAY = r"(?:[(（](?P<weekday>[月火水木金土日])(?:曜日?)?[)）])?"
DATE_TEXT = re.compile(rf"{YEAR}(?:年|[./-])(?P<month>\d{{1,2}})(?:月|[./-])(?P<day>\d{{1,2}})日?{WEEKDAY}")
MONTH_TEXT = re.compile(rf"{YEAR}(?:年|[./-])(?P<month>\d{{1,2}})月?")
FISCAL_TEXT = re.compile(rf"{YEAR}(?:年度|fy|FY)")


class EraDateError(ValueError):
    """A text is not a date that exists in its era; the message says why and, where there is one, what was meant."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenDate:
    """A date as a document wrote it; `correction` is the right spelling where the written one is out of its era."""

    text: str
    date: date
    correction: str | None = None


def parse_date(text: str) -> date:
    """Return the date of a text such as 令和元年5月24日, R6.4.19, 平成29年2月10日（金） or 2019年5月24日.

    Full-width digits and spaces between digits are read. Raises EraDateError for a day that does not exist, a
    year outside its era (with the right reading) or a weekday that does not fit.
    """
    written = read_written_date(text)
    if written.correction is not None:
        raise EraDateError(f"{text!r} lies outside its era; it would be {written.correction}")
    return written.date


def read_written_date(text: str) -> WrittenDate:
    """Return a date as written, also where its era had already ended: documents name years ahead that way."""
    match = DATE_TEXT.fullmatch(folded(text))
    if match is None:
        raise EraDateError(f"{text!r} is not a date: write it as 令和元年5月24日, R1.5.24 or 2019年5月24日")
    year, month = _year_of(match, text), _month_of(match, text)
    day = _existing(year, month, int(match["day"]), text)
    if match["weekday"] and WEEKDAYS[day.weekday()] != match["weekday"]:
        raise EraDateError(f"{text!r} is a {WEEKDAYS[day.weekday()]}, not a {match['weekday']}")
    return WrittenDate(text=text, date=day, correction=_correction(match, day, text))


def parse_month(text: str) -> date:
    """Return the first day of a month such as 平成30年10月."""
    match = MONTH_TEXT.fullmatch(folded(text))
    if match is None:
        raise EraDateError(f"{text!r} is not a month: write it as 平成30年10月")
    return _existing(_year_of(match, text), _month_of(match, text), 1, text)


def parse_fiscal_year(text: str) -> int:
    """Return the fiscal year of 平成26年度, 令和元年度 or H26fy, as the year of its April."""
    match = FISCAL_TEXT.fullmatch(folded(text))
    if match is None:
        raise EraDateError(f"{text!r} is not a fiscal year: write it as 令和4年度")
    return _year_of(match, text)


def folded(text: str) -> str:
    """Return a text with half-width digits and signs and without spaces."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _year_of(match: re.Match[str], text: str) -> int:
    if match["western"]:
        return int(match["western"])
    era = next(each for each in ERAS if match["era"] in (each.name, each.letter))
    number = 1 if match["year"] == "元" else int(match["year"])
    if number == 0:
        raise EraDateError(f"{text!r}: an era's first year is 1 (元年)")
    return era.first_date.year + number - 1


def _month_of(match: re.Match[str], text: str) -> int:
    month = int(match["month"])
    if not 1 <= month <= 12:  # noqa: PLR2004  # months of a year
        raise EraDateError(f"{text!r}: a year has the months 1 to 12")
    return month


def _existing(year: int, month: int, day: int, text: str) -> date:
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    if not 1 <= day <= last:
        raise EraDateError(f"{text!r}: no such day, month {month} has {last} days")
    found = date(year, month, day)
    if found < FIRST_SUPPORTED:
        raise EraDateError(f"{text!r}: dates before 1 January 1873 are not supported")
    return found


def _correction(match: re.Match[str], day: date, text: str) -> str | None:
    if match["western"]:
        return None
    written = next(each for each in ERAS if match["era"] in (each.name, each.letter))
    if day < written.first_date:
        raise EraDateError(f"{text!r}: {written.name} began on {written.first_date}; it would be {format_date(day)}")
    return None if era_of(day) is written else format_date(day)


def era_of(day: date) -> Era:
    """Return the era a day lies in. Raises EraDateError before 1873."""
    if day < FIRST_SUPPORTED:
        raise EraDateError(f"{day}: dates before 1 January 1873 are not supported")
    return max((each for each in ERAS if each.first_date <= day), key=lambda each: each.first_date)


def format_date(day: date, *, has_weekday: bool = False) -> str:
    """Return a date as official documents write it: 令和元年5月24日."""
    weekday = f"（{WEEKDAYS[day.weekday()]}）" if has_weekday else ""
    return f"{_era_year(day)}{day.month}月{day.day}日{weekday}"


def format_short(day: date) -> str:
    """Return a date as tables write it: R1.5.24."""
    era = era_of(day)
    return f"{era.letter}{day.year - era.first_date.year + 1}.{day.month}.{day.day}"


def format_month(day: date) -> str:
    return f"{_era_year(day)}{day.month}月"


def _era_year(day: date) -> str:
    era = era_of(day)
    number = day.year - era.first_date.year + 1
    return f"{era.name}{'元' if number == 1 else number}年"


def format_fiscal_year(year: int, *, named_by_april: bool = True) -> str:
    """Return a fiscal year as 令和4年度, named after the era of its first day.

    The year in which an era changes is written both ways: 2019 is 平成31年度, or 令和元年度 where
    `named_by_april` is false (named after the era of its last day).
    """
    day = date(year, 4, 1) if named_by_april else date(year + 1, 3, 31)
    era = era_of(day)
    number = year - era.first_date.year + 1
    return f"{era.name}{'元' if number == 1 else number}年度"


def fiscal_year_text(day: date) -> str:
    return format_fiscal_year(fiscal_year_of(day))
