"""Which way of forecasting errs least: every week of the past is forecast from what was known before it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from madoguchi.core.calendar.hours import BusinessCalendar
from madoguchi.planning.chance import Array
from madoguchi.planning.day_features import AnnouncedEvent
from madoguchi.planning.forecast import (
    FEWEST_DAYS,
    METHODS,
    WEEK,
    Forecast,
    Past,
    calendar_totals,
    expected_calls,
    expected_handle_seconds,
    past_of,
)
from madoguchi.planning.history import CallHistory, Grid

HORIZON_DAYS = 10
USUAL_VARIATION = 0.15
LEAST_VARIATION, MOST_VARIATION = 0.02, 1.0


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


def rolling_errors(
    *, past: Past, calendar: BusinessCalendar, events: Sequence[AnnouncedEvent] = (), horizon: int = HORIZON_DAYS
) -> tuple[MethodError, ...]:
    """Return each method's errors, the least first; none where the past is too short to try."""
    origins = range(2 * FEWEST_DAYS, len(past.days) - WEEK + 1, WEEK)
    if not origins:
        return ()
    found = []
    for method in METHODS:
        expected = [
            expected_calls(
                method,
                past=past.until(origin),
                days=past.days[origin : origin + horizon],
                calendar=calendar,
                events=events,
            )
            for origin in origins
        ]
        actual = [past.calls[origin : origin + horizon] for origin in origins]
        found.append(_method_error(method, np.concatenate(expected), np.concatenate(actual), weeks=len(origins)))
    return tuple(sorted(found, key=lambda each: each.error))


def _method_error(method: str, forecast: Array, real: Array, *, weeks: int) -> MethodError:
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


def forecast(
    *, history: CallHistory, grid: Grid, calendar: BusinessCalendar, events: Sequence[AnnouncedEvent] = ()
) -> Forecast:
    """Forecast the open half hours of a grid by the method that erred least. Raises InvalidInputError."""
    past = past_of(history)
    errors = rolling_errors(past=past, calendar=calendar, events=events)
    method = errors[0].method if errors else METHODS[0]
    calls = expected_calls(method, past=past, days=grid.days, calendar=calendar, events=events)
    effects = calendar_totals(past=past, days=grid.days, calendar=calendar, events=events)[1]
    return Forecast(
        grid=grid,
        calls=np.where(grid.is_open, calls, 0.0),
        handle_seconds=expected_handle_seconds(past=past, day_count=len(grid.days)),
        variation=errors[0].variation if errors else USUAL_VARIATION,
        method=method,
        effects=effects,
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
