"""The running month: what it comes to so far, how it would end, and what may still go wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.models import Contract
from madoguchi.core.calendar.periods import Period
from madoguchi.core.metrics.budget import Budget, budget
from madoguchi.core.metrics.forecast import FORECAST, LOOKBACK_DAYS, Forecast, forecast
from madoguchi.core.metrics.judge import satisfies
from madoguchi.core.metrics.spec import Contract as Promised
from madoguchi.core.metrics.spec import Indicator, Measurement, Tally
from madoguchi.core.quality_vocabulary import BudgetLevel
from madoguchi.core.vocabulary import Verdict, WindowKind
from madoguchi.quality.figures import current_facts
from madoguchi.quality.months import period_of
from madoguchi.quality.rules import month_of

TREND_MONTHS = 6
DaySums = Mapping[date, Tally]


@dataclass(frozen=True, kw_only=True, slots=True)
class RunningFigure:
    """One monthly figure while its month runs; `verdict` is the forecast's, None where there is none."""

    measurement: Measurement
    forecast: Forecast | None
    verdict: Verdict | None
    budget: Budget | None
    trend: tuple[Measurement, ...]

    @property
    def levels(self) -> tuple[BudgetLevel, ...]:
        """Return what people should be told of; nothing of a month that is not judged."""
        if self.measurement.judgement.verdict is Verdict.NOT_JUDGED:
            return ()
        is_gone = self.budget is not None and self.budget.left < 0
        is_low = self.budget is not None and self.budget.is_low
        found = {
            BudgetLevel.GONE: is_gone,
            BudgetLevel.LOW: is_low,
            BudgetLevel.FORECAST_MISSED: self.verdict is Verdict.MISSED,
        }
        return tuple(level for level, holds in found.items() if holds)


@dataclass(frozen=True, kw_only=True, slots=True)
class RunningMonth:
    month: date
    promised: Promised
    figures: tuple[RunningFigure, ...]


def running_month(*, contract: Contract, now: datetime) -> RunningMonth:
    """Measure the month that runs and tell its end from the sums of its days and of the eight weeks before."""
    from madoguchi.intake.measuring import counting_on, measure_with_engine  # noqa: PLC0415  # loaded by who asks

    today = timezone.localdate(now)
    month = month_of(today)
    promised = definitions_on(contract=contract, day=month).promised
    facts = current_facts(contract=contract, now=now)
    within = Period(start_date=_months_before(month, TREND_MONTHS - 1), end_date=period_of(month).end_date)
    monthly = [
        each
        for each in measure_with_engine(contract=promised, facts=facts, within=within)
        if each.figure.window.kind is WindowKind.MONTH
    ]
    measured = [each for each in monthly if today in each.figure.window.period]
    coverage = facts.coverage(contract=promised.id)
    known = {
        each.indicator: _known(coverage.get(each.indicator.table), promised=promised, today=today)
        for each in measured
        if each.indicator.statistic in FORECAST and not each.indicator.is_cumulative
    }
    asked = {indicator: period for indicator, period in known.items() if period is not None}
    with counting_on(facts) as counting:
        sums = counting.all_day_tallies(contract=promised, needed=asked) if asked else {}
    return RunningMonth(
        month=month, promised=promised,
        figures=tuple(
            _figure(
                each, promised=promised, known=asked.get(each.indicator), days=_by_day(sums.get(each.indicator)),
                trend=tuple(one for one in monthly if one.indicator.id == each.indicator.id),
            )
            for each in measured
        ),
    )  # fmt: skip


def _months_before(month: date, count: int) -> date:
    months = month.year * 12 + month.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def _known(covered: Period | None, *, promised: Promised, today: date) -> Period | None:
    """Return the whole days that can be told from: up to yesterday, as far back as eight weeks before today."""
    start = max(min(today - timedelta(days=LOOKBACK_DAYS), month_of(today)), promised.period.start_date)
    return covered.clipped(to=Period(start_date=min(start, today), end_date=today)) if covered else None


def _by_day(sums: Mapping[tuple[date, str], Tally] | None) -> DaySums:
    days: dict[date, Tally] = {}
    for (day, _), tally in (sums or {}).items():
        days[day] = days.get(day, Tally()) + tally
    return days


def _figure(
    measurement: Measurement, *, promised: Promised, known: Period | None, days: DaySums, trend: tuple[Measurement, ...]
) -> RunningFigure:
    indicator, objective = measurement.indicator, measurement.judgement.objective
    window = measurement.figure.window.period
    told = _told(indicator, promised=promised, known=known, days=days, month=window)
    verdict = None
    if told is not None and objective is not None and objective.target is not None:
        verdict = Verdict.MET if satisfies(objective, told.exact) else Verdict.MISSED
    left = None
    if told is not None and objective is not None:
        tally = measurement.figure.tally
        more = max(0, told.whole.numerator // told.whole.denominator - tally.counted)
        left = budget(indicator=indicator, objective=objective, tally=tally, more=more)
    return RunningFigure(measurement=measurement, forecast=told, verdict=verdict, budget=left, trend=trend)


def _told(
    indicator: Indicator, *, promised: Promised, known: Period | None, days: DaySums, month: Period
) -> Forecast | None:
    if known is None:
        return None
    return forecast(indicator=indicator, days=days, known=known, month=month, calendar=promised.calendar)
