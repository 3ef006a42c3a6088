"""The simulator against the exact formulas, and what must hold whatever is simulated."""

import math
import random

import numpy as np
import pytest

from madoguchi.core.errors import InvalidInputError
from madoguchi.core.staffing.desk import Callers, desk_figures
from madoguchi.core.staffing.erlang_a import impatient_queue
from madoguchi.core.staffing.inputs import Load
from madoguchi.core.staffing.patience import (
    ExponentialPatience,
    FixedPatience,
    LognormalPatience,
    ObservedPatience,
    Patience,
)
from madoguchi.planning import queue_loop
from madoguchi.planning.chance import EXPONENTIAL
from madoguchi.planning.scenario import Mails, Scenario
from madoguchi.planning.simulate import Simulation, affordable_runs, numbers_of, simulate, tables_of

PATIENCE = ExponentialPatience(mean_seconds=120.0)


def flat(calls_per_hour: float, agents: int, *, days: int = 1, hours: int = 10, **more: object) -> Scenario:
    shape = (days, 2 * hours)
    values = {
        "calls_per_slot": np.full(shape, calls_per_hour / 2),
        "agents": np.full(shape, agents),
        "handle_seconds": np.array([[360.0]]),
        "patience": PATIENCE,
    }
    return Scenario(**{**values, **more})  # type: ignore[arg-type]  # keywords by name


def long_run(scenario: Scenario, *, seed: int, runs: int = 40) -> Simulation:
    """Simulate long days with exponential handling, as the formulas assume, and leave out their first ten hours."""
    shape = (runs, *scenario.calls_per_slot.shape)
    counts, sums = np.zeros((*shape, queue_loop.COUNTS), np.int64), np.zeros((*shape, queue_loop.SUMS))
    numbers = numbers_of(scenario)._replace(handle_kind=EXPONENTIAL)
    queue_loop.run_many(numbers, tables_of(scenario), np.arange(runs) + 1000 * seed, counts, sums)
    return Simulation(counts=counts[:, :, 20:], sums=sums[:, :, 20:])


def within_three_errors(found: Simulation, exact: float) -> bool:
    difference = abs(float(found.answer_rates.mean()) - exact)
    return difference <= 3 * found.standard_error


def random_settings() -> list[tuple[float, float, int, float]]:
    rng = random.Random(7)
    settings = []
    for _ in range(20):
        handle = rng.uniform(120, 900)
        agents = rng.randint(1, 60)
        calls = agents * rng.uniform(0.6, 1.5) * 3600 / handle
        settings.append((calls, handle, agents, rng.uniform(20, 600)))
    return settings


@pytest.mark.parametrize(("calls", "handle", "agents", "mean"), random_settings())
def test_simulation_meets_erlang_a(calls: float, handle: float, agents: int, mean: float) -> None:
    patience = ExponentialPatience(mean_seconds=mean)
    scenario = flat(calls, agents, hours=400, handle_seconds=np.array([[handle]]), patience=patience)
    exact = impatient_queue(load=Load(calls_per_hour=calls, handle_seconds=handle), agents=agents, patience=patience)
    found = long_run(scenario, seed=agents)
    assert within_three_errors(found, exact.answer_rate), (found.answer_rate, exact.answer_rate, found.standard_error)
    assert found.mean_wait_seconds == pytest.approx(exact.mean_wait_seconds, rel=0.05, abs=0.2)


@pytest.mark.parametrize(
    "patience",
    [
        FixedPatience(mean_seconds=60),
        LognormalPatience(mean_seconds=150, variation=1.4),
        ObservedPatience(seconds=(10.0, 40.0, 200.0), shares=(0.8, 0.4, 0.0)),
        ExponentialPatience(mean_seconds=0),
        ExponentialPatience(mean_seconds=math.inf),
    ],
)
def test_simulation_meets_every_law_of_patience(patience: Patience) -> None:
    agents = 22 if patience.mean_seconds == math.inf else 17
    exact = impatient_queue(load=Load(calls_per_hour=180, handle_seconds=360), agents=agents, patience=patience)
    found = long_run(flat(180, agents, hours=800, patience=patience), seed=3)
    if exact.answer_rate < 1:
        assert within_three_errors(found, exact.answer_rate), (found.answer_rate, exact.answer_rate)
    assert found.mean_wait_seconds == pytest.approx(exact.mean_wait_seconds, rel=0.05)


def test_slow_redials_come_near_the_fixed_point() -> None:
    callers = Callers(
        fresh=Load(calls_per_hour=120, handle_seconds=360),
        patience=ExponentialPatience(mean_seconds=60),
        redial_share=0.4,
        ivr_loss=0.05,
    )
    exact = desk_figures(callers=callers, agents=12)
    scenario = flat(
        120, 12, hours=800, patience=callers.patience, redial_share=0.4, redial_seconds=1800.0, ivr_loss=0.05
    )
    found = long_run(scenario, seed=5)
    assert found.answer_rate == pytest.approx(exact.answer_rate, abs=0.005)
    attempts = found.total(queue_loop.ATTEMPTS).mean() / 790
    assert attempts == pytest.approx(exact.attempts_per_hour, rel=0.01)


def test_the_same_seed_gives_the_same_days_on_any_number_of_threads() -> None:
    scenario = flat(180, 17, days=3, redial_share=0.4, mails=Mails(per_slot=np.full((3, 20), 5.0), handle_seconds=600))
    one, two = (simulate(scenario=scenario, runs=5, seed=11, threads=each) for each in (1, 2))
    assert (one.counts == two.counts).all()
    assert (one.sums == two.sums).all()
    other = simulate(scenario=scenario, runs=5, seed=12)
    assert (one.counts != other.counts).any()


def test_two_plans_of_one_seed_meet_the_same_calls() -> None:
    few, many = (simulate(scenario=flat(180, each, days=2), runs=20, seed=4) for each in (15, 20))
    assert (few.counts[..., queue_loop.ATTEMPTS] == many.counts[..., queue_loop.ATTEMPTS]).all()
    assert (many.total(queue_loop.ANSWERED) >= few.total(queue_loop.ANSWERED)).all()


def test_every_attempt_has_one_end_and_every_mail_begun_had_come() -> None:
    mails = Mails(per_slot=np.full((4, 20), 4.0), handle_seconds=900, reserve=2)
    found = simulate(
        scenario=flat(150, 14, days=4, redial_share=0.5, ivr_loss=0.1, mails=mails, absence=0.1), runs=30, seed=9
    )
    ends = sum(found.counts[..., each] for each in (queue_loop.IVR_LOST, queue_loop.ANSWERED, queue_loop.ABANDONED))
    assert (found.counts[..., queue_loop.ATTEMPTS] == ends).all()
    assert found.total(queue_loop.MAILS).mean() <= 4 * 20 * 4.0 * 1.05
    assert (found.sums >= 0).all()
    assert (found.service_levels <= found.answer_rates).all()


def test_mail_without_a_reserve_costs_the_phone_and_a_reserve_protects_it() -> None:
    def rate(reserve: int) -> float:
        mails = Mails(per_slot=np.full((1, 20), 10.0), handle_seconds=900, reserve=reserve)
        return simulate(scenario=flat(200, 23, mails=mails), runs=200, seed=1).answer_rate

    alone = simulate(scenario=flat(200, 23), runs=200, seed=1).answer_rate
    assert rate(0) < rate(2) < rate(5) <= alone + 0.002
    assert rate(0) < alone - 0.05
    assert rate(40) == alone


def test_staff_that_comes_and_goes_serves_when_it_is_there() -> None:
    agents = np.array([[0, 0, 5, 5, 0, 0]])
    found = simulate(
        scenario=Scenario(calls_per_slot=np.full((1, 6), 10.0), agents=agents, handle_seconds=np.array([[60.0]])),
        runs=200,
        seed=2,
    )
    rates = found.slot_counts(queue_loop.ANSWERED) / found.slot_counts(queue_loop.ATTEMPTS)
    assert rates[0, 0] < 0.01
    assert rates[0, 1] > rates[0, 0]  # those who wait until people come
    assert (rates[0, 2:4] > 0.99).all()
    assert (rates[0, 4:] < 0.02).all()


def test_absence_and_uncertain_volume_widen_the_spread_of_months() -> None:
    sure = simulate(scenario=flat(180, 19, days=5), runs=200, seed=6)
    unsure = simulate(scenario=flat(180, 19, days=5, day_variation=0.1, run_variation=0.1), runs=200, seed=6)
    away = simulate(scenario=flat(180, 19, days=5, absence=0.1), runs=200, seed=6)
    assert unsure.answer_rates.std() > 2 * sure.answer_rates.std()
    assert away.answer_rate < sure.answer_rate - 0.02
    assert sure.interval()[0] < sure.answer_rate < sure.interval()[1]
    assert sure.chance_of(at_least=0.5) == 1.0
    assert unsure.chance_of(at_least=0.999) == 0.0


@pytest.mark.parametrize("redial_share", [0.0, 0.9])
def test_a_desk_far_above_capacity_comes_to_an_end(redial_share: float) -> None:
    found = simulate(scenario=flat(5000, 1, redial_share=redial_share), runs=2, seed=1)
    assert 0 < found.answer_rate < 0.01
    assert np.isfinite(found.sums).all()


def test_more_than_can_be_simulated_is_refused_and_large_months_get_fewer_runs() -> None:
    large = flat(50_000, 100, days=20)
    with pytest.raises(InvalidInputError, match=r"calls x runs: given 10,000,000 x 1,000"):
        simulate(scenario=large, runs=1000, seed=1)
    assert affordable_runs(large, runs=40) == 1
    assert affordable_runs(flat(180, 17), runs=40) == 40


def test_a_desk_without_calls_or_people() -> None:
    quiet = simulate(scenario=flat(0, 5), runs=3, seed=1)
    assert (quiet.answer_rate, quiet.mean_wait_seconds, quiet.mean_mail_wait_seconds) == (1.0, 0.0, 0.0)
    empty = simulate(
        scenario=flat(100, 0, patience=ExponentialPatience(mean_seconds=math.inf), redial_share=0.5), runs=3, seed=1
    )
    assert empty.answer_rate == 0
    assert simulate(scenario=flat(100, 3), runs=1, seed=1).standard_error == math.inf


def test_wrong_scenarios_are_refused_by_name() -> None:
    with pytest.raises(InvalidInputError, match="agents: given"):
        Scenario(calls_per_slot=np.ones((1, 3)), agents=np.ones((1, 4)), handle_seconds=np.array([60.0]))
    with pytest.raises(InvalidInputError, match="calls_per_slot: given"):
        Scenario(calls_per_slot=np.array([1.0, math.nan]), agents=np.ones(2), handle_seconds=np.array([60.0]))
    with pytest.raises(InvalidInputError, match="whole numbers"):
        Scenario(calls_per_slot=np.ones(3), agents=np.full(3, 2.5), handle_seconds=np.array([60.0]))
    with pytest.raises(InvalidInputError, match="handle_seconds: given 0"):
        flat(100, 2, handle_seconds=np.array([0.0]))
    with pytest.raises(InvalidInputError, match="runs: given 0"):
        simulate(scenario=flat(100, 2), runs=0, seed=1)
    with pytest.raises(InvalidInputError, match="up to"):
        flat(1e9, 2)
    with pytest.raises(InvalidInputError, match=r"mails\.handle_seconds: given -1"):
        Mails(per_slot=np.ones(3), handle_seconds=-1)
