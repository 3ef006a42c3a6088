"""A person's account and roles, for administrators."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi.audit.operations import Entry, record
from madoguchi.console.organisation_forms import AccountForm
from madoguchi.contracts.access import Access, is_elsewhere, members_of
from madoguchi.contracts.models import Role
from madoguchi.contracts.operations import end_role, give_role
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.errors import FieldError
from madoguchi.people.accounts import (
    WeakPasswordError,
    deactivate_person,
    give_password,
    reactivate_person,
    remove_second_factor,
)  # fmt: skip
from madoguchi.people.models import Person
from madoguchi.people.queries import division_tree
from madoguchi.people.reorganising import DivisionError, move_person

OF_THE_PERSON = frozenset(("deactivate", "reactivate", "password", "second_factor", "move"))
"""What reaches beyond this contract."""


@require_http_methods(["GET", "POST"])
@contract_page(Right.ADMINISTER)
def account(request: ContractRequest, person_id: int) -> HttpResponse:
    """Show a person's roles here, division and account over time; change one of them."""
    access, now, today = request.access, timezone.now(), timezone.localdate()
    person = get_object_or_404(members_of(access.contract).select_related("organisation"), pk=person_id)
    form = AccountForm(request.POST if request.method == "POST" else None, contract=access.contract, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            _change(access, person, form.cleaned_data, now=now)
        except (FieldError, DivisionError) as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        except WeakPasswordError as error:
            form.add_error("password", str(error))
        else:
            messages.success(request, _("保存しました。"))
            return redirect("person_account", contract_key=access.contract.key, person_id=person.pk)
    entry = Entry(act="view_person", subject=person.key)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    context = {
        "person": person, "form": form, "today": today, "kinds": tuple(RoleKind),
        "roles": Role.objects.filter(contract=access.contract, person=person).order_by("start_date", "pk"),
        "memberships": named_memberships(person),
        "divisions": division_tree(organisation_id=person.organisation_id or 0, day=today),
        "is_elsewhere": is_elsewhere(person=person, contract=access.contract, day=today),
        "has_second_factor": Authenticator.objects.filter(user=person).exists(),
    }  # fmt: skip
    return render(request, "console/person_account.html", context, status=422 if form.is_bound else 200)


def named_memberships(person: Person) -> list[tuple[Any, str]]:
    """Return where a person belonged and will belong, with the division's name on the first day of it."""
    found = person.divisions.select_related("division").prefetch_related("division__places").order_by("start_date")
    return [(each, _name_then(each)) for each in found]


def _name_then(membership: Any) -> str:  # noqa: ANN401  # a membership with its division's places read along
    places = [each for each in membership.division.places.all() if each.start_date <= membership.start_date]
    return str(places[-1].name) if places else str(membership.division.key)


def _change(access: Access, person: Person, given: Mapping[str, Any], *, now: datetime) -> None:
    what, day, actor = given["what"], given["day"], access.person.key
    if what in OF_THE_PERSON:
        _check_reach(access, person, what, now=now)
    if what == "give_role":
        _give_role(access, person, given, now=now)
    elif what == "end_role":
        if day < given["role"].start_date:
            raise FieldError("day", _("開始日以後の日を指定してください。"))
        end_role(role=given["role"], end_date=day, actor=actor, at=now)
    elif what == "move":
        move_person(person=person, division=given["division"], day=day, actor=actor, at=now)
    elif what == "deactivate":
        deactivate_person(person=person, actor=actor, at=now)
    elif what == "reactivate":
        reactivate_person(person=person, actor=actor, at=now)
    elif what == "password":
        give_password(person=person, password=given["password"], actor=actor, at=now)
    else:
        remove_second_factor(person=person, actor=actor, at=now)


def _give_role(access: Access, person: Person, given: Mapping[str, Any], *, now: datetime) -> None:
    if RoleKind(given["kind"]) is RoleKind.VENDOR and person.organisation_id is None:
        raise FieldError("kind", _("保守事業者の権限は、事業者に所属する人にだけ与えられます。"))
    give_role(
        contract=access.contract, person=person, kind=RoleKind(given["kind"]), start_date=given["day"],
        organisation=person.organisation, actor=access.person.key, at=now,
    )  # fmt: skip


def _check_reach(access: Access, person: Person, what: str, *, now: datetime) -> None:
    """Raise FieldError for what an administrator of one contract may not do to somebody others rely on, or oneself."""
    if what != "move" and person.pk == access.person.pk:
        raise FieldError("what", _("自分自身のアカウントは、この画面では変更できません。"))
    if is_elsewhere(person=person, contract=access.contract, day=timezone.localdate(now)):
        raise FieldError("what", _("この人は他の契約でも権限を持っています。この契約の権限だけを変更できます。"))
    if what == "password" and not person.sign_in_name:
        raise FieldError("what", _("この人にはサインイン名がありません。"))
