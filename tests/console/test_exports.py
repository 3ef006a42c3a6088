"""Every list as a file: for whoever may open its page, without formulas, noted in the history."""

import csv
import io
import json
from dataclasses import replace
from typing import Any, get_args, get_type_hints

import openpyxl
import pytest
from django.db.models import Field, Model
from tests.desk_fixtures import signed_in
from tests.desk_world import World

from madoguchi.audit.models import HistoryRow
from madoguchi.console.list_columns import Table
from madoguchi.console.list_tables import TABLES
from madoguchi.contracts.rules import RIGHTS
from madoguchi.core.vocabulary import Act, RoleKind
from madoguchi.desk.models import AnswerTemplate, Category, Queue
from madoguchi.people.models import Person


@pytest.mark.parametrize("name", list(TABLES))
def test_a_list_is_handed_out_with_the_right_of_its_page(world: World, other: World, name: str) -> None:
    world.act(world.ticket(), Act.NOTE, text="メモ")
    other.ticket(subject="他契約の件")
    may = {kind for kind in RoleKind if all(kind in RIGHTS[right] for right in TABLES[name].rights)}
    for kind in (min(may), *sorted(set(RoleKind) - may)[:2]):
        client = signed_in(world, kind)
        assert client.get(f"/c/alpha/export/{name}.csv").status_code == (200 if kind in may else 403), kind
    assert client.get(f"/c/beta/export/{name}.csv").status_code == 404
    assert client.get(f"/c/alpha/export/{name}.exe").status_code == 404
    allowed = signed_in(world, min(may))
    rows = list(csv.reader(io.StringIO(allowed.get(f"/c/alpha/export/{name}.csv").content.decode("utf-8-sig"))))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert "beta" not in json.dumps(rows)
    book = openpyxl.load_workbook(io.BytesIO(allowed.get(f"/c/alpha/export/{name}.xlsx").content))
    sheet = book.active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]] == rows[0]
    noted = HistoryRow.objects.filter(chain="alpha", act="export_list", subject=name).latest("number")
    assert json.loads(noted.details)["kind"] == "xlsx"


def test_columns_are_there_and_their_words_are_those_of_the_field() -> None:
    checked = 0
    for name, listed in TABLES.items():
        if not isinstance(listed.table, Table):
            continue
        (kind,) = get_args(get_type_hints(listed.table.rows)["return"])
        for column in listed.table.columns:
            if isinstance(column.source, str):
                field = walked(kind, column.source, f"{name}: {column.source}")
                checked += 1
                if isinstance(field, Field) and field.choices:
                    assert column.words is not None, f"{name}: {column.source}"
                    stored = {str(value) for value, _label in field.flatchoices}
                    assert stored <= {each.value for each in column.words}, f"{name}: {column.source}"
    assert checked > 200


def walked(kind: Any, path: str, told: str) -> object:  # noqa: ANN401  # a class of rows
    """Return what an attribute's path ends at: a model's field, or nothing to be said of."""
    for number, part in enumerate(path.split(".")):
        if not (isinstance(kind, type) and issubclass(kind, Model)):
            assert hasattr(kind, part) or part in get_type_hints(kind), told
            kind = get_type_hints(kind).get(part)
        elif isinstance(getattr(kind, part, None), property):
            assert path.split(".")[number + 1 :] == [], told
            return None
        else:
            field = kind._meta.get_field(part)
            kind = field.related_model
            if kind is None:
                return field
    return None


def test_a_list_that_is_cut_says_so_in_its_last_line(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        Category.objects.create(contract=world.contract, key=f"k{number}", name=f"分類{number}")
    monkeypatch.setitem(TABLES, "arrange", replace(TABLES["arrange"], most=3))
    client = signed_in(world, RoleKind.ADMINISTRATOR)
    text = client.get("/c/alpha/export/arrange.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 1 + 3 + 1
    assert rows[-1][0].startswith("3行で打ち切りました")
    noted = HistoryRow.objects.filter(chain="alpha", act="export_list", subject="arrange").latest("number")
    assert json.loads(noted.details)["count"] == 3


def test_filters_of_the_page_narrow_the_file(world: World) -> None:
    world.ticket(subject="複合機の異音")
    world.ticket(subject="共有フォルダー")
    manager = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    text = manager.get("/c/alpha/export/search.csv", {"q": "複合機"}).content.decode("utf-8-sig")
    assert [row[1] for row in csv.reader(io.StringIO(text))][1:] == ["複合機の異音"]
    user = signed_in(world, RoleKind.USER)
    text = user.get("/c/alpha/export/own_tickets.csv").content.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(text)))) == 3
    for query in ("q=%00", "day=x", "indicator=none&window=2026", "indicator=%00&window=", "month=9999-99"):
        for name in ("search", "calls", "evidence", "outages"):
            status = manager.get(f"/c/alpha/export/{name}.csv?{query}").status_code
            assert status in {200, 404}, (name, query)


def test_no_cell_of_any_list_is_a_formula(world: World) -> None:
    evil = '=HYPERLINK("http://x")'
    AnswerTemplate.objects.create(contract=world.contract, name=evil, text="@SUM(A1)")
    Category.objects.create(contract=world.contract, key="evil", name="+1")
    Queue.objects.filter(contract=world.contract).update(name="-2")
    Person.objects.update(name=evil)
    for kind, name in ((RoleKind.OPERATIONS_MANAGER, "templates"), (RoleKind.ADMINISTRATOR, "arrange"),
                       (RoleKind.ADMINISTRATOR, "members")):  # fmt: skip
        client = signed_in(world, kind)
        text = client.get(f"/c/alpha/export/{name}.csv").content.decode("utf-8-sig")
        for row in csv.reader(io.StringIO(text)):
            assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
        book = openpyxl.load_workbook(io.BytesIO(client.get(f"/c/alpha/export/{name}.xlsx").content))
        sheet = book.active
        assert sheet is not None
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
