"""What happened, by half hour: calls, handling and waits of the open days, from the `calls` fact table."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from madoguchi.core.calendar.day_table import EPOCH
from madoguchi.core.calendar.hours import DAY_SECONDS, BusinessCalendar, Interval
from madoguchi.core.calendar.periods import Period
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.spec import Contract
from madoguchi.core.staffing.patience import ExponentialPatience
from madoguchi.core.vocabulary import CallOutcome
from madoguchi.planning.chance import Array
from madoguchi.planning.slots import SLOT_SECONDS

FEWEST_ABANDONED = 10
USUAL_PATIENCE_SECONDS = 120.0
GAP_CALLS = 5.0
FEWEST_REDIALS, REDIAL_SECONDS, MOST_REDIAL_SHARE = 30, 3600, 0.95
LOST_IN_QUEUE = (CallOutcome.QUEUE_ABANDONED.value, CallOutcome.QUEUE_TIMEOUT.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """The slots of open days: from the earliest opening to the latest closing, and which of them are open."""

    days: tuple[date, ...]
    first_second: int
    is_open: Array

    @property
    def shape(self) -> tuple[int, int]:
        return self.is_open.shape  # type: ignore[no-any-return]

    def label(self, slot: int) -> str:
        second = self.first_second + slot * SLOT_SECONDS
        return f"{second // 3600:02d}:{second % 3600 // 60:02d}"


def open_grid(*, calendar: BusinessCalendar, period: Period) -> Grid:
    """Return the half hours of a period's open days. Raises InvalidInputError where no day is open."""
    span = (period.start_date + timedelta(days=number) for number in range((period.end_date - period.start_date).days))
    days = tuple(day for day in span if calendar.is_open_day(day))
    if not days:
        problem = Problem(where="period", key="", given=f"no open day from {period.start_date}", allowed="open days")
        raise InvalidInputError([problem])
    hours = [calendar.hours_on(day) for day in days]
    first = min(each[0].start for each in hours) // SLOT_SECONDS * SLOT_SECONDS
    count = -(-(max(each[-1].end for each in hours) - first) // SLOT_SECONDS)
    starts = first + SLOT_SECONDS * np.arange(count)
    is_open = [[_overlaps(each, int(start)) for start in starts] for each in hours]
    return Grid(days=days, first_second=first, is_open=np.array(is_open))


def _overlaps(hours: Sequence[Interval], start: int) -> bool:
    return any(each.start < start + SLOT_SECONDS and start < each.end for each in hours)


@dataclass(frozen=True, kw_only=True, slots=True)
class CallHistory:
    """Counts and seconds by open day and half hour; `is_known` tells the days the facts cover.

    `attempts` are the offered calls as the contract counts them. Waits are of all callers who queued.
    """

    grid: Grid
    is_known: Array
    attempts: Array
    answered: Array
    ivr_lost: Array
    queue_lost: Array
    handled_seconds: Array
    handled_count: Array
    waited_seconds: Array

    @property
    def day_totals(self) -> Array:
        return self.attempts.sum(axis=1)

    @property
    def gaps(self) -> tuple[date, ...]:
        """Return the open days without facts."""
        return tuple(day for day, is_known in zip(self.grid.days, self.is_known, strict=True) if not is_known)

    @property
    def answer_rate(self) -> float | None:
        attempts = self.attempts.sum()
        return float(self.answered.sum() / attempts) if attempts else None

    @property
    def ivr_loss(self) -> float:
        attempts = self.attempts.sum()
        return float(self.ivr_lost.sum() / attempts) if attempts else 0.0

    @property
    def handle_seconds(self) -> float | None:
        count = self.handled_count.sum()
        return float(self.handled_seconds.sum() / count) if count else None

    def patience(self) -> ExponentialPatience:
        """Return the mean patience: seconds waited by all over callers lost in the queue (maximum likelihood).

        Two minutes where too few gave up to say.
        """
        lost = self.queue_lost.sum()
        if lost < FEWEST_ABANDONED:
            return ExponentialPatience(mean_seconds=USUAL_PATIENCE_SECONDS)
        return ExponentialPatience(mean_seconds=max(1.0, float(self.waited_seconds.sum() / lost)))

    def within(self, period: Period) -> "CallHistory":
        """Return the days of a period. Raises InvalidInputError where there are none."""
        chosen = np.array([day in period for day in self.grid.days])
        if not chosen.any():
            allowed = f"open days from {self.grid.days[0]} to {self.grid.days[-1]}"
            problem = Problem(where="period", key="", given=f"no open day from {period.start_date}", allowed=allowed)
            raise InvalidInputError([problem])
        return self._chosen(chosen)

    def before(self, day: date) -> "CallHistory":
        """Return the days before one. Raises InvalidInputError where there are none."""
        return self.within(Period(start_date=date.min, end_date=day))

    def latest(self, *, days: int) -> "CallHistory":
        """Return the last open days."""
        return self._chosen(np.arange(len(self.grid.days)) >= len(self.grid.days) - days)

    def _chosen(self, chosen: Array) -> "CallHistory":
        days = tuple(day for day, is_chosen in zip(self.grid.days, chosen, strict=True) if is_chosen)
        grid = Grid(days=days, first_second=self.grid.first_second, is_open=self.grid.is_open[chosen])
        tables = {name: getattr(self, name)[chosen] for name in ("is_known", *TABLES)}
        return CallHistory(grid=grid, **tables)


TABLES = (
    "attempts", "answered", "ivr_lost", "queue_lost", "handled_seconds", "handled_count", "waited_seconds",
)  # fmt: skip


def call_history(*, calls: pa.Table, contract: Contract, covered: Period) -> CallHistory:
    """Count a contract's calls in opening hours by half hour, over the open days of the covered period.

    A day without any call between busy days is taken for a gap in the facts, not for a quiet day.
    """
    grid = open_grid(calendar=contract.calendar, period=covered)
    place, is_inside = _places(calls, contract, grid)
    outcomes = np.array(calls.column("outcome").to_pylist(), dtype=object)[is_inside]
    counted = _counted(outcomes, contract)
    seconds = {name: _numbers(calls, name)[is_inside] for name in ("talk_seconds", "wrap_up_seconds", "wait_seconds")}
    is_answered = outcomes == CallOutcome.ANSWERED.value
    is_lost = np.isin(outcomes, LOST_IN_QUEUE)
    is_handled = is_answered & ~np.isnan(seconds["talk_seconds"])
    handled = np.nan_to_num(seconds["talk_seconds"]) + np.nan_to_num(seconds["wrap_up_seconds"])

    def table(weights: Array) -> Array:
        found = np.bincount(place, weights=np.asarray(weights, np.float64), minlength=grid.is_open.size)
        return found.reshape(grid.shape)

    attempts = table(counted)
    return CallHistory(
        grid=grid,
        is_known=_known(attempts.sum(axis=1)),
        attempts=attempts,
        answered=table(is_answered & counted),
        ivr_lost=table((outcomes == CallOutcome.IVR_ABANDONED.value) & counted),
        queue_lost=table(is_lost & counted),
        handled_seconds=table(np.where(is_handled, handled, 0.0)),
        handled_count=table(is_handled),
        waited_seconds=table(np.where(is_answered | is_lost, np.nan_to_num(seconds["wait_seconds"]), 0.0)),
    )


def observed_redial_share(calls: pa.Table) -> float | None:
    """Return the share of callers lost in the queue who called again within the hour; None where too few are known.

    Only calls with a caller tell; a person who calls from another number counts as one who gave up for good.
    """
    if "caller" not in calls.column_names:
        return None
    moments = np.asarray(calls.column("offered_at").to_numpy(), np.int64).tolist()
    callers, outcomes = (calls.column(name).to_pylist() for name in ("caller", "outcome"))
    by_caller: dict[str, list[int]] = {}
    for caller, at in zip(callers, moments, strict=True):
        if caller:
            by_caller.setdefault(caller, []).append(at)
    for times in by_caller.values():
        times.sort()
    lost = [
        (by_caller[caller], at)
        for caller, outcome, at in zip(callers, outcomes, moments, strict=True)
        if caller and outcome in LOST_IN_QUEUE
    ]
    if len(lost) < FEWEST_REDIALS:
        return None
    again = sum(bisect_right(times, at) < bisect_right(times, at + REDIAL_SECONDS) for times, at in lost)
    return min(MOST_REDIAL_SHARE, again / len(lost))


def _places(calls: pa.Table, contract: Contract, grid: Grid) -> tuple[Array, Array]:
    """Return the place of each call in the grid, of those in it, and which those are."""
    local = np.asarray(calls.column("offered_at").to_numpy(), np.int64) + contract.calendar.utc_offset_seconds
    rows = {(day - EPOCH).days: row for row, day in enumerate(grid.days)}
    row = np.array([rows.get(day, -1) for day in (local // DAY_SECONDS).tolist()], dtype=np.int64)
    slot = (local % DAY_SECONDS - grid.first_second) // SLOT_SECONDS
    is_inside = (row >= 0) & (slot >= 0) & (slot < grid.shape[1])
    is_inside[is_inside] &= grid.is_open[row[is_inside], slot[is_inside]]
    return (row * grid.shape[1] + slot)[is_inside], is_inside


def _numbers(calls: pa.Table, name: str) -> Array:
    """Return a column of seconds as floats, missing ones as NaN."""
    return np.asarray(calls.column(name).cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)


def _counted(outcomes: Array, contract: Contract) -> Array:
    """Return which calls count as offered; without a table of the contract, those answered or abandoned."""
    if not contract.call_countings:
        words: set[str] = {"answered", "ivr_abandoned", "queue_abandoned", "queue_timeout"}
    else:
        counting = contract.call_countings[-1]
        words = {each.value for each in counting.answered | counting.abandoned}
    return np.isin(outcomes, list(words))


def _known(totals: Array) -> Array:
    """Return which days have facts: a day of no calls is a gap where days usually have some."""
    usual = float(np.median(totals[totals > 0])) if (totals > 0).any() else 0.0
    return (totals > 0) | (usual < GAP_CALLS)
