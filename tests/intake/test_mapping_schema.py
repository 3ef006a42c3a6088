"""The published schema of mapping files against their reader: every example passes both, every mistake fails both."""

import tomllib
from pathlib import Path

import jsonschema
import pytest
from tests.toml_text import document

from madoguchi.core.errors import InvalidInputError
from madoguchi.core.events import FACT_TABLES
from madoguchi.intake.mapping import load_mapping
from madoguchi.intake.mapping_schema import mapping_schema

ROOT = Path(__file__).parents[2]
PROFILES = sorted((ROOT / "examples" / "profiles").glob("*.toml"))
COLUMNS: dict[str, object] = {
    "reference": {"from": "番号"},
    "kind": {"from": "種別", "map": {"問合せ": "inquiry"}, "otherwise": "fault"},
    "received_at": {"from": "受付", "moments": ["iso"], "zone": "Asia/Tokyo"},
}
MAPPING: dict[str, object] = {
    "format": "mapping", "table": "tickets", "system": "ledger", "contract": "004", "key": ["番号"], "columns": COLUMNS,
}  # fmt: skip
MISSING = "(left out)"


def is_taken_by_schema(table: dict[str, object]) -> bool:
    return jsonschema.Draft202012Validator(mapping_schema()).is_valid(table)


def is_taken_by_reader(table: dict[str, object]) -> bool:
    try:
        load_mapping(document(table), file="ledger.toml")
    except InvalidInputError:
        return False
    return True


def with_column(name: str, column: object) -> dict[str, object]:
    return {"columns": {**COLUMNS, name: column}}


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(mapping_schema())


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_every_example_is_a_mapping_for_both_or_for_neither(path: Path) -> None:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    is_mapping = table["format"] == "mapping"
    assert is_taken_by_schema(table) == is_taken_by_reader(table) == is_mapping


def test_the_mapping_of_the_guide_passes_both() -> None:
    text = (ROOT / "docs" / "guides" / "imports.md").read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    jsonschema.validate(tomllib.loads(text), mapping_schema())
    load_mapping(text, file="guide")


@pytest.mark.parametrize("name", sorted(FACT_TABLES))
def test_each_table_asks_for_its_own_columns(name: str) -> None:
    table = FACT_TABLES[name]
    for columns in (table.columns, [each for each in table.columns if each.is_required], table.columns[:-1]):
        given = {each.name: {"from": each.name} for each in columns if each not in table.columns[:3]}
        changed = {**MAPPING, "table": name, "columns": given}
        assert is_taken_by_schema(changed) == is_taken_by_reader(changed)
    without = {**MAPPING, "table": name, "columns": {}}
    assert not is_taken_by_schema(without)
    assert not is_taken_by_reader(without)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"missing": ["-"], "moments": ["epoch"], "zone": "UTC", "order": ["版"], "replaces": True},
        {"file": {"encoding": "cp932", "delimiter": "\t", "header_line": 3, "sheet": "一覧", "columns": ["番号"]}},
        {"where": {"状態": ["完了", "取消"]}},
        with_column("channel", {"value": "web"}),
        with_column("reopened_count", {"value": 0}),
        with_column("waiting_elsewhere_seconds", {"from": "待ち", "form": "h:mm:ss"}),
        with_column("triaged_at", {"from": "更新", "take": "first", "when": {"状態": ["対応中"]}}),
    ],
    ids=str,
)
def test_what_a_mapping_may_say_passes_both(change: dict[str, object]) -> None:
    jsonschema.validate({**MAPPING, **change}, mapping_schema())
    assert is_taken_by_reader({**MAPPING, **change})


@pytest.mark.parametrize(
    "change",
    [
        *({name: MISSING} for name in ("format", "table", "system", "contract", "key", "columns")),
        {"format": ""}, {"format": "ledger"}, {"file": {"delimiter": "\n"}}, {"file": {"delimiter": '"'}},
        with_column("category", {"value": ["web"]}), with_column("category", {"value": {"web": "a"}}),
 {"table": "visits"}, {"table": 1}, {"system": "The Ledger"}, {"contract": " "}, {"contract": 4},
        {"key": []}, {"key": "番号"}, {"key": [1]}, {"missing": "-"}, {"moments": "iso"}, {"zone": 9},
        {"order": "版"}, {"replaces": "yes"}, {"colour": "red"}, {"columns": ["reference"]},
        {"file": "utf-8"}, {"file": {"encoding": "ebcdic"}}, {"file": {"delimiter": ""}}, {"file": {"delimiter": "||"}},
        {"file": {"header_line": -1}}, {"file": {"header_line": 101}}, {"file": {"header_line": "2"}},
        {"file": {"sheet": 1}}, {"file": {"columns": "番号"}}, {"file": {"colour": "red"}},
        {"where": ["完了"]}, {"where": {"状態": "完了"}}, {"where": {"状態": [1]}},
        {"columns": {name: each for name, each in COLUMNS.items() if name != "kind"}},
        with_column("source", {"from": "x"}), with_column("weather", {"from": "x"}), with_column("category", "分類"),
        with_column("category", {}), with_column("category", {"from": "a", "value": "b"}),
        with_column("category", {"from": 1}), with_column("category", {"from": "a", "colour": "red"}),
        with_column("category", {"from": "a", "map": ["b"]}), with_column("category", {"from": "a", "map": {"b": 1}}),
        with_column("category", {"from": "a", "otherwise": 1}),
        with_column("category", {"from": "a", "moments": "iso"}),
        with_column("category", {"from": "a", "zone": 9}), with_column("category", {"from": "a", "form": "hours"}),
        with_column("category", {"from": "a", "take": "middle"}), with_column("category", {"from": "a", "when": ["x"]}),
        with_column("category", {"from": "a", "when": {"b": "x"}}),
    ],
    ids=str,
)  # fmt: skip
def test_each_mistake_fails_both(change: dict[str, object]) -> None:
    table = {key: value for key, value in {**MAPPING, **change}.items() if value is not MISSING}
    assert not is_taken_by_reader(table)
    assert not is_taken_by_schema(table)


def test_a_zone_that_is_not_one_is_refused_before_any_row_is_read() -> None:
    changes: tuple[dict[str, object], ...] = (
        {"zone": "Asia/Nowhere"},
        with_column("due_at", {"from": "期限", "zone": "JST+9"}),
    )
    for change, key in zip(changes, ("zone", "columns.due_at.zone"), strict=True):
        with pytest.raises(InvalidInputError) as caught:
            load_mapping(document({**MAPPING, **change}), file="ledger.toml")
        assert [problem.key for problem in caught.value.problems] == [key]
