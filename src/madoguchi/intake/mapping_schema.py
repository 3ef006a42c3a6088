"""The JSON Schema of mapping files, made from the fact tables and the words their reader accepts."""

from madoguchi.core.events import FACT_TABLES, SOURCE_COLUMNS, FactTable
from madoguchi.core.metrics.schema import DIALECT, FLAG, IDENTIFIER, TEXT, TEXTS, Schema, table
from madoguchi.intake.mapping import FORMS, NO_DELIMITERS, TAKES
from madoguchi.intake.rows import ENCODINGS

NAME: Schema = {"type": "string", "pattern": r"\S"}
FILTERS: Schema = {"type": "object", "additionalProperties": TEXTS}
FILE: Schema = table(
    {
        "encoding": {"enum": [*ENCODINGS, "auto"]},
        "delimiter": {"type": "string", "minLength": 1, "maxLength": 1, "not": {"enum": [*NO_DELIMITERS]}},
        "header_line": {"type": "integer", "minimum": 0, "maximum": 100},
        "sheet": TEXT,
        "columns": TEXTS,
    }
)
COLUMN: Schema = {
    **table(
        {
            "from": TEXT, "value": {"type": ["string", "number", "boolean"]},
            "map": {"type": "object", "additionalProperties": TEXT}, "otherwise": TEXT,
            "moments": TEXTS, "zone": TEXT, "form": {"enum": [*FORMS]}, "take": {"enum": [*TAKES]}, "when": FILTERS,
        }
    ),
    "oneOf": [{"required": ["from"]}, {"required": ["value"]}],
}  # fmt: skip


def mapping_schema() -> Schema:
    """Return the schema of mapping files; which columns there may and must be depends on the table."""
    properties: dict[str, object] = {
        "format": {"const": "mapping"}, "table": {"enum": sorted(FACT_TABLES)}, "system": IDENTIFIER, "contract": NAME,
        "key": {**TEXTS, "minItems": 1}, "missing": TEXTS, "moments": TEXTS, "zone": TEXT, "order": TEXTS,
        "replaces": FLAG, "file": FILE, "where": FILTERS, "columns": {"type": "object"},
    }  # fmt: skip
    required = ("format", "table", "system", "contract", "key", "columns")
    by_table = [_if_table(FACT_TABLES[name]) for name in sorted(FACT_TABLES)]
    whole = {**table(properties, *required), "allOf": by_table, "$defs": {"column": COLUMN}}
    return {"$schema": DIALECT, "title": "mapping", **whole}


def _if_table(fact_table: FactTable) -> Schema:
    fixed = {column.name for column in SOURCE_COLUMNS}
    columns = [column for column in fact_table.columns if column.name not in fixed]
    needed = [column.name for column in columns if column.is_required]
    allowed = table({column.name: {"$ref": "#/$defs/column"} for column in columns}, *needed)
    return {"if": {"properties": {"table": {"const": fact_table.name}}}, "then": {"properties": {"columns": allowed}}}
