"""Organisations and their divisions over time, for administrators."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi.audit.models import HistoryRow
from madoguchi.audit.rules import INSTALLATION
from madoguchi.console.organisation_forms import DivisionForm, OrganisationForm
from madoguchi.contracts.access import organisations_of
from madoguchi.contracts.operations import add_organisation
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.people.models import DivisionPlace, Organisation, Person
from madoguchi.people.operations import DivisionLoopError
from madoguchi.people.queries import division_tree
from madoguchi.people.reorganising import (
    DivisionError,
    add_division,
    close_division,
    merge_division,
    move_division,
    rename_division,
)  # fmt: skip

YEARS = range(1990, 2100)
SHOWN = 50


@require_http_methods(["GET", "POST"])
@contract_page(Right.ADMINISTER)
def organisations(request: ContractRequest) -> HttpResponse:
    """Show the organisations the contract has to do with; add one."""
    contract, form = request.access.contract, OrganisationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        now, actor = timezone.now(), request.access.person.key
        added = add_organisation(contract=contract, **_plain(form), actor=actor, at=now)
        if added is not None:
            messages.success(request, _("保存しました。"))
            return redirect("organisation", contract_key=contract.key, organisation_id=added.pk)
        form.add_error("key", _("この記号は使われています。別の記号にしてください。"))
    context = {"form": form, "organisations": organisations_of(contract)}
    return render(request, "console/organisations.html", context, status=422 if form.is_bound else 200)


def _plain(form: OrganisationForm) -> dict[str, str]:
    return {name: str(form.cleaned_data[name]) for name in ("key", "name")}


@require_http_methods(["GET", "POST"])
@contract_page(Right.ADMINISTER)
def tree(request: ContractRequest, organisation_id: int) -> HttpResponse:
    """Show an organisation's divisions as they stand on a day, and every change of them; make one."""
    contract, now = request.access.contract, timezone.now()
    organisation = get_object_or_404(organisations_of(contract), pk=organisation_id)
    form = DivisionForm(request.POST if request.method == "POST" else None, organisation=organisation)
    if request.method == "POST" and form.is_valid():
        try:
            _change(organisation, form.cleaned_data, actor=request.access.person.key, at=now)
        except DivisionError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        except DivisionLoopError:
            form.add_error("parent", _("部署をそれ自身の下に置くことはできません。"))
        else:
            messages.success(request, _("保存しました。"))
            path = reverse("organisation", kwargs={"contract_key": contract.key, "organisation_id": organisation.pk})
            return redirect(f"{path}?day={form.cleaned_data['day'].isoformat()}")
    day = asked_day(request.GET.get("day", "")) or timezone.localdate()
    places = DivisionPlace.objects.filter(division__organisation=organisation)
    names = {each.division_id: each.name for each in places.order_by("start_date")}
    context = {
        "organisation": organisation, "form": form, "day": day, "names": names,
        "tree": division_tree(organisation_id=organisation.pk, day=day),
        "places": places.select_related("division").order_by("-start_date", "pk"),
        "changes": changes_of(organisation),
    }  # fmt: skip
    return render(request, "console/organisation.html", context, status=422 if form.is_bound else 200)


def asked_day(text: str) -> date | None:
    """Return the day of an address, None for what is none or lies where no contract does."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day is not None and day.year in YEARS else None


def _change(organisation: Organisation, given: Mapping[str, Any], *, actor: str, at: datetime) -> None:
    division, day, name, parent = given["division"], given["day"], given["name"], given["parent"]
    if day.year not in YEARS:
        raise DivisionError("day", _("1990年から2099年までの日を指定してください。"))
    what = given["what"]
    if what == "add":
        add_division(organisation=organisation, key=given["key"], name=name, parent=parent, day=day, actor=actor, at=at)
    elif what == "rename":
        rename_division(division=division, name=name, day=day, actor=actor, at=at)
    elif what == "move":
        move_division(division=division, parent=parent, day=day, actor=actor, at=at)
    elif what == "close":
        close_division(division=division, day=day, actor=actor, at=at)
    else:
        merge_division(division=division, into=parent, day=day, actor=actor, at=at)


def changes_of(organisation: Organisation) -> list[tuple[HistoryRow, str]]:
    """Return the latest changes of an organisation's divisions with who made them."""
    subjects = [f"division:{pk}" for pk in organisation.divisions.values_list("pk", flat=True)]
    rows = list(HistoryRow.objects.filter(chain=INSTALLATION, subject__in=subjects).order_by("-number")[:SHOWN])
    ids = {int(row.actor.partition(":")[2]) for row in rows if row.actor.startswith("person:")}
    names = {each.key: each.name for each in Person.objects.filter(pk__in=ids)}
    return [(row, names.get(row.actor, row.actor)) for row in rows]
