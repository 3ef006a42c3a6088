"""Notices, and who is what in the contract."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi.audit.operations import Entry, record
from madoguchi.console.forms import ArrangeForm, PersonForm, RoleForm
from madoguchi.console.queries import late_actions_of, open_silences, unseen_alerts, unseen_notices
from madoguchi.contracts.access import Access, people_of
from madoguchi.contracts.models import Role
from madoguchi.contracts.operations import end_role, give_role
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import RoleKind, Tier
from madoguchi.desk.errors import FieldError
from madoguchi.desk.models import Category, Queue
from madoguchi.desk.operations.arrange import add_category, add_queue
from madoguchi.desk.queries import visible_tickets
from madoguchi.people.models import Person
from madoguchi.people.operations import add_person, change_person

SHOWN = 100
SHOWN_ROLES = 500


@require_http_methods(["GET", "POST"])
@contract_page(Right.WORK)
def notices(request: ContractRequest) -> HttpResponse:
    """Show the person's unseen notices; a POST marks them as seen."""
    found, alerts = unseen_notices(request.access), unseen_alerts(request.access)
    if request.method == "POST":
        for each in (found, alerts):
            each.update(seen_at=timezone.now())
        return redirect("notices", contract_key=request.access.contract.key)
    context = {
        "notices": found[:SHOWN], "alerts": alerts[:SHOWN], "silences": open_silences(request.access),
        "late_actions": late_actions_of(request.access, day=timezone.localdate())[:SHOWN],
    }  # fmt: skip
    return render(request, "console/notices.html", context)


@require_http_methods(["GET", "POST"])
@contract_page(Right.ADMINISTER)
def members(request: ContractRequest) -> HttpResponse:
    """Show who is what, from when; give a role or end one."""
    access = request.access
    form = RoleForm(request.POST or None, access=access)
    if request.method == "POST" and form.is_valid():
        try:
            _change_roles(access, form.cleaned_data, now=timezone.now())
        except FieldError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("保存しました。"))
            return redirect("members", contract_key=access.contract.key)
    roles = Role.objects.filter(contract=access.contract).select_related("person", "organisation")
    context = {"roles": roles.order_by("kind", "person__reading", "pk")[:SHOWN_ROLES], "form": form}
    return render(request, "console/members.html", context, status=422 if form.is_bound else 200)


@transaction.atomic
def _change_roles(access: Access, given: dict[str, Any], *, now: datetime) -> None:
    contract, actor, today = access.contract, access.person.key, timezone.localdate(now)
    if given["end"]:
        end_role(role=given["end"], end_date=max(today, given["end"].start_date), actor=actor, at=now)
        return
    person = Person.objects.filter(sign_in_name=given["sign_in_name"]).first() or _new_person(
        given, actor, contract.key, now
    )
    kind = RoleKind(given["kind"])
    give_role(
        contract=contract, person=person, kind=kind, start_date=today, actor=actor, at=now, organisation=given["firm"]
    )


def _new_person(given: dict[str, Any], actor: str, chain: str, now: datetime) -> Person:
    for name in ("name", "password"):
        if not given[name]:
            raise FieldError(name, _("新しい人には氏名と最初のパスワードが必要です。"))
    try:
        validate_password(given["password"])
    except ValidationError as error:
        raise FieldError("password", " ".join(error.messages)) from None
    return add_person(
        name=given["name"], mail=given["mail"], sign_in_name=given["sign_in_name"], password=given["password"],
        organisation=given["firm"], actor=actor, at=now, chain=chain,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@contract_page(Right.ADMINISTER)
def arrange(request: ContractRequest) -> HttpResponse:
    """Show the desk's queues and categories; add one."""
    contract, actor = request.access.contract, request.access.person.key
    form = ArrangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given, now = form.cleaned_data, timezone.now()
        try:
            if given["what"] == "queue":
                tier = Tier(given["tier"] or Tier.FIRST_LINE)
                add_queue(
                    contract=contract,
                    key=given["key"],
                    name=given["name"],
                    tier=tier,
                    vendor=given["vendor"],
                    actor=actor,
                    at=now,
                )
            else:
                add_category(contract=contract, key=given["key"], name=given["name"], actor=actor, at=now)
        except FieldError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("保存しました。"))
            return redirect("arrange", contract_key=contract.key)
    context = {
        "form": form, "queues": Queue.objects.filter(contract=contract).select_related("organisation").order_by("pk"),
        "categories": Category.objects.filter(contract=contract).order_by("name"), "tiers": tuple(Tier),
    }  # fmt: skip
    return render(request, "console/arrange.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@contract_page(Right.RECEIVE)
def person(request: ContractRequest, person_id: int) -> HttpResponse:
    """Show and correct what is known of a person of the contract who asks."""
    access, now = request.access, timezone.now()
    found = get_object_or_404(people_of(contract=access.contract, day=timezone.localdate()), pk=person_id)
    names = ("name", "reading", "extension", "mail")
    form = PersonForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    if request.method == "POST" and form.is_valid():
        changes = {name: str(form.cleaned_data[name]) for name in names}
        change_person(person=found, actor=access.person.key, at=now, changes=changes, chain=access.contract.key)
        messages.success(request, _("保存しました。"))
        return redirect("person", contract_key=access.contract.key, person_id=person_id)
    record(
        chain=access.contract.key,
        at=now,
        actor=access.person.key,
        entries=[Entry(act="view_person", subject=found.key)],
    )
    tickets = visible_tickets(access).filter(requester=found).order_by("-number")[:SHOWN]
    context = {"person": found, "form": form, "tickets": tickets}
    return render(request, "console/person.html", context, status=422 if form.is_bound else 200)
