"""Archives asked for and written, each with its rows in the history."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.models import Contract
from madoguchi.contracts.rules import Right
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.handover_vocabulary import ErasureState, ExportState
from madoguchi.handover.exporting import Exported, exports_folder, write_archive
from madoguchi.handover.models import Erasure, Export

LONGEST = timedelta(hours=12)
UNDER_WAY = (ExportState.WAITING.value, ExportState.RUNNING.value)


class ExportLostError(MadoguchiError):
    """The writing was cut off, as by a restart; ask again."""


class ExportUnderWayError(MadoguchiError):
    """An archive of this contract is being written; wait until it is there."""


class ErasureUnderWayError(ExportUnderWayError):
    """Files are being cleared of somebody erased; write the archive when that is through."""


def export_to(*, contract: Contract, path: Path, actor: str, now: datetime) -> Exported:
    """Write an archive to a file; the history holds the beginning, which is in the archive, and its hash afterwards.

    Raises ErasureUnderWayError while files still hold somebody erased.
    """
    _refuse_clearing(contract)
    _note(contract, "begin_export", actor, now=now)
    exported = write_archive(contract=contract, path=path, now=now)
    _note(contract, "export_contract", actor, now=now, archive=exported.sha256, rows=sum(exported.rows.values()))
    return exported


def _note(contract: Contract, act: str, actor: str, *, now: datetime, **details: object) -> None:
    entry = Entry(act=act, subject=f"contract:{contract.key}", details=details)
    record(chain=contract.key, at=now, actor=actor, entries=[entry])


@transaction.atomic
def ask_export(*, access: Access, now: datetime) -> Export:
    """Ask for an archive, written in the background; one at a time."""
    access.require(Right.HAND_OVER)
    Contract.objects.select_for_update(no_key=True).get(pk=access.contract.pk)
    _refuse_clearing(access.contract)
    Export.objects.filter(contract=access.contract, state__in=UNDER_WAY, asked_at__lt=now - LONGEST).update(
        state=ExportState.FAILED.value, failure=str(ExportLostError.__doc__), finished_at=now
    )
    if Export.objects.filter(contract=access.contract, state__in=UNDER_WAY).exists():
        raise ExportUnderWayError(str(ExportUnderWayError.__doc__))
    asked = Export.objects.create(
        contract=access.contract, state=ExportState.WAITING.value, asked_by=access.person, asked_at=now
    )
    _note(access.contract, "ask_export", access.person.key, now=now)
    return asked


def _refuse_clearing(contract: Contract) -> None:
    if Erasure.objects.filter(contract=contract, state=ErasureState.CLEARING.value).exists():
        raise ErasureUnderWayError(str(ErasureUnderWayError.__doc__))


def archive_path(export: Export) -> Path:
    return exports_folder(export.contract) / f"{export.pk}.zip"


def run_export(*, export_id: int, now: datetime) -> None:
    """Write an archive that waits; older ones of the contract are taken away, they hold the same people."""
    if not Export.objects.filter(pk=export_id, state=ExportState.WAITING.value).update(state=ExportState.RUNNING.value):
        return
    export = Export.objects.select_related("contract", "asked_by").get(pk=export_id)
    try:
        exported = export_to(contract=export.contract, path=archive_path(export), actor=export.asked_by.key, now=now)
    except Exception as error:
        text = str(error) if isinstance(error, MadoguchiError) else type(error).__name__
        Export.objects.filter(pk=export_id).update(state=ExportState.FAILED.value, failure=text[:400], finished_at=now)
        if not isinstance(error, MadoguchiError):
            raise
        return
    Export.objects.filter(pk=export_id).update(
        state=ExportState.DONE.value, finished_at=now, sha256=exported.sha256, size=exported.size,
        row_count=sum(exported.rows.values()),
    )  # fmt: skip
    older = Export.objects.filter(contract=export.contract, state=ExportState.DONE.value).exclude(pk=export_id)
    for each in older.select_related("contract"):
        archive_path(each).unlink(missing_ok=True)


def forget_archives(contract: Contract) -> None:
    """Take every archive of a contract off the disk, as after an erasure: they hold what was erased."""
    shutil.rmtree(exports_folder(contract), ignore_errors=True)
