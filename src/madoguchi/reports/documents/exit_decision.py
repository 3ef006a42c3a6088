"""The five exit criteria: what the facts propose, and what people decided."""

from dataclasses import replace

from madoguchi.core.costing.plan import decisive
from madoguchi.core.procurement.spec import Decision, ExitRecord
from madoguchi.core.procurement_vocabulary import CriterionProposal, ExitCriterion
from madoguchi.core.scoring.exit_criteria import Competition, CriterionFinding, ExitFacts, propose_exit
from madoguchi.reports.blocks import Block, Cell, Paragraph, Table
from madoguchi.reports.documents.material import Material
from madoguchi.reports.rows import label_of

NUMBERS = "①②③④⑤"
OF_RECORD = (ExitCriterion.NO_ORDERS, ExitCriterion.OUTSIDE_CHECK)
NO_TENDER = Competition(tenderer_count=0, within_ceiling_count=0, is_direct_after_failed_bidding=False)


def exit_findings(material: Material) -> tuple[CriterionFinding, ...]:
    """Return what figures and records say of the five criteria."""
    procurement = material.procurement
    comparison = decisive(material.comparisons())
    tender = material.tender
    facts = replace(
        _facts_of((procurement.exit if procurement else None) or ExitRecord()),
        competition=tender.competition() if tender else NO_TENDER,
        verdicts=tuple(each.judgement.verdict for each in material.measurements if each.judgement.objective),
        saving=comparison.saving if comparison else None,
    )
    return propose_exit(facts=facts)


def recorded_findings(record: ExitRecord) -> tuple[CriterionFinding, ...]:
    """Return the proposals for the criteria that follow from the record of the exit alone, as it is being typed."""
    return tuple(each for each in propose_exit(facts=_facts_of(record)) if each.criterion in OF_RECORD)


def _facts_of(record: ExitRecord) -> ExitFacts:
    return ExitFacts(
        correction_order_count=record.correction_order_count,
        violation_count=record.violation_count,
        has_outside_check=record.has_outside_check,
        is_outside_check_planned=record.is_outside_check_planned,
        competition=NO_TENDER,
        verdicts=(),
        saving=None,
    )


def decisions(material: Material) -> dict[ExitCriterion, Decision]:
    record = material.procurement.exit if material.procurement else None
    return {each.criterion: each for each in record.decisions} if record else {}


def exit_table(material: Material) -> tuple[Block, ...]:
    """Return the criteria with findings, decisions, and what the figures propose beside them."""
    made = decisions(material)
    rows: list[tuple[Cell, ...]] = []
    for number, finding in zip(NUMBERS, exit_findings(material), strict=True):
        decision = made.get(finding.criterion)
        ground = material.said(finding.ground, finding.ground_en)
        text = decision.finding if decision else material.said("【提案】", "[Proposed] ") + ground
        reason = material.said("（判定の理由）", "Reason: ")
        rows.append(
            (
                f"{number} {label_of(finding.criterion, material.language)}",
                text + (f"\n{reason}{decision.reason}" if decision and decision.reason else ""),
                label_of(decision.proposal, material.language) if decision else "－",
                label_of(finding.proposal, material.language),
                ground,
            )
        )
    english = ("Criterion", "Finding", "Decision", "Proposed by the figures", "Ground")
    table = Table(
        caption=material.said("市場化テストの終了基準", "Criteria for ending market testing"),
        header=("基準（条件）", "実施状況", "判定", "計算による提案", "提案の根拠")
        if material.language == "ja"
        else english,
        rows=tuple(rows),
        widths=(9, 12, 4, 7, 10),
    )
    return (table, *_open_points(material))


def unexplained_decisions(material: Material) -> tuple[str, ...]:
    """Return the criteria decided otherwise than the figures propose, without a reason."""
    made = decisions(material)
    found = []
    for finding in exit_findings(material):
        decision = made.get(finding.criterion)
        if decision and decision.proposal is not finding.proposal and not decision.reason:
            found.append(finding.criterion.label)
    return tuple(found)


def undecided(material: Material) -> tuple[str, ...]:
    made = decisions(material)
    return tuple(
        each.label for each in ExitCriterion if each not in made or made[each].proposal is CriterionProposal.TO_DECIDE
    )


def _open_points(material: Material) -> tuple[Block, ...]:
    names = undecided(material)
    if not names:
        return ()
    text = f"【未記入】判定されていない基準：{'、'.join(names)}。"
    if material.language != "ja":
        labels = [each.label_en for each in ExitCriterion if each.label in names]
        text = f"[Not written] Criteria not decided: {', '.join(labels)}."
    return (Paragraph(parts=(text,)),)
