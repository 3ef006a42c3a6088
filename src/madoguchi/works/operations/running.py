"""The desk's own records: written down, and ticked off by who read or did them."""

from datetime import date, datetime

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.works_vocabulary import DeskRecordKind
from madoguchi.people.models import Person
from madoguchi.works.errors import NotNowError
from madoguchi.works.models import DeskRecord

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
