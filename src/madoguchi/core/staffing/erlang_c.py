"""Erlang C: every caller waits as long as it takes (M/M/n; Erlang 1917).

A contract that counts abandoned calls needs Erlang A instead.
"""

import math
from dataclasses import dataclass

from madoguchi.core.staffing.erlang_b import blocking
from madoguchi.core.staffing.inputs import Inputs, Load


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientQueue:
    """What callers meet. Above capacity the queue grows for ever: all wait, `mean_wait_seconds` is infinite."""

    load: Load
    agents: int
    wait_probability: float
    mean_wait_seconds: float
    occupancy: float

    @property
    def mean_queue(self) -> float:
        """Callers waiting, on average (Little's law)."""
        calls = self.load.calls_per_second
        return calls * self.mean_wait_seconds if calls else 0.0

    def service_level(self, *, within_seconds: float) -> float:
        """Return the share of calls answered within so many seconds."""
        Inputs().zero_to_infinite("within_seconds", within_seconds).refuse_wrong()
        return level_within(self.load, self.agents, self.wait_probability, within_seconds)


def patient_queue(*, load: Load, agents: int) -> PatientQueue:
    Inputs().agents("agents", agents).refuse_wrong()
    spare = agents - load.erlangs
    waiting = wait_probability(load.erlangs, agents)
    return PatientQueue(
        load=load,
        agents=agents,
        wait_probability=waiting,
        mean_wait_seconds=waiting * load.handle_seconds / spare if spare > 0 else _endless(load, agents),
        occupancy=min(1.0, load.erlangs / agents) if agents else 0.0,
    )


def _endless(load: Load, agents: int) -> float:
    return 0.0 if load.erlangs == 0 and agents == 0 else math.inf


def wait_probability(erlangs: float, agents: int) -> float:
    """Return the probability that a caller has to wait, of values already checked; 1 above capacity."""
    if agents <= erlangs:
        return 1.0
    lost = blocking(erlangs, agents)
    return agents * lost / (agents - erlangs + erlangs * lost)


def level_within(load: Load, agents: int, waiting: float, within_seconds: float) -> float:
    """Return 1 - C exp(-(n - a) t / handle time)."""
    spare = agents - load.erlangs
    if spare <= 0:
        return 0.0
    return 1.0 - waiting * math.exp(-spare * within_seconds / load.handle_seconds)
