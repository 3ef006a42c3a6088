"""Which days' sums a change of facts touches."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from madoguchi.core.calendar.periods import Period
from madoguchi.core.events import Event
from madoguchi.core.metrics.availability import days_of
from madoguchi.core.metrics.spec import Contract, Indicator
from madoguchi.core.vocabulary import Statistic
from madoguchi.engine.backends import to_sql
from madoguchi.engine.cells import day_at
from madoguchi.engine.expressions import midnight
from madoguchi.engine.schemas import fact_table
from madoguchi.engine.tallies import Engine

Changed = Mapping[str, Sequence[Event]]
AT_ONCE = 500


def touched_days(
    *, engine: Engine, contract: Contract, changed: Changed, within: Period
) -> dict[Indicator, frozenset[date]]:
    """Return the days of each indicator that changed facts touch.

    `changed` holds by table every row that came, went or is otherwise than before: both its old and its new
    form. An outage or maintenance touches every day it lasts, without an end all until the end of `within`.
    An approved exclusion touches the day of the event it names, looked up in the engine's facts.
    """
    found: dict[Indicator, set[date]] = {}
    for indicator in contract.indicators:
        if indicator.statistic is Statistic.COMPOSITE:
            continue
        days = set(_days_of_rows(indicator, contract=contract, changed=changed, within=within))
        entries = [each for each in changed.get("exclusions", ()) if each["excluded_table"] == indicator.table]
        sources = sorted({str(each["excluded_source"]) for each in entries if each["contract"] == contract.id})
        if indicator.statistic is not Statistic.AVAILABILITY:
            days.update(_days_of_sources(sources, indicator, contract=contract, engine=engine))
        found[indicator] = {day for day in days if day in within}
    return {indicator: frozenset(days) for indicator, days in found.items() if days}


def _days_of_rows(indicator: Indicator, *, contract: Contract, changed: Changed, within: Period) -> Iterable[date]:
    names = ("outages", "maintenance") if indicator.statistic is Statistic.AVAILABILITY else (indicator.table,)
    for event in (each for name in names for each in changed.get(name, ())):
        at = event.get("started_at" if len(names) > 1 else indicator.at)
        if event["contract"] != contract.id or not isinstance(at, datetime):
            continue
        day = contract.calendar.local_date(at)
        if len(names) == 1:
            yield day
            continue
        ended_at = event.get("ended_at")
        final = contract.calendar.local_date(ended_at) if isinstance(ended_at, datetime) else within.end_date
        if final >= day:
            yield from days_of(Period(start_date=max(day, within.start_date), end_date=_after(final, day, within)))


def _after(final: date, day: date, within: Period) -> date:
    first = max(day, within.start_date)
    return max(first, min(final + timedelta(days=1), within.end_date))


def _days_of_sources(
    sources: Sequence[str], indicator: Indicator, *, contract: Contract, engine: Engine
) -> Iterable[date]:
    for first in range(0, len(sources), AT_ONCE):
        table = fact_table(indicator.table)
        is_named = (table.contract == contract.id) & table.source.isin(sources[first : first + AT_ONCE])
        known = table.filter(is_named & table[indicator.at].notnull())
        days = known.select(midnight=midnight(known[indicator.at], contract.calendar)).distinct()
        yield from (day_at(row[0]) for row in engine.backend.run(to_sql(days, engine.backend.dialect)))
