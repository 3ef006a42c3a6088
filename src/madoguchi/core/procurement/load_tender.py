"""The tender and its scoring in procurement.toml."""

from decimal import Decimal

from madoguchi.core.metrics.reader import Reader
from madoguchi.core.procurement.spec import Opening, OpeningBid, Scoring, Tender
from madoguchi.core.procurement_vocabulary import BidResult, ScoringMethod
from madoguchi.core.scoring.award import Bid, ScoringError, ScoringRule

MOST_YEN = 10**15
LARGEST_RATIO = 100


def load_tender(reader: Reader) -> Tender:
    ceiling = price(reader, "ceiling_price")
    tender = Tender(
        name=reader.text("name"),
        method=reader.word("method", ScoringMethod) or ScoringMethod.PRICE_ONLY,
        winner=reader.text("winner", required=reader.has("winner")),
        proposal_count=reader.integer("proposal_count", default=0),
        withdrawn_before_count=reader.integer("withdrawn_before_count", default=0),
        ceiling_price=ceiling,
        is_direct_after_failed_bidding=reader.flag("is_direct_after_failed_bidding", default=False),
        legal_ground=reader.text("legal_ground"),
        inquiry_firm_count=reader.integer("inquiry_firm_count", default=0) or None,
        award_date=reader.day("award_date"),
        openings=_openings(reader, ceiling),
        source=reader.text("source"),
    )
    _check(reader, tender)
    reader.finish()
    return tender


def price(reader: Reader, name: str) -> int | None:
    value = reader.integer(name, default=0, minimum=1, maximum=MOST_YEN)
    return value or None


def _check(reader: Reader, tender: Tender) -> None:
    within = any(bid.result is BidResult.WITHIN for opening in tender.openings for bid in opening.bids)
    if tender.openings and tender.is_direct_after_failed_bidding and within:
        reader.report(
            "is_direct_after_failed_bidding", given=True, allowed="false where a bid was within the ceiling price"
        )
    if tender.is_running:
        _check_running(reader, tender)
    elif tender.openings and not tender.is_direct_after_failed_bidding and not within:
        reader.report("winner", given=tender.winner, allowed="a winner needs a bid within the ceiling price")
    if tender.proposal_count < len(tender.tenderers) + tender.withdrawn_before_count:
        reader.report(
            "proposal_count",
            given=tender.proposal_count,
            allowed=f"at least the {len(tender.tenderers)} bidders and the {tender.withdrawn_before_count} withdrawn",
        )


def _check_running(reader: Reader, tender: Tender) -> None:
    """Report what only a tender that has ended can have."""
    if tender.is_direct_after_failed_bidding or tender.award_date is not None:
        allowed = "the firm the contract was made with; none only while the tender runs, without an award"
        reader.report("winner", given="missing", allowed=allowed)


def _openings(reader: Reader, ceiling: int | None) -> tuple[Opening, ...]:
    found: list[Opening] = []
    for number, child in enumerate(reader.children("opening"), start=1):
        bids = tuple(_bid(each, ceiling) for each in child.children("bid"))
        if not bids:
            child.report("bid", given="no bid", allowed="one [[tender.opening.bid]] or more")
        names = {each.tenderer for each in bids}
        if len(names) < len(bids):
            child.report("bid", given="a firm twice", allowed="one bid of a firm in an opening")
        earlier = (
            {each.tenderer for each in found[-1].bids if each.result is not BidResult.WITHDRAWN} if found else names
        )
        for name in sorted(names - earlier):
            child.report("bid", given=name, allowed="a firm that was still in the opening before")
        found.append(Opening(number=number, bids=bids, opening_date=child.day("date")))
        child.finish()
    return tuple(found)


def _bid(reader: Reader, ceiling: int | None) -> OpeningBid:
    """Read a bid; where its price and the ceiling are known the result follows from them and must agree."""
    offered = price(reader, "price")
    result = reader.word("result", BidResult, default=BidResult.WITHDRAWN) if reader.has("result") else None
    if offered is not None and ceiling is not None:
        computed = BidResult.WITHIN if offered <= ceiling else BidResult.OVER
        if result not in (None, computed):
            reader.report("result", given=str(result), allowed=f"{computed}: {offered} against a ceiling of {ceiling}")
        result = computed
    if result is None:
        reader.report("result", given="missing", allowed="one of " + ", ".join(BidResult) + ", or price and ceiling")
    bid = OpeningBid(
        tenderer=reader.text("tenderer", required=True), result=result or BidResult.WITHDRAWN, price=offered
    )
    reader.finish()
    return bid


def load_scoring(reader: Reader) -> Scoring | None:
    """Read the rule, the bids and the ratios to try; a rule that cannot be is a problem with its message."""
    bids = tuple(_scored_bid(child) for child in reader.children("bid"))
    method = reader.word("method", ScoringMethod) or ScoringMethod.ADDITIVE
    numbers = {name: reader.number(name) for name in ("technical_maximum", "technical_points", "price_points")}
    ratios, ceiling, note = _ratios(reader), price(reader, "ceiling_price"), reader.text("note", required=True)
    reader.finish()
    try:
        rule = ScoringRule(
            method=method,
            **{name: Decimal(each.numerator) / each.denominator for name, each in numbers.items() if each is not None},
        )
    except (ScoringError, TypeError) as error:
        reader.report("", given=str(error), allowed="technical_maximum above 0 and points that are not both 0")
        return None
    return Scoring(rule=rule, bids=bids, ceiling_price=ceiling, ratios=ratios, note=note)


def _scored_bid(reader: Reader) -> Bid:
    score = reader.number("technical_score")
    bid = Bid(
        tenderer=reader.text("tenderer", required=True),
        price=price(reader, "price"),
        technical_score=Decimal(score.numerator) / score.denominator if score is not None else Decimal(0),
        missed_items=reader.texts("missed_items"),
    )
    reader.finish()
    return bid


def _ratios(reader: Reader) -> tuple[tuple[int, int], ...]:
    """Read ratios of price to technical points such as "1:3"."""
    found = []
    for text in reader.texts("ratios"):
        parts = text.split(":")
        is_ratio = len(parts) == 2 and all(part.isdecimal() and len(part) < 4 for part in parts)  # noqa: PLR2004
        pair = (int(parts[0]), int(parts[1])) if is_ratio else (0, 0)
        if sum(pair) == 0 or max(pair) > LARGEST_RATIO:
            reader.report("ratios", given=text, allowed=f'ratios such as "1:3", each part from 0 to {LARGEST_RATIO}')
        else:
            found.append(pair)
    return tuple(found)
