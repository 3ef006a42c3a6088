"""The JSON Schemas of costs.toml and procurement.toml, made from the words and limits their readers accept.

What one key alone cannot show (a bid above its ceiling, dates the wrong way round) is for the readers to see.
"""

from madoguchi.core.costing.load import MOST_DECIMALS, MOST_MONTHS
from madoguchi.core.costing.plan import MINUS_SIGNS
from madoguchi.core.costing.saving import MONEY_UNITS
from madoguchi.core.metrics.schema import (  # fmt: skip
    DAY,
    DIALECT,
    FLAG,
    IDENTIFIER,
    NUMBER,
    TEXT,
    TEXTS,
    Schema,
    listed,
    table,
    words,
)
from madoguchi.core.procurement.load import MOST_DAYS
from madoguchi.core.procurement.load_tender import MOST_YEN
from madoguchi.core.procurement_vocabulary import (
    BidResult,
    CostBasis,
    CriterionProposal,
    ExitCriterion,
    FollowUpState,
    RoundingMode,
    ScoringMethod,
    StepKind,
)

WRITTEN: Schema = {"type": "string", "pattern": r"\S"}
SOME_TEXTS: Schema = {**TEXTS, "minItems": 1}
PERIOD = {"start_date": DAY, "end_date": DAY}
RATIO: Schema = {"type": "string", "pattern": r"^\d{1,3}:\d{1,3}$"}


def count(most: int, *, least: int = 0) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}


MANY = count(10**12)
YEN = count(MOST_YEN, least=1)
STEP: Schema = {
    **table(
        {
            "kind": words(StepKind), **PERIOD, "label": TEXT, "firm_count": count(10**9),
            "comment_count": count(10**9), "note": TEXT, "minimum_days": count(MOST_DAYS), "minimum_ground": TEXT,
            "source": TEXT,
        },
        "kind", *PERIOD,
    ),
    "dependentRequired": {"minimum_days": ["minimum_ground"]},
}  # fmt: skip
BID: Schema = {
    **table({"tenderer": WRITTEN, "result": words(BidResult), "price": YEN}, "tenderer"),
    "anyOf": [{"required": ["result"]}, {"required": ["price"]}],
}
TENDER = table(
    {
        "name": TEXT, "method": words(ScoringMethod), "winner": WRITTEN, "proposal_count": MANY,
        "withdrawn_before_count": MANY, "ceiling_price": YEN, "is_direct_after_failed_bidding": FLAG,
        "legal_ground": TEXT, "inquiry_firm_count": MANY, "award_date": DAY,
        "opening": listed(table({"date": DAY, "bid": {**listed(BID), "minItems": 1}}, "bid")), "source": TEXT,
    },
    "method",
)  # fmt: skip
SCORED_BID = table(
    {"tenderer": WRITTEN, "price": YEN, "technical_score": NUMBER, "missed_items": TEXTS}, "tenderer"
)  # fmt: skip
SCORING = table(
    {
        "method": words(ScoringMethod), "technical_maximum": {"type": "number", "exclusiveMinimum": 0},
        "technical_points": {"type": "number", "minimum": 0}, "price_points": {"type": "number", "minimum": 0},
        "ceiling_price": YEN, "ratios": listed(RATIO), "note": WRITTEN, "bid": listed(SCORED_BID),
    },
    "method", "technical_maximum", "note",
)  # fmt: skip
FOLLOW_UP: Schema = {
    **table({"point": WRITTEN, "state": words(FollowUpState), "actions": TEXTS}, "point", "state"),
    "if": {"properties": {"state": {"const": FollowUpState.DONE.value}}},
    "then": {"required": ["actions"], "properties": {"actions": SOME_TEXTS}},
}
PAST_TERM = table(
    {
        "label": WRITTEN, **PERIOD, "winner": WRITTEN, "form": TEXT, "amount": count(MOST_YEN),
        "tenderer_count": count(10**9),
    },
    "label", "winner", *PERIOD,
)  # fmt: skip
DECISION = table(
    {
        "criterion": words(ExitCriterion), "decision": words(CriterionProposal), "finding": WRITTEN, "reason": TEXT,
    },
    "criterion", "decision", "finding",
)  # fmt: skip
EXIT = table(
    {
        "correction_order_count": MANY, "violation_count": MANY, "has_outside_check": FLAG,
        "is_outside_check_planned": FLAG, "outside_check": TEXT, "decision": listed(DECISION),
    }
)  # fmt: skip


def procurement_schema() -> Schema:
    """Return the schema of procurement.toml."""
    decliner = table({"firm": WRITTEN, "reasons": SOME_TEXTS, "remedies": TEXTS}, "firm", "reasons")
    properties: dict[str, object] = {
        "format": {"const": 1}, "contacted_firm_count": MANY, "tender": TENDER, "step": listed(STEP),
        "decliner": listed(decliner), "follow_up": listed(FOLLOW_UP), "past_term": listed(PAST_TERM),
        "next": listed(STEP), "scoring": SCORING, "exit": EXIT,
    }  # fmt: skip
    return {"$schema": DIALECT, "title": "procurement", **table(properties)}


SHARE: Schema = {
    **table({"percent": NUMBER, "amount": count(MOST_YEN), "ground": WRITTEN}, "ground"),
    "oneOf": [{"required": ["percent"]}, {"required": ["amount"]}],
}
COST = table(
    {
        "name": WRITTEN, "amount": count(MOST_YEN), "tax_percent": NUMBER, "share": SHARE, **PERIOD,
        "months": count(MOST_MONTHS), "is_compared": FLAG, "source": TEXT,
    },
    "name", "amount", *PERIOD,
)  # fmt: skip


def _term(*required: str) -> Schema:
    properties = {
        "id": IDENTIFIER, "name": WRITTEN, "months": count(MOST_MONTHS, least=1), "paid": table(PERIOD, *PERIOD),
        "note": TEXT, "source": TEXT, "contract": {**listed(COST), "minItems": 1},
    }  # fmt: skip
    return table(properties, "name", "months", "contract", *required)


def costs_schema() -> Schema:
    """Return the schema of costs.toml."""
    properties: dict[str, object] = {
        "format": {"const": 1}, "current": _term(), "prior": listed(_term("id")), "unit": {"enum": [*MONEY_UNITS]},
        "rounding": words(RoundingMode), "decimals": count(MOST_DECIMALS), "bases": listed(words(CostBasis)),
        "minus": {"enum": [*MINUS_SIGNS]},
    }  # fmt: skip
    return {"$schema": DIALECT, "title": "costs", **table(properties, "current")}
