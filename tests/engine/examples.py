"""A small contract with calls, for tests that need to know what they count."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from madoguchi.core.calendar.hours import BusinessCalendar, Interval
from madoguchi.core.calendar.periods import Period
from madoguchi.core.events import FACT_TABLES, Event, Value
from madoguchi.core.metrics.spec import Contract, Indicator, TimeValue
from madoguchi.core.vocabulary import Clock, Statistic, Unit, WindowKind
from madoguchi.engine.backends import DuckdbBackend
from madoguchi.engine.tallies import Engine
from madoguchi.intake.columnar import to_arrow

PERIOD = Period(start_date=date(2018, 11, 1), end_date=date(2019, 1, 1))
OPEN = (Interval(start=9 * 3600, end=17 * 3600),)


def indicator(statistic: Statistic = Statistic.COUNT, **settings: Any) -> Indicator:  # noqa: ANN401  # fields as they come
    given: dict[str, Any] = {
        "id": "calls", "label": "calls", "label_en": "calls", "requirement": "", "statistic": statistic,
        "table": "calls", "at": "offered_at", "window": WindowKind.MONTH, "unit": Unit.NUMBER, "decimals": 1,
    }  # fmt: skip
    return Indicator(**given | settings)


def business_wait() -> Indicator:
    value = TimeValue(start="offered_at", end="answered_at", clock=Clock.BUSINESS)
    return indicator(Statistic.MEAN, value=value)


def contract(*indicators: Indicator, **settings: Any) -> Contract:  # noqa: ANN401  # fields as they come
    given: dict[str, Any] = {
        "id": "004", "name": "desk", "buyer": "", "supplier": "", "period": PERIOD, "evaluation": PERIOD,
        "calendar": BusinessCalendar(weekday_hours=(OPEN,) * 5 + ((), ())), "indicators": indicators,
    }  # fmt: skip
    return Contract(**given | settings)


def call(number: int, at: datetime, **columns: Value) -> Event:
    return {"contract": "004", "source": f"s{number}", "offered_at": at, "outcome": "answered", **columns}


def calls(count: int, *, day: date = date(2018, 11, 5)) -> list[Event]:
    """Calls a minute apart from 10:00 in Japan, each answered within 30 seconds."""
    start = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    moments = [start + timedelta(minutes=number) for number in range(count)]
    return [call(n, at, answered_at=at + timedelta(seconds=30)) for n, at in enumerate(moments)]


def engine_over(**facts: list[Event]) -> Engine:
    tables = {name: to_arrow(rows, table=FACT_TABLES[name]) for name, rows in facts.items()}
    return Engine(backend=DuckdbBackend(files={}, tables=tables, threads=1))
