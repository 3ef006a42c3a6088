"""Log files into the raw store, and out of it the calls: all of the files, or nothing."""

import gc
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from madoguchi.core.calls.sources import SourceState
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.events import AGENT_STATES, CALLS, Event
from madoguchi.intake.asterisk.agent_states import agent_states
from madoguchi.intake.asterisk.detect import detect_kind
from madoguchi.intake.asterisk.evidence import link_of
from madoguchi.intake.asterisk.finish import Known, finish_calls
from madoguchi.intake.asterisk.lines import content_of
from madoguchi.intake.asterisk.quality import Quality
from madoguchi.intake.asterisk.queue_lines import gather_plain, index_plain, numbered_lines
from madoguchi.intake.asterisk.raw_store import Gathered, IndexedLine, RawStore
from madoguchi.intake.asterisk.reading import ReadLine, parser_of, read_lines, read_log, whole_text
from madoguchi.intake.asterisk.rebuild import is_about_call, pbx_moment
from madoguchi.intake.asterisk.records import CarrierAttempt, QueueEvent
from madoguchi.intake.asterisk.sightings import sightings_of
from madoguchi.intake.asterisk.source import AsteriskSource, LogKind
from madoguchi.intake.asterisk.state_of_logs import state_of_logs
from madoguchi.intake.asterisk.stored_calls import Finished, finish_stored
from madoguchi.intake.asterisk.touched import rebuild_touched
from madoguchi.intake.columnar import to_arrow, to_events

# raised where the same lines would now give other calls
RULES_VERSION = 2
PROFILE = "profile"


@dataclass(frozen=True, kw_only=True, slots=True)
class FileReport:
    """What importing one file did, in lines; `is_known` where the very same file was imported before."""

    name: str
    kind: LogKind
    new_count: int
    is_known: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportReport:
    """All calls of the PBX as they now are: to be put in place of those made from it before.

    `table` is an Arrow table of the shape of `calls`, `states` one of the shape of `agent_states`.
    """

    files: tuple[FileReport, ...]
    table: Any  # pyarrow is not typed
    states: Any
    rebuilt_count: int
    quality: Quality
    state: SourceState

    @property
    def calls(self) -> tuple[Event, ...]:
        return tuple(to_events(self.table, table=CALLS))

    @property
    def agent_states(self) -> tuple[Event, ...]:
        return tuple(to_events(self.states, table=AGENT_STATES))


def store_path(*, source: AsteriskSource, store: Path) -> Path:
    return store / f"{source.name}.duckdb"


def import_logs(*, source: AsteriskSource, files: Sequence[Path], store: Path) -> ImportReport:
    """Add log files to what is known of a PBX and rebuild the calls they touch.

    The same files in any order, split at any line or given twice make the same calls. Raises
    InvalidInputError with every problem of every file; then nothing of any of them was kept.
    """
    if not files:
        problem = Problem(where=str(store), key="files", given="no files", allowed="at least one log file")
        raise InvalidInputError([problem])
    with _without_collector(), RawStore.opened(store_path(source=source, store=store)) as raw:
        is_new_profile = _take_profile(raw, source)
        reports = _add_files(raw, source, files)
        rebuilt = rebuild_touched(raw=raw, source=source, rebuilds_all=is_new_profile)
        finished = _finish(raw, source)
        states = agent_states(raw, source)
        state = state_of_logs(raw=raw, source=source, quality=finished.quality)
    return ImportReport(
        files=reports,
        table=finished.table,
        states=states,
        rebuilt_count=rebuilt,
        quality=finished.quality,
        state=state,
    )


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep the cycle collector from going through millions of living lines again and again: they form no cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def stored_calls(*, source: AsteriskSource, store: Path) -> tuple[list[Event], Quality]:
    """Return all calls of a PBX as they were after the latest import."""
    path = store_path(source=source, store=store)
    if not path.exists():
        problem = Problem(where=str(path), key="system", given="nothing imported yet", allowed="a PBX with logs")
        raise InvalidInputError([problem])
    with RawStore.opened(store_path(source=source, store=store)) as raw:
        finished = _finish(raw, source)
    return list(to_events(finished.table, table=CALLS)), finished.quality


def _take_profile(raw: RawStore, source: AsteriskSource) -> bool:
    """Read every kept line again where the profile or the rules differ from those it was read with."""
    content = json.dumps([RULES_VERSION, asdict(source)], sort_keys=True, ensure_ascii=False)
    fingerprint = sha256(content.encode()).hexdigest()
    known = raw.note(PROFILE)
    if known == fingerprint:
        return False
    raw.put_note(PROFILE, fingerprint)
    if known is not None:
        _read_again(raw, source)
    return True


def _read_again(raw: RawStore, source: AsteriskSource) -> None:
    gathered = Gathered()
    problems: list[Problem] = []
    for number, name, kind in raw.files():
        lines = raw.texts_of_file(number)
        is_queue_log = kind is LogKind.QUEUE_LOG
        others = (
            index_plain(raw, source, lines=lines)
            if is_queue_log
            else zip(lines["line"].to_pylist(), lines["text"].to_pylist(), strict=True)
        )
        try:
            read = read_lines(others, file=name, kind=kind, source=source, problems=[])
            raw.index(_indexed(read, source, gathered, file=number))
        except InvalidInputError as error:
            problems += error.problems
    if problems:
        raise InvalidInputError(problems)
    raw.forget_derived()
    gather_plain(raw, source, gathered=gathered)
    raw.add_gathered(gathered)
    raw.reindex()


def _indexed(
    lines: Iterable[ReadLine], source: AsteriskSource, gathered: Gathered, *, file: int
) -> Iterator[IndexedLine]:
    """Yield lines with what they are found by; what they say together is gathered on the way."""
    for line in lines:
        record, text, number = line.record, line.raw.text, line.raw.line
        at = pbx_moment(record)
        gathered.sightings.update(sightings_of(record))
        gathered.see(line.raw.kind, at, at)
        if isinstance(record, CarrierAttempt):
            yield IndexedLine(at, "", is_about_call=False, text=text, file=file, line=number)
            continue
        link = link_of(record)
        if link is not None:
            gathered.links.add(link)
        if isinstance(record, QueueEvent) and record.event in source.restart_events:
            gathered.restarts.add(at)
        is_call = is_about_call(record)
        call_id = record.call_id if is_call else ""
        yield IndexedLine(at, call_id, is_about_call=is_call, text=text, file=file, line=number)


def _add_files(raw: RawStore, source: AsteriskSource, files: Sequence[Path]) -> tuple[FileReport, ...]:
    reports: list[FileReport] = []
    problems: list[Problem] = []
    for path in files:
        try:
            reports.append(_add_file(raw, source, path))
        except InvalidInputError as error:
            problems += error.problems
    if problems:
        raise InvalidInputError(problems)
    return tuple(reports)


def _add_file(raw: RawStore, source: AsteriskSource, path: Path) -> FileReport:
    kind = detect_kind(path, source=source)
    digest = sha256(content_of(path)).hexdigest()
    if raw.has_file(digest=digest, kind=kind):
        return FileReport(name=path.name, kind=kind, new_count=0, is_known=True)
    gathered, number = Gathered(), raw.add_file(name=path.name, digest=digest, kind=kind)
    raw.index(_indexed(_read(raw, source, path, kind, number), source, gathered, file=number))
    gather_plain(raw, source, gathered=gathered)
    raw.add_gathered(gathered)
    return FileReport(name=path.name, kind=kind, new_count=raw.keep_indexed(kind))


def _read(raw: RawStore, source: AsteriskSource, path: Path, kind: LogKind, number: int) -> Iterator[ReadLine]:
    """Yield the lines of a file with their values; those of queue_log that can be read in bulk are laid ready first."""
    if kind is not LogKind.QUEUE_LOG:
        return read_log(path=path, kind=kind, source=source)
    lines = index_plain(raw, source, lines=numbered_lines(whole_text(path), file=number))
    others = ((line, text) for line, text in lines if text.strip())
    return read_lines(others, file=path.name, kind=kind, source=source, problems=[])


def _finish(raw: RawStore, source: AsteriskSource) -> Finished:
    parse = parser_of(LogKind.CARRIER, source)
    attempts = {
        record: line.file for line in raw.attempt_lines() if isinstance(record := parse(line.text), CarrierAttempt)
    }
    spans = raw.spans()
    own = [moment for kind, span in spans.items() if kind is not LogKind.CARRIER for moment in span]
    known = Known(
        kinds=frozenset(spans),
        sightings=raw.sightings(),
        first=min(own, default=None),
        final=max(own, default=None),
    )
    if not attempts:
        return finish_stored(raw=raw, source=source, known=known)
    events, quality = finish_calls(source=source, calls=list(raw.calls()), attempts=attempts, known=known)
    return Finished(table=to_arrow(events, table=CALLS), quality=quality)
