"""The handover's checklist, and archives of the whole contract."""

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from madoguchi.audit.operations import Entry, record
from madoguchi.console.handover_forms import ConfirmForm
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.handover_vocabulary import ExportState, Party
from madoguchi.desk.errors import FieldError
from madoguchi.handover.checklist import checklist, final_date
from madoguchi.handover.models import Export
from madoguchi.handover.operations.confirm import confirm, may_confirm, take_back
from madoguchi.handover.operations.export import (
    ErasureUnderWayError,
    ExportUnderWayError,
    archive_path,
    ask_export,
)
from madoguchi.handover.printing import checklist_report
from madoguchi.handover.tasks import write_export
from madoguchi.people.languages import is_japanese, language_on
from madoguchi.reports.write_pdf import write_pdf

SHOWN = 10


@require_http_methods(["GET", "POST"])
@contract_page(Right.HAND_OVER)
def overview(request: ContractRequest) -> HttpResponse:
    """Show the checklist with its live counts and the archives; confirm a point or ask for an archive."""
    if request.method == "POST":
        return _changed(request)
    access = request.access
    context = {
        "lines": _lines(request), "contract": access.contract, "final_date": final_date(access.contract),
        "exports": _exports(request),
    }  # fmt: skip
    return render(request, "console/handover/overview.html", context)


def _lines(request: ContractRequest) -> list[dict[str, object]]:
    access, day = request.access, timezone.localdate()
    return [
        {
            "key": each.item.key, "text": each.item.ja if is_japanese() else each.item.en,
            "page": each.item.page if each.item.right and access.may(each.item.right) else "",
            "count": each.count, "due_date": each.due_date, "is_done": each.is_done, "is_overdue": each.is_overdue(day),
            "parties": [
                {"party": party, "found": found, "mine": may_confirm(access, party), "is_next": party is Party.NEXT}
                for party, found in each.confirmed.items()
            ],
        }
        for each in checklist(access.contract)
    ]  # fmt: skip


def _exports(request: ContractRequest) -> list[Export]:
    found = Export.objects.filter(contract=request.access.contract).select_related("asked_by", "contract")
    exports = list(found.order_by("-pk")[:SHOWN])
    for each in exports:
        each.is_there = each.state == ExportState.DONE.value and archive_path(each).exists()  # type: ignore[attr-defined]
    return exports


def _changed(request: ContractRequest) -> HttpResponse:
    access, now = request.access, timezone.now()
    if request.POST.get("what") == "export":
        try:
            asked = ask_export(access=access, now=now)
        except ErasureUnderWayError:
            message = _("消去のためのファイルの処理が続いています。終わってから作成してください。")
            return render(request, "refused.html", {"message": message}, status=422)
        except ExportUnderWayError:
            message = _("作成中の引継ぎデータがあります。できあがるまでお待ちください。")
            return render(request, "refused.html", {"message": message}, status=422)
        transaction.on_commit(lambda: write_export.enqueue(asked.pk))
        messages.success(request, _("引継ぎデータの作成を始めました。"))
        return redirect("handover", contract_key=access.contract.key)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return render(request, "refused.html", {"message": form.problems()}, status=422)
    given = form.cleaned_data
    try:
        if given["what"] == "confirm":
            confirm(access=access, item=given["item"], party=Party(given["party"]), comment=given["comment"], now=now)
        else:
            take_back(access=access, item=given["item"], party=Party(given["party"]), now=now)
    except FieldError as error:
        return render(request, "refused.html", {"message": str(error)}, status=422)
    messages.success(request, _("保存しました。"))
    return redirect("handover", contract_key=access.contract.key)


@require_GET
@contract_page(Right.HAND_OVER)
def printed(request: ContractRequest) -> HttpResponse:
    """Show the checklist as a page to be printed and signed."""
    contract = request.access.contract
    context = {
        "lines": _lines(request),
        "contract": contract,
        "final_date": final_date(contract),
        "now": timezone.now(),
    }
    return render(request, "console/handover/printed.html", context)


@require_GET
@contract_page(Right.HAND_OVER)
def document(request: ContractRequest) -> HttpResponse:
    """Hand the checklist out as a PDF; it names who confirmed, so that who took it is in the history."""
    access, now = request.access, timezone.now()
    report = checklist_report(
        contract=access.contract, lines=checklist(access.contract), language=language_on(), now=now
    )
    content = write_pdf(report=report)
    entry = Entry(act="export_checklist", subject=f"contract:{access.contract.key}")
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    name = f"{access.contract.key}-checklist-{timezone.localdate(now)}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_GET
@contract_page(Right.HAND_OVER)
def archive(request: ContractRequest, export_id: int) -> HttpResponse:
    """Give an archive out; who took it is in the history."""
    access = request.access
    export = get_object_or_404(
        Export.objects.select_related("contract"), pk=export_id, contract=access.contract, state=ExportState.DONE.value
    )
    path = archive_path(export)
    if not path.exists():
        return render(request, "refused.html", {"message": _("この引継ぎデータはもうありません。")}, status=404)
    entry = Entry(act="take_archive", subject=f"export:{export.pk}", details={"archive": export.sha256})
    record(chain=access.contract.key, at=timezone.now(), actor=access.person.key, entries=[entry])
    name = f"{access.contract.key}-{export.asked_at:%Y%m%d}.zip"
    return FileResponse(  # type: ignore[return-value]  # a response all the same
        path.open("rb"), as_attachment=True, filename=name, content_type="application/zip"
    )
