"""procurement.toml and the comments of firms: the published tenders, and every problem with its place."""

from pathlib import Path

import pytest

from madoguchi.core.errors import InvalidInputError
from madoguchi.core.procurement.comments import count_comments, read_comments
from madoguchi.core.procurement.load import load_procurement
from madoguchi.core.procurement.spec import Procurement
from madoguchi.core.procurement_vocabulary import BidResult, CommentOutcome
from madoguchi.core.scoring.award import what_if
from madoguchi.intake.definitions import read_definitions

EXAMPLES = Path(__file__).parents[3] / "examples"
TENDER = """
[tender]
method = "additive"
winner = "甲社"
proposal_count = 2
ceiling_price = 1_000
[[tender.opening]]
date = 2020-02-03
[[tender.opening.bid]]
tenderer = "甲社"
price = 900
[[tender.opening.bid]]
tenderer = "乙社"
price = 1_200
"""
DIRECT = "is_direct_after_failed_bidding"
HEADER = "number,firm,section,comment,answer,outcome\n"


def example(folder: str) -> Procurement:
    found = load_procurement(read_definitions(EXAMPLES / folder))
    assert found is not None
    return found


def read(text: str) -> Procurement:
    found = load_procurement({"procurement.toml": text})
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("folder", "bidders", "within", "is_direct"),
    [
        ("000-meti-operations", 2, 0, True),
        ("001-mic-lan", 1, 1, False),
        ("002-caa-operations", 1, 1, False),
        ("003-meti-infrastructure", 1, 0, True),
        ("004-egov-support-centre", 2, 1, False),
    ],
)
def test_published_tenders(folder: str, bidders: int, within: int, is_direct: bool) -> None:  # noqa: FBT001  # a table's column
    tender = example(folder).tender
    assert tender is not None
    found = tender.competition()
    assert (found.tenderer_count, found.within_ceiling_count) == (bidders, within)
    assert found.is_direct_after_failed_bidding is is_direct


def test_openings_lose_firms_until_the_last_withdraws() -> None:
    tender = example("000-meti-operations").tender
    assert tender is not None
    results = [[bid.result for bid in opening.bids] for opening in tender.openings]
    over, withdrawn = BidResult.OVER, BidResult.WITHDRAWN
    assert results == [[over, over], [over, withdrawn], [over], [over], [over], [withdrawn]]


def test_ratio_of_points_decides_who_leads() -> None:
    scoring = example("003-meti-infrastructure").scoring
    assert scoring is not None
    tried = what_if(bids=scoring.bids, rule=scoring.rule, ceiling_price=scoring.ceiling_price, ratios=scoring.ratios)
    assert [(each.price, each.technical, each.leaders[0]) for each in tried] == [
        (1, 1, "価格を抑えた入札"), (1, 2, "技術に強い入札"), (1, 3, "技術に強い入札"),
    ]  # fmt: skip


def test_next_schedule_is_held_against_the_days_it_must_have() -> None:
    steps = {each.name: each for each in example("003-meti-infrastructure").schedule}
    assert steps["入札公告から提案書締切"].days == 92
    assert steps["入札公告から提案書締切"].is_long_enough is True
    assert steps["技術審査"].is_long_enough is None
    short = read('[[next]]\nkind = "tender_notice"\nstart_date = 2020-07-01\nend_date = 2020-08-31\n'
                 'minimum_days = 90\nminimum_ground = "方針"\n')  # fmt: skip
    assert short.schedule[0].is_long_enough is False


def test_result_follows_from_price_and_ceiling() -> None:
    tender = read(TENDER).tender
    assert tender is not None
    assert [bid.result for bid in tender.openings[0].bids] == [BidResult.WITHIN, BidResult.OVER]


def test_tender_without_a_ceiling_price_needs_each_result() -> None:
    with pytest.raises(InvalidInputError) as caught:
        read(TENDER.replace("ceiling_price = 1_000\n", ""))
    assert {each.key for each in caught.value.problems} >= {
        "tender.opening[1].bid[1].result", "tender.opening[1].bid[2].result",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("price = 900", 'price = 900\nresult = "over"', "tender.opening[1].bid[1].result"),
        ("price = 900", "price = 0", "tender.opening[1].bid[1].price"),
        ('tenderer = "乙社"', 'tenderer = "甲社"', "tender.opening[1].bid"),
        ("proposal_count = 2", "proposal_count = 1", "tender.proposal_count"),
        ("price = 900", "price = 1_900", "tender.winner"),
        ('method = "additive"', 'method = "lottery"', "tender.method"),
        ("proposal_count", f"{DIRECT} = true\nproposal_count", f"tender.{DIRECT}"),
        ('winner = "甲社"', 'winner = "甲社"\nwiner = "丙社"', "tender.winer"),
        ("ceiling_price = 1_000", 'ceiling_price = "千円"', "tender.ceiling_price"),
    ],
)  # fmt: skip
def test_tender_that_cannot_be_is_refused(old: str, new: str, key: str) -> None:
    assert old in TENDER
    with pytest.raises(InvalidInputError) as caught:
        read(TENDER.replace(old, new, 1))
    assert key in [each.key for each in caught.value.problems]


def test_tender_that_still_runs_has_no_winner() -> None:
    tender = read(TENDER.replace('winner = "甲社"\n', "")).tender
    assert tender is not None
    assert tender.is_running
    assert tender.competition().tenderer_count == 2
    assert read('[tender]\nmethod = "additive"\n').tender is not None


@pytest.mark.parametrize("ended", ["award_date = 2020-02-04", f"{DIRECT} = true"])
def test_tender_that_has_ended_needs_its_winner(ended: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read(f'[tender]\nmethod = "additive"\n{ended}\n')
    assert [each.key for each in caught.value.problems] == ["tender.winner"]


def test_firm_that_had_left_cannot_come_back() -> None:
    later = '[[tender.opening]]\n[[tender.opening.bid]]\ntenderer = "丙社"\nresult = "over"\n'
    with pytest.raises(InvalidInputError, match="丙社"):
        read(TENDER + later)


@pytest.mark.parametrize(
    "text",
    [
        '[[next]]\nkind = "tender_notice"\nstart_date = 2020-07-01\nend_date = 2020-08-31\nminimum_days = 90\n',
        '[[decliner]]\nfirm = "甲社"\n',
        '[[follow_up]]\npoint = "点"\nstate = "done"\n',
        "[exit]\n" + 2 * '[[exit.decision]]\ncriterion = "quality"\ndecision = "kept"\nfinding = "a"\n',
        '[scoring]\nmethod = "additive"\ntechnical_maximum = 0\nratios = ["1:1"]\nnote = "n"\n',
        '[scoring]\nmethod = "additive"\ntechnical_maximum = 10\nratios = ["1:x"]\nnote = "n"\n',
        '[scoring]\nmethod = "additive"\ntechnical_maximum = 10\nratios = ["0:0"]\nnote = "n"\n',
        '[scoring]\nmethod = "additive"\nratios = ["1:1"]\nnote = "n"\n',
        "format = 9\n",
        "= nonsense",
    ],
)
def test_half_said_things_are_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        read(text)


def test_comments_of_the_example_are_kept_one_by_one() -> None:
    text = (EXAMPLES / "003-meti-infrastructure" / "comments.csv").read_text(encoding="utf-8")
    counted = count_comments(read_comments(text, file="comments.csv"))
    assert (counted.total, counted.firm_count, counted.unanswered) == (737, 28, 0)
    assert sum(count for _, count in counted.by_outcome) == 737


def test_comment_without_an_answer_is_counted_as_such() -> None:
    (only,) = read_comments(HEADER + "1,甲社,1 概要,短い,,\n", file="c.csv")
    assert only.outcome is None
    assert count_comments([only]).unanswered == 1


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1,,1,意見,,", "firm"),
        ("1,甲社,1,意見,,adopted", "answer"),
        ("1,甲社,1,意見,回答,maybe", "outcome"),
        ("x,甲社,1,意見,回答,adopted", "number"),
        ("1,甲社,1", "6 columns"),
        ("1,甲社,1,意見,回答,adopted,more", "6 columns"),
        ("1,甲社,1,意見,,\n1,乙社,1,意見,,", "1 twice"),
    ],
)
def test_comment_row_that_cannot_be_is_named_by_its_line(row: str, said: str) -> None:
    with pytest.raises(InvalidInputError, match=said) as caught:
        read_comments(HEADER + row + "\n", file="c.csv")
    assert caught.value.problems[0].where == "c.csv"


def test_other_columns_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="number, firm"):
        read_comments("a,b\n1,2\n", file="c.csv")


def test_outcomes_have_labels() -> None:
    assert [each.label for each in CommentOutcome] == ["反映", "一部反映", "反映しない", "説明のみ"]
