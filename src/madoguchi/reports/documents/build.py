"""A document from its kind and its material: heading by heading, each part by its name."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from madoguchi.core.calendar.eras import format_date, format_month
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.reports import monthly
from madoguchi.reports.blocks import Block, Heading, Paragraph, Report, Side, texts_of
from madoguchi.reports.documents import costs, exit_decision, overview, procurement, quality
from madoguchi.reports.documents.kind import DocumentKind, Section
from madoguchi.reports.documents.material import Material
from madoguchi.reports.documents.months import source_notes
from madoguchi.reports.documents.proposals import PROPOSED, UNWRITTEN, proposed
from madoguchi.reports.documents.texts import written_text
from madoguchi.reports.documents.words import months_text, period_text

Part = Callable[[Material], Sequence[Block]]
ChosenPart = Callable[[Material, Sequence[str]], Sequence[Block]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Built:
    """A document and how much of it nobody has written yet."""

    report: Report
    proposal_count: int
    unwritten_count: int


def _verdicts(material: Material) -> Sequence[Block]:
    return tuple(monthly.verdicts(material.of_period(), material.language))


def _details(material: Material) -> Sequence[Block]:
    return tuple(monthly.details(material.measurements, material.language))


def _countings(material: Material) -> Sequence[Block]:
    return tuple(monthly.countings(material.contract, material.language))


def _service_cost(material: Material) -> Sequence[Block]:
    return costs.service_cost(material.plan, material.language)


def _cost_saving(material: Material) -> Sequence[Block]:
    return costs.cost_saving(material.plan, material.language)


def _rounding(material: Material) -> Sequence[Block]:
    return (monthly.rounding(material.language),)


def _overview(material: Material) -> Sequence[Block]:
    return tuple(monthly.overview(material.contract, material.of_period(), material.period, material.language))


def _staffing(material: Material) -> Sequence[Block]:
    return material.staffing


def _weighed_scores(material: Material) -> Sequence[Block]:
    return material.weighed_scores


PARTS: Mapping[str, Part] = {
    "contract_term": overview.contract_term,
    "evaluation_term": overview.evaluation_term,
    "supplier": overview.supplier,
    "openings": overview.openings,
    "outline_table": overview.outline_table,
    "quality_table": quality.quality_table,
    "service_cost": _service_cost,
    "cost_saving": _cost_saving,
    "exit_table": exit_decision.exit_table,
    "timeline": procurement.timeline,
    "comments": procurement.comments,
    "past_terms": procurement.past_terms,
    "decliners": procurement.decliners,
    "follow_ups": procurement.follow_ups,
    "next_schedule": procurement.next_schedule,
    "scoring": procurement.scoring,
    "overview": _overview,
    "staffing": _staffing,
    "verdicts": _verdicts,
    "details": _details,
    "countings": _countings,
    "rounding": _rounding,
    "weighed_scores": _weighed_scores,
}
CHOSEN_PARTS: Mapping[str, ChosenPart] = {
    "month_table": quality.month_table,
    "survey_table": quality.survey_table,
    "level_table": quality.level_table,
    "charts": quality.charts,
}


def build_document(material: Material) -> Built:
    """Return the document. Raises InvalidInputError for a part that is not, TextError for a wrong text."""
    kind, issuers = material.kind, _issuers(material)
    _check_parts(kind)
    blocks = [block for section in kind.sections for block in _section(material, section)]
    blocks += [Paragraph(parts=(note,)) for note in source_notes(material.months, material.language)]
    closing = material.said(kind.closing, kind.closing_en)
    if closing:
        blocks.append(Paragraph(parts=(closing,), side=Side.RIGHT))
    report = Report(
        title=_title(material),
        subtitle="",
        author=material.said("、", ", ").join(issuers) or material.contract.buyer or material.contract.supplier,
        issued_date=material.issued_date,
        language=material.language,
        blocks=tuple(blocks),
        head=tuple(_head(kind, issuers, material.issued_date, material.language)),
        layout=kind.layout,
    )
    text = "\n".join(texts_of(report))
    proposals, unwritten = PROPOSED[material.language], UNWRITTEN[material.language]
    return Built(
        report=report, proposal_count=text.count(proposals.strip()), unwritten_count=text.count(unwritten.strip())
    )


def _title(material: Material) -> str:
    kind, contract = material.kind, material.contract
    is_english, start = material.language == "en", material.period.start_date
    words = {
        "name": contract.name, "period": period_text(material.period, material.language),
        "months": months_text(material.period, material.language),
        "month": f"{start:%Y-%m}" if is_english else format_month(start),
        "day": str(start) if is_english else format_date(start),
    }  # fmt: skip
    draft = material.said("（案）", " (draft)") if kind.is_draft else ""
    return _filled(kind.title_en if is_english else kind.title, words) + draft


def _issuers(material: Material) -> tuple[str, ...]:
    """Return the lines that say who issues a document; `{buyer}` in them is the contract's buyer."""
    lines = (each.replace("{buyer}", material.contract.buyer) for each in material.kind.issuers)
    return tuple(each for each in lines if each)


def _filled(title: str, words: Mapping[str, str]) -> str:
    for name, word in words.items():
        title = title.replace(f"{{{name}}}", word)
    return title


def _head(kind: DocumentKind, issuers: Sequence[str], day: date, language: str) -> Iterator[Paragraph]:
    for text in (kind.number, format_date(day) if language == "ja" else str(day), *issuers):
        if text:
            yield Paragraph(parts=(text,), side=Side.RIGHT)
    for text in kind.lead if language == "ja" else kind.lead_en:
        yield Paragraph(parts=(text,), side=Side.CENTER)


def _check_parts(kind: DocumentKind) -> None:
    allowed = ", ".join(["text:NAME", *PARTS, *(f"{name}:INDICATORS" for name in CHOSEN_PARTS)])
    problems = [
        Problem(
            where=f"documents/{kind.id}.toml",
            key=f"section {section.heading}",
            given=f"given {name!r}",
            allowed=allowed,
        )
        for section in kind.sections
        for name in section.content
        if name not in PARTS and name.partition(":")[0] not in ("text", *CHOSEN_PARTS)
    ]
    if problems:
        raise InvalidInputError(problems)


def _section(material: Material, section: Section) -> Iterator[Block]:
    if section.heading:
        yield Heading(level=section.level, text=section.heading if material.language == "ja" else section.heading_en)
    for content in section.content:
        name, _, choice = content.partition(":")
        if name == "text":
            yield from written_text(material, choice) or (proposed(material, choice),)
        elif name in CHOSEN_PARTS:
            yield from CHOSEN_PARTS[name](material, tuple(each for each in choice.split(",") if each))
        else:
            yield from PARTS[name](material)
