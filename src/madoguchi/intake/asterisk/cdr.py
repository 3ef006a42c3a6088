"""Rows of cdr_csv's Master.csv: 16 columns, and up to five more as the PBX is set."""

from madoguchi.intake.asterisk.csv_line import cells_of
from madoguchi.intake.asterisk.ids import is_unique_id, started_at
from madoguchi.intake.asterisk.line_error import LineError
from madoguchi.intake.asterisk.moments import LocalClock, MomentError
from madoguchi.intake.asterisk.records import CdrRow
from madoguchi.intake.asterisk.source import AsteriskSource, LogKind

COLUMNS = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start",
    "answer", "end", "duration", "billsec", "disposition", "amaflags",
)  # fmt: skip
DISPOSITIONS = ("ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION")
FIXED = len(COLUMNS)
NEW_COLUMNS = ("peeraccount", "linkedid", "sequence")
COUNTS = tuple(range(FIXED, FIXED + 6))
ALLOWED_COUNTS = (
    "16 columns (accountcode to amaflags), then uniqueid, userfield, and peeraccount, linkedid, sequence as "
    "cdr.conf says: 16 to 21"
)
START, ANSWER, END, DURATION, DISPOSITION = 9, 10, 11, 12, 14


def extra_columns(cells: list[str]) -> dict[str, str]:
    """Return the cells after the fixed 16 by name; one alone is uniqueid or userfield by its form."""
    extra = cells[FIXED:]
    names: tuple[str, ...] = ()
    if len(extra) >= len(NEW_COLUMNS):
        names, extra = NEW_COLUMNS, extra[-len(NEW_COLUMNS) :]
    found = dict(zip(names, extra, strict=False))
    own = cells[FIXED : len(cells) - len(names)]
    if len(own) == 1:
        found["uniqueid" if is_unique_id(own[0]) else "userfield"] = own[0]
    else:
        found |= zip(("uniqueid", "userfield"), own, strict=False)
    return found


class CdrParser:
    """`is_uniform` refuses a row whose column count differs from the first one's, as within one file."""

    def __init__(self, source: AsteriskSource, *, is_uniform: bool = False) -> None:
        self._clock = LocalClock(zone=source.zone_of(LogKind.CDR))
        self._offset = source.offset_of(LogKind.CDR)
        self._is_uniform = is_uniform
        self._columns: int | None = None

    def parse(self, text: str) -> CdrRow:
        cells = cells_of(text)
        self._require_columns(cells)
        extra = extra_columns(cells)
        call_id = extra.get("uniqueid", "")
        start = self._moment(cells, START, near=started_at(call_id))
        duration = int(cells[DURATION]) if cells[DURATION].isdigit() else 0
        end = self._end(cells, start=start, duration=duration)
        answer = self._moment(cells, ANSWER, near=start) if cells[ANSWER].strip() else None
        _require_order(cells, start=start, answer=answer, end=end)
        if cells[DISPOSITION] not in DISPOSITIONS:
            allowed = "one of " + ", ".join(DISPOSITIONS)
            raise LineError(column="disposition", given=repr(cells[DISPOSITION]), allowed=allowed)
        return CdrRow(
            start=start + self._offset,
            end=end + self._offset,
            caller=cells[1],
            dialled=cells[2],
            context=cells[3],
            channel=cells[5],
            destination=cells[6],
            application=cells[7],
            disposition=cells[DISPOSITION],
            call_id=call_id,
            linked_id=extra.get("linkedid", ""),
            user_field=extra.get("userfield", ""),
            sequence=extra.get("sequence", ""),
        )

    def _require_columns(self, cells: list[str]) -> None:
        if len(cells) not in COUNTS:
            raise LineError(column="columns", given=f"{len(cells)} columns", allowed=ALLOWED_COUNTS)
        if self._columns is not None and len(cells) != self._columns:
            allowed = f"{self._columns} columns, as on the file's first line"
            raise LineError(column="columns", given=f"{len(cells)} columns", allowed=allowed)
        if self._is_uniform:
            self._columns = len(cells)

    def _end(self, cells: list[str], *, start: int, duration: int) -> int:
        """Return the end; databases may keep how long a call lasted in its place."""
        if not cells[END].strip() and cells[DURATION].isdigit():
            return start + duration
        return self._moment(cells, END, near=start + duration)

    def _moment(self, cells: list[str], position: int, *, near: int | None) -> int:
        try:
            return self._clock.seconds(cells[position], near=near)
        except MomentError as error:
            raise LineError(column=COLUMNS[position], given=repr(cells[position]), allowed=str(error)) from error


def _require_order(cells: list[str], *, start: int, answer: int | None, end: int) -> None:
    if end < start:
        given = f"{cells[END]}, before the start {cells[START]}"
        raise LineError(column="end", given=given, allowed="an end at or after the start")
    if answer is not None and answer > end:
        given = f"{cells[ANSWER]}, after the end {cells[END]}"
        raise LineError(column="answer", given=given, allowed="a moment before the end")
