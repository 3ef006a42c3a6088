"""A folder of facts measured by the reference: slow, and the yardstick of the engine."""

from collections.abc import Sequence

from madoguchi.core.calendar.periods import Period
from madoguchi.core.events import FACT_TABLES, Event
from madoguchi.core.metrics.measure import measure
from madoguchi.core.metrics.measure_contract import measure_contract
from madoguchi.core.metrics.spec import Contract, Figure, Indicator, Measurement, Window
from madoguchi.engine.tallies import Progress
from madoguchi.intake.facts import FactSet


def events_of(facts: FactSet, *, contract: Contract) -> dict[str, list[Event]]:
    """Return every fact of a contract in memory, by table."""
    return {name: list(facts.events(name, contract=contract.id)) for name in FACT_TABLES}


def measure_with_reference(
    *, contract: Contract, facts: FactSet, within: Period | None = None, progress: Progress | None = None
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

    coverage = facts.coverage(contract=contract.id)
    return measure_contract(contract=contract, measure=figures, coverage=coverage, within=within)
