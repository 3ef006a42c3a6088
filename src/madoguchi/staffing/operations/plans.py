"""Plans asked for, computed and published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.models import Contract
from madoguchi.core.vocabulary import PlanKind, PlanState
from madoguchi.planning.shift_calendar import WorkShift
from madoguchi.staffing.errors import NothingToPublishError, PlanNotDoneError, TooManyPlansError
from madoguchi.staffing.models import Plan, Shift

MOST_UNDER_WAY = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedPlan:
    """What a plan is asked for: a month and kind, the rate to keep, and the assumptions (`inputs`, plain values)."""

    month: date
    kind: PlanKind
    target_percent: Decimal
    seed: int
    definition_number: int
    inputs: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def ask_plan(*, access: Access, asked: AskedPlan, now: datetime) -> Plan:
    """Take a plan in for computation. Raises TooManyPlansError."""
    contract = Contract.objects.select_for_update().get(pk=access.contract.pk)
    under_way = Plan.objects.filter(contract=contract, state__in=(PlanState.WAITING.value, PlanState.RUNNING.value))
    if sum(not each.is_lost(now=now) for each in under_way) >= MOST_UNDER_WAY:
        raise TooManyPlansError
    latest = Plan.objects.filter(contract=contract).aggregate(latest=Max("number"))["latest"] or 0
    plan = Plan.objects.create(
        contract=contract, number=latest + 1, month=asked.month, kind=asked.kind.value, state=PlanState.WAITING.value,
        target_percent=asked.target_percent, seed=asked.seed, definition_number=asked.definition_number,
        inputs=dict(asked.inputs), made_by=access.person, made_at=now,
    )  # fmt: skip
    details = {"month": f"{asked.month:%Y-%m}", "kind": asked.kind.value, "seed": asked.seed}
    _note(plan, act="ask_plan", actor=access.person.key, at=now, details=details)
    return plan


def begin_plan(*, plan_id: int, now: datetime) -> Plan | None:
    """Mark a waiting plan as being computed; None where somebody else did, or there is none."""
    waiting = Plan.objects.filter(pk=plan_id, state=PlanState.WAITING.value)
    if not waiting.update(state=PlanState.RUNNING.value, started_at=now):
        return None
    return Plan.objects.select_related("contract").get(pk=plan_id)


@transaction.atomic
def keep_result(*, plan: Plan, result: Mapping[str, Any], shifts: Sequence[WorkShift], now: datetime) -> None:
    """Keep what a computation found, with its shifts; their persons are primary keys as text."""
    done = Plan.objects.filter(pk=plan.pk, state=PlanState.RUNNING.value)
    if not done.update(state=PlanState.DONE.value, result=dict(result), finished_at=now):
        return
    Shift.objects.bulk_create(
        Shift(
            plan=plan, person_id=int(each.person), kind=each.kind, starts_at=each.starts_at, ends_at=each.ends_at,
            break_starts_at=each.break_starts_at, break_ends_at=each.break_ends_at,
        )
        for each in shifts
    )  # fmt: skip
    _note(plan, act="keep_plan", actor="system:planner", at=now, details={"shifts": len(shifts)})


@transaction.atomic
def keep_failure(*, plan: Plan, message: str, now: datetime) -> None:
    """Keep why a plan could not be made."""
    running = Plan.objects.filter(pk=plan.pk, state=PlanState.RUNNING.value)
    if running.update(state=PlanState.FAILED.value, failure=message[:2_000], finished_at=now):
        _note(plan, act="fail_plan", actor="system:planner", at=now, details={})


@transaction.atomic
def publish_plan(*, access: Access, number: int, now: datetime) -> Plan:
    """Put a plan's shifts in force for its month. Raises Plan.DoesNotExist, PlanNotDoneError, NothingToPublishError."""
    plan = Plan.objects.select_for_update().get(contract=access.contract, number=number)
    if plan.state != PlanState.DONE.value:
        raise PlanNotDoneError
    if not plan.shifts.exists():
        raise NothingToPublishError
    plan.published_by, plan.published_at = access.person, now
    plan.save(update_fields=["published_by", "published_at"])
    _note(plan, act="publish_plan", actor=access.person.key, at=now, details={"month": f"{plan.month:%Y-%m}"})
    return plan


def _note(plan: Plan, *, act: str, actor: str, at: datetime, details: Mapping[str, object]) -> None:
    entry = Entry(act=act, subject=f"plan:{plan.number}", details=details)
    record(chain=plan.contract.key, at=at, actor=actor, entries=[entry])
