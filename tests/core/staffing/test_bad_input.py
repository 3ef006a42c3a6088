"""Unusual and wrong input: an answer or a sentence, never a hang or NaN."""

import math
from collections.abc import Callable

import pytest

from madoguchi.core.errors import InvalidInputError
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
from madoguchi.core.staffing.required import (
    AbandonmentTarget,
    AnswerRateTarget,
    ServiceLevelTarget,
    Target,
    required_agents,
)
from madoguchi.core.staffing.square_root import quality_for_waiting, square_root_agents

LOAD = Load(calls_per_hour=180, handle_seconds=360)
PATIENCE = ExponentialPatience(mean_seconds=120)


def who(load: Load = LOAD, patience: Patience = PATIENCE, *, redial_share: float = 0, ivr_loss: float = 0) -> Callers:
    return Callers(fresh=load, patience=patience, redial_share=redial_share, ivr_loss=ivr_loss)


def test_no_calls_need_no_agents() -> None:
    nobody = who(Load(calls_per_hour=0, handle_seconds=360))
    assert required_agents(callers=nobody, target=AnswerRateTarget(at_least=0.9)).agents == 0
    figures = desk_figures(callers=nobody, agents=3)
    assert (figures.answer_rate, figures.queue.mean_wait_seconds, figures.occupancy) == (1.0, 0.0, 0.0)
    assert figures.service_level(within_seconds=0) == 1.0


def test_no_agents_answer_nobody() -> None:
    figures = desk_figures(callers=who(redial_share=0.5), agents=0)
    assert figures.answer_rate == 0
    assert figures.attempts_per_hour == pytest.approx(360)
    assert figures.service_level(within_seconds=60) == 0
    assert figures.occupancy == 0


def test_one_agent_of_an_overloaded_desk_stays_busy() -> None:
    figures = desk_figures(callers=who(), agents=1)
    assert figures.answer_rate == pytest.approx(1 / 18, rel=1e-3)
    assert figures.occupancy == pytest.approx(1.0, abs=1e-3)


def test_patience_of_zero_is_a_desk_without_a_queue() -> None:
    lost = blocking_probability(erlangs=18, channels=20)
    for patience in (ExponentialPatience(mean_seconds=0), FixedPatience(mean_seconds=0)):
        queue = impatient_queue(load=LOAD, agents=20, patience=patience)
        assert (queue.abandonment_rate, queue.mean_wait_seconds) == (lost, 0.0)
        assert queue.answered_within(seconds=30) == 1 - lost
    nearly = impatient_queue(load=LOAD, agents=20, patience=ExponentialPatience(mean_seconds=1e-200))
    assert nearly.abandonment_rate == pytest.approx(lost)


def test_endless_patience_above_capacity_answers_what_capacity_allows() -> None:
    for patience in (ExponentialPatience(mean_seconds=math.inf), FixedPatience(mean_seconds=math.inf)):
        queue = impatient_queue(load=LOAD, agents=9, patience=patience)
        assert queue.answer_rate == pytest.approx(0.5)
        assert queue.mean_wait_seconds == math.inf
        assert queue.answered_within(seconds=1000) == 0
    nearly = impatient_queue(load=LOAD, agents=9, patience=ExponentialPatience(mean_seconds=1e9))
    assert nearly.answer_rate == pytest.approx(0.5, rel=1e-6)


def test_callers_of_whom_many_never_give_up_are_answered_as_capacity_allows() -> None:
    stubborn = ObservedPatience(seconds=(30.0,), shares=(0.8,))
    assert stubborn.mean_seconds == math.inf
    queue = impatient_queue(load=LOAD, agents=9, patience=stubborn)
    assert queue.answer_rate == pytest.approx(0.5)
    assert queue.answered_within(seconds=60) == 0
    just = ObservedPatience(seconds=(30.0,), shares=(0.5,))
    assert impatient_queue(load=LOAD, agents=9, patience=just).answer_rate == pytest.approx(0.5)
    enough = impatient_queue(load=LOAD, agents=16, patience=stubborn)
    assert 0.8 < enough.answer_rate < 0.9


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (AnswerRateTarget(at_least=1.0), "100.0% is not reachable, the most is below 100.0%"),
        (AbandonmentTarget(at_most=0.0), "100.0% is not reachable, the most is below 100.0%"),
        (ServiceLevelTarget(at_least=1.0, within_seconds=20), "100.0% is not reachable, the most is below 100.0%"),
    ],
)
def test_a_target_of_all_callers_is_not_reachable_where_some_give_up(target: Target, said: str) -> None:
    assert str(required_agents(callers=who(), target=target)) == said


def test_all_callers_are_answered_where_nobody_gives_up() -> None:
    patient = who(patience=ExponentialPatience(mean_seconds=math.inf))
    found = required_agents(callers=patient, target=AnswerRateTarget(at_least=1.0))
    assert found.agents == 18
    assert str(found) == "18 agents for 100.0%, which give 100.0%"


def test_the_recorded_voice_is_a_ceiling() -> None:
    found = required_agents(callers=who(ivr_loss=0.114), target=AnswerRateTarget(at_least=0.9))
    assert not found.is_reachable
    assert str(found) == "90.0% is not reachable, the most is 88.6%"
    assert required_agents(callers=who(ivr_loss=0.05), target=AnswerRateTarget(at_least=0.9)).is_reachable


def test_too_few_people_say_what_they_reach() -> None:
    found = required_agents(callers=who(), target=AnswerRateTarget(at_least=0.9), most_agents=12)
    assert found.agents is None
    assert str(found) == "90.0% is not reachable, the most is 64.5%"


def test_targets_agree_on_the_same_promise() -> None:
    rate = required_agents(callers=who(), target=AnswerRateTarget(at_least=0.9))
    assert required_agents(callers=who(), target=AbandonmentTarget(at_most=0.1)).agents == rate.agents == 19
    nothing = required_agents(callers=who(), target=AnswerRateTarget(at_least=0.0))
    assert nothing.agents == 0


def test_extreme_but_right_values_come_to_an_end() -> None:
    huge = Load(calls_per_hour=3_000_000, handle_seconds=600)
    queue = impatient_queue(load=huge, agents=490_000, patience=ExponentialPatience(mean_seconds=1e6))
    assert queue.answer_rate == pytest.approx(0.98)
    tiny = Load(calls_per_hour=1e-300, handle_seconds=1e-3)
    assert impatient_queue(load=tiny, agents=1, patience=PATIENCE).answer_rate == 1.0
    law = LognormalPatience(mean_seconds=1e-6, variation=0.01)
    lost = blocking_probability(erlangs=18, channels=20)
    assert impatient_queue(load=LOAD, agents=20, patience=law).abandonment_rate == pytest.approx(lost, rel=1e-3)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: Load(calls_per_hour=-1, handle_seconds=0), "calls_per_hour: given -1; allowed: a finite number"),
        (lambda: Load(calls_per_hour=-1, handle_seconds=0), "handle_seconds: given 0; allowed: a finite number above"),
        (lambda: Load(calls_per_hour=math.nan, handle_seconds=1), "calls_per_hour: given nan"),
        (lambda: Load(calls_per_hour=1e308, handle_seconds=1e308), "erlangs: given inf"),
        (lambda: ExponentialPatience(mean_seconds=-1), "mean_seconds: given -1"),
        (lambda: LognormalPatience(mean_seconds=1, variation=0), "variation: given 0"),
        (lambda: ObservedPatience(seconds=(2.0, 1.0), shares=(0.5, 0.2)), "seconds: given (2.0, 1.0)"),
        (lambda: ObservedPatience(seconds=(2.0,), shares=(0.5, 0.7)), "shares: given (0.5, 0.7)"),
        (lambda: who(redial_share=1.0), "redial_share: given 1.0; allowed: a share from 0 to below 1"),
        (lambda: who(ivr_loss=math.nan), "ivr_loss: given nan"),
        (lambda: AnswerRateTarget(at_least=90), "at_least: given 90; allowed: a share from 0 to 1"),
        (lambda: ServiceLevelTarget(at_least=0.8, within_seconds=20, most_occupancy=0), "most_occupancy: given 0"),
        (lambda: desk_figures(callers=who(), agents=-1), "agents: given -1; allowed: a whole number"),
        (lambda: patient_queue(load=LOAD, agents=-1), "agents: given -1"),
        (lambda: offered_erlangs(channels=3, blocking_share=1.0), "blocking_share: given 1.0"),
        (lambda: required_channels(erlangs=3, blocking_share=0.0), "blocking_share: given 0.0"),
        (lambda: square_root_agents(erlangs=3, quality=math.inf), "quality: given inf"),
        (lambda: quality_for_waiting(wait_probability=1.0), "wait_probability: given 1.0"),
    ],
)
def test_wrong_input_is_refused_by_name(wrong: Callable[[], object], said: str) -> None:
    with pytest.raises(InvalidInputError) as raised:
        wrong()
    assert said in str(raised.value)


def test_small_answers_of_the_easy_cases() -> None:
    assert offered_erlangs(channels=0, blocking_share=0.5) == 0
    assert offered_erlangs(channels=9, blocking_share=0.0) == 0
    assert required_channels(erlangs=0, blocking_share=0.5) == 0
    assert blocking_probability(erlangs=0, channels=3) == 0
    assert blocking_probability(erlangs=1, channels=400) == 0
    assert patient_queue(load=Load(calls_per_hour=0, handle_seconds=1), agents=0).mean_wait_seconds == 0
    assert patient_queue(load=LOAD, agents=18).mean_queue == math.inf
    assert LognormalPatience(mean_seconds=10, variation=1).survival(0) == 1


@pytest.mark.parametrize(
    "patience",
    [
        ExponentialPatience(mean_seconds=0),
        ExponentialPatience(mean_seconds=90),
        ExponentialPatience(mean_seconds=math.inf),
        FixedPatience(mean_seconds=90),
        LognormalPatience(mean_seconds=90, variation=0.7),
        ObservedPatience(seconds=(60.0, 120.0), shares=(0.5, 0.0)),
    ],
)
def test_a_law_of_patience_is_one_law(patience: Patience) -> None:
    """What is still waiting and what gave up add up, and the mean of those who wait up to a time is their integral."""
    for seconds in (0.0, 1.0, 59.0, 61.0, 500.0):
        assert patience.survival(seconds) + patience.given_up(seconds) == pytest.approx(1.0)
        step = 1e-4
        slope = (patience.waited(seconds + step) - patience.waited(seconds)) / step
        assert slope == pytest.approx(patience.survival(seconds + step / 2), abs=1e-5)
    if 0 < patience.mean_seconds < math.inf:
        assert patience.waited(1e6) == pytest.approx(90.0)
