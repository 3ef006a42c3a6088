"""A CSV file taken back: everything is as if it had never been read, or nothing changes."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.models import Contract
from madoguchi.contracts.rules import Right
from madoguchi.core.monitoring_vocabulary import MaintenanceState, MonitoringFile
from madoguchi.desk.errors import FieldError
from madoguchi.monitoring.locks import locked_source
from madoguchi.monitoring.models import FileImport, Maintenance, Message, Outage, Patch, Probe, Sighting
from madoguchi.monitoring.operations.following import follow
from madoguchi.monitoring.operations.sources import file_source


def undoable_files(contract: Contract) -> set[int]:
    """Return the latest file of each kind: later lines were held against earlier ones, so it goes first."""
    found = FileImport.objects.filter(contract=contract, undone_at=None)
    return set(found.values_list("kind").annotate(latest=Max("pk")).values_list("latest", flat=True).order_by())


@transaction.atomic
def undo_file(*, access: Access, import_id: int, now: datetime) -> None:
    """Take back the latest file of its kind. Raises FieldError where something stands on it by now."""
    access.require(Right.MANAGE)
    locked_source(file_source(contract=access.contract, now=now).pk)
    found = FileImport.objects.get(pk=import_id, contract=access.contract)
    if found.undone_at is not None:
        raise FieldError("undo", _("すでに取り消されています。"))
    if found.pk not in undoable_files(access.contract):
        raise FieldError("undo", _("この後に取り込んだ同じ種類のファイルを、先に取り消してください。"))
    UNDOERS[MonitoringFile(found.kind)](access, found, now)
    FileImport.objects.filter(pk=found.pk).update(undone_by=access.person, undone_at=now)
    details = {"kind": found.kind, "taken": found.taken_count}
    entry = Entry(act="undo_monitoring_file", subject=f"file_import:{found.pk}", details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])


def _undo_outages(access: Access, file: FileImport, now: datetime) -> None:
    """Forget what the file said; outages that people worked on are not taken from under their hands."""
    source = file_source(contract=access.contract, now=now)
    said = Sighting.objects.filter(message__file_import=file)
    problems = set(said.values_list("problem", flat=True))
    said.delete()
    Message.objects.filter(file_import=file).delete()
    follow(source=source, problems=problems, now=now)
    told = Sighting.objects.filter(source=source, problem__in=problems).values("problem")
    left = Outage.objects.filter(source=source, problem__in=problems).exclude(problem__in=told)
    if left.exists():
        text = _("案件または訂正のある停止が%(n)s件あります（%(first)s）。取り消せません。")
        raise FieldError("undo", text % {"n": left.count(), "first": left.order_by("pk")[0].problem})


def _undo_maintenance(_access: Access, file: FileImport, _now: datetime) -> None:
    rows = Maintenance.objects.select_for_update(no_key=True).filter(file_import=file)
    decided = sum(each.state == MaintenanceState.APPROVED for each in rows)
    if decided:
        text = _("主管課が承認した計画停止が%(n)s件あります。先に承認の取消しを依頼してください。")
        raise FieldError("undo", text % {"n": decided})
    rows.filter(state=MaintenanceState.PROPOSED.value).update(state=MaintenanceState.CANCELLED.value)


def _undo_probes(_access: Access, file: FileImport, _now: datetime) -> None:
    Probe.objects.filter(file_import=file).delete()


def _undo_patches(_access: Access, file: FileImport, _now: datetime) -> None:
    Patch.objects.filter(applied_import=file).update(applied_at=None, applied_import=None)
    Patch.objects.filter(file_import=file).delete()


UNDOERS: Mapping[MonitoringFile, Callable[[Access, FileImport, datetime], None]] = {
    MonitoringFile.OUTAGES: _undo_outages,
    MonitoringFile.MAINTENANCE: _undo_maintenance,
    MonitoringFile.PROBES: _undo_probes,
    MonitoringFile.PATCHES: _undo_patches,
}
