"""The five exit criteria: a proposal with its ground, never a decision."""

from dataclasses import replace
from fractions import Fraction

import pytest

from madoguchi.core.costing.saving import Saving
from madoguchi.core.procurement_vocabulary import CostBasis, CostNote, CriterionProposal
from madoguchi.core.scoring.exit_criteria import Competition, ExitFacts, may_end, propose_exit
from madoguchi.core.vocabulary import Verdict

SAVING = Saving(basis=CostBasis.MONTH, before=Fraction(7_680), after=Fraction(6_905), notes=())
GOOD = ExitFacts(
    correction_order_count=0,
    violation_count=0,
    has_outside_check=True,
    is_outside_check_planned=False,
    competition=Competition(tenderer_count=2, within_ceiling_count=1, is_direct_after_failed_bidding=False),
    verdicts=(Verdict.MET, Verdict.NOT_JUDGED),
    saving=SAVING,
)
FAILED_BIDDING = Competition(tenderer_count=2, within_ceiling_count=0, is_direct_after_failed_bidding=True)
SINGLE = Competition(tenderer_count=1, within_ceiling_count=1, is_direct_after_failed_bidding=False)


def marks(facts: ExitFacts) -> str:
    return "".join(each.proposal.label[0] for each in propose_exit(facts=facts))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (GOOD, "○○○○○"),
        (replace(GOOD, correction_order_count=1), "×○○○○"),
        (replace(GOOD, has_outside_check=False), "○×○○○"),
        (replace(GOOD, has_outside_check=False, is_outside_check_planned=True), "○○○○○"),
        (replace(GOOD, competition=SINGLE), "○○×○○"),
        (replace(GOOD, competition=FAILED_BIDDING), "○○要○○"),
        (replace(GOOD, verdicts=(Verdict.MET, Verdict.MISSED)), "○○○要○"),
        (replace(GOOD, verdicts=(Verdict.NOT_MEASURABLE,)), "○○○要○"),
        (replace(GOOD, verdicts=()), "○○○要○"),
        (replace(GOOD, saving=None), "○○○○要"),
        (replace(GOOD, saving=replace(SAVING, after=Fraction(8_000))), "○○○○×"),
        (replace(GOOD, saving=replace(SAVING, notes=(CostNote.DIFFERENT_LENGTH,))), "○○○○要"),
    ],
)
def test_proposals_follow_the_facts(facts: ExitFacts, expected: str) -> None:
    assert marks(facts) == expected


def test_ground_holds_the_figures() -> None:
    grounds = [each.ground for each in propose_exit(facts=replace(GOOD, verdicts=(Verdict.MET, Verdict.MISSED)))]
    assert grounds[3] == "判定2件のうち達成1件、未達1件、測定不能0件。"
    assert grounds[4] == "月額で従来経費に対し10.1%の減。"


@pytest.mark.parametrize(
    ("after", "ground", "english"),
    [
        (6_905, "月額で従来経費に対し10.1%の減。", "10.1% below the prior cost (a month)."),
        (22_587, "月額で従来経費に対し194.1%の増。", "194.1% above the prior cost (a month)."),
        (7_680, "月額で従来経費と同額。", "As much as the prior cost (a month)."),
    ],
)
def test_ground_of_a_saving_says_whether_the_cost_rose_or_fell(after: int, ground: str, english: str) -> None:
    finding = propose_exit(facts=replace(GOOD, saving=replace(SAVING, after=Fraction(after))))[4]
    assert (finding.ground, finding.ground_en) == (ground, english)


def test_no_record_of_bids_is_not_told_as_a_tender_without_any() -> None:
    finding = propose_exit(facts=replace(GOOD, competition=replace(SINGLE, tenderer_count=0)))[2]
    assert finding.proposal is CriterionProposal.TO_DECIDE
    assert (finding.ground, finding.ground_en) == ("応札の記録がない。", "There is no record of bids.")


def test_testing_may_end_only_when_all_is_kept() -> None:
    assert may_end(findings=propose_exit(facts=GOOD)) is True
    assert may_end(findings=propose_exit(facts=replace(GOOD, competition=FAILED_BIDDING))) is None
    undecided = propose_exit(facts=replace(GOOD, competition=SINGLE, saving=None))
    assert may_end(findings=undecided) is False
    assert CriterionProposal.TO_DECIDE in [each.proposal for each in undecided]
