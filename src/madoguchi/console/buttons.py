"""Forms of one button: what they ask for is done, and the page shown again; what is wrong is a page of its own."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from madoguchi.console.forms import StrictForm
from madoguchi.contracts.pages import ContractRequest
from madoguchi.desk.errors import FieldError

Found = TypeVar("Found")


def refused_page(request: ContractRequest, why: str) -> HttpResponse:
    return render(request, "refused.html", {"message": why}, status=422)


def carried_out(
    request: ContractRequest, form: StrictForm, act: Callable[[dict[str, Any]], object], *, page: str, told: str = ""
) -> HttpResponse:
    """Do what a button asks for, say so, and go back to the page."""
    if not form.is_valid():
        return refused_page(request, form.problems())
    try:
        act(form.cleaned_data)
    except FieldError as error:
        return refused_page(request, str(error))
    messages.success(request, told or _("保存しました。"))
    return redirect(page, contract_key=request.access.contract.key)


def tried(form: StrictForm, act: Callable[[dict[str, Any]], Found]) -> Found | None:
    """Do what a form asks for; None where it is wrong, with what is wrong in it."""
    if not form.is_valid():
        return None
    try:
        return act(form.cleaned_data)
    except FieldError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return None
