"""Every list as a file: for whoever may open its page, without formulas, noted in the history."""

import csv
import io
import json

import openpyxl
import pytest
from tests.desk_fixtures import signed_in
from tests.desk_world import World

from madoguchi.audit.models import HistoryRow
from madoguchi.console.list_tables import TABLES
from madoguchi.contracts.rules import RIGHTS
from madoguchi.core.vocabulary import Act, RoleKind
from madoguchi.desk.models import AnswerTemplate, Category, Queue
from madoguchi.people.models import Person


@pytest.mark.parametrize("name", list(TABLES))
def test_a_list_is_handed_out_with_the_right_of_its_page(world: World, other: World, name: str) -> None:
    world.act(world.ticket(), Act.NOTE, text="メモ")
    other.ticket(subject="他契約の件")
    right, _ = TABLES[name]
    for kind in RoleKind:
        client = signed_in(world, kind)
        answer = client.get(f"/c/alpha/export/{name}.csv")
        assert answer.status_code == (200 if kind in RIGHTS[right] else 403), kind
        assert client.get(f"/c/beta/export/{name}.csv").status_code == 404
        assert client.get(f"/c/alpha/export/{name}.exe").status_code == 404
    allowed = signed_in(world, next(kind for kind in RoleKind if kind in RIGHTS[right]))
    rows = list(csv.reader(io.StringIO(allowed.get(f"/c/alpha/export/{name}.csv").content.decode("utf-8-sig"))))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert "beta" not in json.dumps(rows)
    book = openpyxl.load_workbook(io.BytesIO(allowed.get(f"/c/alpha/export/{name}.xlsx").content))
    sheet = book.active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]] == rows[0]
    noted = HistoryRow.objects.filter(chain="alpha", act="export_list", subject=name).latest("number")
    assert json.loads(noted.details)["kind"] == "xlsx"


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
