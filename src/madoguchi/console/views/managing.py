"""Notices, answer templates, and who is what in the contract."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from madoguchi.console.forms import TemplateForm
from madoguchi.console.queries import unseen_notices
from madoguchi.contracts.models import Role
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.desk.models import AnswerTemplate

SHOWN = 100


@require_http_methods(["GET", "POST"])
@contract_page(Right.WORK)
def notices(request: ContractRequest) -> HttpResponse:
    """Show the person's unseen notices; a POST marks them as seen."""
    found = unseen_notices(request.access)
    if request.method == "POST":
        found.update(seen_at=timezone.now())
        return redirect("notices", contract_key=request.access.contract.key)
    return render(request, "console/notices.html", {"notices": found[:SHOWN]})


@require_http_methods(["GET", "POST"])
@contract_page(Right.MANAGE)
def templates(request: ContractRequest) -> HttpResponse:
    """Show and add answer templates; one of the same name is replaced."""
    contract = request.access.contract
    form = TemplateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        AnswerTemplate.objects.update_or_create(
            contract=contract, name=given["name"], defaults={"text": given["text"], "resolves": given["resolves"]}
        )
        messages.success(request, _("保存しました。"))
        return redirect("templates", contract_key=contract.key)
    known = AnswerTemplate.objects.filter(contract=contract).order_by("name")
    return render(
        request, "console/templates.html", {"form": form, "known": known}, status=422 if form.is_bound else 200
    )


@require_GET
@contract_page(Right.ADMINISTER)
def members(request: ContractRequest) -> HttpResponse:
    """Show who is what, from when."""
    roles = Role.objects.filter(contract=request.access.contract).select_related("person", "organisation")
    return render(request, "console/members.html", {"roles": roles.order_by("kind", "person__reading", "pk")[:500]})
