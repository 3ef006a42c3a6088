"""Moments spread over a month's opening hours, busier in the morning."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from madoguchi.core.calendar.hours import BusinessCalendar
from madoguchi.core.calendar.periods import Period

MORNING_SHARE = 0.6


def days_of(period: Period) -> Iterator[date]:
    for offset in range((period.end_date - period.start_date).days):
        yield period.start_date + timedelta(days=offset)


def local_moment(day: date, second: int, *, calendar: BusinessCalendar) -> datetime:
    midnight = datetime.combine(day, time(), tzinfo=UTC) - timedelta(seconds=calendar.utc_offset_seconds)
    return midnight + timedelta(seconds=second)


def in_hours(
    count: int, *, period: Period, calendar: BusinessCalendar, rng: random.Random, margin: int = 0
) -> list[datetime]:
    """Return `count` moments in opening hours, in order; none in the last `margin` seconds of a day."""
    open_days = [day for day in days_of(period) if calendar.is_open_day(day)]
    moments = []
    for _ in range(count):
        day = rng.choice(open_days)
        hours = calendar.hours_on(day)
        first, final = hours[0].start, hours[-1].end - margin
        middle = (first + final) // 2
        start, end = (first, middle) if rng.random() < MORNING_SHARE else (middle, final)
        second = rng.randrange(start, end)
        inside = next((each for each in hours if each.start <= second < each.end), None)
        second = second if inside else next(each.start for each in hours if each.start > second)
        moments.append(local_moment(day, second, calendar=calendar))
    return sorted(moments)


def out_of_hours(count: int, *, period: Period, calendar: BusinessCalendar, rng: random.Random) -> list[datetime]:
    """Return `count` moments in the evenings of the period."""
    days = list(days_of(period))
    return sorted(
        local_moment(rng.choice(days), rng.randrange(20 * 3600, 23 * 3600), calendar=calendar) for _ in range(count)
    )
