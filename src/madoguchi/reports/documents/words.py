"""Dates and periods in the words of official documents."""

from datetime import date, timedelta

from madoguchi.core.calendar.eras import format_date, format_month, format_short
from madoguchi.core.calendar.periods import MONTHS_A_YEAR, Period


def said(language: str, ja: str, en: str) -> str:
    return ja if language == "ja" else en


def day_text(day: date, language: str) -> str:
    return said(language, format_date(day), day.isoformat())


def month_text(day: date, language: str) -> str:
    return said(language, format_month(day), f"{day:%Y-%m}")


def period_text(period: Period, language: str = "ja") -> str:
    """Return a period with both its ends, as documents write it."""
    first, final = (day_text(day, language) for day in (period.start_date, period.end_date - timedelta(days=1)))
    return said(language, f"{first}から{final}まで", f"{first} to {final}")


def days_text(period: Period, language: str) -> str:
    """Return a period in few letters, for tables; a day alone stands once."""
    first, final = period.start_date, period.end_date - timedelta(days=1)
    if first == final:
        return said(language, format_short(first), str(first))
    return said(language, f"{format_short(first)}～{format_short(final)}", f"{first} to {final}")


def months_text(period: Period, language: str = "ja") -> str:
    first, final = (month_text(day, language) for day in (period.start_date, period.end_date - timedelta(days=1)))
    return said(language, f"{first}～{final}", f"{first} to {final}")


def number_text(count: int, one: str, many: str) -> str:
    """Return a count with its English word: 1 day, 2 days."""
    return f"{count:,} {one if count == 1 else many}"


def length_text(period: Period, language: str = "ja") -> str:
    """Return how long a period is in whole months and the days that remain: 45か月と4日."""
    months = (period.end_date.year - period.start_date.year) * MONTHS_A_YEAR + (
        period.end_date.month - period.start_date.month
    )
    if _months_on(period.start_date, months) > period.end_date:
        months -= 1
    days = (period.end_date - _months_on(period.start_date, months)).days
    has_days = bool(days or not months)
    if language != "ja":
        words = [number_text(months, "month", "months")] if months else []
        return " and ".join(words + ([number_text(days, "day", "days")] if has_days else []))
    parts = [f"{months}か月"] if months else []
    return "と".join(parts + ([f"{days}日"] if has_days else []))


def _months_on(day: date, months: int) -> date:
    """Return the same day some months later, or the last of that month where it is shorter."""
    years, month = divmod(day.month - 1 + months, MONTHS_A_YEAR)
    first = date(day.year + years, month + 1, 1)
    next_year, next_month = divmod(first.month, MONTHS_A_YEAR)
    final = date(first.year + next_year, next_month + 1, 1) - timedelta(days=1)
    return first.replace(day=min(day.day, final.day))
