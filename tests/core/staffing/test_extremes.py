"""Extreme but legal desks against forty digits: many agents, tiny and huge loads, short and long patience."""

import math

import pytest
from mpmath import mp, mpf

from madoguchi.core.staffing.erlang_a import impatient_queue
from madoguchi.core.staffing.erlang_b import blocking_probability
from madoguchi.core.staffing.erlang_c import patient_queue
from madoguchi.core.staffing.inputs import Load
from madoguchi.core.staffing.patience import ExponentialPatience

EXACT, HANDLE = 1e-9, 300.0


@pytest.fixture(autouse=True)
def _digits() -> None:
    mp.dps = 40


def exact_blocking(erlangs: float, channels: int) -> mpf:
    load = mpf(erlangs)
    if channels > 2000:  # the closed form, of incomplete gamma functions
        weight = mp.exp(channels * mp.log(load) - load - mp.loggamma(channels + 1))
        return weight / mp.gammainc(channels + 1, load, regularized=True)
    inverse = mpf(1)
    for channel in range(1, channels + 1):
        inverse = 1 + channel / load * inverse
    return 1 / inverse


def error(found: float, exact: mpf) -> float:
    return float(abs((mpf(found) - exact) / exact))


@pytest.mark.parametrize(
    ("erlangs", "channels"),
    [(1e-6, 1), (1e-3, 40), (0.5, 100), (1e6, 3), (99_000.0, 100_000), (100_000.0, 100_000), (250_000.0, 100_000)],
)
def test_erlang_b_keeps_its_digits(erlangs: float, channels: int) -> None:
    exact = exact_blocking(erlangs, channels)
    assert error(blocking_probability(erlangs=erlangs, channels=channels), exact) < EXACT


@pytest.mark.parametrize(
    ("erlangs", "agents"), [(1e-3, 1), (9.999, 10), (999.0, 1000), (99_500.0, 100_000), (99_999.0, 100_000)]
)
def test_erlang_c_keeps_its_digits(erlangs: float, agents: int) -> None:
    load = Load(calls_per_hour=erlangs * 3600 / HANDLE, handle_seconds=HANDLE)
    offered = mpf(load.calls_per_hour) * mpf(HANDLE) / 3600
    lost = exact_blocking(load.erlangs, agents)
    waiting = agents * lost / (agents - offered + offered * lost)
    found = patient_queue(load=load, agents=agents)
    assert error(found.wait_probability, waiting) < EXACT
    assert error(found.mean_wait_seconds, waiting * HANDLE / (agents - offered)) < EXACT


@pytest.mark.parametrize(
    ("erlangs", "agents", "patience"),
    [
        (12.0, 10, 1e-3), (12.0, 10, 30_000.0), (0.01, 1, 60.0), (5000.0, 5, 60.0), (3000.0, 3000, 5.0),
        (900.0, 1000, 600.0),
    ],
)  # fmt: skip
def test_erlang_a_keeps_its_digits(erlangs: float, agents: int, patience: float) -> None:
    load = Load(calls_per_hour=erlangs * 3600 / HANDLE, handle_seconds=HANDLE)
    arrivals = mpf(load.calls_per_hour) / 3600 * mpf(patience)
    services = agents * mpf(patience) / mpf(HANDLE)
    lost = exact_blocking(load.erlangs, agents)
    term = whole = mpf(1)
    leaving = mpf(0)
    for length in range(1, 1_000_000):
        leaving += term * length / (services + length)
        term *= arrivals / (services + length)
        whole += term
        if services + length > arrivals and term < mpf(10) ** -35 * leaving:
            break
    waiting = lost * whole / (1 - lost + lost * whole)
    gone = waiting * leaving / whole
    found = impatient_queue(load=load, agents=agents, patience=ExponentialPatience(mean_seconds=patience))
    assert error(found.wait_probability, waiting) < EXACT
    assert error(found.abandonment_rate, gone) < EXACT
    assert error(found.answer_rate, 1 - gone) < EXACT
    assert error(found.mean_wait_seconds, gone * mpf(patience)) < EXACT


def test_no_patience_is_erlang_b_and_endless_patience_erlang_c() -> None:
    load = Load(calls_per_hour=108.0, handle_seconds=HANDLE)
    none = impatient_queue(load=load, agents=10, patience=ExponentialPatience(mean_seconds=0))
    assert error(none.abandonment_rate, exact_blocking(load.erlangs, 10)) < EXACT
    endless = impatient_queue(load=load, agents=10, patience=ExponentialPatience(mean_seconds=math.inf))
    assert endless.wait_probability == patient_queue(load=load, agents=10).wait_probability
