"""Dates and periods in the words of official documents."""

from datetime import date, timedelta

from madoguchi.core.calendar.eras import format_date, format_month
from madoguchi.core.calendar.periods import MONTHS_A_YEAR, Period


def period_text(period: Period) -> str:
    """Return a period with both its ends, as documents write it."""
    return f"{format_date(period.start_date)}から{format_date(period.end_date - timedelta(days=1))}まで"


def months_text(period: Period) -> str:
    return f"{format_month(period.start_date)}～{format_month(period.end_date - timedelta(days=1))}"


def length_text(period: Period) -> str:
    """Return how long a period is in whole months and the days that remain: 45か月と4日."""
    months = (period.end_date.year - period.start_date.year) * MONTHS_A_YEAR + (
        period.end_date.month - period.start_date.month
    )
    if _months_on(period.start_date, months) > period.end_date:
        months -= 1
    days = (period.end_date - _months_on(period.start_date, months)).days
    parts = [f"{months}か月"] if months else []
    return "と".join(parts + ([f"{days}日"] if days or not months else []))


def _months_on(day: date, months: int) -> date:
    """Return the same day some months later, or the last of that month where it is shorter."""
    years, month = divmod(day.month - 1 + months, MONTHS_A_YEAR)
    first = date(day.year + years, month + 1, 1)
    next_year, next_month = divmod(first.month, MONTHS_A_YEAR)
    final = date(first.year + next_year, next_month + 1, 1) - timedelta(days=1)
    return first.replace(day=min(day.day, final.day))
