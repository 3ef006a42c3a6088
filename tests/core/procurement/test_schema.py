"""The published schemas of costs and procurement against their readers: what one refuses, the other refuses."""

import tomllib
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.toml_text import plain

from madoguchi.core.costing.load import load_costs
from madoguchi.core.errors import InvalidInputError
from madoguchi.core.metrics.schema import Schema
from madoguchi.core.procurement.load import load_procurement
from madoguchi.core.procurement.schema import costs_schema, procurement_schema
from madoguchi.core.toml_text import toml_text

EXAMPLES = Path(__file__).parents[3] / "examples"
KINDS: Mapping[str, tuple[Callable[[], Schema], Callable[[Mapping[str, str]], object]]] = {
    "costs": (costs_schema, load_costs),
    "procurement": (procurement_schema, load_procurement),
}
FILES = sorted(path for name in KINDS for path in EXAMPLES.glob(f"*/{name}.toml"))


def test_the_schemas_are_schemas() -> None:
    for schema, _ in KINDS.values():
        jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_example_satisfies_schema_and_reader(path: Path) -> None:
    schema, load = KINDS[path.stem]
    text = path.read_text(encoding="utf-8")
    assert load({path.name: text}) is not None
    jsonschema.validate(plain(tomllib.loads(text)), schema())


@pytest.mark.parametrize(
    ("kind", "keys", "value"),
    [
        ("costs", ("colour",), "red"),
        ("costs", ("format",), 2),
        ("costs", ("unit",), 7),
        ("costs", ("rounding",), "even"),
        ("costs", ("decimals",), 5),
        ("costs", ("bases",), ["week"]),
        ("costs", ("minus",), "~"),
        ("costs", ("current", "name"), ""),
        ("costs", ("current", "months"), 0),
        ("costs", ("current", "contract"), []),
        ("costs", ("current", "contract", 0, "amount"), -1),
        ("costs", ("current", "contract", 0, "amount"), 1.5),
        ("costs", ("current", "contract", 0, "start_date"), "2020-01-01T00:00"),
        ("costs", ("current", "contract", 0, "share"), {"percent": 10}),
        ("costs", ("current", "contract", 0, "share"), {"percent": 10, "amount": 1, "ground": "按分"}),
        ("costs", ("prior", 0, "id"), "Prior 1"),
        ("procurement", ("colour",), "red"),
        ("procurement", ("tender", "winner"), " "),
        ("procurement", ("tender", "method"), "lottery"),
        ("procurement", ("tender", "ceiling_price"), 0),
        ("procurement", ("tender", "opening", 0, "bid"), []),
        ("procurement", ("tender", "opening", 0, "bid", 0, "result"), "won"),
        ("procurement", ("step", 0, "kind"), "party"),
        ("procurement", ("step", 0, "minimum_days"), 10),
        ("procurement", ("step", 0, "minimum_days"), 3_661),
        ("procurement", ("step", 0, "firm_count"), "many"),
        ("procurement", ("decliner", 0, "reasons"), []),
        ("procurement", ("follow_up", 0, "actions"), []),
        ("procurement", ("past_term", 0, "label"), 3),
    ],
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) else None,
)
def test_what_the_schema_refuses_the_reader_refuses(kind: str, keys: tuple[str | int, ...], value: object) -> None:
    name = f"{kind}.toml"
    schema, load = KINDS[kind]
    table: dict[str, Any] = tomllib.loads((EXAMPLES / "003-meti-infrastructure" / name).read_text(encoding="utf-8"))
    changed: Any = deepcopy(table)
    place = changed
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plain(changed), schema(), format_checker=jsonschema.FormatChecker())
    with pytest.raises(InvalidInputError):
        load({name: toml_text(changed)})
