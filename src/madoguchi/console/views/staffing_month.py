"""A month's staffing as its report has it: people needed, planned and there by half hour, and the month's chance."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from madoguchi.console.staffing_pages import month_context, people_context, result_facts, slot_moments
from madoguchi.console.views.quality import asked
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.folders import imported_folder
from madoguchi.contracts.models import Contract
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import PlanKind, PlanState
from madoguchi.quality.months import period_of
from madoguchi.staffing.events import has_staffing, recorded_between
from madoguchi.staffing.models import Plan

Counts = Mapping[datetime, int]


@require_GET
@contract_page(Right.SEE_FIGURES)
def month_staffing(request: ContractRequest, month: str) -> HttpResponse:
    """Show a month's need, as computed for it, against what was planned and who was there."""
    access, day = request.access, asked(month)
    contract, period = access.contract, period_of(day)
    if period.end_date <= contract.start_date or day >= contract.end_date:
        raise Http404
    plan = reported_plan(contract, day)
    is_past = plan is not None and plan.kind == PlanKind.PAST.value
    may_manage = access.may(Right.MANAGE)
    is_over = timezone.localdate() >= period.end_date
    context: dict[str, Any] = {
        "name": f"{day:%Y-%m}", "plan": plan, "may_manage": may_manage,
        "can_ask": may_manage and is_over and not is_past,
    }  # fmt: skip
    if plan is not None:
        context |= _shown(plan, asked_day=request.GET.get("day", ""))
    return render(request, "console/staffing/month.html", context)


def reported_plan(contract: Contract, month: date) -> Plan | None:
    """Return the plan whose need a report shows: the latest from the month's own calls, else the latest forecast."""
    done = Plan.objects.filter(contract=contract, month=month, state=PlanState.DONE.value).order_by("-number")
    return done.filter(kind=PlanKind.PAST.value).first() or done.first()


def _shown(plan: Plan, *, asked_day: str) -> dict[str, Any]:
    result = plan.result or {}
    moments = [slot_moments(result, date.fromisoformat(each)) for each in result["days"]]
    planned, present = _recorded(plan.contract, moments)
    tables = {
        name: [[counts.get(at) for at in row] for row in moments]
        for name, counts in (("planned", planned), ("actual", present))
    }
    return {
        **people_context(result, asked_day=asked_day, **tables),
        **month_context(plan),
        "facts": result_facts(result), "is_recorded": bool(planned or present),
    }  # fmt: skip


def _recorded(contract: Contract, moments: Sequence[Sequence[datetime]]) -> tuple[Counts, Counts]:
    """Return people planned and there by half hour: as kept here, else as imported."""
    if not moments:
        return {}, {}
    start, end = moments[0][0], moments[-1][-1]
    if not has_staffing(contract):
        return _imported(contract, start, end)
    planned, present = recorded_between(contract=contract, start=start, end=end)
    # where shifts were published, a half hour without one was planned with nobody
    return {at: planned.get(at, 0) for row in moments for at in row} if planned else {}, present


def _imported(contract: Contract, start: datetime, end: datetime) -> tuple[Counts, Counts]:
    from madoguchi.intake.facts import open_facts  # noqa: PLC0415  # the measure is loaded by who asks for figures
    from madoguchi.intake.store import MANIFEST  # noqa: PLC0415

    folder = imported_folder(contract)
    if not (folder / MANIFEST).exists():
        return {}, {}
    promised = definitions_on(contract=contract, day=timezone.localdate(start)).promised
    planned: dict[datetime, int] = {}
    present: dict[datetime, int] = {}
    for event in open_facts(folder).events("staffing", contract=promised.id):
        at = event["at"]
        if isinstance(at, datetime) and start <= at <= end:
            for counts, name in ((planned, "planned"), (present, "present")):
                number = event.get(name)
                if isinstance(number, int):
                    counts[at] = counts.get(at, 0) + number
    return planned, present
