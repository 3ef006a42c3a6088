"""A ledger becomes tickets of the desk with their own history, once, and can be taken back."""

import shutil

import pytest
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World
from tests.imports.making import COLUMNS, GOOD, at, checked, csv_of, imported, manager, row, taken

from madoguchi.audit.queries import faults_of, history_of
from madoguchi.contracts.folders import imported_folder
from madoguchi.core.events import FACT_TABLES, Event
from madoguchi.core.import_vocabulary import ImportState
from madoguchi.core.vocabulary import Act, RoleKind
from madoguchi.desk.events import ticket_events
from madoguchi.desk.found import found_tickets
from madoguchi.desk.models import Activity, Notice, Ticket
from madoguchi.desk.operations.filing import file_waiting_tickets
from madoguchi.imports.errors import ChangedSinceError, ImportNotNowError
from madoguchi.imports.measured import doubled_count
from madoguchi.imports.models import ImportedTicket, ImportRun
from madoguchi.imports.operations.carry_out import carry_out
from madoguchi.imports.operations.runs import discard_run, start_import
from madoguchi.imports.operations.undo import ask_undo, carry_out_undo
from madoguchi.intake.columnar import to_arrow
from madoguchi.intake.store import FactStore
from madoguchi.knowledge.search.index import Text, TextKind, file_texts, withdraw_text
from madoguchi.knowledge.search.waiting import file_waiting, waiting_count


def test_a_row_becomes_a_ticket_with_its_steps_at_their_own_moments(world: World) -> None:
    run = imported(world, csv_of(row(requester_mail="user-alpha@example.jp")))
    assert (run.state, run.row_count, run.added_count, run.refused_count) == (ImportState.DONE, 1, 1, 0)
    ticket = Ticket.objects.get(source="ledger:A-1")
    assert (ticket.subject, ticket.state, ticket.received_at) == ("印刷できない", "resolved", at("2026-05-11T09:00"))
    assert ticket.first_answered_at == at("2026-05-11T09:20")
    assert ticket.resolved_at == at("2026-05-11T11:00")
    assert ticket.requester == world.person(RoleKind.USER)
    steps: list[object] = list(ticket.activities.order_by("number").values_list("act", "at", "recorded_at", "actor"))
    assert steps == [
        (Act.RECEIVE, at("2026-05-11T09:00"), NOW, None),
        (Act.ANSWER, at("2026-05-11T09:20"), NOW, None),
        (Act.RESOLVE, at("2026-05-11T11:00"), NOW, None),
    ]
    assert not Notice.objects.exists()


def test_an_unknown_requester_is_kept_in_the_first_step_and_is_nobody_who_can_sign_in(world: World) -> None:
    imported(world, csv_of(row(requester_mail="stranger@example.com"), row(key="A-2")))
    one, two = Ticket.objects.order_by("number")
    assert one.requester == two.requester
    assert one.requester.sign_in_name is None
    assert one.requester.mail == ""
    assert "stranger@example.com" in one.activities.get(number=1).text


def test_imported_tickets_are_measured_and_found(world: World) -> None:
    imported(world, csv_of(row(subject="共有フォルダーが開けない")))
    file_waiting_tickets()
    event = next(iter(ticket_events(world.contract, key="alpha")))
    assert event["resolved_at"] == at("2026-05-11T11:00")
    tickets, _found = found_tickets(access=world.access[RoleKind.OPERATOR], query="共有フォルダー", limit=5)
    assert [each.source for each in tickets] == ["ledger:A-1"]


def test_what_is_not_filed_yet_is_counted_and_filed_once(world: World) -> None:
    imported(world, csv_of(row(subject="共有フォルダーが開けない"), row(key="A-2")))
    access = world.access[RoleKind.OPERATOR]
    assert waiting_count(contract=world.contract, kind=TextKind.TICKET) == 2
    assert found_tickets(access=access, query="共有フォルダー", limit=5)[1].count == 0
    seen: list[int] = []
    assert file_waiting_tickets(progress=seen.append) == 2
    assert seen == [2]
    assert waiting_count(contract=world.contract, kind=TextKind.TICKET) == 0
    assert file_waiting_tickets() == 0
    assert found_tickets(access=access, query="共有フォルダー", limit=5)[1].count == 1


def test_a_text_that_was_filed_or_taken_away_meanwhile_is_not_filed_again(world: World) -> None:
    imported(world, csv_of(row(subject="共有フォルダーが開けない")))
    ticket = Ticket.objects.get()
    text = Text(kind=TextKind.TICKET, object_id=ticket.pk, title="無線が切れる", body="")
    file_texts(contract=world.contract, texts=[text])
    old = Text(kind=TextKind.TICKET, object_id=ticket.pk, title=ticket.subject, body=ticket.text)
    file_waiting(contract=world.contract, kind=TextKind.TICKET, texts=[old])
    access = world.access[RoleKind.OPERATOR]
    assert found_tickets(access=access, query="無線", limit=5)[1].count == 1
    assert found_tickets(access=access, query="共有フォルダー", limit=5)[1].count == 0
    withdraw_text(contract=world.contract, kind=TextKind.TICKET, object_id=ticket.pk)
    file_waiting(contract=world.contract, kind=TextKind.TICKET, texts=[old])
    assert found_tickets(access=access, query="共有フォルダー", limit=5)[1].count == 0


def test_a_cell_that_says_nothing_gives_way_to_the_next_column(world: World) -> None:
    columns = {name: [heading] for name, heading in COLUMNS.items()} | {"subject": ["件名", "内容"]}
    imported(world, csv_of(row(subject="?"), row(key="A-2")), columns=columns, missing=["?"])
    assert list(Ticket.objects.order_by("number").values_list("subject", flat=True)) == ["4階の複合機", "印刷できない"]
    run = imported(world, csv_of(row(key="A-3", subject="?")), missing=["?"])
    assert run.refused_count == 1


def test_a_ticket_that_came_as_a_bare_fact_is_not_counted_twice(world: World) -> None:
    fact: Event = {
        "contract": "alpha",
        "source": "ledger:A-2",
        "kind": "inquiry",
        "received_at": at("2026-05-11T09:00"),
    }
    table = to_arrow([fact], table=FACT_TABLES["tickets"])
    FactStore(imported_folder(world.contract)).put({"tickets": table}, now=NOW, files={})
    try:
        run = imported(world, csv_of(GOOD, row(key="A-2")))
        assert (run.added_count, run.refused_count) == (1, 1)
        assert "facts import" in run.refused_rows.get().texts[0]
        assert doubled_count(world.contract) == 0
        Ticket.objects.update(source="ledger:A-2")
        assert doubled_count(world.contract) == 1
        client = signed_in(world, RoleKind.OPERATIONS_MANAGER)
        assert "二重に数えられています" in client.get("/c/alpha/figures/").content.decode()
    finally:
        shutil.rmtree(imported_folder(world.contract))
    assert doubled_count(world.contract) == 0


def test_the_same_file_again_adds_nothing_and_says_so(world: World) -> None:
    content = csv_of(GOOD, row(key="A-2"))
    imported(world, content)
    again = imported(world, content)
    assert (again.added_count, again.known_count, again.refused_count) == (0, 2, 0)
    assert Ticket.objects.count() == 2


def test_a_known_number_with_other_content_is_refused_and_changes_nothing(world: World) -> None:
    imported(world, csv_of(GOOD))
    again = imported(world, csv_of(row(subject="別の件名")))
    assert (again.added_count, again.known_count, again.refused_count) == (0, 0, 1)
    assert "000001" in again.refused_rows.get().texts[0]
    assert Ticket.objects.get().subject == "印刷できない"


def test_a_number_twice_in_a_file_comes_once_or_is_refused(world: World) -> None:
    run = imported(world, csv_of(GOOD, GOOD, row(subject="別の件名")))
    assert (run.added_count, run.known_count, run.refused_count) == (1, 1, 1)
    assert run.refused_rows.get().line == 4


def test_a_trial_brings_nothing_in(world: World) -> None:
    run = checked(world, csv_of(GOOD, row(key="A-2", state="謎")))
    assert (run.state, run.added_count, run.refused_count) == (ImportState.CHECKED, 1, 1)
    assert not Ticket.objects.exists()
    assert "状態「謎」" in run.refused_rows.get().texts[0]


def test_an_open_ticket_runs_by_its_own_time_and_can_be_worked_on(world: World) -> None:
    imported(world, csv_of(row(state="対応中", first_answered_at="", resolved_at="", updated_at="2026-05-20 09:10",
                               received_at="2026-05-20 09:05")))  # fmt: skip
    ticket = Ticket.objects.get()
    assert ticket.state == "in_progress"
    assert ticket.next_due_at == at("2026-05-20T10:05")
    world.act(ticket, Act.ANSWER, text="直しました。", told=True)
    ticket.refresh_from_db()
    assert ticket.first_answered_at == NOW


@pytest.mark.parametrize("is_filed", [True, False])
def test_an_import_is_undone_and_the_history_keeps_both(world: World, *, is_filed: bool) -> None:
    mine = world.ticket()
    run = imported(world, csv_of(GOOD, row(key="A-2")))
    if is_filed:
        assert file_waiting_tickets() == 2
    ask_undo(access=manager(world), run_id=run.pk, now=NOW)
    carry_out_undo(access=manager(world), run_id=run.pk, clock=lambda: NOW)
    assert list(Ticket.objects.all()) == [mine]
    assert not ImportedTicket.objects.exists()
    assert set(Activity.objects.values_list("ticket", flat=True)) == {mine.pk}
    assert file_waiting_tickets() == 0
    tickets, found = found_tickets(access=manager(world), query="複合機", limit=5)
    assert (tickets, found.count) == ([], 0)
    acts = list(history_of(chain="alpha").values_list("act", flat=True))
    assert {"bring_tickets", "import_tickets", "take_back_tickets", "undo_import"} <= set(acts)
    assert list(faults_of("alpha")) == []
    run.refresh_from_db()
    assert run.state == ImportState.UNDONE


def test_an_undone_file_can_come_again(world: World) -> None:
    run = imported(world, csv_of(GOOD))
    ask_undo(access=manager(world), run_id=run.pk, now=NOW)
    carry_out_undo(access=manager(world), run_id=run.pk, clock=lambda: NOW)
    assert imported(world, csv_of(GOOD)).added_count == 1


def test_undo_is_refused_where_a_ticket_was_changed_since(world: World) -> None:
    run = imported(world, csv_of(GOOD, row(key="A-2")))
    world.act(Ticket.objects.get(source="ledger:A-2"), Act.NOTE, text="確認しました。")
    with pytest.raises(ChangedSinceError, match="000002"):
        ask_undo(access=manager(world), run_id=run.pk, now=NOW)
    assert Ticket.objects.count() == 2


def test_undo_is_refused_where_another_ticket_points_to_one(world: World) -> None:
    run = imported(world, csv_of(GOOD))
    brought, mine = Ticket.objects.get(), world.ticket()
    Ticket.objects.filter(pk=mine.pk).update(parent=brought)
    with pytest.raises(ChangedSinceError, match="000001"):
        ask_undo(access=manager(world), run_id=run.pk, now=NOW)


def test_an_undo_stops_at_what_was_changed_after_it_was_asked(world: World) -> None:
    run = imported(world, csv_of(GOOD))
    ask_undo(access=manager(world), run_id=run.pk, now=NOW)
    world.act(Ticket.objects.get(), Act.NOTE, text="確認しました。")
    with pytest.raises(ChangedSinceError):
        carry_out_undo(access=manager(world), run_id=run.pk, clock=lambda: NOW)
    run.refresh_from_db()
    assert (run.state, Ticket.objects.count()) == (ImportState.DONE, 1)
    assert "000001" in run.fault


def test_a_run_whose_worker_died_goes_on_and_doubles_nothing(world: World) -> None:
    run = imported(world, csv_of(GOOD, row(key="A-2")))
    ticket = Ticket.objects.get(source="ledger:A-2")
    ImportedTicket.objects.filter(ticket=ticket).delete()
    ticket.delete()
    ImportRun.objects.filter(pk=run.pk).update(state=ImportState.FAILED.value)
    start_import(access=manager(world), run_id=run.pk, now=NOW)
    carry_out(access=manager(world), run_id=run.pk, clock=lambda: NOW)
    run.refresh_from_db()
    assert (run.added_count, run.known_count, Ticket.objects.count()) == (2, 0, 2)


def test_what_is_done_is_not_done_again(world: World) -> None:
    run = imported(world, csv_of(GOOD))
    with pytest.raises(ImportNotNowError):
        start_import(access=manager(world), run_id=run.pk, now=NOW)
    with pytest.raises(ImportNotNowError):
        discard_run(access=manager(world), run_id=run.pk, now=NOW)


def test_an_untouched_file_can_be_thrown_away(world: World) -> None:
    run = taken(world, csv_of(GOOD))
    discard_run(access=manager(world), run_id=run.pk, now=NOW)
    assert not ImportRun.objects.exists()


def test_two_contracts_know_nothing_of_each_other(world: World, other: World) -> None:
    imported(world, csv_of(GOOD))
    assert imported(other, csv_of(GOOD)).added_count == 1
    assert Ticket.objects.filter(contract=world.contract).count() == 1
