"""Erlang A and its relatives: callers wait, and some give up (M/M/n+M, Palm 1957; other patience: M/M/n+G).

Erlang A is the sum over queue lengths of the products lambda / (n mu + k theta): positive terms only.
"""

import math
from dataclasses import dataclass

from madoguchi.core.staffing.erlang_b import blocking
from madoguchi.core.staffing.erlang_c import level_within, patient_queue
from madoguchi.core.staffing.general_patience import answered_share_within, offered_wait, wait_integrals
from madoguchi.core.staffing.inputs import Inputs, Load
from madoguchi.core.staffing.patience import ExponentialPatience, FixedPatience, Patience

MOST_TERMS = 100_000
NEGLIGIBLE = 1e-18
LARGE = 1e250


@dataclass(frozen=True, kw_only=True, slots=True)
class ImpatientQueue:
    """What callers meet. Waits are of all callers, answered or not.

    Where nobody gives up and the load is above capacity, the queue grows for ever: the share answered is
    agents / erlangs in the long run and the mean wait infinite.
    """

    load: Load
    agents: int
    patience: Patience
    wait_probability: float
    abandonment_rate: float
    mean_wait_seconds: float

    @property
    def answer_rate(self) -> float:
        return 1.0 - self.abandonment_rate

    @property
    def mean_queue(self) -> float:
        """Callers waiting, on average (Little's law)."""
        calls = self.load.calls_per_second
        return calls * self.mean_wait_seconds if calls else 0.0

    @property
    def occupancy(self) -> float:
        """Share of the agents' time spent on calls."""
        return min(1.0, self.load.erlangs * self.answer_rate / self.agents) if self.agents else 0.0

    def answered_within(self, *, seconds: float) -> float:
        """Return the share of all callers who are answered within so many seconds."""
        Inputs().zero_to_infinite("seconds", seconds).refuse_wrong()
        return _answered_within(self, seconds)


def impatient_queue(*, load: Load, agents: int, patience: Patience) -> ImpatientQueue:
    """Return what callers with this patience meet. Raises InvalidInputError."""
    Inputs().agents("agents", agents).refuse_wrong()
    if agents == 0:
        return _queue(load, agents, patience, waiting=1.0, abandonment=1.0, wait=patience.mean_seconds)
    if load.is_empty:
        return _queue(load, agents, patience, waiting=0.0, abandonment=0.0, wait=0.0)
    if patience.mean_seconds == 0:
        lost = blocking(load.erlangs, agents)
        return _queue(load, agents, patience, waiting=lost, abandonment=lost, wait=0.0)
    if is_endless(patience):
        return _patient(load, agents, patience)
    found = _exponential(load, agents, patience) if isinstance(patience, ExponentialPatience) else None
    return found or _general(load, agents, patience)


def is_endless(patience: Patience) -> bool:
    """Return whether nobody ever gives up."""
    return patience.mean_seconds == math.inf and isinstance(patience, ExponentialPatience | FixedPatience)


def _queue(
    load: Load, agents: int, patience: Patience, *, waiting: float, abandonment: float, wait: float
) -> ImpatientQueue:
    return ImpatientQueue(
        load=load,
        agents=agents,
        patience=patience,
        wait_probability=waiting,
        abandonment_rate=abandonment,
        mean_wait_seconds=wait,
    )


def _patient(load: Load, agents: int, patience: Patience) -> ImpatientQueue:
    found = patient_queue(load=load, agents=agents)
    unanswered = max(0.0, 1.0 - agents / load.erlangs)
    return _queue(
        load, agents, patience, waiting=found.wait_probability, abandonment=unanswered, wait=found.mean_wait_seconds
    )


def _general(load: Load, agents: int, patience: Patience) -> ImpatientQueue:
    law = offered_wait(load=load, agents=agents, patience=patience)
    if law is None:
        return _queue(
            load, agents, patience, waiting=1.0, abandonment=max(0.0, 1.0 - agents / load.erlangs), wait=math.inf
        )
    found = wait_integrals(law)
    return _queue(
        load,
        agents,
        patience,
        waiting=found.wait_probability,
        abandonment=found.abandonment_rate,
        wait=found.mean_wait_seconds,
    )


def _exponential(load: Load, agents: int, patience: ExponentialPatience) -> ImpatientQueue | None:
    """Return Erlang A by its series, or None where that would take too many terms."""
    mean = patience.mean_seconds
    sums = _queue_sums(load.calls_per_second * mean, agents / load.handle_seconds * mean)
    if sums is None:
        return None
    lost = blocking(load.erlangs, agents)
    waiting = lost * sums.whole / ((1.0 - lost) * sums.unit + lost * sums.whole)
    abandonment = min(1.0, waiting * sums.leaving / sums.whole)
    return _queue(load, agents, patience, waiting=waiting, abandonment=abandonment, wait=abandonment * mean)


@dataclass(frozen=True, kw_only=True, slots=True)
class _QueueSums:
    """Weights over queue lengths from 0 on, on one scale: of none, of all, and of those who leave unanswered."""

    unit: float
    whole: float
    leaving: float


def _queue_sums(arrivals: float, services: float) -> _QueueSums | None:
    """Add up the queue's weights; both rates are per mean patience."""
    unit = term = whole = 1.0
    leaving = 0.0
    for length in range(1, MOST_TERMS):
        leaving += term * length / (services + length)
        ratio = arrivals / (services + length)
        term *= ratio
        whole += term
        if ratio < 1 and term < NEGLIGIBLE * (1.0 - ratio) * min(whole, leaving):
            return _QueueSums(unit=unit, whole=whole, leaving=leaving)
        if whole > LARGE:
            unit, term, whole, leaving = unit / LARGE, term / LARGE, whole / LARGE, leaving / LARGE
    return None


def _answered_within(queue: ImpatientQueue, seconds: float) -> float:
    load, agents, patience = queue.load, queue.agents, queue.patience
    if agents == 0 or load.is_empty or patience.mean_seconds == 0 or seconds == math.inf:
        return queue.answer_rate
    if is_endless(patience):
        return level_within(load, agents, queue.wait_probability, seconds)
    law = offered_wait(load=load, agents=agents, patience=patience)
    return 0.0 if law is None else answered_share_within(law, within_seconds=seconds)
