"""Opening hours: which seconds of which local day a contract's desk is open."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from madoguchi.core.calendar.holidays import is_national_holiday

DAY_SECONDS = 86_400
WEEKDAY_COUNT = 7
HOURS_TEXT = re.compile(r"(\d{1,2}):(\d{2})\s*[-~]\s*(\d{1,2}):(\d{2})")
YEAR_END = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """Seconds of a local day from `start` until before `end`; 86400 is 24:00."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= DAY_SECONDS:
            raise ValueError(f"hours {self.start}-{self.end} s: an interval lies within 0:00-24:00 and has a length")


@dataclass(frozen=True, kw_only=True, slots=True)
class DayException:
    """A day that is not as its weekday says: closed (no hours) or open with these hours."""

    date: date
    hours: tuple[Interval, ...]
    reason: str


@dataclass(frozen=True, kw_only=True)
class BusinessCalendar:
    """When a desk is open. An exception beats the year end, which beats a holiday, which beats the weekday.

    The zone must have one fixed offset from UTC, as local days are counted in whole days of 86,400 seconds.
    """

    weekday_hours: tuple[tuple[Interval, ...], ...]
    zone: str = "Asia/Tokyo"
    observes_national_holidays: bool = True
    observes_year_end: bool = True
    exceptions: tuple[DayException, ...] = ()

    def __post_init__(self) -> None:
        fixed_offset_seconds(self.zone)
        if len(self.weekday_hours) != WEEKDAY_COUNT:
            raise ValueError(f"{len(self.weekday_hours)} weekdays: a week has 7, Monday first")
        for hours in (*self.weekday_hours, *(each.hours for each in self.exceptions)):
            _require_order(hours)
        days = [each.date for each in self.exceptions]
        if len(set(days)) < len(days):
            twice = next(day for day in days if days.count(day) > 1)
            raise ValueError(f"{twice} is named twice: a day has one exception")

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """The tables of business time are kept per calendar, so a calendar is hashed for every question."""
        return hash((self.weekday_hours, self.zone, self.exceptions, self.observes_year_end))

    @cached_property
    def utc_offset_seconds(self) -> int:
        return fixed_offset_seconds(self.zone)

    def hours_on(self, day: date) -> tuple[Interval, ...]:
        """Return the day's opening hours in order; none on a closed day."""
        exception = _exceptions(self.exceptions).get(day)
        if exception is not None:
            return exception.hours
        if self.observes_year_end and (day.month, day.day) in YEAR_END:
            return ()
        if self.observes_national_holidays and is_national_holiday(day):
            return ()
        return self.weekday_hours[day.weekday()]

    def is_open_day(self, day: date) -> bool:
        return bool(self.hours_on(day))

    def local_date(self, at: datetime) -> date:
        return (at.astimezone(UTC) + timedelta(seconds=self.utc_offset_seconds)).date()

    def local_epoch(self, at: datetime) -> int:
        """Return whole seconds since 1970-01-01 00:00 of the local clock."""
        return int(at.timestamp() // 1) + self.utc_offset_seconds


@lru_cache(maxsize=256)
def _exceptions(exceptions: tuple[DayException, ...]) -> dict[date, DayException]:
    return {each.date: each for each in exceptions}


def _require_order(hours: tuple[Interval, ...]) -> None:
    for one, two in pairwise(hours):
        if two.start < one.end:
            raise ValueError(f"hours {_text(one)} and {_text(two)}: intervals of a day are in order and apart")


def _text(interval: Interval) -> str:
    parts = (divmod(second // 60, 60) for second in (interval.start, interval.end))
    return "-".join(f"{hour:02d}:{minute:02d}" for hour, minute in parts)


@lru_cache(maxsize=64)
def fixed_offset_seconds(zone: str) -> int:
    """Return a zone's offset from UTC; a zone whose clocks have changed since 1970 is refused by name."""
    try:
        info = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"zone {zone!r} is not known: use a name such as Asia/Tokyo") from error
    offsets = {
        datetime(year, month, 1, tzinfo=info).utcoffset() for year in range(1970, 2031) for month in range(1, 13)
    }
    offset = offsets.pop()
    if offsets or offset is None:
        raise ValueError(f"zone {zone!r} changes its clocks: a contract is judged in a zone with one offset")
    return int(offset.total_seconds())


def parse_hours(text: str) -> Interval:
    """Read hours such as 08:30-17:45 or 22:00-24:00; full-width digits and signs are read too."""
    folded = unicodedata.normalize("NFKC", text).replace("〜", "-").replace("–", "-").strip()
    match = HOURS_TEXT.fullmatch(folded)
    if match is None:
        raise ValueError(f"hours {text!r}: write them as 08:30-17:45, up to 24:00")
    start_hour, start_minute, end_hour, end_minute = (int(each) for each in match.groups())
    if max(start_minute, end_minute) > 59:  # noqa: PLR2004  # minutes of an hour
        raise ValueError(f"hours {text!r}: minutes go from 00 to 59")
    start, end = start_hour * 3600 + start_minute * 60, end_hour * 3600 + end_minute * 60
    if not start < end <= DAY_SECONDS:
        raise ValueError(f"hours {text!r}: they end after they start and not after 24:00")
    return Interval(start=start, end=end)
