"""Calls that are to be left out of the figures: asked by the supplier's manager, decided by the client's division."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from madoguchi.audit.operations import Entry, record
from madoguchi.calls.operations.exclude import ask_exclusion, decide_exclusion
from madoguchi.calls.queries import exclusions_of
from madoguchi.console.call_forms import DecisionForm, ExclusionForm
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.desk.errors import FieldError
from madoguchi.people.languages import is_japanese
from madoguchi.quality.calls import call_by_source

SHOWN = 200
TABLE = "calls"


@require_GET
@contract_page(Right.SEE_FIGURES)
def exclusions(request: ContractRequest) -> HttpResponse:
    form = ExclusionForm(initial={"call": request.GET.get("call", "")[:400]}, indicators=_indicators(request))
    return _page(request, form)


@require_POST
@contract_page(Right.MANAGE)
def ask(request: ContractRequest) -> HttpResponse:
    """Ask to leave a call out; nothing changes until it is approved."""
    access, now = request.access, timezone.now()
    form = ExclusionForm(request.POST, indicators=_indicators(request))
    if not form.is_valid():
        return _page(request, form, status=422)
    given = form.cleaned_data
    call = call_by_source(contract=access.contract, source=given["call"], now=now)
    if call is None:
        form.add_error("call", _("この契約にこの通話はありません。"))
        return _page(request, form, status=422)
    try:
        ask_exclusion(access=access, call=call, indicator=given["indicator"], reason=given["reason"], now=now)
    except FieldError as error:
        form.add_error("call", str(error))
        return _page(request, form, status=409)
    messages.success(request, _("除外を申請しました。承認されるまで、数字は変わりません。"))
    return redirect("call_exclusions", contract_key=access.contract.key)


@require_POST
@contract_page(Right.DECIDE)
def decide(request: ContractRequest, exclusion_id: int) -> HttpResponse:
    access = request.access
    form = DecisionForm(request.POST)
    if not exclusions_of(access).filter(pk=exclusion_id).exists():
        return HttpResponse(status=404)
    if not form.is_valid():
        messages.error(request, _("承認するか、認めないかを選んでください。理由は400文字以内です。"))
        return _page(request, ExclusionForm(indicators=_indicators(request)), status=422)
    is_approved = form.cleaned_data["decision"] == "approve"
    try:
        decide_exclusion(
            access=access, exclusion_id=exclusion_id, is_approved=is_approved, remark=form.cleaned_data["remark"],
            now=timezone.now(),
        )  # fmt: skip
    except FieldError as error:
        messages.error(request, str(error))
        return _page(request, ExclusionForm(indicators=_indicators(request)), status=409)
    messages.success(request, _("除外を承認しました。") if is_approved else _("除外を認めませんでした。"))
    return redirect("call_exclusions", contract_key=access.contract.key)


def _indicators(request: ContractRequest) -> list[tuple[str, str]]:
    promised = definitions_on(contract=request.access.contract, day=timezone.localdate()).promised
    counted = [each for each in promised.indicators if each.table == TABLE]
    return [(each.id, each.label if is_japanese() else each.label_en or each.label) for each in counted]


def _page(request: ContractRequest, form: ExclusionForm, *, status: int = 200) -> HttpResponse:
    access, names = request.access, dict(_indicators(request))
    found = list(exclusions_of(access)[: SHOWN + 1])
    rows: list[tuple[Any, str]] = [(each, names.get(each.indicator, each.indicator)) for each in found[:SHOWN]]
    entry = Entry(act="view_calls", subject="calls", details={"report": "exclusions", "count": len(rows)})
    record(chain=access.contract.key, at=timezone.now(), actor=access.person.key, entries=[entry])
    context = {"rows": rows, "form": form, "is_more": len(found) > SHOWN, "shown": SHOWN}
    return render(request, "console/calls/exclusions.html", context, status=status)
