"""What a kept document is made of: the desk's figures, the contract's definitions, the texts saved for it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from madoguchi.contracts.access import Access
from madoguchi.contracts.definitions import definitions_on
from madoguchi.core.calendar.periods import Period
from madoguchi.core.costing.load import load_costs
from madoguchi.core.procurement.spec import Decision
from madoguchi.core.procurement_vocabulary import CriterionProposal, ExitCriterion
from madoguchi.documents.models import Document
from madoguchi.documents.queries import current_texts
from madoguchi.documents.survey_tables import weighed_tables
from madoguchi.procurement.queries import comment_values, kept_procurement
from madoguchi.quality.figures import current_facts
from madoguchi.quality.frozen import held
from madoguchi.reports.documents.exit_decision import decisions, exit_findings
from madoguchi.reports.documents.kind import load_kind
from madoguchi.reports.documents.material import Material, MonthSource
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


def material_of(*, access: Access, document: Document, now: datetime, language: str = "ja") -> Material:
    """Gather everything a document is written from, as of now; approved months are as they were frozen.

    The texts saved for a document are Japanese: in another language there are proposals in their places.
    """
    from madoguchi.intake.measuring import measure_with_engine  # noqa: PLC0415  # loaded by who asks for figures

    definitions = definitions_on(contract=access.contract, day=document.start_date)
    period = Period(start_date=document.start_date, end_date=document.end_date)
    facts = current_facts(contract=access.contract, now=now)
    measured = measure_with_engine(contract=definitions.promised, facts=facts, within=period)
    kept = held(contract=access.contract, measured=measured, period=period, today=timezone.localdate(now))
    texts = {text_file(name): text for name, text in current_texts(document).items()}
    return Material(
        kind=load_kind(document.kind, texts=definitions.texts),
        contract=definitions.promised,
        period=period,
        measurements=kept.measurements,
        costs=load_costs(definitions.texts),
        procurement=kept_procurement(contract=access.contract, day=timezone.localdate(now)).value(),
        texts=texts,
        issued_date=timezone.localdate(now),
        comments=comment_values(access.contract),
        weighed_scores=weighed_tables(contract=access.contract, period=period, language=language),
        language=language,
        months=tuple(MonthSource(month=month, revision=number) for month, number in kept.revisions.items()),
    )
