"""Today: the rest of the day planned anew from what came so far, and who was there."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from madoguchi.console.staffing_data import known_calls
from madoguchi.console.staffing_forms import AttendanceForm, ReplanForm
from madoguchi.console.staffing_pages import percent, safe_picture, slot_moments
from madoguchi.contracts.models import Contract
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.vocabulary import PlanState
from madoguchi.planning.slots import SLOT_SECONDS
from madoguchi.reports.staff_chart import Line, half_hour_chart
from madoguchi.staffing.models import Plan
from madoguchi.staffing.operations.attendance import record_attendance
from madoguchi.staffing.queries import attendance_between, plans_in_force

HALF_HOUR = timedelta(seconds=SLOT_SECONDS)


@require_GET
@contract_page(Right.MANAGE)
def today(request: ContractRequest) -> HttpResponse:
    """Show today's plan against what came, and, once asked, the rest of the day planned anew."""
    contract, now = request.access.contract, timezone.now()
    day = timezone.localdate(now)
    plan = plan_for(contract, day)
    if plan is None:
        return render(request, "console/staffing/today.html", {"day": day})
    seen = _seen_today(contract, day, now)
    form = ReplanForm(request.GET or None, initial=seen)
    context: dict[str, Any] = {
        "day": day, "plan": plan, "form": form,
        "attendance_form": AttendanceForm(initial={"day": day}), "seen": seen,
    }  # fmt: skip
    given: dict[str, Any] | None = form.cleaned_data if form.is_bound and form.is_valid() else None
    try:
        context |= _day_values(plan, day, given)
    except MadoguchiError as error:
        form.add_error(None, str(error))
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "console/staffing/today.html", context, status=status)


def plan_for(contract: Contract, day: date) -> Plan | None:
    """Return the plan a day is worked by: the one in force, else the latest made; None where the day is in none."""
    month = day.replace(day=1)
    in_force = [each for each in plans_in_force(contract) if each.month == month]
    latest = Plan.objects.filter(contract=contract, month=month, state=PlanState.DONE.value).order_by("-number")
    for each in [*in_force, *latest[:1]]:
        plan = Plan.objects.select_related("contract").get(pk=each.pk)
        if plan.result and f"{day}" in plan.result["days"]:
            return plan
    return None


def _seen_today(contract: Contract, day: date, now: datetime) -> dict[str, Any]:
    """Return the half hour now and, where the facts know today, its calls so far."""
    local = timezone.localtime(now)
    second = local.hour * 3600 + local.minute * 60
    until = second // SLOT_SECONDS * SLOT_SECONDS
    found = {"until": f"{until // 3600:02d}:{until % 3600 // 60:02d}", "attempts": 0, "answered": 0}
    try:
        history = known_calls(contract=contract, now=now).history
    except MadoguchiError:
        return found
    days = history.grid.days
    if day not in days or not history.is_known[days.index(day)]:
        return found
    passed = max(0, (until - history.grid.first_second) // SLOT_SECONDS)
    row = days.index(day)
    counts = {name: int(getattr(history, name)[row, :passed].sum()) for name in ("attempts", "answered")}
    return {**found, **counts}


def _day_values(plan: Plan, day: date, given: dict[str, Any] | None) -> dict[str, Any]:
    result = plan.result or {}
    row = result["days"].index(f"{day}")
    labels, count = result["labels"], len(result["labels"])
    need = result.get("eased", result)["need"][row]
    planned = result["planned"][row] if result.get("planned") else need
    moments = slot_moments(result, day)
    seen = attendance_between(contract=plan.contract, start=moments[0], end=moments[-1] + HALF_HOUR)
    actual = [seen.get(at) for at in moments]
    lines = [Line(name=_("計画"), values=planned)]
    if any(each is not None for each in actual):
        lines.append(Line(name=_("実績"), values=actual))
    context: dict[str, Any] = {}
    anew: list[int | None] = [None] * count
    if given is not None:
        context, anew = _replanned(plan, result, row, planned, given)
        lines.append(Line(name=_("見直し後の必要"), values=anew))
    chart = half_hour_chart(
        name="today",
        title=_("今日の半時間ごとの人数"),
        labels=labels,
        bars=Line(name=_("必要"), values=need),
        lines=lines,
    )
    table = zip(labels, result["calls"][row], need, planned, actual, anew, strict=True)
    return {**context, "chart": safe_picture(chart), "table": list(table)}


def _replanned(
    plan: Plan, result: dict[str, Any], row: int, planned: list[int], given: dict[str, Any]
) -> tuple[dict[str, Any], list[int | None]]:
    """Return what the rest of the day takes, and the need of each half hour still to come."""
    import numpy as np  # noqa: PLC0415  # numbers are loaded by who plans

    from madoguchi.core.staffing.patience import ExponentialPatience  # noqa: PLC0415
    from madoguchi.planning.need import Demand  # noqa: PLC0415
    from madoguchi.planning.what_if import replan_day  # noqa: PLC0415

    count = len(result["labels"])
    passed = min(count, max(0, (given["until"] - result["first_second"]) // SLOT_SECONDS))
    if passed >= count:
        return {"is_over": True}, [None] * count
    demand = Demand(
        calls=np.array([result["calls"][row]]), handle_seconds=np.array([result["handle_seconds"]]),
        patience=ExponentialPatience(mean_seconds=result["patience_seconds"]), redial_share=result["redial_share"],
        ivr_loss=result["ivr_loss"], day_variation=result["day_variation"],
    )  # fmt: skip
    attempts = [float(given["attempts"]), *([0.0] * (passed - 1))] if passed else []
    answered = float(given["answered"]) if passed else 0.0
    at_least = float(plan.target_percent) / 100
    found = replan_day(
        demand=demand, agents=np.array([planned]), attempts=attempts, answered=answered, at_least=at_least,
        seed=plan.seed,
    )  # fmt: skip
    rest = [int(each) for each in found.need.agents[0]]
    more = [anew - there for anew, there in zip(rest, planned[passed:], strict=True)]
    context = {
        "factor": f"{found.factor:.2f}", "rest_target": percent(found.rest_target),
        "kept": percent(found.planned.answer_rate), "is_enough": found.planned.answer_rate >= found.rest_target,
        "is_reachable": found.need.is_reachable, "most": percent(found.need.most),
        "most_lacking": max(0, *more), "hours": f"{sum(max(0, each) for each in more) / 2:g}",
        "is_replanned": True,
    }  # fmt: skip
    return context, [*([None] * passed), *rest]


@require_POST
@contract_page(Right.MANAGE)
def attendance(request: ContractRequest) -> HttpResponse:
    """Keep how many people were there in the half hours of a stretch."""
    access, now = request.access, timezone.now()
    form = AttendanceForm(request.POST)
    if not form.is_valid():
        return render(request, "console/staffing/attendance.html", {"attendance_form": form}, status=422)
    given = form.cleaned_data
    midnight = timezone.make_aware(datetime.combine(given["day"], time()))
    seconds = range(given["start"], given["end"], SLOT_SECONDS)
    counts = {midnight + timedelta(seconds=second): given["present"] for second in seconds}
    record_attendance(access=access, counts=counts, now=now)
    messages.success(request, _("在席人数を記録しました。"))
    return redirect("staffing_today", contract_key=access.contract.key)
