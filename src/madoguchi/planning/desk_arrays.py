"""The rest of core/staffing for whole columns: Erlang B, waits, desks with redials and a recorded voice, any patience.

Loops are compiled where a formula has few steps; any law of patience is an integral, asked of core once for each
different row. A test holds every function equal to core.
"""
# ruff: noqa: PLR0917  # compiled loops take arrays one by one

from collections.abc import Callable

import numpy as np

from madoguchi.core.staffing.desk import Callers, desk_figures
from madoguchi.core.staffing.inputs import MOST_AGENTS, Inputs, Load
from madoguchi.core.staffing.patience import Patience
from madoguchi.core.staffing.required import Requirement, Target, required_agents
from madoguchi.planning.chance import Array, compiled
from madoguchi.planning.erlang_arrays import abandonment, blocking, waiting

MOST_STEPS, PRECISION = 200, 1e-14
SECONDS_AN_HOUR = 3600.0


def blocking_probabilities(*, erlangs: Array, channels: Array) -> Array:
    """Return Erlang B of loads and channels, arrays of one shape."""
    loads, lines = _columns(erlangs, channels)
    _refuse_wrong(erlangs=loads, agents=lines)
    return _blocking(loads.ravel(), lines.astype(np.int64).ravel()).reshape(loads.shape)


def service_levels(*, erlangs: Array, agents: Array, limit_over_handle: Array) -> Array:
    """Return Erlang C's share of calls answered within a limit, given in handling times."""
    loads, people, limits = _columns(erlangs, agents, limit_over_handle)
    _refuse_wrong(erlangs=loads, agents=people, limit_over_handle=limits)
    waits = _waiting(loads.ravel(), people.astype(np.int64).ravel()).reshape(loads.shape)
    spare = people - loads
    return np.where(spare > 0, 1.0 - waits * np.exp(-np.maximum(spare, 0.0) * limits), np.where(loads > 0, 0.0, 1.0))


def square_root_agents(*, erlangs: Array, quality: Array) -> Array:
    """Return the square-root rule's agents of loads and qualities of service."""
    loads, qualities = _columns(erlangs, quality)
    _refuse_wrong(erlangs=loads)
    is_right = bool(np.isfinite(qualities).all())
    Inputs().check("quality", qualities, is_right=is_right, allowed="finite numbers").refuse_wrong()
    return np.maximum(0, np.ceil(loads + qualities * np.sqrt(loads))).astype(np.int64)


def desk_answer_rates(
    *, calls_per_hour: Array, handle_seconds: Array, agents: Array, patience_seconds: Array, redial_share: Array = 0.0,
    ivr_loss: Array = 0.0,
) -> tuple[Array, Array]:  # fmt: skip
    """Return attempts per hour and the share of them answered, with redials as a fixed point (Erlang A)."""
    columns = _columns(calls_per_hour, handle_seconds, agents, patience_seconds, redial_share, ivr_loss)
    calls, handle, people, patience, redial, ivr = columns
    _refuse_wrong(calls_per_hour=calls, agents=people, patience_seconds=patience)
    _refuse_wrong(erlangs=calls * handle / SECONDS_AN_HOUR)
    inputs = Inputs()
    inputs.check("handle_seconds", handle, is_right=_within(handle > 0, handle < np.inf), allowed="numbers above 0")
    inputs.check("redial_share", redial, is_right=_within(redial >= 0, redial < 1), allowed="shares from 0 to below 1")
    inputs.check("ivr_loss", ivr, is_right=_within(ivr >= 0, ivr <= 1), allowed="shares from 0 to 1").refuse_wrong()
    flat = [each.ravel() for each in columns]
    attempts, rates = _desks(flat[0], flat[1], flat[2].astype(np.int64), *flat[3:])
    return attempts.reshape(calls.shape), rates.reshape(calls.shape)


def answer_rates_of(
    *, calls_per_hour: Array, handle_seconds: Array, agents: Array, patience: Patience, redial_share: float = 0.0,
    ivr_loss: float = 0.0,
) -> Array:  # fmt: skip
    """Return the share of attempts answered under any law of patience; equal rows are calculated once."""

    def rate(calls: float, handle: float, people: float) -> float:
        callers = _callers(calls, handle, patience, redial_share, ivr_loss)
        return desk_figures(callers=callers, agents=int(people)).answer_rate

    return _each_once(rate, *_columns(calls_per_hour, handle_seconds, agents))


def requirements_of(
    *, calls_per_hour: Array, handle_seconds: Array, patience: Patience, target: Target, redial_share: float = 0.0,
    ivr_loss: float = 0.0,
) -> Array:  # fmt: skip
    """Return what each row takes for any target and law of patience, an array of `Requirement`."""

    def requirement(calls: float, handle: float) -> Requirement:
        callers = _callers(calls, handle, patience, redial_share, ivr_loss)
        return required_agents(callers=callers, target=target)

    return _each_once(requirement, *_columns(calls_per_hour, handle_seconds))


def _callers(calls: float, handle: float, patience: Patience, redial_share: float, ivr_loss: float) -> Callers:
    fresh = Load(calls_per_hour=calls, handle_seconds=handle)
    return Callers(fresh=fresh, patience=patience, redial_share=redial_share, ivr_loss=ivr_loss)


def _each_once(function: Callable[..., object], *columns: Array) -> Array:
    rows = np.stack([each.ravel() for each in columns], axis=-1)
    different, places = np.unique(rows, axis=0, return_inverse=True)
    found = np.array([None, *(function(*row) for row in different.tolist())], dtype=object)[1:]
    chosen = found[places.ravel()].reshape(columns[0].shape)
    return chosen if chosen.size and isinstance(found[0], Requirement) else chosen.astype(np.float64)


def _columns(*given: Array) -> tuple[Array, ...]:
    # copies: a view of a broadcast array is not to be written to, and compiled code asks
    return tuple(np.array(each) for each in np.broadcast_arrays(*(np.asarray(each, np.float64) for each in given)))


def _within(*conditions: Array) -> bool:
    return all(bool(each.all()) for each in conditions)


def _refuse_wrong(**columns: Array) -> None:
    inputs = Inputs()
    for name, values in columns.items():
        most = {"agents": MOST_AGENTS, "erlangs": MOST_AGENTS / 2}.get(name, np.inf)
        is_right = _within(values >= 0, values <= most)
        if name == "agents":
            is_right = is_right and _within(values == np.floor(values))
        inputs.check(name, values, is_right=is_right, allowed=f"numbers from 0 to {most:,.0f}")
    inputs.refuse_wrong()


@compiled
def _blocking(loads: Array, channels: Array) -> Array:
    found = np.zeros(loads.size)
    for index in range(loads.size):
        if channels[index] == 0:
            found[index] = 1.0
        elif loads[index] > 0:
            found[index] = blocking(loads[index], channels[index])
    return found


@compiled
def _waiting(loads: Array, agents: Array) -> Array:
    found = np.zeros(loads.size)
    for index in range(loads.size):
        if agents[index] <= loads[index]:
            found[index] = 1.0
        elif loads[index] > 0:
            found[index] = waiting(loads[index], agents[index], blocking(loads[index], agents[index]))
    return found


@compiled
def _given_up(calls: float, handle: float, agents: int, patience: float, ivr: float) -> float:
    """Return the share of those who reach the queue that gives up."""
    load = calls * (1.0 - ivr) * handle / 3600.0
    if agents == 0:
        return 1.0
    if load <= 0:
        return 0.0
    return float(abandonment(load, agents, patience / handle, blocking(load, agents)))


@compiled
def _desks(
    calls: Array, handle: Array, agents: Array, patience: Array, redial: Array, ivr: Array
) -> tuple[Array, Array]:
    attempts, rates = np.zeros(calls.size), np.zeros(calls.size)
    for row in range(calls.size):
        found = _attempts(calls[row], handle[row], agents[row], patience[row], redial[row] * (1.0 - ivr[row]), ivr[row])
        attempts[row] = found
        rates[row] = (1.0 - ivr[row]) * (1.0 - _given_up(found, handle[row], agents[row], patience[row], ivr[row]))
    return attempts, rates


@compiled
def _attempts(calls: float, handle: float, agents: int, patience: float, repeated: float, ivr: float) -> float:
    """Return where fresh + repeated = attempts, by halving between the bounds."""
    if repeated == 0 or calls == 0:
        return calls
    low, high = calls, calls / (1.0 - repeated)
    for _ in range(MOST_STEPS):
        middle = (low + high) / 2
        if high - low <= PRECISION * high:
            break
        if middle * (1.0 - repeated * _given_up(middle, handle, agents, patience, ivr)) < calls:
            low = middle
        else:
            high = middle
    return (low + high) / 2
