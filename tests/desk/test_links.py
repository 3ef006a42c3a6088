"""Links between tickets, made and removed: the columns change, the steps stay."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World

from madoguchi.audit.models import HistoryRow
from madoguchi.core.vocabulary import Act, LinkKind, RoleKind, Tier
from madoguchi.desk.errors import FieldError
from madoguchi.desk.models import Ticket, TicketLink
from madoguchi.desk.operations.around import leave_parent, link_tickets, set_parent, unlink_tickets
from madoguchi.desk.operations.carry_out import AskedAct, carry_out

OPERATOR = RoleKind.OPERATOR


def told(ticket: Ticket) -> list[tuple[str, object, object]]:
    steps = ticket.activities.exclude(act="receive").order_by("number")
    return [(each.act, each.fields["other"], each.fields["link"]) for each in steps]


@pytest.mark.parametrize("kind", list(LinkKind))
def test_a_wrong_link_is_removed_at_either_ticket_and_its_making_stays_told(world: World, kind: LinkKind) -> None:
    one, two = world.ticket(), world.ticket()
    link_tickets(access=world.access[OPERATOR], ticket=one, other=two, kind=kind, now=NOW)
    unlink_tickets(access=world.access[OPERATOR], ticket=two, other=one, kind=kind, now=NOW)
    assert not TicketLink.objects.exists()
    assert told(one) == [("link", two.number, kind.value), ("unlink", two.number, kind.value)]
    assert told(two) == [("unlink", one.number, kind.value)]
    one.refresh_from_db()
    assert (one.version, one.activity_count) == (3, 3)
    assert HistoryRow.objects.filter(chain="alpha", act="unlink").count() == 2


def test_a_link_that_is_there_is_refused_and_no_step_tells_it_twice(world: World) -> None:
    one, two = world.ticket(), world.ticket()
    link_tickets(access=world.access[OPERATOR], ticket=one, other=two, kind=LinkKind.RELATED, now=NOW)
    with pytest.raises(FieldError):
        link_tickets(access=world.access[OPERATOR], ticket=one, other=two, kind=LinkKind.RELATED, now=NOW)
    assert told(one) == [("link", two.number, "related")]
    link_tickets(access=world.access[OPERATOR], ticket=one, other=two, kind=LinkKind.CAUSED_BY, now=NOW)
    assert len(told(one)) == 2


def test_only_the_link_that_was_named_goes(world: World) -> None:
    one, two, three = (world.ticket() for _ in range(3))
    for other, kind in ((two, LinkKind.RELATED), (two, LinkKind.DUPLICATE), (three, LinkKind.RELATED)):
        link_tickets(access=world.access[OPERATOR], ticket=one, other=other, kind=kind, now=NOW)
    unlink_tickets(access=world.access[OPERATOR], ticket=one, other=two, kind=LinkKind.RELATED, now=NOW)
    left = TicketLink.objects.order_by("pk").values_list("other_id", "kind")
    assert list(left) == [(two.pk, "duplicate"), (three.pk, "related")]
    with pytest.raises(FieldError):
        unlink_tickets(access=world.access[OPERATOR], ticket=one, other=two, kind=LinkKind.RELATED, now=NOW)
    assert len(told(two)) == 1


def test_a_ticket_leaves_its_parent_and_no_other(world: World) -> None:
    child, parent, stranger = (world.ticket() for _ in range(3))
    set_parent(access=world.access[OPERATOR], ticket=child, parent=parent, now=NOW)
    with pytest.raises(FieldError):
        leave_parent(access=world.access[OPERATOR], ticket=child, parent=stranger, now=NOW)
    leave_parent(access=world.access[OPERATOR], ticket=child, parent=parent, now=NOW)
    child.refresh_from_db()
    assert child.parent is None
    assert told(child) == [("link", parent.number, "parent"), ("unlink", parent.number, "parent")]
    assert told(parent) == [("unlink", child.number, "child")]
    assert told(stranger) == []


def test_who_may_not_link_may_not_remove_either(world: World) -> None:
    one, two = world.ticket(), world.ticket()
    link_tickets(access=world.access[OPERATOR], ticket=one, other=two, kind=LinkKind.RELATED, now=NOW)
    world.act(one, Act.ESCALATE, queue=Tier.VENDOR)
    world.act(two, Act.ESCALATE, queue=Tier.VENDOR)
    asked = AskedAct(act=Act.UNLINK, other=two.number, link="related")
    for kind in set(RoleKind) - {OPERATOR, RoleKind.OPERATIONS_MANAGER, RoleKind.AUDITOR, RoleKind.ADMINISTRATOR}:
        with pytest.raises(PermissionDenied):
            carry_out(access=world.access[kind], ticket=one, asked=asked, now=NOW)
    assert TicketLink.objects.count() == 1


def remove(client: Client, number: int, other: int, link: str) -> int:
    given = {"act": "unlink", "version": "1", "other": str(other), "link": link}
    return client.post(f"/c/alpha/tickets/{number}/act/", given).status_code


def test_links_of_both_directions_are_on_the_page_and_removed_there(operator: Client, world: World) -> None:
    one, two, three = (world.ticket(subject=f"件名{number}") for number in range(3))
    for other, kind in ((two, LinkKind.DUPLICATE), (three, LinkKind.RELATED)):
        link_tickets(access=world.access[OPERATOR], ticket=one, other=other, kind=kind, now=NOW)
    link_tickets(access=world.access[OPERATOR], ticket=three, other=one, kind=LinkKind.RELATED, now=NOW)
    set_parent(access=world.access[OPERATOR], ticket=three, parent=two, now=NOW)
    pages = {each.number: operator.get(f"/c/alpha/tickets/{each.number}/").content.decode() for each in (one, two)}
    assert pages[one.number].count("との関連付けを外す") == 2
    assert "相手がこの案件と重複" in pages[two.number]
    assert "相手がこの案件と重複" not in pages[one.number]
    assert "との関連付けを外す" not in signed_in(world, RoleKind.AUDITOR).get("/c/alpha/tickets/1/").content.decode()
    assert remove(operator, two.number, one.number, "duplicate") == 302
    assert remove(operator, two.number, three.number, "child") == 302
    assert remove(operator, one.number, three.number, "related") == 302
    assert not TicketLink.objects.exists()
    three.refresh_from_db()
    assert three.parent is None
    page = operator.get(f"/c/alpha/tickets/{one.number}/").content.decode()
    assert "関連付けの解除" in page
    assert "との関連付けを外す" not in page


def test_what_is_no_link_is_refused_by_name_and_nothing_is_written(
    operator: Client, world: World, other: World
) -> None:
    one, two = world.ticket(), world.ticket()
    for _ in range(4):
        other.ticket()
    second = ("related", "merged", "", "parent", "child")
    for number, link in (*((two.number, link) for link in second), (4, "related"), (one.number, "related"),
                         (2**62, "child")):  # fmt: skip
        assert remove(operator, one.number, number, link) == 422, (number, link)
    assert told(one) == told(two) == []


def test_a_child_is_hung_below_from_the_parents_page(operator: Client, world: World) -> None:
    parent, child = world.ticket(), world.ticket()
    given: dict[str, Any] = {"act": "link", "version": "1", "other": str(child.number), "link": "child"}
    assert operator.post(f"/c/alpha/tickets/{parent.number}/act/", given).status_code == 302
    child.refresh_from_db()
    assert child.parent_id == parent.pk
