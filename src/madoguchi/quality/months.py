"""A month measured so that it can be frozen: each figure with the keys of the events behind it."""

from dataclasses import dataclass
from datetime import date, datetime

from madoguchi.contracts.definitions import definitions_numbered, definitions_on
from madoguchi.contracts.models import Contract, DefinitionVersion
from madoguchi.core.calendar.periods import Period, month_period
from madoguchi.core.metrics.explain import Evidence, evidence
from madoguchi.core.metrics.measure import Facts as EventsByTable
from madoguchi.core.metrics.spec import Contract as Promised
from madoguchi.core.metrics.spec import Measurement
from madoguchi.core.vocabulary import Statistic
from madoguchi.quality.figures import current_facts
from madoguchi.quality.rules import Facts, facts_of, is_frozen_with, texts_hash
from madoguchi.reports.rows import row_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """One figure that a month freezes: what must come out again, and how it is printed in both languages."""

    measurement: Measurement
    facts: Facts
    shown: dict[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredMonth:
    month: date
    definitions_number: int
    definitions_hash: str
    figures: tuple[Measured, ...]


def period_of(month: date) -> Period:
    return month_period(year=month.year, month=month.month)


def measured_month(
    *, contract: Contract, month: date, now: datetime, definitions_number: int | None = None
) -> MeasuredMonth:
    """Measure what a month freezes, by the definitions in force on its first day or by the version named."""
    from madoguchi.intake.measuring import measure_with_engine  # noqa: PLC0415  # loaded by who asks for figures
    from madoguchi.intake.reference import events_behind  # noqa: PLC0415

    definitions = (
        definitions_on(contract=contract, day=month)
        if definitions_number is None
        else definitions_numbered(contract=contract, number=definitions_number)
    )
    facts, period = current_facts(contract=contract, now=now, is_proof=True), period_of(month)
    measurements = measure_with_engine(contract=definitions.promised, facts=facts, within=period)
    frozen = [each for each in measurements if is_frozen_with(each, month=period)]
    figures = [(each.indicator, each.figure.window) for each in frozen]
    events = events_behind(facts, contract=definitions.promised, figures=figures)
    texts = DefinitionVersion.objects.get(contract=contract, number=definitions.number).texts
    return MeasuredMonth(
        month=month, definitions_number=definitions.number, definitions_hash=texts_hash(texts),
        figures=tuple(_measured(each, definitions.promised, events) for each in frozen),
    )  # fmt: skip


def _measured(measurement: Measurement, promised: Promised, events: EventsByTable) -> Measured:
    keys: list[Evidence] = []
    if measurement.indicator.statistic is not Statistic.COMPOSITE:
        window = measurement.figure.window
        keys = list(evidence(contract=promised, indicator=measurement.indicator, window=window, facts=events))
    shown: dict[str, object] = {language: row_of(measurement, language=language) for language in ("ja", "en")}
    return Measured(measurement=measurement, facts=facts_of(measurement, keys=keys), shown=shown)
