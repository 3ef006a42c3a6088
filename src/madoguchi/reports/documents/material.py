"""Everything one document is made of, gathered before a line of it is written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from madoguchi.core.calendar.periods import Period
from madoguchi.core.costing.plan import Comparison, CostPlan, PlannedTerm, compare_plan
from madoguchi.core.metrics.spec import Contract, Measurement
from madoguchi.core.procurement.comments import Comment
from madoguchi.core.procurement.spec import Procurement, Tender
from madoguchi.reports.blocks import Block
from madoguchi.reports.documents.kind import DocumentKind
from madoguchi.reports.documents.words import said


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthSource:
    """Which approved revision of a month the figures were taken from; None: they were measured while writing."""

    month: date
    revision: int | None


@dataclass(frozen=True, kw_only=True)
class Material:
    """A contract, its measurements of a period, its costs and procurement, and the texts people wrote.

    `months` is empty where nobody approves months: where a document is written from a folder of facts.
    """

    kind: DocumentKind
    contract: Contract
    period: Period
    measurements: tuple[Measurement, ...]
    costs: CostPlan | None
    procurement: Procurement | None
    texts: Mapping[str, str]
    issued_date: date
    comments: tuple[Comment, ...] = ()
    months: tuple[MonthSource, ...] = ()
    staffing: tuple[Block, ...] = ()
    weighed_scores: tuple[Block, ...] = ()
    language: str = "ja"

    def said(self, ja: str, en: str) -> str:
        """Return the one of two wordings that is in the document's language."""
        return said(self.language, ja, en)

    @property
    def tender(self) -> Tender | None:
        """Return the tender the document tells of: one that came after the contract began is the next contract's."""
        tender = self.procurement.tender if self.procurement else None
        if tender is None or self.kind.looks_ahead:
            return tender
        day = tender.first_known_date
        return None if day and day > self.contract.period.start_date else tender

    @property
    def plan(self) -> CostPlan | None:
        """Return the costs the document tells of; where the current ones are the next contract's, those before them."""
        plan = self.costs
        if plan is None or self.kind.looks_ahead or not _is_later(plan.current, self.contract):
            return plan
        of_contract = [each for each in plan.priors if _overlaps(each, self.contract)]
        return replace(plan, current=of_contract[0], priors=()) if of_contract else None

    def comparisons(self) -> tuple[Comparison, ...]:
        return compare_plan(self.plan) if self.plan else ()

    def of_period(self) -> tuple[Measurement, ...]:
        """Return the measurements whose window ends in the period; earlier ones are there for series."""
        start, end = self.period.start_date, self.period.end_date
        return tuple(each for each in self.measurements if start < each.figure.window.period.end_date <= end)

    def of_indicator(self, name: str) -> tuple[Measurement, ...]:
        return tuple(each for each in self.measurements if each.indicator.id == name)


def _is_later(term: PlannedTerm, contract: Contract) -> bool:
    """Return whether a term of costs begins only when the contract is over."""
    return all(each.cost.period.start_date >= contract.period.end_date for each in term.costs)


def _overlaps(term: PlannedTerm, contract: Contract) -> bool:
    return any(each.cost.period.overlaps(contract.period) for each in term.costs)
