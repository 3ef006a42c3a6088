"""How long callers are ready to wait before they hang up: distributions over seconds."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Protocol

from madoguchi.core.staffing.inputs import Inputs

ROOT_TWO = math.sqrt(2.0)


class Patience(Protocol):
    """A distribution of patience in seconds.

    `survival(t)`: share still waiting after t; `given_up(t)`: the rest, with all its digits. `waited(t)`: mean of
    the smaller of patience and t, the integral of `survival`. `breaks`: where survival jumps or has a kink.
    """

    @property
    def mean_seconds(self) -> float: ...

    @property
    def breaks(self) -> tuple[float, ...]: ...

    def survival(self, seconds: float) -> float: ...

    def given_up(self, seconds: float) -> float: ...

    def waited(self, seconds: float) -> float: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class ExponentialPatience:
    """The same tendency to give up at every moment of the wait. 0: nobody waits; inf: nobody gives up."""

    mean_seconds: float

    def __post_init__(self) -> None:
        Inputs().zero_to_infinite("mean_seconds", self.mean_seconds).refuse_wrong()

    @property
    def breaks(self) -> tuple[float, ...]:
        return ()

    def survival(self, seconds: float) -> float:
        if self.mean_seconds == 0:
            return 0.0
        return math.exp(-seconds / self.mean_seconds)

    def given_up(self, seconds: float) -> float:
        if self.mean_seconds == 0:
            return 1.0
        return -math.expm1(-seconds / self.mean_seconds)

    def waited(self, seconds: float) -> float:
        if self.mean_seconds == 0:
            return 0.0
        if self.mean_seconds == math.inf:
            return seconds
        return -self.mean_seconds * math.expm1(-seconds / self.mean_seconds)


@dataclass(frozen=True, kw_only=True, slots=True)
class FixedPatience:
    """Every caller gives up after the same time, as when the switchboard ends the wait."""

    mean_seconds: float

    def __post_init__(self) -> None:
        Inputs().zero_to_infinite("mean_seconds", self.mean_seconds).refuse_wrong()

    @property
    def breaks(self) -> tuple[float, ...]:
        return (self.mean_seconds,) if 0 < self.mean_seconds < math.inf else ()

    def survival(self, seconds: float) -> float:
        return 1.0 if seconds < self.mean_seconds else 0.0

    def given_up(self, seconds: float) -> float:
        return 1.0 - self.survival(seconds)

    def waited(self, seconds: float) -> float:
        return min(seconds, self.mean_seconds)


@dataclass(frozen=True, kw_only=True, slots=True)
class LognormalPatience:
    """Patience whose logarithm is normal; `variation` is its standard deviation over its mean."""

    mean_seconds: float
    variation: float
    shape: float = field(init=False)
    location: float = field(init=False)

    def __post_init__(self) -> None:
        Inputs().positive("mean_seconds", self.mean_seconds).positive("variation", self.variation).refuse_wrong()
        shape = math.sqrt(math.log1p(self.variation**2))
        object.__setattr__(self, "shape", shape)
        object.__setattr__(self, "location", math.log(self.mean_seconds) - shape**2 / 2)

    @property
    def breaks(self) -> tuple[float, ...]:
        return ()

    def survival(self, seconds: float) -> float:
        if seconds <= 0:
            return 1.0
        return _normal_above((math.log(seconds) - self.location) / self.shape)

    def given_up(self, seconds: float) -> float:
        if seconds <= 0:
            return 0.0
        return _normal_above((self.location - math.log(seconds)) / self.shape)

    def waited(self, seconds: float) -> float:
        if seconds <= 0:
            return 0.0
        score = (math.log(seconds) - self.location) / self.shape
        return seconds * _normal_above(score) + self.mean_seconds * _normal_above(self.shape - score)


def _normal_above(score: float) -> float:
    return 0.5 * math.erfc(score / ROOT_TWO)


@dataclass(frozen=True, kw_only=True, slots=True)
class ObservedPatience:
    """Patience as observed: the share still waiting drops to `shares[i]` at `seconds[i]` and stays until the next.

    A last share above 0 are callers who never give up.
    """

    seconds: tuple[float, ...]
    shares: tuple[float, ...]
    areas: tuple[float, ...] = field(init=False)

    def __post_init__(self) -> None:
        inputs = Inputs().check(
            "seconds", self.seconds, is_right=_rises(self.seconds), allowed="finite times above 0 that rise"
        )
        inputs.check("shares", self.shares, is_right=_falls(self.shares), allowed="shares from 1 down to 0 that fall")
        inputs.check(
            "shares", len(self.shares), is_right=len(self.shares) == len(self.seconds), allowed="as many as seconds"
        ).refuse_wrong()
        widths = [later - earlier for earlier, later in pairwise((0.0, *self.seconds))]
        levels = (1.0, *self.shares)
        areas = accumulate(level * width for level, width in zip(levels, widths, strict=False))
        object.__setattr__(self, "areas", (0.0, *areas))

    @property
    def mean_seconds(self) -> float:
        return math.inf if not self.shares or self.shares[-1] > 0 else self.areas[-1]

    @property
    def breaks(self) -> tuple[float, ...]:
        return self.seconds

    def survival(self, seconds: float) -> float:
        passed = _passed(self.seconds, seconds)
        return self.shares[passed - 1] if passed else 1.0

    def given_up(self, seconds: float) -> float:
        return 1.0 - self.survival(seconds)

    def waited(self, seconds: float) -> float:
        passed = _passed(self.seconds, seconds)
        if not passed:
            return max(0.0, seconds)
        return self.areas[passed] + self.shares[passed - 1] * (seconds - self.seconds[passed - 1])


def _passed(times: Sequence[float], seconds: float) -> int:
    low, high = 0, len(times)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if times[middle] <= seconds else (low, middle)
    return low


def _rises(times: Sequence[float]) -> bool:
    return all(earlier < later < math.inf for earlier, later in pairwise((0.0, *times)))


def _falls(shares: Sequence[float]) -> bool:
    return all(later <= earlier for earlier, later in pairwise((1.0, *shares))) and all(each >= 0 for each in shares)
