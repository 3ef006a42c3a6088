"""Several kinds of contacts and groups of agents with skills, simulated: lines, languages, mail."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.staffing.inputs import Inputs
from madoguchi.core.staffing.patience import ExponentialPatience, Patience
from madoguchi.planning import skills_loop
from madoguchi.planning.chance import Array
from madoguchi.planning.scenario import HALF_HOUR_SECONDS, MOST_CALLS_A_SLOT, MOST_PEOPLE, table_of
from madoguchi.planning.simulate import MOST_RUNS, law_of, lognormal_shape, steps_of
from madoguchi.planning.skills_loop import Kinds

EXPONENTIAL_SHAPE = -1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactKind:
    """A kind of contact, fresh ones by day and slot; a lower `priority` is served first.

    `handle_variation` is the standard deviation over the mean of a lognormal time; None: exponential. Patience is
    exponential unless a law is given. One of inf never gives up and waits over night, as mail does; a contact is
    begun while more than `reserve` of a group are idle.
    """

    name: str
    per_slot: Array
    handle_seconds: float
    handle_variation: float | None = 1.0
    patience_seconds: float = 120.0
    patience: Patience | None = None
    redial_share: float = 0.0
    redial_seconds: float = 900.0
    within_seconds: float = 20.0
    priority: int = 0
    reserve: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "per_slot", table_of(self.per_slot))
        name = self.name
        is_right = bool((self.per_slot >= 0).all() and (self.per_slot <= MOST_CALLS_A_SLOT).all())
        Inputs().check(
            f"{name}.per_slot", self.per_slot, is_right=is_right, allowed=f"numbers from 0 to {MOST_CALLS_A_SLOT:,}"
        ).positive(f"{name}.handle_seconds", self.handle_seconds).at_least_zero(
            f"{name}.handle_variation", self.handle_variation or 0.0
        ).zero_to_infinite(f"{name}.patience_seconds", self.patience_seconds).share_below_one(
            f"{name}.redial_share", self.redial_share
        ).positive(f"{name}.redial_seconds", self.redial_seconds).agents(f"{name}.reserve", self.reserve).refuse_wrong()

    @property
    def law(self) -> Patience:
        return self.patience or ExponentialPatience(mean_seconds=self.patience_seconds)


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentGroup:
    """Agents of the same skills, by day and slot; `serves` names kinds with a rank, the lowest asked first.

    `absence` is the share of planned people who are away a whole day.
    """

    name: str
    agents: Array
    serves: Mapping[str, int]
    absence: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "agents", table_of(self.agents))
        is_right = bool((self.agents >= 0).all() and (self.agents <= MOST_PEOPLE).all())
        inputs = (
            Inputs()
            .check(f"{self.name}.agents", self.agents, is_right=is_right, allowed=f"numbers from 0 to {MOST_PEOPLE:,}")
            .share(f"{self.name}.absence", self.absence)
        )
        for kind, rank in self.serves.items():
            inputs.check(f"{self.name}.serves.{kind}", rank, is_right=rank >= 0, allowed="a rank, 0 or more")
        inputs.refuse_wrong()


@dataclass(frozen=True, kw_only=True, slots=True)
class SkillSimulation:
    """What happened: counts and sums (seconds) of runs x days x slots x kinds x figures."""

    names: tuple[str, ...]
    counts: Array
    sums: Array

    def count(self, name: str, figure: int) -> Array:
        """Return a count of a kind of contact, of each run."""
        return self.counts[..., self.names.index(name), figure].sum(axis=(1, 2))

    def answer_rates(self, name: str) -> Array:
        """Return answered of all attempts of a kind, of each run; 1 where there were none."""
        answered, attempts = self.count(name, skills_loop.ANSWERED), self.count(name, skills_loop.ATTEMPTS)
        return np.divide(answered, attempts, out=np.ones(attempts.shape), where=attempts > 0)

    def answer_rate(self, name: str) -> float:
        attempts = int(self.count(name, skills_loop.ATTEMPTS).sum())
        return int(self.count(name, skills_loop.ANSWERED).sum()) / attempts if attempts else 1.0

    def mean_wait_seconds(self, name: str) -> float:
        """Return the mean wait of those answered."""
        answered = int(self.count(name, skills_loop.ANSWERED).sum())
        waited = float(self.sums[..., self.names.index(name), skills_loop.WAITED].sum())
        return waited / answered if answered else 0.0


def simulate_skills(
    *, kinds: Sequence[ContactKind], groups: Sequence[AgentGroup], runs: int, seed: int,
    slot_seconds: float = HALF_HOUR_SECONDS,
) -> SkillSimulation:  # fmt: skip
    """Simulate days of a desk of several skills `runs` times, seeded. Raises InvalidInputError."""
    Inputs().check("runs", runs, is_right=1 <= runs <= MOST_RUNS, allowed=f"1 to {MOST_RUNS:,}").positive(
        "slot_seconds", slot_seconds
    ).refuse_wrong()
    _refuse_wrong(kinds, groups)
    shape = (runs, *kinds[0].per_slot.shape, len(kinds))
    counts = np.zeros((*shape, skills_loop.COUNTS), np.int64)
    sums = np.zeros((*shape, skills_loop.SUMS))
    agents = np.stack([group.agents for group in groups], axis=-1).astype(np.int64)
    seeds = np.arange(runs, dtype=np.int64) + (seed % 2**31) * 2**32
    skills_loop.run_skills(_kinds(kinds, groups, slot_seconds), agents, float(slot_seconds), seeds, counts, sums)
    return SkillSimulation(names=tuple(each.name for each in kinds), counts=counts, sums=sums)


def _refuse_wrong(kinds: Sequence[ContactKind], groups: Sequence[AgentGroup]) -> None:
    names = [each.name for each in kinds]
    problems = []
    if not kinds or not groups or len(set(names)) < len(names):
        given = f"given {len(kinds)} kinds, {len(groups)} groups"
        problems.append(Problem(where="kinds", key="", given=given, allowed="some of both, each name once"))
    shapes = {each.per_slot.shape for each in kinds} | {each.agents.shape for each in groups}
    if len(shapes) > 1:
        given = f"given {', '.join(str(each) for each in sorted(shapes))}"
        problems.append(Problem(where="days x slots", key="", given=given, allowed="one shape for all"))
    for group in groups:
        for unknown in sorted(set(group.serves) - set(names)):
            where, allowed = f"{group.name}.serves", "one of " + ", ".join(names)
            problems.append(Problem(where=where, key="", given=f"given {unknown!r}", allowed=allowed))
    if problems:
        raise InvalidInputError(problems)


def _kinds(kinds: Sequence[ContactKind], groups: Sequence[AgentGroup], slot_seconds: float) -> Kinds:
    shapes = [
        EXPONENTIAL_SHAPE if each.handle_variation is None else lognormal_shape(each.handle_variation) for each in kinds
    ]
    laws = [law_of(each.law) for each in kinds]
    times, shares = _steps([each.law for each in kinds])
    return Kinds(
        rates=np.stack([each.per_slot for each in kinds], axis=-1) / slot_seconds,
        handle_seconds=np.array([each.handle_seconds for each in kinds], np.float64),
        handle_shape=np.array(shapes, np.float64),
        patience_law=np.array([law for law, _, _ in laws], np.int64),
        patience_seconds=np.array([scale for _, scale, _ in laws], np.float64),
        patience_shape=np.array([shape for _, _, shape in laws], np.float64),
        patience_times=times,
        patience_shares=shares,
        redial_share=np.array([each.redial_share for each in kinds], np.float64),
        redial_seconds=np.array([each.redial_seconds for each in kinds], np.float64),
        within_seconds=np.array([min(each.within_seconds, math.inf) for each in kinds], np.float64),
        priority=np.array([each.priority for each in kinds], np.int64),
        reserve=np.array([each.reserve for each in kinds], np.int64),
        preference=np.array([[group.serves.get(each.name, -1) for each in kinds] for group in groups], np.int64),
        absence=np.array([group.absence for group in groups], np.float64),
    )


def _steps(laws: Sequence[Patience]) -> tuple[Array, Array]:
    """Return the jumps of observed patiences in rows of one length; shorter ones repeat their last jump."""
    rows = [steps_of(each) for each in laws]
    longest = max(1, *(row[0].size for row in rows))
    tables = np.zeros((2, len(rows), longest))
    for number, pair in enumerate(rows):
        for table, values in zip(tables, pair, strict=True):
            if values.size:
                table[number] = np.append(values, np.full(longest - values.size, values[-1]))
    return tables[0], tables[1]
