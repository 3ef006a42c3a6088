"""The one way files come into a store: by a mapping, or by the profile of a telephone system or a contact centre."""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter
from pathlib import Path

from madoguchi.core.calendar.periods import Period
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.events import FACT_TABLES, Event
from madoguchi.core.metrics.reader import parse_toml
from madoguchi.intake.apply import RowReader, sort_key, source_of
from madoguchi.intake.asterisk.importing import import_logs
from madoguchi.intake.asterisk.source_file import read_source
from madoguchi.intake.columnar import to_arrow
from madoguchi.intake.contact_centres.importing import KeptRecords
from madoguchi.intake.contact_centres.profile import Profile, load_profile
from madoguchi.intake.mapping import RowMapping, load_mapping
from madoguchi.intake.raw import RawRows
from madoguchi.intake.rows import FileRows, Row, decoded, read_rows
from madoguchi.intake.store import Change, FactStore

Progress = Callable[[int], None]
STEP = 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportReport:
    """What an import did: rows read and left out by the mapping's own filters, and what changed per table."""

    rows_read: int
    rows_left_out: int
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()


def import_files(
    *,
    store: FactStore,
    profile: Path,
    files: Sequence[Path],
    now: datetime,
    covers: Period | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Import files by a profile: everything, or nothing where anything is wrong (InvalidInputError)."""
    missing = [
        Problem(where=str(path), key="", given="a folder" if path.is_dir() else "no such file", allowed="a file")
        for path in (profile, *files)
        if not path.is_file()
    ]
    if missing:
        raise InvalidInputError(missing)
    with _nothing_left(store.folder):
        return _import_by(store=store, profile=profile, files=files, now=now, covers=covers, progress=progress)


@contextmanager
def _nothing_left(folder: Path) -> Iterator[None]:
    """Take a folder away that was made for an import which then failed."""
    is_new = not folder.exists()
    try:
        yield
    except BaseException:
        if is_new:
            shutil.rmtree(folder, ignore_errors=True)
        raise


def _import_by(
    *,
    store: FactStore,
    profile: Path,
    files: Sequence[Path],
    now: datetime,
    covers: Period | None,
    progress: Progress | None,
) -> ImportReport:
    text = decoded(profile, encoding="utf-8")
    if profile_format(text).startswith("madoguchi/asterisk"):
        return import_telephony(store=store, profile=profile, files=files, now=now, covers=covers)
    if profile_format(text).startswith("madoguchi/contact-centre"):
        centre = load_profile(text, file=profile.name)
        return import_contact_centre(store=store, profile=centre, files=files, now=now, covers=covers)
    mapping = load_mapping(text, file=profile.name)
    return import_mapped(store=store, mapping=mapping, files=files, now=now, covers=covers, progress=progress)


def profile_format(text: str) -> str:
    """Return what a profile is for: its key `format`, mapping unless it says otherwise."""
    return str((parse_toml("", text, []) or {}).get("format", "mapping"))


def import_telephony(
    *, store: FactStore, profile: Path, files: Sequence[Path], now: datetime, covers: Period | None
) -> ImportReport:
    """Add a telephone system's logs to those known, and put its calls, made anew from all of them, in place."""
    source = read_source(profile)
    hashes = {path.name: file_hash(path) for path in files}
    report = import_logs(source=source, files=files, store=store.folder / "raw")
    changes = store.put(
        {"calls": report.table, "agent_states": report.states},
        now=now,
        files=hashes,
        covers=covers,
        replaces=True,
        derived_from=f"{source.name}:",
        states=[report.state],
    )
    findings = [
        f"{each.finding.label}: {each.count:,} {each.detail} {' '.join(each.examples)}".rstrip()
        for each in report.quality.findings
    ]
    outcomes = [f"{outcome.label}: {count:,}" for outcome, count in report.quality.outcomes.items()]
    read = sum(each.new_count for each in report.files)
    return ImportReport(rows_read=read, rows_left_out=0, changes=tuple(changes), notes=(*outcomes, *findings))


def import_contact_centre(
    *, store: FactStore, profile: Profile, files: Sequence[Path], now: datetime, covers: Period | None
) -> ImportReport:
    """Add a contact centre's records to those known, and put its calls, made anew from all of them, in place."""
    kept = KeptRecords(folder=store.folder, profile=profile)
    report = kept.add(files)
    changes = store.put(
        {"calls": to_arrow(report.calls, table=FACT_TABLES["calls"])},
        now=now,
        files={path.name: file_hash(path) for path in files},
        covers=covers,
        replaces=True,
        derived_from=f"{profile.system}:",
    )
    kept.keep()
    return ImportReport(
        rows_read=report.records_read, rows_left_out=report.left_out, changes=tuple(changes), notes=report.notes
    )


def import_mapped(
    *,
    store: FactStore,
    mapping: RowMapping,
    files: Sequence[Path],
    now: datetime,
    covers: Period | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Import files by a mapping. Where many rows make one event, rows of earlier imports are used again."""
    readers = [RowReader(mapping=mapping, file=path.name) for path in files]
    counted = _Counter(progress)
    hashes = {path.name: file_hash(path) for path in files}
    opened = (counted.each(read_rows(path, form=mapping.form)) for path in files)
    raw = RawRows(folder=store.folder, mapping=mapping)
    if mapping.is_grouped:
        for reader, of_file in zip(readers, opened, strict=True):
            raw.add(reader.passing(of_file), file=reader.file)
        _raise_all(readers)
        grouping = RowReader(mapping=mapping, file="+".join(hashes))
        events = list(_grouped(grouping, raw))
        grouping.problems = [raw.named(each) for each in grouping.problems]
        grouping.finish()
        derived = f"{mapping.system}:"
    else:
        events = _single(readers, opened)
        derived = None
    changes = store.put(
        {mapping.table.name: to_arrow(events, table=mapping.table)},
        now=now,
        files=hashes,
        covers=covers,
        replaces=mapping.replaces or mapping.is_grouped,
        derived_from=derived,
    )
    if mapping.is_grouped:
        raw.keep()
    left_out = sum(reader.left_out for reader in readers)
    return ImportReport(rows_read=counted.count, rows_left_out=left_out, changes=tuple(changes))


def _single(readers: Sequence[RowReader], opened: Iterable[FileRows]) -> list[Event]:
    """Return one event a row; the same source twice is one event, or a problem where the contents differ."""
    events: dict[str, tuple[int, Event]] = {}
    for reader, of_file in zip(readers, opened, strict=True):
        for line, event in reader.events(of_file):
            known = events.setdefault(str(event["source"]), (line, event))
            if not _is_same(known[1], event):
                given = f"{event['source']} with other content than on line {known[0]}"
                problem = Problem(where=reader.file, line=line, key="key", given=given, allowed="one content a key")
                reader.problems.append(problem)
    _raise_all(readers)
    return [event for _, event in events.values()]


def _is_same(one: Event, two: Event) -> bool:
    return all(one[name] == two[name] for name in one if name != "source_file")


def _raise_all(readers: Sequence[RowReader]) -> None:
    problems = [problem for reader in readers for problem in reader.problems]
    if problems:
        raise InvalidInputError(problems)


def _grouped(reader: RowReader, raw: RawRows) -> Iterator[Event]:
    """Yield one event per key, from all its rows in the mapping's order, whatever order they came in."""
    groups: dict[str, list[Row]] = {}
    for line, row in raw.rows():
        groups.setdefault(source_of(row, mapping=reader.mapping), []).append((line, row))
    for rows in groups.values():
        event = reader.event(in_order(rows, reader.mapping))
        if event is not None:
            yield event


def in_order(rows: Sequence[Row], mapping: RowMapping) -> list[Row]:
    """Return the rows of one event by the mapping's columns; by their whole content only where those are equal."""
    keys = [tuple(sort_key(cells.get(name)) for name in mapping.order) for _, cells in rows]
    if len(set(keys)) == len(rows):
        return [row for _, row in sorted(zip(keys, rows, strict=True), key=itemgetter(0))]
    whole = [(key, repr(sorted(cells.items()))) for key, (_, cells) in zip(keys, rows, strict=True)]
    return [row for _, row in sorted(zip(whole, rows, strict=True), key=itemgetter(0))]


class _Counter:
    """Counts rows as they are read and says so now and then."""

    def __init__(self, progress: Progress | None) -> None:
        self.count = 0
        self._progress = progress

    def each(self, file: FileRows) -> FileRows:
        return replace(file, rows=self._counted(file.rows))

    def _counted(self, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            self.count += 1
            if self._progress is not None and self.count % STEP == 0:
                self._progress(self.count)
            yield row


def file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
