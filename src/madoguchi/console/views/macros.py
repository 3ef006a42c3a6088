"""Macros and answer templates: kept, tried, done; and the filters a person keeps."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.console.forms import whole_number
from madoguchi.console.macro_forms import FilterNameForm, MacroForm, TemplateForm
from madoguchi.contracts.access import Access
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.desk.errors import FieldError, ImpossibleActError, StaleTicketError
from madoguchi.desk.macros import PLACES, steps_of_macro
from madoguchi.desk.models import AnswerTemplate, Macro, SavedFilter
from madoguchi.desk.operations.filters import delete_filter, rename_filter
from madoguchi.desk.operations.macros import (
    StaleMacroError,
    delete_macro,
    delete_template,
    run_macro,
    save_macro,
    save_template,
)  # fmt: skip
from madoguchi.desk.queries import ticket_by_number

PLACE_NAMES = tuple(f"{{{{{name}}}}}" for name in PLACES)


def macros_of(access: Access) -> "list[Macro]":
    known = Macro.objects.filter(contract=access.contract).select_related("category", "queue")
    return list(known.order_by("name"))


@require_http_methods(["GET", "POST"])
@contract_page(Right.MANAGE)
def templates(request: ContractRequest) -> HttpResponse:
    """Show, add and delete answer templates; one of the same name is replaced."""
    access, now = request.access, timezone.now()
    form = TemplateForm(request.POST if request.method == "POST" else None, access=access)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if given["delete"]:
                delete_template(access=access, template=given["delete"], now=now)
            else:
                kept = {name: given[name] for name in ("name", "text", "resolves")}
                save_template(access=access, **kept, now=now)
        except FieldError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("保存しました。"))
            return redirect("templates", contract_key=access.contract.key)
    known = AnswerTemplate.objects.filter(contract=access.contract).order_by("name")
    context = {"form": form, "known": known, "places": PLACE_NAMES}
    return render(request, "console/templates.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@contract_page(Right.MANAGE)
def macros(request: ContractRequest) -> HttpResponse:
    """Show the macros; add one."""
    form = MacroForm(request.POST if request.method == "POST" else None, access=request.access)
    if request.method == "POST" and form.is_valid() and _is_saved(request, form, None):
        return redirect("macros", contract_key=request.access.contract.key)
    context = {"form": form, "macros": macros_of(request.access), "places": PLACE_NAMES}
    return render(request, "console/macros.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@contract_page(Right.MANAGE)
def macro(request: ContractRequest, macro_id: int) -> HttpResponse:
    """Change a macro, or delete it."""
    access = request.access
    known = get_object_or_404(Macro, contract=access.contract, pk=macro_id)
    if request.method == "POST" and "delete" in request.POST:
        delete_macro(access=access, macro=known, now=timezone.now())
        messages.success(request, _("削除しました。"))
        return redirect("macros", contract_key=access.contract.key)
    form = MacroForm(
        request.POST if request.method == "POST" else None, access=access, initial=MacroForm.initial_of(known)
    )
    if request.method == "POST" and form.is_valid() and _is_saved(request, form, known):
        return redirect("macros", contract_key=access.contract.key)
    context = {"form": form, "macro": known, "places": PLACE_NAMES}
    return render(request, "console/macro.html", context, status=422 if form.is_bound else 200)


def _is_saved(request: ContractRequest, form: MacroForm, known: Macro | None) -> bool:
    version = form.cleaned_data["version"] or 0
    try:
        save_macro(access=request.access, macro=known, content=form.content, version=version, now=timezone.now())
    except FieldError as error:
        form.add_error(error.field, str(error))
        return False
    except StaleMacroError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("保存しました。"))
    return True


@require_http_methods(["GET", "POST"])
@contract_page(Right.RECEIVE)
def on_ticket(request: ContractRequest, number: int) -> HttpResponse:
    """Show what a macro would do to a ticket; a POST does it, all or nothing."""
    access, now = request.access, timezone.now()
    ticket = ticket_by_number(access=access, number=number)
    given = request.POST if request.method == "POST" else request.GET
    known = Macro.objects.filter(contract=access.contract).select_related("category", "queue")
    chosen = known.filter(pk=whole_number(given.get("macro", "")) or 0).first()
    if chosen is None:
        message = _("マクロを選んでください。")
        return render(request, "refused.html", {"message": message}, status=422)
    context = {"ticket": ticket, "macro": chosen, "error": ""}
    if request.method == "POST":
        version = whole_number(given.get("version", "")) or 0
        try:
            run_macro(access=access, ticket=ticket, macro=chosen, version=version, now=now)
        except StaleTicketError as error:
            context["error"], status = str(error), 409
        except (FieldError, ImpossibleActError) as error:
            context["error"], status = str(error), 422
        else:
            messages.success(request, _("記録しました。"))
            return redirect("ticket", contract_key=access.contract.key, number=number)
        context["ticket"] = ticket_by_number(access=access, number=number)
    else:
        status = 200
    context["steps"] = list(steps_of_macro(chosen, ticket=ticket, person=access.person))
    return render(request, "console/ticket_macro.html", context, status=status)


@require_POST
@contract_page(Right.SEE_TICKETS)
def kept_filter(request: ContractRequest, filter_id: int) -> HttpResponse:
    """Rename or delete a filter of one's own."""
    access, now = request.access, timezone.now()
    own = get_object_or_404(SavedFilter, contract=access.contract, person=access.person, pk=filter_id)
    form = FilterNameForm(request.POST)
    if not form.is_valid():
        return render(request, "refused.html", {"message": form.problems()}, status=422)
    if form.cleaned_data["delete"]:
        delete_filter(access=access, saved=own, now=now)
        messages.success(request, _("削除しました。"))
    else:
        try:
            rename_filter(access=access, saved=own, name=form.cleaned_data["name"], now=now)
        except FieldError as error:
            return render(request, "refused.html", {"message": str(error)}, status=422)
        messages.success(request, _("保存しました。"))
    return redirect("desk", contract_key=access.contract.key)
