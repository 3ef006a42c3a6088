"""A folder of facts measured by the reference: slow, and the yardstick of the engine."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow.dataset as ds

from madoguchi.core.calendar.periods import Period
from madoguchi.core.events import FACT_TABLES, Event
from madoguchi.core.metrics.measure import measure
from madoguchi.core.metrics.measure_contract import measure_contract
from madoguchi.core.metrics.spec import Contract, Figure, Indicator, Measurement, Window
from madoguchi.core.metrics.windows import counted_period
from madoguchi.core.vocabulary import Statistic
from madoguchi.engine.tallies import Progress
from madoguchi.intake.facts import DAY_SECONDS, EPOCH, FactSet


def events_of(facts: FactSet, *, contract: Contract) -> dict[str, list[Event]]:
    """Return every fact of a contract in memory, by table."""
    return {name: list(facts.events(name, contract=contract.id)) for name in FACT_TABLES}


def events_behind(
    facts: FactSet, *, contract: Contract, figures: Sequence[tuple[Indicator, Window]]
) -> dict[str, list[Event]]:
    """Return the facts that some figures were made of, by table: those of their days and of a day around them."""
    spans: dict[str, Any] = {}
    for indicator, window in figures:
        if indicator.statistic is Statistic.AVAILABILITY:
            spans |= {"outages": None, "maintenance": None}
        elif indicator.statistic is not Statistic.COMPOSITE:
            period = counted_period(contract=contract, indicator=indicator, window=window)
            within = (ds.field(indicator.at) >= _epoch(period.start_date) - DAY_SECONDS) & (
                ds.field(indicator.at) < _epoch(period.end_date) + DAY_SECONDS
            )
            known = spans.get(indicator.table)
            spans[indicator.table] = within if known is None else known | within
    spans["exclusions"] = None
    return {name: list(facts.events(name, contract=contract.id, where=where)) for name, where in spans.items()}


def _epoch(day: date) -> int:
    return (day - EPOCH).days * DAY_SECONDS


def measure_with_reference(
    *,
    contract: Contract,
    facts: FactSet,
    within: Period | None = None,
    until: date | None = None,
    progress: Progress | None = None,
) -> tuple[Measurement, ...]:
    """Measure and judge a contract from the events themselves, one by one."""
    events = events_of(facts, contract=contract)

    def figures(asked: Sequence[tuple[Indicator, Window]]) -> list[Figure]:
        found: list[Figure] = []
        for indicator, window in asked:
            found.append(measure(contract=contract, indicator=indicator, window=window, facts=events))
            if progress is not None:
                progress(len(found), len(asked))
        return found

    coverage = facts.judged_coverage(contract=contract.id)
    return measure_contract(contract=contract, measure=figures, coverage=coverage, within=within, until=until)
