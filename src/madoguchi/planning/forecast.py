"""Calls and handling time of coming half hours, with an interval, and by which method.

The calendar method: the logarithm of a day's calls is a level that drifts and what the calendar and announced
events add (a ridge regression on what remains beside a running level); a day is spread by the shares of its half
hours. The seasonal ones repeat: the last week, or the mean of the last four. Which one is taken is decided by a
rolling evaluation (`planning/evaluate.py`), never by taste.
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

FEWEST_DAYS = 10
ROUNDS = 8
RIDGE, EVENT_RIDGE = 3.0, 0.5
FASTEST, SLOWEST = 0.5, 0.08
PROFILE_CALLS, PROFILE_DAYS = 2000.0, 60
HANDLE_CALLS, HANDLE_SPEED = 30.0, 0.2
WEEK = 5
METHODS = ("calendar", "mean of four weeks", "last week")


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """Expected attempts and mean handling seconds by day and half hour; `variation` is a day's relative error."""

    grid: Grid
    calls: Array
    handle_seconds: Array
    variation: float
    method: str
    effects: Mapping[str, float] = field(default_factory=dict)
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
) -> Array:
    """Return the calls by day and half hour that a method expects on coming days."""
    if method == "calendar":
        totals, _ = calendar_totals(past=past, days=days, calendar=calendar, events=events)
        return totals[:, None] * profiles(past=past, days=days)
    weeks = 1 if method == "last week" else 4
    return np.array([_seasonal(past, day, weeks) for day in days])


def _seasonal(past: Past, day: date, weeks: int) -> Array:
    """Return the mean of the last days of the same weekday; of all recent days where there is none."""
    same = [row for row, each in enumerate(past.days) if each.weekday() == day.weekday()][-weeks:]
    return past.calls[same or slice(-WEEK * weeks, None)].mean(axis=0)


def calendar_totals(
    *, past: Past, days: Sequence[date], calendar: BusinessCalendar, events: Sequence[AnnouncedEvent] = ()
) -> tuple[Array, dict[str, float]]:
    """Return the expected calls of coming days, and by what factor each mark of a day changes them."""
    names, marks = day_features(days=(*past.days, *days), calendar=calendar, events=events)
    known, coming = marks[: len(past.days)], marks[len(past.days) :]
    logs = np.log(past.totals + 0.5)
    effects = np.zeros(len(names))
    pull = np.diag([RIDGE if name in CALENDAR_NAMES else EVENT_RIDGE for name in names])
    for _ in range(ROUNDS):
        level = two_sided_level(logs - known @ effects, speed=0.25)
        rest = logs - level
        effects = np.linalg.solve(known.T @ known + pull, known.T @ rest)
    cleaned = logs - known @ effects
    level = running_level(cleaned, speed=best_speed(cleaned))[-1]
    bias = _bias(past.totals, np.exp(two_sided_level(cleaned, speed=0.25) + known @ effects))
    factors = {name: math.exp(effect) for name, effect in zip(names, effects, strict=True) if effect}
    return bias * np.exp(level + coming @ effects), factors


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


def expected_handle_seconds(*, past: Past, day_count: int) -> Array:
    """Return the mean handling seconds of coming half hours: a running mean, and how half hours differ from it."""
    counts, seconds = past.handled_count, past.handled_seconds
    if not counts.sum():
        allowed = "answered calls with talk_seconds"
        raise InvalidInputError([Problem(where="calls", key="talk_seconds", given="none", allowed=allowed)])
    overall = seconds.sum() / counts.sum()
    weights = (1 - HANDLE_SPEED) ** np.arange(len(past.days))[::-1]
    recent_count = weights @ counts.sum(axis=1) + HANDLE_CALLS
    level = (weights @ seconds.sum(axis=1) + HANDLE_CALLS * overall) / recent_count
    slot_counts, slot_seconds = counts.sum(axis=0), seconds.sum(axis=0)
    ratio = (slot_seconds + PROFILE_CALLS * overall) / (slot_counts + PROFILE_CALLS) / overall
    return np.tile(level * ratio, (day_count, 1))
