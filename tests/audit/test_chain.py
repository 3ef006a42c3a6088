"""History is whole, or `madoguchi audit verify` says where it is not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from tests.desk_world import NOW, World

from madoguchi.audit.anchors import anchored
from madoguchi.audit.models import HistoryRow
from madoguchi.audit.operations import Entry, record
from madoguchi.audit.queries import faults_of

CHAIN = "delta"
Capture = Callable[..., Any]


@pytest.fixture
def chain(world: World, django_capture_on_commit_callbacks: Capture) -> str:
    assert world.contract.key == "alpha"
    for number in range(1, 6):
        with django_capture_on_commit_callbacks(execute=True):
            entries = [Entry(act="view_ticket", subject=f"ticket:{number}", details={"n": number})]
            record(chain=CHAIN, at=NOW, actor="person:1", entries=entries)
    return CHAIN


def forced(sql: str) -> None:
    """Do what somebody with the database's password could: take the guard away, then change rows."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE audit_historyrow DISABLE TRIGGER ALL")
        else:
            cursor.execute("DROP TRIGGER IF EXISTS history_no_update")
            cursor.execute("DROP TRIGGER IF EXISTS history_no_delete")
        cursor.execute(sql)


def found(chain: str) -> list[tuple[int, str]]:
    return [(fault.number, fault.what) for fault in faults_of(chain)]


def test_an_untouched_chain_is_whole(chain: str) -> None:
    assert found(chain) == []
    assert sorted(anchored(chain)) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("change", [{"act": "x"}, {"actor": "person:2"}, {"subject": "ticket:9"}, {"details": "{}"}])
def test_the_database_refuses_to_change_history(chain: str, change: dict[str, str]) -> None:
    rows = HistoryRow.objects.filter(chain=chain)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(**change)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.delete()
    assert rows.count() == 5


@pytest.mark.parametrize(
    ("column", "value"),
    [("details", '{"n":4}'), ("actor", "person:3"), ("act", "view_tickeu"), ("at", "2026-05-20 01:00:01+00:00")],
)
def test_a_flipped_byte_is_found(chain: str, column: str, value: str) -> None:
    forced(f"UPDATE audit_historyrow SET {column} = '{value}' WHERE chain = '{CHAIN}' AND number = 3")
    assert found(chain) == [(3, "its content is not what was written")]


def test_a_deleted_row_is_found(chain: str) -> None:
    forced(f"DELETE FROM audit_historyrow WHERE chain = '{CHAIN}' AND number = 3")
    assert [number for number, _ in found(chain)] == [3]


def test_rows_that_changed_places_are_found(chain: str) -> None:
    for old, new in ((2, 900), (3, 2), (900, 3)):
        forced(f"UPDATE audit_historyrow SET number = {new} WHERE chain = '{CHAIN}' AND number = {old}")
    assert {number for number, _ in found(chain)} >= {2, 3}


@pytest.mark.parametrize("kept", [0, 3])
def test_a_table_cut_at_its_end_is_found_by_the_anchors(chain: str, kept: int) -> None:
    forced(f"DELETE FROM audit_historyrow WHERE chain = '{CHAIN}' AND number > {kept}")
    assert found(chain) == [(kept + 1, f"rows up to number 5 were anchored; the table ends at {kept}")]


def test_a_chain_written_anew_from_its_middle_differs_from_its_anchors(chain: str) -> None:
    forced(f"DELETE FROM audit_historyrow WHERE chain = '{CHAIN}' AND number > 3")
    head = HistoryRow.objects.get(chain=chain, number=3)
    forced(f"UPDATE audit_chainhead SET number = 3, hash = '{head.hash}' WHERE chain = '{CHAIN}'")
    entries = [Entry(act="view_ticket", subject=f"ticket:{number}") for number in (7, 8)]
    record(chain=chain, at=NOW, actor="person:1", entries=entries)
    assert (4, "differs from its anchor outside the table") in found(chain)


def test_an_anchor_file_cut_in_a_line_still_proves_the_rest(chain: str) -> None:
    path = Path(settings.ANCHOR_FOLDER) / f"{chain}.anchor"
    path.write_bytes(path.read_bytes()[:-20])
    assert found(chain) == []
    assert sorted(anchored(chain)) == [1, 2, 3, 4]


def test_history_names_no_person(world: World) -> None:
    ticket = world.ticket(subject="秘密の件名", text="秘密の本文")
    rows = HistoryRow.objects.filter(chain="alpha", subject=f"ticket:{ticket.pk}")
    assert rows.count() == 1
    told = " ".join(f"{row.actor} {row.subject} {row.details}" for row in HistoryRow.objects.all())
    for word in ("秘密", "オペレーター", "@example.jp"):
        assert word not in told
