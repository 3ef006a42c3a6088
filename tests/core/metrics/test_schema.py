"""The published JSON Schemas against the reader: what one takes, the other takes."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from tests.toml_text import plain, toml

from madoguchi.core.metrics.load import check_contract
from madoguchi.core.metrics.schema import SCHEMAS
from madoguchi.intake.definitions import read_definitions

EXAMPLES = Path(__file__).parents[3] / "examples"
FOLDERS = sorted(path.parent for path in EXAMPLES.glob("*/contract.toml"))


def documents(folder: Path) -> Iterator[tuple[str, object]]:
    for name, text in read_definitions(folder).items():
        if name == "contract.toml" or name.startswith("indicators/"):
            yield ("contract" if name == "contract.toml" else "indicator"), plain(tomllib.loads(text))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_example_satisfies_the_schemas_and_the_reader(folder: Path) -> None:
    contract, problems = check_contract(read_definitions(folder))
    assert problems == ()
    assert contract is not None
    assert contract.indicators
    for kind, document in documents(folder):
        jsonschema.validate(document, SCHEMAS[kind]())


@pytest.mark.parametrize(
    "change",
    [
        {"statistic": "average"},
        {"colour": "red"},
        {"decimals": "one"},
        {"window": "week"},
        {"where": [{"column": "outcome"}]},
        {"objective": [{"comparator": "above", "target": 90}]},
        {"within": {"hours": 2}},
        {"table": "phone_calls"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_the_schema_refuses_the_reader_refuses(change: dict[str, object]) -> None:
    texts = read_definitions(EXAMPLES / "004-egov-support-centre")
    name = "indicators/average_handle_time.toml"
    table = {**tomllib.loads(texts[name]), **change}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plain(table), SCHEMAS["indicator"]())
    kept = [line for line in texts[name].splitlines() if not line.startswith(tuple(change))]
    changed = "\n".join([*(f"{key} = {toml(value)}" for key, value in change.items()), *without(kept, change)])
    _, problems = check_contract({**texts, name: changed})
    assert problems
    assert all(problem.where.endswith(".toml") for problem in problems)


def without(lines: list[str], change: dict[str, object]) -> list[str]:
    """Leave out the tables that the change replaces."""
    kept, is_replaced = [], False
    for line in lines:
        if line.startswith("["):
            is_replaced = line.strip("[]") in change
        if not is_replaced:
            kept.append(line)
    return kept


def test_what_keeps_indicators_from_being_read_is_reported_alone() -> None:
    texts = read_definitions(EXAMPLES / "000-meti-operations")
    names = [name for name in texts if name.startswith("indicators/")]
    assert "order = " in texts["contract.toml"]
    broken = {name: texts[name].replace("statistic =", "static =") for name in names}
    _, problems = check_contract({**texts, **broken})
    assert {each.where for each in problems} == set(names)
    # a wrong name in the order is named beside them, with what there is
    changed = texts["contract.toml"].replace("order = [", 'order = ["answer_rat", ', 1)
    _, problems = check_contract({**texts, names[0]: "[", "contract.toml": changed})
    assert [(each.where, each.key, each.given) for each in problems if each.where == "contract.toml"] == [
        ("contract.toml", "order", "'answer_rat'")
    ]
