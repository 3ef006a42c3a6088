"""Planned maintenance, and files of outages, maintenance, samples and patches."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from madoguchi.assets.operations.importing import RegisterFileError
from madoguchi.audit.operations import Entry, record
from madoguchi.console.buttons import carried_out, refused_page
from madoguchi.console.forms import whole_number
from madoguchi.console.monitoring_forms import DecisionForm, MaintenanceForm, MonitoringFileForm, WithdrawForm
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.monitoring_vocabulary import MaintenanceState, MonitoringFile
from madoguchi.desk.errors import FieldError
from madoguchi.monitoring.models import FileImport, Maintenance
from madoguchi.monitoring.operations.files import import_file
from madoguchi.monitoring.operations.maintenance import decide_maintenance, propose_maintenance, withdraw_maintenance
from madoguchi.monitoring.operations.undo_file import undo_file, undoable_files
from madoguchi.monitoring.queries import service_labels
from madoguchi.monitoring.tables import COLUMNS, refused_table
from madoguchi.people.languages import listed
from madoguchi.reports.table_files import as_csv

PAGE = 50


@require_http_methods(["GET", "POST"])
@contract_page(Right.SEE_FIGURES)
def maintenance(request: ContractRequest) -> HttpResponse:
    """Show planned maintenance, what waits for a decision in front; a POST proposes or withdraws."""
    access, now = request.access, timezone.now()
    if request.method == "POST":
        access.require(Right.MANAGE)
    if request.POST.get("act") == "withdraw":
        return _withdraw(request)
    services = service_labels(access.contract, day=timezone.localdate(now))
    form = MaintenanceForm(request.POST if request.method == "POST" else None, services=services)
    if form.is_bound and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "act"}
        try:
            propose_maintenance(access=access, now=now, **given)
        except FieldError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("計画停止を登録しました。主管課の承認を待っています。"))
            return redirect("maintenance", contract_key=access.contract.key)
    found = Maintenance.objects.filter(contract=access.contract).select_related("proposed_by", "decided_by")
    page = Paginator(
        found.exclude(state=MaintenanceState.PROPOSED.value).order_by("-started_at", "-pk"), PAGE
    ).get_page(request.GET.get("page", "")[:9])
    waiting = found.filter(state=MaintenanceState.PROPOSED.value).order_by("started_at", "pk")[:PAGE]
    context = {"page": page, "waiting": waiting, "form": form, "services": services}
    return render(request, "console/monitoring/maintenance.html", context, status=422 if form.is_bound else 200)


def _withdraw(request: ContractRequest) -> HttpResponse:
    access = request.access

    def act(given: dict[str, Any]) -> None:
        found = get_object_or_404(Maintenance, pk=given["id"], contract=access.contract)
        withdraw_maintenance(access=access, maintenance_id=found.pk, now=timezone.now())

    return carried_out(request, WithdrawForm(request.POST), act, page="maintenance", told=_("記録しました。"))


@require_POST
@contract_page(Right.DECIDE)
def decide(request: ContractRequest, maintenance_id: int) -> HttpResponse:
    """Approve or refuse what was proposed, or cancel what was approved."""
    access = request.access
    found = get_object_or_404(Maintenance, pk=maintenance_id, contract=access.contract)

    def act(given: dict[str, Any]) -> None:
        state, remark = MaintenanceState(given["state"]), given["remark"]
        decide_maintenance(access=access, maintenance_id=found.pk, state=state, remark=remark, now=timezone.now())

    return carried_out(request, DecisionForm(request.POST), act, page="maintenance", told=_("記録しました。"))


@require_http_methods(["GET", "POST"])
@contract_page(Right.MANAGE)
def files(request: ContractRequest) -> HttpResponse:
    """Take a CSV file, or take one back; show what became of the latest ones."""
    access = request.access
    if "undo" in request.POST:
        return _undo(request)
    form = MonitoringFileForm(request.POST, request.FILES) if request.method == "POST" else MonitoringFileForm()
    problems: tuple[str, ...] = ()
    if form.is_bound and form.is_valid():
        file, kind = form.cleaned_data["file"], MonitoringFile(form.cleaned_data["kind"])
        try:
            done = import_file(access=access, kind=kind, name=file.name, content=file.read(), now=timezone.now())
        except RegisterFileError as error:
            problems = error.problems
        else:
            counts = {"taken": done.taken_count, "same": done.same_count, "refused": done.refused_count}
            text = _("%(taken)s行を取り込みました。登録済み%(same)s行、取り込めなかった行%(refused)s行。")
            messages.success(request, text % counts)
            return redirect("monitoring_files", contract_key=access.contract.key)
    imports = FileImport.objects.filter(contract=access.contract).select_related("by", "undone_by").defer("refused")
    context = {
        "form": form, "problems": problems, "imports": imports.order_by("-at", "-pk")[:PAGE],
        "undoable": undoable_files(access.contract),
        "columns": [(each, listed(COLUMNS[each])) for each in MonitoringFile],
    }  # fmt: skip
    return render(request, "console/monitoring/files.html", context, status=422 if form.is_bound else 200)


def _undo(request: ContractRequest) -> HttpResponse:
    number = whole_number(request.POST["undo"])
    found = get_object_or_404(FileImport, pk=number, contract=request.access.contract)
    try:
        undo_file(access=request.access, import_id=found.pk, now=timezone.now())
    except FieldError as error:
        return refused_page(request, str(error))
    messages.success(request, _("取込みを取り消しました。"))
    return redirect("monitoring_files", contract_key=request.access.contract.key)


@require_GET
@contract_page(Right.MANAGE)
def refused(request: ContractRequest, import_id: int) -> HttpResponse:
    """Hand back the lines of a file that were not taken, each with its reason."""
    access = request.access
    found = get_object_or_404(FileImport, pk=import_id, contract=access.contract)
    content, media_type = as_csv(list(refused_table(found.refused, kind=MonitoringFile(found.kind))))
    details = {"count": found.refused_count}
    entry = Entry(act="export_refused_lines", subject=f"file_import:{found.pk}", details=details)
    record(chain=access.contract.key, at=timezone.now(), actor=access.person.key, entries=[entry])
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="refused-{found.pk}.csv"'
    return answer
