"""Days on which offices of the state are closed (Act on Holidays of Administrative Organs, article 1)."""

from datetime import date, timedelta
from enum import Enum

from madoguchi.core.calendar.holidays import HolidaysUnknownError, is_national_holiday
from madoguchi.core.calendar.hours import YEAR_END

SATURDAY = 5


class Closure(Enum):
    WEEKEND = "weekend"
    YEAR_END = "year end"
    HOLIDAY = "holiday"


def closure_on(day: date) -> Closure | None:
    """Return why offices are closed on a day; holidays of years beyond the table are not known and close nothing."""
    if day.weekday() >= SATURDAY:
        return Closure.WEEKEND
    if (day.month, day.day) in YEAR_END:
        return Closure.YEAR_END
    try:
        return Closure.HOLIDAY if is_national_holiday(day) else None
    except HolidaysUnknownError:
        return None


def first_office_day(day: date) -> date:
    """Return the day itself, or the next one on which offices are open."""
    while closure_on(day):
        day += timedelta(days=1)
    return day
