"""What must hold for any load: more people never do worse, longer handling never does better, nothing is NaN."""

import math
from dataclasses import dataclass, replace
from itertools import pairwise

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.core.staffing.desk import Callers, desk_figures
from madoguchi.core.staffing.erlang_a import impatient_queue
from madoguchi.core.staffing.erlang_b import blocking_probability, offered_erlangs, required_channels
from madoguchi.core.staffing.erlang_c import patient_queue
from madoguchi.core.staffing.inputs import Load
from madoguchi.core.staffing.patience import (
    ExponentialPatience,
    FixedPatience,
    LognormalPatience,
    ObservedPatience,
    Patience,
)
from madoguchi.core.staffing.required import AnswerRateTarget, ServiceLevelTarget, required_agents
from madoguchi.core.staffing.square_root import (
    abandonment_estimate,
    quality_for_abandonment,
    quality_for_waiting,
    square_root_agents,
)

ROUNDING = 1e-9
OBSERVED = ObservedPatience(seconds=(10.0, 30.0, 90.0, 400.0), shares=(0.9, 0.6, 0.2, 0.05))
loads = st.builds(
    Load,
    calls_per_hour=st.floats(0, 3000),
    handle_seconds=st.floats(10, 3600),
)
patiences: st.SearchStrategy[Patience] = st.one_of(
    st.builds(ExponentialPatience, mean_seconds=st.one_of(st.floats(0, 3600), st.just(math.inf))),
    st.builds(FixedPatience, mean_seconds=st.one_of(st.floats(0, 3600), st.just(math.inf))),
    st.builds(LognormalPatience, mean_seconds=st.floats(1, 3600), variation=st.floats(0.1, 3)),
    st.just(OBSERVED),
)
callers = st.builds(Callers, fresh=loads, patience=patiences, redial_share=st.floats(0, 0.95), ivr_loss=st.floats(0, 1))
agent_counts = st.integers(0, 400)


@given(callers, agent_counts)
def test_figures_are_shares_and_never_nan(who: Callers, agents: int) -> None:
    figures = desk_figures(callers=who, agents=agents)
    shares = (
        figures.answer_rate, figures.abandonment_rate, figures.caller_answer_rate, figures.occupancy,
        figures.queue.wait_probability, figures.service_level(within_seconds=20.0),
    )  # fmt: skip
    assert all(-ROUNDING <= each <= 1 + ROUNDING for each in shares), shares
    assert figures.queue.mean_wait_seconds >= 0
    assert figures.attempts_per_hour >= who.fresh.calls_per_hour
    assert figures.caller_answer_rate >= figures.answer_rate - ROUNDING
    assert figures.service_level(within_seconds=20.0) <= figures.answer_rate + ROUNDING


@given(callers, agent_counts, st.integers(1, 50))
def test_more_agents_never_lower_the_answer_rate(who: Callers, agents: int, more: int) -> None:
    few = desk_figures(callers=who, agents=agents)
    many = desk_figures(callers=who, agents=agents + more)
    assert many.answer_rate >= few.answer_rate - ROUNDING
    assert many.service_level(within_seconds=15.0) >= few.service_level(within_seconds=15.0) - ROUNDING
    assert many.queue.mean_wait_seconds <= few.queue.mean_wait_seconds * (1 + ROUNDING) + ROUNDING


@given(callers, agent_counts, st.floats(1.0, 3.0))
def test_longer_handling_never_raises_the_answer_rate(who: Callers, agents: int, factor: float) -> None:
    slow = Load(calls_per_hour=who.fresh.calls_per_hour, handle_seconds=who.fresh.handle_seconds * factor)
    now, later = (desk_figures(callers=each, agents=agents) for each in (who, replace(who, fresh=slow)))
    assert later.answer_rate <= now.answer_rate + ROUNDING


@settings(max_examples=25)
@given(callers, st.floats(0, 1))
def test_the_requirement_is_the_least_number_or_says_the_most(who: Callers, wanted: float) -> None:
    target = AnswerRateTarget(at_least=wanted)
    found = required_agents(callers=who, target=target, most_agents=5000)
    if found.agents is None:
        assert found.most <= wanted
        assert "not reachable, the most is" in str(found)
        return
    assert found.most >= wanted
    if found.agents > 0:
        assert desk_figures(callers=who, agents=found.agents - 1).answer_rate < wanted


@dataclass(frozen=True, kw_only=True, slots=True)
class PlainPatience:
    """The exponential law under another name, so that the integral is taken and not the series."""

    mean_seconds: float
    breaks: tuple[float, ...] = ()

    def survival(self, seconds: float) -> float:
        return ExponentialPatience(mean_seconds=self.mean_seconds).survival(seconds)

    def given_up(self, seconds: float) -> float:
        return ExponentialPatience(mean_seconds=self.mean_seconds).given_up(seconds)

    def waited(self, seconds: float) -> float:
        return ExponentialPatience(mean_seconds=self.mean_seconds).waited(seconds)


@given(st.floats(1, 3000), st.floats(30, 3600), st.integers(1, 300), st.floats(1, 1000))
def test_series_and_integral_agree(calls: float, handle: float, agents: int, mean: float) -> None:
    load = Load(calls_per_hour=calls, handle_seconds=handle)
    series = impatient_queue(load=load, agents=agents, patience=ExponentialPatience(mean_seconds=mean))
    integral = impatient_queue(load=load, agents=agents, patience=PlainPatience(mean_seconds=mean))
    assert integral.answer_rate == pytest.approx(series.answer_rate, rel=1e-9)
    assert integral.wait_probability == pytest.approx(series.wait_probability, rel=1e-9, abs=1e-200)
    assert integral.mean_wait_seconds == pytest.approx(series.mean_wait_seconds, rel=1e-9, abs=1e-200)


def exact_abandonment(load: Load, agents: int, mean: float) -> float:
    """Erlang A from its definition with 40 digits: the chain's states one by one."""
    with mpmath.workdps(40):
        weight, states, left = mpmath.mpf(1), mpmath.mpf(1), mpmath.mpf(0)
        arrival, service = mpmath.mpf(load.calls_per_hour) / 3600, 1 / mpmath.mpf(load.handle_seconds)
        for state in range(1, 6000):
            waiting = max(0, state - agents)
            weight *= arrival / (min(state, agents) * service + waiting / mpmath.mpf(mean))
            states += weight
            left += waiting / mpmath.mpf(mean) * weight
        return float(left / states / arrival)


@pytest.mark.parametrize(
    ("calls", "handle", "agents", "mean"),
    [
        (180, 360, 15, 120),
        (180, 360, 40, 120),
        (2000, 400, 200, 60),
        (900, 300, 20, 900),
        (3, 600, 1, 5),
        (60, 60, 9, 1),
    ],
)
def test_small_and_large_rates_keep_nine_digits(calls: float, handle: float, agents: int, mean: float) -> None:
    load = Load(calls_per_hour=calls, handle_seconds=handle)
    queue = impatient_queue(load=load, agents=agents, patience=ExponentialPatience(mean_seconds=mean))
    assert queue.abandonment_rate == pytest.approx(exact_abandonment(load, agents, mean), rel=1e-10)


@given(st.floats(0.01, 3000), st.integers(1, 3500))
def test_blocking_keeps_its_digits_from_any_start_of_the_recursion(erlangs: float, channels: int) -> None:
    inverse = 1.0
    for channel in range(1, channels + 1):
        inverse = 1.0 + channel / erlangs * inverse
    found = blocking_probability(erlangs=erlangs, channels=channels)
    assert found == pytest.approx(1 / inverse, rel=1e-11, abs=1e-280)


@given(st.integers(1, 2000), st.floats(0.0001, 0.9))
def test_offered_load_turns_blocking_round(channels: int, share: float) -> None:
    erlangs = offered_erlangs(channels=channels, blocking_share=share)
    assert blocking_probability(erlangs=erlangs, channels=channels) == pytest.approx(share, rel=1e-9)
    assert required_channels(erlangs=erlangs * (1 - 1e-9), blocking_share=share) == channels


@given(st.floats(0.1, 500), st.integers(1, 600))
def test_more_agents_never_wait_longer_without_abandonment(erlangs: float, agents: int) -> None:
    load = Load(calls_per_hour=erlangs * 10, handle_seconds=360)
    few, many = (patient_queue(load=load, agents=each) for each in (agents, agents + 1))
    assert many.mean_wait_seconds <= few.mean_wait_seconds
    levels = [many.service_level(within_seconds=each) for each in (0.0, 10.0, 60.0, 1e6)]
    assert all(earlier <= later + ROUNDING for earlier, later in pairwise(levels))
    assert many.service_level(within_seconds=10.0) >= few.service_level(within_seconds=10.0)


def test_the_square_root_rule_nears_the_exact_numbers_of_a_large_desk() -> None:
    load = Load(calls_per_hour=5000, handle_seconds=360)
    quality = quality_for_abandonment(load=load, patience_seconds=120, abandonment_rate=0.05)
    who = Callers(fresh=load, patience=ExponentialPatience(mean_seconds=120))
    exact = required_agents(callers=who, target=AnswerRateTarget(at_least=0.95)).agents
    assert exact is not None
    assert square_root_agents(erlangs=load.erlangs, quality=quality) == pytest.approx(exact, abs=2)
    waiting = patient_queue(load=load, agents=520).wait_probability
    guess = square_root_agents(erlangs=load.erlangs, quality=quality_for_waiting(wait_probability=waiting))
    assert guess == pytest.approx(520, abs=2)


@given(st.floats(-30, 30), st.floats(0.1, 10_000))
def test_the_abandonment_estimate_is_a_share_that_falls(quality: float, patience: float) -> None:
    load = Load(calls_per_hour=1000, handle_seconds=360)
    first, second = (
        abandonment_estimate(load=load, patience_seconds=patience, quality=each) for each in (quality, quality + 1)
    )
    assert 0 <= second <= first <= 1


@given(loads, st.floats(0.5, 0.99), st.floats(0, 300))
def test_a_longer_limit_never_needs_more_agents(load: Load, wanted: float, seconds: float) -> None:
    who = Callers(fresh=load, patience=ExponentialPatience(mean_seconds=120))
    strict, mild = (
        required_agents(callers=who, target=ServiceLevelTarget(at_least=wanted, within_seconds=each)).agents
        for each in (seconds, seconds + 60)
    )
    assert strict is not None
    assert mild is not None
    assert mild <= strict
