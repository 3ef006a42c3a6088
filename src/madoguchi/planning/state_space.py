"""Daily calls by a state space model of statsmodels: a level that walks, and what marks of a day add to it.

The logarithm of a day's calls is estimated by the Kalman filter, its two variances by maximum likelihood. What a mark
adds is held near nothing beforehand, as a single holiday says little.
"""

import warnings
from collections.abc import Sequence
from datetime import date

import numpy as np

from madoguchi.core.calendar.hours import BusinessCalendar
from madoguchi.planning.chance import Array
from madoguchi.planning.day_features import CALENDAR_NAMES, MONTH_NAMES, AnnouncedEvent, day_features

LONGEST_PAST = 250
YEAR_DAYS = 200
SPREAD, EVENT_SPREAD = 0.3, 1.0
MOST_STEPS = 200


def state_space_totals(
    *, totals: Array, known_days: Sequence[date], days: Sequence[date], calendar: BusinessCalendar,
    events: Sequence[AnnouncedEvent] = (),
) -> tuple[Array, dict[str, float]]:  # fmt: skip
    """Return the expected calls of coming days, and by what factor each mark of a day changes them.

    Days that never differed have no variance to estimate: not a number.
    """
    recent, recent_days = totals[-LONGEST_PAST:], known_days[-LONGEST_PAST:]
    if np.ptp(recent) == 0:
        return np.full(len(days), np.nan), {}
    names, marks = day_features(days=(*recent_days, *days), calendar=calendar, events=events)
    known, coming = marks[: recent.size], marks[recent.size :]
    chosen = [number for number, name in enumerate(names) if _tells(name, known[:, number])]
    spreads = [SPREAD if names[number] in CALENDAR_NAMES else EVENT_SPREAD for number in chosen]
    logs, effects = _fitted(np.log(recent + 0.5), known[:, chosen], coming[:, chosen], np.array(spreads))
    factors = np.exp(effects)
    return np.exp(logs), {names[number]: float(factor) for number, factor in zip(chosen, factors, strict=True)}


def _tells(name: str, values: Array) -> bool:
    """Say whether a mark can be told from the level: a month's turn only where most of a year is known."""
    return bool(values.any()) and (name not in MONTH_NAMES or values.size >= YEAR_DAYS)


def _fitted(values: Array, known: Array, coming: Array, spreads: Array) -> tuple[Array, Array]:
    """Return the logarithms of the expected values of coming days, and what each mark adds."""
    # two seconds to load, and only forecasts need it
    from statsmodels.tools.sm_exceptions import ConvergenceWarning, EstimationWarning  # noqa: PLC0415
    from statsmodels.tsa.statespace.initialization import Initialization  # noqa: PLC0415
    from statsmodels.tsa.statespace.structural import UnobservedComponents  # noqa: PLC0415

    model = UnobservedComponents(values, level="local level", exog=known, mle_regression=False)
    start = Initialization(model.k_states)
    start.set(0, "approximate_diffuse")
    start.set((1, model.k_states), "known", constant=np.zeros(spreads.size), stationary_cov=np.diag(spreads**2))
    model.ssm.initialization = start
    model.loglikelihood_burn = 1
    with warnings.catch_warnings():
        # an optimum known less exactly than asked is good enough: the rolling evaluation judges what comes of it
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", EstimationWarning)
        found = model.fit(disp=0, maxiter=MOST_STEPS)
    scatter = found.params[0]  # the mean of a lognormal value lies above its median
    logs = np.asarray(found.forecast(len(coming), exog=coming), np.float64) + scatter / 2
    return logs, np.asarray(found.filtered_state[1:, -1], np.float64)
