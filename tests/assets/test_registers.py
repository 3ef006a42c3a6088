"""Registers: who held what when, loans with their days, files, stocktakes, labels."""

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World

from madoguchi.assets.errors import BookedError, ItemStateError
from madoguchi.assets.labels import CODE_39, bars
from madoguchi.assets.models import Item, Loan, Stocktake
from madoguchi.assets.operations.importing import COLUMNS
from madoguchi.assets.operations.items import NewItem, add_item, end_item, hand_over_item, place_item, renew_item
from madoguchi.assets.operations.loans import NewLoan, lend_item, reserve_item, return_item
from madoguchi.assets.tasks import send_reminders
from madoguchi.core.vocabulary import RoleKind
from madoguchi.core.works_vocabulary import ItemState, LoanState, Register
from madoguchi.desk.errors import FieldError

TODAY = date(2026, 5, 20)
DAY = timedelta(days=1)
HEADINGS = ",".join(COLUMNS)


def item_of(world: World, number: str = "PC-1", register: Register = Register.LOAN, **more: Any) -> Item:  # noqa: ANN401
    new = NewItem(register=register, number=number, name="出張用端末", **more)
    return add_item(access=world.access[RoleKind.OPERATOR], new=new, now=NOW)


def loan_of(world: World, item: Item, *, start: date = TODAY, until: date = TODAY + 3 * DAY) -> Loan:
    new = NewLoan(item_id=item.pk, person=world.person(RoleKind.USER), start_date=start, until_date=until)
    return reserve_item(access=world.access[RoleKind.OPERATOR], new=new, now=NOW)


def test_the_history_says_who_held_an_item_when(world: World) -> None:
    access, item = world.access[RoleKind.OPERATOR], item_of(world, register=Register.TERMINAL)
    moments = [NOW + timedelta(hours=hour) for hour in (1, 2, 3)]
    hand_over_item(access=access, item_id=item.pk, person=world.person(RoleKind.USER), place="5階", now=moments[0])
    place_item(access=access, item_id=item.pk, place="6階", now=moments[1])
    end_item(access=access, item_id=item.pk, state=ItemState.LOST, now=moments[2])
    user = world.person(RoleKind.USER).pk
    found = list(item.holdings.order_by("pk").values_list("person", "place", "start_at", "end_at"))
    assert found == [
        (None, "", NOW, moments[0]), (user, "5階", moments[0], moments[1]), (user, "6階", moments[1], moments[2]),
        (None, "6階", moments[2], None),
    ]  # fmt: skip
    with pytest.raises(ItemStateError):
        place_item(access=access, item_id=item.pk, place="7階", now=moments[2])


def test_a_returned_item_is_free_again_and_an_item_out_is_not_lent_twice(world: World) -> None:
    access, item = world.access[RoleKind.OPERATOR], item_of(world)
    loan = loan_of(world, item)
    with pytest.raises(BookedError):
        loan_of(world, item, start=TODAY + 3 * DAY, until=TODAY + 5 * DAY)
    lend_item(access=access, loan_id=loan.pk, now=NOW)
    following = loan_of(world, item, start=TODAY + 4 * DAY, until=TODAY + 5 * DAY)
    with pytest.raises(ItemStateError, match="まだ返却されていません"):
        lend_item(access=access, loan_id=following.pk, now=NOW)
    with pytest.raises(ItemStateError):
        hand_over_item(access=access, item_id=item.pk, person=None, place=None, now=NOW)
    return_item(access=access, loan_id=loan.pk, condition="破損なし", now=NOW + DAY)
    item.refresh_from_db()
    assert (item.state, item.holder) == (ItemState.IN_STOCK, None)
    loan_of(world, item, start=TODAY + DAY, until=TODAY + 3 * DAY)


@pytest.mark.parametrize(
    ("start", "until", "field"),
    [
        (TODAY - DAY, TODAY, "start_date"),
        (TODAY + DAY, TODAY, "until_date"),
        (TODAY, TODAY + 400 * DAY, "until_date"),
    ],
)
def test_impossible_days_of_a_loan_are_refused(world: World, start: date, until: date, field: str) -> None:
    item = item_of(world)
    with pytest.raises(FieldError) as refused:
        loan_of(world, item, start=start, until=until)
    assert refused.value.field == field
    assert not Loan.objects.exists()


def test_a_registration_is_renewed_only_forwards(world: World) -> None:
    access = world.access[RoleKind.OPERATOR]
    item = item_of(world, register=Register.MEDIA, valid_until=TODAY)
    with pytest.raises(FieldError):
        renew_item(access=access, item_id=item.pk, until=TODAY, now=NOW)
    assert renew_item(access=access, item_id=item.pk, until=TODAY + DAY, now=NOW).valid_until == TODAY + DAY


def test_late_borrowers_are_reminded_once_a_day_while_the_desk_is_open(world: World) -> None:
    access, item = world.access[RoleKind.OPERATOR], item_of(world)
    lend_item(access=access, loan_id=loan_of(world, item, until=TODAY).pk, now=NOW)
    assert send_reminders(now=NOW) == 0
    thursday: datetime = NOW + DAY
    assert send_reminders(now=thursday.replace(hour=13)) == 0  # 22:00 in Japan
    assert send_reminders(now=thursday) == 1
    assert send_reminders(now=thursday + timedelta(hours=2)) == 0
    assert send_reminders(now=thursday + DAY) == 1
    assert send_reminders(now=thursday + 2 * DAY) == 0  # Saturday
    assert [each.to for each in mail.outbox] == [["user-alpha@example.jp"]] * 2
    assert "返却" in mail.outbox[0].subject


def test_an_operator_adds_reserves_lends_and_takes_back_on_the_pages(world: World, operator: Client) -> None:
    given = {"register": "loan", "number": "PC-9", "name": "端末", "quantity": "1", "reorder_below": "0"}
    assert operator.post("/c/alpha/registers/new/", given).status_code == 302
    twice: Any = operator.post("/c/alpha/registers/new/", given)
    assert twice.status_code == 422
    item = Item.objects.get()
    page = f"/c/alpha/registers/{item.pk}/"
    days = {"start_date": "2099-01-04", "until_date": "2099-01-05"}
    reserve = {"act": "reserve", "person": str(world.person(RoleKind.USER).pk), **days}
    assert operator.post(page, reserve).status_code == 302
    again: Any = operator.post(page, reserve)
    assert again.status_code == 422
    assert "予約または貸出されています" in again.content.decode()
    loan = Loan.objects.get()
    assert operator.post("/c/alpha/loans/", {"act": "lend", "loan": loan.pk}).status_code == 302
    assert operator.post("/c/alpha/loans/", {"act": "lend", "loan": loan.pk}).status_code == 422
    assert operator.post("/c/alpha/loans/", {"act": "return", "loan": loan.pk}).status_code == 422
    checked = {"act": "return", "loan": loan.pk, "condition": "よし"}
    assert operator.post("/c/alpha/loans/", checked).status_code == 302
    assert Loan.objects.get().state == LoanState.RETURNED
    for wrong in ({"act": "explode"}, {"act": "place"}, {"act": "place", "place": "a\x00"}, {"act": "stock"}):
        assert operator.post(page, wrong).status_code == 422
    assert operator.post("/c/alpha/loans/", {"act": "lend", "loan": str(10**30)}).status_code == 422
    assert operator.post("/c/alpha/loans/", {"act": "lend", "loan": 10**9}).status_code == 404


def test_items_and_loans_of_another_contract_are_not_there(world: World, other: World, operator: Client) -> None:
    item = item_of(other)
    loan = loan_of(other, item)
    assert operator.get(f"/c/alpha/registers/{item.pk}/").status_code == 404
    assert operator.post("/c/alpha/loans/", {"act": "lend", "loan": loan.pk}).status_code == 404
    assert "PC-1" not in operator.get("/c/alpha/registers/").content.decode()
    assert world.contract != other.contract


def upload(world: World, content: bytes) -> Any:  # noqa: ANN401  # the test client's answer
    client = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    return client.post("/c/alpha/registers/import/", {"file": SimpleUploadedFile("items.csv", content)})


def row(*, number: str = "T-1", **changes: str) -> str:
    cells = dict.fromkeys(COLUMNS, "") | {"台帳": "端末", "管理番号": number, "名前": "ノートPC"} | changes
    return ",".join(cells[name] for name in COLUMNS)


def sheet(*rows: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join((HEADINGS, *rows)).encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_register_is_read_from_what_spreadsheet_programs_write(world: World, encoding: str) -> None:
    rows = (
        row(number="T-1", 製造番号="髙1", 利用者メール="USER-alpha@example.jp", 有効期限="2027/03/31"),
        row(number="T-2"),
    )
    assert upload(world, sheet(*rows, encoding=encoding)).status_code == 302
    first = Item.objects.get(number="T-1")
    assert (first.serial, first.holder, str(first.valid_until)) == ("髙1", world.person(RoleKind.USER), "2027-03-31")
    assert upload(world, sheet(row(number="T-1", 名前="新しい名前"), row(number="T-3"))).status_code == 302
    assert Item.objects.count() == 3
    first.refresh_from_db()
    assert (first.name, first.holder) == ("新しい名前", None)
    assert first.holdings.count() == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (sheet(row(number="A"), row(number="A")), "3行目 管理番号"),
        (sheet(row(number="A", 製造番号="S"), row(number="B", 製造番号="S")), "3行目 製造番号"),
        (sheet(row(製造番号="KNOWN")), "KNOWN-1"),
        (sheet(row(有効期限="2027-02-30")), "2行目 有効期限"),
        (sheet(row(有効期限="0001-01-01")), "2行目 有効期限"),
        (sheet(row(利用者メール="nobody@example.jp")), "登録されていません"),
        (sheet(row(台帳="船")), "使える値"),
        (sheet(row(個数="-1")), "2行目 個数"),
        (sheet(row(個数="1.5")), "2行目 個数"),
        (sheet(row(名前="")), "2行目 名前"),
        (sheet(row(名前="あ" * 121)), "120文字以内"),
        (sheet(row(名前="a\x00b")), "制御文字"),
        (sheet(row() + ",余分"), "列が11個"),
        (b"a,b\r\n1,2", "見出し"),
        (sheet(), "品目の行がありません"),
        (sheet(",,,,,,,,,", ""), "品目の行がありません"),
        (b"\xff\xfe\x00\x81", "文字コード"),
        (sheet('"' + "x" * 200_000), "CSVとして読めません"),
    ],
)
def test_a_wrong_file_is_refused_by_its_lines_and_changes_nothing(world: World, content: bytes, said: str) -> None:
    item_of(world, number="KNOWN-1", register=Register.TERMINAL, serial="KNOWN")
    answer = upload(world, content)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Item.objects.count() == 1


def test_what_looks_like_a_formula_goes_out_as_text_and_comes_back_as_it_was(world: World) -> None:
    assert upload(world, sheet(row(名前="=HYPERLINK(1)", 備考="＋1"))).status_code == 302
    client = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    content = client.get("/c/alpha/registers/export.csv").content
    [line] = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert (line["名前"], line["備考"]) == ("'=HYPERLINK(1)", "'＋1")
    assert upload(world, content).status_code == 302
    assert Item.objects.get().name == "=HYPERLINK(1)"


def test_serials_may_change_places_in_a_file(world: World) -> None:
    assert upload(world, sheet(row(number="A", 製造番号="1"), row(number="B", 製造番号="2"))).status_code == 302
    assert upload(world, sheet(row(number="A", 製造番号="2"), row(number="B", 製造番号="1"))).status_code == 302
    assert Item.objects.get(number="A").serial == "2"


def test_a_large_register_is_read_with_few_queries(world: World, django_assert_max_num_queries: Any) -> None:  # noqa: ANN401
    client = signed_in(world, RoleKind.OPERATIONS_MANAGER)
    file = SimpleUploadedFile("items.csv", sheet(*(row(number=f"T-{each}") for each in range(2_000))))
    with django_assert_max_num_queries(60):
        assert client.post("/c/alpha/registers/import/", {"file": file}).status_code == 302
    assert Item.objects.count() == 2_000


def test_a_stocktake_finds_what_is_missing_unknown_and_back(world: World, operator: Client) -> None:
    access = world.access[RoleKind.OPERATOR]
    for number in ("M-1", "M-2", "M-3"):
        item_of(world, number=number, register=Register.MEDIA)
    end_item(access=access, item_id=Item.objects.get(number="M-3").pk, state=ItemState.LOST, now=NOW)
    assert operator.post("/c/alpha/stocktakes/", {"register": "media"}).status_code == 302
    page = f"/c/alpha/stocktakes/{Stocktake.objects.get().pk}/"
    assert operator.post(page, {"act": "scan", "numbers": "M-1\r\nM-1\r\nX-9\r\n"}).status_code == 302
    file = SimpleUploadedFile("scan.csv", b"M-3\r\n")
    assert operator.post(page, {"act": "scan", "file": file}).status_code == 302
    shown: Any = operator.get(page)
    found = {(each.what, each.number) for each in shown.context["differences"]}
    assert found == {("missing", "M-2"), ("unknown", "X-9"), ("unexpected", "M-3")}
    for wrong in ("あ" * 41, "a\x01b"):
        assert operator.post(page, {"act": "scan", "numbers": wrong}).status_code == 422
    assert operator.post(page, {"act": "close"}).status_code == 302
    assert operator.post(page, {"act": "scan", "numbers": "M-2"}).status_code == 422
    assert Stocktake.objects.get().difference_count == 3
    # what the register says later changes nothing of what was found
    item_of(world, number="M-4", register=Register.MEDIA)
    Item.objects.filter(number="M-2").delete()
    shown = operator.get(page)
    assert {(each.what, each.number) for each in shown.context["differences"]} == found
    assert "差異 3件" in shown.content.decode()


def test_labels_are_a_pdf_with_bars_for_what_code_39_holds(world: World, operator: Client) -> None:
    item_of(world, number="PC-001")
    item_of(world, number="番号")
    answer = operator.get("/c/alpha/registers/labels.pdf")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")
    assert bars("番号") == []
    assert bars("a*b") == []
    assert sum(bars("1")) == 3 * 15 + 2  # three letters of six narrow and three wide parts, and two gaps
    assert len(set(CODE_39.values())) == len(CODE_39) == 44
    assert {each.count("w") for key, each in CODE_39.items() if key not in "$/+%"} == {3}


@pytest.mark.parametrize("path", ["registers/", "loans/", "stocktakes/"])
def test_lists_ask_the_database_as_often_for_many_as_for_one(
    world: World,
    operator: Client,
    path: str,
    django_assert_num_queries: Any,  # noqa: ANN401
    django_assert_max_num_queries: Any,  # noqa: ANN401
) -> None:
    item = item_of(world)
    loan_of(world, item)
    with django_assert_max_num_queries(30) as first:
        operator.get(f"/c/alpha/{path}")
    for number in range(10):
        loan_of(world, item_of(world, number=f"N-{number}"))
    with django_assert_num_queries(len(first)):
        operator.get(f"/c/alpha/{path}")
