"""A contract's folder on disk, read into texts for core."""

from pathlib import Path

from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.load_contract import CONTRACT_FILE

MAX_BYTES = 1_000_000
OPTIONAL_FILES = ("costs.toml", "procurement.toml")


def read_definitions(folder: Path) -> dict[str, str]:
    """Return contract.toml, costs, procurement, indicators and clocks as texts by their name inside the folder.

    Raises InvalidInputError where the folder or contract.toml is not there or a file is not UTF-8.
    """
    if not (folder / CONTRACT_FILE).is_file():
        problem = Problem(where=str(folder), key="", given=f"no {CONTRACT_FILE}", allowed="a contract's folder")
        raise InvalidInputError([problem])
    texts, problems = {}, []
    for path in [
        folder / CONTRACT_FILE,
        *(folder / name for name in OPTIONAL_FILES if (folder / name).is_file()),
        *sorted(folder.glob("indicators/*.toml")),
        *sorted(folder.glob("clocks/*.toml")),
    ]:
        name = path.relative_to(folder).as_posix()
        try:
            texts[name] = _text(path)
        except ValueError as error:
            problems.append(Problem(where=name, key="", given=str(error), allowed="UTF-8 text of at most 1 MB"))
    if problems:
        raise InvalidInputError(problems)
    return texts


def _text(path: Path) -> str:
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"{path.stat().st_size} bytes")
    return path.read_text(encoding="utf-8-sig")
