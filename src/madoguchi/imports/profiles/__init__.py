"""Ready mappings for the exports of other tools."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from madoguchi.imports.mapping import LedgerMapping, mapping_of_toml

HERE = Path(__file__).parent


@lru_cache(maxsize=1)
def ready_profiles() -> Mapping[str, LedgerMapping]:
    """Return the mappings that come along, by the names of their files."""
    return {path.stem: mapping_of_toml(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("*.toml"))}
