"""Forecasts and budgets worked by hand, and held against trying every number."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.core.calendar.hours import BusinessCalendar, parse_hours
from madoguchi.core.calendar.periods import Period, month_period
from madoguchi.core.metrics.budget import budget
from madoguchi.core.metrics.forecast import forecast
from madoguchi.core.metrics.judge import satisfies
from madoguchi.core.metrics.spec import Indicator, Objective, Tally
from madoguchi.core.vocabulary import Comparator, Statistic, Unit, WindowKind

OPEN = (parse_hours("09:00-17:00"),)
CALENDAR = BusinessCalendar(weekday_hours=(OPEN,) * 5 + ((),) * 2, observes_national_holidays=False)
JUNE = month_period(year=2026, month=6)
KNOWN = Period(start_date=date(2026, 5, 4), end_date=date(2026, 6, 22))


def indicator(statistic: Statistic) -> Indicator:
    return Indicator(
        id="i", label="i", label_en="i", requirement="", statistic=statistic, table="calls", at="offered_at",
        window=WindowKind.MONTH, unit=Unit.PERCENT, decimals=1,
    )  # fmt: skip


def working_days(tally: Tally) -> dict[date, Tally]:
    days = [KNOWN.start_date + timedelta(days=number) for number in range(49)]
    return {day: tally for day in days if day.weekday() < 5}


def test_days_that_are_all_alike_end_as_they_began() -> None:
    found = forecast(
        indicator=indicator(Statistic.RATE), days=working_days(Tally(counted=50, part=44)), known=KNOWN, month=JUNE,
        calendar=CALENDAR,
    )  # fmt: skip
    assert found is not None
    assert {found.exact, found.low, found.high} == {Fraction(88)}
    # 22 to 30 June: seven open days and a weekend
    assert (found.days_left, int(found.whole)) == (9, 15 * 50 + 7 * 50)


def test_mondays_go_as_mondays_went() -> None:
    days = {
        day: tally._replace(counted=100 if day.weekday() == 0 else 10)
        for day, tally in working_days(Tally(counted=1)).items()
    }
    found = forecast(
        indicator=indicator(Statistic.COUNT), days=days, known=KNOWN, month=JUNE, calendar=CALENDAR
    )  # fmt: skip
    assert found is not None
    # three Mondays and twelve other days so far, two Mondays and five others to come
    assert found.exact == 3 * 100 + 12 * 10 + 2 * 100 + 5 * 10
    assert found.low == found.high == found.exact


def test_a_range_worked_by_hand() -> None:
    # one day is left, a Tuesday; Tuesdays gave 10 and 20: mean 15, variance 50, 50 * 3/2 = 75
    known = Period(start_date=date(2026, 6, 16), end_date=date(2026, 6, 30))
    days = {date(2026, 6, 16): Tally(counted=10), date(2026, 6, 23): Tally(counted=20)}
    found = forecast(indicator=indicator(Statistic.COUNT), days=days, known=known, month=JUNE, calendar=CALENDAR)
    assert found is not None
    assert found.exact == 45
    assert float(found.high - found.exact) == pytest.approx(1.959964 * 75**0.5)
    # 30 are there already
    assert found.low == 30


@pytest.mark.parametrize("statistic", [Statistic.PERCENTILE, Statistic.MAXIMUM, Statistic.SURVEY_SCORE])
def test_what_cannot_be_told_is_not_told(statistic: Statistic) -> None:
    days = working_days(Tally(counted=5, part=5))
    assert forecast(indicator=indicator(statistic), days=days, known=KNOWN, month=JUNE, calendar=CALENDAR) is None


def test_nothing_so_far_is_no_forecast_of_a_rate() -> None:
    assert forecast(
        indicator=indicator(Statistic.RATE), days={}, known=KNOWN, month=JUNE, calendar=CALENDAR
    ) is None  # fmt: skip
    short = Period(start_date=date(2026, 6, 1), end_date=date(2026, 6, 2))
    days = {date(2026, 6, 1): Tally(counted=5, part=5)}
    assert forecast(
        indicator=indicator(Statistic.RATE), days=days, known=short, month=JUNE, calendar=CALENDAR
    ) is None  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=49, max_size=49))
def test_a_forecast_lies_in_its_range_and_a_rate_between_0_and_100(pairs: list[tuple[int, int]]) -> None:
    days = {
        KNOWN.start_date + timedelta(days=number): Tally(counted=part + rest, part=part)
        for number, (part, rest) in enumerate(pairs)
    }
    found = forecast(indicator=indicator(Statistic.RATE), days=days, known=KNOWN, month=JUNE, calendar=CALENDAR)
    if found is not None:
        assert 0 <= found.low <= found.exact <= found.high <= 100


def objective(comparator: Comparator, target: Fraction) -> Objective:
    return Objective(comparator=comparator, target=target)


@pytest.mark.parametrize(
    ("comparator", "target", "tally", "more", "left"),
    [
        # 1,000 calls expected, fewer than 10 % may be abandoned: 99, of which 92 were
        (Comparator.LESS_THAN, 10, Tally(counted=900, part=92), 100, 7),
        (Comparator.AT_MOST, 10, Tally(counted=900, part=92), 100, 8),
        # at least 90 % answered: 100 may not be, 110 were not
        (Comparator.AT_LEAST, 90, Tally(counted=800, part=690), 200, -10),
        (Comparator.MORE_THAN, 90, Tally(counted=10, part=10), 0, 0),
    ],
)
def test_what_is_left_of_a_rate(comparator: Comparator, target: int, tally: Tally, more: int, left: int) -> None:
    found = budget(
        indicator=indicator(Statistic.RATE), objective=objective(comparator, Fraction(target)), tally=tally, more=more
    )
    assert found is not None
    assert found.left == left


@given(
    st.sampled_from([Comparator.AT_LEAST, Comparator.MORE_THAN, Comparator.AT_MOST, Comparator.LESS_THAN]),
    st.fractions(0, 100, max_denominator=20), st.integers(0, 60), st.integers(0, 60), st.integers(0, 40),
)  # fmt: skip
def test_a_budget_is_the_largest_number_that_still_meets_the_target(
    comparator: Comparator, target: Fraction, part: int, rest: int, more: int
) -> None:
    promised = objective(comparator, target)
    found = budget(
        indicator=indicator(Statistic.RATE), objective=promised, tally=Tally(counted=part + rest, part=part), more=more
    )
    whole = part + rest + more
    if whole == 0:
        assert found is None
        return
    assert found is not None
    is_large = comparator in (Comparator.AT_LEAST, Comparator.MORE_THAN)
    fits = [
        wrong for wrong in range(whole + 1)
        if satisfies(promised, Fraction(100 * (whole - wrong if is_large else wrong), whole))
    ]  # fmt: skip
    assert found.allowed == max(fits, default=-1)


def test_budgets_of_counts_and_what_has_none() -> None:
    count = indicator(Statistic.COUNT)
    at_most = budget(
        indicator=count, objective=objective(Comparator.AT_MOST, Fraction(3)), tally=Tally(counted=1), more=5
    )
    none = budget(
        indicator=count, objective=objective(Comparator.EQUALS, Fraction(0)), tally=Tally(counted=1), more=0
    )  # fmt: skip
    assert at_most is not None
    assert none is not None
    assert (at_most.left, none.left) == (2, -1)
    for given_indicator, comparator in (
        (count, Comparator.AT_LEAST), (indicator(Statistic.MEAN), Comparator.AT_MOST),
        (indicator(Statistic.RATE), Comparator.EQUALS),
    ):  # fmt: skip
        promised = objective(comparator, Fraction(1))
        assert budget(indicator=given_indicator, objective=promised, tally=Tally(counted=3), more=0) is None
    trend = Objective(comparator=None, target=None)
    assert budget(indicator=count, objective=trend, tally=Tally(), more=0) is None


def test_little_is_left_at_a_quarter() -> None:
    promised = objective(Comparator.AT_MOST, Fraction(8))
    left = {
        used: budget(
            indicator=indicator(Statistic.COUNT), objective=promised, tally=Tally(counted=used), more=0
        ) for used in (5, 6, 8, 9)
    }  # fmt: skip
    assert [found.is_low for found in left.values() if found] == [False, True, True, False]
