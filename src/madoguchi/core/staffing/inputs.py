"""What the formulas accept, and how the rest is refused: every wrong value at once, by name."""

import math
from dataclasses import dataclass
from typing import Self

from madoguchi.core.errors import InvalidInputError, Problem

SECONDS_AN_HOUR = 3600.0
MOST_AGENTS = 1_000_000
NO_LOAD = 1e-200


class Inputs:
    """Values looked at one after the other; `refuse_wrong` raises InvalidInputError with all that are wrong."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def check(self, name: str, value: object, *, is_right: bool, allowed: str) -> Self:
        if not is_right:
            self._problems.append(Problem(where=name, key="", given=f"given {value}", allowed=allowed))
        return self

    def share(self, name: str, value: float) -> Self:
        return self.check(name, value, is_right=0 <= value <= 1, allowed="a share from 0 to 1")

    def share_below_one(self, name: str, value: float) -> Self:
        return self.check(name, value, is_right=0 <= value < 1, allowed="a share from 0 to below 1")

    def at_least_zero(self, name: str, value: float) -> Self:
        is_right = 0 <= value < math.inf
        return self.check(name, value, is_right=is_right, allowed="a finite number, 0 or more")

    def zero_to_infinite(self, name: str, value: float) -> Self:
        return self.check(name, value, is_right=value >= 0, allowed="a number, 0 or more; inf for no end")

    def positive(self, name: str, value: float) -> Self:
        is_right = 0 < value < math.inf
        return self.check(name, value, is_right=is_right, allowed="a finite number above 0")

    def agents(self, name: str, value: int) -> Self:
        is_right = isinstance(value, int) and 0 <= value <= MOST_AGENTS
        return self.check(name, value, is_right=is_right, allowed=f"a whole number from 0 to {MOST_AGENTS:,}")

    def refuse_wrong(self) -> None:
        if self._problems:
            raise InvalidInputError(self._problems)


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """What callers ask of the desk: calls per hour, and the mean seconds of handling (talk and wrap-up) per call."""

    calls_per_hour: float
    handle_seconds: float

    def __post_init__(self) -> None:
        Inputs().at_least_zero("calls_per_hour", self.calls_per_hour).positive(
            "handle_seconds", self.handle_seconds
        ).at_least_zero("erlangs", self.calls_per_hour * self.handle_seconds).refuse_wrong()

    @property
    def erlangs(self) -> float:
        """Mean number of agents busy if every call were answered."""
        return self.calls_per_hour * self.handle_seconds / SECONDS_AN_HOUR

    @property
    def calls_per_second(self) -> float:
        return self.calls_per_hour / SECONDS_AN_HOUR

    @property
    def is_empty(self) -> bool:
        """Say whether there are no calls, or so few that their share of a second has no digits."""
        return self.erlangs < NO_LOAD or self.calls_per_second < NO_LOAD

    def with_calls(self, calls_per_hour: float) -> "Load":
        return Load(calls_per_hour=calls_per_hour, handle_seconds=self.handle_seconds)
