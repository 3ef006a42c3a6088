"""What the kept lines tell of themselves: files, silent hours, clocks against each other, names nobody placed."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from statistics import median_low

from madoguchi.core.calls.sources import BY_NAME, OUTSIDE, ClockPair, KeptFile, Remark, SourceState, Unplaced
from madoguchi.intake.asterisk.finish import FEWEST_COMPARED
from madoguchi.intake.asterisk.quality import Quality
from madoguchi.intake.asterisk.queue_lines import quoted
from madoguchi.intake.asterisk.raw_store import CODES, KINDS, RawStore
from madoguchi.intake.asterisk.reading import parser_of
from madoguchi.intake.asterisk.records import CdrRow
from madoguchi.intake.asterisk.source import AsteriskSource, LogKind

HOUR_SECONDS = 3600
CALLS_COMPARED = 1_000
MOST_NAMES = 50
# a longer number is somebody's outside the house
LONGEST_EXTENSION = 6
ABOUT_CALLS = (LogKind.QUEUE_LOG, LogKind.CDR, LogKind.CEL)
# the caller hangs up: every log ends the call in that second
ENDED_BY_CALLER = ("ABANDON", "COMPLETECALLER")
# the fields of a line of queue_log, whether it was read in bulk or not
QUEUE_LINES = """
SELECT call_id, moment, coalesce(queue, split_part(text, '|', 3)) AS queue,
    coalesce(agent, split_part(text, '|', 4)) AS agent, coalesce(event, split_part(text, '|', 5)) AS event,
    coalesce(first, split_part(text, '|', 6)) AS first
FROM raw WHERE kind = 0 AND is_about_call
"""
LATEST = f"""
SELECT call_id, max(moment) AS ended_at FROM ({QUEUE_LINES}) WHERE event IN {quoted(ENDED_BY_CALLER)}
GROUP BY call_id ORDER BY ended_at DESC LIMIT {CALLS_COMPARED}
"""  # noqa: S608  # constants of ours


def state_of_logs(*, raw: RawStore, source: AsteriskSource, quality: Quality) -> SourceState:
    return SourceState(
        system=source.name,
        contracts=tuple(sorted({source.contract, *source.lines.values()})),
        files=tuple(_files(raw)),
        clocks=tuple(_clocks(raw, source)),
        hours=_hours(raw),
        only_in=dict(_only_in(raw)),
        findings=tuple(
            Remark(kind=each.finding, about=each.detail, count=each.count, examples=each.examples)
            for each in quality.findings
        ),
        unplaced=tuple(_unplaced(raw, source)),
    )


def _files(raw: RawStore) -> Iterator[KeptFile]:
    """Yield the files in order of time; one whose lines were all in another file is not among them."""
    rows = raw.db.execute(
        """
        SELECT name, file.kind, min(moment), max(moment), count(*) FROM raw JOIN file ON raw.file = file.id
        GROUP BY file.id, name, file.kind ORDER BY file.kind, min(moment), max(moment), name
        """
    )
    for name, log, first, final, count in rows.fetchall():
        yield KeptFile(name=name, log=log, first=first, final=final, line_count=count)


def _hours(raw: RawStore) -> dict[str, tuple[tuple[int, int], ...]]:
    """Return by log the stretches of hours with a line."""
    query = f"SELECT DISTINCT kind, moment // {HOUR_SECONDS} AS hour FROM raw ORDER BY kind, hour"  # noqa: S608
    found: dict[str, list[tuple[int, int]]] = {}
    for kind, hour in raw.db.execute(query).fetchall():
        stretches = found.setdefault(KINDS[kind], [])
        if stretches and stretches[-1][1] == hour - 1:
            stretches[-1] = (stretches[-1][0], hour)
        else:
            stretches.append((hour, hour))
    return {log: tuple(stretches) for log, stretches in found.items()}


def _clocks(raw: RawStore, source: AsteriskSource) -> Iterator[ClockPair]:
    """Compare the logs by the calls that their callers ended."""
    present = [kind for kind in ABOUT_CALLS if kind in raw.spans()]
    if LogKind.QUEUE_LOG not in present or len(present) == 1:
        return
    latest = dict(raw.db.execute(LATEST).fetchall())
    ends = {LogKind.QUEUE_LOG: latest}
    if LogKind.CDR in present:
        ends[LogKind.CDR] = _cdr_ends(raw, source, list(latest))
    if LogKind.CEL in present:
        ends[LogKind.CEL] = _cel_ends(raw, list(latest))
    for one, other in combinations(present, 2):
        apart = [ends[other][each] - at for each, at in ends[one].items() if each in ends[other]]
        seconds = median_low(apart) if len(apart) >= FEWEST_COMPARED else None
        yield ClockPair(log=one, other=other, seconds=seconds, compared=len(apart))


def _cdr_ends(raw: RawStore, source: AsteriskSource, ids: Sequence[str]) -> dict[str, int]:
    parse = parser_of(LogKind.CDR, source)
    ends: dict[str, int] = {}
    for line in raw.lines_of(ids):
        if line.kind is LogKind.CDR and isinstance(row := parse(line.text), CdrRow):
            ends[row.call_id] = max(row.end, ends.get(row.call_id, row.end))
    return ends


def _cel_ends(raw: RawStore, ids: Sequence[str]) -> dict[str, int]:
    raw.make_table("compared", {"id": ids})
    query = f"""
        SELECT call_id, max(moment) FROM raw JOIN compared ON call_id = id
        WHERE kind = {CODES[LogKind.CEL]} GROUP BY call_id
    """  # noqa: S608  # a number of ours
    return dict(raw.db.execute(query).fetchall())


def _only_in(raw: RawStore) -> Iterator[tuple[str, int]]:
    """Yield how many calls of queues stand in one of queue_log and CDR alone, while both logs were kept."""
    spans = raw.spans()
    if LogKind.CDR not in spans or LogKind.QUEUE_LOG not in spans:
        return
    first = max(spans[LogKind.CDR][0], spans[LogKind.QUEUE_LOG][0])
    final = min(spans[LogKind.CDR][1], spans[LogKind.QUEUE_LOG][1])
    queue_log = f"SELECT call_id, moment FROM ({QUEUE_LINES}) WHERE event = 'ENTERQUEUE'"  # noqa: S608
    cdr = f"""
        SELECT call_id, moment FROM raw
        WHERE kind = {CODES[LogKind.CDR]} AND call_id <> '' AND contains(text, '"Queue"')
    """  # noqa: S608  # a number of ours
    sides = ((LogKind.QUEUE_LOG, queue_log, LogKind.CDR), (LogKind.CDR, cdr, LogKind.QUEUE_LOG))
    for log, lines, other in sides:
        query = f"""
            SELECT count(DISTINCT call_id) FROM ({lines}) WHERE moment BETWEEN ? AND ?
            AND call_id NOT IN (SELECT call_id FROM raw WHERE kind = {CODES[other]})
        """  # noqa: S608  # written above
        yield log, int(raw.db.execute(query, (first, final)).fetchall()[0][0])


def _unplaced(raw: RawStore, source: AsteriskSource) -> Iterator[Remark]:
    """Yield names in the records that the profile, where it names such things at all, does not name."""
    second_level = {*source.second_level_queues, *source.second_level_extensions}
    if source.line_of:
        placed = {*source.line_of, *source.second_level_queues}
        yield from _remarks(raw, Unplaced.QUEUE, "queue", ("ENTERQUEUE",), placed)
    yield from _remarks(raw, Unplaced.TRANSFER, "first", ("BLINDTRANSFER", "TRANSFER"), second_level)
    if source.agents:
        yield from _remarks(raw, Unplaced.AGENT, "agent", ("CONNECT",), source.agents)
    if source.lines:
        rows = raw.db.execute("SELECT line, count(*) FROM call WHERE line IS NOT NULL GROUP BY line ORDER BY line")
        yield from _named(Unplaced.LINE, [row for row in rows.fetchall() if row[0] not in source.lines])


def _remarks(
    raw: RawStore, kind: Unplaced, column: str, events: Sequence[str], placed: Iterable[str]
) -> Iterator[Remark]:
    known = frozenset(placed)
    query = f"""
        SELECT {column}, count(*) FROM ({QUEUE_LINES}) WHERE event IN {quoted(events)} AND {column} NOT IN ('', 'NONE')
        GROUP BY {column} ORDER BY {column}
    """  # noqa: S608  # names of our own columns
    yield from _named(kind, [row for row in raw.db.execute(query).fetchall() if row[0] not in known])


def _named(kind: Unplaced, rows: Sequence[tuple[str, int]]) -> Iterator[Remark]:
    counts: dict[str, int] = {}
    for name, count in rows:
        shown = _shown(kind, name)
        counts[shown] = counts.get(shown, 0) + count
    most = sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:MOST_NAMES]
    for name, count in most:
        yield Remark(kind=kind, about=name, count=count)


def _shown(kind: Unplaced, name: str) -> str:
    """Return a name as it may be kept: neither the numbers of people outside nor the names of agents."""
    if kind is Unplaced.TRANSFER and name.lstrip("+").isdigit() and len(name) > LONGEST_EXTENSION:
        return OUTSIDE
    return BY_NAME if kind is Unplaced.AGENT and "/" not in name else name
