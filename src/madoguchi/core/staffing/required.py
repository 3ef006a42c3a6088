"""The least number of agents that keeps a promise, or by how much it cannot be kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from madoguchi.core.staffing.desk import Callers, DeskFigures, desk_figures
from madoguchi.core.staffing.erlang_a import is_endless
from madoguchi.core.staffing.inputs import MOST_AGENTS, Inputs


class Target(Protocol):
    """What is promised. `kept` is the share kept by given figures, `wanted` the least that is enough."""

    @property
    def wanted(self) -> float: ...

    def kept(self, figures: DeskFigures) -> float: ...

    def is_met(self, figures: DeskFigures) -> bool: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerRateTarget:
    """Answered of all attempts, at least."""

    at_least: float

    def __post_init__(self) -> None:
        Inputs().share("at_least", self.at_least).refuse_wrong()

    @property
    def wanted(self) -> float:
        return self.at_least

    def kept(self, figures: DeskFigures) -> float:
        return figures.answer_rate

    def is_met(self, figures: DeskFigures) -> bool:
        return figures.answer_rate >= self.at_least


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceLevelTarget:
    """Answered within so many seconds of all attempts, at least; optionally with a limit to the agents' occupancy."""

    at_least: float
    within_seconds: float
    most_occupancy: float = 1.0

    def __post_init__(self) -> None:
        Inputs().share("at_least", self.at_least).zero_to_infinite("within_seconds", self.within_seconds).check(
            "most_occupancy", self.most_occupancy, is_right=0 < self.most_occupancy <= 1, allowed="above 0, up to 1"
        ).refuse_wrong()

    @property
    def wanted(self) -> float:
        return self.at_least

    def kept(self, figures: DeskFigures) -> float:
        return figures.service_level(within_seconds=self.within_seconds)

    def is_met(self, figures: DeskFigures) -> bool:
        return self.kept(figures) >= self.at_least and figures.occupancy <= self.most_occupancy


@dataclass(frozen=True, kw_only=True, slots=True)
class AbandonmentTarget:
    """Unanswered of all attempts, at most."""

    at_most: float

    def __post_init__(self) -> None:
        Inputs().share("at_most", self.at_most).refuse_wrong()

    @property
    def wanted(self) -> float:
        return 1.0 - self.at_most

    def kept(self, figures: DeskFigures) -> float:
        return figures.answer_rate

    def is_met(self, figures: DeskFigures) -> bool:
        return figures.abandonment_rate <= self.at_most


@dataclass(frozen=True, kw_only=True, slots=True)
class Requirement:
    """How many agents a target takes; None where no number up to the limit reaches it.

    `most` is then the most that can be kept (with all the agents allowed, or the bound that ever more agents
    approach), otherwise the share kept by `agents`.
    """

    agents: int | None
    most: float
    wanted: float

    @property
    def is_reachable(self) -> bool:
        return self.agents is not None

    def __str__(self) -> str:
        if self.agents is None:
            below = "below " if self.most >= self.wanted else ""
            return f"{self.wanted:.1%} is not reachable, the most is {below}{self.most:.1%}"
        return f"{self.agents} agents for {self.wanted:.1%}, which give {self.most:.1%}"


def required_agents(*, callers: Callers, target: Target, most_agents: int = MOST_AGENTS) -> Requirement:
    """Return the least number of agents that meets the target. Raises InvalidInputError.

    More agents never lower an answer rate or a service level, so the number is bracketed by doubling and halved.
    """
    Inputs().agents("most_agents", most_agents).refuse_wrong()
    if callers.fresh.is_empty:
        return Requirement(agents=0, most=1.0, wanted=target.wanted)
    bound = 1.0 - callers.ivr_loss
    if target.wanted > bound or (target.wanted == bound and not _may_reach_bound(callers, target)):
        return Requirement(agents=None, most=min(bound, _kept(callers, target, most_agents)), wanted=target.wanted)
    found = least_number(
        lambda agents: target.is_met(desk_figures(callers=callers, agents=agents)),
        guess=int(callers.fresh.erlangs),
        most=most_agents,
    )
    kept = _kept(callers, target, most_agents if found is None else found)
    return Requirement(agents=found, most=kept, wanted=target.wanted)


def _kept(callers: Callers, target: Target, agents: int) -> float:
    return target.kept(desk_figures(callers=callers, agents=agents))


def _may_reach_bound(callers: Callers, target: Target) -> bool:
    """Say whether the bound is reached, not only approached: who never gives up is answered at last."""
    return target.wanted == 0 or (is_endless(callers.patience) and not isinstance(target, ServiceLevelTarget))


def least_number(is_enough: Callable[[int], bool], *, guess: int, most: int) -> int | None:
    """Return the least number from 0 to `most` that is enough, or None; being enough never ends once begun."""
    low, high, step = -1, min(max(guess, 0), most), 1
    while not is_enough(high):
        if high == most:
            return None
        low, high, step = high, min(high + step, most), 2 * step
    if low < 0:
        low, high = _bracket_below(is_enough, high)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def _bracket_below(is_enough: Callable[[int], bool], high: int) -> tuple[int, int]:
    step = 1
    while high > 0:
        lower = max(0, high - step)
        if not is_enough(lower):
            return lower, high
        high, step = lower, 2 * step
    return -1, 0
