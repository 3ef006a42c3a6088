"""The published schema of questionnaires against its reader: what one refuses, the other refuses."""

import json
import tomllib
from typing import Any

import jsonschema
import pytest
from tests.core.surveys.test_surveys import TOML
from tests.toml_text import plain

from madoguchi.core.errors import InvalidInputError
from madoguchi.core.surveys.load import load_questionnaire
from madoguchi.core.surveys.schema import questionnaire_schema

CHOICE = {"id": "a", "text": {"ja": "甲", "en": "A"}}


def changed(keys: tuple[str | int, ...], value: object) -> dict[str, Any]:
    table: Any = plain(tomllib.loads(TOML))
    place = table
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value
    found: dict[str, Any] = table
    return found


def test_what_the_reader_takes_satisfies_the_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(questionnaire_schema())
    jsonschema.validate(changed(("format",), 1), questionnaire_schema())
    one_language = changed(("languages",), ["ja"])
    one_language |= {"title": "満足度調査", "scale": [], "question": [{"id": "自由", "kind": "text", "text": "ご意見"}]}
    load_questionnaire("survey.json", json.dumps(one_language))
    jsonschema.validate(one_language, questionnaire_schema())


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (("colour",), "red"),
        (("format",), 2),
        (("id",), "Satisfaction 1"),
        (("languages",), ["japanese!"]),
        (("title",), ""),
        (("title",), {"ja": "満" * 2_001, "en": "x"}),
        (("question",), []),
        (("question", 0, "kind"), "stars"),
        (("question", 0, "required"), "yes"),
        (("question", 0), {"id": "電話", "text": {"ja": "電話", "en": "Telephone"}}),
        (("question", 0), {"id": "電話", "text": {"ja": "電話", "en": "Telephone"}, "choice": [CHOICE]}),
        (("question", 2, "choice"), [CHOICE]),
        (("question", 2, "when", "is"), []),
        (("scale", 0, "choice", 0, "score"), -1),
        (("scale", 0, "choice", 0, "score"), 1_001),
        (("scale", 0, "choice", 0, "satisfied"), 1),
    ],
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) else None,
)
def test_what_the_schema_refuses_the_reader_refuses(keys: tuple[str | int, ...], value: object) -> None:
    table = changed(keys, value)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(table, questionnaire_schema())
    with pytest.raises(InvalidInputError):
        load_questionnaire("survey.json", json.dumps(table))
