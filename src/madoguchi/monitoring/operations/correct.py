"""An outage corrected by a person: what it was, what it is now, and why."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.desk.errors import FieldError, check_moments
from madoguchi.monitoring.locks import locked_outage
from madoguchi.monitoring.models import Outage, OutageCorrection
from madoguchi.monitoring.operations.following import rules_of, settle
from madoguchi.monitoring.queries import services_of

Given = str | bool | datetime
FIXED = {"service": "fixed_service", "started_at": "fixed_started_at", "ended_at": "fixed_ended_at"}


@transaction.atomic
def correct_outage(
    *, access: Access, outage_id: int, asked: Mapping[str, Given], reason: str, now: datetime
) -> list[OutageCorrection]:
    """Change service, beginning, end or whether it counts at all; what was seen stays beside it.

    `asked` holds the fields to change: service, started_at, ended_at, is_dismissed. Raises FieldError.
    """
    access.require(Right.MANAGE)
    outage = locked_outage(contract=access.contract, outage_id=outage_id)
    if not reason.strip():
        raise FieldError("reason", _("訂正の理由を入力してください。"))
    before = {name: getattr(outage, name) for name in asked}
    _check(access, outage, asked, now=now)
    for name, value in asked.items():
        setattr(outage, FIXED.get(name, name), value)
    settle(outage, rules=rules_of(outage.source))
    outage.save()
    made = [
        OutageCorrection(
            outage=outage, field=name, old=_word(before[name]), new=_word(getattr(outage, name)), reason=reason,
            by=access.person, at=now,
        )
        for name in asked
        if before[name] != getattr(outage, name)
    ]  # fmt: skip
    if not made:
        raise FieldError("reason", _("変わるところがありません。"))
    OutageCorrection.objects.bulk_create(made)
    details = {each.field: [each.old, each.new] for each in made}
    entry = Entry(act="correct_outage", subject=f"outage:{outage.pk}", details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    return made


def _check(access: Access, outage: Outage, asked: Mapping[str, Given], *, now: datetime) -> None:
    service = asked.get("service")
    known = services_of(access.contract, day=timezone.localdate(now))
    if service is not None and service not in known:
        given = {"given": str(service)[:60], "allowed": "、".join(known)}
        raise FieldError("service", _("「%(given)s」という対象はありません。使える値: %(allowed)s") % given)
    start, end = _moment(outage, asked, "started_at"), _moment(outage, asked, "ended_at")
    check_moments({"started_at": start, "ended_at": end})
    for name, moment in (("started_at", start), ("ended_at", end)):
        if moment is not None and moment > now:
            raise FieldError(name, _("未来の日時です。現在までの日時を入力してください。"))
    if start and end and end < start:
        raise FieldError("ended_at", _("終了を開始より後にしてください。"))


def _moment(outage: Outage, asked: Mapping[str, Given], name: str) -> datetime | None:
    found = asked.get(name) or getattr(outage, name)
    return found if isinstance(found, datetime) else None


def _word(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value or "")
