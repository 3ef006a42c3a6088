"""Who is told of what."""

from datetime import timedelta

from tests.desk_world import NOW, World

from madoguchi.core.vocabulary import Act, RoleKind
from madoguchi.desk.models import Notice
from madoguchi.desk.operations.around import watch

OPERATOR, USER, MANAGER = RoleKind.OPERATOR, RoleKind.USER, RoleKind.OPERATIONS_MANAGER


def told(world: World, kind: RoleKind) -> list[tuple[str, int | None]]:
    found = Notice.objects.filter(person=world.person(kind)).order_by("pk")
    return [(each.kind, each.activity_number) for each in found]


def test_the_requester_is_told_what_is_public_and_nothing_internal(world: World) -> None:
    ticket = world.ticket()
    world.act(ticket, Act.NOTE, text="内部の相談")
    world.act(ticket, Act.ANSWER, at=NOW + timedelta(minutes=5), told=True, text="直りました")
    assert told(world, USER) == [("told", 3)]


def test_whoever_did_it_is_not_told_and_watchers_are(world: World) -> None:
    ticket = world.ticket(requester=OPERATOR)
    watch(access=world.access[MANAGER], ticket=ticket, person=world.person(MANAGER), is_watching=True, now=NOW)
    world.act(ticket, Act.ANSWER, told=True, text="自分で解決")
    assert told(world, OPERATOR) == []
    assert told(world, MANAGER) == [("told", 3)]


def test_the_assignee_hears_what_comes_back(world: World) -> None:
    ticket = world.ticket()
    world.act(ticket, Act.TAKE)
    world.act(ticket, Act.REPLY, by=USER, told=True, text="まだ直りません")
    assert told(world, OPERATOR) == [("back", 3)]


def test_what_comes_back_to_a_closed_ticket_of_nobody_is_heard_by_who_answered_last(world: World) -> None:
    ticket = world.ticket()
    world.act(ticket, Act.RESOLVE, told=True, text="直りました")
    world.act(ticket, Act.REPLY, by=USER, told=True, text="まだ直りません")
    assert told(world, OPERATOR) == [("back", 3)]
