"""The square-root rule: agents = load + quality x root of the load, a first guess by hand.

Limits of large desks: Halfin and Whitt 1981 without, Garnett, Mandelbaum and Reiman 2002 with abandonment. Below
about 20 erlang the rule promises nothing; ask `required_agents`.
"""

import math
from collections.abc import Callable
from statistics import NormalDist

from madoguchi.core.staffing.inputs import Inputs, Load

NORMAL = NormalDist()
REACH = 38.0
HALVINGS = 100


def square_root_agents(*, erlangs: float, quality: float) -> int:
    """Return the agents, a whole number of at least 0, for a load and a quality of service (usually -1 to 3)."""
    Inputs().at_least_zero("erlangs", erlangs).check(
        "quality", quality, is_right=math.isfinite(quality), allowed="a finite number"
    ).refuse_wrong()
    return max(0, math.ceil(erlangs + quality * math.sqrt(erlangs)))


def quality_for_waiting(*, wait_probability: float) -> float:
    """Return the quality above 0 at which this share of callers waits, where nobody gives up."""
    Inputs().check(
        "wait_probability", wait_probability, is_right=0 < wait_probability < 1, allowed="a share between 0 and 1"
    ).refuse_wrong()
    return _falling_to(lambda quality: 1.0 / (1.0 + quality / _hazard(-quality)), wait_probability, low=0.0)


def abandonment_estimate(*, load: Load, patience_seconds: float, quality: float) -> float:
    """Return the share of callers who give up at a quality, in the limit of a large desk."""
    Inputs().positive("patience_seconds", patience_seconds).positive("erlangs", load.erlangs).refuse_wrong()
    ratio = math.sqrt(patience_seconds / load.handle_seconds)
    scaled = quality * ratio
    waiting = 1.0 / (1.0 + _hazard(scaled) / _hazard(-quality) / ratio)
    return min(1.0, max(0.0, waiting * (_hazard(scaled) - scaled) / ratio / math.sqrt(load.erlangs)))


def quality_for_abandonment(*, load: Load, patience_seconds: float, abandonment_rate: float) -> float:
    """Return the quality at which this share gives up, in the limit of a large desk."""
    Inputs().check(
        "abandonment_rate", abandonment_rate, is_right=0 < abandonment_rate < 1, allowed="a share between 0 and 1"
    ).refuse_wrong()

    def estimate(quality: float) -> float:
        return abandonment_estimate(load=load, patience_seconds=patience_seconds, quality=quality)

    return _falling_to(estimate, abandonment_rate, low=-math.sqrt(load.erlangs))


def _hazard(score: float) -> float:
    """Return density over tail of the normal law; beyond the digits of the tail, its first terms."""
    tail = 0.5 * math.erfc(score / math.sqrt(2.0))
    if tail == 0 or score > REACH - 1:
        return score + 1.0 / score
    return NORMAL.pdf(score) / tail


def _falling_to(function: Callable[[float], float], wanted: float, *, low: float) -> float:
    high = REACH
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) > wanted else (low, middle)
    return high
