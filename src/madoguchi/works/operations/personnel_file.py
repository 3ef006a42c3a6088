"""A personnel office's CSV: each line read on its own, and what is wrong with it said beside it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from madoguchi.assets.operations.importing import RegisterFileError, decoded
from madoguchi.core.works_vocabulary import PersonnelKind
from madoguchi.works.operations.csv_lines import (
    cell_problems,
    day_in,
    kept_cells,
    no_such_day,
    numbered_lines,
    printable,
)

COLUMNS = ("区分", "メール", "氏名", "よみ", "内線", "所属記号", "異動日")
LIMITS = {"氏名": 120, "よみ": 120, "内線": 40, "メール": 254}
NEEDED = {
    PersonnelKind.JOIN: ("氏名", "所属記号"),
    PersonnelKind.MOVE: ("所属記号",),
    PersonnelKind.LEAVE: (),
    PersonnelKind.RENAME: ("氏名",),
}
MAX_ROWS = 50_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What lines are checked against: people by mail, divisions by key."""

    people: Mapping[str, int]
    divisions: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line read: usable, or with the reason why not."""

    number: int
    kind: PersonnelKind | None
    cells: Mapping[str, str]
    person_id: int | None
    division_id: int | None
    effective_date: date | None
    error: str


def read_lines(content: bytes, known: Known) -> list[Line]:
    """Return every line of a file. Raises RegisterFileError for a file that is no such list at all."""
    seen: dict[str, int] = {}
    lines = []
    for number, cells, problem in numbered_lines(decoded(content), columns=COLUMNS):
        lines.append(_line(number, cells, problem, known, seen))
        if len(lines) > MAX_ROWS:
            raise RegisterFileError([_("%(n)s行を超えています。分けてください。") % {"n": MAX_ROWS}])
    if not lines:
        raise RegisterFileError([_("異動者の行がありません。")])
    return lines


def _line(number: int, cells: dict[str, str], problem: str, known: Known, seen: dict[str, int]) -> Line:
    kind = next((each for each in PersonnelKind if cells["区分"] in (each.value, each.label)), None)
    mail = cells["メール"].lower()
    person_id, division_id = known.people.get(mail), known.divisions.get(cells["所属記号"])
    day = day_in(cells["異動日"])
    problems = [problem] if problem else [
        *cell_problems(cells, limits=LIMITS), *_kind_problems(kind, cells, person_id),
        *_place_problems(cells, division_id), *([] if day else [no_such_day(cells["異動日"])]),
    ]  # fmt: skip
    if mail in seen:
        problems.append(_("同じメールが%(line)s行目にもあります。") % {"line": seen[mail]})
    seen.setdefault(mail, number)
    return Line(
        number=number, kind=kind, cells=kept_cells(cells), person_id=person_id, division_id=division_id,
        effective_date=day, error=" ".join(problems),
    )  # fmt: skip


def _kind_problems(kind: PersonnelKind | None, cells: Mapping[str, str], person_id: int | None) -> Iterator[str]:
    if kind is None:
        allowed = "、".join(each.label for each in PersonnelKind)
        yield _("区分は %(allowed)s のどれかです。") % {"allowed": allowed}
        return
    try:
        validate_email(cells["メール"])
    except ValidationError:
        yield _("「%(given)s」はメールアドレスではありません。") % {"given": printable(cells["メール"])[:60]}
    for name in NEEDED[kind]:
        if not cells[name]:
            yield _("%(name)sは必須です。") % {"name": name}
    if kind is PersonnelKind.JOIN and person_id is not None:
        yield _("このメールの人は登録済みです。")
    if kind is not PersonnelKind.JOIN and person_id is None:
        yield _("このメールの人は登録されていません。")


def _place_problems(cells: Mapping[str, str], division_id: int | None) -> Sequence[str]:
    if cells["所属記号"] and division_id is None:
        return [_("「%(given)s」という所属はありません。") % {"given": printable(cells["所属記号"])[:40]}]
    return []
