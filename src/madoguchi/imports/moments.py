"""A cell that says when, read however a tool or a person wrote it."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from madoguchi.core.calendar.eras import EraDateError, parse_date
from madoguchi.core.import_vocabulary import DayOrder
from madoguchi.intake.check import END_MOMENT, FIRST_MOMENT
from madoguchi.intake.convert import CellError, to_moment
from madoguchi.people.sayings import say

EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  # Excel's day 0; the zone is added later
FIRST_SERIAL, END_SERIAL = 36_526, 47_850
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
TIME = re.compile(
    r"[\sT]*(?P<before>午前|午後)?\s*(?P<hour>\d{1,2})[:時](?:(?P<minute>\d{1,2})分?)?(?::?(?P<second>\d{1,2})秒?)?(?:\.\d+)?"
    r"\s*(?P<after>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?$"
)
WEEKDAY = re.compile(r"\([月火水木金土日]\)|^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\s+")
YEAR_LATEST_WITH_TIME = re.compile(r"([A-Za-z]{3,9})\s+(\d{1,2})\s+(\d{1,2}:\d{2}(?::\d{2})?)\s+(\d{4})")
NAMED_DAY_FIRST = re.compile(r"(\d{1,2})[\s/-]([A-Za-z]{3,9})\.?[\s/-](\d{2}|\d{4})")
NAMED_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})")
YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
# what most tools write; also read below, at three times the cost
PLAIN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2})?")
FIGURES = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
SERIAL = re.compile(r"\d{5}(?:\.\d+)?")


class AmbiguousDayError(CellError):
    """A day that may be read in two ways."""


def read_moment(cell: object, *, zone: str, order: DayOrder, epoch: datetime | None = None) -> datetime:
    """Return an aware moment. Raises CellError with what is allowed; days that may be read in two ways are refused."""
    try:
        moment = to_moment(_parsed(cell, order, epoch or EPOCH), formats=(), zone=zone)
    except AmbiguousDayError:
        raise
    except CellError as error:
        raise CellError(say("存在する時刻")) from error
    except (ValueError, OverflowError, EraDateError) as error:
        raise CellError(say("存在する日時（例: 2026-05-20 09:30、令和8年5月20日 9時30分）")) from error
    if not FIRST_MOMENT <= moment < END_MOMENT:
        raise CellError(say("%(first)s年から%(last)s年までの日時", first=FIRST_MOMENT.year, last=END_MOMENT.year))
    return moment


def _parsed(cell: object, order: DayOrder, epoch: datetime) -> datetime:
    if isinstance(cell, date):
        return cell if isinstance(cell, datetime) else datetime.combine(cell, time())
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _of_serial(float(cell), epoch)
    text = str(cell)
    if PLAIN.fullmatch(text):
        return datetime.fromisoformat(text)
    text = unicodedata.normalize("NFKC", text).strip()
    if text.isdigit() and len(text) in FIGURES:
        return datetime.strptime(text, FIGURES[len(text)])  # noqa: DTZ007  # the zone is added by the caller
    if SERIAL.fullmatch(text):
        return _of_serial(float(text), epoch)
    return _of_text(WEEKDAY.sub("", text).strip(), order)


def _of_serial(days: float, epoch: datetime) -> datetime:
    """Return the moment of a workbook's count of days."""
    if not FIRST_SERIAL <= days < END_SERIAL:
        raise ValueError(days)
    return epoch + timedelta(seconds=round(days * 86_400))


def _of_text(text: str, order: DayOrder) -> datetime:
    if found := YEAR_LATEST_WITH_TIME.fullmatch(text):
        month, day, clock, year = found.groups()
        return _of_text(f"{day} {month} {year} {clock}", order)
    match = TIME.search(text)
    if match is None:
        return datetime.combine(_day(text, order), time())
    offset = match["zone"]
    clock = _clock(match)
    moment = datetime.combine(_day(text[: match.start()].strip(" ,"), order), clock)
    if offset is None:
        return moment
    return datetime.fromisoformat(f"{moment.isoformat()}{'+00:00' if offset in ('Z', 'UTC') else offset}")


def _clock(match: re.Match[str]) -> time:
    hour, half = int(match["hour"]), (match["after"] or match["before"] or "").lower()
    if half:
        if not 0 <= hour <= 12:  # noqa: PLR2004  # half a day
            raise ValueError(match.string)
        hour = hour % 12 + (12 if half.startswith("p") or half == "午後" else 0)
    return time(hour, int(match["minute"] or 0), int(match["second"] or 0))


def _day(text: str, order: DayOrder) -> date:
    if found := YEAR_FIRST.fullmatch(text):
        return date(*(int(each) for each in found.groups()))
    if found := NAMED_DAY_FIRST.fullmatch(text):
        return _named(found[1], found[2], found[3])
    if found := NAMED_MONTH_FIRST.fullmatch(text):
        return _named(found[2], found[1], found[3])
    if found := YEAR_LAST.fullmatch(text):
        first, second, year = (int(each) for each in found.groups())
        if order is DayOrder.YEAR_FIRST:
            raise AmbiguousDayError(say("年が先の日付。日と月のどちらが先かは「日付の順」で選んでください"))
        return date(year, second, first) if order is DayOrder.DAY_FIRST else date(year, first, second)
    return parse_date(text)


def _named(day: str, month: str, year: str) -> date:
    place = MONTHS.index(month[:3].lower()) + 1
    return date(int(year) + (2000 if len(year) == 2 else 0), place, int(day))  # noqa: PLR2004  # two figures of a year
