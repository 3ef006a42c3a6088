"""A ledger taken in, its columns matched, tried out, started."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.import_vocabulary import ImportState
from madoguchi.imports.cases import Refusal
from madoguchi.imports.errors import ImportNotNowError, LedgerError
from madoguchi.imports.locks import locked_run
from madoguchi.imports.mapping import LedgerMapping, mapping_of
from madoguchi.imports.models import ImportProfile, ImportRun, RefusedRow
from madoguchi.imports.reader import Progress, Reading
from madoguchi.imports.reading import open_ledger
from madoguchi.people.sayings import as_json, say, word_said

OPEN = frozenset((ImportState.UPLOADED, ImportState.CHECKING, ImportState.CHECKED))
# a run that has not moved on for so long has lost its worker
LOST = timedelta(minutes=3)
MAX_PROFILES = 100
AT_ONCE = 1_000


def file_of(run: ImportRun) -> Path:
    return Path(settings.FILES_FOLDER) / "imports" / f"{run.sha256}"


def content_of(run: ImportRun) -> bytes:
    """Return a run's file. Raises LedgerError where it is gone."""
    try:
        return file_of(run).read_bytes()
    except FileNotFoundError as error:
        raise LedgerError(say("ファイルが残っていません。もう一度アップロードしてください。")) from error


@transaction.atomic
def take_file(*, access: Access, name: str, content: bytes, mapping: LedgerMapping, now: datetime) -> ImportRun:
    """Keep a file with how it is probably read. Raises LedgerError for what is no ledger; nothing is brought in yet."""
    access.require(Right.MANAGE)
    ledger = open_ledger(content, form=mapping.form)
    run = ImportRun(
        contract=access.contract, file_name=_plain_name(name), sha256=hashlib.sha256(content).hexdigest(),
        size=len(content), mapping=mapping.as_json(), uploaded_at=now, uploaded_by=access.person,
        headings=list(ledger.headings), notes=list(ledger.notes),
    )  # fmt: skip
    path = file_of(run)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    run.save()
    _note(access, run, "take_ledger", now=now, size=run.size)
    return run


def _plain_name(name: str) -> str:
    plain = Path(name.replace("\\", "/")).name
    return "".join(each for each in plain if each.isprintable())[:200] or "ledger"


@transaction.atomic
def match_columns(*, access: Access, run_id: int, given: dict[str, Any], now: datetime) -> ImportRun:
    """Keep how a file is read. Raises MappingError or LedgerError, and keeps what was, where it cannot be read so."""
    access.require(Right.MANAGE)
    run = locked_run(run_id, states=OPEN)
    mapping = mapping_of(given)
    ledger = open_ledger(content_of(run), form=mapping.form)
    run.mapping, run.headings, run.notes = mapping.as_json(), list(ledger.headings), list(ledger.notes)
    run.state, run.fault = ImportState.UPLOADED.value, ""
    run.save()
    _note(access, run, "match_ledger", now=now)
    return run


@transaction.atomic
def ask_check(*, access: Access, run_id: int, now: datetime) -> ImportRun:
    """Let the worker try a file out."""
    access.require(Right.MANAGE)
    run = locked_run(run_id, states=OPEN)
    run.state, run.moved_at, run.fault, run.done_count = ImportState.CHECKING.value, now, "", 0
    run.save()
    return run


def fail_check(*, run_id: int, mapping: dict[str, Any], fault: str) -> None:
    """Keep why a trial could not go through the file."""
    found = ImportRun.objects.filter(pk=run_id, state=ImportState.CHECKING.value, mapping=mapping)
    found.update(state=ImportState.UPLOADED.value, fault=fault)


def check_ledger(*, access: Access, run_id: int, now: datetime, progress: Progress | None = None) -> ImportRun:
    """Go through a whole file without bringing anything in, and keep what would become of it."""
    access.require(Right.MANAGE)
    run = ImportRun.objects.get(pk=run_id, contract=access.contract)
    _require_open(run)
    reading = Reading(
        contract=access.contract, mapping=mapping_of(run.mapping), content=content_of(run), now=now, progress=progress
    )
    refused, added = [], 0
    for outcome in reading.outcomes():
        if isinstance(outcome, Refusal):
            refused.append(outcome)
        else:
            added += 1
    with transaction.atomic():
        tried, run = run.mapping, locked_run(run_id, states=OPEN)
        if run.mapping != tried:
            # matched anew meanwhile: what was found is of another reading
            return run
        keep_refused(run, refused)
        run.state, run.row_count, run.added_count = ImportState.CHECKED.value, reading.row_count, added
        run.known_count, run.refused_count = reading.known_count, reading.refused_count
        run.save()
        _note(access, run, "check_ledger", now=now, rows=run.row_count, refused=run.refused_count)
    return run


def _require_open(run: ImportRun) -> None:
    if ImportState(run.state) not in OPEN:
        raise ImportNotNowError(say("この取込は「%(state)s」です。", state=word_said(ImportState(run.state))))


def keep_refused(run: ImportRun, refused: Sequence[Refusal]) -> None:
    """Keep the refused rows of a whole pass, in the place of an earlier pass's."""
    run.refused_rows.all().delete()
    by_line = {each.line: each for each in refused}
    RefusedRow.objects.bulk_create(
        (
            RefusedRow(
                run=run, line=each.line, key=each.key, reasons=[as_json(why) for why in each.reasons],
                cells=list(each.cells),
            )
            for each in by_line.values()
        ),
        batch_size=AT_ONCE,
    )  # fmt: skip


@transaction.atomic
def start_import(*, access: Access, run_id: int, now: datetime) -> ImportRun:
    """Let a checked file be brought in by the worker, or one go on whose worker died."""
    access.require(Right.MANAGE)
    run = locked_run(run_id, states=frozenset((ImportState.CHECKED, ImportState.FAILED, ImportState.RUNNING)))
    if run.state == ImportState.RUNNING and not is_lost(run, now=now):
        raise ImportNotNowError(say("この取込は「%(state)s」です。", state=word_said(ImportState.RUNNING)))
    run.state, run.started_at, run.fault = ImportState.WAITING.value, run.started_at or now, ""
    run.save()
    _note(access, run, "start_import", now=now)
    return run


def is_lost(run: ImportRun, *, now: datetime) -> bool:
    moved = run.moved_at or run.started_at
    under_way = run.state in (ImportState.CHECKING, ImportState.RUNNING, ImportState.UNDOING)
    return under_way and moved is not None and now - moved > LOST


@transaction.atomic
def discard_run(*, access: Access, run_id: int, now: datetime) -> None:
    """Throw a file away of which nothing was brought in."""
    access.require(Right.MANAGE)
    run = locked_run(run_id, states=OPEN)
    _note(access, run, "discard_ledger", now=now)
    is_shared = ImportRun.objects.filter(sha256=run.sha256).exclude(pk=run.pk).exists()
    path = file_of(run)
    run.delete()
    if not is_shared:
        transaction.on_commit(lambda: path.unlink(missing_ok=True))


@transaction.atomic
def save_profile(*, access: Access, run_id: int, name: str, now: datetime) -> ImportProfile:
    """Keep a run's mapping under a name, in the place of what had it."""
    access.require(Right.MANAGE)
    run = ImportRun.objects.get(pk=run_id, contract=access.contract)
    kept = ImportProfile.objects.filter(contract=access.contract)
    if not kept.filter(name=name).exists() and kept.count() >= MAX_PROFILES:
        raise ImportNotNowError(say("対応は%(n)s個まで保存できます。", n=MAX_PROFILES))
    mapping = {**run.mapping, "title": name}
    values = {"mapping": mapping, "saved_at": now, "saved_by": access.person}
    profile, _is_new = ImportProfile.objects.update_or_create(contract=access.contract, name=name, defaults=values)
    _note(access, run, "save_import_profile", now=now, profile=profile.pk)
    return profile


def _note(access: Access, run: ImportRun, act: str, *, now: datetime, **details: object) -> None:
    entry = Entry(act=act, subject=f"import:{run.pk}", details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
