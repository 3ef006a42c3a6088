"""Facts written from what was done since: after any acts the very ones that are written of the whole desk."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.desk_world import NOW, World

from madoguchi.audit.models import ChainHead
from madoguchi.audit.operations import Entry, record
from madoguchi.core.vocabulary import Act, Attribution, Channel, LinkKind, RoleKind, Tier
from madoguchi.desk.errors import FieldError, ImpossibleActError, StaleTicketError
from madoguchi.desk.models import Ticket
from madoguchi.desk.operations.act import Step, act_on
from madoguchi.desk.operations.around import link_tickets, merge_ticket, watch
from madoguchi.desk.operations.notices import send_due_warnings
from madoguchi.intake.store import FactStore
from madoguchi.quality import figures
from madoguchi.quality.done_since import Done, done_since
from madoguchi.quality.facts_folder import forget_figures, latest_state, root_of
from madoguchi.quality.figures import current_facts, export_facts
from madoguchi.works.operations.decide import NewDecision, ask_decision

TICKETS = ("tickets", "complaints", "mails", "activities")
MINUTE = timedelta(minutes=1)


def content(folder: Path) -> dict[str, list[str]]:
    store = FactStore(folder)
    found = {}
    for name in store.manifest()["tables"]:
        path = store.table_path(name)
        assert path is not None
        rows = sorted(repr(row) for row in pq.read_table(path).to_pylist())
        found[name] = [repr(store.coverage(name)), *rows]
    return found


def require_whole(world: World, folder: Path, now: datetime) -> None:
    """Hold the facts that were renewed against those of the whole desk."""
    facts = current_facts(contract=world.contract, now=now, max_age=timedelta())
    export_facts(contract=world.contract, folder=folder, now=now)
    assert content(facts.folder) == content(folder)


def acts(world: World, chance: random.Random, at: datetime) -> list[Callable[[], object]]:
    operator = world.access[RoleKind.OPERATOR]
    tickets = list(Ticket.objects.filter(contract=world.contract).order_by("pk"))
    one, two = chance.choice(tickets), chance.choice(tickets)
    moment = (at - timedelta(minutes=30)).isoformat()
    correction = Step(
        act=Act.CORRECT, at=at, corrects=1, fields={"act": "receive", "to_state": "received", "at": moment}
    )
    return [
        lambda: world.ticket(at=at, channel=chance.choice([Channel.MAIL, Channel.PHONE])),
        lambda: world.act(one, Act.ANSWER, at=at, told=True, text="回答"),
        lambda: world.act(one, Act.RESOLVE, at=at, told=True),
        lambda: world.act(one, Act.REOPEN, at=at),
        lambda: world.act(one, Act.ESCALATE, at=at, queue=Tier.VENDOR),
        lambda: world.act(one, Act.COMPLAIN, at=at, attribution=Attribution.SUPPLIER.value),
        lambda: world.act(one, Act.NOTE, at=at, text="控え"),
        lambda: act_on(access=operator, ticket_id=one.pk, version=None, steps=[correction], now=at),
        lambda: merge_ticket(access=operator, ticket=one, into=two, version=one.version, now=at),
        lambda: link_tickets(access=operator, ticket=one, other=two, kind=LinkKind.RELATED, now=at),
        lambda: watch(access=operator, ticket=one, person=operator.person, is_watching=True, now=at),
        lambda: send_due_warnings(now=at),
        lambda: record(chain="alpha", at=at, actor="x", entries=[Entry(act="view_list", subject="tickets")]),
    ]


@pytest.mark.parametrize("seed", range(4))
def test_any_acts_give_the_facts_of_the_whole_desk(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance, at = random.Random(seed), NOW
    world.ticket()
    require_whole(world, tmp_path / "first", at)
    monkeypatch.setattr(figures, "export_facts", lambda **_: pytest.fail("the whole desk was written"))
    done = 0
    for number in range(12):
        for _ in range(chance.randrange(1, 6)):
            at += MINUTE * chance.randrange(1, 30)
            try:
                chance.choice(acts(world, chance, at))()
                done += 1
            except (FieldError, ImpossibleActError, StaleTicketError):
                continue
        require_whole(world, tmp_path / str(number), at)
    assert done > 15


def test_a_merged_ticket_leaves_the_facts_with_its_complaint_and_mail(world: World, tmp_path: Path) -> None:
    one, two = world.ticket(channel=Channel.MAIL), world.ticket()
    world.act(one, Act.COMPLAIN, attribution=Attribution.SUPPLIER.value)
    require_whole(world, tmp_path / "a", NOW)
    merge_ticket(access=world.access[RoleKind.OPERATOR], ticket=one, into=two, version=2, now=NOW + MINUTE)
    require_whole(world, tmp_path / "b", NOW + MINUTE)
    assert {name: len(rows) - 1 for name, rows in content(tmp_path / "b").items() if name in TICKETS} == {
        "tickets": 1, "complaints": 0, "mails": 0, "activities": 5,
    }  # fmt: skip


def test_what_is_done_apart_from_tickets_is_written_too(world: World, tmp_path: Path) -> None:
    world.ticket()
    require_whole(world, tmp_path / "a", NOW)
    asked = NewDecision(subject="私物の接続", question="よいか", options=("可", "不可"), recommended=0)
    ask_decision(access=world.access[RoleKind.OPERATOR], new=asked, now=NOW + MINUTE)
    require_whole(world, tmp_path / "b", NOW + MINUTE)


def test_a_new_day_is_covered_also_where_nothing_was_done(world: World, tmp_path: Path) -> None:
    world.ticket()
    require_whole(world, tmp_path / "a", NOW)
    require_whole(world, tmp_path / "b", NOW + timedelta(days=1))


def test_what_was_only_looked_at_and_what_is_not_known(world: World) -> None:
    entries = [Entry(act="view_ticket", subject="ticket:1"), Entry(act="search", subject="tickets")]
    ticket = world.ticket()
    head = world_head(world)
    record(chain="alpha", at=NOW, actor="x", entries=entries)
    assert done_since(world.contract, head=head) == Done(tickets=frozenset(), is_other=False)
    record(chain="alpha", at=NOW, actor="x", entries=[Entry(act="answer", subject=f"ticket:{ticket.pk}")])
    assert done_since(world.contract, head=head) == Done(tickets=frozenset({ticket.pk}), is_other=False)
    for act, subject in (("undo_import", "import:3"), ("erase_personal_data", "person:4"), ("new", "unheard:1")):
        before = world_head(world)
        record(chain="alpha", at=NOW, actor="x", entries=[Entry(act=act, subject=subject)])
        assert done_since(world.contract, head=before) is None


def world_head(world: World) -> int:
    return ChainHead.objects.get(chain=world.contract.key).number


def test_who_reads_a_state_is_not_disturbed_by_the_next_and_older_ones_go(world: World) -> None:
    states = []
    for number in range(4):
        world.ticket()
        states.append(current_facts(contract=world.contract, now=NOW + MINUTE * number, max_age=timedelta()))
    assert [each.folder.is_dir() for each in states] == [False, False, True, True]
    path = states[2].files["tickets"][0]
    assert pq.read_table(path).num_rows == 3
    forget_figures(world.contract)
    assert latest_state(root_of(world.contract)) is None
    assert not root_of(world.contract).exists()


def test_a_write_that_was_cut_off_leaves_the_state_before(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.ticket()
    before = current_facts(contract=world.contract, now=NOW, max_age=timedelta())
    world.ticket()
    with monkeypatch.context() as patch:
        patch.setattr(figures, "keep_state", lambda *_: (_ for _ in ()).throw(OSError("the disk is full")))
        with pytest.raises(OSError, match="full"):
            current_facts(contract=world.contract, now=NOW + MINUTE, max_age=timedelta())
    state = latest_state(root_of(world.contract))
    assert state is not None
    assert state.folder == before.folder
    require_whole(world, tmp_path / "whole", NOW + MINUTE)


def test_what_is_left_out_is_seen_at_once_and_all_else_before_half_a_minute_is_over(world: World) -> None:
    def kept(seconds: int) -> Path:
        return current_facts(contract=world.contract, now=NOW + timedelta(seconds=seconds)).folder

    ticket = world.ticket()
    first = kept(0)
    world.ticket()
    world.act(ticket, Act.ASK_EXCLUSION, text="大規模作業")
    assert kept(29) == first
    world.act(ticket, Act.DECIDE_EXCLUSION, by=RoleKind.RESPONSIBLE_DIVISION, is_approved=True)
    second = kept(29)
    assert second != first
    assert kept(29 + 29) == second
    world.ticket()
    assert kept(29 + 29) == second
    assert kept(29 + 30) != second
