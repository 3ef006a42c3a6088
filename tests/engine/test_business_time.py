"""Business time of columns against core, value by value."""

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import calendars, moments

from madoguchi.core.calendar.elapsed import elapsed_business_seconds, open_days_between
from madoguchi.core.calendar.hours import BusinessCalendar
from madoguchi.engine.business_time import MISSING, OutsideCalendarError, business_seconds, open_days

Pairs = list[tuple[datetime, datetime]]


def columns(pairs: Pairs) -> tuple[object, object]:
    starts, ends = ([int(pair[side].timestamp()) for pair in pairs] for side in (0, 1))
    return np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64)


@given(calendar=calendars(), pairs=st.lists(st.tuples(moments(), moments()), max_size=20))
def test_columns_equal_core(calendar: BusinessCalendar, pairs: Pairs) -> None:
    starts, ends = columns(pairs)
    expected = [elapsed_business_seconds(calendar=calendar, start=start, end=end) for start, end in pairs]
    assert business_seconds(calendar=calendar, starts=starts, ends=ends).tolist() == expected
    if any(calendar.weekday_hours):
        days = [open_days_between(calendar=calendar, start=start, end=end) for start, end in pairs]
        assert open_days(calendar=calendar, starts=starts, ends=ends).tolist() == days


def test_a_missing_moment_gives_a_missing_time() -> None:
    calendar = BusinessCalendar(weekday_hours=((),) * 7)
    starts, ends = np.array([MISSING, 1_540_000_000]), np.array([1_540_000_000, MISSING])
    assert business_seconds(calendar=calendar, starts=starts, ends=ends).tolist() == [MISSING, MISSING]
    assert open_days(calendar=calendar, starts=starts, ends=ends).tolist() == [MISSING, MISSING]


def test_a_moment_outside_the_calendar_is_refused() -> None:
    calendar = BusinessCalendar(weekday_hours=((),) * 7)
    early, late = np.array([0]), np.array([1_540_000_000])
    with pytest.raises(OutsideCalendarError, match="2000"):
        business_seconds(calendar=calendar, starts=early, ends=late)
