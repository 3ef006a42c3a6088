"""Requests no browser sends: broken multipart, ways out to other sites, sessions and forms of others."""

from typing import Any

import pytest
from django.test import Client
from tests.desk_fixtures import signed_in
from tests.desk_world import PASSWORD, World

from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.models import Activity, Attachment, Ticket

OUTSIDE = (
    "//evil.example/", "/\\evil.example/", "http:///evil.example/", "https://evil.example/", "javascript:alert(1)",
    "\\\\evil.example", "/" + "x" * 9_000,
    "http:evil.example", " //evil.example", "\t//evil.example", "https://localhost@evil.example/",
)  # fmt: skip


def part(name: str, value: str, *, filename: str = "") -> bytes:
    file = f'; filename="{filename}"' if filename else ""
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n{value}\r\n'.encode()


NOTE = part("version", "1") + part("act", "note") + part("text", r"+2AA- \ud800") + b"--x--\r\n"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"x"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=a\r\n"),
        ("multipart/form-data; boundary=x", NOTE[:-30]),
        ("multipart/form-data; boundary=x", part("act", "attach") + part("file", "abc", filename="a" * 100_000)),
        ("multipart/form-data; boundary=x", b"".join(part(f"n{each}", "") for each in range(1_300))),
        ("application/x-www-form-urlencoded", b"&".join(b"a=" for _ in range(1_300))),
        ("application/x-www-form-urlencoded", b"text=" + b"x" * 3_000_000),
        ("application/json", b"{}"),
        ("text/plain; charset=", b"\xff\xfe"),
    ],
)
def test_a_broken_body_is_refused_and_nothing_is_saved(operator: Client, world: World, kind: str, body: bytes) -> None:
    ticket = world.ticket()
    for path in (f"tickets/{ticket.number}/act/", "portal/ask/", "desk/new/", "desk/bulk/", "desk/filters/"):
        answer = operator.generic("POST", f"/c/alpha/{path}", body, content_type=kind)
        assert answer.status_code in {400, 413, 422}, (path, answer.status_code)
    assert (Ticket.objects.count(), Activity.objects.count(), Attachment.objects.count()) == (1, 1, 0)


@pytest.mark.parametrize("wanted", OUTSIDE)
def test_nothing_leads_to_another_site(world: World, wanted: str) -> None:
    answer = Client().post("/language/", {"language": "en", "next": wanted})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    name = world.person(RoleKind.OPERATOR).sign_in_name
    entered = Client().post(f"/accounts/login/?next={wanted}", {"login": name, "password": PASSWORD, "next": wanted})
    assert (entered.status_code, entered.headers["Location"]) == (302, "/")


@pytest.mark.parametrize(
    "wanted", ["desk", "nonsense", "madoguchi.web.views.home", "/x\r\nSet-Cookie: a=b", "\x00", "?é"]
)
def test_where_to_go_back_to_is_an_address_never_a_name(wanted: str) -> None:
    answer = Client().post("/language/", {"language": "en", "next": wanted})
    assert answer.status_code == 302
    assert "\n" not in answer.headers["Location"]
    assert "a" not in answer.cookies


@pytest.mark.parametrize("language", ["", "xx", "\x00", "ja\r\nX: y", "x" * 10_000])
def test_a_language_that_is_not_there_changes_nothing(language: str) -> None:
    answer = Client().post("/language/", {"language": language, "next": "/health/"})
    assert (answer.status_code, dict(answer.cookies)) == (302, {})


def test_every_form_wants_the_token_of_its_session(world: World) -> None:
    ticket = world.ticket()
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.person(RoleKind.OPERATIONS_MANAGER), backend="django.contrib.auth.backends.ModelBackend")
    for path in (
        f"tickets/{ticket.number}/act/", f"tickets/{ticket.number}/presence/", "desk/new/", "desk/bulk/",
        "desk/filters/", "knowledge/new/", "templates/", "notices/", "portal/ask/",
        f"portal/tickets/{ticket.number}/answer/",
    ):  # fmt: skip
        assert client.post(f"/c/alpha/{path}", {"act": "note", "text": "x", "version": "1"}).status_code == 403, path
    assert client.post("/accounts/logout/").status_code == 403
    assert client.post("/language/", {"language": "en"}).status_code == 403
    assert Activity.objects.count() == 1


def test_signing_in_leaves_the_session_somebody_else_may_know(world: World) -> None:
    client = Client()
    session = client.session
    session["planted"] = "yes"
    session.save()
    planted = session.session_key
    name = world.person(RoleKind.OPERATOR).sign_in_name
    assert client.post("/accounts/login/", {"login": name, "password": PASSWORD}).status_code == 302
    assert client.session.session_key != planted
    other: Any = Client()
    other.cookies["sessionid"] = planted
    assert other.get("/c/alpha/desk/").status_code == 302
    assert other.get("/c/alpha/desk/").headers["Location"].startswith("/accounts/login/")


def test_a_session_is_no_way_into_the_api(world: World) -> None:
    client = signed_in(world, RoleKind.OPERATOR)
    assert client.get("/api/v1/contracts").status_code == 401
    for header in ("Bearer", "Bearer ", "Bearer \x00", "Basic eDp5", "Bearer " + "x" * 100_000, "bearer é"):
        assert client.get("/api/v1/contracts", headers={"authorization": header}).status_code == 401, header[:10]


@pytest.mark.parametrize("name", ["a\x00", "x" * 1_000_000, "' OR 1=1 --", "é" * 200])
def test_a_sign_in_with_nonsense_is_only_refused(world: World, name: str) -> None:
    assert world.contract.key == "alpha"
    answer = Client().post("/accounts/login/", {"login": name, "password": "x\x00y"})
    assert answer.status_code == 200
    assert not answer.cookies.get("sessionid")
