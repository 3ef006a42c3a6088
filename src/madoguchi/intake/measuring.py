"""A folder of facts measured by the engine."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from madoguchi.core.calendar.periods import Period
from madoguchi.core.metrics.measure_contract import measure_contract
from madoguchi.core.metrics.spec import Contract, Figure, Indicator, Measurement, Window
from madoguchi.engine.backends import DuckdbBackend
from madoguchi.engine.kept_days import KeptDays
from madoguchi.engine.partial_store import SqliteDatabase
from madoguchi.engine.tallies import Engine, Progress, Queries
from madoguchi.intake.facts import FactSet

COMPILED: Queries = {}  # of this process: compiling takes longer than counting a month of most desks


def engine_on(facts: FactSet, *, progress: Progress | None = None) -> Engine:
    """Return the engine on a folder's files; what had to be read into memory is shown to it as it is."""
    backend = DuckdbBackend(files=facts.files, tables=facts.tables)
    return Engine(backend=backend, progress=progress, queries=COMPILED)


@contextmanager
def counting_on(facts: FactSet, *, progress: Progress | None = None) -> Iterator[Engine | KeptDays]:
    """Give what counts a folder's facts: from the sums of their days where those are kept. Raises NotDaySumsError."""
    if facts.days is None:
        yield engine_on(facts, progress=progress)
        return
    with KeptDays(
        database=SqliteDatabase(facts.days),
        engine=lambda: engine_on(facts, progress=progress),
        state_of=facts.state_of,
    ) as days:
        yield days


def measure_with_engine(
    *,
    contract: Contract,
    facts: FactSet,
    within: Period | None = None,
    until: date | None = None,
    progress: Progress | None = None,
) -> tuple[Measurement, ...]:
    """Measure and judge a contract by columnar queries."""
    coverage = facts.judged_coverage(contract=contract.id)
    with counting_on(facts, progress=progress) as counting:

        def figures(asked: Sequence[tuple[Indicator, Window]]) -> Sequence[Figure]:
            return counting.measure_all(contract=contract, asked=asked)

        return measure_contract(contract=contract, measure=figures, coverage=coverage, within=within, until=until)
