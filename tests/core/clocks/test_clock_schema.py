"""The published schema of clock files against their reader: every example passes both, every mistake fails both."""

import tomllib
from pathlib import Path

import jsonschema
import pytest
from tests.toml_text import document

from madoguchi.core.clocks.load import check_clocks
from madoguchi.core.clocks.schema import clock_schema

FILES = sorted((Path(__file__).parents[3] / "examples").glob("*/clocks/*.toml"))
TEST: dict[str, object] = {"column": "act", "is": ["receive"]}
CLOCK: dict[str, object] = {
    "id": "work", "label": "作業", "allowance": {"time": "8h"}, "start": [TEST],
    "stop": [{"column": "act", "is": "resolve"}], "warnings": [50, 100],
}  # fmt: skip
MISSING = "(left out)"


def is_taken_by_schema(table: dict[str, object]) -> bool:
    return jsonschema.Draft202012Validator(clock_schema()).is_valid(table)


def is_taken_by_reader(table: dict[str, object]) -> bool:
    _, problems = check_clocks({"clocks/work.toml": document(table)})
    return not problems


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3][:3]} {path.stem}")
def test_every_example_passes_both(path: Path) -> None:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    jsonschema.validate(table, clock_schema())
    assert is_taken_by_reader(table)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"allowance": {"open_days": 3}},
        {"allowance": {"time": "1h30m"}},
        {"label_en": "Work", "retroactive_start": True, "retroactive_pause": False},
        {"pause": [{"any": [[TEST, {"column": "tier", "is_not": 2}], TEST]}]},
        {"reset": [{"column": "priority", "is_missing": True}], "cancel": []},
        {"resume": [{"column": "from_state", "before_column": "to_state"}]},
    ],
    ids=str,
)
def test_what_a_clock_may_say_passes_both(change: dict[str, object]) -> None:
    table = {**CLOCK, **change}
    jsonschema.validate(table, clock_schema())
    assert is_taken_by_reader(table)


@pytest.mark.parametrize(
    "change",
    [
        *({name: MISSING} for name in ("id", "label", "allowance", "start", "stop")),
        {"id": "Work"}, {"id": 3}, {"label": " "}, {"label_en": 1}, {"colour": "red"},
        {"allowance": "8h"}, {"allowance": {}}, {"allowance": {"time": "8h", "open_days": 1}},
        {"allowance": {"time": "8 hours"}}, {"allowance": {"time": 8}}, {"allowance": {"open_days": -1}},
        {"allowance": {"open_days": 4000}}, {"allowance": {"open_days": "1"}}, {"allowance": {"days": 1}},
        {"start": []}, {"stop": []}, {"start": TEST}, {"pause": "never"}, {"pause": [1]},
        {"pause": [{"column": "act"}]}, {"pause": [{"is": ["receive"]}]}, {"pause": [{"column": "weather", "is": "x"}]},
        {"pause": [{**TEST, "is_not": ["x"]}]}, {"pause": [{**TEST, "colour": "red"}]},
        {"pause": [{"column": "act", "is": []}]}, {"pause": [{"column": "act", "is": [["x"]]}]},
        {"pause": [{"column": "act", "is_missing": "yes"}]}, {"pause": [{"column": "act", "at_least": "one"}]},
        {"pause": [{"column": "act", "after_column": ""}]},
        {"pause": [{"any": []}]}, {"pause": [{"any": TEST}]}, {"pause": [{"any": [[{"column": "act"}]]}]},
        {"pause": [{"any": [[TEST]], "column": "act"}]},
        {"retroactive_start": "yes"}, {"retroactive_pause": 1},
        {"warnings": 50}, {"warnings": [0]}, {"warnings": [101]}, {"warnings": ["50"]}, {"warnings": [50, 50]},
    ],
    ids=str,
)  # fmt: skip
def test_each_mistake_fails_both(change: dict[str, object]) -> None:
    table = {key: value for key, value in {**CLOCK, **change}.items() if value is not MISSING}
    assert not is_taken_by_reader(table)
    assert not is_taken_by_schema(table)
