"""A personnel office's CSV: each line read on its own, and what is wrong with it said beside it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from madoguchi.assets.operations.importing import RegisterFileError, decoded
from madoguchi.core.works_vocabulary import PersonnelKind
from madoguchi.people.sayings import Both, Said, kept, say
from madoguchi.works.operations.csv_lines import (
    cell_problems,
    day_in,
    day_problems,
    kept_cells,
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


def _line(number: int, cells: dict[str, str], problem: Said | None, known: Known, seen: dict[str, int]) -> Line:
    kind = next((each for each in PersonnelKind if cells["区分"] in (each.value, each.label)), None)
    mail = cells["メール"].lower()
    person_id, division_id = known.people.get(mail), known.divisions.get(cells["所属記号"])
    day = day_in(cells["異動日"])
    problems = [problem] if problem else [
        *cell_problems(cells, limits=LIMITS), *_kind_problems(kind, cells, person_id),
        *_place_problems(cells, division_id), *day_problems("異動日", cells["異動日"]),
    ]  # fmt: skip
    if mail in seen:
        problems.append(say("同じメールが%(line)s行目にもあります。", line=seen[mail]))
    seen.setdefault(mail, number)
    return Line(
        number=number, kind=kind, cells=kept_cells(cells), person_id=person_id, division_id=division_id,
        effective_date=day, error=kept(problems),
    )  # fmt: skip


def _kind_problems(kind: PersonnelKind | None, cells: Mapping[str, str], person_id: int | None) -> Iterator[Said]:
    if kind is None:
        # a file may have either: the Japanese label, or the stored word
        allowed = [Both(ja=each.label, en=each.value) for each in PersonnelKind]
        given = printable(cells["区分"])[:40]
        yield say("区分「%(given)s」は使えません。使える値: %(allowed)s", given=given, allowed=allowed)
        return
    try:
        validate_email(cells["メール"])
    except ValidationError:
        yield say("「%(given)s」はメールアドレスではありません。", given=printable(cells["メール"])[:60])
    for name in NEEDED[kind]:
        if not cells[name]:
            yield say("%(name)sは必須です。", name=name)
    if kind is PersonnelKind.JOIN and person_id is not None:
        yield say("このメールの人は登録済みです。")
    if kind is not PersonnelKind.JOIN and person_id is None:
        yield say("このメールの人は登録されていません。")


def _place_problems(cells: Mapping[str, str], division_id: int | None) -> Sequence[Said]:
    if cells["所属記号"] and division_id is None:
        return [say("「%(given)s」という所属はありません。", given=printable(cells["所属記号"])[:40])]
    return []
