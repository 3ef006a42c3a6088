"""Sliders, the month that was missed, comparison of plans, and the replan at eleven."""

import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.planning.examples import NOVEMBER, egov_contract, egov_history, grid_of, made_history

from madoguchi.core.calendar.periods import Period
from madoguchi.core.errors import InvalidInputError
from madoguchi.core.staffing.patience import (
    ExponentialPatience,
    FixedPatience,
    LognormalPatience,
    ObservedPatience,
)
from madoguchi.planning.evaluate import forecast
from madoguchi.planning.history import CallHistory
from madoguchi.planning.need import Demand
from madoguchi.planning.plan import repaired_need
from madoguchi.planning.what_if import (
    Levers,
    changed,
    explaining_agents,
    forecast_demand,
    observed_demand,
    options,
    outcome,
    replan_day,
    scaled_patience,
)

OCTOBER = Period(start_date=date(2018, 10, 1), end_date=date(2018, 11, 1))


@pytest.fixture(scope="module")
def egov(tmp_path_factory: pytest.TempPathFactory) -> CallHistory:
    folder: Path = tmp_path_factory.mktemp("facts")
    return egov_history(folder)


def day(calls: float = 20.0, *, variation: float = 0.1) -> Demand:
    return Demand(
        calls=np.full((1, 16), calls),
        handle_seconds=np.array([[360.0]]),
        patience=ExponentialPatience(mean_seconds=180),
        day_variation=variation,
    )


def test_november_2018_could_not_be_kept_with_its_recorded_voice(egov: CallHistory) -> None:
    november = egov.within(NOVEMBER)
    demand = observed_demand(history=november, redial_share=0.4)
    need = repaired_need(demand=demand, at_least=0.9)
    assert str(need) == "90.0% is not reachable, the most is 88.6%"
    october = egov.within(OCTOBER)
    eased = changed(demand, Levers(ivr_loss=october.ivr_loss))
    kept = repaired_need(demand=eased, at_least=0.9)
    assert kept.is_reachable
    there, rate = explaining_agents(demand=demand, answer_rate=0.43)
    assert rate == pytest.approx(0.43, abs=0.08)
    assert kept.agents.mean() > 2 * there
    again = outcome(demand=eased, agents=kept.agents, seed=77)
    assert again.answer_rate == pytest.approx(0.9, abs=0.005)


def test_more_calls_longer_handling_and_less_patience_need_more_people(egov: CallHistory) -> None:
    base = observed_demand(history=egov.within(OCTOBER), redial_share=0.4)

    def hours(levers: Levers) -> float:
        found = repaired_need(demand=changed(base, levers), at_least=0.9)
        assert found.is_reachable
        return found.agent_hours

    usual = hours(Levers())
    assert hours(Levers(volume=2.2)) > 1.5 * usual
    assert hours(Levers(handle=1.16)) > usual
    assert hours(Levers(patience=0.25)) > usual
    assert hours(Levers(volume=0.0)) == 0


@pytest.mark.parametrize(
    "patience",
    [
        ExponentialPatience(mean_seconds=100),
        FixedPatience(mean_seconds=100),
        LognormalPatience(mean_seconds=100, variation=1.4),
        ObservedPatience(seconds=(50.0, 150.0), shares=(0.5, 0.0)),
    ],
)
def test_patience_is_scaled_whatever_its_law(
    patience: ExponentialPatience | FixedPatience | LognormalPatience | ObservedPatience,
) -> None:
    assert scaled_patience(patience, 1.5).mean_seconds == pytest.approx(150)
    assert scaled_patience(patience, 1.0) is patience
    assert scaled_patience(patience, 0.0).mean_seconds == 0


def test_more_hours_buy_more_certainty() -> None:
    unsure = Demand(calls=np.full((10, 16), 25.0), handle_seconds=np.array([[360.0]]), day_variation=0.15)
    found = options(demand=unsure, at_least=0.85)
    hours = [each.agent_hours for each in found]
    chances = [each.chance for each in found]
    assert hours == sorted(hours)
    assert chances[-1] > chances[0]
    assert chances[-1] > 0.9
    assert options(demand=day(), at_least=1.0) == ()


def test_a_forecast_becomes_a_demand_without_its_repeated_calls(egov: CallHistory) -> None:
    grid = grid_of(date(2019, 4, 1), 5)
    expected = forecast(history=egov, grid=grid, calendar=egov_contract().calendar)
    demand = forecast_demand(expected=expected, history=egov, redial_share=0.4)
    assert 0.85 * expected.calls.sum() < demand.calls.sum() < expected.calls.sum()
    assert demand.ivr_loss == pytest.approx(egov.latest(days=40).ivr_loss)
    assert demand.day_variation == expected.variation


def test_at_eleven_a_busy_morning_asks_for_more_people() -> None:
    agents = np.full(16, 5)
    found = replan_day(demand=day(), agents=agents, attempts=[30.0] * 4, answered=90.0, at_least=0.9)
    assert 1.2 < found.factor < 1.5
    assert found.rest_target > 0.9
    assert found.need.is_reachable
    assert found.need.agents.shape == (1, 12)
    assert found.need.agents.mean() > 5
    assert found.planned.answer_rate < found.rest_target
    assert "times the forecast" in str(found)


def test_a_day_that_cannot_be_saved_says_so() -> None:
    found = replan_day(demand=day(), agents=np.full(16, 2), attempts=[30.0] * 14, answered=60.0, at_least=0.9)
    assert not found.need.is_reachable
    assert "is not reachable, the most is" in str(found)


def test_a_day_of_which_nothing_is_known_is_the_forecast() -> None:
    found = replan_day(demand=day(), agents=np.full(16, 5), attempts=[], answered=0.0, at_least=0.9)
    assert (found.factor, found.rest_target) == (1.0, 0.9)
    quiet = replan_day(demand=day(0.0), agents=np.full(16, 5), attempts=[0.0] * 4, answered=0.0, at_least=0.9)
    assert quiet.need.agent_hours == 0


def test_an_empty_or_wrong_question_is_answered_or_refused(egov: CallHistory) -> None:
    none = explaining_agents(demand=day(0.0), answer_rate=1.0)
    assert none == (0, 1.0)
    with pytest.raises(InvalidInputError, match="answered: given 9"):
        replan_day(demand=day(), agents=np.full(16, 5), attempts=[5.0], answered=9.0, at_least=0.9)
    grid = grid_of(date(2023, 1, 9), 5)
    silent = made_history(np.zeros(grid.shape), grid)
    gap = replace(silent, is_known=np.zeros(4, bool))
    with pytest.raises(InvalidInputError, match="none on any of 4 open days from 2023-01-10; allowed: days with calls"):
        observed_demand(history=gap, redial_share=0.4)
    with pytest.raises(InvalidInputError, match="volume: given nan"):
        Levers(volume=math.nan)
    with pytest.raises(InvalidInputError, match="redial_share: given 1"):
        observed_demand(history=egov, redial_share=1.0)


def test_repeated_calls_of_the_morning_are_not_taken_for_more_callers() -> None:
    asked = replace(day(), redial_share=0.5)
    agents = np.full(16, 5)
    calm = replan_day(demand=asked, agents=agents, attempts=[20.0] * 4, answered=80.0, at_least=0.9)
    repeated = replan_day(demand=asked, agents=agents, attempts=[25.0] * 4, answered=60.0, at_least=0.9)
    assert repeated.factor == pytest.approx(calm.factor)
    assert repeated.rest_target > calm.rest_target
