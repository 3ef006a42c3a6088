"""The duty roster filled for many days: looked at first, applied as one act, undone as one."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from madoguchi.audit.bulk import update_rows
from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.models import Contract, Role
from madoguchi.contracts.rules import RIGHTS, Right
from madoguchi.core.works_vocabulary import BatchState, DeskRecordKind, DutySource
from madoguchi.people.sayings import kept, say
from madoguchi.works.errors import NotNowError
from madoguchi.works.models import DeskRecord, DutyBatch, DutyRow
from madoguchi.works.operations.duty_file import (
    MAX_ROWS,
    TEXT,
    TITLE,
    Duty,
    Here,
    WorkedShift,
    duties_of_shifts,
    read_duties,
)

CHUNK = 500
Standing = set[tuple[date, str, int | None]]


@transaction.atomic
def preview_duty_file(*, access: Access, content: bytes, now: datetime) -> DutyBatch:
    """Keep a list as it was read, so that it can be looked at; nobody is on duty yet. Raises RegisterFileError."""
    access.require(Right.MANAGE)
    return _kept(access, DutySource.FILE, read_duties(content, _people(access).values()), now=now)


@transaction.atomic
def preview_shifts(*, access: Access, shifts: Iterable[WorkedShift], now: datetime) -> DutyBatch:
    """Keep the shifts of a plan as duties to be looked at. Raises NotNowError where there are none, or too many."""
    access.require(Right.MANAGE)
    duties = duties_of_shifts(shifts, _people(access))
    if not 0 < len(duties) <= MAX_ROWS:
        text = _("この期間のシフトは%(n)s件です。1件から%(limit)s件までにしてください。")
        raise NotNowError(text % {"n": len(duties), "limit": MAX_ROWS})
    return _kept(access, DutySource.SHIFTS, duties, now=now)


def _people(access: Access) -> dict[int, Here]:
    kinds = [each.value for each in RIGHTS[Right.WORK]]
    roles = Role.objects.filter(contract=access.contract, kind__in=kinds, person__is_active=True)
    found = dict[int, Here]()
    for each in roles.select_related("person").order_by("person", "start_date"):
        known = found.get(each.person_id) or Here(
            key=each.person_id, name=each.person.name, mail=each.person.mail, days=()
        )
        found[each.person_id] = replace(known, days=(*known.days, (each.start_date, each.end_date)))
    return found


def _kept(access: Access, source: DutySource, duties: Sequence[Duty], *, now: datetime) -> DutyBatch:
    standing = _standing(access, [each.day for each in duties if each.day])
    there = kept([say("同じ当番がすでにあります。")])
    checked = [replace(each, error=each.error or (there if each.key in standing else "")) for each in duties]
    batch = DutyBatch.objects.create(
        contract=access.contract, source=source.value, row_count=len(checked),
        refused_count=sum(bool(each.error) for each in checked), made_at=now, made_by=access.person,
    )  # fmt: skip
    rows = (
        DutyRow(
            batch=batch, line=each.line, given=dict(each.cells), error=each.error, date=each.day,
            minutes=each.minutes, person_id=each.person_id,
        )
        for each in checked
    )  # fmt: skip
    DutyRow.objects.bulk_create(rows, batch_size=CHUNK)
    _note(access, batch, "preview_duties", now=now, rows=batch.row_count, refused=batch.refused_count)
    return batch


def _standing(access: Access, days: Sequence[date]) -> Standing:
    """Return the duties that stand in the roster between the first and the last of some days."""
    if not days:
        return set()
    found = DeskRecord.objects.filter(
        contract=access.contract, kind=DeskRecordKind.DUTY.value, date__gte=min(days), date__lte=max(days)
    )
    return set(found.values_list("date", "title", "owner_id"))


def duty_batch_of(access: Access, batch_id: int) -> DutyBatch:
    """Return one filling. Raises Http404 for another contract's."""
    access.require(Right.MANAGE)
    found = DutyBatch.objects.filter(contract=access.contract, pk=batch_id).first()
    if found is None:
        raise Http404
    return found


def _locked(access: Access, batch_id: int, state: BatchState) -> DutyBatch:
    duty_batch_of(access, batch_id)
    # as copying does: two who fill at once would both find nothing there
    Contract.objects.select_for_update(no_key=True).get(pk=access.contract.pk)
    batch = DutyBatch.objects.select_for_update(no_key=True).get(pk=batch_id)
    if batch.state != state:
        raise NotNowError(_("この一覧は「%(state)s」です。") % {"state": BatchState(batch.state).label})
    return batch


@transaction.atomic
def apply_duties(*, access: Access, batch_id: int, now: datetime) -> DutyBatch:
    """Write down every duty that is not refused, as one act; what came to stand there meanwhile is refused now."""
    batch = _locked(access, batch_id, BatchState.PREVIEWED)
    good = list(batch.rows.filter(error="", date__isnull=False).exclude(given={}).order_by("line"))
    if not good:
        raise NotNowError(_("反映できる行がありません。誤りを直して、もう一度読み取ってください。"))
    standing = _standing(access, [each.date for each in good if each.date])
    people = _people(access)
    for row in good:
        row.error = _refused_now(row, standing, people)
    written = [row for row in good if not row.error]
    records = DeskRecord.objects.bulk_create((_record(access, each, now) for each in written), batch_size=CHUNK)
    for row, found in zip(written, records, strict=True):
        row.record = found
    update_rows(good, ["error", "record"])
    batch.refused_count = batch.row_count - len(written)
    batch.state, batch.applied_at = BatchState.APPLIED.value, now
    batch.save(update_fields=["state", "applied_at", "refused_count"])
    _note(access, batch, "apply_duties", now=now, written=len(written))
    return batch


def _record(access: Access, row: DutyRow, now: datetime) -> DeskRecord:
    assert row.date is not None
    return DeskRecord(
        contract=access.contract, kind=DeskRecordKind.DUTY.value, date=row.date, title=row.given[TITLE],
        text=row.given[TEXT], owner_id=row.person_id, minutes=row.minutes, author=access.person, written_at=now,
    )  # fmt: skip


def _refused_now(row: DutyRow, standing: Standing, people: dict[int, Here]) -> str:
    assert row.date is not None
    if (row.date, row.given[TITLE], row.person_id) in standing:
        return kept([say("同じ当番がすでにあります。")])
    who = people.get(row.person_id) if row.person_id else None
    if row.person_id and (who is None or not who.is_here(row.date)):
        return kept([say("この人は、その日には契約の担当者ではなくなりました。")])
    return ""


@transaction.atomic
def undo_duties(*, access: Access, batch_id: int, now: datetime) -> DutyBatch:
    """Take back every duty that was written; what was copied from them to other weeks stays."""
    batch = _locked(access, batch_id, BatchState.APPLIED)
    written = DeskRecord.objects.filter(contract=access.contract, duty_row__batch=batch)
    count, _by_table = written.delete()
    batch.state, batch.undone_at = BatchState.UNDONE.value, now
    batch.save(update_fields=["state", "undone_at"])
    _note(access, batch, "undo_duties", now=now, taken_back=count)
    return batch


def _note(access: Access, batch: DutyBatch, act: str, *, now: datetime, **details: int) -> None:
    entry = Entry(act=act, subject=f"duties:{batch.pk}", details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
