"""Reports on calls: every number leads to the calls it was counted from."""

from datetime import timedelta
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from madoguchi.audit.operations import Entry, record
from madoguchi.console.call_forms import ReportForm
from madoguchi.contracts.access import Access
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.calls.build import report_of
from madoguchi.core.calls.counted import NoCountingError
from madoguchi.core.calls.lists import calls_table
from madoguchi.core.calls.table import CallTable
from madoguchi.people.languages import language_on
from madoguchi.quality.calls import data_of_calls
from madoguchi.reports.call_document import call_document
from madoguchi.reports.table_files import EXPORTS

SHOWN = 500
PDF = "pdf"
FILES = frozenset((*EXPORTS, PDF))


@require_GET
@contract_page(Right.SEE_FIGURES)
def report(request: ContractRequest) -> HttpResponse:
    """Show a report, or the calls behind one of its numbers."""
    form = ReportForm(request.GET)
    if not form.is_valid():
        return render(request, "console/calls/report.html", {"form": form}, status=422)
    access, language = request.access, language_on()
    asked, period = form.asked(today=timezone.localdate())
    given = form.cleaned_data
    context = {
        "form": ReportForm(initial={
            "report": asked.value, "first": period.start_date, "final": period.end_date - timedelta(days=1),
        }),
        "asked": asked, "period": period, "final": period.end_date - timedelta(days=1), "column": given["column"],
        "export_query": urlencode({name: text for name, text in request.GET.items() if text}),
    }  # fmt: skip
    try:
        table = _table(access, form)
    except NoCountingError:
        return _uncounted(request, form)
    _note(access, "view_calls", form, count=len(table.lines))
    return render(request, "console/calls/report.html", context | shown(table, language=language))


def shown(table: CallTable, *, language: str) -> dict[str, object]:
    """Return what the page shows of a table: texts, and where each number leads."""
    lines = [
        (
            each.key,
            each.label.said(language),
            [
                (column.key, column.shown(cell, language=language), column.is_number, bool(cell.calls), cell.shade)
                for column, cell in zip(table.columns, each.cells, strict=True)
            ],
        )
        for each in table.lines[:SHOWN]
    ]
    return {
        "head": table.head.said(language), "lines": lines, "is_more": len(table.lines) > SHOWN, "shown": SHOWN,
        "columns": [(each.words.said(language), each.is_number) for each in table.columns],
        "notes": [each.said(language) for each in table.notes], "line_count": len(table.lines),
    }  # fmt: skip


@require_GET
@contract_page(Right.EXPORT)
def export(request: ContractRequest, kind: str) -> HttpResponse:
    """Write a report, or the calls behind one of its numbers, as CSV, Excel or PDF."""
    form = ReportForm(request.GET)
    if kind not in FILES:
        raise Http404
    if not form.is_valid():
        return render(request, "console/calls/report.html", {"form": form}, status=422)
    access = request.access
    try:
        table = _table(access, form)
    except NoCountingError:
        return _uncounted(request, form)
    if kind == PDF:
        content, media_type = _as_pdf(access, form, table), "application/pdf"
    else:
        content, media_type = EXPORTS[kind](table.rows(language=language_on()))
    _note(access, "export_calls", form, count=len(table.lines))
    asked, period = form.asked(today=timezone.localdate())
    answer = HttpResponse(content, content_type=media_type)
    name = f"calls-{asked.value}-{access.contract.key}-{period.start_date}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _table(access: Access, form: ReportForm) -> CallTable:
    """Return the report asked for, or the calls behind a number of it. Raises Http404 where it has no such number."""
    asked, period = form.asked(today=timezone.localdate())
    table = report_of(data_of_calls(contract=access.contract, period=period), asked)
    column = form.cleaned_data["column"]
    if not column:
        return table
    calls = table.calls_of(line=form.cleaned_data["line"], column=column)
    if calls is None:
        raise Http404
    return calls_table(calls)


def _as_pdf(access: Access, form: ReportForm, table: CallTable) -> bytes:
    from madoguchi.reports.writing import written  # noqa: PLC0415  # only who exports loads it

    asked, period = form.asked(today=timezone.localdate())
    report = call_document(
        data=data_of_calls(contract=access.contract, period=period), table=table, asked=asked,
        is_behind=bool(form.cleaned_data["column"]), period=period, issued_date=timezone.localdate(),
        language=language_on(),
    )  # fmt: skip
    return written(report=report, kind=PDF)


def _uncounted(request: ContractRequest, form: ReportForm) -> HttpResponse:
    problem = _("契約に着信の計数表（[[call_counting]]）がないため、応答と放棄を数えられません。")
    return render(request, "console/calls/report.html", {"form": form, "problem": problem}, status=422)


def _note(access: Access, act: str, form: ReportForm, *, count: int) -> None:
    asked, period = form.asked(today=timezone.localdate())
    details = {"report": asked.value, "first": str(period.start_date), "end": str(period.end_date), "count": count}
    entry = Entry(act=act, subject="calls", details=details)
    record(chain=access.contract.key, at=timezone.now(), actor=access.person.key, entries=[entry])
