"""Reorganisations and accounts, by administrators: dated, whole, and never beyond their contract."""

from datetime import date

import pytest
from django.test import Client
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World

from madoguchi.contracts.operations import give_role
from madoguchi.core.vocabulary import RoleKind
from madoguchi.people.models import Division, DivisionPlace, Organisation, Person
from madoguchi.people.queries import division_tree

SPRING, SUMMER, AUTUMN = "2026-04-01", "2026-07-01", "2026-10-01"


@pytest.fixture
def administrator(world: World) -> Client:
    return signed_in(world, RoleKind.ADMINISTRATOR)


@pytest.fixture
def ministry(administrator: Client) -> Organisation:
    assert administrator.post("/c/alpha/organisations/", {"key": "ministry", "name": "府省"}).status_code == 302
    home = Organisation.objects.get(key="ministry")
    for key, name, parent in (
        ("bureau", "情報局", ""),
        ("section", "システム課", "bureau"),
        ("office", "推進室", "section"),
    ):
        above = str(Division.objects.get(key=parent).pk) if parent else ""
        change(administrator, home, what="add", key=key, name=name, parent=above, day=SPRING)
    return home


def change(administrator: Client, home: Organisation, *, status: int = 302, **given: str) -> list[str]:
    answer = administrator.post(f"/c/alpha/organisations/{home.pk}/", given)
    assert answer.status_code == status, answer.content.decode()
    return [] if status == 302 else list(answer.context["form"].errors)


def pk(key: str) -> str:
    return str(Division.objects.get(key=key).pk)


def tree(home: Organisation, day: str) -> list[tuple[int, str]]:
    found = division_tree(organisation_id=home.pk, day=date.fromisoformat(day))
    return [(depth, each.name) for depth, each in found]


def test_a_reorganisation_is_seen_on_the_day_it_holds(administrator: Client, ministry: Organisation) -> None:
    change(administrator, ministry, what="rename", division=pk("section"), name="デジタル課", day=SUMMER)
    change(administrator, ministry, what="move", division=pk("office"), parent=pk("bureau"), day=SUMMER)
    change(administrator, ministry, what="close", division=pk("office"), day=AUTUMN)
    assert tree(ministry, "2026-06-30") == [(0, "情報局"), (1, "システム課"), (2, "推進室")]
    assert tree(ministry, SUMMER) == [(0, "情報局"), (1, "デジタル課"), (1, "推進室")]
    assert tree(ministry, AUTUMN) == [(0, "情報局"), (1, "デジタル課")]
    page = administrator.get(f"/c/alpha/organisations/{ministry.pk}/?day={SUMMER}").content.decode()
    for part in ("デジタル課", "システム課", "2026-07-01", "close_division"):
        assert part in page
    for nonsense in ("x", "2026-13-01", "9999-12-31", "\0", "0001-01-01"):
        assert administrator.get(f"/c/alpha/organisations/{ministry.pk}/", {"day": nonsense}).status_code == 200


def test_a_merged_division_hands_over_what_hangs_below_it_and_who_belongs_to_it(
    administrator: Client, ministry: Organisation, world: World
) -> None:
    change(administrator, ministry, what="add", key="other", name="総務課", parent=pk("bureau"), day=SPRING)
    person = world.person(RoleKind.USER)
    Person.objects.filter(pk=person.pk).update(organisation=ministry)
    account = f"/c/alpha/people/{person.pk}/account/"
    assert administrator.post(account, {"what": "move", "division": pk("section"), "day": SPRING}).status_code == 302
    assert change(administrator, ministry, status=422, what="close", division=pk("office"), day=SPRING) == ["day"]
    assert change(administrator, ministry, status=422, what="close", division=pk("section"), day=SUMMER) == ["day"]
    change(administrator, ministry, what="merge", division=pk("section"), parent=pk("other"), day=SUMMER)
    assert tree(ministry, SUMMER) == [(0, "情報局"), (1, "総務課"), (2, "推進室")]
    kept = [(each.division.key, str(each.start_date)) for each in person.divisions.order_by("start_date")]
    assert kept == [("section", SPRING), ("other", SUMMER)]
    assert "総務課" in administrator.get(account).content.decode()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"what": "add", "key": "bureau", "name": "x", "day": SPRING}, "key"),
        ({"what": "add", "key": "だめ", "name": "x", "day": SPRING}, "key"),
        ({"what": "add", "key": "new", "name": "", "day": SPRING}, "name"),
        ({"what": "add", "key": "new", "name": "a\0", "day": SPRING}, "name"),
        ({"what": "add", "key": "new", "name": "x", "day": "soon"}, "day"),
        ({"what": "add", "key": "new", "name": "x", "day": "0900-01-01"}, "day"),
        ({"what": "add", "key": "new", "name": "x", "parent": "bureau", "day": "2026-03-31"}, "day"),
        ({"what": "rename", "division": "bureau", "name": "x", "day": "2026-03-31"}, "division"),
        ({"what": "move", "division": "bureau", "parent": "office", "day": SUMMER}, "parent"),
        ({"what": "move", "division": "bureau", "parent": "bureau", "day": SUMMER}, "parent"),
        ({"what": "close", "division": "bureau", "day": SUMMER}, "day"),
        ({"what": "merge", "division": "bureau", "parent": "office", "day": SUMMER}, "parent"),
        ({"what": "merge", "division": "bureau", "day": SUMMER}, "parent"),
        ({"what": "explode", "day": SUMMER}, "what"),
        ({"what": "rename", "division": "999999", "name": "x", "day": SUMMER}, "division"),
        ({"what": "close", "division": "office", "day": SUMMER, "colour": "red"}, "__all__"),
    ],
)
def test_a_tree_that_cannot_be_is_refused_whole(
    administrator: Client, ministry: Organisation, given: dict[str, str], field: str
) -> None:
    before = list(DivisionPlace.objects.order_by("pk").values())
    named = {
        name: pk(value) if value in {"bureau", "office"} and name != "key" else value for name, value in given.items()
    }
    assert change(administrator, ministry, status=422, **named) == [field]
    assert list(DivisionPlace.objects.order_by("pk").values()) == before


def test_an_organisation_of_another_contract_is_not_there(administrator: Client, other: World) -> None:
    theirs = Organisation.objects.get(key="beta-desk")
    assert administrator.get(f"/c/alpha/organisations/{theirs.pk}/").status_code == 404
    assert "beta-desk" not in administrator.get("/c/alpha/organisations/").content.decode()
    stranger = other.person(RoleKind.OPERATOR)
    assert administrator.get(f"/c/alpha/people/{stranger.pk}/account/").status_code == 404
    taken = administrator.post("/c/alpha/organisations/", {"key": "beta-desk", "name": "x"})
    assert taken.status_code == 422


def test_an_account_is_shut_and_opened_and_roles_have_dates(administrator: Client, world: World) -> None:
    person = world.person(RoleKind.OPERATOR)
    path, theirs = f"/c/alpha/people/{person.pk}/account/", signed_in(world, RoleKind.OPERATOR)
    assert administrator.post(path, {"what": "deactivate"}).status_code == 302
    assert theirs.get("/c/alpha/desk/").status_code == 302
    assert "停止中" in administrator.get(path).content.decode()
    assert administrator.post(path, {"what": "reactivate"}).status_code == 302
    assert theirs.get("/c/alpha/desk/").status_code == 302
    person.refresh_from_db()
    again = signed_in(world, RoleKind.OPERATOR)
    given = {"what": "give_role", "kind": "operations_manager", "day": "2030-04-01"}
    assert administrator.post(path, given).status_code == 302
    assert again.get("/c/alpha/macros/").status_code == 403
    role = world.contract.roles.get(person=person, kind="operator")
    early = administrator.post(path, {"what": "end_role", "role": str(role.pk), "day": "2020-01-01"})
    assert list(early.context["form"].errors) == ["day"]
    assert administrator.post(path, {"what": "end_role", "role": str(role.pk), "day": "2026-05-01"}).status_code == 302
    assert again.get("/c/alpha/desk/").status_code == 404


def test_a_new_password_ends_sessions_and_a_weak_one_is_refused(administrator: Client, world: World) -> None:
    person = world.person(RoleKind.OPERATOR)
    path, theirs = f"/c/alpha/people/{person.pk}/account/", signed_in(world, RoleKind.OPERATOR)
    weak = administrator.post(path, {"what": "password", "password": "short"})
    assert (weak.status_code, list(weak.context["form"].errors)) == (422, ["password"])
    assert theirs.get("/c/alpha/desk/").status_code == 200
    assert administrator.post(path, {"what": "password", "password": "another horse battery"}).status_code == 302
    assert theirs.get("/c/alpha/desk/").status_code == 302
    assert Client().login(username="operator-alpha", password="another horse battery")


def test_whoever_works_elsewhere_too_and_oneself_cannot_be_shut_out(
    administrator: Client, world: World, other: World
) -> None:
    person = world.person(RoleKind.OPERATOR)
    day, setup = NOW.date(), "system:test"
    give_role(contract=other.contract, person=person, kind=RoleKind.OPERATOR, start_date=day, actor=setup, at=NOW)
    own = world.person(RoleKind.ADMINISTRATOR)
    for each in (person, own):
        for what in ("deactivate", "second_factor"):
            refused = administrator.post(f"/c/alpha/people/{each.pk}/account/", {"what": what})
            assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["what"])
    assert Person.objects.filter(is_active=False).count() == 0
    theirs = other.contract.roles.get(person=person)
    path = f"/c/alpha/people/{person.pk}/account/"
    assert administrator.post(path, {"what": "end_role", "role": str(theirs.pk), "day": SUMMER}).status_code == 422
    for wrong in ({"what": "x"}, {}, {"what": "give_role", "kind": "king", "day": SUMMER}, {"what": "move"}):
        assert administrator.post(path, wrong).status_code == 422
