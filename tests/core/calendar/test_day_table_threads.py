"""The table of days is shared by a server's threads: however many make it longer, each day stands in it once."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from madoguchi.core.calendar.day_table import CalendarDays
from madoguchi.core.calendar.hours import BusinessCalendar, parse_hours

THREADS = 8
FIRST, LATEST = 20_000, 20_800


@pytest.fixture
def hurried_threads() -> Iterator[None]:
    kept = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(kept)


@pytest.mark.usefixtures("hurried_threads")
def test_threads_that_ask_for_days_at_once_get_the_same_table() -> None:
    calendar = BusinessCalendar(weekday_hours=((parse_hours("09:00-17:00"),),) * 5 + ((),) * 2)
    alone = CalendarDays(calendar=calendar, first_number=FIRST)
    alone.reach(LATEST)
    shared, start = CalendarDays(calendar=calendar, first_number=FIRST), Barrier(THREADS)

    def ask() -> None:
        start.wait()
        for number in range(FIRST, LATEST + 1):
            assert shared.row(number).day_number == number

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(ask) for _ in range(THREADS)]:
            done.result(timeout=60)
    assert shared.rows == alone.rows
