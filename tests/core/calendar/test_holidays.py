"""The dated holiday table against the two packages that keep one."""

from datetime import date

import holidays as holidays_package
import jpholiday
import pytest

from madoguchi.core.calendar.holidays import (
    FINAL_YEAR,
    FIRST_YEAR,
    HOLIDAYS,
    HolidaysUnknownError,
    is_national_holiday,
)


def test_table_equals_the_holidays_package_in_every_year() -> None:
    years = range(FIRST_YEAR, FINAL_YEAR + 1)
    assert set(holidays_package.country_holidays("JP", years=years)) == HOLIDAYS


def test_table_equals_jpholiday_from_1986_on() -> None:
    theirs = {day for year in range(1986, FINAL_YEAR + 1) for day, _ in jpholiday.year_holidays(year)}
    assert theirs == {day for day in HOLIDAYS if day.year >= 1986}


@pytest.mark.parametrize(
    ("day", "is_holiday"),
    [
        (date(2019, 5, 1), True),  # the accession
        (date(2020, 7, 20), False),  # moved for the games
        (date(2020, 7, 24), True),
        (date(1973, 2, 12), False),  # substitute holidays begin in April 1973
        (date(1985, 5, 4), False),  # citizens' holidays begin in December 1985
        (date(2018, 12, 24), True),  # a substitute
        (date(2019, 12, 23), False),
    ],
)
def test_days_that_tables_get_wrong(day: date, *, is_holiday: bool) -> None:
    assert is_national_holiday(day) is is_holiday


def test_a_year_outside_the_table_is_refused_by_name() -> None:
    with pytest.raises(HolidaysUnknownError, match="2031"):
        is_national_holiday(date(2031, 1, 1))
