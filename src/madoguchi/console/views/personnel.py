"""Personnel changes from the personnel office's CSV: looked at, applied, done person by person, written out."""

from collections.abc import Iterator

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
from madoguchi.console.forms import StrictForm, whole_number
from madoguchi.console.register_forms import FileForm
from madoguchi.contracts.access import Access
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.works_vocabulary import BatchState, PersonnelKind
from madoguchi.people.languages import label_of
from madoguchi.reports.table_files import as_csv
from madoguchi.works.errors import NotNowError
from madoguchi.works.models import PersonnelBatch
from madoguchi.works.operations.personnel import (
    apply_personnel,
    batch_of,
    mark_rows,
    preview_personnel,
    undo_personnel,
)
from madoguchi.works.operations.personnel_file import COLUMNS

SHOWN = 200
HEADINGS = ("行", *COLUMNS, "結果", "理由", "アカウント", "端末")


class BatchActForm(StrictForm):
    act = forms.ChoiceField(
        label=gettext_lazy("操作"), choices=[(each, "") for each in ("apply", "undo", "account", "device")]
    )
    lines = forms.CharField(label=gettext_lazy("行"), max_length=2_000_000, required=False)

    def clean_lines(self) -> list[int]:
        given = [whole_number(each) for each in self.data.getlist("lines")]  # type: ignore[attr-defined]  # a QueryDict
        return [each for each in given if each is not None]


@require_http_methods(["GET", "POST"])
@contract_page(Right.MANAGE)
def batches(request: ContractRequest) -> HttpResponse:
    """Show the lists received; a POST reads another, which changes nobody yet."""
    access = request.access
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        try:
            content = form.cleaned_data["file"].read()
            batch = preview_personnel(access=access, content=content, now=timezone.now())
        except RegisterFileError as error:
            form.add_error("file", str(error))
        else:
            return redirect("personnel_batch", contract_key=access.contract.key, batch_id=batch.pk)
    found = PersonnelBatch.objects.filter(contract=access.contract).select_related("uploaded_by").order_by("-pk")
    context = {"form": form, "batches": found[:SHOWN], "columns": COLUMNS}
    return render(request, "console/works/personnel.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@contract_page(Right.MANAGE)
def batch_page(request: ContractRequest, batch_id: int) -> HttpResponse:
    """Show a list, broken lines first; a POST applies or undoes it, or notes what was done for people."""
    access = request.access
    batch = batch_of(access, batch_id)
    form = BatchActForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            _act(access, batch_id, form)
        except NotNowError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("記録しました。"))
            return redirect("personnel_batch", contract_key=access.contract.key, batch_id=batch_id)
    entry = Entry(act="view_personnel", subject=f"personnel:{batch.pk}")
    record(chain=access.contract.key, at=timezone.now(), actor=access.person.key, entries=[entry])
    good = batch.rows.filter(error="").order_by("account_done_at", "device_done_at", "line")
    context = {
        "batch": batch, "form": form, "broken": batch.rows.exclude(error="").order_by("line")[:SHOWN],
        "rows": good[:SHOWN], "good_count": batch.row_count - batch.broken_count, "shown": SHOWN,
    }  # fmt: skip
    return render(request, "console/works/personnel_batch.html", context, status=422 if form.is_bound else 200)


def _act(access: Access, batch_id: int, form: BatchActForm) -> None:
    given, now = form.cleaned_data, timezone.now()
    if given["act"] == "apply":
        apply_personnel(access=access, batch_id=batch_id, now=now)
    elif given["act"] == "undo":
        undo_personnel(access=access, batch_id=batch_id, now=now)
    else:
        mark_rows(access=access, batch_id=batch_id, task=given["act"], lines=given["lines"], now=now)


@require_GET
@contract_page(Right.MANAGE)
def result(request: ContractRequest, batch_id: int) -> HttpResponse:
    """Write the result sheet: every line with what became of it."""
    access = request.access
    batch = batch_of(access, batch_id)
    content, media_type = as_csv(list(_rows(batch)))
    entry = Entry(act="export_personnel", subject=f"personnel:{batch.pk}", details={"count": batch.row_count})
    record(chain=access.contract.key, at=timezone.now(), actor=access.person.key, entries=[entry])
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="personnel-{batch.pk}.csv"'
    return answer


def _rows(batch: PersonnelBatch) -> Iterator[list[str]]:
    yield list(HEADINGS)
    for each in batch.rows.select_related("change").order_by("line").iterator(chunk_size=2_000):
        # as the file has it, so that a line put right can be handed in again
        kind = PersonnelKind(each.kind).label if each.kind else each.given.get("区分", "")
        cells = [kind, *(each.given.get(name, "") for name in COLUMNS[1:])]
        note = each.change.said if hasattr(each, "change") else ""
        outcome = _("誤り") if each.error else label_of(BatchState(batch.state))
        done = [_("済") if moment else "" for moment in (each.account_done_at, each.device_done_at)]
        yield [str(each.line), *cells, outcome, each.said or note, *done]
