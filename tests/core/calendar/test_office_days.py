"""Days on which offices are open."""

from datetime import date

import pytest

from madoguchi.core.calendar.office_days import Closure, closure_on, first_office_day


@pytest.mark.parametrize(
    ("day", "closure", "open_day"),
    [
        (date(2022, 10, 3), None, date(2022, 10, 3)),
        (date(2022, 10, 1), Closure.WEEKEND, date(2022, 10, 3)),
        (date(2022, 10, 10), Closure.HOLIDAY, date(2022, 10, 11)),
        (date(2022, 12, 29), Closure.YEAR_END, date(2023, 1, 4)),
        # the table of holidays ends in 2030; weekends go on
        (date(2031, 4, 29), None, date(2031, 4, 29)),
        (date(2031, 3, 1), Closure.WEEKEND, date(2031, 3, 3)),
    ],
)
def test_offices_close_on_weekends_holidays_and_at_the_years_end(
    day: date, closure: Closure | None, open_day: date
) -> None:
    assert (closure_on(day), first_office_day(day)) == (closure, open_day)
