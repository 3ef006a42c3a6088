"""The JSON Schema of questionnaires, made from the words and limits their reader accepts."""

from madoguchi.core.metrics.schema import DIALECT, FLAG, IDENTIFIER, Schema, listed, table, words
from madoguchi.core.quality_vocabulary import QuestionKind
from madoguchi.core.surveys.load import CHOICE_LIMIT, ID_LIMIT, LABEL_LIMIT, LANGUAGE, QUESTION_LIMIT

KEPT: Schema = {"type": "string", "pattern": r"\S", "maxLength": LABEL_LIMIT}
NAME: Schema = {"type": "string", "minLength": 1, "maxLength": ID_LIMIT}
CODE = f"^{LANGUAGE.pattern}$"
# that every language has its text is for the reader to see
TEXTS_BY_LANGUAGE: Schema = {
    "anyOf": [
        KEPT,
        {"type": "object", "propertyNames": {"pattern": CODE}, "additionalProperties": KEPT, "minProperties": 1},
    ]
}
SCORE: Schema = {"type": "integer", "minimum": 0, "maximum": 1000}
CHOICE = table({"id": NAME, "text": TEXTS_BY_LANGUAGE, "score": SCORE, "satisfied": FLAG}, "id", "text")
CHOICES: Schema = {**listed(CHOICE), "maxItems": CHOICE_LIMIT}
SOME_CHOICES: Schema = {"required": ["choice"], "properties": {"choice": {"minItems": 2}}}
WHEN = table({"question": NAME, "is": {**listed({"type": "string"}), "minItems": 1}}, "question", "is")


def questionnaire_schema() -> Schema:
    """Return the schema of a questionnaire, as TOML or JSON."""
    question: Schema = {
        **table(
            {
                "id": NAME, "kind": words(QuestionKind), "text": TEXTS_BY_LANGUAGE, "scale": {"type": "string"},
                "choice": CHOICES, "required": FLAG, "when": WHEN,
            },
            "id", "text",
        ),
        "if": {"properties": {"kind": {"const": QuestionKind.TEXT.value}}, "required": ["kind"]},
        "then": {"properties": {"choice": {"maxItems": 0}}},
        "else": {"anyOf": [{"required": ["scale"]}, SOME_CHOICES]},
    }  # fmt: skip
    properties: dict[str, object] = {
        "format": {"const": 1}, "id": IDENTIFIER,
        "languages": listed({"type": "string", "pattern": CODE}), "title": TEXTS_BY_LANGUAGE,
        "introduction": TEXTS_BY_LANGUAGE, "scale": listed(table({"id": IDENTIFIER, "choice": CHOICES}, "id")),
        "question": {**listed(question), "minItems": 1, "maxItems": QUESTION_LIMIT},
    }  # fmt: skip
    return {"$schema": DIALECT, "title": "questionnaire", **table(properties, "id", "title", "question")}
