"""A request that names another charset than UTF-8 is refused before Django decodes anything with it."""

import io
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from tests.desk_fixtures import signed_in
from tests.desk_world import World

from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.models import Activity
from madoguchi.web.wsgi import application

pytestmark = pytest.mark.usefixtures("kept_connection")
CHARSETS = (
    "hex", "utf-7", "unicode_escape", "raw_unicode_escape", "zlib_codec", "idna", "rot13", "undefined", '"hex"',
    "utf-16", "x" * 5_000,
)  # fmt: skip


def status(method: str, address: str, *, kind: str, body: bytes = b"", session: str = "") -> int:
    """Return how the application answers, asked as a web server asks it."""
    path, _, query = address.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body), "HTTP_HOST": "localhost",
        "HTTP_COOKIE": f"sessionid={session}",
    }  # fmt: skip
    setup_testing_defaults(environ)
    said: list[str] = []
    b"".join(application(environ, lambda line, *_: said.append(line)))
    return int(said[0].split()[0])


@pytest.mark.parametrize("charset", CHARSETS)
def test_another_charset_is_refused_whatever_is_asked(world: World, charset: str) -> None:
    session = signed_in(world, RoleKind.OPERATOR).session.session_key or ""
    number = world.ticket().number
    for method, address in (
        ("GET", "/c/alpha/search/?q=%2b2AA-"), ("GET", "/c/alpha/search/?q=a"), ("POST", "/accounts/login/"),
        ("POST", f"/c/alpha/tickets/{number}/act/"), ("POST", "/api/v1/contracts/alpha/tickets"),
    ):  # fmt: skip
        kind = f"multipart/form-data; boundary=x; charset={charset}"
        assert status(method, address, kind=kind, body=b"--x--", session=session) == 400, address
    assert Activity.objects.count() == 1


@pytest.mark.parametrize("kind", ["", "text/plain", "text/plain; charset=utf-8", 'text/plain; charset="UTF-8"', ";;;="])
def test_utf_8_is_taken_named_or_not(world: World, kind: str) -> None:
    session = signed_in(world, RoleKind.OPERATOR).session.session_key or ""
    assert status("GET", "/c/alpha/search/?q=%E5%8D%B0%E5%88%B7", kind=kind, session=session) == 200
