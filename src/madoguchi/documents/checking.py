"""Everything that must hold before a document is approved: its own checks, and the review of its text."""

from dataclasses import dataclass

from madoguchi.reports.blocks import Report
from madoguchi.reports.documents.build import Built, build_document
from madoguchi.reports.documents.checks import Point, Weight, check_document
from madoguchi.reports.documents.material import Material, MonthSource
from madoguchi.reports.write_text import text_lines
from madoguchi.review.findings import Finding, Level


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """A document as it would be written, and what stands against it."""

    built: Built
    points: tuple[Point, ...]
    findings: tuple[Finding, ...]
    months: tuple[MonthSource, ...]

    @property
    def stop_count(self) -> int:
        return sum(each.weight is Weight.STOPS for each in self.points)

    @property
    def error_count(self) -> int:
        return sum(each.level is Level.ERROR for each in self.findings)

    @property
    def may_be_approved(self) -> bool:
        return not self.stop_count and not self.error_count


def checked_document(material: Material) -> Checked:
    """Build a document and check it. Raises InvalidInputError or TextError where it cannot be built."""
    built = build_document(material)
    return Checked(
        built=built, points=check_document(material, built), findings=own_findings(built.report), months=material.months
    )


def own_findings(report: Report) -> tuple[Finding, ...]:
    """Return what the document says against itself; notation of names and sources is not ours to change.

    The review reads Japanese alone.
    """
    if report.language != "ja":
        return ()
    # a review's rules are many: they are loaded by who checks a document
    from madoguchi.review.document import make_document  # noqa: PLC0415
    from madoguchi.review.review import review_document  # noqa: PLC0415

    document = make_document(text_lines(report), has_cut_lines=False)
    return tuple(each for each in review_document(document=document) if each.level is not Level.NOTATION)
