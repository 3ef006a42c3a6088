"""Staffing for managers: plans asked for, looked at, published, exported; the roster's people; what is announced."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from madoguchi.audit.operations import Entry, record
from madoguchi.console.staffing_data import known_calls
from madoguchi.console.staffing_forms import AnnouncedForm, MemberForm, PlanForm, TakeBackForm
from madoguchi.console.staffing_pages import EXCEL_TYPE, plan_book, plan_context, shift_name
from madoguchi.console.tasks import compute_plan
from madoguchi.contracts.access import Access
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.calendar.periods import month_period
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.vocabulary import AnnouncedKind, PlanKind, PlanState
from madoguchi.planning.shift_calendar import calendar_file
from madoguchi.staffing.models import AnnouncedEvent, Plan
from madoguchi.staffing.operations.people import Terms, announce, keep_member, take_back
from madoguchi.staffing.operations.plans import AskedPlan, ask_plan, publish_plan
from madoguchi.staffing.queries import entries_of, members_of, plans_in_force, plans_of, rosterable

SHOWN_PLANS, SHOWN_EVENTS = 50, 200


@require_http_methods(["GET", "POST"])
@contract_page(Right.MANAGE)
def overview(request: ContractRequest) -> HttpResponse:
    """Show the plans made so far; a POST asks for another, which is computed in the background."""
    access, now = request.access, timezone.now()
    following = (timezone.localdate(now).replace(day=1) + timedelta(days=32)).replace(day=1)
    form = PlanForm(request.POST or None, initial={"month": f"{following:%Y-%m}"})
    if request.method == "POST" and form.is_valid():
        try:
            plan = _ask(access, form.cleaned_data)
        except MadoguchiError as error:
            form.add_error(None, str(error))
        else:
            compute_plan.enqueue(plan.pk)
            return redirect("staffing_plan", contract_key=access.contract.key, plan_number=plan.number)
    in_force = {each.pk for each in plans_in_force(access.contract)}
    context = {
        "form": form, "plans": plans_of(access.contract)[:SHOWN_PLANS], "in_force": in_force,
        "member_count": sum(each.is_active for each in members_of(access.contract)),
    }  # fmt: skip
    return render(request, "console/staffing/overview.html", context, status=422 if form.is_bound else 200)


def _ask(access: Access, given: dict[str, Any]) -> Plan:
    """Take a plan in: of a past month where it is over and the facts know it, else of a coming one."""
    from madoguchi.planning.month import has_days, promised_answer_rate  # noqa: PLC0415  # planning is loaded by who plans

    now = timezone.now()
    known = known_calls(contract=access.contract, now=now)
    month: date = given["month"]
    target = given["target"]
    if target is None:
        promised = promised_answer_rate(contract=known.promised, day=month)
        if promised is None:
            raise NoTargetError
        target = Decimal(str(round(100 * promised, 2)))
    period = month_period(year=month.year, month=month.month)
    is_over = period.end_date <= timezone.localdate(now) and has_days(known.history, period)
    kind = PlanKind.PAST if is_over else PlanKind.COMING
    asked = AskedPlan(
        month=month, kind=kind, target_percent=target, seed=given["seed"], definition_number=known.definition_number,
        inputs={"yen_an_hour": given["yen_an_hour"], "always_skills": given["skills"]},
    )  # fmt: skip
    return ask_plan(access=access, asked=asked, now=now)


class NoTargetError(MadoguchiError):
    """The contract promises no answer rate, and none was typed."""

    def __init__(self) -> None:
        super().__init__(_("契約に応答率の目標がありません。応答率の目標を入力してください。"))


def plan_of(access: Access, number: int) -> Plan:
    """Return a contract's plan. Raises Http404."""
    found = Plan.objects.select_related("contract", "made_by", "published_by")
    plan = found.filter(contract=access.contract, number=number).first()
    if plan is None:
        raise Http404
    return plan


@require_GET
@contract_page(Right.MANAGE)
def plan(request: ContractRequest, plan_number: int) -> HttpResponse:
    """Show a plan: how far its computation is, or what it found."""
    access, now = request.access, timezone.now()
    shown = plan_of(access, plan_number)
    context: dict[str, Any] = {"plan": shown, "is_lost": shown.is_lost(now=now)}
    if shown.state == PlanState.DONE.value:
        context |= plan_context(shown, asked_day=request.GET.get("day", ""))
        context["shift_count"] = shown.shifts.count()
    return render(request, "console/staffing/plan.html", context)


@require_GET
@contract_page(Right.MANAGE)
def plan_state(request: ContractRequest, plan_number: int) -> HttpResponse:
    """Say how far a computation is; once it has ended, have the page loaded anew."""
    shown = plan_of(request.access, plan_number)
    context = {"plan": shown, "is_lost": shown.is_lost(now=timezone.now())}
    answer = render(request, "console/staffing/plan_state.html", context)
    if not shown.is_under_way:
        answer.headers["HX-Refresh"] = "true"
    return answer


@require_POST
@contract_page(Right.MANAGE)
def publish(request: ContractRequest, plan_number: int) -> HttpResponse:
    """Put a plan's shifts in force."""
    access = request.access
    plan_of(access, plan_number)
    publish_plan(access=access, number=plan_number, now=timezone.now())
    messages.success(request, _("公開しました。要員は自分の勤務を見られます。"))
    return redirect("staffing_plan", contract_key=access.contract.key, plan_number=plan_number)


@require_GET
@contract_page(Right.MANAGE)
def export(request: ContractRequest, plan_number: int, file_kind: str) -> HttpResponse:
    """Return a plan's shifts as a workbook or a calendar file."""
    access, now = request.access, timezone.now()
    shown = plan_of(access, plan_number)
    if file_kind not in {"xlsx", "ics"} or shown.state != PlanState.DONE.value:
        raise Http404
    shifts = list(shown.shifts.select_related("person", "plan").order_by("starts_at", "person__reading", "person_id"))
    if file_kind == "xlsx":
        content, content_type = plan_book(shown, shifts), EXCEL_TYPE
    else:
        names = {each.person_id: f"{each.person.name}（{shift_name(each.kind)}）" for each in shifts}
        entries = entries_of(shifts, label=_("勤務"), names=names)
        content = calendar_file(name=access.contract.name, entries=entries, written_at=shown.made_at)
        content_type = "text/calendar; charset=utf-8"
    details = {"kind": file_kind, "shifts": len(shifts)}
    entry = Entry(act="export_plan", subject=f"plan:{shown.number}", details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    answer = HttpResponse(content, content_type=content_type)
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="plan-{shown.month:%Y-%m}-{shown.number}.{file_kind}"'
    )
    return answer


@require_http_methods(["GET", "POST"])
@contract_page(Right.MANAGE)
def people(request: ContractRequest) -> HttpResponse:
    """Show the roster's people with skills, hours and leave; a POST keeps one."""
    access, now = request.access, timezone.now()
    able = rosterable(contract=access.contract, day=timezone.localdate(now))
    form = MemberForm(request.POST or None, people=able)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        terms = Terms(
            skills=given["skills"], most_hours=given["most_hours"], least_hours=given["least_hours"],
            is_active=given["is_active"],
        )  # fmt: skip
        keep_member(access=access, person=given["person"], terms=terms, leave=given["leave"], now=now)
        messages.success(request, _("保存しました。"))
        return redirect("roster_people", contract_key=access.contract.key)
    record(
        chain=access.contract.key, at=now, actor=access.person.key,
        entries=[Entry(act="view_roster_people", subject="staffing")],
    )  # fmt: skip
    today = timezone.localdate(now)
    rows = [
        (each, sorted(leave.day for leave in each.leave.all() if leave.day >= today))
        for each in members_of(access.contract)
    ]
    context = {"form": form, "rows": rows}
    return render(request, "console/staffing/people.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@contract_page(Right.MANAGE)
def announced(request: ContractRequest) -> HttpResponse:
    """Show what is announced and was; a POST adds an event or takes one back."""
    access, now = request.access, timezone.now()
    events = AnnouncedEvent.objects.filter(contract=access.contract).order_by("-start_date", "kind")
    is_back = "take_back" in request.POST
    form = AnnouncedForm(None if is_back else request.POST or None)
    back = TakeBackForm(request.POST if is_back else None, events=events)
    if request.method == "POST" and (back.is_valid() if is_back else form.is_valid()):
        if is_back:
            take_back(access=access, event=back.cleaned_data["take_back"], now=now)
        else:
            given = form.cleaned_data
            announce(
                access=access, kind=AnnouncedKind(given["kind"]), start_date=given["start_date"],
                day_count=given["day_count"], note=given["note"], now=now,
            )  # fmt: skip
        messages.success(request, _("保存しました。"))
        return redirect("announced_events", contract_key=access.contract.key)
    context = {"form": form, "events": events[:SHOWN_EVENTS]}
    status = 422 if form.is_bound or is_back else 200
    return render(request, "console/staffing/announced.html", context, status=status)
