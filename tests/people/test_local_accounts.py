"""Local accounts: second factor, wrong passwords, changed passwords, ended sessions."""

import hashlib
import hmac
import re
import struct
import time
from base64 import b32decode

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings
from tests.desk_world import PASSWORD, World
from tests.people.history import latest_number, rows_after, whole_text

from madoguchi.core.vocabulary import RoleKind
from madoguchi.people.models import Person
from madoguchi.web.sign_in_settings import oidc_providers
from madoguchi.web.variables import Variables


def code_of(secret: str, *, steps: int = 0) -> str:
    """Return what an authenticator shows (RFC 6238), so many half minutes from now; never one that is about to end."""
    left = 30 - time.time() % 30
    if left < 2:
        time.sleep(left)
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.new(b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def name_of(world: World, kind: RoleKind = RoleKind.OPERATOR) -> str:
    return str(world.person(kind).sign_in_name)


def is_signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def sign_in(name: str, password: str = PASSWORD, *, browser: Client | None = None) -> tuple[Client, str]:
    """Return the browser and where it was led, or the text of the page that refused."""
    browser = browser or Client()
    answer = browser.post("/accounts/login/", {"login": name, "password": password})
    return browser, answer["Location"] if answer.status_code == 302 else answer.content.decode()


def with_second_factor(world: World) -> tuple[Client, str, list[str]]:
    """Sign in, switch the second factor on by its pages, and return the browser, the secret, the recovery codes."""
    browser, _ = sign_in(name_of(world))
    assert browser.get("/accounts/2fa/totp/activate/")["Location"].startswith("/accounts/reauthenticate/")
    assert browser.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    page = browser.get("/accounts/2fa/totp/activate/").content.decode()
    found = re.search(r'value="([A-Z2-7]{32})"', page)
    assert found, page
    secret = found.group(1)
    assert browser.post("/accounts/2fa/totp/activate/", {"code": code_of(secret, steps=-40)}).status_code == 200
    done = browser.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert done["Location"] == "/accounts/2fa/recovery-codes/"
    codes = browser.get("/accounts/2fa/recovery-codes/download/").content.decode()
    found_codes = re.findall(r"\b[0-9]{8}\b", codes)
    assert len(found_codes) == 10
    # the code that switched it on is used up for its half minute; the tests do not wait for the next
    cache.clear()
    return browser, secret, found_codes


def test_second_factor_is_asked_for_after_the_password(world: World) -> None:
    _, secret, _ = with_second_factor(world)
    browser, led = sign_in(name_of(world))
    assert (led, is_signed_in(browser)) == ("/accounts/2fa/authenticate/", False)
    assert browser.get(f"/c/{world.contract.key}/desk/").status_code == 302
    assert browser.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})["Location"] == "/"
    assert is_signed_in(browser)


def test_each_step_is_a_row_without_secret_name_or_password(world: World) -> None:
    before, person = latest_number(), world.person(RoleKind.OPERATOR)
    _, secret, codes = with_second_factor(world)
    browser, _ = sign_in(name_of(world))
    browser.post("/accounts/2fa/authenticate/", {"code": "000000"})
    browser.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    browser.post("/accounts/logout/")
    assert rows_after(before) == [
        ("sign_in", person.key, {"means": ["password"]}),
        ("enable_totp", person.key, {}),
        ("refuse_sign_in", person.key, {"reason": "wrong_code"}),
        ("sign_in", person.key, {"means": ["password", "recovery_codes"]}),
        ("sign_out", person.key, {}),
    ]
    for word in (secret, *codes, name_of(world), person.name, PASSWORD):
        assert word not in whole_text()


@pytest.mark.parametrize("code", ["000000", "", "12345", "abcdef", "０００００００", "\0", "9" * 400])
def test_wrong_code_is_refused(world: World, code: str) -> None:
    with_second_factor(world)
    browser, _ = sign_in(name_of(world))
    answer = browser.post("/accounts/2fa/authenticate/", {"code": code})
    assert (answer.status_code, is_signed_in(browser)) == (200, False)


def test_code_is_good_once(world: World) -> None:
    _, secret, _ = with_second_factor(world)
    code = code_of(secret)
    for expected in (True, False):
        browser, _ = sign_in(name_of(world))
        browser.post("/accounts/2fa/authenticate/", {"code": code})
        assert is_signed_in(browser) is expected


def test_recovery_code_is_good_once(world: World) -> None:
    _, _, codes = with_second_factor(world)
    for code, expected in ((codes[3], True), (codes[3], False), (codes[4], True)):
        browser, _ = sign_in(name_of(world))
        browser.post("/accounts/2fa/authenticate/", {"code": code})
        assert is_signed_in(browser) is expected


def test_guessing_codes_is_stopped(world: World) -> None:
    _, secret, _ = with_second_factor(world)
    browser, _ = sign_in(name_of(world))
    for guess in range(10):
        browser.post("/accounts/2fa/authenticate/", {"code": f"{guess:06d}"})
    browser.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert not is_signed_in(browser)


def test_switching_off_asks_who_it_is_and_is_written(world: World) -> None:
    _, secret, codes = with_second_factor(world)
    browser, _ = sign_in(name_of(world))
    browser.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    asked = browser.post("/accounts/2fa/totp/deactivate/")
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    browser.post("/accounts/2fa/reauthenticate/", {"code": "000000"})
    assert browser.post("/accounts/2fa/totp/deactivate/")["Location"].startswith("/accounts/reauthenticate/")
    before, person = latest_number(), world.person(RoleKind.OPERATOR)
    browser.post("/accounts/2fa/reauthenticate/", {"code": code_of(secret)})
    assert browser.post("/accounts/2fa/totp/deactivate/")["Location"] == "/accounts/2fa/"
    assert rows_after(before) == [("disable_totp", person.key, {})]
    assert sign_in(name_of(world))[1] == "/"


def test_new_recovery_codes_replace_the_old_and_are_written(world: World) -> None:
    browser, _, codes = with_second_factor(world)
    before = latest_number()
    assert browser.post("/accounts/2fa/recovery-codes/generate/").status_code == 302
    assert [act for act, _, _ in rows_after(before)] == ["make_recovery_codes"]
    other, _ = sign_in(name_of(world))
    other.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert not is_signed_in(other)


def test_sixth_wrong_password_closes_the_name_for_everybody_even_with_the_right_one(world: World) -> None:
    before, name = latest_number(), name_of(world)
    for _ in range(5):
        assert not is_signed_in(sign_in(name, "wrong")[0])
    for _ in range(3):
        assert not is_signed_in(sign_in(name)[0])
    reasons = [details["reason"] for _, _, details in rows_after(before)]
    assert reasons == ["wrong_password"] * 5 + ["too_many_attempts"]


def test_wrong_passwords_for_many_names_close_the_address_they_come_from(world: World) -> None:
    for number in range(10):
        sign_in(f"nobody-{number}", "wrong")
    assert not is_signed_in(sign_in(name_of(world))[0])
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert is_signed_in(sign_in(name_of(world), browser=elsewhere)[0])


def test_behind_a_proxy_one_visitor_does_not_lock_out_the_others(world: World, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(10):
        guesser = Client(headers={"x-forwarded-for": f"198.51.100.{number}, 203.0.113.5"})
        sign_in(f"nobody-{number}", "wrong", browser=guesser)
    lied = Client(headers={"x-forwarded-for": "192.0.2.1, 203.0.113.5"})
    assert not is_signed_in(sign_in(name_of(world), browser=lied)[0])
    other = Client(headers={"x-forwarded-for": "203.0.113.5, 192.0.2.1"})
    assert is_signed_in(sign_in(name_of(world), browser=other)[0])


def test_wrong_password_and_unknown_name_are_refused_in_the_same_words(world: World) -> None:
    errors = {
        sign_in(name, "wrong")[1].partition('class="errorlist')[2].partition("</ul>")[0]
        for name in (name_of(world), "nobody")
    }
    assert len(errors) == 1
    assert errors != {""}


def test_changed_password_ends_the_other_sessions_and_is_written(world: World) -> None:
    name, new = name_of(world), "another horse battery"
    here, elsewhere = sign_in(name)[0], sign_in(name)[0]
    before = latest_number()
    given = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post("/accounts/password/change/", given).status_code == 302
    assert [act for act, _, _ in rows_after(before)] == ["change_password"]
    assert here.get(f"/c/{world.contract.key}/desk/").status_code == 200
    assert elsewhere.get(f"/c/{world.contract.key}/desk/").status_code == 302
    assert not is_signed_in(sign_in(name)[0])
    assert is_signed_in(sign_in(name, new)[0])
    assert new not in whole_text()


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [("wrong", "another horse battery", "another horse battery"), (PASSWORD, "another horse", "another cow")]
    + [(PASSWORD, weak, weak) for weak in ("short", "password1234", "operator-alpha")],
)
def test_password_is_not_changed_to_a_weak_one_nor_by_who_does_not_know_it(
    world: World, old: str, new: str, again: str
) -> None:
    browser, _ = sign_in(name_of(world))
    given = {"oldpassword": old, "password1": new, "password2": again}
    assert browser.post("/accounts/password/change/", given).status_code == 200
    assert world.person(RoleKind.OPERATOR).check_password(PASSWORD)
    assert is_signed_in(sign_in(name_of(world))[0])


def test_sign_out_ends_the_session_for_whoever_kept_its_cookie(world: World) -> None:
    browser, _ = sign_in(name_of(world))
    kept = browser.cookies["sessionid"].value
    assert browser.get("/accounts/logout/").status_code == 200
    assert is_signed_in(browser)
    browser.post("/accounts/logout/")
    thief = Client()
    thief.cookies["sessionid"] = kept
    assert thief.get(f"/c/{world.contract.key}/desk/").status_code == 302


def test_deactivated_person_s_running_session_ends_and_no_new_one_begins(world: World) -> None:
    browser, _ = sign_in(name_of(world))
    assert browser.get(f"/c/{world.contract.key}/desk/").status_code == 200
    person = world.person(RoleKind.OPERATOR)
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert browser.get(f"/c/{world.contract.key}/desk/").status_code == 302
    before = latest_number()
    again, led = sign_in(name_of(world))
    assert (led, is_signed_in(again)) == ("/accounts/inactive/", False)
    assert ("refuse_sign_in", person.key, {"reason": "inactive"}) in rows_after(before)


def test_session_of_before_sign_in_is_not_kept(world: World) -> None:
    browser = Client()
    browser.get("/accounts/login/")
    session = browser.session
    session["planted"] = True
    session.save()
    planted = str(session.session_key)
    browser.cookies["sessionid"] = planted
    sign_in(name_of(world), browser=browser)
    assert browser.cookies["sessionid"].value != planted


@pytest.mark.parametrize("path", ["/accounts/signup/", "/accounts/3rdparty/signup/"])
def test_nobody_signs_up_by_themselves(world: World, settings: Settings, path: str) -> None:
    assert world
    settings.SOCIALACCOUNT_PROVIDERS = oidc_providers(Variables({}))
    count, given = Person.objects.count(), {"username": "new", "password1": PASSWORD, "password2": PASSWORD}
    Client().post(path, given)
    assert Person.objects.count() == count


def test_led_nowhere_else_after_sign_in(world: World) -> None:
    given = {"login": name_of(world), "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert Client().post("/accounts/login/", given)["Location"] == "/"
