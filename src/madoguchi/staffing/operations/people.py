"""The roster's people, their leave, and what is announced."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.core.vocabulary import AnnouncedKind
from madoguchi.people.models import Person
from madoguchi.staffing.models import AnnouncedEvent, Leave, Member


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What is agreed with a member: skills, hours a week, and whether they are planned."""

    skills: tuple[str, ...]
    most_hours: Decimal
    least_hours: Decimal
    is_active: bool = True


@transaction.atomic
def keep_member(*, access: Access, person: Person, terms: Terms, leave: Iterable[date], now: datetime) -> Member:
    """Keep a member's terms and all days of leave, in the place of what was known."""
    member, _ = Member.objects.update_or_create(
        contract=access.contract, person=person,
        defaults={
            "skills": list(terms.skills), "most_hours": terms.most_hours, "least_hours": terms.least_hours,
            "is_active": terms.is_active,
        },
    )  # fmt: skip
    days = sorted(set(leave))
    member.leave.exclude(day__in=days).delete()
    Leave.objects.bulk_create([Leave(member=member, day=day) for day in days], ignore_conflicts=True)
    details = {
        "skills": len(terms.skills), "most_hours": str(terms.most_hours), "least_hours": str(terms.least_hours),
        "leave": len(days), "is_active": terms.is_active,
    }  # fmt: skip
    _note(access, act="keep_member", subject=person.key, at=now, details=details)
    return member


@transaction.atomic
def announce(
    *, access: Access, kind: AnnouncedKind, start_date: date, day_count: int, note: str, now: datetime
) -> AnnouncedEvent:
    """Keep an announced event; the same kind on the same day is replaced."""
    event, _ = AnnouncedEvent.objects.update_or_create(
        contract=access.contract, kind=kind.value, start_date=start_date,
        defaults={"day_count": day_count, "note": note},
    )  # fmt: skip
    details = {"kind": kind.value, "from": start_date, "days": day_count}
    _note(access, act="announce", subject=f"announced:{event.pk}", at=now, details=details)
    return event


@transaction.atomic
def take_back(*, access: Access, event: AnnouncedEvent, now: datetime) -> None:
    """Forget an announced event."""
    details = {"kind": event.kind, "from": event.start_date}
    subject = f"announced:{event.pk}"
    event.delete()
    _note(access, act="take_back_announced", subject=subject, at=now, details=details)


def _note(access: Access, *, act: str, subject: str, at: datetime, details: dict[str, object]) -> None:
    entry = Entry(act=act, subject=subject, details=details)
    record(chain=access.contract.key, at=at, actor=access.person.key, entries=[entry])
