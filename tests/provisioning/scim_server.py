"""A small SCIM 2.0 service on loopback that takes nothing the RFCs do not allow (RFC 7643, RFC 7644)."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
TOKEN = "a-token.of_the-test~1"  # the test's own
TEXTS = {"userName", "externalId", "displayName", "preferredLanguage", "id"}
MANY = {"emails", "phoneNumbers"}
ALLOWED = {"schemas", "active", "name", ENTERPRISE, *TEXTS, *MANY}
FILTER = re.compile(r'userName eq ("(?:[^"\\]|\\.)*")')


class RefusedError(Exception):
    """A request the RFCs do not allow, or one that fits nothing."""

    def __init__(self, status: int, detail: str, kind: str = "") -> None:
        super().__init__(detail)
        self.status, self.kind = status, kind


@dataclass
class Service:
    """What the service holds and was asked; `failures` are statuses it answers with first, `lost` answers it loses."""

    url: str = ""
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    can: object = None
    made: int = 0
    loses_answers: bool = False

    def named(self, name: str) -> dict[str, Any]:
        return next(each for each in self.users.values() if each["userName"].lower() == name.lower())


def check_user(user: object) -> dict[str, Any]:
    """Raise RefusedError for what RFC 7643 does not know of a user, or has in another form."""
    if not isinstance(user, dict):
        raise RefusedError(400, "not an object", "invalidSyntax")
    schemas = user.get("schemas")
    if not isinstance(schemas, list) or USER not in schemas or (ENTERPRISE in user and ENTERPRISE not in schemas):
        raise RefusedError(400, "schemas", "invalidSyntax")
    check_values(user)
    if not user.get("userName"):
        raise RefusedError(400, "userName is required", "invalidValue")
    return user


def is_list_of_values(value: object) -> bool:
    if not isinstance(value, list):
        return False
    return all(isinstance(each, dict) and isinstance(each.get("value"), str) for each in value)


def check_values(user: dict[str, Any]) -> None:
    for name, value in user.items():
        if name not in ALLOWED:
            raise RefusedError(400, f"unknown attribute {name}", "invalidPath")
        fits = {
            **dict.fromkeys(TEXTS, isinstance(value, str) and value != ""),
            **dict.fromkeys(MANY, is_list_of_values(value)),
            "active": isinstance(value, bool), "schemas": isinstance(value, list),
            "name": isinstance(value, dict) and set(value) <= {"formatted", "familyName", "givenName"},
            ENTERPRISE: isinstance(value, dict) and set(value) <= {"department", "division", "employeeNumber"},
        }  # fmt: skip
        if not fits[name]:
            raise RefusedError(400, f"{name}: {value!r}", "invalidValue")
        if name in MANY and sum(each.get("primary", False) is True for each in value) > 1:
            raise RefusedError(400, f"{name}: primary twice", "invalidValue")


def patched(user: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """Return a user changed by a PatchOp (RFC 7644, 3.5.2). Raises RefusedError."""
    if body.get("schemas") != [PATCH] or not isinstance(body.get("Operations"), list) or not body["Operations"]:
        raise RefusedError(400, "no PatchOp", "invalidSyntax")
    new = json.loads(json.dumps(user))
    for each in body["Operations"]:
        if each.get("op") in ("add", "replace") and "path" not in each:
            if not isinstance(each.get("value"), dict):
                raise RefusedError(400, "a value without a path is an object", "invalidValue")
            check_values(each["value"])
            new.update(each["value"])
        elif each.get("op") == "remove":
            if "value" in each or not isinstance(each.get("path"), str):
                raise RefusedError(400, "remove needs a path and no value", "noTarget")
            _remove(new, each["path"])
        else:
            raise RefusedError(400, f"operation {each!r}", "invalidSyntax")
    new["schemas"] = [USER, ENTERPRISE]
    return check_user(new)


def _remove(user: dict[str, Any], path: str) -> None:
    if path in ("userName", "id", "schemas"):
        raise RefusedError(400, path, "mutability")
    if path.startswith(f"{ENTERPRISE}:"):
        user.get(ENTERPRISE, {}).pop(path.removeprefix(f"{ENTERPRISE}:"), None)
    elif path in ALLOWED:
        user.pop(path, None)
    else:
        raise RefusedError(400, path, "invalidPath")


def answer(service: Service, method: str, target: str, headers: Message, content: bytes) -> tuple[int, object, str]:
    """Return status, body and location. Raises RefusedError."""
    if headers.get("Authorization") != f"Bearer {TOKEN}":
        raise RefusedError(401, "the token")
    if service.failures:
        raise RefusedError(service.failures.pop(0), "later, please")
    if headers.get("Accept") != "application/scim+json":
        raise RefusedError(400, "Accept")
    if content and headers.get("Content-Type") != "application/scim+json":
        raise RefusedError(415, "Content-Type")
    parts = urlsplit(target)
    path = [unquote(each) for each in parts.path.split("/")[1:]]
    if path == ["scim", "ServiceProviderConfig"] and method == "GET" and service.can is not None:
        return 200, service.can, ""
    if path[:2] != ["scim", "Users"] or len(path) > 3:  # /scim/Users/ID
        raise RefusedError(404, target)
    body = json.loads(content) if content else None
    if len(path) == 2:  # /scim/Users
        return _of_all(service, method, parts.query, body)
    return _of_one(service, method, path[2], body)


def _of_all(service: Service, method: str, query: str, body: Any) -> tuple[int, object, str]:  # noqa: ANN401  # JSON
    if method == "GET" and query == "count=0":
        return 200, {"schemas": [LIST], "totalResults": len(service.users)}, ""
    if method == "GET":
        asked = FILTER.fullmatch(parse_qs(query, strict_parsing=True)["filter"][0])
        if asked is None:
            raise RefusedError(400, query, "invalidFilter")
        name = json.loads(asked.group(1)).lower()
        found = [each for each in service.users.values() if each["userName"].lower() == name]
        return 200, {"schemas": [LIST], "totalResults": len(found), "Resources": found}, ""
    if method != "POST":
        raise RefusedError(405, method)
    user = check_user(body)
    if "id" in user:
        raise RefusedError(400, "the service gives ids", "mutability")
    if any(each["userName"].lower() == user["userName"].lower() for each in service.users.values()):
        raise RefusedError(409, "userName is taken", "uniqueness")
    service.made += 1
    key = f"id {service.made}/ü"
    service.users[key] = {**user, "id": key}
    return 201, service.users[key], f"{service.url}/Users/{service.made}"


def _of_one(service: Service, method: str, key: str, body: Any) -> tuple[int, object, str]:  # noqa: ANN401  # JSON
    if key not in service.users:
        raise RefusedError(404, key)
    if method == "PATCH":
        service.users[key] = patched(service.users[key], body)
        return 204, None, ""
    if method == "PUT":
        user = check_user(body)
        if user.get("id", key) != key:
            raise RefusedError(400, "another id", "mutability")
        service.users[key] = {**user, "id": key}
        return 200, service.users[key], ""
    raise RefusedError(405, method)


@contextmanager
def running_service() -> Iterator[Service]:
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            service.asked.append((self.command, self.path))
            try:
                status, body, location = answer(service, self.command, self.path, self.headers, content)
            except RefusedError as error:
                status, location = error.status, ""
                service.refused.append(str(error))
                body = {"schemas": [ERROR], "status": str(status), "detail": str(error)}
                body |= {"scimType": error.kind} if error.kind else {}
            if service.loses_answers:
                service.loses_answers = False
                self.close_connection = True
                return
            data = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/scim+json")
            self.send_header("Content-Length", str(len(data)))
            if location:
                self.send_header("Location", location)
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_PUT = do_PATCH = do_POST  # noqa: N815  # the library's names

        def log_message(self, *_: Any) -> None:  # noqa: ANN401  # as the library has it
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_port}/scim"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
