"""What is wrong with one line of a log."""

from madoguchi.core.errors import Problem


class LineError(ValueError):
    """A field of a line is not what its log writes there."""

    def __init__(self, *, column: str, given: str, allowed: str) -> None:
        self.column, self.given, self.allowed = column, given, allowed
        super().__init__(f"{column}: {given}; allowed: {allowed}")

    def problem(self, *, file: str, line: int) -> Problem:
        return Problem(where=file, line=line, key=self.column, given=self.given, allowed=self.allowed)
