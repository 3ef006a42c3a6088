"""Accounts: secrets kept encrypted, ministry's people without a password of ours, access that ends at once."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from tests.api.callers import BASE, Caller
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, PASSWORD, World
from tests.people.test_local_accounts import is_signed_in, name_of, sign_in, with_second_factor

from madoguchi.core.vocabulary import RoleKind
from madoguchi.people.accounts import (
    WeakPasswordError,
    deactivate_person,
    give_password,
    reactivate_person,
    remove_second_factor,
)  # fmt: skip
from madoguchi.people.models import Person
from madoguchi.people.operations import vouch_for


def test_the_table_holds_no_plain_secret(world: World) -> None:
    _, secret, codes = with_second_factor(world)
    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert Authenticator.objects.count() == 2
    for plain in (secret, *codes):
        assert plain not in kept


def test_secrets_of_another_installation_are_refused_with_words(world: World, settings: Settings) -> None:
    with_second_factor(world)
    browser, led = sign_in(name_of(world))
    assert led == "/accounts/2fa/authenticate/"
    settings.SECRET_KEY = "another installation's secret, long enough to be one"
    browser, _ = sign_in(name_of(world))
    answer = browser.post("/accounts/2fa/authenticate/", {"code": "123456"})
    assert answer.status_code == 409
    assert "管理者に二要素認証の解除を依頼" in answer.content.decode()
    remove_second_factor(person=world.person(RoleKind.OPERATOR), actor="system:test", at=NOW)
    assert is_signed_in(sign_in(name_of(world))[0])


@pytest.mark.parametrize("by", ["directory", "provider"])
def test_whom_the_ministry_vouches_for_has_no_password_of_ours(world: World, by: str) -> None:
    person, browser = world.person(RoleKind.OPERATOR), signed_in(world, RoleKind.OPERATOR)
    vouch_for(person=person, by=by, actor="system:test", at=NOW)
    assert not is_signed_in(sign_in(name_of(world))[0])
    browser = signed_in(world, RoleKind.OPERATOR)
    given = {"oldpassword": PASSWORD, "password1": "another horse battery", "password2": "another horse battery"}
    for page in ("change", "set"):
        assert browser.get(f"/accounts/password/{page}/").status_code == 403
        assert browser.post(f"/accounts/password/{page}/", given).status_code == 403
    person.refresh_from_db()
    assert not person.has_usable_password()
    give_password(person=person, password="another horse battery", actor="system:test", at=NOW)
    assert is_signed_in(sign_in(name_of(world), "another horse battery")[0])


@pytest.mark.django_db
def test_password_pages_ask_for_sign_in_first() -> None:
    for page in ("change", "set"):
        assert Client().get(f"/accounts/password/{page}/").status_code == 302


def test_who_is_shut_out_stays_out_of_old_sessions_and_tokens(world: World) -> None:
    person = world.person(RoleKind.OPERATOR)
    browser, caller = sign_in(name_of(world))[0], Caller(world, RoleKind.OPERATOR)
    assert browser.get("/c/alpha/desk/").status_code == 200
    assert caller.send("GET", f"{BASE}/tickets").status_code == 200
    deactivate_person(person=person, actor="system:test", at=timezone.now())
    assert browser.get("/c/alpha/desk/").status_code == 302
    assert caller.send("GET", f"{BASE}/tickets").status_code == 401
    assert not is_signed_in(sign_in(name_of(world))[0])
    reactivate_person(person=person, actor="system:test", at=timezone.now())
    assert browser.get("/c/alpha/desk/").status_code == 302
    assert caller.send("GET", f"{BASE}/tickets").status_code == 401
    assert is_signed_in(sign_in(name_of(world))[0])
    assert Caller(world, RoleKind.OPERATOR).send("GET", f"{BASE}/tickets").status_code == 200


def test_a_weak_password_is_not_given(world: World) -> None:
    person = world.person(RoleKind.OPERATOR)
    with pytest.raises(WeakPasswordError):
        give_password(person=person, password="short", actor="system:test", at=NOW)
    assert Person.objects.get(pk=person.pk).check_password(PASSWORD)
