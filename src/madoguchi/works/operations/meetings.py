"""Regular meetings: who came, what was said, and what is to be done by whom and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.models import Contract
from madoguchi.contracts.rules import Right
from madoguchi.core.works_vocabulary import DeskRecordKind
from madoguchi.desk.errors import FieldError
from madoguchi.people.models import Person
from madoguchi.works.models import DeskRecord

MEETING, ACTION = DeskRecordKind.MEETING.value, DeskRecordKind.ACTION.value


@dataclass(frozen=True, kw_only=True, slots=True)
class Minutes:
    """What is written down of a meeting."""

    day: date
    title: str
    text: str
    attendees: Sequence[Person]


def meetings_of(contract: Contract, *, day: date) -> QuerySet[DeskRecord]:
    """Return the meetings, the latest first, with how many of their actions there are, are open and are late."""
    is_open = Q(actions__done_at=None)
    found = DeskRecord.objects.filter(contract=contract, kind=MEETING).annotate(
        action_count=Count("actions"), open_count=Count("actions", filter=is_open),
        late_count=Count("actions", filter=is_open & Q(actions__due_date__lt=day)),
    )  # fmt: skip
    return found.order_by("-date", "-pk")


def open_actions(contract: Contract) -> QuerySet[DeskRecord]:
    """Return what meetings asked for and nobody has done yet, what is due first in front."""
    found = DeskRecord.objects.filter(contract=contract, kind=ACTION, done_at=None)
    return found.select_related("owner", "meeting").order_by("due_date", "date", "pk")


def late_actions(contract: Contract, *, day: date) -> QuerySet[DeskRecord]:
    return open_actions(contract).filter(due_date__lt=day)


def carried_to(meeting: DeskRecord) -> QuerySet[DeskRecord]:
    """Return the actions of earlier meetings that were open when this one was held, with what became of them."""
    start = timezone.make_aware(datetime.combine(meeting.date, datetime.min.time()))
    earlier = Q(meeting__date__lt=meeting.date) | Q(meeting__date=meeting.date, meeting__lt=meeting.pk)
    found = DeskRecord.objects.filter(contract=meeting.contract_id, kind=ACTION)
    found = found.filter(earlier | Q(meeting=None, date__lte=meeting.date))
    return (
        found.filter(Q(done_at=None) | Q(done_at__gte=start))
        .select_related("owner", "meeting", "done_by")
        .order_by("due_date", "pk")
    )


def meeting_of(access: Access, meeting_id: int) -> DeskRecord:
    """Return one meeting. Raises Http404 for another contract's, and for records that are none."""
    found = DeskRecord.objects.filter(contract=access.contract, kind=MEETING, pk=meeting_id)
    meeting = found.select_related("author").first()
    if meeting is None:
        raise Http404
    return meeting


@transaction.atomic
def write_meeting(*, access: Access, minutes: Minutes, meeting_id: int | None, now: datetime) -> DeskRecord:
    """Write a meeting down, or anew what was written of it. Raises FieldError where its actions would be due before."""
    access.require(Right.RECEIVE)
    if meeting_id is None:
        meeting = DeskRecord(contract=access.contract, kind=MEETING, author=access.person, written_at=now)
    else:
        meeting = _locked(access, meeting_id)
        if meeting.actions.filter(due_date__lt=minutes.day).exists():
            raise FieldError("date", _("この会議の宿題に、この日より前の期限があります。"))
    meeting.date, meeting.title, meeting.text = minutes.day, minutes.title, minutes.text
    meeting.save()
    meeting.attendees.set(minutes.attendees)
    _note(access, meeting, "write_minutes" if meeting_id else "write_record", now=now)
    return meeting


@transaction.atomic
def add_action(
    *, access: Access, meeting_id: int, title: str, owner: Person, due_date: date, now: datetime
) -> DeskRecord:
    """Note what a meeting asked somebody to do. Raises FieldError for a day before the meeting."""
    access.require(Right.RECEIVE)
    meeting = _locked(access, meeting_id)
    if due_date < meeting.date:
        raise FieldError("due_date", _("期限は会議の日（%(day)s）以後にしてください。") % {"day": meeting.date})
    action = DeskRecord.objects.create(
        contract=access.contract, kind=ACTION, meeting=meeting, date=meeting.date, title=title, owner=owner,
        due_date=due_date, author=access.person, written_at=now,
    )  # fmt: skip
    _note(access, action, "write_record", now=now)
    return action


def _locked(access: Access, meeting_id: int) -> DeskRecord:
    meeting_of(access, meeting_id)
    return DeskRecord.objects.select_for_update(no_key=True).get(pk=meeting_id)


def _note(access: Access, found: DeskRecord, act: str, *, now: datetime) -> None:
    entry = Entry(act=act, subject=f"desk_record:{found.pk}", details={"kind": found.kind})
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
