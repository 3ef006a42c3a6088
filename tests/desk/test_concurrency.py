"""Many at once on PostgreSQL: nothing is lost, counted twice, locked for good or answered with an error."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone
from tests.api.callers import GIVEN, Caller
from tests.desk_fixtures import signed_in
from tests.desk_postgres import at_once, desk_on_postgres
from tests.desk_world import NOW, World, make_world
from tests.postgres import programs

from madoguchi.api.models import KeptAnswer
from madoguchi.audit.models import HistoryRow
from madoguchi.audit.operations import Entry, record
from madoguchi.audit.queries import faults_of
from madoguchi.calls.operations.link import open_ticket_for
from madoguchi.calls.rules import KnownCall
from madoguchi.contracts.models import Contract
from madoguchi.core.vocabulary import Act, LinkKind, RoleKind, Visibility
from madoguchi.desk.errors import FieldError, StaleTicketError
from madoguchi.desk.models import Activity, Attachment, Presence, Ticket, TicketLink, Watcher
from madoguchi.desk.operations.act import Step, act_on
from madoguchi.desk.operations.around import (
    File,
    attach,
    leave_parent,
    link_tickets,
    merge_ticket,
    set_parent,
    show_presence,
    stored_path,
    unlink_tickets,
    watch,
)  # fmt: skip
from madoguchi.knowledge.search.find import find_texts
from madoguchi.knowledge.search.index import TextKind
from madoguchi.people.models import Person

pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture(scope="module")
def server(django_db_blocker: Any) -> Iterator[None]:  # noqa: ANN401  # pytest-django's
    if programs() is None:
        pytest.skip("PostgreSQL is not installed here (Debian: postgresql)")
    with django_db_blocker.unblock(), desk_on_postgres():
        yield


@pytest.fixture
def make(server: None, settings: Any, tmp_path: Path) -> Callable[[], World]:  # noqa: ANN401, ARG001
    """Return what makes a contract of its own in the database all these tests share."""
    for name in ("ANCHOR_FOLDER", "FILES_FOLDER", "FIGURES_FOLDER"):
        setattr(settings, name, tmp_path / name.lower())
    return lambda: make_world(f"w{Contract.objects.count()}")


@pytest.fixture
def world(make: Callable[[], World]) -> World:
    return make()


def operators(world: World, count: int) -> list[Any]:
    kinds = (RoleKind.OPERATOR, RoleKind.OPERATIONS_MANAGER)
    return [world.access[kinds[number % 2]] for number in range(count)]


def errors(given: list[Any]) -> list[Any]:
    return [each for each in given if isinstance(each, BaseException)]


def test_numbers_stay_without_gaps_and_history_whole(world: World) -> None:
    made = at_once([partial(world.ticket, subject=f"件名{number}") for number in range(8)])
    assert errors(made) == []
    assert sorted(each.number for each in made) == list(range(1, 9))
    key = world.contract.key
    assert list(faults_of(key)) == []
    numbers = list(HistoryRow.objects.filter(chain=key).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert find_texts(contract=world.contract, kind=TextKind.TICKET, query="印刷", needs_all=True).count == 8


def test_a_new_chain_begins_once_and_refused_acts_leave_nothing_in_it(world: World) -> None:
    chain = f"{world.contract.key}-new"

    def write(number: int) -> None:
        for _ in range(10):
            with transaction.atomic():
                entries = [Entry(act="view", subject=f"ticket:{number}", details={"n": each}) for each in range(3)]
                record(chain=chain, at=NOW, actor="system:test", entries=entries)
                if number == 0:
                    transaction.set_rollback(True)

    assert errors(at_once([partial(write, number) for number in range(4)])) == []
    assert HistoryRow.objects.filter(chain=chain).count() == 90
    assert not HistoryRow.objects.filter(chain=chain, subject="ticket:0").exists()
    assert list(faults_of(chain)) == []


def test_of_many_who_decided_on_one_version_one_is_heard(world: World) -> None:
    ticket = world.ticket()
    step = Step(act=Act.ANSWER, text="回答")
    done = at_once(
        [
            partial(act_on, access=each, ticket_id=ticket.pk, version=1, steps=[step], now=NOW)
            for each in operators(world, 6)
        ]
    )
    assert Counter(type(each) for each in done) == {StaleTicketError: 5, Ticket: 1}
    ticket.refresh_from_db()
    assert (ticket.version, ticket.activity_count, ticket.activities.count()) == (2, 2, 2)


def test_steps_that_ask_for_no_version_all_count(world: World) -> None:
    ticket = world.ticket()
    acts = [
        partial(act_on, access=each, ticket_id=ticket.pk, version=None, steps=[Step(act=Act.NOTE, text="x")], now=NOW)
        for each in operators(world, 6)
    ]
    assert errors(at_once(acts)) == []
    ticket.refresh_from_db()
    assert (ticket.version, sorted(ticket.activities.values_list("number", flat=True))) == (7, list(range(1, 8)))


@pytest.mark.parametrize("_round", range(4))
def test_requesters_nobody_knows_yet_are_received_beside_those_who_are_known(world: World, _round: int) -> None:
    client, key = signed_in(world, RoleKind.OPERATOR), world.contract.key
    given = {"kind": "fault", "channel": "phone", "priority": "normal", "subject": "件名", "text": "本文"}

    def receive(number: int) -> Any:  # noqa: ANN401
        return client.post(f"/c/{key}/desk/new/", {**given, "requester": f"新しい人{number}"})

    call = KnownCall(
        source="pbx:1", offered_at=NOW, answered_at=NOW, outcome="answered", caller="0312345678", line="", agent="",
        talk_seconds=60, ticket=None,
    )  # fmt: skip
    by_call = partial(open_ticket_for, access=world.access[RoleKind.OPERATOR], call=call, now=NOW)
    done = at_once([*(partial(receive, number) for number in range(3)), by_call, *[world.ticket] * 4])
    assert errors(done) == []
    assert [each.status_code for each in done[:3]] == [302] * 3
    assert sorted(Ticket.objects.filter(contract=world.contract).values_list("number", flat=True)) == list(range(1, 9))
    assert list(faults_of(key)) == []


@pytest.mark.parametrize("_round", range(4))
def test_links_watchers_and_presence_of_one_ticket_wait_for_each_other(world: World, _round: int) -> None:
    one, two = world.ticket(), world.ticket()
    by = operators(world, 2)
    acts: list[Callable[[], Any]] = [
        partial(link_tickets, access=by[0], ticket=one, other=two, kind=LinkKind.RELATED, now=NOW),
        partial(link_tickets, access=by[1], ticket=two, other=one, kind=LinkKind.RELATED, now=NOW),
        partial(watch, access=by[0], ticket=one, person=by[0].person, is_watching=True, now=NOW),
        partial(watch, access=by[1], ticket=one, person=by[1].person, is_watching=True, now=NOW),
        partial(show_presence, ticket=one, person=by[0].person, now=NOW),
        partial(show_presence, ticket=one, person=by[0].person, now=NOW),
    ]
    assert errors(at_once(acts)) == []
    assert TicketLink.objects.filter(ticket__in=[one, two]).count() == 2
    assert Watcher.objects.filter(ticket=one).count() == 2
    assert Presence.objects.filter(ticket=one).count() == 1


def test_two_tickets_merged_into_each_other_are_not_both_gone(world: World) -> None:
    one, two = world.ticket(), world.ticket()
    by = operators(world, 2)
    done = at_once([
        partial(merge_ticket, access=by[0], ticket=one, into=two, version=1, now=NOW),
        partial(merge_ticket, access=by[1], ticket=two, into=one, version=1, now=NOW),
    ])  # fmt: skip
    assert len(errors(done)) == 1
    assert isinstance(errors(done)[0], (FieldError, StaleTicketError))
    assert Ticket.objects.filter(pk__in=[one.pk, two.pk], merged_into__isnull=True).count() == 1


@pytest.mark.parametrize("_round", range(3))
def test_parents_set_at_once_make_no_circle(world: World, _round: int) -> None:
    tickets = [world.ticket() for _ in range(3)]
    pairs = list(zip(tickets, [*tickets[1:], tickets[0]], strict=True))
    done = at_once([
        partial(set_parent, access=world.access[RoleKind.OPERATOR], ticket=below, parent=above, now=NOW)
        for below, above in pairs
    ])  # fmt: skip
    assert [type(each) for each in errors(done)] == [FieldError]
    assert Ticket.objects.filter(pk__in=[each.pk for each in tickets], parent__isnull=True).count() == 1


@pytest.mark.parametrize("_round", range(3))
def test_a_link_removed_at_both_of_its_tickets_at_once_goes_once(world: World, _round: int) -> None:
    one, two = world.ticket(), world.ticket()
    by = operators(world, 2)
    link_tickets(access=by[0], ticket=one, other=two, kind=LinkKind.RELATED, now=NOW)
    set_parent(access=by[0], ticket=one, parent=two, now=NOW)
    removed = [
        partial(unlink_tickets, access=each, ticket=pair[0], other=pair[1], kind=LinkKind.RELATED, now=NOW)
        for each, pair in zip(by, ((one, two), (two, one)), strict=True)
    ]
    left = [partial(leave_parent, access=each, ticket=one, parent=two, now=NOW) for each in by]
    done = at_once([*removed, *left])
    assert [type(each) for each in errors(done)] == [FieldError, FieldError]
    assert not TicketLink.objects.filter(ticket=one).exists()
    one.refresh_from_db()
    assert (one.parent, one.activities.filter(act="unlink").count()) == (None, 2)


def test_the_same_file_sent_by_many_is_stored_once(world: World) -> None:
    ticket = world.ticket()
    file = File(name="a.txt", media_type="text/plain", content=b"x" * 3_000_000)
    acts = [
        partial(attach, access=each, ticket=ticket, file=file, visibility=Visibility.PUBLIC, now=NOW)
        for each in operators(world, 6)
    ]
    done = at_once(acts)
    assert errors(done) == []
    assert {each.sha256 for each in done} == {done[0].sha256}
    assert stored_path(done[0].sha256).read_bytes() == file.content
    assert [path.name for path in Path(configured.FILES_FOLDER).rglob("*") if path.is_file()] == [done[0].sha256]
    assert Attachment.objects.filter(ticket=ticket).count() == 6


def test_one_key_sent_by_many_opens_one_ticket(world: World) -> None:
    caller = Caller(world, RoleKind.OPERATOR)
    path = f"/api/v1/contracts/{world.contract.key}/tickets"
    keyed = partial(caller.send, "POST", path, GIVEN, **{"idempotency-key": "同時".encode().hex()})
    done = at_once([keyed] * 6)
    assert [each.status_code for each in done] == [201] * 6
    assert {each.content for each in done} == {done[0].content}
    assert (Ticket.objects.filter(contract=world.contract).count(), KeptAnswer.objects.count()) == (1, 1)


def test_one_source_sent_by_many_opens_one_ticket(world: World) -> None:
    caller = Caller(world, RoleKind.OPERATOR)
    path = f"/api/v1/contracts/{world.contract.key}/tickets"
    done = at_once([partial(caller.send, "POST", path, GIVEN | {"source": "tool:1"})] * 4)
    assert sorted(each.status_code for each in done) == [201, 422, 422, 422]
    assert Ticket.objects.filter(contract=world.contract).count() == 1


def test_nul_reaches_no_column(world: World) -> None:
    client, key = signed_in(world, RoleKind.OPERATOR), world.contract.key
    ticket = world.ticket(at=timezone.now())
    for name in ("state", "queue", "kind", "channel", "category", "priority", "assignee", "sort"):
        assert client.get(f"/c/{key}/desk/?{name}=a%00b").status_code == 200, name
    for path in ("search/?q=a%00b", "desk/people/?requester=a%00b", "knowledge/?q=%00", "portal/?q=%00x"):
        assert client.get(f"/c/{key}/{path}").status_code == 200, path
    act = f"/c/{key}/tickets/{ticket.number}/act/"
    for given in (
        {"act": "escalate", "queue": "a\x00b"}, {"act": "assign", "assignee": "1\x00"}, {"act": "note", "text": "\x00"},
        {"act": "classify", "category": "a\x00"}, {"act": "\x00"}, {"act": "link", "other": "1\x00", "link": "related"},
    ):  # fmt: skip
        assert client.post(act, {"version": "1", **given}).status_code == 422, given
    for path, given in (
        ("desk/new/", {"category": "a\x00b"}), ("portal/ask/", {"category": "a\x00"}),
        ("desk/bulk/", {"act": "escalate", "tickets": "1", "queue": "a\x00"}), ("templates/", {"name": "\x00"}),
    ):  # fmt: skip
        assert client.post(f"/c/{key}/{path}", given).status_code in {403, 422}, path
    file = SimpleUploadedFile("a\x00b.txt", b"x", content_type="text/\x00plain")
    assert client.post(act, {"version": "1", "act": "attach", "file": file}).status_code == 302
    kept = Attachment.objects.get(ticket=ticket)
    assert "\x00" not in kept.name + kept.media_type
    assert Client().post("/accounts/login/", {"login": "a\x00", "password": "\x00"}).status_code == 200
    assert Activity.objects.filter(ticket=ticket).count() == 2


def test_texts_at_their_longest_fit_their_columns(world: World) -> None:
    client, key = signed_in(world, RoleKind.OPERATOR), world.contract.key
    given = {
        "requester": "ﷺ" * 120, "kind": "fault", "channel": "phone", "priority": "normal", "subject": "ﷺ" * 200,
        "text": "𠮷" * 20_000,
    }  # fmt: skip
    assert client.post(f"/c/{key}/desk/new/", given).status_code == 302
    act = f"/c/{key}/tickets/1/act/"
    assert client.post(act, {"version": "1", "act": "ask_exclusion", "text": "𠮷" * 20_000}).status_code == 302
    file = SimpleUploadedFile("𠮷" * 100 + ".txt", b"x", content_type="text/" + "x" * 300)
    assert client.post(act, {"version": "2", "act": "attach", "file": file}).status_code == 302
    for size, status in ((1_000, 302), (1_001, 422)):
        query = "q=" + "a" * (size - 2)
        assert client.post(f"/c/{key}/desk/filters/", {"name": "𠮷" * 60, "query": query}).status_code == status
    caller = Caller(world, RoleKind.OPERATOR)
    body = GIVEN | {"subject": "𠮷" * 200, "text": "𠮷" * 20_000, "source": "𠮷" * 200}
    assert caller.send("POST", f"/api/v1/contracts/{key}/tickets", body).status_code == 201
    assert Person.objects.filter(name="ﷺ" * 120).count() == 1
