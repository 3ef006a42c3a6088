"""CSV files of monitoring, line by line: what a line says, or why it cannot be taken."""

import csv
import io
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from madoguchi.assets.operations.importing import RegisterFileError, decoded
from madoguchi.core.monitoring_vocabulary import MonitoringFile
from madoguchi.desk.errors import FieldError
from madoguchi.desk.rules import is_thinkable
from madoguchi.monitoring.operations.maintenance import check_times

MAX_ROWS = 50_000
MAX_CELL = 400
MAX_MILLISECONDS = 86_400_000
# an outage of a file may be told as it runs, a plan may not lie further ahead than this
FURTHEST = timedelta(days=366 * 2)
SERVICE, START, END = "対象", "開始", "終了"
COLUMNS: Mapping[MonitoringFile, tuple[str, ...]] = {
    MonitoringFile.OUTAGES: (SERVICE, START, END, "重大度", "内容"),
    MonitoringFile.MAINTENANCE: (SERVICE, START, END, "理由"),
    MonitoringFile.PROBES: (SERVICE, "日時", "秒"),
    MonitoringFile.PATCHES: ("機器", "管理番号", "パッチ", "公開", "期限", "適用"),
}
LIMITS = {"重大度": 40, "内容": 200, "理由": 400, "機器": 60, "管理番号": 80, "パッチ": 120}


class LineError(RegisterFileError):
    """A line cannot be taken; the text says which cell has what, and what is allowed."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__([_("%(name)s: %(what)s") % {"name": name, "what": what}])


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of a file by its number, with its cells as they stand there."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OutageRow:
    service: str
    started_at: datetime
    ended_at: datetime | None
    severity: str
    summary: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MaintenanceRow:
    service: str
    started_at: datetime
    ended_at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProbeRow:
    service: str
    at: datetime
    milliseconds: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PatchRow:
    device: str
    unit: str
    patch: str
    released_at: datetime
    due_at: datetime
    applied_at: datetime | None


Row = OutageRow | MaintenanceRow | ProbeRow | PatchRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What lines are checked against."""

    services: Sequence[str]
    now: datetime


def lines_of(content: bytes, *, kind: MonitoringFile) -> list[Line]:
    """Return the lines below the headings. Raises RegisterFileError for a file that is no such table at all."""
    reader = csv.reader(io.StringIO(decoded(content), newline=""))
    wanted = COLUMNS[kind]
    lines: list[Line] = []
    try:
        headings = tuple(each.strip() for each in next(reader, []))
        if headings != wanted:
            given = {"given": "、".join(headings)[:200], "allowed": "、".join(wanted)}
            raise RegisterFileError([_("1行目の見出しが「%(given)s」です。「%(allowed)s」にしてください。") % given])
        for cells in reader:
            if any(each.strip() for each in cells):
                lines.append(Line(number=reader.line_num, cells=tuple(each.strip() for each in cells)))
            if len(lines) > MAX_ROWS:
                raise RegisterFileError([_("%(n)s行を超えています。分けてください。") % {"n": MAX_ROWS}])
    except csv.Error as error:
        raise RegisterFileError([_("%(line)s行目: CSVとして読めません。") % {"line": reader.line_num}]) from error
    if not lines:
        raise RegisterFileError([_("見出しの下に行がありません。")])
    return lines


def read_line(line: Line, *, kind: MonitoringFile, asked: Asked) -> Row:
    """Return what a line says. Raises LineError."""
    wanted = COLUMNS[kind]
    if len(line.cells) != len(wanted):
        given = {"n": len(line.cells), "allowed": len(wanted)}
        raise LineError(_("列"), _("%(n)s個あります。%(allowed)s個にしてください。") % given)
    cells = dict(zip(wanted, line.cells, strict=True))
    for name, cell in cells.items():
        _check_cell(name, cell)
    return READERS[kind](cells, asked)


def _check_cell(name: str, cell: str) -> None:
    if any(unicodedata.category(each) in ("Cc", "Cs") for each in cell):
        raise LineError(name, _("使えない制御文字が含まれています。"))
    limit = LIMITS.get(name, MAX_CELL)
    if len(cell) > limit:
        given = {"n": len(cell), "limit": limit}
        raise LineError(name, _("%(n)s文字あります。%(limit)s文字以内で入力してください。") % given)


def _outage(cells: Mapping[str, str], asked: Asked) -> OutageRow:
    start, end = _moment(cells, START, latest=asked.now), _optional(cells, END, latest=asked.now)
    if end is not None and end < start:
        raise LineError(END, _("終了を開始より後にしてください。"))
    return OutageRow(
        service=_service(cells, asked), started_at=start, ended_at=end, severity=cells["重大度"], summary=cells["内容"]
    )


def _maintenance(cells: Mapping[str, str], asked: Asked) -> MaintenanceRow:
    latest = asked.now + FURTHEST
    start, end = _moment(cells, START, latest=latest), _moment(cells, END, latest=latest)
    try:
        check_times(started_at=start, ended_at=end)
    except FieldError as error:
        raise LineError(END, str(error)) from error
    if not cells["理由"]:
        raise LineError("理由", _("必須の項目です。"))
    return MaintenanceRow(service=_service(cells, asked), started_at=start, ended_at=end, reason=cells["理由"])


def _probe(cells: Mapping[str, str], asked: Asked) -> ProbeRow:
    given = unicodedata.normalize("NFKC", cells["秒"])
    try:
        milliseconds = Decimal(given) * 1000
    except InvalidOperation:
        milliseconds = Decimal(-1)
    if not (milliseconds.is_finite() and 0 <= milliseconds <= MAX_MILLISECONDS):
        text = _("「%(given)s」は使えません。0以上%(high)s以下の秒数を入力してください。")
        raise LineError("秒", text % {"given": cells["秒"][:40], "high": MAX_MILLISECONDS // 1000})
    if milliseconds != int(milliseconds):
        raise LineError("秒", _("「%(given)s」は細かすぎます。小数は3桁までです。") % {"given": cells["秒"][:40]})
    at = _moment(cells, "日時", latest=asked.now)
    return ProbeRow(service=_service(cells, asked), at=at, milliseconds=int(milliseconds))


def _patch(cells: Mapping[str, str], asked: Asked) -> PatchRow:
    for name in ("機器", "パッチ"):
        if not cells[name]:
            raise LineError(name, _("必須の項目です。"))
    released, due = _moment(cells, "公開", latest=asked.now), _moment(cells, "期限", latest=asked.now + FURTHEST)
    applied = _optional(cells, "適用", latest=asked.now)
    if due < released:
        raise LineError("期限", _("公開より後にしてください。"))
    if applied is not None and applied < released:
        raise LineError("適用", _("公開より後にしてください。"))
    return PatchRow(
        device=cells["機器"], unit=cells["管理番号"], patch=cells["パッチ"], released_at=released, due_at=due,
        applied_at=applied,
    )  # fmt: skip


READERS: Mapping[MonitoringFile, Callable[[Mapping[str, str], Asked], Row]] = {
    MonitoringFile.OUTAGES: _outage,
    MonitoringFile.MAINTENANCE: _maintenance,
    MonitoringFile.PROBES: _probe,
    MonitoringFile.PATCHES: _patch,
}


def _service(cells: Mapping[str, str], asked: Asked) -> str:
    if cells[SERVICE] not in asked.services:
        given = {"given": cells[SERVICE][:60], "allowed": "、".join(asked.services)}
        raise LineError(SERVICE, _("「%(given)s」という対象はありません。使える値: %(allowed)s") % given)
    return cells[SERVICE]


def _optional(cells: Mapping[str, str], name: str, *, latest: datetime) -> datetime | None:
    return _moment(cells, name, latest=latest) if cells[name] else None


def _moment(cells: Mapping[str, str], name: str, *, latest: datetime) -> datetime:
    """Return a moment, in Japan's time where it has no offset, whole seconds."""
    given = unicodedata.normalize("NFKC", cells[name]).replace("/", "-")
    try:
        found = parse_datetime(given)
    except ValueError:
        found = None
    text = _("「%(given)s」という日時は使えません。2026-05-20 10:00 の形で入力してください。")
    if found is None or not is_thinkable(found if found.tzinfo else timezone.make_aware(found)):
        raise LineError(name, text % {"given": cells[name][:40]})
    moment = (found if found.tzinfo else timezone.make_aware(found)).replace(microsecond=0)
    if moment > latest:
        what = _("「%(given)s」は先すぎます。%(latest)sまでにしてください。")
        raise LineError(
            name, what % {"given": cells[name][:40], "latest": f"{timezone.localtime(latest):%Y-%m-%d %H:%M}"}
        )
    return moment


def refused_table(refused: Sequence[Sequence[str]], *, kind: MonitoringFile) -> Iterator[list[str]]:
    """Yield the lines that were not taken as a table: number, reason, then the cells as they stood."""
    yield [_("行"), _("理由"), *COLUMNS[kind]]
    yield from (list(each) for each in refused)
