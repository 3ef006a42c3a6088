"""Planned maintenance: proposed by the desk, approved by the responsible division before it counts."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.monitoring_vocabulary import MaintenanceState
from madoguchi.desk.errors import FieldError, check_moments
from madoguchi.monitoring.locks import locked_maintenance
from madoguchi.monitoring.models import Maintenance
from madoguchi.monitoring.queries import services_of

LONGEST = timedelta(days=31)
STANDING = (MaintenanceState.PROPOSED.value, MaintenanceState.APPROVED.value)
# what a decision may make of a state
DECISIONS = {
    MaintenanceState.PROPOSED: (MaintenanceState.APPROVED, MaintenanceState.REFUSED),
    MaintenanceState.APPROVED: (MaintenanceState.CANCELLED,),
}


def check_times(*, started_at: datetime, ended_at: datetime) -> None:
    """Raise FieldError for times no maintenance can have."""
    check_moments({"started_at": started_at, "ended_at": ended_at})
    if ended_at <= started_at:
        raise FieldError("ended_at", _("終了を開始より後にしてください。"))
    if ended_at - started_at > LONGEST:
        raise FieldError("ended_at", _("1件は%(n)s日までです。分けて登録してください。") % {"n": LONGEST.days})


@transaction.atomic
def propose_maintenance(
    *, access: Access, services: Sequence[str], started_at: datetime, ended_at: datetime, reason: str, now: datetime
) -> list[Maintenance]:
    """Propose a stop of services; it counts once it is approved. Raises FieldError."""
    access.require(Right.MANAGE)
    known = services_of(access.contract, day=timezone.localdate(now))
    unknown = [each for each in services if each not in known]
    if unknown or not services:
        given = {"given": "、".join(unknown)[:100], "allowed": "、".join(known)}
        raise FieldError("services", _("「%(given)s」という対象はありません。使える値: %(allowed)s") % given)
    check_times(started_at=started_at, ended_at=ended_at)
    rows = [
        Maintenance(
            contract=access.contract, service=each, started_at=started_at, ended_at=ended_at, reason=reason,
            proposed_by=access.person, proposed_at=now,
        )
        for each in dict.fromkeys(services)
    ]  # fmt: skip
    return keep_proposals(access=access, rows=rows, now=now)


def standing_maintenance(access: Access) -> set[tuple[str, datetime, datetime]]:
    """Return what is proposed or approved, each by its service and its times."""
    found = Maintenance.objects.filter(contract=access.contract, state__in=STANDING)
    return set(found.values_list("service", "started_at", "ended_at"))


def keep_proposals(*, access: Access, rows: Sequence[Maintenance], now: datetime) -> list[Maintenance]:
    """Save checked proposals with their history. Raises FieldError for one that stands already."""
    standing = standing_maintenance(access)
    for each in rows:
        if (each.service, each.started_at, each.ended_at) in standing:
            raise FieldError("services", _("同じ計画停止がすでにあります: %(given)s") % {"given": each.service})
    made = Maintenance.objects.bulk_create(rows)
    entries = [Entry(act="propose_maintenance", subject=f"maintenance:{each.pk}") for each in made]
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=entries)
    return made


@transaction.atomic
def withdraw_maintenance(*, access: Access, maintenance_id: int, now: datetime) -> None:
    """Take back a proposal nobody decided yet. Raises FieldError."""
    access.require(Right.MANAGE)
    found = locked_maintenance(contract=access.contract, maintenance_id=maintenance_id)
    if found.state != MaintenanceState.PROPOSED:
        raise FieldError("id", _("承認待ちのものだけを取り消せます。"))
    _decide(access, found, MaintenanceState.CANCELLED, remark="", now=now)


@transaction.atomic
def decide_maintenance(
    *, access: Access, maintenance_id: int, state: MaintenanceState, remark: str, now: datetime
) -> None:
    """Approve or refuse a proposal, or cancel what was approved; all but an approval need a remark."""
    access.require(Right.DECIDE)
    found = locked_maintenance(contract=access.contract, maintenance_id=maintenance_id)
    if state not in DECISIONS.get(MaintenanceState(found.state), ()):
        raise FieldError("state", _("この状態の計画停止には、その決定はできません。"))
    if state is not MaintenanceState.APPROVED and not remark.strip():
        raise FieldError("remark", _("理由を入力してください。"))
    _decide(access, found, state, remark=remark, now=now)


def _decide(access: Access, found: Maintenance, state: MaintenanceState, *, remark: str, now: datetime) -> None:
    before = found.state
    found.state, found.decided_by, found.decided_at, found.remark = state.value, access.person, now, remark
    found.save(update_fields=["state", "decided_by", "decided_at", "remark"])
    details = {"before": before, "after": state.value}
    entry = Entry(act="decide_maintenance", subject=f"maintenance:{found.pk}", details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
