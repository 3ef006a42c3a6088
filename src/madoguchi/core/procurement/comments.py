"""Comments of firms on a draft specification, kept one by one with the answer each was given."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.procurement_vocabulary import CommentOutcome

COLUMNS = ("number", "firm", "section", "comment", "answer", "outcome")
LONGEST = 20_000
MOST = 100_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Comment:
    """One comment with its answer; the outcome is None while it is not answered."""

    number: int
    firm: str
    section: str
    comment: str
    answer: str = ""
    outcome: CommentOutcome | None = None


def read_comments(text: str, *, file: str) -> tuple[Comment, ...]:
    """Return the comments of a CSV text in their order. Raises InvalidInputError with every problem and its line."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    problems: list[Problem] = []
    found: list[Comment] = []
    try:
        if tuple(rows.fieldnames or ()) != COLUMNS:
            raise InvalidInputError([_problem(file, 1, "", f"columns {rows.fieldnames}", ", ".join(COLUMNS))])
        for row in rows:
            found.append(_comment(row, file=file, line=rows.line_num, problems=problems))
            if len(found) > MOST:
                raise InvalidInputError([_problem(file, rows.line_num, "", "more rows", f"at most {MOST:,} comments")])
    except csv.Error as error:
        problems.append(_problem(file, rows.line_num, "", f"not CSV: {error}", "a CSV file with one row a comment"))
    numbers = Counter(each.number for each in found)
    problems += [
        _problem(file, 1, "number", f"{name} twice", "each number once") for name in numbers if numbers[name] > 1
    ]
    if problems:
        raise InvalidInputError(problems)
    return tuple(found)


def _problem(file: str, line: int, key: str, given: str, allowed: str) -> Problem:
    return Problem(where=file, line=line, key=key, given=given, allowed=allowed)


def _comment(row: dict[str, str], *, file: str, line: int, problems: list[Problem]) -> Comment:
    if None in row or None in row.values():
        problems.append(_problem(file, line, "", "a row of another length", f"{len(COLUMNS)} columns"))
        return Comment(number=-line, firm="", section="", comment="")
    problems += [
        _problem(file, line, name, f"{len(row[name])} letters", f"1 to {LONGEST:,} letters")
        for name in ("firm", "comment")
        if not row[name].strip() or len(row[name]) > LONGEST
    ]
    number = row["number"]
    if not (number.isascii() and number.isdigit() and len(number) < len(str(MOST * 10))):
        problems.append(_problem(file, line, "number", repr(number), "a whole number"))
        number = str(line)
    outcome = row["outcome"]
    if outcome and outcome not in list(CommentOutcome):
        problems.append(_problem(file, line, "outcome", repr(outcome), "one of " + ", ".join(CommentOutcome)))
        outcome = ""
    if outcome and not row["answer"].strip():
        problems.append(_problem(file, line, "answer", "missing", "an answer where there is an outcome"))
    return Comment(
        number=int(number), firm=row["firm"], section=row["section"], comment=row["comment"], answer=row["answer"],
        outcome=CommentOutcome(outcome) if outcome else None,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class CommentCount:
    """How many comments there are, of how many firms, and what became of them."""

    total: int
    firm_count: int
    unanswered: int
    by_outcome: tuple[tuple[CommentOutcome, int], ...]


def count_comments(comments: Sequence[Comment]) -> CommentCount:
    outcomes = Counter(each.outcome for each in comments)
    return CommentCount(
        total=len(comments),
        firm_count=len({each.firm for each in comments}),
        unanswered=outcomes[None],
        by_outcome=tuple((outcome, outcomes[outcome]) for outcome in CommentOutcome),
    )
