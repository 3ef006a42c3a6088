"""The five criteria for ending market testing: what the facts propose, and on which ground."""

from collections.abc import Sequence
from dataclasses import dataclass

from madoguchi.core.costing.saving import Saving
from madoguchi.core.procurement_vocabulary import CostNote, CriterionProposal, ExitCriterion
from madoguchi.core.vocabulary import Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Competition:
    """What the tender was like. `within_ceiling_count` counts bids at or below the ceiling price."""

    tenderer_count: int
    within_ceiling_count: int
    is_direct_after_failed_bidding: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ExitFacts:
    """Everything the criteria ask for. `verdicts` are those of the judged periods of every promised indicator."""

    correction_order_count: int
    violation_count: int
    has_outside_check: bool
    is_outside_check_planned: bool
    competition: Competition
    verdicts: tuple[Verdict, ...]
    saving: Saving | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionFinding:
    """One criterion's proposal with its ground in a sentence of either language."""

    criterion: ExitCriterion
    proposal: CriterionProposal
    ground: str
    ground_en: str


def propose_exit(*, facts: ExitFacts) -> tuple[CriterionFinding, ...]:
    """Return the proposals for the five criteria in their order; a person decides on each."""
    return (
        _no_orders(facts),
        _outside_check(facts),
        _competition(facts.competition),
        _quality(facts.verdicts),
        _saving(facts.saving),
    )


def may_end(*, findings: Sequence[CriterionFinding]) -> bool | None:
    """Say whether market testing may end: only with all criteria kept; None while one is to be decided."""
    if any(each.proposal is CriterionProposal.NOT_KEPT for each in findings):
        return False
    return None if any(each.proposal is CriterionProposal.TO_DECIDE for each in findings) else True


def _found(criterion: ExitCriterion, proposal: CriterionProposal, ground: str, ground_en: str) -> CriterionFinding:
    return CriterionFinding(criterion=criterion, proposal=proposal, ground=ground, ground_en=ground_en)


def _no_orders(facts: ExitFacts) -> CriterionFinding:
    count = facts.correction_order_count + facts.violation_count
    proposal = CriterionProposal.NOT_KEPT if count else CriterionProposal.KEPT
    ground = f"業務改善指示等{facts.correction_order_count}件、法令違反行為等{facts.violation_count}件。"
    english = f"Orders to improve: {facts.correction_order_count}, violations of law: {facts.violation_count}."
    return _found(ExitCriterion.NO_ORDERS, proposal, ground, english)


def _outside_check(facts: ExitFacts) -> CriterionFinding:
    criterion, kept = ExitCriterion.OUTSIDE_CHECK, CriterionProposal.KEPT
    if facts.has_outside_check:
        return _found(criterion, kept, "外部有識者等の点検を受けている。", "Outside experts have checked it.")
    if facts.is_outside_check_planned:
        return _found(criterion, kept, "外部有識者等の点検を受ける予定がある。", "Outside experts are to check it.")
    ground = "外部有識者等の点検を受ける仕組みがない。"
    return _found(criterion, CriterionProposal.NOT_KEPT, ground, "No outside experts check it.")


def _competition(competition: Competition) -> CriterionFinding:
    """Several bids are competition; several of which none was acceptable, or none on record, need a person's word."""
    bids = competition.tenderer_count
    if not bids:
        proposal = CriterionProposal.TO_DECIDE
        return _found(ExitCriterion.COMPETITION, proposal, "応札の記録がない。", "There is no record of bids.")
    ground = f"応札{bids}者、うち予定価格の範囲内{competition.within_ceiling_count}者。"
    english = f"Tenderers: {bids}, of these within the ceiling price: {competition.within_ceiling_count}."
    if competition.is_direct_after_failed_bidding:
        ground += "不落により随意契約となった。"
        english += " The bidding failed and a direct contract was made."
    if bids == 1:
        return _found(ExitCriterion.COMPETITION, CriterionProposal.NOT_KEPT, ground, english)
    is_doubtful = competition.is_direct_after_failed_bidding or competition.within_ceiling_count == 0
    proposal = CriterionProposal.TO_DECIDE if is_doubtful else CriterionProposal.KEPT
    return _found(ExitCriterion.COMPETITION, proposal, ground, english)


def _quality(verdicts: Sequence[Verdict]) -> CriterionFinding:
    """Call quality kept only where no period was missed: reasons for a miss are for a person to weigh."""
    judged = [each for each in verdicts if each is not Verdict.NOT_JUDGED]
    missed = judged.count(Verdict.MISSED)
    unknown = judged.count(Verdict.NOT_MEASURABLE)
    met = judged.count(Verdict.MET)
    ground = f"判定{len(judged)}件のうち達成{met}件、未達{missed}件、測定不能{unknown}件。"
    english = f"Of {len(judged)} verdicts {met} met, {missed} missed, {unknown} not measurable."
    is_doubtful = not judged or missed or unknown
    proposal = CriterionProposal.TO_DECIDE if is_doubtful else CriterionProposal.KEPT
    return _found(ExitCriterion.QUALITY, proposal, ground, english)


def _saving(saving: Saving | None) -> CriterionFinding:
    if saving is None or saving.is_effective is None:
        ground, english = "比べる従来経費がない。", "There is no prior cost to compare with."
        return _found(ExitCriterion.SAVING, CriterionProposal.TO_DECIDE, ground, english)
    ground, english = _change(saving)
    if CostNote.DIFFERENT_LENGTH in saving.notes:
        ground += "期間の長さが異なる総額の比較であり、月額または年額で比べる必要がある。"
        english += " Totals of terms of different length: compare a month or a year."
        return _found(ExitCriterion.SAVING, CriterionProposal.TO_DECIDE, ground, english)
    proposal = CriterionProposal.KEPT if saving.is_effective else CriterionProposal.NOT_KEPT
    return _found(ExitCriterion.SAVING, proposal, ground, english)


def _change(saving: Saving) -> tuple[str, str]:
    """Return how the cost changed in a sentence of either language, its direction in words."""
    basis, basis_en = saving.basis.label, saving.basis.label_en
    if not saving.change:
        return f"{basis}で従来経費と同額。", f"As much as the prior cost ({basis_en})."
    percent = str(saving.change_percent()).removeprefix("-")
    word, side = ("減", "below") if saving.change < 0 else ("増", "above")
    return f"{basis}で従来経費に対し{percent}%の{word}。", f"{percent}% {side} the prior cost ({basis_en})."
