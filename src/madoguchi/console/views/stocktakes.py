"""Stocktakes: opened, scanned, compared, closed."""

import re

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi.assets.errors import ItemStateError
from madoguchi.assets.models import Stocktake
from madoguchi.assets.operations.importing import RegisterFileError, decoded
from madoguchi.assets.operations.stocktake import close_stocktake, differences, open_stocktake, scan, stocktake_of
from madoguchi.console.register_forms import ScanForm, StocktakeForm
from madoguchi.contracts.access import Access
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.works_vocabulary import Register
from madoguchi.desk.errors import FieldError

SHOWN = 100


@require_http_methods(["GET", "POST"])
@contract_page(Right.RECEIVE)
def stocktakes(request: ContractRequest) -> HttpResponse:
    access = request.access
    form = StocktakeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        register = Register(form.cleaned_data["register"])
        opened = open_stocktake(access=access, register=register, now=timezone.now())
        return redirect("stocktake", contract_key=access.contract.key, stocktake_id=opened.pk)
    found = Stocktake.objects.filter(contract=access.contract).select_related("opened_by").order_by("-pk")
    context = {"form": form, "stocktakes": found[:SHOWN]}
    return render(request, "console/registers/stocktakes.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@contract_page(Right.RECEIVE)
def stocktake(request: ContractRequest, stocktake_id: int) -> HttpResponse:
    """Show what was seen and what differs; a POST adds numbers or closes."""
    access = request.access
    found = stocktake_of(access, stocktake_id)
    form = ScanForm(request.POST, request.FILES) if request.method == "POST" else ScanForm()
    if request.method == "POST" and form.is_valid() and _done(request, access, found, form):
        return redirect("stocktake", contract_key=access.contract.key, stocktake_id=stocktake_id)
    context = {
        "stocktake": found, "form": form, "differences": differences(found), "seen_count": found.scans.count()
    }  # fmt: skip
    return render(request, "console/registers/stocktake.html", context, status=422 if form.is_bound else 200)


def _done(request: ContractRequest, access: Access, found: Stocktake, form: ScanForm) -> bool:
    """Do what the form says; what is wrong is left in the form."""
    given, now = form.cleaned_data, timezone.now()
    try:
        if given["act"] == "close":
            close_stocktake(access=access, stocktake_id=found.pk, now=now)
            messages.success(request, _("棚卸を終了しました。"))
            return True
        text = given["numbers"] + "\n" + (decoded(given["file"].read()) if given["file"] else "")
        new = scan(access=access, stocktake_id=found.pk, numbers=re.split(r"[\r\n,]+", text), now=now)
    except (FieldError, ItemStateError, RegisterFileError) as error:
        form.add_error(getattr(error, "field", None), str(error))
        return False
    messages.success(request, _("%(n)s件を読み取りました。") % {"n": new})
    return True
