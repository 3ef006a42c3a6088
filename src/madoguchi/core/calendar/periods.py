"""Half-open stretches of days and moments."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """The days from `start_date` until before `end_date`."""

    start_date: date
    end_date: date

    def __post_init__(self) -> None:
        if self.end_date < self.start_date:
            message = f"a period ends before it starts: {self.start_date} to {self.end_date}"
            raise ValueError(message)

    def __contains__(self, day: date) -> bool:
        return self.start_date <= day < self.end_date

    def overlaps(self, other: "Period") -> bool:
        return self.start_date < other.end_date and other.start_date < self.end_date

    def clipped(self, *, to: "Period") -> "Period | None":
        """Return the common part of both periods, or None where they share no day."""
        start_date, end_date = max(self.start_date, to.start_date), min(self.end_date, to.end_date)
        return Period(start_date=start_date, end_date=end_date) if start_date < end_date else None


FISCAL_YEAR_START_MONTH = 4
MONTHS_A_YEAR = 12


def month_period(*, year: int, month: int) -> Period:
    return _months(date(year, month, 1), 1)


def fiscal_year_of(day: date) -> int:
    """Return the fiscal year of a day: April to March, named after the April."""
    return day.year if day.month >= FISCAL_YEAR_START_MONTH else day.year - 1


def fiscal_year_period(year: int) -> Period:
    return _months(date(year, FISCAL_YEAR_START_MONTH, 1), MONTHS_A_YEAR)


def quarter_period(day: date) -> Period:
    """Return the quarter a day lies in; quarters begin in April, July, October and January."""
    return _months(date(day.year, (day.month - 1) // 3 * 3 + 1, 1), 3)


def months_in(period: Period) -> tuple[Period, ...]:
    """Return the whole months that share a day with the period."""
    return _overlapping(period, first_date=period.start_date.replace(day=1), months=1)


def quarters_in(period: Period) -> tuple[Period, ...]:
    return _overlapping(period, first_date=quarter_period(period.start_date).start_date, months=3)


def fiscal_years_in(period: Period) -> tuple[Period, ...]:
    start = fiscal_year_period(fiscal_year_of(period.start_date)).start_date
    return _overlapping(period, first_date=start, months=MONTHS_A_YEAR)


def _months(first_date: date, count: int) -> Period:
    years, month = divmod(first_date.month - 1 + count, MONTHS_A_YEAR)
    return Period(start_date=first_date, end_date=date(first_date.year + years, month + 1, 1))


def _overlapping(period: Period, *, first_date: date, months: int) -> tuple[Period, ...]:
    found = []
    while first_date < period.end_date:
        found.append(_months(first_date, months))
        first_date = found[-1].end_date
    return tuple(found)
