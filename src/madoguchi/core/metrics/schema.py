"""The JSON Schemas of the definition files, made from the vocabulary that the reader accepts."""

from collections.abc import Callable, Mapping

from madoguchi.core.events import FACT_TABLES
from madoguchi.core.metrics.load_contract import MOST_SILENT_HOURS
from madoguchi.core.metrics.load_parts import OPERATORS
from madoguchi.core.quality_vocabulary import Arrival
from madoguchi.core.vocabulary import (
    CallOutcome,
    Clock,
    Combine,
    Comparator,
    CountedAs,
    DurationStyle,
    LabelledEnum,
    MissingEnd,
    Season,
    Statistic,
    Trend,
    Unit,
    WindowKind,
)

Schema = dict[str, object]
TEXT: Schema = {"type": "string"}
TEXTS: Schema = {"type": "array", "items": TEXT}
FLAG: Schema = {"type": "boolean"}
DAY: Schema = {"type": "string", "format": "date"}
NUMBER: Schema = {"type": "number"}
DURATION: Schema = {"type": "string", "pattern": r"^(\d+h)?(\d+m)?(\d+(\.\d+)?s)?$", "minLength": 2}
IDENTIFIER: Schema = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def words(enumeration: type[LabelledEnum]) -> Schema:
    return {"enum": [str(word) for word in enumeration]}


def table(properties: Mapping[str, object], *required: str) -> Schema:
    return {
        "type": "object", "properties": dict(properties), "required": list(required), "additionalProperties": False,
    }  # fmt: skip


def listed(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def whole(minimum: int) -> Schema:
    return {"type": "integer", "minimum": minimum}


SCALARS: Schema = {"anyOf": [{"type": ["string", "integer", "boolean"]}, {"type": "array", "minItems": 1}]}
OPERANDS: dict[str, Schema] = {"is": SCALARS, "is_not": SCALARS, "is_missing": FLAG, "at_least": {"type": "integer"},
                               "at_most": {"type": "integer"}}  # fmt: skip
CONDITION = {
    **table({"column": TEXT, **{name: OPERANDS.get(name, TEXT) for name in OPERATORS}}, "column"),
    "minProperties": 2,
    "maxProperties": 2,
}
TEST: Schema = {"anyOf": [CONDITION, table({"any": {"type": "array", "minItems": 1}}, "any")]}
PERIOD = {"start_date": DAY, "end_date": DAY}
WEIGHTS: Schema = {"anyOf": [TEXTS, {"type": "object", "additionalProperties": NUMBER}]}
VALUE: Schema = {
    "anyOf": [
        table({"column": TEXT, "plus": TEXTS, "minus": TEXTS}, "column"),
        table({"from": TEXT, "to": TEXT, "clock": words(Clock), "minus": TEXTS}, "from", "to"),
    ]
}
WITHIN = table(
    {"time": DURATION, "days": whole(0), "open_days": whole(0), "until": TEXT, "strictly": FLAG, "agreed": TEXT}
)
OBJECTIVE = table(
    {
        "comparator": words(Comparator), "target": {"anyOf": [NUMBER, DURATION]}, "season": words(Season),
        "valid_from": DAY, "valid_until": DAY, "requires": TEXTS, "trend": words(Trend),
    }
)  # fmt: skip


def indicator_schema() -> Schema:
    """Return the schema of indicators/*.toml."""
    properties: dict[str, object] = {
        "id": IDENTIFIER, "label": TEXT, "label_en": TEXT, "requirement": TEXT, "statistic": words(Statistic),
        "table": {"enum": sorted(FACT_TABLES)}, "at": TEXT, "window": words(WindowKind), "unit": words(Unit),
        "decimals": whole(0), "version": whole(1), "valid_from": DAY, "style": words(DurationStyle),
        "calls": {"enum": [str(CountedAs.ANSWERED), str(CountedAs.ABANDONED)]}, "where": listed(TEST),
        "part": listed(TEST), "exclude": listed(table({"reason": TEXT, "where": listed(TEST)}, "reason", "where")),
        "value": VALUE, "within": WITHIN, "missing": words(MissingEnd), "percentile": NUMBER,
        "per": {"enum": ["month", "quarter", "fiscal_year"]}, "cumulative": FLAG, "questions": WEIGHTS,
        "combine": words(Combine), "scores": {"type": "object", "additionalProperties": {"type": "integer"}},
        "members": WEIGHTS, "services": TEXTS, "around_the_clock": FLAG, "milestone": TEXT,
        "objective": listed(OBJECTIVE),
    }  # fmt: skip
    return {"$schema": DIALECT, "title": "indicator", **table(properties, "id", "label", "statistic")}


def contract_schema() -> Schema:
    """Return the schema of contract.toml."""
    hours = {"type": "array", "items": {"type": "string"}}
    weekdays = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    calendar = table(
        {
            "zone": TEXT, "hours": hours, **dict.fromkeys(weekdays, hours),
            "closed_weekdays": listed({"enum": [*weekdays]}),
            "closed_on_national_holidays": FLAG, "closed_at_year_end": FLAG,
            "closed": listed(table({"date": DAY, "reason": TEXT}, "date", "reason")),
            "open": listed(table({"date": DAY, "reason": TEXT, "hours": hours}, "date", "reason")),
        },
        "hours",
    )  # fmt: skip
    outcomes = listed(words(CallOutcome))
    counting = table(
        {
            "valid_from": DAY, "answered": outcomes, "abandoned": outcomes, "left_out": outcomes,
            "short_abandon_seconds": whole(0), "short_abandon_from": {"enum": ["queued_at", "offered_at"]},
        },
        "valid_from",
    )  # fmt: skip
    limit = {"type": "integer", "minimum": 0, "maximum": MOST_SILENT_HOURS}
    source = table({"kind": words(Arrival), "name": TEXT, "hours": limit}, "kind", "name", "hours")
    about = {"id": TEXT, "name": TEXT, "buyer": TEXT, "supplier": TEXT, **PERIOD, "evaluation": table(PERIOD, *PERIOD)}
    properties = {
        "format": {"const": 1},
        "order": TEXTS,
        "contract": table(about, "id", "name", *PERIOD),
        "calendar": calendar,
        "season": listed(table({"season": words(Season), **PERIOD}, "season", *PERIOD)),
        "not_judged": listed(table({**PERIOD, "reason": TEXT, "indicators": TEXTS}, *PERIOD, "reason")),
        "call_counting": listed(counting),
        "survey_round": listed(table({"id": TEXT, "label": TEXT, **PERIOD}, "id", *PERIOD)),
        "silence": table({**dict.fromkeys(map(str, Arrival), limit), "source": listed(source)}),
    }
    return {"$schema": DIALECT, "title": "contract", **table(properties, "contract", "calendar")}


SCHEMAS: Mapping[str, Callable[[], Schema]] = {"contract": contract_schema, "indicator": indicator_schema}
