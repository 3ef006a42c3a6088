"""Calls of coming half hours, with an interval, and by which method.

The calendar method: the logarithm of a day's calls is a level that drifts and what the calendar and announced
events add (a ridge regression on what remains beside a running level); a day is spread by the shares of its half
hours. The state space method (`planning/state_space.py`) has statsmodels do the same for the days. The seasonal ones
repeat: the last week, or the mean of the last four. Which one is taken is decided by a rolling evaluation
(`planning/evaluate.py`), never by taste.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import NormalDist

import numpy as np

from madoguchi.core.calendar.hours import BusinessCalendar
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.planning.chance import Array
from madoguchi.planning.day_features import CALENDAR_NAMES, AnnouncedEvent, day_features
from madoguchi.planning.history import CallHistory, Grid
from madoguchi.planning.state_space import state_space_totals

FEWEST_DAYS = 10
ROUNDS, LEVEL_SPEED = 8, 0.25
RIDGE, EVENT_RIDGE = 3.0, 0.5
FASTEST, SLOWEST = 0.5, 0.08
PROFILE_CALLS, PROFILE_DAYS = 2000.0, 60
WEEK = 5
BASELINE = "mean of four weeks"
METHODS = ("state space", "calendar", BASELINE, "last week")


@dataclass(frozen=True, kw_only=True, slots=True)
class MethodError:
    """How a method erred in the rolling evaluation.

    `error`: absolute error over calls, by half hour; `day_error`: of day totals; `variation`: the relative error
    of a day beyond chance; `weeks`: forecasts made.
    """

    method: str
    error: float
    day_error: float
    variation: float
    weeks: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """Expected attempts and mean handling seconds by day and half hour; `variation` is a day's relative error.

    `errors` are those of all methods compared, the least first; `effects` and `handle_effects` tell by what factor a
    mark of a day changes its calls and its handling time.
    """

    grid: Grid
    calls: Array
    handle_seconds: Array
    variation: float
    method: str
    errors: tuple[MethodError, ...] = ()
    effects: Mapping[str, float] = field(default_factory=dict)
    handle_effects: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def interval(self, *, level: float = 0.9) -> tuple[Array, Array]:
        """Return the calls between which this share of half hours lies: Poisson and a day's error together."""
        return _interval(self.calls, self.variation, level)

    def day_interval(self, *, level: float = 0.9) -> tuple[Array, Array]:
        return _interval(self.calls.sum(axis=1), self.variation, level)


def _interval(mean: Array, variation: float, level: float) -> tuple[Array, Array]:
    """Return bounds on the square-root scale, where the spread hardly changes with the mean."""
    reach = NormalDist().inv_cdf((1 + level) / 2) * 0.5 * np.sqrt(1 + variation**2 * mean)
    root = np.sqrt(mean)
    return np.maximum(0.0, root - reach) ** 2, (root + reach) ** 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """The known days of a history, as the methods need them."""

    days: tuple[date, ...]
    calls: Array
    handled_seconds: Array
    handled_count: Array

    @property
    def totals(self) -> Array:
        return self.calls.sum(axis=1)

    def until(self, count: int) -> "Past":
        return Past(
            days=self.days[:count],
            calls=self.calls[:count],
            handled_seconds=self.handled_seconds[:count],
            handled_count=self.handled_count[:count],
        )


def past_of(history: CallHistory) -> Past:
    """Return the known days. Raises InvalidInputError where they are too few to forecast from."""
    known = history.is_known
    days = tuple(day for day, is_known in zip(history.grid.days, known, strict=True) if is_known)
    if len(days) < FEWEST_DAYS or not history.attempts.sum():
        given = f"{len(days)} open days with {history.attempts.sum():.0f} calls"
        allowed = f"at least {FEWEST_DAYS} open days with calls"
        raise InvalidInputError([Problem(where="calls", key="", given=given, allowed=allowed)])
    return Past(
        days=days,
        calls=history.attempts[known],
        handled_seconds=history.handled_seconds[known],
        handled_count=history.handled_count[known],
    )


def expected_calls(
    method: str, *, past: Past, days: Sequence[date], calendar: BusinessCalendar, events: Sequence[AnnouncedEvent] = ()
) -> tuple[Array, dict[str, float]]:
    """Return the calls by day and half hour that a method expects on coming days, and what each mark of a day adds.

    Not a number where the method finds no answer.
    """
    if method in TOTALS:
        totals, effects = TOTALS[method](
            totals=past.totals, known_days=past.days, days=days, calendar=calendar, events=events
        )
        return totals[:, None] * profiles(past=past, days=days), effects
    weeks = 1 if method == "last week" else 4
    return np.array([_seasonal(past, day, weeks) for day in days]), {}


def _seasonal(past: Past, day: date, weeks: int) -> Array:
    """Return the mean of the last days of the same weekday; of all recent days where there is none."""
    same = [row for row, each in enumerate(past.days) if each.weekday() == day.weekday()][-weeks:]
    return past.calls[same or slice(-WEEK * weeks, None)].mean(axis=0)


def calendar_totals(
    *, totals: Array, known_days: Sequence[date], days: Sequence[date], calendar: BusinessCalendar,
    events: Sequence[AnnouncedEvent] = (),
) -> tuple[Array, dict[str, float]]:  # fmt: skip
    """Return the expected calls of coming days, and by what factor each mark of a day changes them."""
    names, marks = day_features(days=(*known_days, *days), calendar=calendar, events=events)
    known, coming = marks[: len(known_days)], marks[len(known_days) :]
    logs = np.log(totals + 0.5)
    pull = np.array([RIDGE if name in CALENDAR_NAMES else EVENT_RIDGE for name in names])
    effects = mark_effects(values=logs, marks=known, pull=pull, weights=np.ones(logs.size))
    cleaned = logs - known @ effects
    level = running_level(cleaned, speed=best_speed(cleaned))[-1]
    bias = _bias(totals, np.exp(two_sided_level(cleaned, speed=LEVEL_SPEED) + known @ effects))
    return bias * np.exp(level + coming @ effects), factors_of(names, effects)


TOTALS = {"calendar": calendar_totals, "state space": state_space_totals}


def mark_effects(*, values: Array, marks: Array, pull: Array, weights: Array) -> Array:
    """Return what each mark of a day adds to a drifting level: a ridge regression and a level, by turns."""
    effects = np.zeros(marks.shape[1])
    weighted = marks.T * weights
    for _ in range(ROUNDS):
        rest = values - two_sided_level(values - marks @ effects, speed=LEVEL_SPEED)
        effects = np.linalg.solve(weighted @ marks + np.diag(pull), weighted @ rest)
    return effects


def factors_of(names: Sequence[str], effects: Array) -> dict[str, float]:
    return {name: math.exp(effect) for name, effect in zip(names, effects, strict=True) if effect}


def _bias(totals: Array, fitted: Array) -> float:
    """Return what the mean of logarithms falls short of the logarithm of the mean."""
    return float(totals.sum() / fitted.sum())


def running_level(values: Array, *, speed: float) -> Array:
    """Return the exponentially weighted mean up to each value."""
    found = np.empty(values.size)
    level, weight = 0.0, 0.0
    for index, value in enumerate(values):
        weight = weight * (1 - speed) + 1
        level += (value - level) / weight
        found[index] = level
    return found


def two_sided_level(values: Array, *, speed: float) -> Array:
    return (running_level(values, speed=speed) + running_level(values[::-1], speed=speed)[::-1]) / 2


def best_speed(values: Array) -> float:
    """Return how fast the level should follow: what would have erred least, a week ahead, on this past."""
    speeds = np.linspace(SLOWEST, FASTEST, 8)
    ahead = min(WEEK, values.size // 2)

    def error(speed: float) -> float:
        level = running_level(values, speed=speed)
        errors = [np.abs(values[gap:] - level[:-gap]).mean() for gap in range(1, ahead + 1)]
        return float(np.mean(errors))

    return float(min(speeds, key=error))


def profiles(*, past: Past, days: Sequence[date]) -> Array:
    """Return the share of each half hour of a day's calls: a weekday's own, drawn to that of all days."""
    calls, dates = past.calls[-PROFILE_DAYS:], past.days[-PROFILE_DAYS:]
    whole = calls.sum(axis=0) + 0.5 * (calls.sum(axis=0) > 0)
    every = whole / whole.sum()
    weekdays = np.array([each.weekday() for each in dates])
    own = {number: calls[weekdays == number].sum(axis=0) + PROFILE_CALLS * every for number in range(7)}
    return np.array([own[day.weekday()] / own[day.weekday()].sum() for day in days])
