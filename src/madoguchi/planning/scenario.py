"""What is simulated: who calls and writes when, how long that takes, and who is there."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.staffing.inputs import Inputs
from madoguchi.core.staffing.patience import ExponentialPatience, Patience
from madoguchi.planning.chance import Array

HALF_HOUR_SECONDS = 1800.0
MOST_CALLS_A_SLOT = 1e6
MOST_PEOPLE = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Mails:
    """Mail of a desk, first in first out, begun while more than `reserve` agents are idle; mails per slot."""

    per_slot: Array
    handle_seconds: float
    handle_variation: float = 1.0
    reserve: int = 1

    def __post_init__(self) -> None:
        Inputs().positive("mails.handle_seconds", self.handle_seconds).at_least_zero(
            "mails.handle_variation", self.handle_variation
        ).check(
            "mails.reserve", self.reserve, is_right=0 <= self.reserve < MOST_PEOPLE, allowed="0 or more agents"
        ).refuse_wrong()


@dataclass(frozen=True, kw_only=True, slots=True)
class Scenario:
    """Days of one desk in slots; arrays are days x slots, a single row is one day.

    `calls_per_slot` are expected fresh calls, before the recorded voice takes `ivr_loss` of each attempt.
    `handle_seconds` is the mean per slot, lognormal with a standard deviation of `handle_variation` means (0 fixed).
    Of those who give up `redial_share` call again after `redial_seconds` on average, the same day only.
    `absence`: the share of planned people who are away a whole day. `day_variation` and `run_variation`: standard
    deviation over mean of the volume of a day and of the whole run, for what a forecast cannot know.
    """

    calls_per_slot: Array
    agents: Array
    handle_seconds: Array
    patience: Patience = field(default_factory=lambda: ExponentialPatience(mean_seconds=120.0))
    slot_seconds: float = HALF_HOUR_SECONDS
    handle_variation: float = 1.0
    redial_share: float = 0.0
    redial_seconds: float = 900.0
    ivr_loss: float = 0.0
    mails: Mails | None = None
    within_seconds: float = 20.0
    day_variation: float = 0.0
    run_variation: float = 0.0
    absence: float = 0.0

    def __post_init__(self) -> None:
        for name in ("calls_per_slot", "agents", "handle_seconds"):
            object.__setattr__(self, name, table_of(getattr(self, name)))
        shape = self.calls_per_slot.shape
        if self.handle_seconds.size == 1:
            object.__setattr__(self, "handle_seconds", np.full(shape, self.handle_seconds.flat[0]))
        if self.mails is not None:
            object.__setattr__(self.mails, "per_slot", table_of(self.mails.per_slot))
        self._refuse_wrong_tables(shape)
        self._inputs().refuse_wrong()

    def _inputs(self) -> Inputs:
        inputs = Inputs().positive("slot_seconds", self.slot_seconds).positive("redial_seconds", self.redial_seconds)
        for name in ("handle_variation", "within_seconds", "day_variation", "run_variation"):
            inputs.at_least_zero(name, getattr(self, name))
        return (
            inputs.share("ivr_loss", self.ivr_loss)
            .share("absence", self.absence)
            .share_below_one("redial_share", self.redial_share)
        )

    def _refuse_wrong_tables(self, shape: tuple[int, ...]) -> None:
        tables = {"calls_per_slot": self.calls_per_slot, "agents": self.agents, "handle_seconds": self.handle_seconds}
        if self.mails is not None:
            tables["mails.per_slot"] = self.mails.per_slot
        problems = []
        for name, table in tables.items():
            if table.shape != shape or table.size == 0:
                problems.append(_problem(name, f"{table.shape}", f"days x slots, {shape}, none of them 0"))
            elif not (np.isfinite(table).all() and table.min() >= 0):
                problems.append(_problem(name, f"{table[~(table >= 0)][:3]}", "finite numbers, 0 or more"))
        if not problems:
            problems += self._limits()
        if problems:
            raise InvalidInputError(problems)

    def _limits(self) -> Sequence[Problem]:
        problems = []
        if self.agents.max() > MOST_PEOPLE or (self.agents != np.floor(self.agents)).any():
            problems.append(_problem("agents", f"{self.agents.max()}", f"whole numbers up to {MOST_PEOPLE:,}"))
        if self.calls_per_slot.max() > MOST_CALLS_A_SLOT:
            problems.append(_problem("calls_per_slot", f"{self.calls_per_slot.max()}", f"up to {MOST_CALLS_A_SLOT:,}"))
        if self.handle_seconds.min() <= 0:
            problems.append(_problem("handle_seconds", "0", "numbers above 0"))
        return problems


def table_of(values: Array) -> Array:
    """Return numbers as a table of days x slots."""
    return np.atleast_2d(np.asarray(values, dtype=np.float64))


def _problem(where: str, given: str, allowed: str) -> Problem:
    return Problem(where=where, key="", given=f"given {given}", allowed=allowed)
