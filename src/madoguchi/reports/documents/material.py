"""Everything one document is made of, gathered before a line of it is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from madoguchi.core.calendar.periods import Period
from madoguchi.core.costing.plan import Comparison, CostPlan, compare_plan
from madoguchi.core.metrics.spec import Contract, Measurement
from madoguchi.core.procurement.comments import Comment
from madoguchi.core.procurement.spec import Procurement
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

    def comparisons(self) -> tuple[Comparison, ...]:
        return compare_plan(self.costs) if self.costs else ()

    def of_period(self) -> tuple[Measurement, ...]:
        """Return the measurements whose window ends in the period; earlier ones are there for series."""
        start, end = self.period.start_date, self.period.end_date
        return tuple(each for each in self.measurements if start < each.figure.window.period.end_date <= end)

    def of_indicator(self, name: str) -> tuple[Measurement, ...]:
        return tuple(each for each in self.measurements if each.indicator.id == name)
