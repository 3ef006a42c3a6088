"""Which way of forecasting errs least: every week of the past is forecast from what was known before it."""

from collections.abc import Sequence

import numpy as np

from madoguchi.core.calendar.hours import BusinessCalendar
from madoguchi.planning.chance import Array
from madoguchi.planning.day_features import AnnouncedEvent
from madoguchi.planning.forecast import (
    BASELINE,
    FEWEST_DAYS,
    METHODS,
    WEEK,
    Forecast,
    MethodError,
    Past,
    expected_calls,
    past_of,
)
from madoguchi.planning.handling import TRUSTS, expected_handle_seconds, handle_error
from madoguchi.planning.history import CallHistory, Grid

HORIZON_DAYS = 10
MOST_WEEKS = 26
USUAL_VARIATION = 0.15
LEAST_VARIATION, MOST_VARIATION = 0.02, 1.0


def rolling_errors(
    *, past: Past, calendar: BusinessCalendar, events: Sequence[AnnouncedEvent] = (), horizon: int = HORIZON_DAYS
) -> tuple[MethodError, ...]:
    """Return each method's errors, the least first; none where the past is too short to try.

    A method that once finds no answer is left out.
    """
    origins = evaluated_weeks(past)
    if not origins:
        return ()
    actual = np.concatenate([past.calls[origin : origin + horizon] for origin in origins])
    found = []
    for method in METHODS:
        expected = [
            expected_calls(
                method,
                past=past.until(origin),
                days=past.days[origin : origin + horizon],
                calendar=calendar,
                events=events,
            )[0]
            for origin in origins
        ]
        found.append(_method_error(method, np.concatenate(expected), actual, weeks=len(origins)))
    return tuple(sorted((each for each in found if np.isfinite(each.error)), key=lambda each: each.error))


def evaluated_weeks(past: Past) -> range:
    """Return the days from which the past is forecast again: each week of the latest half year."""
    return range(2 * FEWEST_DAYS, len(past.days) - WEEK + 1, WEEK)[-MOST_WEEKS:]


def _method_error(method: str, forecast: Array, real: Array, *, weeks: int) -> MethodError:
    if not np.isfinite(forecast).all():
        return MethodError(method=method, error=np.inf, day_error=np.inf, variation=MOST_VARIATION, weeks=weeks)
    return MethodError(
        method=method,
        error=float(np.abs(forecast - real).sum() / real.sum()),
        day_error=float(np.abs(forecast.sum(axis=1) - real.sum(axis=1)).sum() / real.sum()),
        variation=_variation(forecast.sum(axis=1), real.sum(axis=1)),
        weeks=weeks,
    )


def _variation(forecast: Array, real: Array) -> float:
    """Return the relative error of day totals beyond chance; a robust spread, so that one jump does not rule it."""
    safe = np.maximum(forecast, 1.0)
    deviation = 1.4826 * float(np.median(np.abs(real / safe - 1.0)))
    return float(np.clip(np.sqrt(max(0.0, deviation**2 - float((1.0 / safe).mean()))), LEAST_VARIATION, MOST_VARIATION))


def trusted_marks(*, past: Past, calendar: BusinessCalendar, events: Sequence[AnnouncedEvent] = ()) -> str:
    """Return how far marks of a day told handling time in the past: what erred least; events where none was tried."""

    def error(trust: str) -> float:
        found = 0.0
        for origin in evaluated_weeks(past):
            days, known = past.days[origin : origin + HORIZON_DAYS], past.until(origin)
            if known.handled_count.sum():
                expected, _ = expected_handle_seconds(trust, past=known, days=days, calendar=calendar, events=events)
                found += handle_error(past=past, expected=expected, first=origin)
        return found

    return min(TRUSTS, key=error)


def forecast(
    *, history: CallHistory, grid: Grid, calendar: BusinessCalendar, events: Sequence[AnnouncedEvent] = ()
) -> Forecast:
    """Forecast the open half hours of a grid by the method that erred least. Raises InvalidInputError."""
    past = past_of(history)
    errors = rolling_errors(past=past, calendar=calendar, events=events)
    method, variation = (errors[0].method, errors[0].variation) if errors else (BASELINE, USUAL_VARIATION)
    calls, effects = expected_calls(method, past=past, days=grid.days, calendar=calendar, events=events)
    trust = trusted_marks(past=past, calendar=calendar, events=events)
    handle, handle_effects = expected_handle_seconds(trust, past=past, days=grid.days, calendar=calendar, events=events)
    return Forecast(
        grid=grid,
        calls=np.where(grid.is_open, calls, 0.0),
        handle_seconds=handle,
        variation=variation,
        method=method,
        errors=errors,
        effects=effects,
        handle_effects=handle_effects,
        notes=tuple(_notes(history, errors, events)),
    )


def _notes(history: CallHistory, errors: Sequence[MethodError], events: Sequence[AnnouncedEvent]) -> list[str]:
    notes = []
    if not errors:
        notes.append("the past is too short to compare methods")
    if history.gaps:
        notes.append(f"{len(history.gaps)} open days without facts were left out, the first on {history.gaps[0]}")
    seen = {each.kind for each in events if any(day >= each.start_date for day in history.grid.days)}
    unseen = sorted({each.kind for each in events} - seen)
    if unseen:
        notes.append(f"no earlier event to learn from: {', '.join(unseen)}")
    return notes
