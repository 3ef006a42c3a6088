"""What can go wrong with what somebody gave us, said so that they can put it right."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing that is wrong in a definition or a file.

    `where` is the file as the reader named it; `key` is the dotted key, column or line inside it.
    """

    where: str
    key: str
    given: str
    allowed: str
    line: int | None = None

    def __str__(self) -> str:
        line = f":{self.line}" if self.line is not None else ""
        key = f" {self.key}" if self.key else ""
        return f"{self.where}{line}{key}: {self.given}; allowed: {self.allowed}"


class MadoguchiError(Exception):
    """The base of every expected failure; its text is fit to be shown to the person who caused it."""


class InvalidInputError(MadoguchiError):
    """Something given was wrong. Every problem found is listed; nothing was stored."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
