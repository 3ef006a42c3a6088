"""A month's question: what callers will ask, or asked, of the desk, and what the contract promises of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from madoguchi.core.calendar.periods import Period, month_period, months_in
from madoguchi.core.metrics.judge import objective_in_force
from madoguchi.core.metrics.spec import Contract
from madoguchi.core.metrics.windows import indicators_in_force
from madoguchi.core.vocabulary import Comparator
from madoguchi.planning.day_features import AnnouncedEvent
from madoguchi.planning.evaluate import forecast
from madoguchi.planning.forecast import Forecast
from madoguchi.planning.history import CallHistory, Grid, call_history, observed_redial_share, open_grid
from madoguchi.planning.need import Demand
from madoguchi.planning.what_if import Levers, changed, forecast_demand, observed_demand

USUAL_REDIAL_SHARE = 0.4
HUNDRED = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthDemand:
    """What a month asks: of its facts (`past`), or of a forecast (`expected`); `demand` has the levers moved.

    `eased_ivr_loss` is the least share that the recorded voice lost in any month known.
    """

    month: Period
    grid: Grid
    demand: Demand
    past: CallHistory | None
    expected: Forecast | None
    eased_ivr_loss: float

    @property
    def days(self) -> tuple[date, ...]:
        """Return the days of the demand's rows: all open days of a coming month, those with facts of a past one."""
        if self.past is None:
            return self.grid.days
        return tuple(day for day, is_known in zip(self.grid.days, self.past.is_known, strict=True) if is_known)


def history_of(*, calls: pa.Table, contract: Contract, covered: Period) -> tuple[CallHistory, float]:
    """Return a contract's calls by half hour, and the share of those who give up that call again: seen, else usual."""
    own = calls.filter(pc.equal(calls.column("contract"), contract.id))
    seen = observed_redial_share(own)
    return call_history(calls=own, contract=contract, covered=covered), USUAL_REDIAL_SHARE if seen is None else seen


def month_demand(
    *, contract: Contract, history: CallHistory, redial_share: float, month: date, levers: Levers | None = None,
    events: Sequence[AnnouncedEvent] = (),
) -> MonthDemand:  # fmt: skip
    """Return what a month asks: looked back at where the facts have days of it, else forecast.

    Raises InvalidInputError where the month has no open day or the past is too short to forecast from.
    """
    if has_days(history, month_period(year=month.year, month=month.month)):
        return past_month(history=history, redial_share=redial_share, month=month, levers=levers)
    return coming_month(
        contract=contract, history=history, redial_share=redial_share, month=month, levers=levers, events=events
    )


def past_month(
    *, history: CallHistory, redial_share: float, month: date, levers: Levers | None = None
) -> MonthDemand:  # fmt: skip
    """Return what a month asked, by its facts. Raises InvalidInputError where there are none."""
    period = month_period(year=month.year, month=month.month)
    past = history.within(period)
    demand = observed_demand(history=past, redial_share=redial_share)
    return MonthDemand(
        month=period, grid=past.grid, demand=changed(demand, levers or Levers()), past=past, expected=None,
        eased_ivr_loss=least_ivr_loss(history),
    )  # fmt: skip


def coming_month(
    *, contract: Contract, history: CallHistory, redial_share: float, month: date, levers: Levers | None = None,
    events: Sequence[AnnouncedEvent] = (),
) -> MonthDemand:  # fmt: skip
    """Return what a month is expected to ask, from what was known before it began. Raises InvalidInputError."""
    period = month_period(year=month.year, month=month.month)
    grid = open_grid(calendar=contract.calendar, period=period)
    known = history.before(period.start_date)
    expected = forecast(history=known, grid=grid, calendar=contract.calendar, events=events)
    demand = forecast_demand(expected=expected, history=known, redial_share=redial_share)
    return MonthDemand(
        month=period, grid=grid, demand=changed(demand, levers or Levers()), past=None, expected=expected,
        eased_ivr_loss=least_ivr_loss(known),
    )  # fmt: skip


def eased(asked: MonthDemand) -> Demand:
    """Return the demand had the recorded voice lost no more than in its best month."""
    return replace(asked.demand, ivr_loss=min(asked.demand.ivr_loss, asked.eased_ivr_loss))


def least_ivr_loss(history: CallHistory) -> float:
    days = history.grid.days
    covered = Period(start_date=days[0], end_date=date.fromordinal(days[-1].toordinal() + 1))
    months = [history.within(each) for each in months_in(covered) if has_days(history, each)]
    return min((each.ivr_loss for each in months if each.attempts.sum()), default=0.0)


def has_days(history: CallHistory, period: Period) -> bool:
    """Say whether the facts know an open day of a period."""
    known = zip(history.grid.days, history.is_known, strict=True)
    return any(bool(is_known) and day in period for day, is_known in known)


def promised_answer_rate(*, contract: Contract, day: date) -> float | None:
    """Return the answer rate that the contract promises on a day; None where it promises none."""
    for indicator in indicators_in_force(contract=contract, day=day):
        objective = objective_in_force(indicator=indicator, contract=contract, day=day)
        if not indicator.is_call_counting or objective is None or objective.target is None:
            continue
        target = float(objective.target) / HUNDRED
        if indicator.call_part == "answered" and objective.comparator is Comparator.AT_LEAST:
            return target
        if indicator.call_part == "abandoned" and objective.comparator in {Comparator.AT_MOST, Comparator.LESS_THAN}:
            return 1.0 - target
    return None
