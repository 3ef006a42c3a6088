"""Who wins a tender: by points added up, by points over price, or by price alone, and what another ratio would give."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from madoguchi.core.errors import MadoguchiError
from madoguchi.core.procurement_vocabulary import BidOutcome, ScoringMethod
from madoguchi.core.values import rounded

DIVISION_SCALE = 100_000_000
"""Points are divided by hundreds of millions of yen, so that the quotient can be read."""


class ScoringError(MadoguchiError):
    """A scoring rule or a bid that cannot be: the message says which value and what is allowed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bid:
    """One firm's offer. `price` is None where it withdrew; `technical_score` is what the examiners gave."""

    tenderer: str
    price: int | None
    technical_score: Decimal
    missed_items: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoringRule:
    """How scores are made. `technical_maximum` is the best the examiners can give, spread over `technical_points`."""

    method: ScoringMethod
    technical_maximum: Decimal
    technical_points: Decimal = Decimal(1)
    price_points: Decimal = Decimal(1)

    def __post_init__(self) -> None:
        if self.technical_maximum <= 0:
            raise ScoringError(f"technical maximum {self.technical_maximum}; allowed: above 0")
        if self.technical_points < 0 or self.price_points < 0 or self.technical_points + self.price_points == 0:
            raise ScoringError("points of technical merit and price; allowed: none below 0, not both 0")

    def with_ratio(self, *, price: int, technical: int) -> "ScoringRule":
        """Return the same rule with its points spread by another ratio (価格点：技術点)."""
        points = self.technical_points + self.price_points
        whole = Decimal(price + technical)
        return replace(self, price_points=points * price / whole, technical_points=points * technical / whole)


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoredBid:
    """A bid with its scores, exact; None where it could not be scored.

    For the lowest price alone the total is the price below zero, so that more is better everywhere.
    """

    bid: Bid
    technical: Fraction | None
    price: Fraction | None
    total: Fraction | None
    outcome: BidOutcome


def score_bids(*, bids: Sequence[Bid], rule: ScoringRule, ceiling_price: int | None) -> tuple[ScoredBid, ...]:
    """Return the bids in the order of their scores, those out of the running last.

    Without a ceiling price nothing can be added up: additive bids stay unscored.
    """
    if ceiling_price is not None and ceiling_price <= 0:
        raise ScoringError(f"ceiling price {ceiling_price}; allowed: above 0, or none")
    scored = [_scored(bid, rule, ceiling_price) for bid in bids]
    best = max((each.total for each in scored if each.total is not None), default=None)
    leaders = [each for each in scored if each.total == best and best is not None]
    won = BidOutcome.WON if len(leaders) == 1 else BidOutcome.TIED
    judged = [replace(each, outcome=won) if each in leaders else each for each in scored]
    return tuple(sorted(judged, key=_order))


def _order(scored: ScoredBid) -> tuple[bool, Fraction, str]:
    return scored.total is None, -(scored.total or Fraction(0)), scored.bid.tenderer


def _scored(bid: Bid, rule: ScoringRule, ceiling_price: int | None) -> ScoredBid:
    out = _out_of_running(bid, rule, ceiling_price)
    if out is not None or bid.price is None:
        return ScoredBid(bid=bid, technical=None, price=None, total=None, outcome=out or BidOutcome.WITHDRAWN)
    share = Fraction(bid.technical_score) / Fraction(rule.technical_maximum)
    technical = share * Fraction(rule.technical_points)
    if rule.method is ScoringMethod.DIVISION:
        total = technical * DIVISION_SCALE / bid.price
        return ScoredBid(bid=bid, technical=technical, price=None, total=total, outcome=BidOutcome.LOST)
    if rule.method is ScoringMethod.PRICE_ONLY:
        return ScoredBid(bid=bid, technical=None, price=None, total=Fraction(-bid.price), outcome=BidOutcome.LOST)
    assert ceiling_price is not None
    price = (1 - Fraction(bid.price, ceiling_price)) * Fraction(rule.price_points)
    return ScoredBid(bid=bid, technical=technical, price=price, total=technical + price, outcome=BidOutcome.LOST)


def _out_of_running(bid: Bid, rule: ScoringRule, ceiling_price: int | None) -> BidOutcome | None:
    if bid.price is None:
        return BidOutcome.WITHDRAWN
    if bid.price <= 0:
        raise ScoringError(f"{bid.tenderer}: price {bid.price}; allowed: above 0")
    if not 0 <= bid.technical_score <= rule.technical_maximum:
        raise ScoringError(
            f"{bid.tenderer}: technical score {bid.technical_score}; allowed: 0 to {rule.technical_maximum}"
        )
    if bid.missed_items:
        return BidOutcome.DISQUALIFIED
    if ceiling_price is None:
        return BidOutcome.UNSCORED if rule.method is ScoringMethod.ADDITIVE else None
    return BidOutcome.OVER_CEILING if bid.price > ceiling_price else None


@dataclass(frozen=True, kw_only=True, slots=True)
class RatioOutcome:
    """Who would lead with one ratio of price to technical points; more than one where they tie."""

    price: int
    technical: int
    leaders: tuple[str, ...]


def what_if(
    *, bids: Sequence[Bid], rule: ScoringRule, ceiling_price: int | None, ratios: Sequence[tuple[int, int]]
) -> tuple[RatioOutcome, ...]:
    """Return the leader for each ratio of price to technical points."""
    found = []
    for price, technical in ratios:
        tried = rule.with_ratio(price=price, technical=technical)
        scored = score_bids(bids=bids, rule=tried, ceiling_price=ceiling_price)
        leaders = tuple(each.bid.tenderer for each in scored if each.outcome in (BidOutcome.WON, BidOutcome.TIED))
        found.append(RatioOutcome(price=price, technical=technical, leaders=leaders))
    return tuple(found)


def price_to_ceiling_rate(*, price: int, ceiling_price: int | None, decimals: int = 1) -> Decimal | None:
    """Return 落札率 in percent, rounded once; None without a ceiling price."""
    return rounded(Fraction(100 * price, ceiling_price), decimals=decimals) if ceiling_price else None
