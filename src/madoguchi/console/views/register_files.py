"""Registers as files: export, import, labels."""

from collections.abc import Iterator

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from madoguchi.assets.errors import ItemStateError
from madoguchi.assets.labels import labels_pdf
from madoguchi.assets.models import Item, ItemImport
from madoguchi.assets.operations.importing import COLUMNS, SHOWN_PROBLEMS, RegisterFileError, import_items
from madoguchi.assets.operations.taking_back import import_of, standing, undo_import
from madoguchi.assets.queries import items_of
from madoguchi.audit.operations import Entry, record
from madoguchi.console.forms import StrictForm
from madoguchi.console.register_forms import FileForm
from madoguchi.contracts.access import Access
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.works_vocabulary import Register
from madoguchi.reports.table_files import as_csv
from madoguchi.works.queries import items_named_since

MAX_LABELS = 2_000
SHOWN = 200


@require_GET
@contract_page(Right.EXPORT)
def export(request: ContractRequest) -> HttpResponse:
    """Write the registers as CSV in the form that the import reads; what is handed out is in the history."""
    access = request.access
    rows = list(_rows(access))
    content, media_type = as_csv(rows)
    entry = Entry(act="export_items", subject="register", details={"count": len(rows) - 1})
    record(chain=access.contract.key, at=timezone.now(), actor=access.person.key, entries=[entry])
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="registers-{access.contract.key}.csv"'
    return answer


def _rows(access: Access) -> Iterator[list[str]]:
    yield list(COLUMNS)
    found = Item.objects.filter(contract=access.contract).select_related("holder").order_by("register", "number")
    for each in found.iterator(chunk_size=2_000):
        yield [
            Register(each.register).label, each.number, each.name, each.serial, each.place,
            each.holder.mail if each.holder else "", str(each.valid_until or ""), str(each.quantity),
            str(each.reorder_below), each.note,
        ]  # fmt: skip


@require_http_methods(["GET", "POST"])
@contract_page(Right.MANAGE)
def load(request: ContractRequest) -> HttpResponse:
    """Read a register's CSV; a file with wrong lines changes nothing, and every one of them is named."""
    access = request.access
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    problems: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            done = import_items(access=access, content=form.cleaned_data["file"].read(), now=timezone.now())
        except RegisterFileError as error:
            problems = error.problems
        else:
            counts = {"added": done.added_count, "changed": done.changed_count}
            messages.success(request, _("%(added)s件を追加し、%(changed)s件を更新しました。") % counts)
            return redirect("item_import", contract_key=access.contract.key, import_id=done.pk)
    imports = ItemImport.objects.filter(contract=access.contract).select_related("imported_by", "undone_by")
    context = {
        "form": form, "problems": problems[:SHOWN_PROBLEMS], "problem_count": len(problems), "columns": COLUMNS,
        "imports": imports.order_by("-pk")[:SHOWN],
    }  # fmt: skip
    return render(request, "console/registers/import.html", context, status=422 if form.is_bound else 200)


def _named(run: ItemImport) -> set[int]:
    return items_named_since(run.contract, run.imported_at)


def _kept(run: ItemImport) -> dict[int, str]:
    """Return why rows stay, or stayed, by row."""
    if run.undone_at is None:
        return {key: str(why) for key, why in standing(run, named=_named(run)).items()}
    return {each.pk: each.said for each in run.rows.exclude(note="")}


class UndoForm(StrictForm):
    act = forms.ChoiceField(label=gettext_lazy("操作"), choices=[("undo", "")])


@require_http_methods(["GET", "POST"])
@contract_page(Right.MANAGE)
def import_page(request: ContractRequest, import_id: int) -> HttpResponse:
    """Show what an import did and what an undoing would keep; a POST undoes it."""
    access, now = request.access, timezone.now()
    run = import_of(access, import_id)
    form = UndoForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            undo_import(access=access, import_id=import_id, named_in=_named, now=now)
        except ItemStateError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("取込を取り消しました。"))
            return redirect("item_import", contract_key=access.contract.key, import_id=import_id)
    why = _kept(run)
    rows = run.rows.select_related("item")
    kept = [(row, why[row.pk]) for row in rows.filter(pk__in=sorted(why)[:SHOWN]).order_by("pk")]
    context = {
        "run": run, "form": form, "kept": kept, "kept_count": len(why), "shown": SHOWN,
        "rows": rows.order_by("-is_added", "number")[:SHOWN], "row_count": run.added_count + run.changed_count,
    }  # fmt: skip
    return render(request, "console/registers/import_run.html", context, status=422 if form.is_bound else 200)


@require_GET
@contract_page(Right.RECEIVE)
def labels(request: ContractRequest) -> HttpResponse:
    """Write labels with barcodes for the items of the list."""
    access, asked = request.access, request.GET
    wanted = {name: asked.get(name, "")[:100] for name in ("register", "state", "query")}
    found = [(each.number, each.name) for each in items_of(access, **wanted)[:MAX_LABELS]]
    answer = HttpResponse(labels_pdf(found, owner=access.contract.name), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="labels-{access.contract.key}.pdf"'
    return answer
