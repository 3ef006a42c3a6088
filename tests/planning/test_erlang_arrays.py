"""Whole columns give what core gives one by one."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.core.errors import InvalidInputError
from madoguchi.core.staffing.desk import Callers, desk_figures
from madoguchi.core.staffing.erlang_a import impatient_queue
from madoguchi.core.staffing.erlang_c import patient_queue
from madoguchi.core.staffing.inputs import Load
from madoguchi.core.staffing.patience import ExponentialPatience
from madoguchi.core.staffing.required import AnswerRateTarget, ServiceLevelTarget, required_agents
from madoguchi.planning.erlang_arrays import (
    NOT_REACHABLE,
    abandonment_rates,
    required_for_answer_rate,
    required_for_service_level,
    waiting_probabilities,
)

HANDLE = 300.0
erlangs = st.one_of(st.just(0.0), st.floats(0.01, 300))


def load(amount: float) -> Load:
    return Load(calls_per_hour=amount * 3600 / HANDLE, handle_seconds=HANDLE)


@given(st.lists(st.tuples(erlangs, st.integers(0, 350), st.floats(0, 20)), min_size=1, max_size=5))
def test_rates_of_columns_are_those_of_core(rows: list[tuple[float, int, float]]) -> None:
    loads, agents, ratios = (np.array(column) for column in zip(*rows, strict=True))
    left = abandonment_rates(erlangs=loads, agents=agents, patience_over_handle=ratios)
    waits = waiting_probabilities(erlangs=loads, agents=agents)
    for index, (amount, people, ratio) in enumerate(rows):
        patience = ExponentialPatience(mean_seconds=ratio * HANDLE)
        exact = impatient_queue(load=load(amount), agents=people, patience=patience)
        assert left[index] == pytest.approx(exact.abandonment_rate, rel=1e-9, abs=1e-250)
        exact_wait = patient_queue(load=load(amount), agents=people).wait_probability
        assert waits[index] == pytest.approx(exact_wait, rel=1e-9, abs=1e-250)


@given(erlangs, st.floats(0.05, 20), st.floats(0.05, 0.99))
def test_required_agents_of_columns_are_those_of_core(amount: float, ratio: float, wanted: float) -> None:
    patient = Callers(fresh=load(amount), patience=ExponentialPatience(mean_seconds=math.inf))
    impatient = Callers(fresh=load(amount), patience=ExponentialPatience(mean_seconds=ratio * HANDLE))
    answering = required_agents(callers=impatient, target=AnswerRateTarget(at_least=wanted)).agents
    target = ServiceLevelTarget(at_least=wanted, within_seconds=ratio * HANDLE, most_occupancy=0.9)
    in_time = required_agents(callers=patient, target=target).agents
    column = int(required_for_answer_rate(erlangs=amount, patience_over_handle=ratio, at_least=wanted))
    if column != answering:  # a desk that is never idle answers agents / load: only the last digit tells
        rate = desk_figures(callers=impatient, agents=min(column, answering or 0)).answer_rate
        assert rate == pytest.approx(wanted, rel=1e-12)
    found = required_for_service_level(erlangs=amount, limit_over_handle=ratio, at_least=wanted, most_occupancy=0.9)
    assert found == in_time


def test_columns_of_unusual_input_come_to_an_end() -> None:
    loads = np.array([0.0, 5.0, 20.0])
    assert list(required_for_answer_rate(erlangs=loads, patience_over_handle=0.5, at_least=1.0)) == [
        0, NOT_REACHABLE, NOT_REACHABLE,
    ]  # fmt: skip
    assert list(required_for_answer_rate(erlangs=loads, patience_over_handle=math.inf, at_least=1.0)) == [0, 5, 20]
    assert list(required_for_answer_rate(erlangs=loads, patience_over_handle=0.5, at_least=0.0)) == [0, 0, 0]
    assert list(required_for_service_level(erlangs=loads, limit_over_handle=0.1, at_least=1.0)) == [
        0, NOT_REACHABLE, NOT_REACHABLE,
    ]  # fmt: skip
    endless = abandonment_rates(erlangs=20.0, agents=[5, 25], patience_over_handle=math.inf)
    assert list(endless) == [0.75, 0.0]
    with pytest.raises(InvalidInputError, match="erlangs: given"):
        waiting_probabilities(erlangs=-1.0, agents=2)
    with pytest.raises(InvalidInputError, match="ratio of times: given nan"):
        required_for_answer_rate(erlangs=1.0, patience_over_handle=math.nan, at_least=0.9)


def test_a_single_row_beside_a_plain_number_is_a_column_too() -> None:
    (share,) = abandonment_rates(erlangs=[10.0], agents=9, patience_over_handle=0.5)
    assert 0 < share < 1
