"""What the desk's guide says is there, is there."""

import re
from pathlib import Path

from madoguchi.core.vocabulary import RoleKind
from madoguchi.web.variables import KNOWN

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/guides/desk.md").read_text(encoding="utf-8")


def test_every_variable_is_in_the_guide() -> None:
    missing = [name for name in KNOWN if f"| `{name}` |" not in GUIDE]
    assert missing == []


def test_every_role_is_in_the_guide() -> None:
    missing = [kind.value for kind in RoleKind if f"| {kind.value.replace('_', ' ')} (" not in GUIDE]
    assert missing == []


def test_every_work_of_the_documents_is_shown_by_a_test_that_is_there() -> None:
    text = (ROOT / "docs/guides/works.md").read_text(encoding="utf-8")
    table = [each for each in text.splitlines() if re.match(r"\| 00[0-2] ", each)]
    journeys = {
        letter: (ROOT / "tests/journeys" / file).read_text(encoding="utf-8")
        for letter, file in re.findall(r"\b([A-Z]) `(test_\w+\.py)`", text)
    }
    forms = {each.stem for each in (ROOT / "src/madoguchi/works/forms").glob("*.toml")}
    assert [number for number in "①②③④⑤⑥⑦⑧⑨⑩⑪" if not any(f"| 000 {number} " in each for each in table)] == []
    shown = "".join(table)
    assert forms == set(re.findall(r"\[(\w+)\]", shown))
    for letter, name in re.findall(r"\b([A-Z]) (test_\w+)", shown):
        assert f"def {name}(" in journeys[letter]
    for file in re.findall(r"`(tests/[\w/]+\.py)`", shown):
        assert (ROOT / file).is_file(), file
