"""How long personal data is kept, what is due, and what was erased."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from madoguchi.console.forms import StrictForm
from madoguchi.console.handover_forms import FileForm, HoldForm, PersonForm, RuleForm, WhichForm
from madoguchi.contracts.access import Access
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.handover_vocabulary import ErasureState, FindingState, KeptKind
from madoguchi.desk.errors import FieldError
from madoguchi.handover.models import Erasure, FileFinding
from madoguchi.handover.operations.clear import searched_files
from madoguchi.handover.operations.erase import ErasureRefusedError, approve_erasure
from madoguchi.handover.operations.files import decide_finding
from madoguchi.handover.operations.retention import (
    add_default_rules,
    ask_erasure,
    ask_erasure_of_person,
    lift_hold,
    place_hold,
    refuse_erasure,
    set_rule,
)
from madoguchi.handover.proof import proofs
from madoguchi.handover.retention import preview, standing_holds
from madoguchi.handover.tables import ERASED
from madoguchi.handover.tasks import clear_erased
from madoguchi.people.models import Person

SHOWN = 50
SHOWN_FILES = 200
Given = dict[str, Any]


@require_http_methods(["GET", "POST"])
@contract_page(Right.HAND_OVER)
def overview(request: ContractRequest) -> HttpResponse:
    """Show rules with what is due, holds and erasures; change one of them."""
    access, status = request.access, 200
    people = _people(access)
    shown: dict[str, StrictForm] = {
        "rule": RuleForm(), "hold": HoldForm(people=people), "ask_person": PersonForm(people=people)
    }  # fmt: skip
    if request.method == "POST":
        what = request.POST.get("what", "")
        if what in shown:
            shown[what] = RuleForm(request.POST) if what == "rule" else _with_people(what, request, people)
        form = shown[what] if what in shown else WhichForm(request.POST)
        answer = _done(request, form)
        if answer is not None:
            return answer
        if what not in shown:
            return render(request, "refused.html", {"message": form.problems()}, status=422)
        status = 422
    erasures = Erasure.objects.filter(contract=access.contract).select_related("person", "asked_by", "decided_by")
    context = {
        "due": preview(contract=access.contract, day=timezone.localdate()),
        "holds": standing_holds(access.contract).select_related("person", "placed_by").order_by("-pk"),
        "erasures": erasures.defer("rows", "sealed_work").order_by("-pk")[:SHOWN],
        "file_count": searched_files(access.contract).count(),
        "rule_form": shown["rule"], "hold_form": shown["hold"], "person_form": shown["ask_person"],
        "decides": access.may(Right.DECIDE), "person": access.person,
    }  # fmt: skip
    return render(request, "console/handover/retention.html", context, status=status)


def _people(access: Access) -> Any:  # noqa: ANN401  # a queryset
    found = Person.objects.filter(Q(roles__contract=access.contract) | Q(requested_tickets__contract=access.contract))
    return found.exclude(name__startswith=ERASED).distinct().order_by("reading", "pk")


def _with_people(what: str, request: ContractRequest, people: Any) -> StrictForm:  # noqa: ANN401
    kind = HoldForm if what == "hold" else PersonForm
    return kind(request.POST, people=people)


def _done(request: ContractRequest, form: StrictForm) -> HttpResponse | None:
    """Do what a form asks for; None where it is wrong, with what is wrong in it."""
    if not form.is_valid():
        return None
    given = form.cleaned_data
    try:
        ACTS[given["what"]](request.access, given, timezone.now())
    except FieldError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return None
    except ErasureRefusedError as error:
        return render(request, "refused.html", {"message": str(error)}, status=422)
    messages.success(request, _("保存しました。"))
    return redirect("retention", contract_key=request.access.contract.key)


def _rule(access: Access, given: Given, now: datetime) -> None:
    set_rule(access=access, kind=KeptKind(given["kind"]), years=given["years"], ground=given["ground"], now=now)


def _hold(access: Access, given: Given, now: datetime) -> None:
    kind = KeptKind(given["kind"]) if given["kind"] else None
    place_hold(access=access, kind=kind, person=given["person"], reason=given["reason"], now=now)


def _ask_person(access: Access, given: Given, now: datetime) -> None:
    ask_erasure_of_person(access=access, person=given["person"], ground=given["ground"], now=now)


def _ask(access: Access, given: Given, now: datetime) -> None:
    if not given["kind"]:
        raise FieldError("kind", _("データの種類を選んでください。"))
    ask_erasure(access=access, kind=KeptKind(given["kind"]), now=now, day=timezone.localdate(now))


def _approve(access: Access, given: Given, now: datetime) -> None:
    approve_erasure(access=access, erasure_id=_numbered(given), now=now)
    clear_erased.enqueue()


def _numbered(given: Given) -> int:
    if given["id"] is None:
        raise Http404
    return int(given["id"])


ACTS: dict[str, Callable[[Access, Given, datetime], object]] = {
    "rule": _rule,
    "hold": _hold,
    "ask_person": _ask_person,
    "ask": _ask,
    "defaults": lambda access, _given, now: add_default_rules(access=access, now=now),
    "lift": lambda access, given, now: lift_hold(access=access, hold_id=_numbered(given), now=now),
    "approve": _approve,
    "refuse": lambda access, given, now: refuse_erasure(access=access, erasure_id=_numbered(given), now=now),
}


@require_GET
@contract_page(Right.HAND_OVER)
def proof(request: ContractRequest, erasure_id: int) -> HttpResponse:
    """Show the proof of an erasure, checked now against tables, history and disk."""
    erasure = get_object_or_404(
        Erasure.objects.select_related("asked_by", "decided_by", "person"),
        pk=erasure_id, contract=request.access.contract, state=ErasureState.DONE.value,
    )  # fmt: skip
    faults = next(found for each, found in proofs(request.access.contract) if each.pk == erasure.pk)
    findings = erasure.findings.select_related("attachment__ticket", "decided_by")
    context = {
        "erasure": erasure, "faults": faults, "contract": request.access.contract,
        "findings": findings.order_by("-state", "pk")[:SHOWN_FILES], "finding_count": findings.count(),
        "open_count": findings.filter(state=FindingState.OPEN.value).count(),
        "decides": request.access.may(Right.DECIDE),
    }  # fmt: skip
    return render(request, "console/handover/proof.html", context)


@require_POST
@contract_page(Right.DECIDE)
def decide_file(request: ContractRequest, finding_id: int) -> HttpResponse:
    """Erase or keep a file that names somebody erased, or that no program could read."""
    get_object_or_404(FileFinding, pk=finding_id, erasure__contract=request.access.contract)
    form = FileForm(request.POST)
    if not form.is_valid():
        return render(request, "refused.html", {"message": form.problems()}, status=422)
    given = form.cleaned_data
    try:
        found = decide_finding(
            access=request.access, finding_id=finding_id, is_erased=given["what"] == "erase", reason=given["reason"],
            now=timezone.now(),
        )  # fmt: skip
    except FieldError as error:
        return render(request, "refused.html", {"message": str(error)}, status=422)
    messages.success(request, _("保存しました。"))
    return redirect("erasure_proof", contract_key=request.access.contract.key, erasure_id=found.erasure_id)
