"""Who was there, and a person's private address of their own shifts."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.staffing.models import Attendance, ShiftFeed


@transaction.atomic
def record_attendance(*, access: Access, counts: Mapping[datetime, int], now: datetime) -> None:
    """Keep how many people were there by half hour; a half hour recorded before is corrected."""
    for at, present in sorted(counts.items()):
        Attendance.objects.update_or_create(
            contract=access.contract, at=at,
            defaults={"present": present, "recorded_by": access.person, "recorded_at": now},
        )  # fmt: skip
    details = {"from": min(counts), "count": len(counts)} if counts else {"count": 0}
    entry = Entry(act="record_attendance", subject="staffing", details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])


def secret_hash(secret: str) -> str:
    """Return what is kept of a feed's address; it is random enough to need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def open_feed(*, access: Access, now: datetime) -> str:
    """Return the secret of a new address of the person's shifts; an earlier one no longer works."""
    _revoke(access, now)
    secret = secrets.token_urlsafe(32)
    ShiftFeed.objects.create(contract=access.contract, person=access.person, hash=secret_hash(secret), created_at=now)
    _note(access, act="open_shift_feed", at=now)
    return secret


@transaction.atomic
def close_feed(*, access: Access, now: datetime) -> bool:
    """Revoke the person's address; false where there was none."""
    if not _revoke(access, now):
        return False
    _note(access, act="close_shift_feed", at=now)
    return True


def _revoke(access: Access, now: datetime) -> int:
    known = ShiftFeed.objects.filter(contract=access.contract, person=access.person, revoked_at__isnull=True)
    return known.update(revoked_at=now)


def _note(access: Access, *, act: str, at: datetime) -> None:
    entry = Entry(act=act, subject=access.person.key)
    record(chain=access.contract.key, at=at, actor=access.person.key, entries=[entry])
