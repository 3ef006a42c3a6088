"""The desk's own records: written down, and ticked off by who read or did them."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access, people_of
from madoguchi.contracts.models import Contract
from madoguchi.contracts.rules import Right
from madoguchi.core.works_vocabulary import DeskRecordKind
from madoguchi.desk.errors import FieldError
from madoguchi.people.models import Person
from madoguchi.works.errors import NotNowError
from madoguchi.works.models import DeskRecord

WEEK = timedelta(days=7)
CHUNK = 500
ENDS = (DeskRecordKind.HANDOVER.value, DeskRecordKind.ACTION.value)


@transaction.atomic
def write_record(
    *,
    access: Access,
    kind: DeskRecordKind,
    day: date,
    title: str,
    text: str,
    owner: Person | None,
    minutes: int | None,
    now: datetime,
) -> DeskRecord:
    access.require(Right.RECEIVE)
    found = DeskRecord.objects.create(
        contract=access.contract, kind=kind.value, date=day, title=title, text=text, owner=owner, minutes=minutes,
        author=access.person, written_at=now,
    )  # fmt: skip
    _note(access, found, "write_record", now=now)
    return found


@transaction.atomic
def copy_duties(*, access: Access, start_date: date, to_date: date, now: datetime) -> tuple[int, int]:
    """Copy the duty roster of seven days to the seven days from another. Returns how many were written and left out.

    Left out is what stands there already, and people who left the contract by then. Raises FieldError where there is
    nothing to copy, or a week would be copied onto itself.
    """
    access.require(Right.RECEIVE)
    # two who copy at once would both find nothing there
    Contract.objects.select_for_update(no_key=True).get(pk=access.contract.pk)
    if abs(to_date - start_date) < WEEK:
        raise FieldError("to_date", _("写し元の7日間と重ならない日にしてください。"))
    duties = DeskRecord.objects.filter(contract=access.contract, kind=DeskRecordKind.DUTY.value)
    pattern = list(duties.filter(date__gte=start_date, date__lt=start_date + WEEK).order_by("date", "pk"))
    if not pattern:
        raise FieldError("start_date", _("%(day)s からの7日間に当番はありません。") % {"day": start_date})
    there = set(duties.filter(date__gte=to_date, date__lt=to_date + WEEK).values_list("date", "title", "owner_id"))
    staying = set(people_of(contract=access.contract, day=to_date).values_list("pk", flat=True))
    wanted = [(each, each.date + (to_date - start_date)) for each in pattern]
    new = [
        DeskRecord(
            contract=access.contract, kind=each.kind, date=day, title=each.title, text=each.text,
            owner_id=each.owner_id, minutes=each.minutes, author=access.person, written_at=now,
        )
        for each, day in wanted
        if (day, each.title, each.owner_id) not in there and (each.owner_id is None or each.owner_id in staying)
    ]  # fmt: skip
    DeskRecord.objects.bulk_create(new, batch_size=CHUNK)
    details = {"from": start_date.isoformat(), "to": to_date.isoformat(), "count": len(new)}
    entry = Entry(act="copy_duties", subject="desk_records", details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    return len(new), len(pattern) - len(new)


@transaction.atomic
def finish_record(*, access: Access, record_id: int, now: datetime) -> DeskRecord:
    """Note that a handover was read or an action done. Raises NotNowError for what has no end, or ended already."""
    access.require(Right.RECEIVE)
    found = DeskRecord.objects.select_for_update(no_key=True).filter(contract=access.contract, pk=record_id).first()
    if found is None:
        raise Http404
    if found.kind not in ENDS or found.done_at is not None:
        raise NotNowError(_("この記録は済にできません。"))
    found.done_at, found.done_by = now, access.person
    found.save(update_fields=["done_at", "done_by"])
    _note(access, found, "finish_record", now=now)
    return found


def _note(access: Access, found: DeskRecord, act: str, *, now: datetime) -> None:
    entry = Entry(act=act, subject=f"desk_record:{found.pk}", details={"kind": found.kind})
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
