"""What must hold before a document is approved: every figure there, every verdict explained, nothing left unwritten.

What the document's own text says against itself is the review's, of which this room knows nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from madoguchi.core.calendar.eras import format_month
from madoguchi.core.calendar.periods import months_in
from madoguchi.core.procurement_vocabulary import CostNote
from madoguchi.core.vocabulary import LabelledEnum, Verdict, WindowKind
from madoguchi.reports.documents.build import Built
from madoguchi.reports.documents.exit_decision import undecided, unexplained_decisions
from madoguchi.reports.documents.material import Material
from madoguchi.reports.documents.procurement import short_steps
from madoguchi.reports.documents.quality import quality_rows
from madoguchi.reports.documents.texts import written_cell
from madoguchi.reports.rows import window_text

REASONS = ("未達", "除", "達成されていない", "達成していない", "至らな", "下回", "上回")


class Weight(LabelledEnum):
    """Whether a point stops an approval or is only told."""

    STOPS = "stops", "承認できない", "stops the approval"
    TOLD = "told", "要確認", "to be checked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """One thing that does not hold, and where."""

    weight: Weight
    place: str
    text: str


def check_document(material: Material, built: Built) -> tuple[Point, ...]:
    """Return what a person must look at or put right, what stops an approval first."""
    points = [
        *_written(built), *_whole(material), *_explained(material), *_decided(material), *_compared(material),
        *_scheduled(material), *_final(material),
    ]  # fmt: skip
    return tuple(sorted(points, key=lambda each: list(Weight).index(each.weight)))


def _stops(place: str, text: str) -> Point:
    return Point(weight=Weight.STOPS, place=place, text=text)


def _told(place: str, text: str) -> Point:
    return Point(weight=Weight.TOLD, place=place, text=text)


def _written(built: Built) -> Iterator[Point]:
    if built.unwritten_count:
        yield _stops("本文", f"未記入が{built.unwritten_count}か所ある。")
    if built.proposal_count:
        yield _stops("本文", f"人が書いていない提案の文が{built.proposal_count}か所ある。")


def _whole(material: Material) -> Iterator[Point]:
    """Find promised indicators without a figure in some month, or with one that could not be measured."""
    # a day's report asks for no month but the one that ends with it
    ends = [min(each.end_date, material.contract.period.end_date) for each in months_in(material.period)]
    months = sum(end <= material.period.end_date for end in ends)
    for indicator in material.contract.indicators:
        if not indicator.objectives:
            continue
        found = [each for each in material.of_period() if each.indicator.id == indicator.id]
        expected = months if indicator.window is WindowKind.MONTH else 0
        if len(found) < expected:
            yield _stops(indicator.label, f"{expected}か月のうち{len(found)}か月の実績値しかない。")
        unknown = [
            window_text(each.figure.window) for each in found if each.judgement.verdict is Verdict.NOT_MEASURABLE
        ]
        if unknown:
            yield _told(indicator.label, f"測定不能の期間がある：{'、'.join(unknown)}。理由を本文に書く。")


def _explained(material: Material) -> Iterator[Point]:
    """Find rows with a missed window whose text does not say so."""
    if not any("quality_table" in section.content for section in material.kind.sections):
        return
    for row in quality_rows(material):
        found = [each for name in row.indicators for each in material.of_indicator(name)]
        missed = [window_text(each.figure.window) for each in found if each.judgement.verdict is Verdict.MISSED]
        text = "".join(str(part) for part in (written_cell(material, row.text) if row.text else None) or ())
        if missed and not any(reason in text for reason in REASONS):
            yield _stops(
                row.item, f"未達の期間（{'、'.join(dict.fromkeys(missed))}）があるのに、評価の文に未達の記載がない。"
            )


def _decided(material: Material) -> Iterator[Point]:
    if not any("exit_table" in section.content for section in material.kind.sections):
        return
    for label in unexplained_decisions(material):
        yield _stops(label, "判定が計算による提案と異なるのに、理由がない。")
    for label in undecided(material):
        yield _stops(label, "終了基準の判定がない。")


def _compared(material: Material) -> Iterator[Point]:
    """Find prior terms held against the current one by unlike totals alone, and what else a reader must know."""
    if not any("cost_saving" in section.content for section in material.kind.sections):
        return
    comparisons = material.comparisons()
    for prior in dict.fromkeys(each.prior.name for each in comparisons):
        of_prior = [each for each in comparisons if each.prior.name == prior]
        if all(CostNote.DIFFERENT_LENGTH in each.saving.notes for each in of_prior):
            yield _stops(prior, "長さの異なる期間の総額だけを比べている。月額または年額でも比べる。")
        for note in (CostNote.OVERLAP, CostNote.UNCOVERED):
            if any(note in each.saving.notes for each in of_prior):
                yield _told(prior, f"{note.label}。")


def _scheduled(material: Material) -> Iterator[Point]:
    if any("next_schedule" in section.content for section in material.kind.sections):
        for name in short_steps(material):
            yield _stops(name, "次回の日程が必要な日数に足りない。")


def _final(material: Material) -> Iterator[Point]:
    """Find months whose figures may still change, because nobody approved them."""
    open_months = [format_month(each.month) for each in material.months if each.revision is None]
    if open_months:
        yield _told("実績値", f"承認されていない月の速報値による：{'、'.join(open_months)}。")
