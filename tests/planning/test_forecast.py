"""Facts to half hours, forecasts from them, and whether they beat repeating the past."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.planning.examples import CALENDAR, NOVEMBER, calls_at, egov_contract, egov_history, grid_of, made_history

from madoguchi.core.calendar.periods import Period
from madoguchi.core.errors import InvalidInputError
from madoguchi.planning.day_features import AnnouncedEvent, day_features
from madoguchi.planning.evaluate import forecast, rolling_errors, trusted_marks
from madoguchi.planning.forecast import METHODS, best_speed, expected_calls, past_of, running_level
from madoguchi.planning.handling import ALL_MARKS, EVENT_MARKS
from madoguchi.planning.history import CallHistory, call_history, observed_redial_share
from madoguchi.planning.state_space import state_space_totals

MONDAY = date(2023, 1, 9)


@pytest.fixture(scope="module")
def egov(tmp_path_factory: pytest.TempPathFactory) -> CallHistory:
    return egov_history(tmp_path_factory.mktemp("facts"))


def seasonal(first: date, days: int, *, seed: int = 1, jump_at: int | None = None) -> CallHistory:
    """Return days with strong Mondays, a morning peak, and perhaps a doubling from one day on."""
    grid = grid_of(first, days)
    rng = np.random.default_rng(seed)
    level = np.array([40.0 if day.weekday() else 60.0 for day in grid.days])
    if jump_at is not None:
        level[jump_at:] *= 2
    profile = np.linspace(1.5, 0.5, grid.shape[1])
    return made_history(rng.poisson(level[:, None] * profile / profile.mean()).astype(float), grid)


def test_facts_are_counted_by_half_hour_as_the_contract_counts() -> None:
    day = datetime(2018, 11, 5)  # noqa: DTZ001  # local time
    moments = [day.replace(hour=9, minute=10), day.replace(hour=9, minute=29), day.replace(hour=16, minute=59),
               day.replace(hour=20), day - timedelta(days=1)]  # fmt: skip
    found = call_history(calls=calls_at(moments), contract=egov_contract(), covered=NOVEMBER)
    row = found.grid.days.index(date(2018, 11, 5))
    assert found.attempts[row, 0] == 2
    assert found.attempts[row, -1] == 1
    assert found.attempts.sum() == 3  # the evening and the Sunday lie outside opening hours
    assert found.handle_seconds == 300
    assert found.grid.label(0) == "09:00"
    busy = call_history(calls=calls_at(moments, "busy_pbx"), contract=egov_contract(), covered=NOVEMBER)
    assert (busy.attempts.sum(), busy.answer_rate, busy.handle_seconds) == (0, None, None)


def test_callers_who_call_again_within_the_hour_are_counted() -> None:
    day = datetime(2018, 11, 5, 9)  # noqa: DTZ001  # local time
    lost = calls_at([day + timedelta(minutes=5 * number) for number in range(40)], "queue_abandoned")
    later = calls_at([day + timedelta(minutes=5 * number + 20) for number in range(10)])
    calls = pa.concat_tables([lost, later])
    assert observed_redial_share(calls) is None
    named = calls.append_column("caller", pa.array([*(str(n) for n in range(40)), *(str(n) for n in range(10))]))
    assert observed_redial_share(named) == pytest.approx(0.25)
    assert observed_redial_share(named.slice(0, 20)) is None


def test_the_example_facts_give_the_published_figures(egov: CallHistory) -> None:
    november = egov.within(NOVEMBER)
    assert november.attempts.sum() == 9120
    assert november.answer_rate == pytest.approx(0.430, abs=0.0005)
    assert november.handle_seconds == pytest.approx(418, abs=0.5)
    assert november.ivr_loss == pytest.approx(1039 / 9120)
    assert november.gaps == ()


def test_the_forecast_beats_repeating_the_past_on_the_example_facts(egov: CallHistory) -> None:
    errors = {each.method: each for each in rolling_errors(past=past_of(egov), calendar=egov_contract().calendar)}
    baselines = [errors["mean of four weeks"], errors["last week"]]
    for method in ("state space", "calendar"):
        assert errors[method].error < 0.9 * min(each.error for each in baselines)
        assert errors[method].day_error < min(each.day_error for each in baselines)
    assert {each.weeks for each in errors.values()} == {20}


def test_the_method_that_erred_least_is_used_and_all_errors_are_told(egov: CallHistory) -> None:
    april = grid_of(date(2019, 4, 1), 20)
    found = forecast(history=egov, grid=april, calendar=egov_contract().calendar)
    assert found.errors == rolling_errors(past=past_of(egov), calendar=egov_contract().calendar)
    assert {each.method for each in found.errors} == set(METHODS)
    assert found.method == found.errors[0].method == min(found.errors, key=lambda each: each.error).method
    assert found.variation == found.errors[0].variation
    assert found.method == "state space"
    assert found.effects["after a closed day"] > 1.05
    alone, effects = expected_calls(
        found.method, past=past_of(egov), days=april.days, calendar=egov_contract().calendar
    )
    assert (found.calls == np.where(april.is_open, alone, 0.0)).all()
    assert found.effects == effects


def test_a_day_that_only_repeats_is_forecast_by_repeating() -> None:
    grid = grid_of(MONDAY, 84)
    rng = np.random.default_rng(3)
    week = rng.uniform(1, 40, size=(5, grid.shape[1]))
    calls = np.array([week[day.weekday()] for day in grid.days])
    found = forecast(history=made_history(calls, grid), grid=grid_of(date(2023, 4, 3), 5), calendar=CALENDAR)
    assert found.method in {"mean of four weeks", "last week"}
    assert found.effects == {}
    assert found.calls == pytest.approx(week)


def test_days_that_never_differ_have_no_state_space(egov: CallHistory) -> None:
    grid = grid_of(MONDAY, 84)
    same = made_history(np.full(grid.shape, 2.0), grid)
    errors = rolling_errors(past=past_of(same), calendar=CALENDAR)
    assert "state space" not in {each.method for each in errors}
    assert forecast(history=same, grid=grid, calendar=CALENDAR).calls == pytest.approx(same.attempts)
    totals, effects = state_space_totals(
        totals=past_of(same).totals, known_days=grid.days, days=grid.days[:2], calendar=CALENDAR
    )
    assert np.isnan(totals).all()
    assert effects == {}
    month, _ = state_space_totals(
        totals=past_of(egov).totals, known_days=past_of(egov).days, days=grid.days[:2], calendar=CALENDAR
    )
    assert np.isfinite(month).all()


def test_a_months_turn_is_told_from_the_level_only_after_most_of_a_year() -> None:
    known = grid_of(date(2022, 1, 11), 500)
    rng = np.random.default_rng(5)
    begins = np.array([day.day <= 3 for day in known.days])
    totals = rng.poisson(np.where(begins, 300.0, 150.0)).astype(float)
    coming = grid_of(date(2023, 6, 1), 14).days
    _, short = state_space_totals(totals=totals[:150], known_days=known.days[:150], days=coming, calendar=CALENDAR)
    _, whole = state_space_totals(totals=totals, known_days=known.days, days=coming, calendar=CALENDAR)
    assert "month begins" not in short
    assert whole["month begins"] > 1.2


def test_the_interval_holds_what_comes(egov: CallHistory) -> None:
    training = egov.within(Period(start_date=date(2018, 10, 1), end_date=date(2019, 3, 1)))
    march = egov.within(Period(start_date=date(2019, 3, 1), end_date=date(2019, 4, 1)))
    found = forecast(history=training, grid=march.grid, calendar=egov_contract().calendar)
    low, high = found.interval(level=0.9)
    share = ((march.attempts >= low) & (march.attempts <= high)).mean()
    assert 0.8 < share <= 1.0
    wide = found.interval(level=0.99)
    assert (wide[0] <= low).all()
    assert (wide[1] >= high).all()
    assert (found.day_interval()[0] < found.calls.sum(axis=1)).all()


def test_a_weekday_and_a_half_hour_are_learnt() -> None:
    found = forecast(history=seasonal(MONDAY, 84), grid=grid_of(date(2023, 4, 3), 5), calendar=CALENDAR)
    totals = found.calls.sum(axis=1)
    assert totals[0] / totals[1] == pytest.approx(1.5, rel=0.1)
    assert found.calls[:, 0].mean() / found.calls[:, -1].mean() == pytest.approx(3.0, rel=0.1)
    assert found.handle_seconds == pytest.approx(np.full(found.calls.shape, 300.0))


def test_a_level_that_jumped_is_followed() -> None:
    history = seasonal(MONDAY, 84, jump_at=40)
    found = forecast(history=history, grid=grid_of(date(2023, 4, 3), 5), calendar=CALENDAR)
    assert found.calls.sum() == pytest.approx(5 * 88 * 16, rel=0.1)


def test_an_announced_event_is_learnt_from_earlier_ones() -> None:
    history = seasonal(MONDAY, 84)
    releases = [AnnouncedEvent(kind="release", start_date=history.grid.days[row], days=2) for row in (12, 25, 38)]
    calls = history.attempts.copy()
    for row in (12, 25, 38):
        calls[row] *= 3.0
        calls[row + 1] *= 1.5
    coming = AnnouncedEvent(kind="release", start_date=date(2023, 4, 4), days=2)
    unheard = AnnouncedEvent(kind="move", start_date=date(2023, 4, 6), days=1)
    found = forecast(
        history=made_history(calls, history.grid),
        grid=grid_of(date(2023, 4, 3), 5),
        calendar=CALENDAR,
        events=[*releases, coming, unheard],
    )
    assert 1.6 < found.effects["release day 1"] < 3.2
    totals = found.calls.sum(axis=1)
    assert totals[1] > 1.5 * totals[3]
    assert "move" in found.notes[-1]
    assert found.effects.get("move day 1", 1.0) == 1.0


@pytest.mark.parametrize("rows", [(12, 25, 38), (30,)])
def test_an_announced_event_lengthens_handling_as_earlier_ones_did(rows: tuple[int, ...]) -> None:
    history = seasonal(MONDAY, 84)
    seconds = history.handled_seconds.copy()
    for row in rows:
        seconds[row] *= 1.6
    releases = [AnnouncedEvent(kind="release", start_date=history.grid.days[row], days=1) for row in rows]
    coming = AnnouncedEvent(kind="release", start_date=date(2023, 4, 4), days=1)
    learnt = replace(history, handled_seconds=seconds)
    grid = grid_of(date(2023, 4, 3), 5)
    found = forecast(history=learnt, grid=grid, calendar=CALENDAR, events=[*releases, coming])
    assert 1.2 < found.handle_effects["release day 1"] <= 1.6
    daily = found.handle_seconds.mean(axis=1)
    assert daily[1] / daily[2] == pytest.approx(found.handle_effects["release day 1"], rel=0.02)
    assert daily[[0, 2, 3, 4]] == pytest.approx(np.full(4, 300.0), rel=0.05)
    unheard = forecast(history=learnt, grid=grid, calendar=CALENDAR, events=[coming])
    assert unheard.handle_effects == {}
    assert np.ptp(unheard.handle_seconds.mean(axis=1)) < 5.0


def test_weekdays_of_longer_handling_are_learnt_where_that_errs_less() -> None:
    history = seasonal(MONDAY, 84)
    mondays = np.array([day.weekday() == 0 for day in history.grid.days])
    slow = replace(history, handled_seconds=history.handled_seconds * np.where(mondays, 1.5, 1.0)[:, None])
    past = past_of(slow)
    assert trusted_marks(past=past, calendar=CALENDAR) == ALL_MARKS
    assert trusted_marks(past=past_of(history), calendar=CALENDAR) == EVENT_MARKS
    found = forecast(history=slow, grid=grid_of(date(2023, 4, 3), 5), calendar=CALENDAR)
    daily = found.handle_seconds.mean(axis=1)
    assert daily[0] / daily[2] == pytest.approx(1.5, rel=0.1)


def test_days_without_answered_calls_tell_nothing_of_handling() -> None:
    history = seasonal(MONDAY, 84)
    quiet = np.ones(len(history.grid.days))
    quiet[[3, 12, 30]] = 0
    lost = replace(
        history, handled_seconds=history.handled_seconds * quiet[:, None],
        handled_count=history.handled_count * quiet[:, None],
    )  # fmt: skip
    release = AnnouncedEvent(kind="release", start_date=history.grid.days[12], days=1)
    found = forecast(history=lost, grid=grid_of(date(2023, 4, 3), 5), calendar=CALENDAR, events=[release])
    assert np.isfinite(found.handle_seconds).all()
    assert found.handle_effects == {}
    late = replace(history, handled_count=np.where(np.arange(len(quiet))[:, None] < 40, 0.0, history.handled_count))
    assert np.isfinite(
        forecast(history=late, grid=grid_of(date(2023, 4, 3), 5), calendar=CALENDAR).handle_seconds
    ).all()
    none = replace(history, handled_count=np.zeros(history.attempts.shape))
    with pytest.raises(InvalidInputError, match="answered calls with talk_seconds"):
        forecast(history=none, grid=grid_of(date(2023, 4, 3), 5), calendar=CALENDAR)


def test_gaps_in_the_facts_are_left_out_and_named() -> None:
    history = seasonal(MONDAY, 84)
    calls = history.attempts.copy()
    calls[[7, 20, 21]] = 0
    found = forecast(history=made_history(calls, history.grid), grid=grid_of(date(2023, 4, 3), 5), calendar=CALENDAR)
    whole = forecast(history=history, grid=grid_of(date(2023, 4, 3), 5), calendar=CALENDAR)
    assert found.calls.sum() == pytest.approx(whole.calls.sum(), rel=0.05)
    assert "3 open days without facts" in found.notes[0]


def test_a_short_past_is_forecast_and_says_that_nothing_was_compared() -> None:
    found = forecast(history=seasonal(MONDAY, 16), grid=grid_of(date(2023, 2, 6), 5), calendar=CALENDAR)
    assert found.notes == ("the past is too short to compare methods",)
    assert (found.method, found.errors) == ("mean of four weeks", ())
    assert np.isfinite(found.calls).all()


@pytest.mark.parametrize("scale", [0.0, 1.0])
def test_too_little_to_forecast_from_is_refused(scale: float) -> None:
    history = seasonal(MONDAY, 7 if scale else 60)
    empty = made_history(history.attempts * scale, history.grid)
    with pytest.raises(InvalidInputError, match="at least 10 open days with calls"):
        forecast(history=empty, grid=grid_of(date(2023, 4, 3), 5), calendar=CALENDAR)


def test_a_period_without_open_days_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="open day"):
        grid_of(date(2023, 1, 7), 2)
    with pytest.raises(InvalidInputError, match="open days from 2023-01-10"):
        seasonal(MONDAY, 20).within(Period(start_date=date(2024, 1, 1), end_date=date(2024, 2, 1)))


def test_marks_of_days() -> None:
    days = [date(2019, 5, 7), date(2019, 3, 29), date(2019, 4, 1), date(2019, 6, 12)]
    names, marks = day_features(days=days, calendar=CALENDAR)
    found = [{name for name, value in zip(names, row, strict=True) if value} for row in marks]
    assert found[0] == {"weekday 1", "after a closed day", "after two closed working days", "month begins"}
    assert found[1] == {"weekday 4", "month ends", "fiscal year turns"}
    assert found[2] == {"weekday 0", "after a closed day", "month begins", "fiscal year turns"}
    assert found[3] == {"weekday 2"}


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=60), st.floats(0.08, 0.5))
def test_a_level_lies_among_its_values(values: list[float], speed: float) -> None:
    level = running_level(np.array(values), speed=speed)
    assert (level >= min(values) - 1e-9).all()
    assert (level <= max(values) + 1e-9).all()
    assert 0.08 <= best_speed(np.array(values)) <= 0.5


def test_baselines_repeat_the_same_weekday() -> None:
    history = seasonal(MONDAY, 28)
    past = past_of(history)
    last, _ = expected_calls("last week", past=past, days=[date(2023, 2, 7)], calendar=CALENDAR)
    tuesdays = [row for row, day in enumerate(past.days) if day.weekday() == 1]
    assert (last[0] == past.calls[tuesdays[-1]]).all()
    four, _ = expected_calls("mean of four weeks", past=past, days=[date(2023, 2, 7)], calendar=CALENDAR)
    assert four[0] == pytest.approx(past.calls[tuesdays].mean(axis=0))
    assert all(one < two for one, two in pairwise(past.days))
