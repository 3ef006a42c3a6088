"""Decisions asked of the responsible division, and the register of criteria they end in."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from madoguchi.console.decision_forms import DecisionActForm, NewDecisionForm
from madoguchi.console.forms import whole_number
from madoguchi.console.views.figures import asked_month
from madoguchi.contracts.access import Access
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.desk.errors import FieldError
from madoguchi.desk.models import Ticket
from madoguchi.desk.queries import ticket_by_number
from madoguchi.knowledge.models import Article
from madoguchi.works.errors import NotNowError
from madoguchi.works.events import CRITERIA, waited_seconds
from madoguchi.works.models import DecisionRequest
from madoguchi.works.operations.decide import (
    NewDecision,
    answer_decision,
    ask_decision,
    begin_wait,
    decision_of,
    end_wait,
    make_criterion,
)
from madoguchi.works.queries import revision_list

SHOWN = 200


@require_GET
@contract_page(Right.SEE_FIGURES)
def decisions(request: ContractRequest) -> HttpResponse:
    """Show what is asked of the responsible division, the open ones in front, with the time that counts."""
    found = DecisionRequest.objects.filter(contract=request.access.contract).select_related("ticket", "criterion")
    now = timezone.now()
    rows = [
        (each, counted_seconds(each, now=now))
        for each in found.prefetch_related("waits").order_by("-decided_at", "asked_at")[:SHOWN]
    ]
    rows.sort(key=lambda row: (row[0].decided_at is not None, -row[0].asked_at.timestamp()))
    return render(request, "console/works/decisions.html", {"rows": rows})


def counted_seconds(asked: DecisionRequest, *, now: datetime) -> int:
    """Return the seconds the division has taken so far, without waiting for others."""
    end = asked.decided_at or now
    return max(0, int((end - asked.asked_at).total_seconds()) - waited_seconds(asked, now=end))


@require_http_methods(["GET", "POST"])
@contract_page(Right.RECEIVE)
def new(request: ContractRequest) -> HttpResponse:
    """Put a question to the responsible division, about a ticket or not."""
    access = request.access
    ticket = _asked_about(access, request.GET.get("ticket", ""))
    form = NewDecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        wanted = NewDecision(
            subject=given["subject"], question=given["question"], options=given["options"],
            recommended=given["recommended"] - 1, evidence=given["evidence"], ticket=ticket,
        )  # fmt: skip
        try:
            asked = ask_decision(access=access, new=wanted, now=timezone.now())
        except (FieldError, NotNowError) as error:
            form.add_error(getattr(error, "field", None), str(error))
        else:
            messages.success(request, _("主管課に判断を依頼しました。"))
            return redirect("decision", contract_key=access.contract.key, request_id=asked.pk)
    context = {"form": form, "ticket": ticket}
    return render(request, "console/works/new_decision.html", context, status=422 if form.is_bound else 200)


def _asked_about(access: Access, typed: str) -> Ticket | None:
    if not typed:
        return None
    number = whole_number(typed)
    if number is None:
        raise Http404
    return ticket_by_number(access=access, number=number)


@require_http_methods(["GET", "POST"])
@contract_page(Right.SEE_FIGURES)
def show(request: ContractRequest, request_id: int) -> HttpResponse:
    """Show a question; the responsible division answers it, others note waits or keep it as a criterion."""
    access, now = request.access, timezone.now()
    asked = decision_of(access, request_id)
    form = DecisionActForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            DOINGS[form.cleaned_data["act"]](access, request_id, form.cleaned_data, now)
        except (FieldError, NotNowError) as error:
            field = getattr(error, "field", None)
            form.add_error(field if field in form.fields else None, str(error))
        else:
            messages.success(request, _("記録しました。"))
            return redirect("decision", contract_key=access.contract.key, request_id=request_id)
    context = {
        "asked": asked, "form": form, "waits": asked.waits.order_by("pk"), "seconds": counted_seconds(asked, now=now),
        "is_open": asked.decided_at is None, "may_answer": asked.decided_at is None and access.may(Right.DECIDE),
        "is_waiting": asked.waits.filter(end_at=None).exists(),
    }  # fmt: skip
    return render(request, "console/works/decision.html", context, status=422 if form.is_bound else 200)


def _answer(access: Access, request_id: int, given: Mapping[str, Any], now: datetime) -> None:
    answer_decision(access=access, request_id=request_id, choice=given["choice"], answer=given["answer"], now=now)


def _begin(access: Access, request_id: int, given: Mapping[str, Any], now: datetime) -> None:
    begin_wait(access=access, request_id=request_id, whom=given["whom"], now=now)


def _end(access: Access, request_id: int, _given: Mapping[str, Any], now: datetime) -> None:
    end_wait(access=access, request_id=request_id, now=now)


def _keep(access: Access, request_id: int, given: Mapping[str, Any], now: datetime) -> None:
    make_criterion(access=access, request_id=request_id, title=given["title"], now=now)


DOINGS: Mapping[str, Callable[[Access, int, Mapping[str, Any], datetime], None]] = {
    "answer": _answer,
    "wait": _begin,
    "resume": _end,
    "criterion": _keep,
}


@require_GET
@contract_page(Right.SEE_FIGURES)
def criteria(request: ContractRequest) -> HttpResponse:
    """Show the criteria and policies in force, and the list for a quarter's revision meeting, by default this one's."""
    contract = request.access.contract
    listed = revision_list(contract, day=asked_month(request))
    start, end = listed.quarter.start_date, listed.quarter.end_date
    context = {
        "criteria": Article.objects.filter(contract=contract, kind__in=CRITERIA).order_by("kind", "title")[:SHOWN],
        "start": start, "last": end - timedelta(days=1), "before": start - timedelta(days=1), "after": end,
        "due": listed.due[:SHOWN], "versions": listed.versions[:SHOWN], "without": listed.decided[:SHOWN],
        "list_query": f"month={start:%Y-%m}",
    }  # fmt: skip
    return render(request, "console/works/criteria.html", context)
