"""Ledgers of other tools brought in: taken, matched, tried out, run in the background, looked at, undone."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from madoguchi.audit.operations import Entry, record
from madoguchi.console.ledger_forms import LedgerFileForm, MatchForm, ProfileNameForm
from madoguchi.contracts.access import Access
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.import_vocabulary import ImportState
from madoguchi.imports.guesses import first_rows, guessed_mapping, matched, words_of_columns
from madoguchi.imports.mapping import mapping_of
from madoguchi.imports.models import ImportRun
from madoguchi.imports.operations.runs import (
    ask_check,
    content_of,
    discard_run,
    is_lost,
    match_columns,
    save_profile,
    start_import,
    take_file,
)
from madoguchi.imports.operations.undo import ask_undo
from madoguchi.imports.profiles import ready_profiles
from madoguchi.imports.queries import profile_named, profiles_of, refused_table, run_of, runs_of
from madoguchi.imports.reading import open_ledger
from madoguchi.imports.tasks import import_ledger, try_ledger, undo_import
from madoguchi.imports.values import MAX_BYTES, MAX_ROWS
from madoguchi.people.languages import label_of
from madoguchi.reports.table_files import EXPORTS

SHOWN_RUNS, SHOWN_REFUSED = 50, 20
UNDER_WAY = frozenset((ImportState.CHECKING, ImportState.WAITING, ImportState.RUNNING, ImportState.UNDOING))
MATCHING = frozenset((ImportState.UPLOADED, ImportState.CHECKED))
UNDOABLE = frozenset((ImportState.DONE, ImportState.FAILED))


@require_http_methods(["GET", "POST"])
@contract_page(Right.MANAGE)
def ledgers(request: ContractRequest) -> HttpResponse:
    """Show the imports; a POST takes a file in, which brings nothing into the desk yet."""
    access = request.access
    profiles = {name: mapping.title for name, mapping in ready_profiles().items()}
    profiles |= {each.name: each.name for each in profiles_of(access)}
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = LedgerFileForm(*given, profiles=profiles)
    if request.method == "POST" and form.is_valid():
        try:
            run = _taken(access, form.cleaned_data)
        except MadoguchiError as error:
            form.add_error("file", str(error))
        else:
            return redirect("ledger", contract_key=access.contract.key, run_id=run.pk)
    context = {
        "form": form, "runs": runs_of(access)[:SHOWN_RUNS], "max_rows": MAX_ROWS, "max_bytes": MAX_BYTES
    }  # fmt: skip
    return render(request, "console/imports/ledgers.html", context, status=422 if form.is_bound else 200)


def _taken(access: Access, given: dict[str, Any]) -> ImportRun:
    file = given["file"]
    # one byte more than may be tells a file that is too large
    content = file.read(MAX_BYTES + 1)
    name = given["profile"]
    mapping = profile_named(access, name) if name else guessed_mapping(content)
    mapping = matched(mapping, open_ledger(content, form=mapping.form))
    return take_file(access=access, name=file.name, content=content, mapping=mapping, now=timezone.now())


@require_http_methods(["GET", "POST"])
@contract_page(Right.MANAGE)
def ledger(request: ContractRequest, run_id: int) -> HttpResponse:
    """Show how far an import is; a POST matches its columns and asks for a trial."""
    access = request.access
    run = run_of(access, run_id)
    context: dict[str, Any] = {"run": run, "status": 200}
    if ImportState(run.state) in MATCHING:
        try:
            context |= _matching(request, run)
        except MadoguchiError as error:
            context["problem"] = str(error)
    elif request.method == "POST":
        messages.error(request, _("この取込は「%(state)s」です。") % {"state": label_of(ImportState(run.state))})
    if context.get("is_matched"):
        return redirect("ledger", contract_key=access.contract.key, run_id=run.pk)
    return render(request, "console/imports/ledger.html", context | _shown(run), status=context["status"])


def _shown(run: ImportRun) -> dict[str, Any]:
    rows = run.refused_rows.order_by("line")[:SHOWN_REFUSED]
    return {
        "refused": rows, "shown": SHOWN_REFUSED, "is_under_way": run.state in UNDER_WAY,
        "is_lost": is_lost(run, now=timezone.now()), "can_undo": run.state in UNDOABLE,
        "is_done": run.state in {ImportState.DONE, ImportState.UNDONE, ImportState.FAILED}, "percent": _percent(run),
    }  # fmt: skip


def _percent(run: ImportRun) -> int:
    return min(100, 100 * run.done_count // run.row_count) if run.row_count else 0


def _matching(request: ContractRequest, run: ImportRun) -> dict[str, Any]:
    """Return the page's form with what was found in the file; matched columns that fit are kept and tried out."""
    mapping = mapping_of(run.mapping)
    opened = open_ledger(content_of(run), form=mapping.form)
    preview, rows = first_rows(opened)
    given = (request.POST,) if request.method == "POST" else ()
    form = MatchForm(
        *given, mapping=mapping, headings=opened.headings, sheets=opened.sheets,
        words=words_of_columns(mapping, opened, rows),
    )  # fmt: skip
    found = {
        "form": form, "preview": preview, "headings": opened.headings, "ledger": opened, "name_form": ProfileNameForm(),
    }  # fmt: skip
    if request.method != "POST" or not form.is_valid():
        return found | {"status": 422 if form.is_bound else 200}
    try:
        match_columns(access=request.access, run_id=run.pk, given=form.as_mapping(), now=timezone.now())
    except MadoguchiError as error:
        return found | {"problem": str(error), "status": 422}
    ask_check(access=request.access, run_id=run.pk, now=timezone.now())
    try_ledger.enqueue(run.pk, request.access.person.pk)
    return found | {"is_matched": True}


@require_GET
@contract_page(Right.MANAGE)
def state(request: ContractRequest, run_id: int) -> HttpResponse:
    """Show how far an import is, for a page that waits; when it is through the page is loaded anew."""
    run = run_of(request.access, run_id)
    answer = render(request, "console/imports/state.html", {"run": run} | _shown(run))
    if run.state not in UNDER_WAY:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@contract_page(Right.MANAGE)
def act(request: ContractRequest, run_id: int) -> HttpResponse:
    """Start, go on, undo, throw away, or keep the mapping under a name."""
    access = request.access
    run = run_of(access, run_id)
    try:
        _do(request, run)
    except MadoguchiError as error:
        messages.error(request, str(error))
    if not ImportRun.objects.filter(pk=run.pk).exists():
        return redirect("ledgers", contract_key=access.contract.key)
    return redirect("ledger", contract_key=access.contract.key, run_id=run.pk)


def _do(request: ContractRequest, run: ImportRun) -> None:
    access, now, wanted = request.access, timezone.now(), request.POST.get("act", "")
    if wanted == "start":
        start_import(access=access, run_id=run.pk, now=now)
        import_ledger.enqueue(run.pk, access.person.pk)
    elif wanted == "undo":
        ask_undo(access=access, run_id=run.pk, now=now)
        undo_import.enqueue(run.pk, access.person.pk)
    elif wanted == "discard":
        discard_run(access=access, run_id=run.pk, now=now)
    elif wanted == "save":
        form = ProfileNameForm(request.POST)
        if form.is_valid():
            save_profile(access=access, run_id=run.pk, name=form.cleaned_data["name"], now=now)
            messages.success(request, _("対応を保存しました。次のファイルで選べます。"))
        else:
            messages.error(request, _("対応の名前を60文字以内で入力してください。"))
    else:
        messages.error(request, _("「%(given)s」という操作はありません。") % {"given": wanted[:40]})


@require_GET
@contract_page(Right.MANAGE)
def refused(request: ContractRequest, run_id: int, kind: str) -> HttpResponse:
    """Write the refused rows with their reasons; what is handed out is in the history."""
    access = request.access
    run = run_of(access, run_id)
    if kind not in EXPORTS:
        raise Http404
    content, media_type = EXPORTS[kind](list(refused_table(run)))
    entry = Entry(act="export_refused_rows", subject=f"import:{run.pk}", details={"count": run.refused_rows.count()})
    record(chain=access.contract.key, at=timezone.now(), actor=access.person.key, entries=[entry])
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="refused-{run.pk}.{kind}"'
    return answer
