"""The contract that the benchmarks measure: a support desk with calls."""

from datetime import date
from fractions import Fraction
from typing import Any

from madoguchi.core.calendar.hours import BusinessCalendar, Interval
from madoguchi.core.calendar.periods import Period
from madoguchi.core.metrics.spec import (
    Allowance,
    CallCounting,
    ColumnValue,
    Condition,
    Contract,
    Indicator,
    TimeValue,
)
from madoguchi.core.vocabulary import CallOutcome, Clock, Statistic, Unit, WindowKind

PERIOD = Period(start_date=date(2018, 4, 1), end_date=date(2020, 4, 1))
ANSWERED = frozenset({CallOutcome.ANSWERED})
ABANDONED = frozenset({CallOutcome.QUEUE_ABANDONED, CallOutcome.IVR_ABANDONED, CallOutcome.QUEUE_TIMEOUT})
HOURS = (Interval(start=9 * 3600, end=12 * 3600), Interval(start=13 * 3600, end=17 * 3600 + 1800))


def calls_indicator(name: str, statistic: Statistic, **settings: Any) -> Indicator:  # noqa: ANN401
    return Indicator(
        id=name, label=name, label_en=name, requirement="", statistic=statistic, table="calls", at="offered_at",
        window=WindowKind.MONTH, unit=Unit.NUMBER, decimals=1, **settings,
    )  # fmt: skip


IS_ANSWERED = (Condition(column="outcome", is_=("answered",)),)
ANSWER_RATE = calls_indicator("answer_rate", Statistic.RATE, is_call_counting=True, call_part="answered")
HANDLE_TIME = calls_indicator(
    "handle_time", Statistic.MEAN, where=IS_ANSWERED, value=ColumnValue(add=("talk_seconds", "wrap_up_seconds"))
)
ANSWERED_WITHIN = calls_indicator(
    "answered_within_20_seconds",
    Statistic.SHARE_WITHIN,
    where=IS_ANSWERED,
    value=ColumnValue(add=("wait_seconds",)),
    allowance=Allowance(amount=Fraction(20)),
)
BUSINESS_WAIT = calls_indicator(
    "business_time_to_answer",
    Statistic.MEAN,
    where=IS_ANSWERED,
    value=TimeValue(start="offered_at", end="answered_at", clock=Clock.BUSINESS),
)
INDICATORS = (ANSWER_RATE, HANDLE_TIME, ANSWERED_WITHIN, BUSINESS_WAIT)


def contract(name: str = "004", indicators: tuple[Indicator, ...] = INDICATORS) -> Contract:
    left_out = frozenset(CallOutcome) - ANSWERED - ABANDONED
    counting = CallCounting(
        valid_from=date(2018, 4, 1),
        answered=ANSWERED,
        abandoned=ABANDONED,
        left_out=left_out,
        short_abandon_seconds=5,
    )
    calendar = BusinessCalendar(weekday_hours=(HOURS,) * 5 + ((), ()))
    return Contract(
        id=name, name=name, buyer="", supplier="", period=PERIOD, evaluation=PERIOD, calendar=calendar,
        call_countings=(counting,), indicators=indicators,
    )  # fmt: skip
