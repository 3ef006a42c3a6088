"""Whole columns give what core gives for each row."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.core.errors import InvalidInputError
from madoguchi.core.staffing.desk import Callers, desk_figures
from madoguchi.core.staffing.erlang_b import blocking_probability
from madoguchi.core.staffing.erlang_c import patient_queue
from madoguchi.core.staffing.inputs import Load
from madoguchi.core.staffing.patience import ExponentialPatience, FixedPatience, LognormalPatience
from madoguchi.core.staffing.required import AbandonmentTarget, AnswerRateTarget, required_agents
from madoguchi.core.staffing.square_root import square_root_agents as one_square_root
from madoguchi.planning import desk_arrays

LOADS, AGENTS = st.floats(0, 300), st.integers(0, 400)


@given(LOADS, AGENTS, st.floats(0, 5))
def test_erlang_b_c_and_the_square_root_rule_are_those_of_core(load: float, agents: int, limit: float) -> None:
    (lost,) = desk_arrays.blocking_probabilities(erlangs=[load], channels=[agents])
    assert lost == pytest.approx(blocking_probability(erlangs=load, channels=agents), rel=1e-9, abs=1e-300)
    (level,) = desk_arrays.service_levels(erlangs=[load], agents=[agents], limit_over_handle=[limit])
    calls = Load(calls_per_hour=load * 20, handle_seconds=180.0)
    if load > 0 or agents > 0:
        wanted = patient_queue(load=calls, agents=agents).service_level(within_seconds=180 * limit)
        assert level == pytest.approx(wanted, rel=1e-8, abs=1e-12)
    (people,) = desk_arrays.square_root_agents(erlangs=[load], quality=[limit - 1])
    assert people == one_square_root(erlangs=load, quality=limit - 1)


@given(
    calls=st.floats(0, 2000), handle=st.floats(30, 900), agents=AGENTS, patience=st.floats(0, 900),
    redial=st.floats(0, 0.9), ivr=st.floats(0, 1),
)  # fmt: skip
def test_desks_with_redials_and_voice_are_those_of_core(
    *, calls: float, handle: float, agents: int, patience: float, redial: float, ivr: float
) -> None:
    attempts, rates = desk_arrays.desk_answer_rates(
        calls_per_hour=[calls], handle_seconds=handle, agents=agents, patience_seconds=patience, redial_share=redial,
        ivr_loss=ivr,
    )  # fmt: skip
    callers = Callers(
        fresh=Load(calls_per_hour=calls, handle_seconds=handle), patience=ExponentialPatience(mean_seconds=patience),
        redial_share=redial, ivr_loss=ivr,
    )  # fmt: skip
    found = desk_figures(callers=callers, agents=agents)
    assert attempts[0] == pytest.approx(found.attempts_per_hour, rel=1e-9)
    if calls * (1 - ivr) > 1e-9:
        assert rates[0] == pytest.approx(found.answer_rate, rel=1e-8, abs=1e-12)


@pytest.mark.parametrize(
    "patience", [FixedPatience(mean_seconds=60), LognormalPatience(mean_seconds=90, variation=1.4)]
)  # fmt: skip
def test_any_patience_is_asked_of_core(patience: FixedPatience | LognormalPatience) -> None:
    calls, agents = np.array([[100.0, 200.0], [100.0, 0.0]]), np.array([[9, 12], [9, 3]])
    rates = desk_arrays.answer_rates_of(
        calls_per_hour=calls, handle_seconds=300.0, agents=agents, patience=patience, redial_share=0.3, ivr_loss=0.05
    )
    assert rates.shape == (2, 2)
    callers = Callers(
        fresh=Load(calls_per_hour=200.0, handle_seconds=300.0), patience=patience, redial_share=0.3, ivr_loss=0.05
    )
    assert rates[0, 1] == desk_figures(callers=callers, agents=12).answer_rate
    target = AbandonmentTarget(at_most=0.1)
    needs = desk_arrays.requirements_of(
        calls_per_hour=calls, handle_seconds=300.0, patience=patience, target=target, redial_share=0.3, ivr_loss=0.05
    )
    assert needs[0, 1] == required_agents(callers=callers, target=target)
    beyond = desk_arrays.requirements_of(
        calls_per_hour=calls, handle_seconds=300.0, patience=patience, target=AnswerRateTarget(at_least=1.0),
        ivr_loss=0.05,
    )  # fmt: skip
    assert "not reachable, the most is" in str(beyond[0, 0])


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("calls_per_hour", -1.0), ("handle_seconds", 0.0), ("agents", 1.5), ("patience_seconds", math.nan),
     ("redial_share", 1.0), ("ivr_loss", 1.1), ("agents", 1e9), ("calls_per_hour", math.inf)],
)  # fmt: skip
def test_wrong_columns_are_refused_by_name(name: str, wrong: float) -> None:
    right = {"calls_per_hour": 10.0, "handle_seconds": 300.0, "agents": 3.0, "patience_seconds": 60.0}
    with pytest.raises(InvalidInputError, match=name if wrong != math.inf else "calls_per_hour|erlangs"):
        desk_arrays.desk_answer_rates(**(right | {name: [wrong]}))
