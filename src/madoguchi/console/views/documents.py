"""Kept documents: their list, one of them with its texts, checks and remarks, drafts and approved files."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from madoguchi.audit.operations import Entry, record
from madoguchi.console.document_forms import (
    KINDS,
    ApproveForm,
    CommentForm,
    EndSendingForm,
    OpenDocumentForm,
    SendingForm,
    SettleForm,
    TextForm,
)
from madoguchi.console.documents import exit_rows, material_of
from madoguchi.console.forms import StrictForm
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.errors import InvalidInputError, MadoguchiError
from madoguchi.documents.checking import Checked, checked_document
from madoguchi.documents.models import Document, DocumentVersion
from madoguchi.documents.operations import (
    NotReadyError,
    OpenCommentError,
    StaleTextError,
    add_comment,
    add_sending,
    approve_document,
    end_sending,
    open_document,
    settle_comment,
    write_text,
)
from madoguchi.documents.queries import documents_of, latest_texts, sendings_of, versions_of
from madoguchi.people.languages import language_on
from madoguchi.quality.frozen import newer_revisions
from madoguchi.reports.blocks import text_of
from madoguchi.reports.documents.kind import asked_texts, load_kind
from madoguchi.reports.documents.months import source_notes
from madoguchi.reports.documents.proposals import label_of_text, proposed
from madoguchi.reports.documents.spans import asked_span
from madoguchi.reports.writing import written

SHOWN = 100
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
}
Act = Callable[[ContractRequest, Document, dict[str, Any]], None]


@require_http_methods(["GET", "POST"])
@contract_page(Right.SEE_FIGURES)
def documents(request: ContractRequest) -> HttpResponse:
    """List the documents; open one; say who is sent what."""
    access = request.access
    form, sending, status = OpenDocumentForm(), SendingForm(), 200
    if request.method == "POST":
        do = request.POST.get("do", "")
        if do == "open":
            form = OpenDocumentForm(request.POST)
            opened = _open(request, form)
            if opened is not None:
                return redirect("document", contract_key=access.contract.key, document_id=opened.pk)
        elif do == "send":
            sending = SendingForm(request.POST)
            if _send(request, sending):
                return redirect("documents", contract_key=access.contract.key)
        elif do == "end" and (ended := EndSendingForm(request.POST)).is_valid():
            end_sending(access=access, sending_id=ended.cleaned_data["sending"], at=timezone.now())
            return redirect("documents", contract_key=access.contract.key)
        status = 422
    context = {
        "documents": [(each, KINDS.get(each.kind, each.kind)) for each in documents_of(access)[:SHOWN]], "form": form,
        "sending_form": sending, "sendings": [(each, KINDS.get(each.kind, each.kind)) for each in sendings_of(access)],
    }  # fmt: skip
    return render(request, "console/documents.html", context, status=status)


def _open(request: ContractRequest, form: OpenDocumentForm) -> Document | None:
    access = request.access
    access.require(Right.WRITE_DOCUMENTS)
    if not form.is_valid():
        return None
    name, label = form.cleaned_data["kind"], form.cleaned_data["period"]
    definitions = definitions_on(contract=access.contract, day=timezone.localdate())
    try:
        period = asked_span(definitions.promised, load_kind(name, texts=definitions.texts), label or None)
    except InvalidInputError as error:
        form.add_error("period", error.problems[0].allowed)
        return None
    return open_document(access=access, kind=name, label=label, period=period, at=timezone.now())


def _send(request: ContractRequest, form: SendingForm) -> bool:
    request.access.require(Right.APPROVE_DOCUMENTS)
    if not form.is_valid():
        return False
    given = form.cleaned_data
    add_sending(access=request.access, kind=given["kind"], day=given["day"], mail=given["mail"], at=timezone.now())
    messages.success(request, _("送付の予定を保存しました。"))
    return True


@require_http_methods(["GET", "POST"])
@contract_page(Right.SEE_FIGURES)
def document(request: ContractRequest, document_id: int) -> HttpResponse:
    """Show a document with its texts, what the checks say, remarks and versions; write, remark, settle, approve."""
    kept = get_object_or_404(documents_of(request.access), pk=document_id)
    if request.method == "GET":
        return _page(request, kept)
    form_class, act = ACTS.get(request.POST.get("do", ""), (CommentForm, _comment))
    form = form_class(request.POST)
    if not form.is_valid():
        return _page(request, kept, errors=form.problem_list(), status=422)
    try:
        act(request, kept, form.cleaned_data)
    except (StaleTextError, NotReadyError, OpenCommentError) as error:
        return _page(request, kept, errors=[_refusal(error)], status=409)
    messages.success(request, _("保存しました。"))
    return redirect("document", contract_key=request.access.contract.key, document_id=kept.pk)


def _refusal(error: MadoguchiError) -> str:
    if isinstance(error, StaleTextError):
        return _("他の人が先に保存しました。今の文を確かめて、もう一度保存してください。")
    if isinstance(error, OpenCommentError):
        return _("片付いていない指摘があります。")
    return _("点検で承認を妨げる点が見つかりました。")


def _write(request: ContractRequest, kept: Document, given: dict[str, Any]) -> None:
    access = request.access
    names = asked_texts(material_of(access=access, document=kept, now=timezone.now()).kind)
    if given["name"] not in names:
        raise Http404
    write_text(
        access=access, document=kept, name=given["name"], text=given["text"].replace("\r\n", "\n"),
        number=given["number"], at=timezone.now(),
    )  # fmt: skip


def _comment(request: ContractRequest, kept: Document, given: dict[str, Any]) -> None:
    add_comment(access=request.access, document=kept, body=given["body"], at=timezone.now())


def _settle(request: ContractRequest, kept: Document, given: dict[str, Any]) -> None:
    settle_comment(access=request.access, document=kept, comment_id=given["comment"], at=timezone.now())


def _approve(request: ContractRequest, kept: Document, given: dict[str, Any]) -> None:
    request.access.require(Right.APPROVE_DOCUMENTS)
    now = timezone.now()
    checked = checked_document(material_of(access=request.access, document=kept, now=now))
    approve_document(access=request.access, document=kept, checked=checked, change_note=given["change_note"], at=now)


ACTS: dict[str, tuple[type[StrictForm], Act]] = {
    "write": (TextForm, _write),
    "comment": (CommentForm, _comment),
    "settle": (SettleForm, _settle),
    "approve": (ApproveForm, _approve),
}


def _page(request: ContractRequest, kept: Document, *, errors: Sequence[str] = (), status: int = 200) -> HttpResponse:
    material = material_of(access=request.access, document=kept, now=timezone.now())
    checked: Checked | None = None
    faults = list(errors)
    try:
        checked = checked_document(material)
    except MadoguchiError as error:
        faults.append(str(error))
    saved, language = {each.name: each for each in latest_texts(kept)}, language_on()
    texts = [
        (name, label_of_text(material.kind, name, language), saved.get(name), text_of(proposed(material, name).parts))
        for name in asked_texts(material.kind)
    ]
    versions = list(versions_of(kept))
    context = {
        "exit_rows": exit_rows(material, language=language), "has_english": "en" in material.kind.languages,
        "newer": _newer(request, versions), "notes": tuple(source_notes(material.months, language)),
        "document": kept, "kind": KINDS.get(kept.kind, kept.kind), "texts": texts, "checked": checked, "errors": faults,
        "comments": kept.comments.select_related("author"), "versions": versions,
        "comment_form": CommentForm(), "approve_form": ApproveForm(), "formats": TYPES,
    }  # fmt: skip
    return render(request, "console/document.html", context, status=status)


def _newer(request: ContractRequest, versions: Sequence[DocumentVersion]) -> list[tuple[date, int | None, int]]:
    """Return the months that were approved, or corrected, since the latest version took its figures from them."""
    used = versions[0].used_revisions if versions else {}
    newer = newer_revisions(contract=request.access.contract, used=used)
    return [(month, used[month], number) for month, number in newer.items()]


@require_GET
@contract_page(Right.SEE_FIGURES)
def draft(request: ContractRequest, document_id: int, kind: str) -> HttpResponse:
    """Hand out a document as it would be written now; it is no approved version and says so in its name."""
    kept = get_object_or_404(documents_of(request.access), pk=document_id)
    now, language = timezone.now(), request.GET.get("lang", "ja")
    if kind not in TYPES or language not in ("ja", "en"):
        raise Http404
    material = material_of(access=request.access, document=kept, now=now, language=language)
    if language not in material.kind.languages:
        raise Http404
    report = checked_document(material).built.report
    details = {"format": kind} if language == "ja" else {"format": kind, "language": language}
    entry = Entry(act="export_draft", subject=f"document:{kept.pk}", details=details)
    record(chain=request.access.contract.key, at=now, actor=request.access.person.key, entries=[entry])
    ending = "draft" if language == "ja" else f"draft-{language}"
    name = f"{request.access.contract.key}-{kept.kind}-{kept.label or 'all'}-{ending}.{kind}"
    return _attachment(written(report=report, kind=kind), kind=kind, name=name)


@require_GET
@contract_page(Right.SEE_FIGURES)
def approved(request: ContractRequest, document_id: int, number: int) -> HttpResponse:
    """Hand out an approved version's PDF as it was kept."""
    kept = get_object_or_404(documents_of(request.access), pk=document_id)
    version = get_object_or_404(kept.versions.only("number", "pdf"), number=number)
    name = f"{request.access.contract.key}-{kept.kind}-{kept.label or 'all'}-v{version.number}.pdf"
    return _attachment(bytes(version.pdf), kind="pdf", name=name)


def _attachment(data: bytes, *, kind: str, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(data, content_type=TYPES[kind], headers={"Content-Disposition": disposition})
