"""Sign-in by an identity provider: who is let in as whom, and every lie of a provider that is refused."""

import time
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest
from allauth.socialaccount.models import SocialAccount
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings
from tests.desk_world import World
from tests.people.history import latest_number, rows_after, whole_text
from tests.people.identity_provider import CLIENT, SECRET, STRANGERS_KEY, Provider, running_provider

from madoguchi.core.vocabulary import RoleKind
from madoguchi.people.models import Person
from madoguchi.web.sign_in_settings import form_targets, oidc_providers
from madoguchi.web.variables import Variables

START = "/accounts/oidc/ministry/login/"


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_given: object) -> Request | None:
        return None


@pytest.fixture
def provider(world: World, settings: Settings) -> Iterator[Provider]:  # noqa: ARG001  # a desk to sign in to
    with running_provider() as running:
        variables = Variables(
            {
                "MADOGUCHI_OIDC_ISSUER": running.address,
                "MADOGUCHI_OIDC_CLIENT": CLIENT,
                "MADOGUCHI_OIDC_SECRET": SECRET,
            }
        )
        settings.SOCIALACCOUNT_PROVIDERS = oidc_providers(variables)
        settings.FORM_TARGETS = form_targets(settings.SOCIALACCOUNT_PROVIDERS)
        variables.finish()
        yield running


def known_person(world: World) -> dict[str, object]:
    person = world.person(RoleKind.OPERATOR)
    return {"sub": "s-1", "preferred_username": person.sign_in_name, "name": "操作 花子", "email": person.mail}


def to_provider(browser: Client) -> str:
    """Start at the desk and return where the provider sends the browser back to."""
    leaving = browser.post(START)
    assert leaving.status_code == 302
    with pytest.raises(HTTPError) as answer:
        build_opener(_Stay).open(leaving["Location"], timeout=5)
    answer.value.close()
    assert answer.value.code == 302
    return str(answer.value.headers["Location"]).replace("http://testserver", "")


def signed_in_by_provider(browser: Client) -> HttpResponse:
    return browser.get(to_provider(browser))  # type: ignore[return-value]  # the test client's answer


def is_refused(browser: Client, answer: HttpResponse) -> bool:
    return answer.status_code == 401 and browser.get("/").status_code == 302 and "_auth_user_id" not in browser.session


def test_known_person_is_connected_by_sign_in_name(provider: Provider, world: World) -> None:
    provider.person, before = known_person(world), latest_number()
    browser, person = Client(), world.person(RoleKind.OPERATOR)
    answer = signed_in_by_provider(browser)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert browser.session["_auth_user_id"] == str(person.pk)
    assert browser.get("/")["Location"] == f"/c/{world.contract.key}/desk/"
    assert rows_after(before) == [
        ("connect_provider", person.key, {}),
        ("sign_in", person.key, {"means": ["socialaccount"]}),
    ]


def test_second_sign_in_goes_by_the_subject_and_not_by_the_name(provider: Provider, world: World) -> None:
    provider.person = known_person(world)
    signed_in_by_provider(Client())
    provider.person["preferred_username"] = world.person(RoleKind.ADMINISTRATOR).sign_in_name
    browser = Client()
    signed_in_by_provider(browser)
    assert browser.session["_auth_user_id"] == str(world.person(RoleKind.OPERATOR).pk)


def test_a_name_given_to_somebody_new_does_not_open_the_account_of_who_had_it(provider: Provider, world: World) -> None:
    provider.person = known_person(world)
    signed_in_by_provider(Client())
    provider.person["sub"] = "s-2"
    browser = Client()
    answer = signed_in_by_provider(browser)
    assert answer.status_code == 302
    newcomer = Person.objects.get(pk=browser.session["_auth_user_id"])
    assert newcomer.pk != world.person(RoleKind.OPERATOR).pk
    assert "まだ権限がありません" in browser.get("/").content.decode()


def test_unknown_person_is_known_from_now_on_and_has_no_role(provider: Provider, world: World) -> None:
    before = latest_number()
    provider.person = {"sub": "s-9", "preferred_username": "shinjin", "name": "新人\x00 太郎", "email": "s@example.jp"}
    provider.userinfo = {"picture": "data:" + "x" * 100_000, "address": {"country": "日本"}}
    browser = Client()
    assert signed_in_by_provider(browser)["Location"] == "/"
    person = Person.objects.get(sign_in_name="shinjin")
    assert (person.name, person.mail, person.has_usable_password()) == ("新人 太郎", "s@example.jp", False)
    assert "新人太郎" in person.search_key
    assert "まだ権限がありません" in browser.get("/").content.decode()
    assert browser.get(f"/c/{world.contract.key}/desk/").status_code == 404
    assert [act for act, _, _ in rows_after(before)] == ["add_person", "sign_in"]
    assert "shinjin" not in whole_text()
    kept = SocialAccount.objects.get(user=person).extra_data
    assert set(kept["userinfo"]) == {"sub", "preferred_username", "name", "email"}


@pytest.mark.parametrize(
    "odd",
    [
        {"preferred_username": "x" * 400, "name": "長" * 400, "email": "m" * 400 + "@example.jp"},
        {"preferred_username": "a\0b", "name": "\0", "email": "not a mail"},
        {"preferred_username": ["list"], "name": {"a": 1}, "email": 7},
        {"preferred_username": None, "name": None, "email": None},
        {},
    ],
)
def test_odd_answers_make_an_account_and_no_failure(provider: Provider, odd: dict[str, object]) -> None:
    provider.person = {"sub": "s-9", **odd}
    browser = Client()
    assert signed_in_by_provider(browser)["Location"] == "/"
    assert Person.objects.get(pk=browser.session["_auth_user_id"]).name


def test_mail_of_somebody_else_neither_joins_accounts_nor_asks_for_a_new_name(provider: Provider, world: World) -> None:
    mail = world.person(RoleKind.OPERATOR).mail
    provider.person = {"sub": "s-9", "preferred_username": "shinjin", "name": "新人", "email": mail}
    browser = Client()
    assert signed_in_by_provider(browser)["Location"] == "/"
    assert Person.objects.get(pk=browser.session["_auth_user_id"]).sign_in_name == "shinjin"


@pytest.mark.parametrize("was_connected", [True, False])
def test_deactivated_person_is_refused(provider: Provider, world: World, *, was_connected: bool) -> None:
    provider.person, person, count = known_person(world), world.person(RoleKind.OPERATOR), Person.objects.count()
    if was_connected:
        signed_in_by_provider(Client())
    Person.objects.filter(pk=person.pk).update(is_active=False)
    before, browser = latest_number(), Client()
    assert signed_in_by_provider(browser)["Location"] == "/accounts/inactive/"
    assert "_auth_user_id" not in browser.session
    assert rows_after(before) == [("refuse_sign_in", person.key, {"reason": "inactive"})]
    assert Person.objects.count() == count


LIES: dict[str, dict[str, object]] = {
    "nonce of another sign-in": {"claims": {"nonce": "another"}},
    "no nonce": {"claims": {"nonce": None}},
    "issued by somebody else": {"claims": {"iss": "https://elsewhere.example"}},
    "made for somebody else": {"claims": {"aud": "another-desk"}},
    "made for several, ours not the asking one": {"claims": {"aud": [CLIENT, "other"], "azp": "other"}},
    "expired": {"claims": {"exp": int(time.time()) - 3600}},
    "from the future": {"claims": {"iat": int(time.time()) + 3600}},
    "without an end": {"claims": {"exp": None}},
    "with a subject too long to keep": {"claims": {"sub": "s" * 300}, "userinfo": {"sub": "s" * 300}},
    "with a subject of control characters": {"claims": {"sub": "s\0"}, "userinfo": {"sub": "s\0"}},
    "with a subject that is a number": {"claims": {"sub": 1}, "userinfo": {"sub": 1}},
    "without a subject": {"claims": {"sub": None}},
    "signed by a stranger": {"key": STRANGERS_KEY},
    "signed with the public key as a secret": {"algorithm": "HS256"},
    "not signed": {"algorithm": "none"},
    "not sent": {"sends_id_token": False},
    "about another person than the user information": {"userinfo": {"sub": "s-2"}},
}


@pytest.mark.parametrize("lie", [pytest.param(lie, id=name) for name, lie in LIES.items()])
def test_id_token_that_is_not_right_is_refused(provider: Provider, world: World, lie: dict[str, object]) -> None:
    provider.person = known_person(world)
    for name, value in lie.items():
        setattr(provider, name, value)
    browser, before = Client(), latest_number()
    answer = signed_in_by_provider(browser)
    assert is_refused(browser, answer)
    assert "府省共通認証" in answer.content.decode()
    assert rows_after(before) == [("refuse_sign_in", "person:unknown", {"reason": "provider"})]


def test_provider_that_calls_itself_otherwise_is_refused_before_anybody_goes_there(provider: Provider) -> None:
    provider.issuer = "https://elsewhere.example"
    browser = Client()
    assert is_refused(browser, browser.post(START))  # type: ignore[arg-type]  # the test client's answer


@pytest.mark.parametrize("state", ["another", "", None])
def test_wrong_state_is_refused(provider: Provider, world: World, state: str | None) -> None:
    provider.person = known_person(world)
    browser = Client()
    back = urlsplit(to_provider(browser))
    given = {"code": parse_qs(back.query)["code"][0]} | ({} if state is None else {"state": state})
    assert is_refused(browser, browser.get(f"{back.path}?{urlencode(given)}"))  # type: ignore[arg-type]


def test_answer_meant_for_another_browser_is_refused(provider: Provider, world: World) -> None:
    provider.person = known_person(world)
    back, other = to_provider(Client()), Client()
    assert is_refused(other, other.get(back))  # type: ignore[arg-type]


def test_code_is_worth_nothing_without_the_verifier_of_its_own_sign_in(provider: Provider, world: World) -> None:
    provider.person, browser, thief = known_person(world), Client(), Client()
    stolen = parse_qs(urlsplit(to_provider(browser)).query)["code"][0]
    own = urlsplit(to_provider(thief))
    given = {"code": stolen, "state": parse_qs(own.query)["state"][0]}
    assert is_refused(thief, thief.get(f"{own.path}?{urlencode(given)}"))  # type: ignore[arg-type]
    assert provider.refused_exchanges == ["verifier"]


def test_the_same_answer_does_not_sign_in_twice(provider: Provider, world: World) -> None:
    provider.person, browser = known_person(world), Client()
    back = to_provider(browser)
    assert browser.get(back).status_code == 302
    browser.post("/accounts/logout/")
    assert is_refused(browser, browser.get(back))  # type: ignore[arg-type]


def test_provider_that_is_down_is_said_and_local_accounts_still_work(world: World, settings: Settings) -> None:
    with running_provider() as gone:
        address = gone.address
    given = {"MADOGUCHI_OIDC_ISSUER": address, "MADOGUCHI_OIDC_CLIENT": CLIENT, "MADOGUCHI_OIDC_SECRET": SECRET}
    settings.SOCIALACCOUNT_PROVIDERS = oidc_providers(Variables(given))
    browser = Client()
    answer = browser.post(START)
    assert is_refused(browser, answer)  # type: ignore[arg-type]
    local = {"login": world.person(RoleKind.OPERATOR).sign_in_name, "password": "correct horse battery"}
    assert browser.post("/accounts/login/", local)["Location"] == "/"


def test_page_may_send_its_form_to_the_provider_and_nowhere_else(provider: Provider) -> None:
    page = Client().get("/accounts/login/")
    assert "府省共通認証" in page.content.decode()
    assert f"form-action 'self' {provider.address};" in page["Content-Security-Policy"]


def test_refusals_that_anybody_can_cause_do_not_fill_the_history(provider: Provider) -> None:  # noqa: ARG001
    before, browser = latest_number(), Client()
    for _ in range(5):
        assert browser.get(f"{START}callback/?code=x&state=y").status_code == 401
    assert rows_after(before) == [("refuse_sign_in", "person:unknown", {"reason": "provider"})]


def test_no_provider_no_pages(world: World) -> None:  # noqa: ARG001
    assert Client().get(START).status_code == 404
    assert Client().get(f"{START}callback/?code=x&state=y").status_code == 404
