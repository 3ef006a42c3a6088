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
    """One criterion's proposal with its ground in a sentence."""

    criterion: ExitCriterion
    proposal: CriterionProposal
    ground: str


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


def _found(criterion: ExitCriterion, proposal: CriterionProposal, ground: str) -> CriterionFinding:
    return CriterionFinding(criterion=criterion, proposal=proposal, ground=ground)


def _no_orders(facts: ExitFacts) -> CriterionFinding:
    count = facts.correction_order_count + facts.violation_count
    proposal = CriterionProposal.NOT_KEPT if count else CriterionProposal.KEPT
    ground = f"業務改善指示等{facts.correction_order_count}件、法令違反行為等{facts.violation_count}件。"
    return _found(ExitCriterion.NO_ORDERS, proposal, ground)


def _outside_check(facts: ExitFacts) -> CriterionFinding:
    if facts.has_outside_check:
        return _found(ExitCriterion.OUTSIDE_CHECK, CriterionProposal.KEPT, "外部有識者等の点検を受けている。")
    if facts.is_outside_check_planned:
        return _found(ExitCriterion.OUTSIDE_CHECK, CriterionProposal.KEPT, "外部有識者等の点検を受ける予定がある。")
    return _found(ExitCriterion.OUTSIDE_CHECK, CriterionProposal.NOT_KEPT, "外部有識者等の点検を受ける仕組みがない。")


def _competition(competition: Competition) -> CriterionFinding:
    """Several bids are competition; several bids of which none was acceptable need a person's word."""
    bids = competition.tenderer_count
    ground = f"応札{bids}者、うち予定価格の範囲内{competition.within_ceiling_count}者。"
    if competition.is_direct_after_failed_bidding:
        ground += "不落により随意契約となった。"
    if bids <= 1:
        return _found(ExitCriterion.COMPETITION, CriterionProposal.NOT_KEPT, ground)
    is_doubtful = competition.is_direct_after_failed_bidding or competition.within_ceiling_count == 0
    proposal = CriterionProposal.TO_DECIDE if is_doubtful else CriterionProposal.KEPT
    return _found(ExitCriterion.COMPETITION, proposal, ground)


def _quality(verdicts: Sequence[Verdict]) -> CriterionFinding:
    """Call quality kept only where no period was missed: reasons for a miss are for a person to weigh."""
    judged = [each for each in verdicts if each is not Verdict.NOT_JUDGED]
    missed = judged.count(Verdict.MISSED)
    unknown = judged.count(Verdict.NOT_MEASURABLE)
    ground = f"判定{len(judged)}件のうち達成{judged.count(Verdict.MET)}件、未達{missed}件、測定不能{unknown}件。"
    if not judged or missed or unknown:
        return _found(ExitCriterion.QUALITY, CriterionProposal.TO_DECIDE, ground)
    return _found(ExitCriterion.QUALITY, CriterionProposal.KEPT, ground)


def _saving(saving: Saving | None) -> CriterionFinding:
    if saving is None or saving.is_effective is None:
        return _found(ExitCriterion.SAVING, CriterionProposal.TO_DECIDE, "比べる従来経費がない。")
    percent = saving.change_percent()
    ground = f"{saving.basis.label}で従来経費に対し{percent}%。"
    if CostNote.DIFFERENT_LENGTH in saving.notes:
        ground += "期間の長さが異なる総額の比較であり、月額または年額で比べる必要がある。"
        return _found(ExitCriterion.SAVING, CriterionProposal.TO_DECIDE, ground)
    proposal = CriterionProposal.KEPT if saving.is_effective else CriterionProposal.NOT_KEPT
    return _found(ExitCriterion.SAVING, proposal, ground)
