"""Handling time of coming half hours: a running mean, how half hours differ from it, and what marks of a day add.

How much the marks are trusted is decided by a rolling evaluation: not at all, announced events alone, or all of them.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np

from madoguchi.core.calendar.hours import BusinessCalendar
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.planning.chance import Array
from madoguchi.planning.day_features import CALENDAR_NAMES, AnnouncedEvent, day_features
from madoguchi.planning.forecast import EVENT_RIDGE, PROFILE_CALLS, RIDGE, Past, factors_of, mark_effects

HANDLE_CALLS, HANDLE_SPEED = 30.0, 0.2
NO_MARKS, EVENT_MARKS, ALL_MARKS = "none", "events", "all"
TRUSTS = (EVENT_MARKS, NO_MARKS, ALL_MARKS)


def expected_handle_seconds(
    trust: str, *, past: Past, days: Sequence[date], calendar: BusinessCalendar, events: Sequence[AnnouncedEvent] = ()
) -> tuple[Array, dict[str, float]]:
    """Return the mean handling seconds of coming half hours, and by what factor each mark of a day changes them.

    Raises InvalidInputError where no call was answered.
    """
    counts, seconds = past.handled_count, past.handled_seconds
    if not counts.sum():
        allowed = "answered calls with talk_seconds"
        raise InvalidInputError([Problem(where="calls", key="talk_seconds", given="none", allowed=allowed)])
    names, marks = day_features(days=(*past.days, *days), calendar=calendar, events=events)
    known, coming = marks[: len(past.days)], marks[len(past.days) :]
    effects = _effects(trust, names, known, past)
    adjusted = seconds / np.exp(known @ effects)[:, None]
    overall = adjusted.sum() / counts.sum()
    weights = (1 - HANDLE_SPEED) ** np.arange(len(past.days))[::-1]
    recent_count = weights @ counts.sum(axis=1) + HANDLE_CALLS
    level = (weights @ adjusted.sum(axis=1) + HANDLE_CALLS * overall) / recent_count
    ratio = (adjusted.sum(axis=0) + PROFILE_CALLS * overall) / (counts.sum(axis=0) + PROFILE_CALLS) / overall
    return np.exp(coming @ effects)[:, None] * level * ratio, factors_of(names, effects)


def _effects(trust: str, names: Sequence[str], known: Array, past: Past) -> Array:
    """Return what each mark adds to the logarithm of a day's mean; a day of few calls tells less."""
    effects = np.zeros(len(names))
    chosen = [number for number, name in enumerate(names) if _is_trusted(trust, name)]
    counts, seconds = past.handled_count.sum(axis=1), past.handled_seconds.sum(axis=1)
    told = (counts > 0) & (seconds > 0)
    if not chosen or not told.any():
        return effects
    pull = np.array([RIDGE if names[number] in CALENDAR_NAMES else EVENT_RIDGE for number in chosen])
    effects[chosen] = mark_effects(
        values=np.log(seconds[told] / counts[told]),
        marks=known[told][:, chosen],
        pull=pull,
        weights=counts[told] / (counts[told] + HANDLE_CALLS),
    )
    return effects


def _is_trusted(trust: str, name: str) -> bool:
    return trust == ALL_MARKS or (trust == EVENT_MARKS and name not in CALENDAR_NAMES)


def handle_error(*, past: Past, expected: Array, first: int) -> float:
    """Return by how many seconds a call forecasts from a day on erred in a day's mean."""
    rows = slice(first, first + len(expected))
    counts, seconds = past.handled_count[rows], past.handled_seconds[rows]
    return float(np.abs((expected * counts).sum(axis=1) - seconds.sum(axis=1)).sum())
