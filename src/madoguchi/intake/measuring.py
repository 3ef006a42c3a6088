"""A folder of facts measured by the engine."""

from collections.abc import Sequence
from datetime import date

from madoguchi.core.calendar.periods import Period
from madoguchi.core.metrics.measure_contract import measure_contract
from madoguchi.core.metrics.spec import Contract, Figure, Indicator, Measurement, Window
from madoguchi.engine.backends import DuckdbBackend
from madoguchi.engine.tallies import Engine, Progress
from madoguchi.intake.facts import FactSet


def engine_on(facts: FactSet, *, progress: Progress | None = None) -> Engine:
    """Return the engine on a folder's files; what had to be read into memory is shown to it as it is."""
    return Engine(backend=DuckdbBackend(files=facts.files, tables=facts.tables), progress=progress)


def measure_with_engine(
    *,
    contract: Contract,
    facts: FactSet,
    within: Period | None = None,
    until: date | None = None,
    progress: Progress | None = None,
) -> tuple[Measurement, ...]:
    """Measure and judge a contract by columnar queries."""
    engine = engine_on(facts, progress=progress)

    def figures(asked: Sequence[tuple[Indicator, Window]]) -> Sequence[Figure]:
        return engine.measure_all(contract=contract, asked=asked)

    coverage = facts.judged_coverage(contract=contract.id)
    return measure_contract(contract=contract, measure=figures, coverage=coverage, within=within, until=until)
