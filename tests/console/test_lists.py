"""Lists: as many queries for ten rows as for many, and files no spreadsheet takes for formulas."""

import csv
import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.desk_fixtures import signed_in
from tests.desk_world import World

from madoguchi.audit.models import HistoryRow
from madoguchi.core.vocabulary import Act, RoleKind

PAGES = ("desk/", "search/?q=印刷", "wallboard/", "tickets/1/", "knowledge/", "notices/")


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_makes_as_many_queries_for_sixty_tickets_as_for_ten(operator: Client, world: World, page: str) -> None:
    for _ in range(10):
        world.ticket()
    queries(operator, f"/c/alpha/{page}")
    few = queries(operator, f"/c/alpha/{page}")
    for _ in range(50):
        ticket = world.ticket()
    world.act(ticket, Act.NOTE, text="メモ")
    assert queries(operator, f"/c/alpha/{page}") == few


def test_the_export_holds_what_the_list_shows_and_no_formula(world: World) -> None:
    client = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    world.ticket(subject="=1+1")
    world.ticket(subject="+SUM(A1)")
    world.ticket(subject="@x")
    answer = client.get("/c/alpha/desk/export.csv?sort=oldest")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["'=1+1", "'+SUM(A1)", "'@x"]
    book = openpyxl.load_workbook(io.BytesIO(client.get("/c/alpha/desk/export.xlsx?sort=oldest").content))
    cells = [row[1] for row in book.active.iter_rows(min_row=2)]  # type: ignore[union-attr]
    assert [cell.value for cell in cells] == ["=1+1", "+SUM(A1)", "@x"]
    assert {cell.data_type for cell in cells} == {"s"}
    assert client.get("/c/alpha/desk/export.exe").status_code == 404
    assert HistoryRow.objects.filter(chain="alpha", act="export_list").count() == 2


def test_filters_narrow_and_are_kept_by_name(operator: Client, world: World) -> None:
    world.ticket(subject="不具合の件")
    closed = world.ticket(subject="終わった件")
    world.act(closed, Act.RESOLVE)
    assert "終わった件" not in operator.get("/c/alpha/desk/").content.decode()
    assert "終わった件" in operator.get("/c/alpha/desk/?state=resolved").content.decode()
    assert "不具合の件" not in operator.get("/c/alpha/desk/?assignee=me").content.decode()
    operator.post("/c/alpha/desk/filters/", {"name": "完了分", "query": "state=resolved"})
    answer: Any = operator.get("/c/alpha/desk/")
    assert "?state=resolved" in answer.content.decode()


def test_nonsense_in_an_address_is_no_error(operator: Client, world: World) -> None:
    world.ticket()
    for query in (
        "page=0",
        "page=x",
        "page=99999999999",
        "state=%00",
        "sort=%27",
        "queue=%F0%9F%98%80",
        "kind=" + "x" * 900,
    ):
        assert operator.get(f"/c/alpha/desk/?{query}").status_code == 200, query
    for query in ("q=", "q=%00", "q=" + "あ" * 500, "q=%27%22--", "state=zzz&q=a"):
        assert operator.get(f"/c/alpha/search/?{query}").status_code == 200, query
    assert operator.get("/c/alpha/figures/?month=2026-13").status_code == 404
    assert operator.get("/c/alpha/figures/?month=9999-12").status_code in {200, 404}


def test_a_number_typed_into_the_search_opens_the_ticket(operator: Client, world: World) -> None:
    ticket = world.ticket()
    for typed in (ticket.reference, "１", "#1"):
        assert operator.get("/c/alpha/search/", {"q": typed}).headers["Location"] == "/c/alpha/tickets/1/"
