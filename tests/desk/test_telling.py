"""Who is told of what, and what is mailed."""

from datetime import timedelta

from django.core import mail
from tests.desk_world import NOW, World

from madoguchi.core.vocabulary import Act, RoleKind, Tier
from madoguchi.desk.models import Notice
from madoguchi.desk.operations.around import watch
from madoguchi.desk.tasks import mail_notices

OPERATOR, USER, MANAGER = RoleKind.OPERATOR, RoleKind.USER, RoleKind.OPERATIONS_MANAGER


def told(world: World, kind: RoleKind) -> list[tuple[str, int | None]]:
    found = Notice.objects.filter(person=world.person(kind)).order_by("pk")
    return [(each.kind, each.activity_number) for each in found]


def test_the_requester_is_told_and_mailed_what_is_public_and_nothing_internal(world: World) -> None:
    ticket = world.ticket(subject="件名\r\nBcc: x@example.jp")
    world.act(ticket, Act.NOTE, text="内部の相談")
    world.act(ticket, Act.ANSWER, at=NOW + timedelta(minutes=5), told=True, text="直りました")
    assert told(world, USER) == [("told", 3)]
    assert mail_notices.call() == 1
    assert mail_notices.call() == 0
    sent = mail.outbox[0]
    assert sent.to == [world.person(USER).mail]
    assert "直りました" in sent.body
    assert "内部の相談" not in sent.body
    assert "\n" not in sent.subject
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"


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
    assert mail_notices.call() == 0


def test_somebody_without_an_address_is_not_mailed_and_can_read_it(world: World) -> None:
    user = world.person(USER)
    user.mail = ""
    user.save(update_fields=["mail"])
    ticket = world.ticket()
    world.act(ticket, Act.ESCALATE, queue=Tier.SECOND_LINE)
    world.act(ticket, Act.PROGRESS, by=MANAGER, told=True, text="確認中")
    assert told(world, USER) == [("told", 3)]
    assert mail_notices.call() == 0
    assert mail.outbox == []
