"""When a report is due, and about which days: decisions on values."""

from datetime import datetime, time, timedelta

from madoguchi.core.calendar.periods import Period, month_period
from madoguchi.core.call_vocabulary import Rhythm

WEEK = timedelta(days=7)


def latest_due(*, rhythm: Rhythm, hour: int, local: datetime) -> tuple[datetime, Period]:
    """Return the latest moment by now at which a report was due, and the days it is about: those before that day."""
    asked = local if local.hour >= hour else local - timedelta(days=1)
    day = asked.date()
    if rhythm is Rhythm.WEEKLY:
        day -= timedelta(days=day.weekday())
        period = Period(start_date=day - WEEK, end_date=day)
    elif rhythm is Rhythm.MONTHLY:
        day = day.replace(day=1)
        before = day - timedelta(days=1)
        period = month_period(year=before.year, month=before.month)
    else:
        period = Period(start_date=day - timedelta(days=1), end_date=day)
    return datetime.combine(day, time(hour=hour), tzinfo=local.tzinfo), period
