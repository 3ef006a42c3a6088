"""The duty roster filled from a CSV or from the shifts of published plans: looked at, applied, taken back."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from madoguchi.assets.operations.importing import RegisterFileError
from madoguchi.audit.operations import Entry, record
from madoguchi.console.forms import StrictForm
from madoguchi.console.register_forms import FileForm
from madoguchi.console.staffing_pages import shift_name
from madoguchi.console.views.running import YEARS
from madoguchi.contracts.access import Access
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.reports.table_files import as_csv
from madoguchi.staffing.queries import plans_in_force, shifts_in_force
from madoguchi.works.errors import NotNowError
from madoguchi.works.models import DutyBatch, DutyRow
from madoguchi.works.operations.duties import (
    apply_duties,
    duty_batch_of,
    preview_duty_file,
    preview_shifts,
    undo_duties,
)
from madoguchi.works.operations.duty_file import ADDED, COLUMNS, WorkedShift

SHOWN = 200
MOST_DAYS = 62


class ShiftsForm(StrictForm):
    """Asks for the shifts of so many days."""

    start_date = forms.DateField(label=gettext_lazy("最初の日"), widget=forms.DateInput(attrs={"type": "date"}))
    day_count = forms.IntegerField(label=gettext_lazy("日数"), min_value=1, max_value=MOST_DAYS, initial=31)

    def clean_start_date(self) -> date:
        given: date = self.cleaned_data["start_date"]
        if given.year not in YEARS:
            raise forms.ValidationError(_("1990年から2099年までの日を入力してください。"))
        return given


class ActForm(StrictForm):
    act = forms.ChoiceField(label=gettext_lazy("操作"), choices=[(each, "") for each in ("apply", "undo")])


@require_http_methods(["GET", "POST"])
@contract_page(Right.MANAGE)
def batches(request: ContractRequest) -> HttpResponse:
    """Show the fillings of the roster; a POST reads another, which puts nobody on duty yet."""
    access = request.access
    is_post, is_shifts = request.method == "POST", "start_date" in request.POST
    file_form = FileForm(request.POST, request.FILES) if is_post and not is_shifts else FileForm()
    first = timezone.localdate().replace(day=1)
    shifts_form = ShiftsForm(request.POST if is_shifts else None, initial={"start_date": first})
    form: StrictForm = shifts_form if is_shifts else file_form
    if is_post and form.is_valid():
        try:
            batch = _previewed(access, form, now=timezone.now())
        except (RegisterFileError, NotNowError) as error:
            form.add_error(None, str(error))
        else:
            return redirect("duty_batch", contract_key=access.contract.key, batch_id=batch.pk)
    found = DutyBatch.objects.filter(contract=access.contract).select_related("made_by").order_by("-pk")
    context = {
        "form": form, "file_form": file_form, "shifts_form": shifts_form, "batches": found[:SHOWN],
        "columns": COLUMNS, "plans": plans_in_force(access.contract),
    }  # fmt: skip
    return render(request, "console/works/duties.html", context, status=422 if is_post else 200)


def _previewed(access: Access, form: StrictForm, *, now: datetime) -> DutyBatch:
    given = form.cleaned_data
    if isinstance(form, ShiftsForm):
        shifts = _worked(access, given["start_date"], given["start_date"] + timedelta(days=given["day_count"]))
        return preview_shifts(access=access, shifts=shifts, now=now)
    return preview_duty_file(access=access, content=given["file"].read(), now=now)


def _worked(access: Access, start_date: date, end_date: date) -> Iterator[WorkedShift]:
    zone = timezone.get_current_timezone()
    start, end = (datetime.combine(each, time(), zone) for each in (start_date, end_date))
    for each in shifts_in_force(access.contract).filter(starts_at__gte=start, starts_at__lt=end):
        yield WorkedShift(
            name=shift_name(each.kind), person_id=each.person_id, starts_at=each.starts_at, ends_at=each.ends_at,
            break_starts_at=each.break_starts_at, break_ends_at=each.break_ends_at,
        )  # fmt: skip


@require_http_methods(["GET", "POST"])
@contract_page(Right.MANAGE)
def batch_page(request: ContractRequest, batch_id: int) -> HttpResponse:
    """Show a filling, refused lines first; a POST applies or undoes it."""
    access = request.access
    batch = duty_batch_of(access, batch_id)
    form = ActForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        act = apply_duties if form.cleaned_data["act"] == "apply" else undo_duties
        try:
            act(access=access, batch_id=batch_id, now=timezone.now())
        except NotNowError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("記録しました。"))
            return redirect("duty_batch", contract_key=access.contract.key, batch_id=batch_id)
    context = {
        "batch": batch, "form": form, "refused": batch.rows.exclude(error="").order_by("line")[:SHOWN],
        "rows": batch.rows.filter(error="").select_related("person").order_by("date", "line")[:SHOWN],
        "good_count": batch.row_count - batch.refused_count, "shown": SHOWN,
    }  # fmt: skip
    return render(request, "console/works/duty_batch.html", context, status=422 if form.is_bound else 200)


@require_GET
@contract_page(Right.MANAGE)
def refused(request: ContractRequest, batch_id: int) -> HttpResponse:
    """Hand back the refused lines with their reasons, so that they can be put right and handed in again."""
    access = request.access
    batch = duty_batch_of(access, batch_id)
    rows = batch.rows.exclude(error="").order_by("line")
    content, media_type = as_csv([[*ADDED, *COLUMNS], *(_cells(each) for each in rows)])
    entry = Entry(act="export_refused_duties", subject=f"duties:{batch.pk}", details={"count": len(rows)})
    record(chain=access.contract.key, at=timezone.now(), actor=access.person.key, entries=[entry])
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="refused-duties-{batch.pk}.csv"'
    return answer


def _cells(row: DutyRow) -> list[str]:
    return [str(row.line), row.said, *(row.given.get(name, "") for name in COLUMNS)]
