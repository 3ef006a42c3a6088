"""What the desk's guide says is there, is there."""

from pathlib import Path

from madoguchi.core.vocabulary import RoleKind
from madoguchi.web.variables import KNOWN

GUIDE = (Path(__file__).parents[2] / "docs/guides/desk.md").read_text(encoding="utf-8")


def test_every_variable_is_in_the_guide() -> None:
    missing = [name for name in KNOWN if f"| `{name}` |" not in GUIDE]
    assert missing == []


def test_every_role_is_in_the_guide() -> None:
    missing = [kind.value for kind in RoleKind if f"| {kind.value.replace('_', ' ')} (" not in GUIDE]
    assert missing == []
