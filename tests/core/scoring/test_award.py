"""Award scores: who wins, who is out, and what another ratio would have given."""

from decimal import Decimal
from fractions import Fraction

import pytest

from madoguchi.core.procurement_vocabulary import BidOutcome, ScoringMethod
from madoguchi.core.scoring.award import Bid, ScoringError, ScoringRule, price_to_ceiling_rate, score_bids, what_if

CEILING = 1_000
EVEN = ScoringRule(
    method=ScoringMethod.ADDITIVE,
    technical_maximum=Decimal(100),
    technical_points=Decimal(100),
    price_points=Decimal(100),
)
DIVISION = ScoringRule(method=ScoringMethod.DIVISION, technical_maximum=Decimal(100), technical_points=Decimal(100))
PRICE_ONLY = ScoringRule(method=ScoringMethod.PRICE_ONLY, technical_maximum=Decimal(100))


def bid(tenderer: str, price: int | None, technical: int = 50, missed: tuple[str, ...] = ()) -> Bid:
    return Bid(tenderer=tenderer, price=price, technical_score=Decimal(technical), missed_items=missed)


def outcomes(bids: list[Bid], rule: ScoringRule, ceiling: int | None = CEILING) -> dict[str, BidOutcome]:
    return {each.bid.tenderer: each.outcome for each in score_bids(bids=bids, rule=rule, ceiling_price=ceiling)}


CHEAP, SKILLED = bid("安価", 600, 50), bid("技術", 900, 75)


def test_points_add_up() -> None:
    first, second = score_bids(bids=[SKILLED, CHEAP], rule=EVEN, ceiling_price=CEILING)
    assert [first.bid.tenderer, second.bid.tenderer] == ["安価", "技術"]
    assert [first.technical, first.price, first.total] == [50, 40, 90]
    assert [second.technical, second.price, second.total] == [75, 10, 85]


def test_more_weight_on_technical_merit_turns_the_award() -> None:
    even, three = what_if(bids=[CHEAP, SKILLED], rule=EVEN, ceiling_price=CEILING, ratios=[(1, 1), (1, 3)])
    assert (even.leaders, three.leaders) == (("安価",), ("技術",))


def test_ratio_keeps_the_sum_of_points() -> None:
    tried = EVEN.with_ratio(price=1, technical=3)
    assert (tried.price_points, tried.technical_points) == (Decimal(50), Decimal(150))


def test_division_is_points_over_price() -> None:
    first, second = score_bids(bids=[CHEAP, bid("熟練", 900, 76)], rule=DIVISION, ceiling_price=None)
    assert first.bid.tenderer == "熟練"
    assert first.total == Fraction(76 * 10**8, 900)
    assert second.outcome is BidOutcome.LOST


def test_lowest_price_alone_wins() -> None:
    assert outcomes([SKILLED, CHEAP], PRICE_ONLY) == {"安価": BidOutcome.WON, "技術": BidOutcome.LOST}


def test_those_out_of_the_running() -> None:
    bids = [bid("辞退", None), bid("超過", 1_001), bid("不適", 10, missed=("要員",)), bid("同額", 1_000)]
    assert outcomes(bids, EVEN) == {
        "同額": BidOutcome.WON,
        "辞退": BidOutcome.WITHDRAWN,
        "超過": BidOutcome.OVER_CEILING,
        "不適": BidOutcome.DISQUALIFIED,
    }


def test_nobody_wins_where_all_are_above_the_ceiling() -> None:
    assert set(outcomes([bid("a", 2_000), bid("b", 3_000)], EVEN).values()) == {BidOutcome.OVER_CEILING}


def test_equal_scores_are_drawn_by_lot() -> None:
    assert set(outcomes([bid("a", 500), bid("b", 500)], EVEN).values()) == {BidOutcome.TIED}


def test_without_a_ceiling_price_nothing_is_added_up() -> None:
    assert outcomes([CHEAP], EVEN, None) == {"安価": BidOutcome.UNSCORED}
    assert what_if(bids=[CHEAP], rule=EVEN, ceiling_price=None, ratios=[(1, 1)])[0].leaders == ()


@pytest.mark.parametrize(("price", "ceiling", "rate"), [(999, 1_000, "99.9"), (1, 3, "33.3"), (1, None, None)])
def test_price_to_ceiling_rate(price: int, ceiling: int | None, rate: str | None) -> None:
    expected = None if rate is None else Decimal(rate)
    assert price_to_ceiling_rate(price=price, ceiling_price=ceiling) == expected


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ScoringError, match="price 0"):
        outcomes([bid("a", 0)], EVEN)
    with pytest.raises(ScoringError, match="technical score 101"):
        outcomes([bid("a", 1, 101)], EVEN)
    with pytest.raises(ScoringError, match="ceiling price 0"):
        outcomes([CHEAP], EVEN, 0)
    with pytest.raises(ScoringError, match="technical maximum"):
        ScoringRule(method=ScoringMethod.ADDITIVE, technical_maximum=Decimal(0))
    with pytest.raises(ScoringError, match="not both 0"):
        ScoringRule(
            method=ScoringMethod.ADDITIVE,
            technical_maximum=Decimal(1),
            technical_points=Decimal(0),
            price_points=Decimal(0),
        )
