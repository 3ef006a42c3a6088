"""Forms and approvers, by the contract's administrators."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from madoguchi.console.forms import ApproverForm, FormTextForm
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.errors import InvalidInputError
from madoguchi.people.queries import division_name
from madoguchi.works.models import Approver, FormVersion
from madoguchi.works.operations.approve import name_approver
from madoguchi.works.operations.catalogue import save_form
from madoguchi.works.queries import all_forms, form_in_force

SHOWN_VERSIONS = 50


@require_GET
@contract_page(Right.ADMINISTER)
def forms(request: ContractRequest) -> HttpResponse:
    """Show every form of the catalogue, offered or not."""
    changed = FormVersion.objects.filter(contract=request.access.contract, is_changed_here=True)
    context = {"forms": all_forms(request.access.contract), "changed": set(changed.values_list("key", flat=True))}
    return render(request, "console/works/forms.html", context)


@require_http_methods(["GET", "POST"])
@contract_page(Right.ADMINISTER)
def edit(request: ContractRequest, form_key: str) -> HttpResponse:
    """Show a form's text; a POST keeps a new version, in force for applications from now on."""
    access = request.access
    found, text = form_in_force(contract=access.contract, key=form_key)
    form = FormTextForm(request.POST if request.method == "POST" else None, initial={"text": text})
    problems: tuple[object, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            save_form(access=access, key=form_key, text=form.cleaned_data["text"], now=timezone.now())
        except InvalidInputError as error:
            problems = error.problems
        else:
            messages.success(request, _("保存しました。"))
            return redirect("forms", contract_key=access.contract.key)
    versions = FormVersion.objects.filter(contract=access.contract, key=form_key).select_related("author")
    context = {
        "found": found, "form": form, "problems": problems, "versions": versions.order_by("-number")[:SHOWN_VERSIONS],
    }  # fmt: skip
    return render(request, "console/works/edit_form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@contract_page(Right.ADMINISTER)
def approvers(request: ContractRequest) -> HttpResponse:
    """Show who approves for which division; name another."""
    access, now = request.access, timezone.now()
    form = ApproverForm(request.POST if request.method == "POST" else None, access=access, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        name_approver(access=access, division_id=given["division"].pk, person=given["person"], now=now)
        messages.success(request, _("保存しました。"))
        return redirect("approvers", contract_key=access.contract.key)
    context = {"form": form, "rows": _named(request, now)}
    return render(request, "console/works/approvers.html", context, status=422 if form.is_bound else 200)


def _named(request: ContractRequest, now: datetime) -> list[tuple[str, str]]:
    found = Approver.objects.filter(contract=request.access.contract).select_related("division", "person")
    day = timezone.localdate(now)
    return [(division_name(each.division, day=day), each.person.name) for each in found.order_by("division", "pk")]
