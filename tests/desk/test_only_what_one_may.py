"""An act does what its name says and no more, whoever sends whatever with it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from pytest_django import Settings
from tests.api.callers import BASE, GIVEN, Caller, fields
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, START, World

from madoguchi.contracts.access import Access, access_to
from madoguchi.contracts.operations import give_role
from madoguchi.core.vocabulary import Act, Audience, RoleKind, Tier, Visibility
from madoguchi.desk.errors import FieldError, ImpossibleActError
from madoguchi.desk.models import Activity, Queue, Ticket, TicketVendor
from madoguchi.desk.operations.act import Step, act_on
from madoguchi.desk.operations.around import File, attach, merge_ticket
from madoguchi.desk.queries import visible_activities, visible_tickets
from madoguchi.knowledge.rules import audiences_for
from madoguchi.people.models import Organisation

NOT_MOVING: dict[RoleKind, tuple[dict[str, object], ...]] = {
    RoleKind.USER: ({"act": "reply", "text": "x"}, {"act": "rate", "rating": 1}, {"act": "withdraw"}),
    RoleKind.VENDOR: ({"act": "note", "text": "x"}, {"act": "progress", "text": "x"}, {"act": "take"}),
    RoleKind.RESPONSIBLE_DIVISION: ({"act": "note", "text": "x"}, {"act": "agree_due"}, {"act": "decide_exclusion"}),
}


@pytest.fixture
def second_firm(world: World) -> Queue:
    firm = Organisation.objects.create(key="alpha-second-firm", name="別の保守会社")
    return Queue.objects.create(
        contract=world.contract, key="vendor2", name="別の保守", tier=Tier.VENDOR.value, organisation=firm
    )


MOVING = [(kind, act) for kind, acts in NOT_MOVING.items() for act in acts]


def passed_on(world: World) -> Ticket:
    ticket = world.ticket(at=timezone.now())
    return world.act(ticket, Act.ESCALATE, queue=Tier.VENDOR, at=timezone.now())


@pytest.mark.parametrize(("kind", "given"), MOVING)
def test_only_passing_on_and_returning_move_a_ticket(world: World, kind: RoleKind, given: dict[str, object]) -> None:
    ticket = passed_on(world)
    if given["act"] == "agree_due":
        given = given | {"agreed_due_at": "2026-12-01T10:00:00+09:00"}
    answer = Caller(world, kind).send("POST", f"{BASE}/tickets/{ticket.number}/acts", given | {"queue": "division"})
    assert (answer.status_code, fields(answer)) == (422, ["queue"])
    ticket.refresh_from_db()
    assert (ticket.queue.key, Activity.objects.count()) == ("vendor", 2)


def test_a_bulk_act_moves_only_where_it_is_to_be_passed_on(world: World) -> None:
    ticket = world.ticket()
    manager = world.person(RoleKind.OPERATIONS_MANAGER)
    given = {"act": "take", "tickets": [str(ticket.number)], "queue": "vendor", "assignee": str(manager.pk)}
    assert signed_in(world, RoleKind.OPERATOR).post("/c/alpha/desk/bulk/", given).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.queue.key, ticket.assignee) == ("first", world.person(RoleKind.OPERATOR))
    assert not TicketVendor.objects.exists()


@pytest.mark.parametrize("kind", [RoleKind.USER, RoleKind.AUDITOR, RoleKind.ADMINISTRATOR])
def test_a_ticket_is_given_only_to_people_who_work(world: World, kind: RoleKind) -> None:
    ticket = world.ticket()
    step = Step(act=Act.ASSIGN, assignee=world.person(kind))
    with pytest.raises(FieldError) as refused:
        act_on(access=world.access[RoleKind.OPERATOR], ticket_id=ticket.pk, version=None, steps=[step], now=NOW)
    assert (refused.value.field, Activity.objects.count()) == ("assignee", 1)


def test_a_vendor_passes_nothing_on_to_another_firm(world: World, second_firm: Queue) -> None:
    ticket = passed_on(world)
    given = {"act": "return", "queue": second_firm.key, "text": "x"}
    vendor = Caller(world, RoleKind.VENDOR)
    answer = vendor.send("POST", f"{BASE}/tickets/{ticket.number}/acts", given)
    assert (answer.status_code, fields(answer)) == (422, ["queue"])
    assert TicketVendor.objects.count() == 1
    back = vendor.send("POST", f"{BASE}/tickets/{ticket.number}/acts", given | {"queue": "second"})
    assert (back.status_code, back.json()["queue"]) == (200, "second")


def test_a_vendor_does_not_read_what_another_firm_wrote(world: World, second_firm: Queue) -> None:
    ticket = passed_on(world)
    world.act(ticket, Act.RETURN, queue=Tier.SECOND_LINE, by=RoleKind.VENDOR, text="一社目の報告", at=timezone.now())
    world.queues[Tier.VENDOR] = second_firm
    world.act(ticket, Act.ESCALATE, queue=Tier.VENDOR, text="二社目への依頼", at=timezone.now())
    world.act(ticket, Act.NOTE, text="二社目だけの話", at=timezone.now())
    read = [each.text for each in visible_activities(access=world.access[RoleKind.VENDOR], ticket=ticket)]
    assert "一社目の報告" in read
    assert not {"二社目への依頼", "二社目だけの話"} & set(read)


def test_a_requester_cannot_choose_the_moment_of_a_reply(world: World) -> None:
    ticket = world.ticket(at=timezone.now() - timedelta(hours=2))
    given = {"act": "reply", "text": "x", "at": (timezone.now() - timedelta(hours=1)).isoformat()}
    answer = Caller(world, RoleKind.USER).send("POST", f"{BASE}/tickets/{ticket.number}/acts", given)
    assert (answer.status_code, fields(answer)) == (422, ["at"])
    assert Activity.objects.count() == 1


@pytest.mark.parametrize(
    "given", [{"queue": "vendor"}, {"received_at": "2026-05-01T09:00:00+09:00"}, {"source": "other-tool:1"}]
)
@pytest.mark.parametrize("kind", [RoleKind.USER, RoleKind.RESPONSIBLE_DIVISION])
def test_only_the_desk_says_where_a_matter_goes_and_when_it_came(
    world: World, kind: RoleKind, given: dict[str, str]
) -> None:
    answer = Caller(world, kind).send("POST", f"{BASE}/tickets", GIVEN | given)
    assert (answer.status_code, fields(answer)) == (422, list(given))
    assert Ticket.objects.count() == 0


def test_a_ticket_received_for_a_vendor_is_seen_by_that_vendor(world: World) -> None:
    made = Caller(world, RoleKind.OPERATOR).send("POST", f"{BASE}/tickets", GIVEN | {"queue": "vendor"})
    assert made.status_code == 201
    assert [each.number for each in visible_tickets(world.access[RoleKind.VENDOR])] == [made.json()["number"]]


def with_role(world: World, kind: RoleKind, *more: RoleKind) -> Access:
    person = world.person(kind)
    for each in more:
        give_role(contract=world.contract, person=person, kind=each, start_date=START, actor="system:test", at=NOW)
    return access_to(person=person, contract_key="alpha", day=NOW.date())


def test_who_reads_all_and_works_for_a_firm_acts_on_that_firms_tickets_alone(world: World) -> None:
    both, ticket = with_role(world, RoleKind.VENDOR, RoleKind.AUDITOR), world.ticket()
    for act in (Act.NOTE, Act.TAKE, Act.PROGRESS):
        with pytest.raises(PermissionDenied):
            act_on(access=both, ticket_id=ticket.pk, version=None, steps=[Step(act=act, text="x")], now=NOW)
    assert Activity.objects.count() == 1


@pytest.mark.parametrize("kind", [RoleKind.VENDOR, RoleKind.ADMINISTRATOR])
def test_a_user_from_outside_the_desk_reads_no_operators_articles(kind: RoleKind) -> None:
    assert Audience.OPERATORS not in audiences_for((RoleKind.USER, kind))
    assert Audience.OPERATORS in audiences_for((RoleKind.USER, RoleKind.OPERATOR))


def test_a_merged_ticket_is_not_opened_again(world: World) -> None:
    into, ticket = world.ticket(), world.ticket()
    merge_ticket(access=world.access[RoleKind.OPERATOR], ticket=ticket, into=into, version=1, now=NOW)
    for kind in (RoleKind.USER, RoleKind.OPERATOR):
        with pytest.raises(ImpossibleActError):
            world.act(ticket, Act.REOPEN, by=kind, text="まだです")
    answer: Any = signed_in(world, RoleKind.USER).post(
        f"/c/alpha/portal/tickets/{ticket.number}/answer/", {"act": "reopen", "text": "まだです"}
    )
    assert answer.status_code == 422
    ticket.refresh_from_db()
    assert (ticket.state, ticket.merged_into) == ("withdrawn", into)


def test_a_file_that_is_refused_is_not_kept(world: World, settings: Settings) -> None:
    ticket = world.ticket()
    file = File(name="a.txt", media_type="text/plain", content=b"x")
    with pytest.raises(PermissionDenied):
        attach(access=world.access[RoleKind.AUDITOR], ticket=ticket, file=file, visibility=Visibility.PUBLIC, now=NOW)
    assert not Path(settings.FILES_FOLDER).exists()
