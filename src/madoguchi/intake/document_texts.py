"""What people keep beside a contract for its documents: settings of kinds, texts, comments of firms."""

from pathlib import Path

from madoguchi.core.errors import InvalidInputError, Problem

MAX_BYTES = 5_000_000
PATTERNS = ("documents/*.toml", "texts/*.md", "comments.csv")


def read_document_texts(folder: Path) -> dict[str, str]:
    """Return documents/*.toml, texts/*.md and comments.csv as texts by their name inside the folder.

    Raises InvalidInputError where a file is not UTF-8 or too large.
    """
    texts, problems = dict[str, str](), list[Problem]()
    for path in sorted(path for pattern in PATTERNS for path in folder.glob(pattern)):
        name, size = path.relative_to(folder).as_posix(), path.stat().st_size
        if size > MAX_BYTES:
            problems.append(Problem(where=name, key="", given=f"{size} bytes", allowed=f"at most {MAX_BYTES}"))
            continue
        try:
            texts[name] = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            problems.append(Problem(where=name, key="", given=str(error), allowed="UTF-8 text"))
    if problems:
        raise InvalidInputError(problems)
    return texts
