"""Moments spread over opening hours the way people call: late morning most, and more after a closed day."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate

from madoguchi.core.calendar.elapsed import add_business_seconds
from madoguchi.core.calendar.hours import BusinessCalendar
from madoguchi.core.calendar.periods import Period
from madoguchi.planning.slots import SLOT_SECONDS

HOUR_WEIGHTS = {8: 6, 9: 12, 10: 16, 11: 13, 12: 5, 13: 13, 14: 13, 15: 11, 16: 9, 17: 5}
QUIET_WEIGHT = 3
USUAL_DAY, AFTER_CLOSED_DAY = 10, 13
HALVINGS = 12
Slot = tuple[date, int, int]


def days_of(period: Period) -> Iterator[date]:
    for offset in range((period.end_date - period.start_date).days):
        yield period.start_date + timedelta(days=offset)


def local_moment(day: date, second: int, *, calendar: BusinessCalendar) -> datetime:
    midnight = datetime.combine(day, time(), tzinfo=UTC) - timedelta(seconds=calendar.utc_offset_seconds)
    return midnight + timedelta(seconds=second)


def closing(at: datetime, *, calendar: BusinessCalendar) -> datetime:
    """Return the end of the opening hours of the day `at` lies in."""
    day = calendar.local_date(at)
    return local_moment(day, calendar.hours_on(day)[-1].end, calendar=calendar)


def in_hours(count: int, *, period: Period, calendar: BusinessCalendar, rng: random.Random) -> list[datetime]:
    """Return `count` moments in opening hours, in order."""
    slots = list(_slots(period, calendar))
    weights = list(accumulate(_weight(slot, calendar) for slot in slots))
    chosen = rng.choices(slots, cum_weights=weights, k=count)
    return sorted(local_moment(day, rng.randrange(start, end), calendar=calendar) for day, start, end in chosen)


def _slots(period: Period, calendar: BusinessCalendar) -> Iterator[Slot]:
    for day in days_of(period):
        for hours in calendar.hours_on(day):
            for start in range(hours.start, hours.end, SLOT_SECONDS):
                yield day, start, min(start + SLOT_SECONDS, hours.end)


def _weight(slot: Slot, calendar: BusinessCalendar) -> int:
    day, start, end = slot
    follows_closed_day = not calendar.is_open_day(day - timedelta(days=1))
    of_day = AFTER_CLOSED_DAY if follows_closed_day else USUAL_DAY
    return of_day * HOUR_WEIGHTS.get(start // 3600, QUIET_WEIGHT) * (end - start)


def out_of_hours(count: int, *, period: Period, calendar: BusinessCalendar, rng: random.Random) -> list[datetime]:
    """Return `count` moments in the evenings of the period."""
    days = list(days_of(period))
    return sorted(
        local_moment(rng.choice(days), rng.randrange(20 * 3600, 23 * 3600), calendar=calendar) for _ in range(count)
    )


def answer_moments(
    starts: Sequence[datetime], *, total: int, calendar: BusinessCalendar, rng: random.Random
) -> list[datetime]:
    """Return a moment in opening hours after each start, so that the elapsed seconds add up to `total`.

    Each answer takes its own share of work; one scale for all is sought by halving, and what is then missing is
    spent by answering later on the same day.
    """
    shares = [rng.lognormvariate(0.0, 0.9) for _ in starts]
    low, high = 0.0, 4.0 * total / len(starts)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        is_short = _elapsed(starts, _scaled(starts, shares, middle, calendar)) <= total
        low, high = (middle, high) if is_short else (low, middle)
    ends = _scaled(starts, shares, low, calendar)
    missing = total - _elapsed(starts, ends)
    for index in rng.sample(range(len(ends)), k=len(ends)):
        room = int((closing(ends[index], calendar=calendar) - ends[index]).total_seconds())
        spent = min(missing, room * 3 // 4)
        ends[index] += timedelta(seconds=spent)
        missing -= spent
    if missing:
        raise ValueError(f"{len(starts)} answers in opening hours cannot take {total} s in all: {missing} s are left")
    return ends


def _scaled(
    starts: Sequence[datetime], shares: Sequence[float], scale: float, calendar: BusinessCalendar
) -> list[datetime]:
    return [
        add_business_seconds(calendar=calendar, start=start, seconds=60 + int(scale * share))
        for start, share in zip(starts, shares, strict=True)
    ]


def _elapsed(starts: Sequence[datetime], ends: Sequence[datetime]) -> int:
    return sum(int((end - start).total_seconds()) for start, end in zip(starts, ends, strict=True))
