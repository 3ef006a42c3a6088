"""Documents, delegates and absences by API; and the guide of these addresses, held against them."""

import base64
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.api.callers import BASE, Caller, fields
from tests.desk_world import World
from tests.works.applying import apply

from madoguchi.api.urls import api
from madoguchi.audit.models import HistoryRow
from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.models import Attachment
from madoguchi.desk.operations.around import stored_path
from madoguchi.works.models import Absence, Application, ApprovalAsk

GUIDE = (Path(__file__).parents[2] / "docs/guides/api.md").read_text(encoding="utf-8")
COMMAND = re.search(r"```sh\n(curl.*?)```", GUIDE, re.DOTALL)
PARTS = ("/forms", "/applications", "/approvals", "/absences", "/items", "/loans")
USER, DIVISION, MANAGER = RoleKind.USER, RoleKind.RESPONSIBLE_DIVISION, RoleKind.OPERATIONS_MANAGER
KEY = {"idempotency-key": "one"}


def of_the_guide() -> tuple[str, Any]:
    """Return the address and the body of the guide's worked example."""
    assert COMMAND is not None
    address = re.search(r"https://[^/]+(/\S+)", COMMAND[1])
    body = re.search(r"-d '(.*)'", COMMAND[1], re.DOTALL)
    assert address
    assert body
    return address[1].replace("CONTRACT", "alpha"), json.loads(body[1])


def test_the_guide_names_every_address_of_the_works_and_no_other() -> None:
    start = "/api/v1/contracts/{contract}"
    described = {
        (method.upper(), path.removeprefix(start)) for path, methods in api.get_openapi_schema()["paths"].items()
        for method in methods if path.removeprefix(start).startswith(PARTS)
    }  # fmt: skip
    told = re.findall(r"^\| ([A-Z]+) `(\S+)` \|", GUIDE, re.MULTILINE)
    assert len(told) == len(set(told))
    assert set(told) == described


def test_the_worked_example_hands_in_an_application_with_its_document(world: World) -> None:
    path, body = of_the_guide()
    user = Caller(world, USER)
    answer = user.send("POST", path, body, **KEY)
    assert answer.status_code == 201, answer.json()
    assert user.send("POST", path, body, **KEY).json() == answer.json()
    kept = Attachment.objects.get()
    assert (kept.name, kept.ticket.number) == ("plan.txt", answer.json()["ticket"])
    assert stored_path(kept.sha256).read_bytes() == base64.b64decode(body["documents"]["plan"]["content"])
    assert answer.json()["state"] == "approving"


@pytest.mark.parametrize(
    ("documents", "status", "field"),
    [
        ({}, 422, "documents.plan"),
        ({"plan": {"name": "a.txt", "content": "abc"}}, 422, "documents.plan.content"),
        ({"plan": {"name": "a.txt", "content": "%%%%"}}, 422, "documents.plan.content"),
        ({"plan": {"name": "a.txt", "content": ""}}, 422, "documents.plan.content"),
        ({"plan": {"name": "\x00", "content": "YQ=="}}, 422, "documents.plan.name"),
        ({"map": {"name": "a.txt", "content": "YQ=="}}, 422, "documents.map"),
        ({"plan": {"name": "a.txt", "content": "YQ==", "size": 1}}, 422, "documents.plan.size"),
        ({"plan": {"name": "a.txt", "content": "A" * 2_600_000}}, 413, ""),
    ],
)  # fmt: skip
def test_a_wrong_document_is_named_and_nothing_is_kept(
    world: World, documents: dict[str, Any], status: int, field: str
) -> None:
    path, body = of_the_guide()
    answer = Caller(world, USER).send("POST", path, {**body, "documents": documents})
    assert (answer.status_code, fields(answer)[0]) == (status, field)
    assert (Application.objects.count(), Attachment.objects.count()) == (0, 0)


def test_an_approval_is_passed_on_and_the_delegate_decides(world: World, other: World) -> None:
    application = apply(world, "service_use")
    approval = application.approvals.get().pk
    asked = ApprovalAsk.objects.get(approval=approval).person
    kind = next(each for each in RoleKind if world.person(each) == asked)
    approver, manager = Caller(world, kind), Caller(world, MANAGER)
    there = f"{BASE}/approvals/{approval}"
    mail = {"mail": world.person(MANAGER).mail}
    assert manager.send("POST", there, {"is_approved": True}).status_code == 404
    assert manager.send("POST", f"{there}/delegate", mail).status_code == 404
    assert Caller(world, kind, may_write=False).send("POST", f"{there}/delegate", mail).status_code == 403
    for wrong in (other.person(MANAGER).mail, "nobody@example.jp", world.person(USER).mail):
        assert fields(approver.send("POST", f"{there}/delegate", {"mail": wrong})) == ["mail"]
    passed = approver.send("POST", f"{there}/delegate", mail, **KEY)
    assert passed.json() == {"id": approval, "state": "asked", "asked": world.person(MANAGER).name}
    assert approver.send("POST", f"{there}/delegate", mail, **KEY).json() == passed.json()
    assert HistoryRow.objects.filter(act="pass_on_approval").count() == 1
    refused = manager.send("POST", there, {"is_approved": False, "reason": "目的が足りません。"})
    assert refused.json()["state"] == "refused"
    assert approver.send("POST", f"{there}/delegate", mail).status_code == 409
    assert Caller(other, DIVISION).send("POST", f"{BASE}/approvals/{approval}/delegate", mail).status_code == 404


def test_an_absence_is_registered_seen_and_taken_back(world: World) -> None:
    division, today = Caller(world, DIVISION), timezone.localdate()
    away = {
        "mail": world.person(MANAGER).mail, "start_date": f"{today}", "end_date": f"{today + timedelta(days=3)}",
    }  # fmt: skip
    waiting = apply(world, "personnel_change", at=timezone.now())
    made = division.send("POST", f"{BASE}/absences", away, **KEY)
    assert made.status_code == 201, made.json()
    assert division.send("POST", f"{BASE}/absences", away, **KEY).json() == made.json()
    assert Absence.objects.count() == 1
    assert [each["ticket"] for each in Caller(world, MANAGER).send("GET", f"{BASE}/approvals").json()] == [
        waiting.ticket.number
    ]
    assert division.send("GET", f"{BASE}/absences").json() == [made.json()]
    assert Caller(world, USER).send("GET", f"{BASE}/absences").json() == []
    one = f"{BASE}/absences/{made.json()['id']}"
    assert Caller(world, USER).send("DELETE", one).status_code == 404
    assert Caller(world, DIVISION, may_write=False).send("DELETE", one).status_code == 403
    assert Caller(world, RoleKind.AUDITOR).send("GET", f"{BASE}/absences").status_code == 403
    assert division.send("DELETE", one).status_code == 204
    assert division.send("DELETE", one).status_code == 404
    assert {"set_absence", "end_absence", "list_absences"} <= set(HistoryRow.objects.values_list("act", flat=True))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"end_date": "2020-01-01"}, "end_date"), ({"mail": "nobody@example.jp"}, "mail"),
        ({"start_date": "2026-02-30"}, "start_date"), ({"mail": "a\x00b@x"}, "mail"), ({"colour": "red"}, "colour"),
    ],
)  # fmt: skip
def test_a_wrong_absence_is_refused_by_its_field(world: World, changed: dict[str, str], field: str) -> None:
    away = {"mail": world.person(MANAGER).mail, "start_date": "2026-06-01", "end_date": "2026-06-02", **changed}
    answer = Caller(world, DIVISION).send("POST", f"{BASE}/absences", away)
    assert (answer.status_code, fields(answer)) == (422, [field])
    assert not Absence.objects.exists()
