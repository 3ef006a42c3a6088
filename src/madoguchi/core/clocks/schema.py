"""The JSON Schema of clock files (clocks/*.toml), made from the words their reader accepts."""

from madoguchi.core.clocks.load import FIELDS
from madoguchi.core.metrics.load_parts import OPERATORS
from madoguchi.core.metrics.schema import DIALECT, DURATION, FLAG, IDENTIFIER, TEXT, Schema, listed, table

LABEL: Schema = {"type": "string", "pattern": r"\S"}
SCALAR: Schema = {"type": ["string", "integer", "boolean"]}
SCALARS: Schema = {"anyOf": [SCALAR, {"type": "array", "items": SCALAR, "minItems": 1}]}
OPERANDS: dict[str, Schema] = {
    "is": SCALARS, "is_not": SCALARS, "is_missing": FLAG, "at_least": {"type": "integer"},
    "at_most": {"type": "integer"},
}  # fmt: skip
CONDITION: Schema = {
    **table({"column": {"enum": [*FIELDS]}, **{name: OPERANDS.get(name, LABEL) for name in OPERATORS}}, "column"),
    "minProperties": 2,
    "maxProperties": 2,
}
ALTERNATIVES: Schema = {"type": "array", "items": {"anyOf": [CONDITION, listed(CONDITION)]}, "minItems": 1}
TESTS: Schema = listed({"anyOf": [CONDITION, table({"any": ALTERNATIVES}, "any")]})
ALLOWANCE: Schema = {
    **table({"time": DURATION, "open_days": {"type": "integer", "minimum": 0, "maximum": 3660}}),
    "minProperties": 1,
    "maxProperties": 1,
}
# that they rise is for the reader to see
WARNINGS: Schema = {
    "type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 100}, "uniqueItems": True,
}  # fmt: skip


def clock_schema() -> Schema:
    """Return the schema of clocks/*.toml."""
    needed: Schema = {**TESTS, "minItems": 1}
    properties: dict[str, object] = {
        "id": IDENTIFIER, "label": LABEL, "label_en": TEXT, "allowance": ALLOWANCE, "warnings": WARNINGS,
        "start": needed, "stop": needed, "pause": TESTS, "resume": TESTS, "reset": TESTS, "cancel": TESTS,
        "retroactive_start": FLAG, "retroactive_pause": FLAG,
    }  # fmt: skip
    required = ("id", "label", "allowance", "start", "stop")
    return {"$schema": DIALECT, "title": "clock", **table(properties, *required)}
