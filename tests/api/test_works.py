"""Applications and registers by API: applied, approved, carried out; lent once; nothing of other contracts."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from tests.api.callers import BASE, Caller, an_item, fields
from tests.desk_world import World
from tests.works.applying import answers_to, apply

from madoguchi.core.vocabulary import RoleKind
from madoguchi.works.models import Application, ApprovalAsk
from madoguchi.works.queries import form_in_force

KEY = {"idempotency-key": "one"}


def handed_in(world: World) -> dict[str, Any]:
    form, _text = form_in_force(contract=world.contract, key="service_use")
    return {"form": "service_use", "answers": answers_to(world, form)}


def test_an_application_is_handed_in_approved_and_carried_out(world: World) -> None:
    user, operator = Caller(world, RoleKind.USER), Caller(world, RoleKind.OPERATOR)
    known = user.send("GET", f"{BASE}/forms").json()
    assert "service_use" in [each["key"] for each in known]
    answer = user.send("POST", f"{BASE}/applications", handed_in(world), **KEY)
    assert answer.status_code == 201, answer.json()
    again = user.send("POST", f"{BASE}/applications", handed_in(world), **KEY)
    assert (again.json(), Application.objects.count()) == (answer.json(), 1)
    number, approval = answer.json()["ticket"], answer.json()["approvals"][0]["id"]
    assert answer.json()["state"] == "approving"
    approver = ApprovalAsk.objects.filter(approval=approval)[0].person
    kind = next(kind for kind in RoleKind if world.person(kind) == approver)
    asked = Caller(world, kind)
    (waiting,) = asked.send("GET", f"{BASE}/approvals").json()
    assert (waiting["id"], waiting["ticket"], waiting["answers"]) == (approval, number, answer.json()["answers"])
    there = f"{BASE}/approvals/{approval}"
    assert fields(asked.send("POST", there, {"is_approved": False})) == ["reason"]
    assert user.send("POST", there, {"is_approved": True}).status_code == 404
    assert asked.send("POST", there, {"is_approved": True}).json()["state"] == "approved"
    assert asked.send("POST", there, {"is_approved": True}).status_code == 409
    task = f"{BASE}/applications/{number}/tasks/1"
    assert user.send("POST", task, {}).status_code == 403
    done = operator.send("POST", task, {"records": {}})
    assert (done.status_code, done.json()["state"], done.json()["secret"]) == (200, "done", None)
    assert operator.send("POST", task, {}).status_code == 409
    assert user.send("GET", f"{BASE}/applications/{number}").json()["tasks"][0]["done_at"]


def test_what_is_wrong_with_an_application_is_named(world: World) -> None:
    user, given = Caller(world, RoleKind.USER), handed_in(world)

    def send(**changes: object) -> Any:  # noqa: ANN401  # a response
        return user.send("POST", f"{BASE}/applications", {**given, **changes})

    assert fields(send(answers={**given["answers"], "service": "x"})) == ["answers.service"]
    assert send(form="nothing").status_code == 404
    assert send(requester=world.person(RoleKind.OPERATOR).pk).status_code == 403
    assert fields(
        Caller(world, RoleKind.OPERATOR).send("POST", f"{BASE}/applications", {**given, "requester": 999})
    ) == ["requester"]
    reader = Caller(world, RoleKind.USER, may_write=False)
    assert reader.send("POST", f"{BASE}/applications", given).status_code == 403
    assert not Application.objects.exists()


def test_an_item_is_added_lent_once_and_returned(world: World) -> None:
    operator, person = Caller(world, RoleKind.OPERATOR), world.person(RoleKind.USER).pk
    item = operator.send("POST", f"{BASE}/items", {"register_name": "loan", "number": "L-1", "name": "PC"}).json()
    twice = {"register_name": "loan", "number": "L-1", "name": "PC"}
    assert fields(operator.send("POST", f"{BASE}/items", twice)) == ["number"]
    for name in ("quantity", "reorder_below", "holder"):
        assert fields(operator.send("POST", f"{BASE}/items", {**twice, "number": "L-2", name: True})) == [name]
    today = timezone.localdate()
    loan = {
        "item": item["id"],
        "person": person,
        "start_date": f"{today}",
        "until_date": f"{today + timedelta(days=2)}",
    }
    made = operator.send("POST", f"{BASE}/loans", loan).json()
    assert operator.send("POST", f"{BASE}/loans", loan).status_code == 409
    assert fields(operator.send("POST", f"{BASE}/loans", {**loan, "until_date": "2020-01-01"})) == ["until_date"]
    act = f"{BASE}/loans/{made['id']}/acts"
    assert operator.send("POST", act, {"act": "return"}).status_code == 409
    assert operator.send("POST", act, {"act": "lend"}).json()["state"] == "out"
    assert operator.send("GET", f"{BASE}/items/{item['id']}").json()["holder"]["id"] == person
    assert operator.send("POST", act, {"act": "return", "condition": "傷なし"}).json()["condition"] == "傷なし"
    assert operator.send("GET", f"{BASE}/loans").json() == []
    assert [each["state"] for each in operator.send("GET", f"{BASE}/items?register_name=loan").json()] == ["in_stock"]
    held = operator.send("POST", f"{BASE}/items/{item['id']}/holder", {"person": person, "place": "3階"}).json()
    assert (held["holder"]["id"], held["place"], held["state"]) == (person, "3階", "in_use")


def test_other_contracts_things_and_people_are_not_there(world: World, other: World) -> None:
    operator, theirs = Caller(world, RoleKind.OPERATOR), an_item(other)
    application = apply(other, "service_use")
    today = f"{timezone.localdate()}"
    stranger = other.person(RoleKind.USER).pk
    for method, path, body in (
        ("GET", f"items/{theirs.pk}", None), ("POST", f"items/{theirs.pk}/holder", {}),
        ("POST", "loans/999/acts", {"act": "lend"}), ("GET", f"applications/{application.ticket.number}", None),
    ):  # fmt: skip
        assert operator.send(method, f"{BASE}/{path}", body).status_code == 404, path
    loan = {"item": theirs.pk, "person": world.person(RoleKind.USER).pk, "start_date": today, "until_date": today}
    assert fields(operator.send("POST", f"{BASE}/loans", loan)) == ["item"]
    assert fields(operator.send("POST", f"{BASE}/loans", {**loan, "person": stranger})) == ["person"]
    assert operator.send("GET", f"{BASE}/items").json() == []
    assert Caller(world, RoleKind.USER).send("GET", f"{BASE}/items").status_code == 403
