"""A procurement as values: what procurement.toml says once it is read and checked."""

from dataclasses import dataclass
from datetime import date, timedelta

from madoguchi.core.calendar.periods import Period
from madoguchi.core.procurement_vocabulary import (
    BidResult,
    CriterionProposal,
    ExitCriterion,
    FollowUpState,
    ScoringMethod,
    StepKind,
)
from madoguchi.core.scoring.award import Bid, ScoringRule
from madoguchi.core.scoring.exit_criteria import Competition


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A stage with its days; `minimum_days` is the shortest it may last, and on which ground."""

    kind: StepKind
    period: Period
    label: str = ""
    firm_count: int | None = None
    comment_count: int | None = None
    note: str = ""
    minimum_days: int | None = None
    minimum_ground: str = ""
    source: str = ""

    @property
    def name(self) -> str:
        return self.label or self.kind.label

    @property
    def final_date(self) -> date:
        return self.period.end_date - timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.period.end_date - self.period.start_date).days

    @property
    def is_long_enough(self) -> bool | None:
        """Say whether the stage lasts as long as it must; None where no length is asked for."""
        return None if self.minimum_days is None else self.days >= self.minimum_days


@dataclass(frozen=True, kw_only=True, slots=True)
class OpeningBid:
    """One firm's bid in one opening; the price is None where it is not public or the firm withdrew."""

    tenderer: str
    result: BidResult
    price: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    number: int
    bids: tuple[OpeningBid, ...]
    opening_date: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Tender:
    """How the contract was awarded, or is being: a tender without a winner still runs.

    `withdrawn_before_count` counts firms that left before the first opening.
    """

    name: str
    method: ScoringMethod
    winner: str
    proposal_count: int
    withdrawn_before_count: int = 0
    ceiling_price: int | None = None
    is_direct_after_failed_bidding: bool = False
    legal_ground: str = ""
    inquiry_firm_count: int | None = None
    award_date: date | None = None
    openings: tuple[Opening, ...] = ()
    source: str = ""

    @property
    def is_running(self) -> bool:
        return not self.winner

    @property
    def first_known_date(self) -> date | None:
        """Return the earliest day known of its openings and its award."""
        days = [each.opening_date for each in self.openings if each.opening_date]
        return min([*days, *([self.award_date] if self.award_date else [])], default=None)

    @property
    def tenderers(self) -> tuple[str, ...]:
        """Return the firms that bid in the first opening, in its order."""
        return tuple(each.tenderer for each in self.openings[0].bids) if self.openings else ()

    def competition(self) -> Competition:
        bids = [bid for opening in self.openings for bid in opening.bids]
        within = {bid.tenderer for bid in bids if bid.result is BidResult.WITHIN}
        return Competition(
            tenderer_count=len(self.tenderers),
            within_ceiling_count=len(within),
            is_direct_after_failed_bidding=self.is_direct_after_failed_bidding,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Scoring:
    """Bids scored by a rule, and the ratios of price to technical points to try; `note` says whose bids they are."""

    rule: ScoringRule
    bids: tuple[Bid, ...]
    ceiling_price: int | None
    ratios: tuple[tuple[int, int], ...]
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Decliner:
    """A firm that did not bid, its reasons, and what would have let it."""

    firm: str
    reasons: tuple[str, ...]
    remedies: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class FollowUp:
    """A point an earlier review asked to improve."""

    point: str
    state: FollowUpState
    actions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PastTerm:
    """An earlier term of the service and who won it."""

    label: str
    period: Period
    winner: str
    form: str = ""
    amount: int | None = None
    tenderer_count: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What a person decided on an exit criterion, in the words of the document."""

    criterion: ExitCriterion
    proposal: CriterionProposal
    finding: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExitRecord:
    """What the exit criteria ask of people: orders, violations, outside checks, and the decisions made."""

    correction_order_count: int = 0
    violation_count: int = 0
    has_outside_check: bool = False
    is_outside_check_planned: bool = False
    outside_check: str = ""
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Procurement:
    """Everything a contract's folder says of how it was and will be bought."""

    tender: Tender | None = None
    steps: tuple[Step, ...] = ()
    contacted_firm_count: int | None = None
    decliners: tuple[Decliner, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    past_terms: tuple[PastTerm, ...] = ()
    schedule: tuple[Step, ...] = ()
    scoring: Scoring | None = None
    exit: ExitRecord | None = None
