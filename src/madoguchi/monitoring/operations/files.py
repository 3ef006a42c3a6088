"""A CSV file taken in: good lines are kept, each other one is handed back with its reason."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.audit.bulk import update_rows
from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.monitoring_vocabulary import MessageState, MonitoringFile
from madoguchi.monitoring.locks import locked_source
from madoguchi.monitoring.models import FileImport, Maintenance, Message, Patch, Probe
from madoguchi.monitoring.operations.following import follow
from madoguchi.monitoring.operations.maintenance import keep_proposals, standing_maintenance
from madoguchi.monitoring.operations.receive import keep_sightings
from madoguchi.monitoring.operations.sources import file_source
from madoguchi.monitoring.queries import services_of
from madoguchi.monitoring.reading.values import Item, plain
from madoguchi.monitoring.tables import (
    Asked,
    Line,
    LineError,
    MaintenanceRow,
    OutageRow,
    PatchRow,
    ProbeRow,
    Row,
    lines_of,
    read_line,
)

Good = list[tuple[Line, Row]]
Refused = list[tuple[Line, str]]
# how many lines said nothing new, and those that stand against what is kept
Kept = tuple[int, Refused]
CHUNK = 500
KEPT_CELL = 400


@transaction.atomic
def import_file(*, access: Access, kind: MonitoringFile, name: str, content: bytes, now: datetime) -> FileImport:
    """Take the lines of a file that can be taken. The same line again changes nothing.

    Raises RegisterFileError for a file that is no such table at all.
    """
    access.require(Right.MANAGE)
    asked = Asked(services=services_of(access.contract, day=timezone.localdate(now)), now=now)
    # files of a contract are taken one after the other
    locked_source(file_source(contract=access.contract, now=now).pk)
    good: Good = []
    refused: Refused = []
    for line in lines_of(content, kind=kind):
        try:
            good.append((line, read_line(line, kind=kind, asked=asked)))
        except LineError as error:
            refused.append((line, str(error)))
    found = FileImport.objects.create(
        contract=access.contract, kind=kind.value, name=plain(name)[:200], taken_count=0, same_count=0, refused_count=0,
        by=access.person, at=now,
    )  # fmt: skip
    same, clashes = KEEPERS[kind](access, found, good, now)
    refused += clashes
    found.same_count, found.taken_count = same, len(good) - same - len(clashes)
    found.refused_count = len(refused)
    found.refused = [
        [str(line.number), why, *(plain(cell)[:KEPT_CELL] for cell in line.cells)]
        for line, why in sorted(refused, key=lambda each: each[0].number)
    ]
    found.save()
    details = {"kind": kind.value, "taken": found.taken_count, "same": same, "refused": len(refused)}
    entry = Entry(act="import_monitoring_file", subject=f"file_import:{found.pk}", details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    return found


def _keep_outages(access: Access, file: FileImport, good: Good, now: datetime) -> Kept:
    """Keep outages as what the contract's files said; an end that comes later closes the outage."""
    source = file_source(contract=access.contract, now=now)
    items = [_item(row) for _line, row in good if isinstance(row, OutageRow)]
    raw = json.dumps([list(line.cells) for line, _row in good], ensure_ascii=False).encode()
    message, is_new = Message.objects.get_or_create(
        source=source, digest=hashlib.sha256(raw).hexdigest(),
        defaults={
            "raw": raw, "size": len(raw), "state": MessageState.TAKEN.value, "received_at": now, "latest_at": now,
            "file_import": file,
        },
    )  # fmt: skip
    if not is_new:
        return len(items), []
    before = source.sightings.count()
    keep_sightings(source, message, items)
    follow(source=source, problems=(each.problem for each in items), now=now)
    return len(items) - (source.sightings.count() - before), []


def _item(row: OutageRow) -> Item:
    return Item(
        problem=f"{row.service} {row.started_at.isoformat()}", labels={"service": row.service}, summary=row.summary,
        severity=row.severity, started_at=row.started_at, ended_at=row.ended_at,
    )  # fmt: skip


def _keep_maintenance(access: Access, file: FileImport, good: Good, now: datetime) -> Kept:
    known = standing_maintenance(access)
    rows = []
    for _line, row in good:
        if isinstance(row, MaintenanceRow) and (key := (row.service, row.started_at, row.ended_at)) not in known:
            known.add(key)
            rows.append(
                Maintenance(
                    contract=access.contract, service=row.service, started_at=row.started_at, ended_at=row.ended_at,
                    reason=row.reason, proposed_by=access.person, proposed_at=now, file_import=file,
                )
            )  # fmt: skip
    if rows:
        keep_proposals(access=access, rows=rows, now=now)
    return len(good) - len(rows), []


def _keep_probes(access: Access, file: FileImport, good: Good, _now: datetime) -> Kept:
    """Keep samples; one at a moment that has another value already is refused."""
    rows = [(line, row) for line, row in good if isinstance(row, ProbeRow)]
    kept = Probe.objects.filter(contract=access.contract)
    if rows:
        moments = [row.at for _line, row in rows]
        kept = kept.filter(at__gte=min(moments), at__lte=max(moments))
    known = {(each.service, each.at): each.milliseconds for each in kept.iterator()}
    new, clashes = [], []
    for line, row in rows:
        value = known.get((row.service, row.at))
        if value is None:
            known[row.service, row.at] = row.milliseconds
            new.append(
                Probe(
                    contract=access.contract, service=row.service, at=row.at, milliseconds=row.milliseconds,
                    file_import=file,
                )
            )  # fmt: skip
        elif value != row.milliseconds:
            clashes.append((line, _("同じ対象と日時の値 %(n)s ミリ秒がすでにあります。") % {"n": value}))
    Probe.objects.bulk_create(new, batch_size=CHUNK)
    return len(rows) - len(new) - len(clashes), clashes


def _keep_patches(access: Access, file: FileImport, good: Good, _now: datetime) -> Kept:
    """Keep patches, and note when those known were applied; whatever else differs is refused."""
    known = {(each.device, each.unit, each.patch): each for each in Patch.objects.filter(contract=access.contract)}
    new, applied, same, clashes = [], [], 0, []
    for line, row in good:
        assert isinstance(row, PatchRow)
        key = (row.device, row.unit, row.patch)
        before = known.get(key)
        if before is None:
            known[key] = _patch(access, row, file)
            new.append(known[key])
        elif (before.released_at, before.due_at) != (row.released_at, row.due_at):
            clashes.append((line, _("同じ機器とパッチが、別の公開・期限ですでにあります。")))
        elif before.applied_at == row.applied_at:
            same += 1
        elif before.applied_at is None:
            before.applied_at, before.applied_import = row.applied_at, file
            applied.append(before)
        else:
            clashes.append((line, _("同じ機器とパッチが、別の適用日時ですでにあります。")))
    update_rows([each for each in applied if each.pk], ["applied_at", "applied_import"])
    Patch.objects.bulk_create(new, batch_size=CHUNK)
    return same, clashes


def _patch(access: Access, row: PatchRow, file: FileImport) -> Patch:
    return Patch(
        contract=access.contract, device=row.device, unit=row.unit, patch=row.patch, released_at=row.released_at,
        due_at=row.due_at, applied_at=row.applied_at, file_import=file,
    )  # fmt: skip


KEEPERS: Mapping[MonitoringFile, Callable[[Access, FileImport, Good, datetime], Kept]] = {
    MonitoringFile.OUTAGES: _keep_outages,
    MonitoringFile.MAINTENANCE: _keep_maintenance,
    MonitoringFile.PROBES: _keep_probes,
    MonitoringFile.PATCHES: _keep_patches,
}
