"""Queues whose callers give up by any law of patience (M/M/n+G; Baccelli and Hebuterne 1981).

With S the share still waiting and H its integral, the wait offered to a caller has the density
lambda e(x) / (E + lambda J) for x > 0, where e(x) = exp(lambda H(x) - n mu x), J its integral and E = 1 / B(n-1)
(Zeltyn and Mandelbaum 2005). The exponent is concave, so its top is found by halving and taken out.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from madoguchi.core.staffing.erlang_b import blocking
from madoguchi.core.staffing.inputs import Load
from madoguchi.core.staffing.patience import Patience
from madoguchi.core.staffing.quadrature import integrate

DEPTH = 60.0
FURTHEST_SECONDS = 1e15
SCALES = (1e-3, 0.01, 0.1, 1.0, 4.0, 12.0, 36.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferedWait:
    """The wait offered to callers at a desk with at least one agent and at least some calls."""

    arrival: float
    service: float
    idle_weight: float
    top: float
    start: float
    end: float
    mode: float
    patience: Patience

    def exponent(self, seconds: float) -> float:
        return self.arrival * self.patience.waited(seconds) - self.service * seconds - self.top

    def points(self, until: float) -> list[float]:
        inner = {self.mode, *self.patience.breaks, *(scale * self.patience.mean_seconds for scale in SCALES)}
        end = min(until, self.end)
        return [self.start, *sorted(each for each in inner if self.start < each < end), end]


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitIntegrals:
    wait_probability: float
    abandonment_rate: float
    mean_wait_seconds: float


def offered_wait(*, load: Load, agents: int, patience: Patience) -> OfferedWait | None:
    """Return the law of the offered wait, or None where so many never give up that the queue grows for ever."""
    arrival, service = load.calls_per_second, agents / load.handle_seconds
    mode = _falling_below(lambda seconds: patience.survival(seconds) - service / arrival)
    if mode is None:
        return None
    top = arrival * patience.waited(mode) - service * mode

    def below(seconds: float) -> float:
        return arrival * patience.waited(seconds) - service * seconds - top + DEPTH

    end = _falling_below(lambda seconds: below(mode + seconds))
    if end is None:
        return None
    lost = blocking(load.erlangs, agents - 1)
    return OfferedWait(
        arrival=arrival,
        service=service,
        idle_weight=math.exp(-top) / lost if lost else math.inf,
        top=top,
        start=mode - _falling_below_within(lambda seconds: below(mode - seconds), mode),
        end=mode + end,
        mode=mode,
        patience=patience,
    )


def _falling_below(function: Callable[[float], float]) -> float | None:
    """Return where a falling function first is 0 or less, searched from 0 on; None where it never is."""
    if function(0.0) <= 0:
        return 0.0
    reach = 1e-6
    while function(reach) > 0:
        reach *= 2
        if reach > FURTHEST_SECONDS:
            return None
    return _falling_below_within(function, reach)


def _falling_below_within(function: Callable[[float], float], reach: float) -> float:
    if function(reach) > 0:
        return reach
    low, high = 0.0, reach
    middle = high / 2
    while low < middle < high:
        low, high = (middle, high) if function(middle) > 0 else (low, middle)
        middle = (low + high) / 2
    return high


def wait_integrals(law: OfferedWait) -> WaitIntegrals:
    """Return the figures of the wait. Only positive terms are added, so small rates keep their digits."""
    if law.idle_weight == math.inf:
        return WaitIntegrals(wait_probability=0.0, abandonment_rate=0.0, mean_wait_seconds=0.0)

    def terms(seconds: float) -> tuple[float, ...]:
        density = math.exp(law.exponent(seconds))
        return density, density * law.patience.given_up(seconds), density * law.patience.waited(seconds)

    whole, lost, waited = integrate(terms, points=law.points(math.inf))
    total = law.idle_weight + law.arrival * whole
    return WaitIntegrals(
        wait_probability=law.arrival * whole / total,
        abandonment_rate=min(1.0, law.arrival * lost / total),
        mean_wait_seconds=law.arrival * waited / total,
    )


def answered_share_within(law: OfferedWait, *, within_seconds: float) -> float:
    """Return the share of all callers answered after at most so many seconds."""
    if law.idle_weight == math.inf:
        return 1.0

    def terms(seconds: float) -> tuple[float, ...]:
        density = math.exp(law.exponent(seconds))
        return density, density * law.patience.survival(seconds)

    whole, _ = integrate(terms, points=law.points(math.inf))
    until = min(within_seconds, law.end)
    answered = integrate(terms, points=law.points(until))[1] if until > law.start else 0.0
    return min(1.0, (law.idle_weight + law.arrival * answered) / (law.idle_weight + law.arrival * whole))
