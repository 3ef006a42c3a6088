"""What a kept document is made of: the desk's figures, the contract's definitions, the texts saved for it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from madoguchi.contracts.access import Access
from madoguchi.contracts.definitions import definitions_on
from madoguchi.core.calendar.periods import Period
from madoguchi.core.costing.load import load_costs
from madoguchi.core.procurement.spec import Decision
from madoguchi.core.procurement_vocabulary import CriterionProposal, ExitCriterion
from madoguchi.core.scoring.exit_criteria import CriterionFinding
from madoguchi.documents.models import Document
from madoguchi.documents.queries import current_texts
from madoguchi.documents.survey_tables import weighed_tables
from madoguchi.procurement.queries import comment_values, kept_procurement
from madoguchi.quality.figures import current_facts
from madoguchi.quality.frozen import held
from madoguchi.reports.documents.exit_decision import OF_RECORD, decisions, exit_findings
from madoguchi.reports.documents.kind import load_kind
from madoguchi.reports.documents.material import Material, MonthSource
from madoguchi.reports.documents.spans import known_until
from madoguchi.reports.documents.texts import text_file


@dataclass(frozen=True, kw_only=True, slots=True)
class ExitRow:
    """One exit criterion: what the figures propose and why, and what people decided; None where nobody has."""

    criterion: ExitCriterion
    proposal: CriterionProposal
    ground: str
    decision: Decision | None

    @property
    def is_unexplained(self) -> bool:
        """Return whether people decided otherwise than the figures propose, without a reason."""
        return self.decision is not None and self.decision.proposal is not self.proposal and not self.decision.reason


def exit_rows(material: Material, *, language: str) -> tuple[ExitRow, ...]:
    """Return the exit criteria of a document that has their table; nothing for any other."""
    if not any("exit_table" in section.content for section in material.kind.sections):
        return ()
    made = decisions(material)
    return tuple(
        ExitRow(
            criterion=each.criterion,
            proposal=each.proposal,
            ground=each.ground if language == "ja" else each.ground_en,
            decision=made.get(each.criterion),
        )
        for each in exit_findings(material)
    )


def measured_proposals(*, access: Access, now: datetime) -> tuple[CriterionFinding, ...]:
    """Return the proposals for the exit criteria that tender, figures and costs decide.

    Figures are those of the period evaluated, as far as it has gone by.
    """
    day = timezone.localdate(now)
    evaluated = definitions_on(contract=access.contract, day=day).promised.evaluation
    tomorrow = max(day, evaluated.start_date) + timedelta(days=1)
    period = Period(start_date=evaluated.start_date, end_date=min(evaluated.end_date, tomorrow))
    material = _gathered(access=access, kind="performance", period=period, day=period.start_date, now=now)
    return tuple(each for each in exit_findings(material) if each.criterion not in OF_RECORD)


def material_of(*, access: Access, document: Document, now: datetime, language: str = "ja") -> Material:
    """Gather everything a document is written from, as of now; approved months are as they were frozen.

    The texts saved for a document are Japanese: in another language there are proposals in their places.
    """
    period = Period(start_date=document.start_date, end_date=document.end_date)
    material = _gathered(access=access, kind=document.kind, period=period, day=document.start_date, now=now)
    return replace(
        material,
        texts={text_file(name): text for name, text in current_texts(document).items()},
        weighed_scores=weighed_tables(contract=access.contract, period=period, language=language),
        language=language,
    )


def _gathered(*, access: Access, kind: str, period: Period, day: date, now: datetime) -> Material:
    """Return what a kind of document takes of a period, by the definitions in force on a day, without any text."""
    from madoguchi.intake.measuring import measure_with_engine  # noqa: PLC0415  # loaded by who asks for figures

    definitions = definitions_on(contract=access.contract, day=day)
    facts = current_facts(contract=access.contract, now=now)
    written = load_kind(kind, texts=definitions.texts)
    until = known_until(written, period)
    measured = measure_with_engine(contract=definitions.promised, facts=facts, within=period, until=until)
    kept = held(contract=access.contract, measured=measured, period=period, today=timezone.localdate(now))
    return Material(
        kind=written,
        contract=definitions.promised,
        period=period,
        measurements=kept.measurements,
        costs=load_costs(definitions.texts),
        procurement=kept_procurement(contract=access.contract, day=timezone.localdate(now)).value(),
        texts={},
        issued_date=timezone.localdate(now),
        comments=comment_values(access.contract),
        months=tuple(MonthSource(month=month, revision=number) for month, number in kept.revisions.items()),
    )
