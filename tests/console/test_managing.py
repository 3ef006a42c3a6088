"""Roles, queues, categories, people and templates, by those who may."""

from typing import Any

import pytest
from django.test import Client
from tests.desk_fixtures import signed_in
from tests.desk_world import World

from madoguchi.contracts.models import Role
from madoguchi.core.vocabulary import RoleKind, Tier
from madoguchi.desk.models import AnswerTemplate, Category, Queue
from madoguchi.people.models import Person

NEW = {
    "sign_in_name": "shinjin",
    "name": "新人 太郎",
    "password": "long enough words",
    "kind": "operator",
    "mail": "a@example.jp",
}


@pytest.fixture
def administrator(world: World) -> Client:
    return signed_in(world, RoleKind.ADMINISTRATOR)


def test_an_administrator_gives_a_role_to_somebody_new_and_ends_it(administrator: Client) -> None:
    assert administrator.post("/c/alpha/people/", NEW).status_code == 302
    role = Role.objects.get(person__sign_in_name="shinjin")
    assert role.kind == RoleKind.OPERATOR
    newcomer = Client()
    assert newcomer.login(username="shinjin", password="long enough words")
    assert newcomer.get("/c/alpha/desk/").status_code == 200
    assert administrator.post("/c/alpha/people/", {"end": str(role.pk)}).status_code == 302
    assert newcomer.get("/c/alpha/desk/").status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "king"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"sign_in_name": ""}, "sign_in_name"),
        ({"name": ""}, "name"),
        ({"password": "short"}, "password"),
        ({"mail": "no address"}, "mail"),
        ({"kind": "vendor"}, "firm"),
        ({"end": "999999"}, "end"),
        ({"colour": "red"}, "__all__"),
    ],
)
def test_a_wrong_field_is_named_and_nobody_is_added(administrator: Client, change: dict[str, str], field: str) -> None:
    people, roles = Person.objects.count(), Role.objects.count()
    answer: Any = administrator.post("/c/alpha/people/", NEW | change)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert (Person.objects.count(), Role.objects.count()) == (people, roles)


def test_a_role_of_another_contract_cannot_be_ended(administrator: Client, other: World) -> None:
    foreign = other.contract.roles.get(person=other.person(RoleKind.OPERATOR))
    assert administrator.post("/c/alpha/people/", {"end": str(foreign.pk)}).status_code == 422
    foreign.refresh_from_db()
    assert foreign.end_date is None


def test_queues_and_categories_are_added_once(administrator: Client, world: World) -> None:
    vendor = {"what": "queue", "key": "cabling", "name": "配線", "tier": "vendor", "vendor": "配線会社"}
    assert administrator.post("/c/alpha/arrange/", vendor).status_code == 302
    queue = Queue.objects.get(contract=world.contract, key="cabling")
    assert queue.tier == Tier.VENDOR
    assert queue.organisation is not None
    assert administrator.post("/c/alpha/arrange/", vendor).status_code == 422
    assert administrator.post("/c/alpha/arrange/", vendor | {"key": "x", "vendor": ""}).status_code == 422
    category = {"what": "category", "key": "mouse", "name": "マウス"}
    assert administrator.post("/c/alpha/arrange/", category).status_code == 302
    assert administrator.post("/c/alpha/arrange/", category).status_code == 422
    assert Category.objects.filter(contract=world.contract, key="mouse").count() == 1


def test_an_operator_corrects_what_is_known_of_a_caller(operator: Client, world: World, other: World) -> None:
    caller = world.person(RoleKind.USER)
    given = {"name": caller.name, "reading": "かいしゃ いん", "extension": "4321", "mail": "new@example.jp"}
    assert operator.post(f"/c/alpha/people/{caller.pk}/", given).status_code == 302
    page = operator.get("/c/alpha/desk/people/?requester=4321").content.decode()
    assert caller.name in page
    assert operator.post(f"/c/alpha/people/{caller.pk}/", given | {"mail": "x"}).status_code == 422
    assert operator.get(f"/c/alpha/people/{other.person(RoleKind.USER).pk}/").status_code == 404


def test_a_manager_writes_templates_that_operators_find_in_a_ticket(operator: Client, world: World) -> None:
    manager = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    given = {"name": "受付の連絡", "text": "受け付けました。", "resolves": "on"}
    assert manager.post("/c/alpha/templates/", given).status_code == 302
    assert manager.post("/c/alpha/templates/", given | {"text": "確かに受け付けました。"}).status_code == 302
    assert AnswerTemplate.objects.get().text == "確かに受け付けました。"
    ticket = world.ticket()
    assert "確かに受け付けました。" in operator.get(f"/c/alpha/tickets/{ticket.number}/").content.decode()
