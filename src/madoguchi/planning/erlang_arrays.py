"""The formulas of core/staffing for whole columns: what a page with sliders or a month of half hours asks.

Equal to core to nine digits and to the last agent; a test holds them so.
"""

import math

import numpy as np

from madoguchi.core.staffing.inputs import MOST_AGENTS, Inputs
from madoguchi.planning.chance import Array, compiled

NOT_REACHABLE = np.iinfo(np.int64).min
NEGLIGIBLE = 1e-18
LARGE = 1e250
MOST_TERMS = 100_000


def waiting_probabilities(*, erlangs: Array, agents: Array) -> Array:
    """Return Erlang C of loads and agents, arrays of one shape."""
    loads, people = _same_shape(np.asarray(erlangs, np.float64), np.asarray(agents, np.int64))
    _check(loads, people)
    return _waiting(loads.ravel(), people.ravel()).reshape(loads.shape)


def abandonment_rates(*, erlangs: Array, agents: Array, patience_over_handle: Array) -> Array:
    """Return Erlang A's share of callers who give up; the mean patience is given in mean handling times."""
    loads, people, ratios = _same_shape(
        np.asarray(erlangs, np.float64), np.asarray(agents, np.int64), np.asarray(patience_over_handle, np.float64)
    )
    _check(loads, people)
    _check_patience(ratios)
    return _abandonment(loads.ravel(), people.ravel(), ratios.ravel()).reshape(loads.shape)


def required_for_answer_rate(*, erlangs: Array, patience_over_handle: Array, at_least: float) -> Array:
    """Return the least agents of Erlang A that answer this share; NOT_REACHABLE for a share of 1."""
    Inputs().share("at_least", at_least).refuse_wrong()
    loads, ratios = _same_shape(np.asarray(erlangs, np.float64), np.asarray(patience_over_handle, np.float64))
    _check(loads, np.zeros(1))
    _check_patience(ratios)
    found = _required_answering(loads.ravel(), ratios.ravel(), at_least)
    return found.reshape(loads.shape)


def required_for_service_level(
    *, erlangs: Array, limit_over_handle: Array, at_least: float, most_occupancy: float = 1.0
) -> Array:
    """Return the least agents of Erlang C that answer this share within a limit, given in handling times."""
    Inputs().share("at_least", at_least).share("most_occupancy", most_occupancy).refuse_wrong()
    loads, limits = _same_shape(np.asarray(erlangs, np.float64), np.asarray(limit_over_handle, np.float64))
    _check(loads, np.zeros(1))
    _check_patience(limits)
    return _required_in_time(loads.ravel(), limits.ravel(), at_least, most_occupancy).reshape(loads.shape)


def _same_shape(*columns: Array) -> tuple[Array, ...]:
    """Return copies of one shape: a view of a broadcast array is not to be written to, and compiled code asks."""
    return tuple(np.array(each) for each in np.broadcast_arrays(*columns))


def _check(erlangs: Array, agents: Array) -> None:
    has_right_loads = bool(np.isfinite(erlangs).all() and (erlangs >= 0).all() and (erlangs < MOST_AGENTS / 2).all())
    has_right_agents = bool((agents >= 0).all() and (agents <= MOST_AGENTS).all())
    Inputs().check(
        "erlangs", erlangs, is_right=has_right_loads, allowed=f"numbers from 0 to below {MOST_AGENTS // 2:,}"
    ).check("agents", agents, is_right=has_right_agents, allowed=f"from 0 to {MOST_AGENTS:,}").refuse_wrong()


def _check_patience(ratios: Array) -> None:
    is_right = bool((ratios >= 0).all())
    Inputs().check("ratio of times", ratios, is_right=is_right, allowed="numbers, 0 or more").refuse_wrong()


@compiled
def blocking(load: float, agents: int) -> float:
    inverse = 1.0
    for agent in range(1, agents + 1):
        inverse = 1.0 + agent / load * inverse
    return 1.0 / inverse


@compiled
def waiting(load: float, agents: int, lost: float) -> float:
    """Return Erlang C from Erlang B."""
    return 1.0 if agents <= load else agents * lost / (agents - load + load * lost)


@compiled
def _waiting(loads: Array, agents: Array) -> Array:
    found = np.zeros(loads.size)
    for index in range(loads.size):
        load, people = loads[index], agents[index]
        if load > 0 or people == 0:
            found[index] = waiting(load, people, blocking(load, people) if people else 1.0)
    return found


@compiled
def abandonment(load: float, agents: int, ratio: float, lost: float) -> float:
    """Return Erlang A from Erlang B; the mean patience in handling times is `ratio`."""
    if agents == 0 or ratio == 0:
        return lost
    arrivals, services = load * ratio, agents * ratio
    unit, term, whole, leaving = 1.0, 1.0, 1.0, 0.0
    for length in range(1, MOST_TERMS if ratio < math.inf else 0):
        leaving += term * length / (services + length)
        share = arrivals / (services + length)
        term *= share
        whole += term
        if share < 1 and term < NEGLIGIBLE * (1.0 - share) * min(whole, leaving):
            part = lost * whole / ((1.0 - lost) * unit + lost * whole)
            return min(1.0, part * leaving / whole)
        if whole > LARGE:
            unit, term, whole, leaving = unit / LARGE, term / LARGE, whole / LARGE, leaving / LARGE
    return max(0.0, 1.0 - agents / load)  # patience without end, or nearly so


@compiled
def _abandonment(loads: Array, agents: Array, ratios: Array) -> Array:
    found = np.zeros(loads.size)
    for index in range(loads.size):
        if agents[index] == 0:
            found[index] = 1.0
        elif loads[index] > 0:
            lost = blocking(loads[index], agents[index])
            found[index] = abandonment(loads[index], agents[index], ratios[index], lost)
    return found


@compiled
def _required_answering(loads: Array, ratios: Array, wanted: float) -> Array:
    """Go up from one agent, as Erlang B does; what cannot be enough, as capacity lacks, is passed over."""
    found = np.zeros(loads.size, np.int64)
    for index in range(loads.size):
        load, agents, inverse = loads[index], 0, 1.0
        if load == 0 or wanted == 0:
            continue
        if wanted == 1 and ratios[index] < math.inf:
            found[index] = NOT_REACHABLE
            continue
        while True:
            agents += 1
            inverse = 1.0 + agents / load * inverse
            if agents < load * wanted:
                continue
            if 1.0 - abandonment(load, agents, ratios[index], 1.0 / inverse) >= wanted:
                break
        found[index] = agents
    return found


@compiled
def _required_in_time(loads: Array, limits: Array, wanted: float, most_occupancy: float) -> Array:
    found = np.zeros(loads.size, np.int64)
    for index in range(loads.size):
        load, agents, inverse = loads[index], 0, 1.0
        if load == 0 or wanted == 0:
            continue
        if wanted == 1 or most_occupancy == 0:
            found[index] = NOT_REACHABLE
            continue
        while agents <= load or agents * most_occupancy < load:
            agents += 1
            inverse = 1.0 + agents / load * inverse
        while 1.0 - waiting(load, agents, 1.0 / inverse) * math.exp((load - agents) * limits[index]) < wanted:
            agents += 1
            inverse = 1.0 + agents / load * inverse
        found[index] = agents
    return found
