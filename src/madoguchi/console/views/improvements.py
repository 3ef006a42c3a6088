"""Wishes, proposals with their effect, candidates for the FAQ, problems, and the month's sheet of all that."""

import re
from datetime import date, datetime, timedelta

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from madoguchi.console.improvement_forms import ImprovementActForm, ProblemForm, ProblemTextForm, ProposalForm
from madoguchi.contracts.access import Access
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import TicketKind, TicketState
from madoguchi.core.works_vocabulary import ImprovementKind
from madoguchi.desk.errors import FieldError
from madoguchi.desk.models import Ticket
from madoguchi.knowledge.search.words import spans_of
from madoguchi.people.languages import language_on
from madoguchi.quality.figures import figures_of_month
from madoguchi.reports.rows import row_of
from madoguchi.works.errors import NotNowError
from madoguchi.works.models import Improvement, Problem
from madoguchi.works.operations.improve import (
    Proposal,
    change_problem,
    decide_improvement,
    finish_improvement,
    open_problem,
    propose,
    review_improvement,
)
from madoguchi.works.pdca import sheet_of
from madoguchi.works.rules import clusters

SHOWN, LOOKED_AT, DAYS_BACK, RECURRING = 100, 500, 90, 3
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
TEXTS = ("cause", "workaround", "permanent_fix", "preventive_action")


@require_GET
@contract_page(Right.SEE_FIGURES)
def improvements(request: ContractRequest) -> HttpResponse:
    """Show wishes with their counts, proposals, and what many ask: candidates for the FAQ and for problems."""
    contract, since = request.access.contract, timezone.now() - timedelta(days=DAYS_BACK)
    wishes = Ticket.objects.filter(contract=contract, kind=TicketKind.WISH.value, merged_into=None)
    recent = Ticket.objects.filter(contract=contract, received_at__gte=since, merged_into=None)
    faults = recent.filter(kind__in=(TicketKind.FAULT.value, TicketKind.INCIDENT.value))
    recurring = faults.exclude(category=None).values("category__key", "category__name").annotate(count=Count("pk"))
    context = {
        "wishes": wishes.order_by("-number")[:SHOWN], "received_count": wishes.count(),
        "done_count": wishes.filter(state=TicketState.RESOLVED.value).count(),
        "improvements": Improvement.objects.filter(contract=contract).order_by("-proposed_at", "-pk")[:SHOWN],
        "problems": Problem.objects.filter(contract=contract).order_by("-opened_at")[:SHOWN],
        "candidates": candidates(list(recent.filter(kind=TicketKind.INQUIRY.value).order_by("-number")[:LOOKED_AT])),
        "recurring": recurring.filter(count__gte=RECURRING).order_by("-count", "category__name"), "days": DAYS_BACK,
    }  # fmt: skip
    return render(request, "console/works/improvements.html", context)


def candidates(tickets: list[Ticket]) -> list[tuple[Ticket, int]]:
    """Return one matter of each group of like ones with how many they are."""
    by_key = {each.pk: each for each in tickets}
    words = {each.pk: frozenset(word for _start, _end, word in spans_of(each.subject)) for each in tickets}
    return [(by_key[group[0]], len(group)) for group in clusters(words)]


@require_http_methods(["GET", "POST"])
@contract_page(Right.RECEIVE)
def new(request: ContractRequest) -> HttpResponse:
    """Propose an improvement."""
    access = request.access
    form = ProposalForm(request.POST if request.method == "POST" else None, access=access)
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data, "kind": ImprovementKind(form.cleaned_data["kind"])}
        found = propose(access=access, proposal=Proposal(**given), now=timezone.now())
        messages.success(request, _("提案しました。"))
        return redirect("improvement", contract_key=access.contract.key, improvement_id=found.pk)
    return render(request, "console/works/new_improvement.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@contract_page(Right.SEE_FIGURES)
def show(request: ContractRequest, improvement_id: int) -> HttpResponse:
    """Show a proposal; a POST decides, finishes or reviews it."""
    access, now = request.access, timezone.now()
    found = get_object_or_404(
        Improvement.objects.select_related("category", "proposed_by", "decided_by"),
        contract=access.contract, pk=improvement_id,
    )  # fmt: skip
    form = ImprovementActForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            _act(access, improvement_id, form, now=now)
        except (FieldError, NotNowError) as error:
            form.add_error(getattr(error, "field", None), str(error))
        else:
            messages.success(request, _("記録しました。"))
            return redirect("improvement", contract_key=access.contract.key, improvement_id=improvement_id)
    context = {"found": found, "form": form}
    return render(request, "console/works/improvement.html", context, status=422 if form.is_bound else 200)


def _act(access: Access, improvement_id: int, form: ImprovementActForm, *, now: datetime) -> None:
    given = form.cleaned_data
    if given["act"] == "done":
        finish_improvement(access=access, improvement_id=improvement_id, now=now)
    elif given["act"] == "review":
        review_improvement(access=access, improvement_id=improvement_id, weeks=given["weeks"], now=now)
    else:
        is_approved = given["act"] == "approve"
        decide_improvement(
            access=access, improvement_id=improvement_id, is_approved=is_approved, reason=given["reason"], now=now
        )


@require_http_methods(["GET", "POST"])
@contract_page(Right.RECEIVE)
def new_problem(request: ContractRequest) -> HttpResponse:
    access = request.access
    form = ProblemForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            found = open_problem(access=access, title=given["title"], numbers=given["tickets"], now=timezone.now())
        except FieldError as error:
            form.add_error(error.field, str(error))
        else:
            return redirect("problem", contract_key=access.contract.key, problem_id=found.pk)
    return render(request, "console/works/new_problem.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@contract_page(Right.RECEIVE)
def problem(request: ContractRequest, problem_id: int) -> HttpResponse:
    """Show a problem with its tickets; a POST writes what is known of it."""
    access = request.access
    found = get_object_or_404(Problem, contract=access.contract, pk=problem_id)
    given = request.POST if request.method == "POST" else None
    form = ProblemTextForm(given, initial={name: getattr(found, name) for name in TEXTS})
    if request.method == "POST" and form.is_valid():
        change_problem(access=access, problem_id=problem_id, texts=form.cleaned_data, now=timezone.now())
        messages.success(request, _("保存しました。"))
        return redirect("problem", contract_key=access.contract.key, problem_id=problem_id)
    context = {"found": found, "form": form, "tickets": found.tickets.order_by("number")[:SHOWN]}
    return render(request, "console/works/problem.html", context, status=422 if form.is_bound else 200)


@require_GET
@contract_page(Right.SEE_FIGURES)
def sheet(request: ContractRequest) -> HttpResponse:
    """Show a month as plan, do, check and act: proposals, what was done, verdicts and effects, what comes next."""
    access, now = request.access, timezone.now()
    asked = request.GET.get("month") or timezone.localdate(now).strftime("%Y-%m")
    if not MONTH.fullmatch(asked):
        raise Http404
    month = date.fromisoformat(f"{asked}-01")
    figures = figures_of_month(contract=access.contract, month=month, now=now)
    found, language = sheet_of(access.contract, month=month), language_on()
    context = {
        "month": asked, "figures": [row_of(each, language=language) for each in figures.measurements],
        "plan": found.plan, "do": found.do, "check": found.check, "act": found.act, "counts": found.counts,
    }  # fmt: skip
    return render(request, "console/works/sheet.html", context)
