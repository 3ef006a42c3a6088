"""Systems that take accounts: by SCIM, with what could not be delivered, or as files."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from madoguchi.console.buttons import carried_out, refused_page, tried
from madoguchi.console.forms import StrictForm
from madoguchi.console.provisioning_forms import CsvForm, ScimForm, TokenForm, WhichForm
from madoguchi.contracts.access import Access
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.provisioning_vocabulary import SystemKind
from madoguchi.core.vocabulary import DeliveryState
from madoguchi.desk.errors import FieldError
from madoguchi.provisioning.models import Push, TargetSystem
from madoguchi.provisioning.operations import (
    add_csv_system,
    add_scim_system,
    hand_out_file,
    push_again,
    remove_system,
    replace_token,
    set_system_active,
)
from madoguchi.provisioning.queries import pushes_of
from madoguchi.provisioning.trying import try_system

SHOWN = 100
FORMS: Mapping[str, type[StrictForm]] = {"scim": ScimForm, "csv": CsvForm}


@require_http_methods(["GET", "POST"])
@contract_page(Right.ADMINISTER)
def systems(request: ContractRequest) -> HttpResponse:
    """Show and change the systems, and what waits for them or was given up."""
    what = request.POST.get("what", "")
    if request.method == "POST" and what not in FORMS:
        return _changed(request, timezone.now())
    forms = {name: kind(request.POST if what == name else None) for name, kind in FORMS.items()}
    if request.method == "POST" and _add(request, forms[what]):
        messages.success(request, _("連携先を追加しました。"))
        return redirect("account_systems", contract_key=request.access.contract.key)
    taken = Count("pushes", filter=Q(pushes__state=DeliveryState.TAKEN.value))
    context = {
        "systems": TargetSystem.objects.filter(contract=request.access.contract).annotate(taken=taken).order_by("name"),
        "pushes": pushes_of(request.access.contract)[:SHOWN],
        "scim_form": forms["scim"], "csv_form": forms["csv"],
    }  # fmt: skip
    return render(request, "console/account_systems.html", context, status=422 if request.method == "POST" else 200)


def _add(request: ContractRequest, form: StrictForm) -> TargetSystem | None:
    add = add_scim_system if isinstance(form, ScimForm) else add_csv_system
    return tried(form, lambda given: add(access=request.access, now=timezone.now(), **given))


def _changed(request: ContractRequest, now: datetime) -> HttpResponse:
    if request.POST.get("what") == "token":
        return carried_out(
            request, TokenForm(request.POST), lambda given: _replace_token(request.access, given, now),
            page="account_systems", told=_("トークンを入れ替えました。次の送信から使います。"),
        )  # fmt: skip
    form = WhichForm(request.POST)
    if request.POST.get("what") == "try" and form.is_valid():
        return _tried_out(request, _system(request.access, form.cleaned_data["id"]), now)
    return carried_out(
        request, form, lambda given: CHANGES[given["what"]](request.access, given["id"], now), page="account_systems"
    )


def _tried_out(request: ContractRequest, system: TargetSystem, now: datetime) -> HttpResponse:
    try:
        trial = try_system(access=request.access, system=system, now=now)
    except FieldError as error:
        return refused_page(request, str(error))
    tell = messages.success if trial.is_good else messages.error
    tell(request, f"{system.name}: {trial.said}")
    return redirect("account_systems", contract_key=request.access.contract.key)


def _replace_token(access: Access, given: dict[str, Any], now: datetime) -> None:
    replace_token(access=access, system=_system(access, given["id"]), token=given["token"], now=now)


def _system(access: Access, number: int) -> TargetSystem:
    return get_object_or_404(TargetSystem, pk=number, contract=access.contract)


def _pause(access: Access, number: int, now: datetime) -> None:
    set_system_active(access=access, system=_system(access, number), is_active=False, now=now)


def _resume(access: Access, number: int, now: datetime) -> None:
    set_system_active(access=access, system=_system(access, number), is_active=True, now=now)


def _remove(access: Access, number: int, now: datetime) -> None:
    remove_system(access=access, system=_system(access, number), now=now)


def _again(access: Access, number: int, now: datetime) -> None:
    push = get_object_or_404(Push.objects.select_related("system"), pk=number, system__contract=access.contract)
    push_again(access=access, push=push, now=now)


CHANGES: Mapping[str, Callable[[Access, int, datetime], None]] = {
    "pause": _pause, "resume": _resume, "remove": _remove, "again": _again,
}  # fmt: skip


@require_GET
@contract_page(Right.ADMINISTER)
def whole_file(request: ContractRequest, system_id: int) -> HttpResponse:
    """Hand out every account of the register in a system's columns."""
    return _file(request, system_id, changes_only=False)


@require_POST
@contract_page(Right.ADMINISTER)
def changes_file(request: ContractRequest, system_id: int) -> HttpResponse:
    """Hand out the accounts changed since the file before; they count as taken."""
    return _file(request, system_id, changes_only=True)


def _file(request: ContractRequest, system_id: int, *, changes_only: bool) -> HttpResponse:
    access, now = request.access, timezone.now()
    system = get_object_or_404(TargetSystem, pk=system_id, contract=access.contract, kind=SystemKind.CSV.value)
    try:
        content, _count = hand_out_file(access=access, system=system, changes_only=changes_only, now=now)
    except FieldError as error:
        return refused_page(request, str(error))
    part = "changes" if changes_only else "all"
    name = f"{access.contract.key}-accounts-{system.pk}-{part}-{timezone.localtime(now):%Y%m%d%H%M}.csv"
    charset = "utf-8" if system.encoding == "utf-8-sig" else "windows-31j"
    return HttpResponse(
        content,
        content_type=f"text/csv; charset={charset}",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
