"""Sheets of paper typed in together: all of them or none."""

import csv
import io
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.quality_vocabulary import RoundState
from madoguchi.core.surveys.questionnaire import Checked, Question, Questionnaire
from madoguchi.desk.errors import FieldError
from madoguchi.surveys.errors import EmptySheetError, SheetError
from madoguchi.surveys.locks import locked_round
from madoguchi.surveys.models import Round
from madoguchi.surveys.operations.answer import checked_sheet, keep_sheets
from madoguchi.surveys.queries import sheet_of

SHEET_LIMIT = 500
PROBLEM_LIMIT = 20


@transaction.atomic
def enter_paper(*, access: Access, round_id: int, text: str, now: datetime) -> int:
    """Keep sheets typed as lines (tabs or commas), a sheet a line, under a line of question ids. Returns how many.

    A choice is typed as its id or its number from 1; an empty cell is no answer. Raises InvalidInputError with line and
    question of every problem, FieldError for more sheets than were handed out.
    """
    access.require(Right.RECEIVE)
    found = locked_round(contract=access.contract, round_id=round_id)
    if found.state != RoundState.OPEN.value:
        raise FieldError("text", _("紙の回答は、回答受付中の調査回にだけ入力できます。"))
    sheets = _read(found, text)
    left = found.paper_count - found.paper_entered_count
    if len(sheets) > left:
        words = _(
            "配った紙は%(issued)s枚、入力済みは%(entered)s枚です。あと%(left)s枚まで入力できます（今回 %(given)s枚）。"
        )
        values = {
            "issued": found.paper_count, "entered": found.paper_entered_count, "left": left, "given": len(sheets),
        }  # fmt: skip
        raise FieldError("text", words % values)
    keep_sheets(found, sheets, stratum=None)
    found.paper_entered_count += len(sheets)
    found.save(update_fields=["paper_entered_count"])
    entry = Entry(act="enter_paper", subject=f"round:{found.pk}", details={"sheets": len(sheets)})
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    return len(sheets)


@transaction.atomic
def hand_out_paper(*, access: Access, round_id: int, count: int, now: datetime) -> None:
    """Note that so many more people were asked on paper, whoever they are."""
    access.require(Right.MANAGE)
    found = locked_round(contract=access.contract, round_id=round_id)
    if found.state != RoundState.OPEN.value:
        raise FieldError("count", _("紙は、回答受付中の調査回にだけ追加できます。"))
    found.paper_count += count
    found.invited_count += count
    found.population_count = max(found.population_count, found.invited_count)
    found.save(update_fields=["paper_count", "invited_count", "population_count"])
    entry = Entry(act="hand_out_paper", subject=f"round:{found.pk}", details={"sheets": count})
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])


def _read(found: Round, text: str) -> list[Checked]:
    questionnaire, problems = sheet_of(found), list[Problem]()
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    try:
        lines = [line for line in csv.reader(io.StringIO(text), delimiter=delimiter) if any(map(str.strip, line))]
    except csv.Error as error:
        raise InvalidInputError([_problem("", None, str(error), _("1行に1枚の表"))]) from None
    heading = [cell.strip() for cell in lines[0]] if lines else []
    known = [each.id for each in questionnaire.questions]
    if not heading or set(heading) - set(known) or len(set(heading)) < len(heading):
        given = ", ".join(heading)[:200] or _("空欄")
        raise InvalidInputError([_problem("", 1, given, _("1行目は設問の記号: ") + ", ".join(known))])
    if not 1 < len(lines) <= SHEET_LIMIT + 1:
        raise InvalidInputError([_problem("", 2, str(len(lines) - 1), _("1枚から500枚まで"))])
    sheets = []
    for number, line in enumerate(lines[1:], start=2):
        sheet = _sheet(found, questionnaire, dict(zip(heading, line, strict=False)), number, problems)
        if len(line) > len(heading):
            problems.append(_problem("", number, f"{len(line)}", _("見出しと同じ列の数")))
        if sheet is not None:
            sheets.append(sheet)
    if problems:
        raise InvalidInputError(problems[:PROBLEM_LIMIT])
    return sheets


def _sheet(
    found: Round, questionnaire: Questionnaire, cells: dict[str, str], number: int, problems: list[Problem]
) -> Checked | None:
    given = {name: _typed(questionnaire.question(name), cell.strip()) for name, cell in cells.items()}
    try:
        return checked_sheet(found, given)
    except SheetError as error:
        for name, fault in error.faults.items():
            problems.append(_problem(name, number, given.get(name, "")[:60] or _("空欄"), fault.label))
    except EmptySheetError as error:
        problems.append(_problem("", number, _("空欄"), str(error)))
    return None


def _typed(question: Question | None, cell: str) -> str:
    """Return the choice a cell means: its id, or the id at its number."""
    if question is None or question.choice(cell) or not (cell.isascii() and cell.isdigit() and len(cell) < 4):  # noqa: PLR2004
        return cell
    place = int(cell) - 1
    return question.choices[place].id if 0 <= place < len(question.choices) else cell


def _problem(key: str, line: int | None, given: str, allowed: str) -> Problem:
    return Problem(where=_("紙の回答"), key=key, line=line, given=given, allowed=allowed)
