"""A month's plan: need, shifts, people, simulation; repaired until the month's promise is kept or cannot be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from madoguchi.core.staffing.inputs import Inputs
from madoguchi.planning.chance import Array
from madoguchi.planning.need import Demand, agent_hours, most_answer_rate, needed_agents
from madoguchi.planning.roster import Person, Roster, WorkRules, make_roster
from madoguchi.planning.scenario import Scenario
from madoguchi.planning.shifts import Pattern, ShiftKind, cover_day, patterns_of, usual_kinds
from madoguchi.planning.simulate import Simulation, affordable_runs, expected_attempts, simulate

RUNS, CHECK_RUNS, MOST_RUNS, THREADS = 40, 100, 400, 2
CHEAP_ATTEMPTS = 2_000_000
REPAIR_STEPS = 12
NEARLY = 0.002
CEILING = 0.999
OTHER_SEED = 7919


@dataclass(frozen=True, kw_only=True, slots=True)
class Repaired:
    """Agents by day and half hour after repair, what they keep in simulation, and the slot target that gave them.

    `most` is the answer rate they keep; where the promise lies beyond what the recorded voice leaves, that bound.
    """

    agents: Array
    simulation: Simulation
    slot_target: float
    wanted: float
    is_reachable: bool
    most: float

    @property
    def agent_hours(self) -> float:
        return agent_hours(self.agents)

    def __str__(self) -> str:
        if self.is_reachable:
            return f"{self.agent_hours:.0f} agent hours keep {self.most:.1%} of {self.wanted:.1%}"
        below = "below " if self.most >= self.wanted else ""
        return f"{self.wanted:.1%} is not reachable, the most is {below}{self.most:.1%}"


def repaired_need(*, demand: Demand, at_least: float, seed: int = 1, runs: int = RUNS) -> Repaired:
    """Return the least agents, by one target for every half hour, that keep a month's answer rate in simulation."""
    return repaired(
        lambda target: needed_agents(demand=demand, at_least=target),
        demand=demand,
        at_least=at_least,
        seed=seed,
        runs=runs,
    )


def repaired(
    build: Callable[[float], Array], *, demand: Demand, at_least: float, seed: int = 1, runs: int = RUNS
) -> Repaired:
    """Return the cheapest of the plans `build` makes of a slot target that keeps an answer rate in simulation.

    The formulas know neither redials in time nor long-tailed handling; the target they are given is moved, by
    halving, until the simulated days keep the promise. All plans meet the same calls.
    """
    Inputs().share("at_least", at_least).refuse_wrong()
    bound = most_answer_rate(demand)

    def tried(target: float) -> Repaired:
        agents = build(target)
        scenario = demand.scenario(agents)
        count = telling_runs(scenario, least=runs)
        found = simulate(scenario=scenario, runs=count, seed=seed, threads=THREADS)
        is_beyond = at_least >= bound and bool(np.sum(demand.calls))
        return Repaired(
            agents=agents,
            simulation=found,
            slot_target=target,
            wanted=at_least,
            is_reachable=found.answer_rate >= at_least and not is_beyond,
            most=bound if is_beyond else found.answer_rate,
        )

    low, high = 0.0, CEILING * bound
    best = tried(high)
    if not best.is_reachable:
        return best
    target = min(at_least, high)
    for _ in range(REPAIR_STEPS):
        attempt = tried(target)
        if attempt.is_reachable:
            high, best = target, attempt
        else:
            low = target
        target = (low + high) / 2
        if high - low < NEARLY:
            break
    return best


def telling_runs(scenario: Scenario, *, least: int) -> int:
    """Return how many months to simulate: more of a small desk, whose months differ more and cost less."""
    cheap = int(CHEAP_ATTEMPTS / max(1.0, expected_attempts(scenario)))
    return affordable_runs(scenario, runs=max(least, min(MOST_RUNS, cheap)))


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanRules:
    """What shifts there are, what a roster must keep, and what an hour of work costs in yen."""

    kinds: tuple[ShiftKind, ...] = ()
    work: WorkRules = field(default_factory=WorkRules)
    yen_an_hour: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthPlan:
    """A roster with what it costs and what it keeps, in a simulation with other seeds than it was made with.

    `is_enough`: enough people were there for shifts that keep the promise in the simulation they were made with.
    """

    need: Array
    roster: Roster
    check: Simulation
    wanted: float
    cost_yen: int
    is_enough: bool

    @property
    def answer_rate(self) -> float:
        return self.check.answer_rate

    @property
    def is_reachable(self) -> bool:
        """Say whether the promise is kept, or missed by the chance of other seeds alone."""
        return self.answer_rate >= self.wanted or (self.is_enough and not self.missing_hours)

    @property
    def chance(self) -> float:
        """Return the chance that the month keeps its promise."""
        return self.check.chance_of(at_least=self.wanted)

    @property
    def missing_hours(self) -> float:
        """Agent hours of the need that nobody covers."""
        return agent_hours(np.maximum(0, self.need - self.roster.agents))

    def __str__(self) -> str:
        low, high = self.check.interval()
        kept = f"{self.answer_rate:.1%} ({low:.1%} to {high:.1%}), chance {self.chance:.0%}"
        if self.is_reachable:
            return f"{self.roster.paid_hours:.0f} paid hours keep {kept}"
        return f"{self.wanted:.1%} is not reachable with these people, the most is {kept}"


def plan_month(
    *, demand: Demand, days: Sequence[date], people: Sequence[Person], at_least: float,
    rules: PlanRules | None = None, seed: int = 1,
) -> MonthPlan:  # fmt: skip
    """Plan the people of a period's open days. Raises InvalidInputError, NoPlanError."""
    rules = rules or PlanRules()
    calls = np.atleast_2d(demand.calls)
    inputs = Inputs().check("days", len(days), is_right=len(days) == calls.shape[0], allowed=f"{calls.shape[0]} days")
    inputs.refuse_wrong()
    patterns = patterns_of(kinds=rules.kinds or usual_kinds(slot_count=calls.shape[1]), slot_count=calls.shape[1])
    available = [sum(day not in each.leave for each in people) for day in days]

    def shifts_for(target: float) -> list[Array]:
        need = needed_agents(demand=demand, at_least=target)
        return covering_shifts(need, patterns, available)

    def agents_for(target: float) -> Array:
        covers = np.array([each.covers for each in patterns], dtype=np.int64)
        return np.array(shifts_for(target)) @ covers

    found = repaired(agents_for, demand=demand, at_least=at_least, seed=seed)
    shifts = shifts_for(found.slot_target)
    roster = make_roster(people=people, days=days, shifts=shifts, patterns=patterns, rules=rules.work)
    scenario = demand.scenario(roster.agents)
    runs = telling_runs(scenario, least=CHECK_RUNS)
    check = simulate(scenario=scenario, runs=runs, seed=seed + OTHER_SEED, threads=THREADS)
    return MonthPlan(
        need=needed_agents(demand=demand, at_least=found.slot_target),
        roster=roster,
        check=check,
        wanted=at_least,
        cost_yen=round(roster.paid_hours * rules.yen_an_hour),
        is_enough=found.is_reachable,
    )


def covering_shifts(need: Array, patterns: Sequence[Pattern], available: Sequence[int]) -> list[Array]:
    """Return the people by pattern for each day; days of the same need and people are solved once."""
    known: dict[tuple[bytes, int], Array] = {}
    found = []
    for row, people in zip(need, available, strict=True):
        key = (row.tobytes(), people)
        if key not in known:
            known[key] = cover_day(need=row, patterns=patterns, most_people=people).counts
        found.append(known[key])
    return found
