"""Duties as they are handed in: a CSV's lines, or shifts of a plan, each usable or with the reason why not."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.assets.operations.importing import RegisterFileError, decoded
from madoguchi.people.sayings import Said, kept, say
from madoguchi.works.operations.csv_lines import (
    cell_problems,
    day_in,
    day_problems,
    kept_cells,
    numbered_lines,
    printable,
)

DAY, TITLE, WHO, MINUTES, TEXT = COLUMNS = ("日付", "当番", "担当", "時間（分）", "内容")
# columns of the sheet of refused lines, which may be put right and handed in again
ADDED = ("行", "理由")
LIMITS = {TITLE: 200, WHO: 254, TEXT: 2_000}
MAX_ROWS, MAX_MINUTES = 5_000, 1_440


@dataclass(frozen=True, kw_only=True, slots=True)
class Here:
    """Somebody who may be on duty, and the days of their roles."""

    key: int
    name: str
    mail: str
    days: tuple[tuple[date, date | None], ...]

    def is_here(self, day: date) -> bool:
        return any(start <= day and (end is None or day < end) for start, end in self.days)


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """A duty asked for: usable, or with the reason why not."""

    line: int
    cells: Mapping[str, str]
    day: date | None
    person_id: int | None = None
    minutes: int | None = None
    error: str = ""

    @property
    def key(self) -> tuple[date | None, str, int | None]:
        """Return what no duty shares with another."""
        return self.day, self.cells[TITLE], self.person_id


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkedShift:
    """A shift of a plan, with its name for people."""

    name: str
    person_id: int
    starts_at: datetime
    ends_at: datetime
    break_starts_at: datetime | None
    break_ends_at: datetime | None


def read_duties(content: bytes, people: Iterable[Here]) -> list[Duty]:
    """Return every line of a file. Raises RegisterFileError for a file that is no such list at all."""
    by_mail, by_name = dict[str, list[Here]](), dict[str, list[Here]]()
    for each in people:
        by_mail.setdefault(each.mail.lower(), []).append(each)
        by_name.setdefault(_folded(each.name), []).append(each)
    by_mail.pop("", None)
    found = []
    for number, cells, problem in numbered_lines(decoded(content), columns=COLUMNS, ignored=ADDED):
        who = by_mail.get(cells[WHO].lower()) or by_name.get(_folded(cells[WHO]), [])
        found.append(_duty(number, cells, problem, who))
        if len(found) > MAX_ROWS:
            raise RegisterFileError([_("%(n)s行を超えています。分けてください。") % {"n": MAX_ROWS}])
    if not found:
        raise RegisterFileError([_("当番の行がありません。")])
    return without_doubles(found)


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())


def _duty(number: int, cells: Mapping[str, str], problem: Said | None, who: Sequence[Here]) -> Duty:
    day, minutes = day_in(cells[DAY]), _minutes(cells[MINUTES])
    here = [each for each in who if day is None or each.is_here(day)]
    problems = [problem] if problem else [
        *cell_problems(cells, limits=LIMITS), *day_problems(DAY, cells[DAY]),
        *([] if cells[TITLE] else [say("%(name)sは必須です。", name=TITLE)]),
        *_who_problems(cells[WHO], who, here), *_minute_problems(cells[MINUTES], minutes),
    ]  # fmt: skip
    return Duty(
        line=number, cells=kept_cells(cells) | {TEXT: printable(cells[TEXT])[: LIMITS[TEXT]]}, day=day, minutes=minutes,
        person_id=here[0].key if len(here) == 1 else None, error=kept(problems),
    )  # fmt: skip


def _who_problems(given: str, who: Sequence[Here], here: Sequence[Here]) -> Iterator[Said]:
    shown = given[:60]
    if given and not who:
        yield say("「%(given)s」は受付の担当者にいません。氏名かメールを確かめてください。", given=shown)
    elif given and not here:
        yield say("「%(given)s」はその日には契約の担当者ではありません。", given=shown)
    elif len(here) > 1:
        yield say("「%(given)s」に当たる人が%(n)s人います。メールを書いてください。", given=shown, n=len(here))


def _minutes(given: str) -> int | None:
    folded = unicodedata.normalize("NFKC", given)
    is_number = folded.isascii() and folded.isdigit() and len(folded) <= len(str(MAX_MINUTES))
    return int(folded) if is_number and int(folded) <= MAX_MINUTES else None


def _minute_problems(given: str, minutes: int | None) -> Iterator[Said]:
    if given and minutes is None:
        yield say(
            "「%(given)s」は使えません。%(low)sから%(high)sまでの整数を入力してください。", given=given[:40], low=0,
            high=MAX_MINUTES,
        )  # fmt: skip


def duties_of_shifts(shifts: Iterable[WorkedShift], people: Mapping[int, Here]) -> list[Duty]:
    """Return a duty for each shift; its name says from when to when, its text when the break is."""
    found = []
    for number, each in enumerate(shifts, start=1):
        day, who = timezone.localdate(each.starts_at), people.get(each.person_id)
        pause, break_minutes = _break(each)
        minutes = int((each.ends_at - each.starts_at).total_seconds() // 60) - break_minutes
        title = f"{each.name} {_clock(each.starts_at)}-{_clock(each.ends_at)}"
        is_here = who is not None and who.is_here(day)
        found.append(
            Duty(
                line=number, day=day, person_id=each.person_id if is_here else None, minutes=minutes,
                cells={
                    DAY: day.isoformat(), TITLE: title, WHO: who.name if who else "", MINUTES: str(minutes), TEXT: pause
                },
                error="" if is_here else kept([say("シフトの人は、その日には契約の担当者ではありません。")]),
            )
        )  # fmt: skip
    return without_doubles(found)


def _clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"


def _break(shift: WorkedShift) -> tuple[str, int]:
    if shift.break_starts_at is None or shift.break_ends_at is None:
        return "", 0
    text = _("休憩 %(start)s-%(end)s") % {"start": _clock(shift.break_starts_at), "end": _clock(shift.break_ends_at)}
    return text, int((shift.break_ends_at - shift.break_starts_at).total_seconds() // 60)


def without_doubles(duties: Sequence[Duty]) -> list[Duty]:
    """Return duties of which each but the first of the same is refused."""
    seen, found = dict[tuple[date | None, str, int | None], int](), []
    for each in duties:
        first = seen.setdefault(each.key, each.line) if not each.error else each.line
        if first != each.line:
            found.append(replace(each, error=kept([say("同じ当番が%(line)s行目にもあります。", line=first)])))
        else:
            found.append(each)
    return found
