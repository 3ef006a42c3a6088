"""Rows of a CDR or CEL export in any order of columns, put into the order they are kept in.

Programs that keep these logs in a database (cdr_adaptive_odbc, FreePBX) write a heading and choose the columns. What
does not depend on the order in which a row came is kept, so the same row in another order is the same row.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from madoguchi.core.errors import Problem
from madoguchi.intake.asterisk.cdr import COLUMNS, NEW_COLUMNS
from madoguchi.intake.asterisk.csv_line import cells_of, line_of
from madoguchi.intake.asterisk.line_error import LineError
from madoguchi.intake.asterisk.source import AsteriskSource, LogKind

# what follows the fixed 16 in the order rows are kept in
CDR_COLUMNS = (*COLUMNS, "uniqueid", "userfield", *NEW_COLUMNS)
CDR_NEEDED = ("start", "channel", "disposition")
CEL_HEADING = ("eventtype", "eventtime", "uniqueid")
OTHER_NAMES = {
    LogKind.CDR: {"calldate": "start", "starttime": "start", "answertime": "answer", "endtime": "end"},
    LogKind.CEL: {"extra": "eventextra", "ciddid": "ciddnid", "event": "eventtype"},
}
# a heading stands at the front; looking for one in millions of rows would take as long as reading them
LINES_LOOKED_AT = 20
# how databases write a cell that holds nothing
NOTHING = frozenset({"\\N", "NULL"})
DIALLED = "did"


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-]", "", name.strip().lower())


def _columns_of(kind: LogKind, source: AsteriskSource) -> tuple[str, ...]:
    return CDR_COLUMNS if kind is LogKind.CDR else source.cel_columns


def heading_of(cells: Sequence[str], *, kind: LogKind, source: AsteriskSource) -> tuple[str, ...] | None:
    """Return our names of a heading's columns ("" for those we do not read), or None where a row is no heading."""
    known = {_plain(name): name for name in _columns_of(kind, source)}
    known |= {name: known[_plain(ours)] for name, ours in OTHER_NAMES[kind].items() if _plain(ours) in known}
    if kind is LogKind.CDR:
        known |= {DIALLED: DIALLED} | {_plain(name): ours for name, ours in source.cdr_headings.items()}
    names = tuple(known.get(_plain(cell), "") for cell in cells)
    needed = CDR_NEEDED if kind is LogKind.CDR else CEL_HEADING
    return names if all(name in names for name in needed) else None


def columns_in_profile(*, kind: LogKind, source: AsteriskSource) -> tuple[str, ...]:
    """Return our names of the columns of files without a heading; none where they are the log's own."""
    if kind is not LogKind.CDR or not source.cdr_columns:
        return ()
    return heading_of(source.cdr_columns, kind=kind, source=source) or ()


def is_headed(cells: Sequence[str], *, kind: LogKind, source: AsteriskSource) -> bool:
    return heading_of(cells, kind=kind, source=source) is not None


def in_kept_order(
    lines: Iterable[tuple[int, str]], *, kind: LogKind, source: AsteriskSource, file: str, problems: list[Problem]
) -> Iterator[tuple[int, str]]:
    """Yield a log's lines in the order they are kept in; those of a file without a heading stay as they are.

    A file without a heading may have its columns in the profile's order.
    """
    lines = iter(lines)
    first = list(islice(lines, LINES_LOOKED_AT))
    heading = next((found for _, text in first if (found := _heading_in(text, kind, source)) is not None), None)
    names = heading or columns_in_profile(kind=kind, source=source)
    if not names:
        yield from chain(first, lines)
        return
    for number, text in chain(first, lines):
        try:
            cells = cells_of(text)
            if is_headed(cells, kind=kind, source=source):
                _require_once(cells)
                continue
            yield number, _kept(cells, names=names, kind=kind, source=source)
        except LineError as error:
            problems.append(error.problem(file=file, line=number))


def _require_once(cells: Sequence[str]) -> None:
    for name, count in Counter(_plain(cell) for cell in cells).items():
        if name and count > 1:
            raise LineError(column=name, given=f"a heading {count} times", allowed="each heading once")


def _heading_in(text: str, kind: LogKind, source: AsteriskSource) -> tuple[str, ...] | None:
    try:
        return heading_of(cells_of(text), kind=kind, source=source)
    except LineError:
        return None


def _kept(cells: Sequence[str], *, names: Sequence[str], kind: LogKind, source: AsteriskSource) -> str:
    if len(cells) != len(names):
        allowed = f"{len(names)} columns, as the heading has (or cdr.columns)"
        raise LineError(column="columns", given=f"{len(cells)} columns", allowed=allowed)
    row: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=True):
        if name and not row.get(name):
            row[name] = "" if cell in NOTHING else cell
    return line_of([_with_number(row).get(name, "") for name in _columns_of(kind, source)])


def _with_number(row: Mapping[str, str]) -> Mapping[str, str]:
    """Return a row whose number dialled stands where a PBX without a column for it is told to write it."""
    return {**row, "userfield": row[DIALLED]} if row.get(DIALLED) and not row.get("userfield") else row
