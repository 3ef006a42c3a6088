"""What would have been needed, what would change if, and what to do today at eleven."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from madoguchi.core.staffing.inputs import Inputs
from madoguchi.core.staffing.patience import (
    ExponentialPatience,
    FixedPatience,
    LognormalPatience,
    ObservedPatience,
    Patience,
)
from madoguchi.core.staffing.required import least_number
from madoguchi.planning.chance import Array
from madoguchi.planning.forecast import Forecast
from madoguchi.planning.history import CallHistory
from madoguchi.planning.need import Demand, most_answer_rate, peak_erlangs
from madoguchi.planning.plan import RUNS, THREADS, Repaired, repaired_need
from madoguchi.planning.scenario import table_of
from madoguchi.planning.simulate import Simulation, affordable_runs, expected_attempts, simulate

USUAL_HANDLE_SECONDS = 360.0
MOST_FLAT = 10_000
SEARCH_RUNS = 10
RECENT_DAYS = 40
MARGINS = (0.0, 0.01, 0.02, 0.03)
REST_STEPS = 30
QUICK_ATTEMPTS = 6e6


@dataclass(frozen=True, kw_only=True, slots=True)
class Levers:
    """What is varied: factors on volume, handling time and patience; shares that replace those of the demand."""

    volume: float = 1.0
    handle: float = 1.0
    patience: float = 1.0
    redial_share: float | None = None
    ivr_loss: float | None = None

    def __post_init__(self) -> None:
        inputs = Inputs().at_least_zero("volume", self.volume).positive("handle", self.handle)
        inputs.check("patience", self.patience, is_right=self.patience >= 0, allowed="0 or more, inf for endless")
        inputs.share("ivr_loss", self.ivr_loss or 0.0).share_below_one("redial_share", self.redial_share or 0.0)
        inputs.refuse_wrong()


def changed(demand: Demand, levers: Levers) -> Demand:
    """Return the demand with the levers moved."""
    return replace(
        demand,
        calls=table_of(demand.calls) * levers.volume,
        handle_seconds=table_of(demand.handle_seconds) * levers.handle,
        patience=scaled_patience(demand.patience, levers.patience),
        redial_share=demand.redial_share if levers.redial_share is None else levers.redial_share,
        ivr_loss=demand.ivr_loss if levers.ivr_loss is None else levers.ivr_loss,
    )


def scaled_patience(patience: Patience, factor: float) -> Patience:
    """Return a patience as many times as long; other laws than those of core become exponential."""
    if factor == 1:
        return patience
    if factor == math.inf:
        return ExponentialPatience(mean_seconds=math.inf)
    if isinstance(patience, FixedPatience):
        return FixedPatience(mean_seconds=patience.mean_seconds * factor)
    if factor > 0 and isinstance(patience, LognormalPatience):
        return LognormalPatience(mean_seconds=patience.mean_seconds * factor, variation=patience.variation)
    if factor > 0 and isinstance(patience, ObservedPatience):
        return ObservedPatience(seconds=tuple(factor * each for each in patience.seconds), shares=patience.shares)
    return ExponentialPatience(mean_seconds=patience.mean_seconds * factor if factor else 0.0)


def observed_demand(
    *, history: CallHistory, redial_share: float, patience: Patience | None = None, ivr_loss: float | None = None
) -> Demand:
    """Return what callers asked of the desk: attempts less those that repeat, handling and patience as measured.

    How many of those who gave up called again is not in the facts: it is an assumption of the caller's.
    """
    known = history.is_known
    given = f"none on any of {known.size} open days from {history.grid.days[0]}"
    Inputs().share_below_one("redial_share", redial_share).check(
        "calls", given, is_right=bool(known.any()), allowed="days with calls"
    ).refuse_wrong()
    fresh = np.maximum(0.0, history.attempts - redial_share * history.queue_lost)[known]
    usual = history.handle_seconds or USUAL_HANDLE_SECONDS
    counts, seconds = history.handled_count[known].sum(axis=0), history.handled_seconds[known].sum(axis=0)
    by_slot = np.divide(seconds, counts, out=np.full(counts.shape, usual), where=counts > 0)
    return Demand(
        calls=fresh,
        handle_seconds=np.tile(by_slot, (len(fresh), 1)),
        patience=patience or history.patience(),
        redial_share=redial_share,
        ivr_loss=history.ivr_loss if ivr_loss is None else ivr_loss,
    )


def forecast_demand(*, expected: Forecast, history: CallHistory, redial_share: float) -> Demand:
    """Return the demand of a forecast: attempts as forecast, less the part that repeated calls had of late."""
    recent = history.latest(days=RECENT_DAYS)
    attempts = recent.attempts.sum()
    repeated = redial_share * recent.queue_lost.sum() / attempts if attempts else 0.0
    return Demand(
        calls=expected.calls * (1.0 - repeated),
        handle_seconds=expected.handle_seconds,
        patience=recent.patience(),
        redial_share=redial_share,
        ivr_loss=recent.ivr_loss,
        day_variation=expected.variation,
    )


def explaining_agents(*, demand: Demand, answer_rate: float, seed: int = 1) -> tuple[int, float]:
    """Return the constant number of agents whose simulated answer rate is nearest to the one observed, and that."""
    rates: dict[int, float] = {}

    def rate(agents: int) -> float:
        if agents not in rates:
            scenario = demand.scenario(np.full(table_of(demand.calls).shape, agents))
            runs = affordable_runs(scenario, runs=SEARCH_RUNS)
            rates[agents] = simulate(scenario=scenario, runs=runs, seed=seed, threads=THREADS).answer_rate
        return rates[agents]

    wanted = min(answer_rate, most_answer_rate(demand) * 0.995)
    found = least_number(lambda agents: rate(agents) >= wanted, guess=int(peak_erlangs(demand)), most=MOST_FLAT)
    upper = MOST_FLAT if found is None else found
    nearest = min({upper, max(0, upper - 1)}, key=lambda agents: abs(rate(agents) - answer_rate))
    return nearest, rate(nearest)


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """A plan to compare: aimed this much above the promise, its hours, and the chance that the month keeps it."""

    margin: float
    agents: Array
    agent_hours: float
    answer_rate: float
    chance: float


def options(*, demand: Demand, at_least: float, seed: int = 1) -> tuple[Option, ...]:
    """Return plans aimed ever higher: what more hours buy in certainty. Unreachable ones are left out."""
    found = []
    for margin in MARGINS:
        need = repaired_need(demand=demand, at_least=min(1.0, at_least + margin), seed=seed)
        if need.is_reachable:
            check = outcome(demand=demand, agents=need.agents, seed=seed + 1)
            found.append(
                Option(
                    margin=margin,
                    agents=need.agents,
                    agent_hours=need.agent_hours,
                    answer_rate=check.answer_rate,
                    chance=check.chance_of(at_least=at_least),
                )
            )
    return tuple(found)


def outcome(*, demand: Demand, agents: Array, seed: int = 1, runs: int = 2 * RUNS) -> Simulation:
    """Return the simulated month of given agents: its answer rate, interval, and chance of any promise."""
    scenario = demand.scenario(agents)
    return simulate(scenario=scenario, runs=affordable_runs(scenario, runs=runs), seed=seed, threads=THREADS)


def quick_outcome(*, demand: Demand, agents: Array, seed: int = 1) -> Simulation:
    """Return the simulated month of given agents as fast as a slider is moved: fewer runs of many calls."""
    scenario = demand.scenario(agents)
    Inputs().check(
        "calls", f"{scenario.calls_per_slot.sum():,.0f}", is_right=expected_attempts(scenario) <= QUICK_ATTEMPTS,
        allowed=f"at most {QUICK_ATTEMPTS:,.0f} calls a month",
    ).refuse_wrong()  # fmt: skip
    runs = max(1, min(2 * RUNS, int(QUICK_ATTEMPTS / max(1.0, expected_attempts(scenario)))))
    return simulate(scenario=scenario, runs=runs, seed=seed, threads=THREADS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Replan:
    """The rest of a day seen from the middle: its volume against the forecast, and what it takes.

    `rest_target` is the rate the rest must keep so that the whole day does. `planned` is what the agents planned
    for the rest keep of it, `need` what it takes.
    """

    factor: float
    rest_target: float
    planned: Simulation
    need: Repaired

    def __str__(self) -> str:
        kept = f"planned agents keep {self.planned.answer_rate:.1%}"
        return f"volume {self.factor:.2f} times the forecast; {kept}; {self.need}"


def replan_day(
    *, demand: Demand, agents: Array, attempts: Sequence[float], answered: float, at_least: float, seed: int = 1
) -> Replan:
    """Replan one day from the half hours already over. `attempts` are theirs, `answered` how many were answered.

    The day's volume is the forecast's, moved towards what was seen as far as the forecast is unsure (a gamma law
    with the forecast's variation). Raises InvalidInputError.
    """
    calls = table_of(demand.calls)
    passed, slots = len(attempts), calls.shape[1]
    seen = float(sum(attempts))
    Inputs().check(
        "attempts", passed, is_right=calls.shape[0] == 1 and 0 <= passed < slots, allowed=f"0 to {slots - 1} of one day"
    ).check("answered", answered, is_right=0 <= answered <= seen, allowed=f"0 to {seen:.0f}").share(
        "at_least", at_least
    ).refuse_wrong()
    weight = 1.0 / max(demand.day_variation, 1e-3) ** 2
    expected = float(calls[0, :passed].sum())
    # the forecast is of fresh calls: those that repeat, of callers who gave up, are taken out of what was seen
    repeated = demand.redial_share * max(0.0, seen * (1.0 - demand.ivr_loss) - answered)
    factor = (weight + seen - repeated) / (weight + expected)
    handle = np.broadcast_to(table_of(demand.handle_seconds), calls.shape)
    rest = replace(demand, calls=factor * calls[:, passed:], handle_seconds=handle[:, passed:], day_variation=0.0)
    rest_target = _rest_target(rest, seen=seen, answered=answered, at_least=at_least)
    planned = outcome(demand=rest, agents=table_of(agents)[:, passed:], seed=seed)
    return Replan(
        factor=factor,
        rest_target=rest_target,
        planned=planned,
        need=repaired_need(demand=rest, at_least=rest_target, seed=seed),
    )


def _rest_target(rest: Demand, *, seen: float, answered: float, at_least: float) -> float:
    """Return the rate the rest must keep; its attempts, repeated calls among them, depend on that rate in turn."""
    fresh, target = float(rest.calls.sum()), at_least
    if not fresh:
        return at_least
    for _ in range(REST_STEPS):
        attempts = fresh / (1.0 - rest.redial_share * max(0.0, 1.0 - rest.ivr_loss - target))
        target = min(1.0, max(0.0, (at_least * (seen + attempts) - answered) / attempts))
    return target
