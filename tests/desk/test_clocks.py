"""The clocks of a ticket and their warnings, at the points where other tools fail."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.desk_world import CLOCK, START, World, definition_texts, make_world

from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.operations import add_definitions
from madoguchi.core.clocks.spec import ClockReading, ClockStatus
from madoguchi.core.vocabulary import Act, Priority, RoleKind
from madoguchi.desk.clocks import readings, steps_of
from madoguchi.desk.models import NEVER, Notice, Ticket
from madoguchi.desk.operations.act import Step, act_on
from madoguchi.desk.operations.notices import send_due_warnings
from madoguchi.desk.queries import TicketFilter, filtered, visible_tickets

TOKYO = ZoneInfo("Asia/Tokyo")


def at(hour: int, minute: int = 0, *, day: int = 20) -> datetime:
    """A moment of May 2026 in Japan; the 20th is a Wednesday."""
    return datetime(2026, 5, day, hour, minute, tzinfo=TOKYO)


def clock(ticket: Ticket, *, now: datetime, name: str = "first_answer") -> ClockReading:
    definitions = definitions_on(contract=ticket.contract, day=ticket.received_at.date())
    found = readings(definitions=definitions, steps=steps_of(ticket.activities.all()), now=now)
    return next(each for each in found if each.definition == name)


def test_the_lunch_break_does_not_count(world: World) -> None:
    ticket = world.ticket(at=at(11, 40))
    assert clock(ticket, now=at(12, 30)).spent == 20 * 60
    assert clock(ticket, now=at(12, 30)).due_at == at(13, 40)
    assert ticket.next_due_at == at(13, 40)


def test_a_pause_moves_the_due_time_by_exactly_what_it_left_out(world: World) -> None:
    ticket = world.ticket(at=at(16, 30))
    world.act(ticket, Act.WAIT, at=at(16, 45), waits_for="requester")
    paused = clock(ticket, now=at(20))
    assert (paused.status, paused.due_at) == (ClockStatus.PAUSED, None)
    resumed = world.act(ticket, Act.RESUME, at=at(10, day=21))
    reading = clock(ticket, now=at(10, 15, day=21))
    assert reading.spent == 30 * 60
    assert reading.due_at == resumed.next_due_at == at(10, 45, day=21)
    assert reading.left == 3600 - reading.spent


def test_pauses_stay_when_the_priority_changes(world: World) -> None:
    ticket = world.ticket(at=at(9))
    world.act(ticket, Act.WAIT, at=at(9, 10), waits_for="requester")
    world.act(ticket, Act.RESUME, at=at(11, 10))
    step = Step(act=Act.CLASSIFY, columns={"priority": Priority.URGENT.value})
    act_on(access=world.access[RoleKind.OPERATOR], ticket_id=ticket.pk, version=None, steps=[step], now=at(11, 20))
    assert clock(ticket, now=at(11, 30)).spent == 30 * 60


def test_clocks_run_beside_each_other(db: None) -> None:  # noqa: ARG001
    second = CLOCK.replace('id = "first_answer"', 'id = "completion"').replace('time = "1h"', 'time = "3h"').replace(
        '["answer", "resolve", "merge"]', '["resolve"]'
    )  # fmt: skip
    world = make_world("gamma")
    texts = definition_texts("gamma") | {"clocks/completion.toml": second}
    add_definitions(contract=world.contract, texts=texts, in_force_from=START, actor="system:test", at=at(8))
    ticket = world.ticket(at=at(9))
    world.act(ticket, Act.ANSWER, at=at(9, 30), told=True, text="回答")
    assert clock(ticket, now=at(10)).status is ClockStatus.STOPPED
    assert clock(ticket, now=at(10), name="completion").left == 2 * 3600
    kept = Ticket.objects.get(pk=ticket.pk)
    assert kept.next_due_at == at(12)


def test_a_reopened_ticket_keeps_its_first_answer(world: World) -> None:
    ticket = world.ticket(at=at(9))
    world.act(ticket, Act.ANSWER, at=at(9, 30), told=True, text="回答")
    world.act(ticket, Act.RESOLVE, at=at(10))
    reopened = world.act(ticket, Act.REOPEN, at=at(15, day=22))
    assert reopened.first_answered_at == at(9, 30)
    reading = clock(ticket, now=at(16, day=22))
    assert (reading.status, reading.spent, reading.is_breached) == (ClockStatus.STOPPED, 1800, False)
    assert reopened.due_order_at == NEVER


def test_warnings_wait_for_the_desk_to_open(world: World) -> None:
    ticket = world.ticket(at=at(16, 50))
    assert ticket.next_warning_at == at(9, 20, day=21)
    assert send_due_warnings(now=at(0, day=21)) == 0
    assert send_due_warnings(now=at(9, 19, day=21)) == 0
    assert send_due_warnings(now=at(9, 20, day=21)) == 1
    assert send_due_warnings(now=at(9, 21, day=21)) == 0
    assert Notice.objects.get().person == world.person(RoleKind.OPERATOR)


def test_a_warning_missed_at_closing_is_sent_at_opening_and_not_at_night(world: World) -> None:
    world.ticket(at=at(16, 20))
    assert send_due_warnings(now=at(22)) == 0
    assert send_due_warnings(now=at(3, day=21)) == 0
    assert send_due_warnings(now=at(9, day=21)) == 1


def test_at_the_end_of_the_allowance_the_managers_hear_of_it_too(world: World) -> None:
    ticket = world.ticket(at=at(9))
    world.act(ticket, Act.TAKE, at=at(9, 5))
    assert send_due_warnings(now=at(9, 40)) == 1
    assert send_due_warnings(now=at(10)) == 2
    told = {(each.person.pk, each.share) for each in Notice.objects.all()}
    operator, manager = world.person(RoleKind.OPERATOR).pk, world.person(RoleKind.OPERATIONS_MANAGER).pk
    assert told == {(operator, "1/2"), (operator, "1"), (manager, "1")}


def test_an_answered_ticket_warns_nobody(world: World) -> None:
    ticket = world.ticket(at=at(9))
    world.act(ticket, Act.ANSWER, at=at(9, 10), told=True, text="回答")
    assert send_due_warnings(now=at(11)) == 0


def test_the_queue_is_sorted_by_what_runs_out_first(world: World) -> None:
    late = world.ticket(at=at(9))
    calm = world.ticket(at=at(9) - timedelta(days=1))
    world.act(calm, Act.ANSWER, at=at(9), told=True, text="回答")
    soon = world.ticket(at=at(9, 10))
    tickets = filtered(visible_tickets(world.access[RoleKind.OPERATOR]), TicketFilter(), person_id=0)
    assert [each.pk for each in tickets] == [late.pk, soon.pk, calm.pk]


def test_a_corrected_start_corrects_the_clock(world: World) -> None:
    ticket = world.ticket(at=at(11))
    first = ticket.activities.get(number=1)
    fields = {**first.fields, "act": first.act, "visibility": first.visibility}
    step = Step(act=Act.CORRECT, corrects=1, at=at(10), fields=fields)
    act_on(access=world.access[RoleKind.OPERATOR], ticket_id=ticket.pk, version=None, steps=[step], now=at(11, 30))
    assert clock(ticket, now=at(11, 30)).due_at == at(11)
    assert clock(ticket, now=at(11, 30)).is_breached
