"""Macros and kept filters on their pages: made by the manager, tried and done by operators."""

import pytest
from django.test import Client
from tests.desk_fixtures import signed_in
from tests.desk_world import World

from madoguchi.audit.models import HistoryRow
from madoguchi.core.vocabulary import Act, RoleKind
from madoguchi.desk.models import Activity, AnswerTemplate, Macro, SavedFilter, Ticket

GIVEN = {
    "name": "再起動", "takes": "on", "priority": "low", "answer": "{{requester}}様、{{subject}}は再起動してください。",
    "resolves": "on",
}  # fmt: skip


@pytest.fixture
def manager(world: World) -> Client:
    return signed_in(world, RoleKind.OPERATIONS_MANAGER)


@pytest.fixture
def macro(manager: Client) -> Macro:
    assert manager.post("/c/alpha/macros/", GIVEN).status_code == 302
    return Macro.objects.get()


def test_a_macro_is_shown_before_it_is_done(operator: Client, world: World, macro: Macro) -> None:
    ticket = world.ticket()
    assert "再起動" in operator.get(f"/c/alpha/tickets/{ticket.number}/").content.decode()
    path = f"/c/alpha/tickets/{ticket.number}/macro/"
    page = operator.get(f"{path}?macro={macro.pk}").content.decode()
    assert f"{world.person(RoleKind.USER).name}様、印刷できないは再起動してください。" in page
    assert Activity.objects.count() == 1
    assert operator.post(path, {"macro": str(macro.pk), "version": "1"}).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.state, ticket.priority, ticket.assignee) == ("resolved", "low", world.person(RoleKind.OPERATOR))
    assert HistoryRow.objects.filter(chain="alpha", act="run_macro").count() == 1


def test_a_macro_that_is_not_possible_does_nothing_and_says_why(operator: Client, world: World, macro: Macro) -> None:
    ticket = world.ticket()
    world.act(ticket, Act.RESOLVE)
    path, count = f"/c/alpha/tickets/{ticket.number}/macro/", Activity.objects.count()
    refused = operator.post(path, {"macro": str(macro.pk), "version": "2"})
    assert refused.status_code == 422
    assert "何も行いませんでした" in refused.content.decode()
    assert operator.post(path, {"macro": str(macro.pk), "version": "1"}).status_code == 409
    for nonsense in ("", "0", "999", "x", "²", "9" * 30):
        assert operator.post(path, {"macro": nonsense, "version": "2"}).status_code == 422
    assert Activity.objects.count() == count


def test_a_macro_is_done_to_several_tickets(operator: Client, world: World, macro: Macro) -> None:
    first, second, closed = world.ticket(), world.ticket(), world.ticket()
    world.act(closed, Act.RESOLVE)
    chosen = [str(each.number) for each in (first, second, closed)]
    page = operator.post(
        "/c/alpha/desk/bulk/", {"act": "macro", "macro": str(macro.pk), "tickets": chosen}, follow=True
    )
    assert "2件を処理しました" in page.content.decode()
    assert closed.reference in page.content.decode()
    assert Ticket.objects.filter(priority="low").count() == 2
    assert operator.post("/c/alpha/desk/bulk/", {"act": "macro", "tickets": chosen}).status_code == 422


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"), ({"name": "x" * 101}, "name"), ({"kind": "x"}, "kind"), ({"queue": "x"}, "queue"),
        ({"answer": "{{secret}}"}, "answer"), ({"note": "a\0"}, "note"), ({"waits_for": "requester"}, "waits_for"),
        ({"name": "再起動"}, "name"), ({"colour": "red"}, "__all__"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("macro")
def test_a_wrong_field_is_named_and_no_macro_is_kept(manager: Client, change: dict[str, str], field: str) -> None:
    answer = manager.post("/c/alpha/macros/", GIVEN | {"name": "別の名前"} | change)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert Macro.objects.count() == 1


def test_a_macro_is_changed_by_one_at_a_time_and_deleted(manager: Client, macro: Macro) -> None:
    path = f"/c/alpha/macros/{macro.pk}/"
    assert manager.post(path, GIVEN | {"version": "1", "name": "改めた名前"}).status_code == 302
    assert manager.post(path, GIVEN | {"version": "1", "name": "遅れた名前"}).status_code == 422
    macro.refresh_from_db()
    assert (macro.name, macro.version) == ("改めた名前", 2)
    assert manager.post(path, {"delete": "on"}).status_code == 302
    assert Macro.objects.count() == 0


def test_another_contract_s_macro_is_not_there(operator: Client, world: World, other: World, macro: Macro) -> None:
    theirs = signed_in(other, RoleKind.OPERATIONS_MANAGER)
    assert theirs.get(f"/c/beta/macros/{macro.pk}/").status_code == 404
    Macro.objects.update(contract=other.contract)
    ticket = world.ticket()
    answer = operator.post(f"/c/alpha/tickets/{ticket.number}/macro/", {"macro": str(macro.pk), "version": "1"})
    assert answer.status_code == 422


def test_a_template_reads_as_it_will_be_sent_and_can_be_deleted(
    manager: Client, operator: Client, world: World
) -> None:
    given = {"name": "受付", "text": "{{requester}}様 {{reference}} {{operator}}"}
    assert manager.post("/c/alpha/templates/", given).status_code == 302
    assert manager.post("/c/alpha/templates/", given | {"text": "{{x}}"}).status_code == 422
    ticket = world.ticket()
    page = operator.get(f"/c/alpha/tickets/{ticket.number}/").content.decode()
    assert f"{world.person(RoleKind.USER).name}様 {ticket.reference} {world.person(RoleKind.OPERATOR).name}" in page
    assert manager.post("/c/alpha/templates/", {"delete": str(AnswerTemplate.objects.get().pk)}).status_code == 302
    assert AnswerTemplate.objects.count() == 0


def test_a_kept_filter_is_renamed_and_deleted_by_its_owner_alone(
    operator: Client, manager: Client, world: World
) -> None:
    assert world.contract.key == "alpha"
    for name in ("一", "二"):
        operator.post("/c/alpha/desk/filters/", {"name": name, "query": "state=resolved"})
    first = SavedFilter.objects.get(name="一")
    path = f"/c/alpha/desk/filters/{first.pk}/"
    assert manager.post(path, {"delete": "on"}).status_code == 404
    assert operator.post(path, {"name": "二"}).status_code == 422
    assert operator.post(path, {"name": ""}).status_code == 422
    assert operator.post(path, {"name": "改"}).status_code == 302
    assert "改" in operator.get("/c/alpha/desk/").content.decode()
    assert operator.post(path, {"delete": "on"}).status_code == 302
    assert list(SavedFilter.objects.values_list("name", flat=True)) == ["二"]
