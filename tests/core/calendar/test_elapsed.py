"""Business time against a plain walk, and the cases other tools got wrong."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import calendars, moments

from madoguchi.core.calendar.elapsed import (
    NeverOpenError,
    add_business_seconds,
    days_between,
    effective_day,
    elapsed_business_seconds,
    open_day_after,
    open_days_between,
)
from madoguchi.core.calendar.hours import BusinessCalendar, DayException, Interval, parse_hours

JST = timezone(timedelta(hours=9))
LUNCH = BusinessCalendar(weekday_hours=((parse_hours("09:00-12:00"), parse_hours("13:00-17:45")),) * 5 + ((),) * 2)
ROUND_THE_CLOCK = BusinessCalendar(
    weekday_hours=((parse_hours("00:00-24:00"),),) * 7,
    observes_national_holidays=False,
    observes_year_end=False,
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JST)


def walked(calendar: BusinessCalendar, start: datetime, end: datetime) -> int:
    """Add up, day by day, what every interval shares with the stretch."""
    total, day = 0, calendar.local_date(start)
    while day <= calendar.local_date(end):
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(seconds=calendar.utc_offset_seconds)
        for each in calendar.hours_on(day):
            opens, closes = midnight + timedelta(seconds=each.start), midnight + timedelta(seconds=each.end)
            total += max(0, int((min(end, closes) - max(start, opens)).total_seconds()))
        day += timedelta(days=1)
    return total


@given(calendar=calendars(), one=moments(), two=moments())
def test_elapsed_equals_a_day_by_day_walk(calendar: BusinessCalendar, one: datetime, two: datetime) -> None:
    start, end = sorted((one, two))
    assert elapsed_business_seconds(calendar=calendar, start=start, end=end) == walked(calendar, start, end)


@given(calendar=calendars(), start=moments(), seconds=st.integers(1, 400_000))
def test_adding_gives_the_earliest_moment_that_far_away(
    calendar: BusinessCalendar, start: datetime, seconds: int
) -> None:
    if not any(calendar.weekday_hours):
        with pytest.raises(NeverOpenError):
            add_business_seconds(calendar=calendar, start=start, seconds=10**9)
        return
    end = add_business_seconds(calendar=calendar, start=start, seconds=seconds)
    assert elapsed_business_seconds(calendar=calendar, start=start, end=end) == seconds
    assert elapsed_business_seconds(calendar=calendar, start=start, end=end - timedelta(seconds=1)) == seconds - 1


@given(calendar=calendars(), end=moments(), seconds=st.integers(1, 400_000))
def test_subtracting_gives_the_latest_moment_that_far_before(
    calendar: BusinessCalendar, end: datetime, seconds: int
) -> None:
    if not any(calendar.weekday_hours):
        return
    start = add_business_seconds(calendar=calendar, start=end, seconds=-seconds)
    assert elapsed_business_seconds(calendar=calendar, start=start, end=end) == seconds
    later = start + timedelta(seconds=1)
    assert elapsed_business_seconds(calendar=calendar, start=later, end=end) == seconds - 1


@given(calendar=calendars(), start=moments(), end=moments())
def test_open_days_equal_a_count_of_days(calendar: BusinessCalendar, start: datetime, end: datetime) -> None:
    if not any(calendar.weekday_hours):
        return
    day, last, counted = effective_day(calendar=calendar, at=start), calendar.local_date(end), 0
    while day < last:
        day += timedelta(days=1)
        counted += calendar.is_open_day(day)
    assert open_days_between(calendar=calendar, start=start, end=end) == counted


@given(calendar=calendars(), start=moments(), days=st.integers(0, 30))
def test_the_nth_open_day_is_open_and_n_days_on(calendar: BusinessCalendar, start: datetime, days: int) -> None:
    if not any(calendar.weekday_hours):
        return
    day = open_day_after(calendar=calendar, start=start, days=days)
    assert calendar.is_open_day(day)
    noon = datetime(day.year, day.month, day.day, 23, 59, tzinfo=UTC) - timedelta(seconds=calendar.utc_offset_seconds)
    assert open_days_between(calendar=calendar, start=start, end=max(noon, start + timedelta(seconds=1))) == days


def test_lunch_is_not_business_time() -> None:
    start, end = at("2018-10-01T11:50"), at("2018-10-01T13:10")
    assert elapsed_business_seconds(calendar=LUNCH, start=start, end=end) == 20 * 60
    assert add_business_seconds(calendar=LUNCH, start=start, seconds=20 * 60) == end
    assert add_business_seconds(calendar=LUNCH, start=end, seconds=-20 * 60) == start


def test_no_minute_is_lost_at_midnight_round_the_clock() -> None:
    start, end = at("2018-10-01T12:00"), at("2018-10-31T12:00")
    assert elapsed_business_seconds(calendar=ROUND_THE_CLOCK, start=start, end=end) == 30 * 86_400


def test_subtracting_over_the_weekend_ends_in_opening_hours() -> None:
    warned_at = add_business_seconds(calendar=LUNCH, start=at("2018-10-09T09:30"), seconds=-3600)
    assert warned_at == at("2018-10-05T17:15")  # Monday 8 October 2018 is a holiday


@pytest.mark.parametrize(
    ("received", "resolved", "days"),
    [
        ("2018-10-05T10:00", "2018-10-05T17:00", 0),
        ("2018-10-05T10:00", "2018-10-09T17:00", 1),  # over a weekend and a holiday
        ("2018-10-05T17:45", "2018-10-09T09:00", 0),  # at closing time: the next open day
        ("2018-10-05T18:00", "2018-10-10T09:00", 1),
        ("2018-10-06T12:00", "2018-10-09T09:00", 0),  # on a Saturday
        ("2018-10-05T10:00", "2018-10-07T12:00", 0),  # done on a Sunday
        ("2018-12-28T10:00", "2019-01-04T10:00", 1),  # over the year end
        ("2018-09-30T23:30", "2018-10-01T00:30", 0),
    ],
)
def test_open_days_after_receipt(received: str, resolved: str, days: int) -> None:
    assert open_days_between(calendar=LUNCH, start=at(received), end=at(resolved)) == days


def test_month_ends_are_local() -> None:
    late, early = at("2018-09-30T23:59:59"), at("2018-10-01T00:00:00")
    assert LUNCH.local_date(late) == date(2018, 9, 30)
    assert LUNCH.local_date(early.astimezone(UTC)) == date(2018, 10, 1)
    assert days_between(calendar=LUNCH, start=late, end=early) == 1


def test_an_exception_beats_the_weekday_the_holiday_and_the_year_end() -> None:
    exceptions = (
        DayException(date=date(2018, 10, 8), hours=(Interval(start=0, end=3600),), reason="open on a holiday"),
        DayException(date=date(2018, 10, 9), hours=(), reason="moving"),
        DayException(date=date(2018, 12, 30), hours=(Interval(start=0, end=60),), reason="a Sunday at the year end"),
    )
    calendar = BusinessCalendar(weekday_hours=LUNCH.weekday_hours, exceptions=exceptions)
    assert calendar.is_open_day(date(2018, 10, 8))
    assert not calendar.is_open_day(date(2018, 10, 9))
    assert calendar.hours_on(date(2018, 12, 30)) == (Interval(start=0, end=60),)
    assert not calendar.is_open_day(date(2018, 12, 29))


@pytest.mark.parametrize("text", ["9-17", "17:00-09:00", "09:00-25:00", "09:61-10:00", "", "24:00-24:00"])
def test_hours_that_are_not_hours_are_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match="hours"):
        parse_hours(text)


def test_full_width_hours_are_read() -> None:
    assert parse_hours("０８：３０～１７：４５") == Interval(start=30_600, end=63_900)


def test_a_zone_that_changes_its_clocks_is_refused() -> None:
    with pytest.raises(ValueError, match="changes its clocks"):
        BusinessCalendar(weekday_hours=((),) * 7, zone="America/New_York")


def test_overlapping_hours_are_refused() -> None:
    hours = (Interval(start=0, end=100), Interval(start=50, end=200))
    with pytest.raises(ValueError, match="in order and apart"):
        BusinessCalendar(weekday_hours=(hours, *((),) * 6))
