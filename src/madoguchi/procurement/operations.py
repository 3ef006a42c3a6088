"""Writes on firms' comments: a file of them taken in whole, and the answers."""

from datetime import datetime

from django.db import transaction

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.errors import InvalidInputError, MadoguchiError, Problem
from madoguchi.core.procurement.comments import read_comments
from madoguchi.core.procurement_vocabulary import CommentOutcome
from madoguchi.procurement.models import FirmComment

LONGEST_NAME = 200
NAMED = 20


class StaleAnswerError(MadoguchiError):
    """Somebody else answered this comment meanwhile. Compare with the answer now and save again."""


@transaction.atomic
def add_comments(*, access: Access, text: str, file: str, at: datetime) -> int:
    """Add the comments of a CSV file: all of them, or none. Raises InvalidInputError with every problem."""
    access.require(Right.PROCURE)
    comments = read_comments(text, file=file)
    numbers = {each.number for each in comments}
    kept = FirmComment.objects.filter(contract=access.contract, number__in=numbers).values_list("number", flat=True)
    problems = [
        Problem(where=file, key="number", given=f"{number} is already kept", allowed="numbers not used before")
        for number in sorted(kept)[:NAMED]
    ]
    problems += [
        Problem(where=file, key=name, given=f"{len(value)} letters", allowed=f"at most {LONGEST_NAME}, without NUL")
        for each in comments
        for name, value in (("firm", each.firm), ("section", each.section))
        if len(value) > LONGEST_NAME
    ]
    if "\x00" in text:
        problems.append(Problem(where=file, key="", given="a NUL character", allowed="text without it"))
    if problems:
        raise InvalidInputError(problems)
    FirmComment.objects.bulk_create(
        FirmComment(
            contract=access.contract, number=each.number, firm=each.firm, section=each.section, comment=each.comment,
            answer=each.answer, outcome=each.outcome.value if each.outcome else "",
            answered_by=access.person if each.outcome else None, answered_at=at if each.outcome else None,
        )
        for each in comments
    )  # fmt: skip
    _record(access, "add_firm_comments", access.contract.key, at, {"count": len(comments)})
    return len(comments)


@transaction.atomic
def answer_comment(
    *, access: Access, comment: FirmComment, answer: str, outcome: CommentOutcome, version: int, at: datetime
) -> None:
    """Answer a comment. Raises StaleAnswerError where `version` is not the latest."""
    access.require(Right.PROCURE)
    locked = FirmComment.objects.select_for_update().get(pk=comment.pk, contract=access.contract)
    if locked.version != version:
        raise StaleAnswerError(str(StaleAnswerError.__doc__))
    locked.answer, locked.outcome, locked.version = answer, outcome.value, version + 1
    locked.answered_by, locked.answered_at = access.person, at
    locked.save(update_fields=["answer", "outcome", "version", "answered_by", "answered_at"])
    _record(access, "answer_firm_comment", str(locked.number), at, {"outcome": outcome.value, "version": version + 1})


def _record(access: Access, act: str, key: str, at: datetime, details: dict[str, object]) -> None:
    entry = Entry(act=act, subject=f"firm_comment:{key}", details=details)
    record(chain=access.contract.key, at=at, actor=access.person.key, entries=[entry])
