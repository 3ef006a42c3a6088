"""A whole log file read into lines and their values; one bad line refuses the file."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.intake.asterisk.carrier import CarrierParser, is_heading, row_text
from madoguchi.intake.asterisk.cdr import CdrParser
from madoguchi.intake.asterisk.cel import CelParser
from madoguchi.intake.asterisk.csv_line import cells_of
from madoguchi.intake.asterisk.headed import in_kept_order
from madoguchi.intake.asterisk.line_error import LineError
from madoguchi.intake.asterisk.lines import numbered, refusal, require_whole, text_of
from madoguchi.intake.asterisk.queue_log import QueueLogParser
from madoguchi.intake.asterisk.records import CarrierAttempt, CdrRow, CelEvent, QueueEvent, RawEvent
from madoguchi.intake.asterisk.source import AsteriskSource, LogKind
from madoguchi.intake.asterisk.zone_check import ZoneCheck

Record = QueueEvent | CdrRow | CelEvent | CarrierAttempt
PROBLEMS_SHOWN = 50


class ReadLine(NamedTuple):
    raw: RawEvent
    record: Record


def parser_of(kind: LogKind, source: AsteriskSource, *, is_uniform: bool = False) -> Callable[[str], Record]:
    """Return what turns a kept line into its value; it raises LineError."""
    if kind is LogKind.QUEUE_LOG:
        return QueueLogParser(source).parse
    if kind is LogKind.CDR:
        return CdrParser(source, is_uniform=is_uniform).parse
    return CelParser(source).parse if kind is LogKind.CEL else CarrierParser(source).parse


def read_log(*, path: Path, kind: LogKind, source: AsteriskSource) -> Iterator[ReadLine]:
    """Yield every line of a log with its value.

    Raises InvalidInputError at the end where lines were bad, with all of them: nothing may be kept then.
    """
    problems: list[Problem] = []
    lines = _carrier_lines(path, source, problems) if kind is LogKind.CARRIER else numbered(whole_text(path))
    if kind in (LogKind.CDR, LogKind.CEL):
        lines = in_kept_order(lines, kind=kind, source=source, file=path.name, problems=problems)
    yield from read_lines(lines, file=path.name, kind=kind, source=source, problems=problems)


def read_lines(
    lines: Iterable[tuple[int, str]], *, file: str, kind: LogKind, source: AsteriskSource, problems: list[Problem]
) -> Iterator[ReadLine]:
    """Yield numbered lines of a log with their values; raise as `read_log` does, `problems` among the others."""
    parse = parser_of(kind, source, is_uniform=True)
    check = ZoneCheck(file=file, zone=source.zone_of(kind))
    has_zone, offset = kind in (LogKind.CDR, LogKind.CEL), source.offset_of(kind)
    for number, text in lines:
        try:
            record = parse(text)
        except LineError as error:
            problems.append(error.problem(file=file, line=number))
            continue
        if has_zone:
            check.see(record, line=number, offset=offset)
        yield ReadLine(RawEvent(kind, text, file, number), record)
    wrong_zone = check.problem()
    problems += [wrong_zone] if wrong_zone else []
    if problems:
        raise InvalidInputError(_shortened(file, problems))


def _shortened(file: str, problems: Sequence[Problem]) -> list[Problem]:
    shown = list(problems[:PROBLEMS_SHOWN])
    if len(problems) > PROBLEMS_SHOWN:
        given = f"{len(problems) - PROBLEMS_SHOWN} more lines with problems"
        shown.append(Problem(where=file, key="", given=given, allowed="a log of the kind it was read as"))
    return shown


def whole_text(path: Path) -> str:
    """Return a log that the PBX ended with a whole line."""
    text = text_of(path)
    require_whole(path, text)
    return text


def _carrier_lines(path: Path, source: AsteriskSource, problems: list[Problem]) -> Iterator[tuple[int, str]]:
    """Yield the report's rows in the form they are kept in; the heading may stand anywhere or be missing."""
    report = source.carrier
    rows: list[tuple[int, list[str]]] = []
    for number, text in numbered(text_of(path, encoding=report.encoding)):
        try:
            rows.append((number, cells_of(text)))
        except LineError as error:
            problems.append(error.problem(file=path.name, line=number))
    headings = [cells for _, cells in rows if is_heading(cells, report=report)]
    heading = [name.strip() for name in headings[0]] if headings else list(report.columns)
    if not headings and rows and len(rows[0][1]) != len(heading):
        raise refusal(
            path,
            line=rows[0][0],
            given="no heading with the columns of a carrier's report: " + ", ".join(rows[0][1]),
            allowed="headings for the start, the number dialled and the result, as [carrier] names them, or "
            f"{len(heading)} columns in the order {', '.join(heading)}",
        )
    for number, cells in rows:
        if is_heading(cells, report=report):
            continue
        try:
            yield number, row_text(cells, heading=heading)
        except LineError as error:
            problems.append(error.problem(file=path.name, line=number))
