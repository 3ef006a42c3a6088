"""A desk as the contract counts it: callers lost in the recorded voice, callers who give up and call again.

Redials are a fixed point: attempts = fresh calls + redial share x attempts given up in the queue. It holds where
callers wait a while before they try again, and is an approximation: simulation differs by some tenths of a point.
"""

from collections.abc import Callable
from dataclasses import dataclass

from madoguchi.core.staffing.erlang_a import ImpatientQueue, impatient_queue
from madoguchi.core.staffing.inputs import Inputs, Load
from madoguchi.core.staffing.patience import Patience

MOST_STEPS, PRECISION = 200, 1e-14


@dataclass(frozen=True, kw_only=True, slots=True)
class Callers:
    """Who calls, how patient they are, and what becomes of those who are not answered.

    `fresh` are first attempts. Of those who hang up in the queue `redial_share` call again, any number of times.
    `ivr_loss` of all attempts end in the recorded voice, unanswered, and are not repeated.
    """

    fresh: Load
    patience: Patience
    redial_share: float = 0.0
    ivr_loss: float = 0.0

    def __post_init__(self) -> None:
        Inputs().share_below_one("redial_share", self.redial_share).share("ivr_loss", self.ivr_loss).refuse_wrong()


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskFigures:
    """What a desk achieves. `attempts_per_hour` reach the switchboard; the queue sees those the IVR leaves."""

    attempts_per_hour: float
    ivr_loss: float
    redial_share: float
    queue: ImpatientQueue

    @property
    def answer_rate(self) -> float:
        """Attempts answered of all attempts, as the contract counts."""
        return (1.0 - self.ivr_loss) * self.queue.answer_rate

    @property
    def abandonment_rate(self) -> float:
        return self.ivr_loss + (1.0 - self.ivr_loss) * self.queue.abandonment_rate

    @property
    def caller_answer_rate(self) -> float:
        """Callers answered at last, at whichever attempt, of all callers."""
        return self.answer_rate / (1.0 - self.redial_share * (1.0 - self.ivr_loss) * self.queue.abandonment_rate)

    @property
    def occupancy(self) -> float:
        return self.queue.occupancy

    def service_level(self, *, within_seconds: float) -> float:
        """Return the share of all attempts answered within so many seconds of queueing."""
        return (1.0 - self.ivr_loss) * self.queue.answered_within(seconds=within_seconds)


def desk_figures(*, callers: Callers, agents: int) -> DeskFigures:
    """Return what so many agents achieve for these callers. Raises InvalidInputError."""
    Inputs().agents("agents", agents).refuse_wrong()
    passed = 1.0 - callers.ivr_loss

    def queue_of(attempts: float) -> ImpatientQueue:
        return impatient_queue(
            load=callers.fresh.with_calls(attempts * passed), agents=agents, patience=callers.patience
        )

    attempts = _attempts(callers, queue_of)
    return DeskFigures(
        attempts_per_hour=attempts,
        ivr_loss=callers.ivr_loss,
        redial_share=callers.redial_share,
        queue=queue_of(attempts),
    )


def _attempts(callers: Callers, queue_of: Callable[[float], ImpatientQueue]) -> float:
    """Return the attempts per hour: where fresh + repeated = attempts, a root between two bounds (Illinois rule)."""
    fresh, repeated = callers.fresh.calls_per_hour, callers.redial_share * (1.0 - callers.ivr_loss)
    if repeated == 0 or callers.fresh.is_empty:
        return fresh

    def excess(attempts: float) -> float:
        return attempts * (1.0 - repeated * queue_of(attempts).abandonment_rate) - fresh

    low, high = fresh, fresh / (1.0 - repeated)
    at_low, at_high = excess(low), excess(high)
    if at_low >= 0:
        return low
    if at_high <= 0:
        return high
    return _root(excess, low, high, at_low, at_high)


def _root(function: Callable[[float], float], low: float, high: float, at_low: float, at_high: float) -> float:
    side, steps, found, before = 0, 0, high, low
    while steps < MOST_STEPS and abs(found - before) > PRECISION * found:
        before, found = found, (low * at_high - high * at_low) / (at_high - at_low)
        value = function(found)
        if value < 0:
            low, at_low = found, value
            at_high = at_high / 2 if side < 0 else at_high
            side = -1
        else:
            high, at_high = found, value
            at_low = at_low / 2 if side > 0 else at_low
            side = 1
        steps += 1
    return found
