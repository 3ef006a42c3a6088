"""Many days of a desk simulated: seeded, the same on any number of threads."""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from madoguchi.core.staffing.inputs import Inputs
from madoguchi.core.staffing.patience import ExponentialPatience, FixedPatience, LognormalPatience, Patience
from madoguchi.planning import queue_loop
from madoguchi.planning.chance import EXPONENTIAL, FIXED, LOGNORMAL, OBSERVED, Array
from madoguchi.planning.queue_loop import COUNTS, SUMS, Numbers, Tables
from madoguchi.planning.scenario import Scenario

MOST_RUNS, MOST_THREADS = 100_000, 1024
MOST_ATTEMPTS, USUAL_ATTEMPTS = 1e9, 1.5e7
TABLE_STEPS = 4000


@dataclass(frozen=True, kw_only=True, slots=True)
class Simulation:
    """What happened: counts and sums (seconds) of runs x days x slots x kinds."""

    counts: Array
    sums: Array

    def total(self, kind: int) -> Array:
        """Return a count of each run."""
        return self.counts[..., kind].sum(axis=(1, 2))

    @property
    def answer_rates(self) -> Array:
        """Answered of all attempts, of each run; 1 where nobody called."""
        return _share(self.total(queue_loop.ANSWERED), self.total(queue_loop.ATTEMPTS))

    @property
    def service_levels(self) -> Array:
        """Answered in time of all attempts, of each run."""
        return _share(self.total(queue_loop.WITHIN), self.total(queue_loop.ATTEMPTS))

    @property
    def answer_rate(self) -> float:
        """Answered of all attempts of all runs."""
        answered, attempts = (int(self.total(kind).sum()) for kind in (queue_loop.ANSWERED, queue_loop.ATTEMPTS))
        return answered / attempts if attempts else 1.0

    @property
    def mean_wait_seconds(self) -> float:
        """Mean wait of the callers who reached the queue, answered or not."""
        queued = self.total(queue_loop.ANSWERED).sum() + self.total(queue_loop.ABANDONED).sum()
        return float(self.sums[..., queue_loop.WAITED].sum() / queued) if queued else 0.0

    @property
    def mean_mail_wait_seconds(self) -> float:
        """Mean open seconds from a mail's receipt until its handling begins, of those begun."""
        begun = self.total(queue_loop.MAILS).sum()
        return float(self.sums[..., queue_loop.MAIL_WAITED].sum() / begun) if begun else 0.0

    @property
    def standard_error(self) -> float:
        """Standard error of the answer rate, from the spread between runs."""
        rates = self.answer_rates
        return float(rates.std(ddof=1) / math.sqrt(rates.size)) if rates.size > 1 else math.inf

    def chance_of(self, *, at_least: float) -> float:
        """Return the share of runs whose answer rate is kept."""
        return float((self.answer_rates >= at_least).mean())

    def interval(self, *, level: float = 0.9) -> tuple[float, float]:
        """Return the answer rates between which this share of the runs lies."""
        low, high = np.quantile(self.answer_rates, [(1 - level) / 2, (1 + level) / 2])
        return float(low), float(high)

    def slot_counts(self, kind: int) -> Array:
        """Return a count by day and slot, the mean of the runs."""
        return self.counts[..., kind].mean(axis=0)


def _share(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.ones(part.shape), where=whole > 0)


def simulate(*, scenario: Scenario, runs: int, seed: int, threads: int = 1) -> Simulation:
    """Simulate a scenario `runs` times. The same seed meets two plans with the same calls.

    Raises InvalidInputError. Time grows with calls x runs: some 10 million calls a second and thread.
    """
    Inputs().check("runs", runs, is_right=1 <= runs <= MOST_RUNS, allowed=f"1 to {MOST_RUNS:,}").check(
        "threads",
        threads,
        is_right=1 <= threads <= MOST_THREADS,
        allowed=f"1 to {MOST_THREADS:,}",
    ).refuse_wrong()
    attempts = expected_attempts(scenario)
    Inputs().check(
        "calls x runs",
        f"{attempts:,.0f} x {runs:,}",
        is_right=attempts * runs <= MOST_ATTEMPTS,
        allowed=f"at most {MOST_ATTEMPTS:,.0f} simulated calls",
    ).refuse_wrong()
    numbers, tables = numbers_of(scenario), tables_of(scenario)
    days, slots = scenario.calls_per_slot.shape
    counts = np.zeros((runs, days, slots, COUNTS), dtype=np.int64)
    sums = np.zeros((runs, days, slots, SUMS))
    seeds = (np.arange(runs, dtype=np.uint64) + np.uint64(seed % 2**31) * np.uint64(2**32)).astype(np.int64)
    parts = [slice(part[0], part[-1] + 1) for part in np.array_split(np.arange(runs), min(threads, runs))]
    _run_parts(parts, lambda part: queue_loop.run_many(numbers, tables, seeds[part], counts[part], sums[part]))
    return Simulation(counts=counts, sums=sums)


def expected_attempts(scenario: Scenario) -> float:
    """Return at most how many attempts one run has: all fresh calls, each repeated as often as can be."""
    return float(scenario.calls_per_slot.sum()) / (1.0 - scenario.redial_share)


def affordable_runs(scenario: Scenario, *, runs: int) -> int:
    """Return fewer runs where a month is so large that its rate hardly varies and the runs would take long."""
    return max(1, min(runs, int(USUAL_ATTEMPTS / max(1.0, expected_attempts(scenario)))))


def _run_parts(parts: Sequence[slice], run: Callable[[slice], None]) -> None:
    if len(parts) == 1:
        run(parts[0])
        return
    with ThreadPoolExecutor(max_workers=len(parts)) as pool:
        list(pool.map(run, parts))


def numbers_of(scenario: Scenario) -> Numbers:
    kind, scale, shape = law_of(scenario.patience)
    mails = scenario.mails
    return Numbers(
        slot_seconds=float(scenario.slot_seconds),
        handle_kind=LOGNORMAL if scenario.handle_variation else FIXED,
        handle_shape=lognormal_shape(scenario.handle_variation),
        mail_handle_seconds=float(mails.handle_seconds) if mails else 1.0,
        mail_shape=lognormal_shape(mails.handle_variation) if mails else 0.0,
        patience_kind=kind,
        patience_scale=scale,
        patience_shape=shape,
        redial_share=float(scenario.redial_share),
        redial_seconds=float(scenario.redial_seconds),
        ivr_loss=float(scenario.ivr_loss),
        reserve=mails.reserve if mails else 0,
        within_seconds=float(scenario.within_seconds),
        day_shape=lognormal_shape(scenario.day_variation),
        run_shape=lognormal_shape(scenario.run_variation),
        absence=float(scenario.absence),
    )


def tables_of(scenario: Scenario) -> Tables:
    mails = scenario.mails
    times, shares = steps_of(scenario.patience)
    return Tables(
        call_rates=scenario.calls_per_slot / scenario.slot_seconds,
        mail_rates=mails.per_slot / scenario.slot_seconds if mails else np.zeros((1, 1)),
        agents=scenario.agents.astype(np.int64),
        handle_seconds=scenario.handle_seconds,
        patience_times=times,
        patience_shares=shares,
    )


def lognormal_shape(variation: float) -> float:
    """Return the standard deviation of the logarithm."""
    return math.sqrt(math.log1p(variation * variation))


def law_of(patience: Patience) -> tuple[int, float, float]:
    """Return a patience as compiled loops know it: its law, scale and shape."""
    if isinstance(patience, LognormalPatience):
        return LOGNORMAL, math.exp(patience.location), patience.shape
    if isinstance(patience, ExponentialPatience) and 0 < patience.mean_seconds < math.inf:
        return EXPONENTIAL, patience.mean_seconds, 0.0
    if isinstance(patience, ExponentialPatience | FixedPatience):
        return FIXED, patience.mean_seconds, 0.0
    return OBSERVED, 0.0, 0.0


def steps_of(patience: Patience) -> tuple[Array, Array]:
    """Return the jumps of an observed patience; a law of another kind is cut into steps of equal time."""
    if law_of(patience)[0] != OBSERVED:
        return np.zeros(0), np.zeros(0)
    times = np.array(patience.breaks)
    if not times.size:
        times = np.linspace(0.0, 10.0 * patience.mean_seconds, TABLE_STEPS)[1:]
    return times, np.array([patience.survival(float(each)) for each in times])
