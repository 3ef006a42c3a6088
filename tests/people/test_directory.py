"""Sign-in by an LDAP directory, against a real slapd."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.test import Client
from pytest_django import Settings
from tests.desk_world import PASSWORD, World
from tests.people.directory_server import PASSWORDS, SLAPD, USER_DN, Authority, make_authority, running_directory
from tests.people.history import latest_number, rows_after, whole_text

from madoguchi.core.vocabulary import RoleKind
from madoguchi.people.models import Person
from madoguchi.web.sign_in_settings import ldap_settings
from madoguchi.web.variables import Variables

pytest.importorskip("ldap", reason="python-ldap is not installed here (requirements/ldap.in)")
if SLAPD is None:
    pytest.skip("slapd is not installed here (Debian: slapd)", allow_module_level=True)

BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "madoguchi.people.directory.DirectoryBackend",
]
SILENT = "認証サーバー（LDAP）に接続できない"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_directory(tmp_path_factory.mktemp("plain") / "slapd") as running:
        yield running


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority") / "made")


@pytest.fixture(scope="module")
def tls_address(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[str]:
    with running_directory(tmp_path_factory.mktemp("tls") / "slapd", tls=authority) as running:
        yield running


def use_directory(settings: Settings, url: str, **given: str) -> None:
    variables = Variables({"MADOGUCHI_LDAP_URL": url, "MADOGUCHI_LDAP_USER_DN": USER_DN, **given})
    settings.LDAP = ldap_settings(variables) | {"seconds": 1.0}
    variables.finish()
    settings.AUTHENTICATION_BACKENDS = BACKENDS


@pytest.fixture
def desk(world: World, settings: Settings, address: str) -> World:
    use_directory(settings, address, MADOGUCHI_LDAP_START_TLS="no")
    return world


def sign_in(name: str, password: str) -> tuple[Client, str]:
    """Return the browser and where it was led, or the text of the page that refused."""
    browser = Client()
    answer = browser.post("/accounts/login/", {"login": name, "password": password})
    return browser, answer["Location"] if answer.status_code == 302 else answer.content.decode()


def is_signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def test_right_password_signs_in_and_brings_name_and_mail(desk: World) -> None:
    before = latest_number()
    browser, led = sign_in("tanaka", PASSWORDS["tanaka"])
    assert led == "/"
    person = Person.objects.get(pk=browser.session["_auth_user_id"])
    assert (person.sign_in_name, person.name, person.mail) == ("tanaka", "田中 花子", "tanaka@example.jp")
    assert "田中花子" in person.search_key
    assert not person.has_usable_password()
    assert "まだ権限がありません" in browser.get("/").content.decode()
    assert browser.get(f"/c/{desk.contract.key}/desk/").status_code == 404
    assert rows_after(before) == [("add_person", person.key, {}), ("sign_in", person.key, {"means": ["password"]})]
    assert not {"tanaka", "田中", PASSWORDS["tanaka"]} & set(whole_text().split())


def test_known_person_keeps_their_role_and_gets_the_new_name(desk: World) -> None:
    person = desk.person(RoleKind.OPERATOR)
    Person.objects.filter(pk=person.pk).update(sign_in_name="tanaka")
    before = latest_number()
    browser, _ = sign_in("tanaka", PASSWORDS["tanaka"])
    assert browser.get("/")["Location"] == f"/c/{desk.contract.key}/desk/"
    person.refresh_from_db()
    assert person.name == "田中 花子"
    assert [act for act, _, _ in rows_after(before)] == ["change_person", "sign_in"]


def test_capital_letters_do_not_make_a_second_person(desk: World) -> None:  # noqa: ARG001
    first, _ = sign_in("tanaka", PASSWORDS["tanaka"])
    second, _ = sign_in(" TANAKA ", PASSWORDS["tanaka"])
    assert second.session["_auth_user_id"] == first.session["_auth_user_id"]


def test_person_without_mail_is_let_in(desk: World) -> None:  # noqa: ARG001
    browser, _ = sign_in("nomail", PASSWORDS["nomail"])
    assert Person.objects.get(pk=browser.session["_auth_user_id"]).mail == ""


def test_wrong_password_is_refused_and_written_without_the_name(desk: World) -> None:  # noqa: ARG001
    before = latest_number()
    browser, page = sign_in("tanaka", "not the word")
    assert not is_signed_in(browser)
    assert SILENT not in page
    assert rows_after(before) == [("refuse_sign_in", "person:unknown", {"reason": "wrong_password"})]
    assert "tanaka" not in whole_text()


def test_unknown_person_is_refused_in_the_same_words(desk: World) -> None:  # noqa: ARG001
    browser, page = sign_in("nobody", "himitsu")
    assert not is_signed_in(browser)
    _, known = sign_in("tanaka", "not the word")
    assert error_of(page) == error_of(known) != ""


def error_of(page: str) -> str:
    """Return the page's list of errors."""
    return page.partition('class="errorlist')[2].partition("</ul>")[0]


@pytest.mark.parametrize("password", ["", "\0", "\0himitsu"])
@pytest.mark.django_db
def test_empty_password_never_binds_as_nobody(desk: World, password: str) -> None:  # noqa: ARG001
    count = Person.objects.count()
    browser, page = sign_in("tanaka", password)
    assert not is_signed_in(browser)
    assert SILENT not in page
    assert authenticate(HttpRequest(), username="tanaka", password=password) is None
    assert Person.objects.count() == count


STRANGE = [
    "*", "tan*", "*)(uid=*", "tanaka)(|(uid=*", "(|(uid=*))", "tanaka,ou=people", "tanaka+cn=x", "tanaka\\", "\\2a",
    'tan"aka', "#tanaka", "tanaka;x", "<tanaka>", "tanaka=", "uid=tanaka", "%(user)s", "../tanaka", "田中", "a" * 150,
]  # fmt: skip


@pytest.mark.parametrize("name", STRANGE)
def test_signs_of_the_directory_s_language_are_a_name_like_any_other(desk: World, name: str) -> None:  # noqa: ARG001
    count = Person.objects.count()
    browser, page = sign_in(name, PASSWORDS["tanaka"])
    assert not is_signed_in(browser)
    assert SILENT not in page
    assert Person.objects.count() == count


def test_person_whose_name_has_such_signs_signs_in(desk: World) -> None:  # noqa: ARG001
    name = "o'hara, jr. +x"
    browser, _ = sign_in(name, PASSWORDS[name])
    assert Person.objects.get(pk=browser.session["_auth_user_id"]).sign_in_name == name


def test_deactivated_person_is_refused_and_their_session_ends(desk: World) -> None:  # noqa: ARG001
    browser, _ = sign_in("tanaka", PASSWORDS["tanaka"])
    assert browser.get("/").status_code == 200
    person = Person.objects.get(sign_in_name="tanaka")
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert browser.get("/").status_code == 302
    before = latest_number()
    again, led = sign_in("tanaka", PASSWORDS["tanaka"])
    assert (led, is_signed_in(again)) == ("/accounts/inactive/", False)
    assert ("refuse_sign_in", person.key, {"reason": "inactive"}) in rows_after(before)


def test_server_down_is_said_and_local_accounts_still_work(world: World, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    use_directory(settings, f"ldap://127.0.0.1:{port}")
    before = latest_number()
    browser, page = sign_in("tanaka", PASSWORDS["tanaka"])
    assert not is_signed_in(browser)
    assert SILENT in page
    assert rows_after(before) == [("refuse_sign_in", "person:unknown", {"reason": "directory_silent"})]
    assert sign_in(str(world.person(RoleKind.OPERATOR).sign_in_name), PASSWORD)[1] == "/"


def test_server_that_never_answers_is_not_waited_for_and_never_hears_local_passwords(
    world: World, settings: Settings
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        use_directory(settings, f"ldap://127.0.0.1:{mute.getsockname()[1]}", MADOGUCHI_LDAP_START_TLS="no")
        assert sign_in(str(world.person(RoleKind.OPERATOR).sign_in_name), PASSWORD)[1] == "/"
        mute.setblocking(False)  # the socket's own signature
        with pytest.raises(BlockingIOError):
            mute.accept()
        assert SILENT in sign_in("tanaka", PASSWORDS["tanaka"])[1]


def test_start_tls_with_its_authority_signs_in(
    world: World, settings: Settings, tls_address: str, authority: Authority
) -> None:
    assert world
    use_directory(settings, tls_address, MADOGUCHI_LDAP_CA_FILE=str(authority.authority))
    assert sign_in("tanaka", PASSWORDS["tanaka"])[1] == "/"


def test_server_of_another_authority_is_not_spoken_to(
    world: World, settings: Settings, tls_address: str, tmp_path: Path
) -> None:
    assert world
    other = make_authority(tmp_path / "other")
    use_directory(settings, tls_address, MADOGUCHI_LDAP_CA_FILE=str(other.authority))
    assert SILENT in sign_in("tanaka", PASSWORDS["tanaka"])[1]
    use_directory(settings, tls_address)
    assert SILENT in sign_in("tanaka", PASSWORDS["tanaka"])[1]


def test_server_with_a_certificate_of_another_name_is_not_spoken_to(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    assert world
    files = make_authority(tmp_path / "made", host="ldap.elsewhere.example")
    with running_directory(tmp_path / "slapd", tls=files) as address:
        use_directory(settings, address, MADOGUCHI_LDAP_CA_FILE=str(files.authority))
        assert SILENT in sign_in("tanaka", PASSWORDS["tanaka"])[1]


def test_password_does_not_travel_in_the_clear_where_tls_is_wanted(
    world: World, settings: Settings, address: str, authority: Authority
) -> None:
    assert world
    use_directory(settings, address, MADOGUCHI_LDAP_CA_FILE=str(authority.authority))
    assert SILENT in sign_in("tanaka", PASSWORDS["tanaka"])[1]
