"""Months: their figures, reasons, approval, corrections."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from madoguchi.console.quality_forms import DecideForm, SubmitForm
from madoguchi.console.views.figures import MONTH, YEARS
from madoguchi.contracts.access import Access
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.metrics.budget import Budget
from madoguchi.core.metrics.printing import format_figure
from madoguchi.core.quality_vocabulary import MonthState
from madoguchi.core.vocabulary import Unit, Verdict
from madoguchi.people.languages import language_on
from madoguchi.quality.errors import FiguresChangedError, MonthNotReadyError
from madoguchi.quality.models import Revision
from madoguchi.quality.months import MeasuredMonth, measured_month, period_of
from madoguchi.quality.operations import approve_month, return_month, submit_month
from madoguchi.quality.queries import approved_revision, facts_of_revision, month_rows, revisions_of
from madoguchi.quality.rules import Facts, differences
from madoguchi.quality.running import RunningFigure, running_month
from madoguchi.reports.chart import chart
from madoguchi.reports.rows import counts_text, label_of, row_of


def asked(month: str) -> date:
    """Return the first day of the month of an address. Raises Http404 for what is none."""
    found = MONTH.fullmatch(month)
    if found is None or int(found.group(1)) not in YEARS or int(found.group(2)) not in range(1, 13):
        raise Http404
    return date(int(found.group(1)), int(found.group(2)), 1)


@require_GET
@contract_page(Right.SEE_FIGURES)
def months(request: ContractRequest) -> HttpResponse:
    """Show the contract's months and where each stands."""
    rows = month_rows(contract=request.access.contract, today=timezone.localdate())
    return render(request, "console/quality/months.html", {"rows": rows})


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureRow:
    """A figure as it is or was printed, with why it was missed."""

    row: Any
    explanation: str
    field: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeRow:
    """What a correction changed in a figure: what was and what is, as printed."""

    label: str
    window: str
    old: str
    new: str
    is_of_keys: bool


@require_GET
@contract_page(Right.SEE_FIGURES)
def month(request: ContractRequest, month: str) -> HttpResponse:
    """Show one month: frozen as it was submitted, with its revisions, or measured now."""
    return render(request, "console/quality/month.html", _context(request.access, asked(month)))


def _context(access: Access, day: date) -> dict[str, Any]:
    contract, today = access.contract, timezone.localdate()
    if period_of(day).end_date <= contract.start_date or day >= contract.end_date:
        raise Http404
    revisions = list(revisions_of(contract=contract, month=day))
    latest = revisions[0] if revisions else None
    is_over = today >= period_of(day).end_date
    approved = approved_revision(contract=contract, month=day)
    context: dict[str, Any] = {
        "month": day, "name": f"{day:%Y-%m}", "revisions": revisions, "latest": latest, "is_over": is_over,
        "approved": approved, "changes": _corrections(revisions),
    }  # fmt: skip
    is_waiting = latest is not None and latest.state == MonthState.SUBMITTED
    can_submit = is_over and access.may(Right.MANAGE) and not is_waiting
    measured = measured_month(contract=contract, month=day, now=timezone.now()) if can_submit or not latest else None
    shown = latest if latest is not None and (is_waiting or not can_submit) else None
    context["rows"] = _frozen_rows(shown) if shown else _measured_rows(measured, latest)
    context["is_frozen"] = shown is not None
    if can_submit and measured is not None:
        context["form"] = SubmitForm(missed=_missed(measured))
        context["since"] = _since(approved, measured)
    if is_waiting and access.may(Right.DECIDE):
        context["decide_form"] = DecideForm()
    return context


def _missed(measured: MeasuredMonth) -> list[str]:
    return [str(each.facts["indicator"]) for each in measured.figures if each.facts["verdict"] == Verdict.MISSED]


def _frozen_rows(revision: Revision) -> list[FigureRow]:
    figures = revision.figures.order_by("place")
    return [FigureRow(row=each.shown[language_on()], explanation=each.explanation, field="") for each in figures]


def _measured_rows(measured: MeasuredMonth | None, latest: Revision | None) -> list[FigureRow]:
    if measured is None:
        return []
    known = {each.indicator: each.explanation for each in latest.figures.all()} if latest else {}
    return [
        FigureRow(
            row=each.shown[language_on()], explanation=known.get(str(each.facts["indicator"]), ""),
            field=f"explanation-{each.facts['indicator']}" if each.facts["verdict"] == Verdict.MISSED else "",
        )
        for each in measured.figures
    ]  # fmt: skip


def _since(approved: Revision | None, measured: MeasuredMonth) -> list[ChangeRow]:
    """Return what would be corrected: the approved figures against what is measured now."""
    if approved is None:
        return []
    now = {(str(each.facts["indicator"]), str(each.facts["start_date"])): each.shown for each in measured.figures}
    return _changes(approved, [dict(each.facts) for each in measured.figures], now)


def _corrections(revisions: list[Revision]) -> list[tuple[Revision, list[ChangeRow]]]:
    """Return each later revision with what it changed of the one before it, the latest first."""
    found = []
    for newer, older in pairwise(revisions):
        shown = {
            (each.indicator, str(each.facts["start_date"])): each.shown for each in newer.figures.order_by("place")
        }
        found.append((newer, _changes(older, facts_of_revision(newer), shown)))
    return found


def _changes(older: Revision, new: list[Facts], shown: dict[tuple[str, str], Any]) -> list[ChangeRow]:
    before = {(each.indicator, str(each.facts["start_date"])): each.shown for each in older.figures.all()}
    rows = []
    for each in differences(facts_of_revision(older), new):
        facts = each.new or each.old or {}
        key = (each.indicator, str(facts["start_date"]))
        rows.append(
            ChangeRow(
                label=str(facts["label" if language_on() == "ja" else "label_en"]), window=each.window,
                old=_printed(before.get(key)), new=_printed(shown.get(key)),
                is_of_keys=set(each.fields) <= {"key_hash", "key_count", "tallies"},
            )
        )  # fmt: skip
    return rows


def _printed(shown: Any) -> str:  # noqa: ANN401  # what a frozen figure keeps as JSON
    if not shown:
        return "－"
    row = shown[language_on()]
    verdict = label_of(Verdict(row["verdict"]), language_on())
    counts = f"{row['part']} / {row['counted']}" if row["unit"] == Unit.PERCENT else str(row["counted"])
    return f"{row['figure']}（{counts}） {verdict}"


@dataclass(frozen=True, kw_only=True, slots=True)
class RunningRow:
    """A running figure as printed: so far, at the month's end, its range, and what may still go wrong."""

    row: Any
    counts: str
    verdict: Verdict | None
    figure: str
    low: str
    high: str
    is_told: bool
    budget: Budget | None
    over: int
    chart: SafeString


@require_GET
@contract_page(Right.SEE_FIGURES)
def running(request: ContractRequest) -> HttpResponse:
    """Show how the running month would end, and what is left of each budget."""
    found = running_month(contract=request.access.contract, now=timezone.now())
    rows = [_running_row(each) for each in found.figures]
    context = {"rows": rows, "month": found.month, "name": f"{found.month:%Y-%m}"}
    return render(request, "console/quality/running.html", context)


def _running_row(figure: RunningFigure) -> RunningRow:
    measurement, told = figure.measurement, figure.forecast

    def printed(exact: Fraction | None) -> str:
        return format_figure(exact, indicator=measurement.indicator, language=language_on())

    return RunningRow(
        row=row_of(measurement, language=language_on()), counts=counts_text(measurement, language_on()),
        verdict=figure.verdict, figure=printed(told.exact if told else None), low=printed(told.low if told else None),
        high=printed(told.high if told else None), is_told=told is not None, budget=figure.budget,
        over=max(0, -figure.budget.left) if figure.budget else 0,
        chart=mark_safe(chart(figure.trend, language=language_on())) if figure.trend else SafeString(""),  # noqa: S308
    )  # fmt: skip


@require_POST
@contract_page(Right.MANAGE)
def submit(request: ContractRequest, month: str) -> HttpResponse:
    """Submit a month, or a correction of it, for approval."""
    access, day = request.access, asked(month)
    fields = [name.removeprefix("explanation-") for name in request.POST if name.startswith("explanation-")]
    form = SubmitForm(request.POST, missed=fields[:200])
    if form.is_valid():
        given = form.cleaned_data
        try:
            submit_month(
                access=access, month=day, explanations=form.explanations(), why=given["why"], comment=given["comment"],
                now=timezone.now(),
            )  # fmt: skip
        except MonthNotReadyError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("提出しました。"))
            return redirect("month", contract_key=access.contract.key, month=month)
    return render(request, "console/quality/month.html", _context(access, day) | {"form": form}, status=422)


@require_POST
@contract_page(Right.DECIDE)
def decide(request: ContractRequest, month: str) -> HttpResponse:
    """Approve what was submitted, or send it back."""
    access, day = request.access, asked(month)
    form = DecideForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        act = approve_month if given["decision"] == "approve" else return_month
        try:
            act(access=access, month=day, number=given["revision"], comment=given["comment"], now=timezone.now())
        except (MonthNotReadyError, FiguresChangedError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("保存しました。"))
            return redirect("month", contract_key=access.contract.key, month=month)
    return render(request, "console/quality/month.html", _context(access, day) | {"decide_form": form}, status=422)
