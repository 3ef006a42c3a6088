"""Random calendars and moments for the property tests."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from madoguchi.core.calendar.hours import BusinessCalendar, DayException, Interval

FIRST = datetime(2018, 9, 20, tzinfo=UTC)
DAY = 86_400


@st.composite
def hours(draw: st.DrawFn) -> tuple[Interval, ...]:
    """Up to three intervals in order; their edges lean to whole hours, midnight included."""
    edges = draw(
        st.lists(
            st.one_of(st.sampled_from([h * 3600 for h in range(25)]), st.integers(0, DAY)),
            max_size=6,
            unique=True,
        )
    )
    ordered = sorted(edges)[: len(edges) // 2 * 2]
    return tuple(Interval(start=a, end=b) for a, b in zip(ordered[::2], ordered[1::2], strict=True))


@st.composite
def calendars(draw: st.DrawFn) -> BusinessCalendar:
    days = draw(st.lists(st.integers(0, 120), max_size=4, unique=True))
    exceptions = tuple(
        DayException(date=date(2018, 9, 20) + timedelta(days=day), hours=draw(hours()), reason="drawn")
        for day in sorted(days)
    )
    return BusinessCalendar(
        weekday_hours=tuple(draw(hours()) for _ in range(7)),
        zone=draw(st.sampled_from(["Asia/Tokyo", "UTC"])),
        observes_national_holidays=draw(st.booleans()),
        observes_year_end=draw(st.booleans()),
        exceptions=exceptions,
    )


def moments(*, days: int = 120) -> st.SearchStrategy[datetime]:
    """Whole seconds over some days, leaning to local and UTC midnights and to round hours."""
    anywhere = st.integers(0, days * DAY)
    round_hours = st.integers(0, days * 24).map(lambda hour: hour * 3600)
    just_before = st.integers(1, days * 24).map(lambda hour: hour * 3600 - 1)
    return st.one_of(anywhere, round_hours, just_before).map(lambda second: FIRST + timedelta(seconds=second))
