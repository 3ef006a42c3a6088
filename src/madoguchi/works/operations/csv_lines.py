"""Lines of a list that somebody hands in as CSV: each read on its own, and what is wrong with it said beside it."""

import csv
import io
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from madoguchi.assets.operations.importing import FORMULA_STARTS, RegisterFileError
from madoguchi.people.sayings import Said, say

YEARS = range(1990, 2100)
KEPT = 300


def numbered_lines(
    text: str, *, columns: Sequence[str], ignored: Collection[str] = ()
) -> Iterator[tuple[int, dict[str, str], Said | None]]:
    """Yield each line's number, its cells by heading, and what is wrong with the line as a whole.

    Raises RegisterFileError for a text whose headings are not these.
    """
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        headings = [each.strip() for each in next(reader, [])]
        if sorted(each for each in headings if each not in ignored) != sorted(columns):
            given = {"given": "、".join(headings)[:200], "allowed": "、".join(columns)}
            raise RegisterFileError([_("1行目の見出しが「%(given)s」です。「%(allowed)s」にしてください。") % given])
        for cells in reader:
            if any(each.strip() for each in cells):
                problem = None if len(cells) == len(headings) else say("列の数が見出しと合いません。")
                padded = [*cells, *[""] * len(headings)][: len(headings)]
                found = dict(zip(headings, (each.strip() for each in padded), strict=True))
                yield reader.line_num, {name: found[name] for name in columns}, problem
    except csv.Error as error:
        raise RegisterFileError([_("%(line)s行目: CSVとして読めません。") % {"line": reader.line_num}]) from error


def printable(text: str) -> str:
    return "".join(each for each in text if unicodedata.category(each) not in ("Cc", "Cs"))


def kept_cells(cells: Mapping[str, str]) -> dict[str, str]:
    """Return cells as they are kept to be shown: printable, and none without end."""
    return {name: printable(cell)[:KEPT] for name, cell in cells.items()}


def day_in(text: str) -> date | None:
    try:
        day = parse_date(text.replace("/", "-"))
    except ValueError:
        return None
    return day if day and day.year in YEARS else None


def day_problems(name: str, text: str) -> Iterator[Said]:
    if not text:
        yield say("%(name)sは必須です。", name=name)
    elif day_in(text) is None:
        yield say("「%(given)s」という日付はありません。", given=printable(text)[:40])


def cell_problems(cells: Mapping[str, str], *, limits: Mapping[str, int]) -> Iterator[Said]:
    for name, cell in cells.items():
        if printable(cell) != cell:
            yield say("%(name)sに使えない制御文字が含まれています。", name=name)
        if cell.startswith(FORMULA_STARTS):
            yield say("%(name)sが数式のように始まっています。", name=name)
        if len(cell) > limits.get(name, len(cell)):
            yield say("%(name)sは%(n)s文字以内です。", name=name, n=limits[name])
