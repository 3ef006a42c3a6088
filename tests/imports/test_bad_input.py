"""What people and tools write wrongly: read where it can be meant, refused by name where it cannot."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.utils import translation
from tests.desk_world import World
from tests.imports.making import GOOD, HEADINGS, at, checked, csv_of, imported, plain_mapping, row
from tests.imports.workbooks import with_part, workbook

from madoguchi.core.import_vocabulary import DayOrder
from madoguchi.desk.models import Ticket
from madoguchi.imports.errors import LedgerError, MappingError
from madoguchi.imports.mapping import mapping_of, mapping_of_toml
from madoguchi.imports.moments import read_moment
from madoguchi.imports.reading import open_ledger
from madoguchi.imports.values import MAX_BYTES, MAX_ROWS, Form
from madoguchi.intake.convert import CellError

TEXT = csv_of(GOOD).decode()
SHEET = "xl/worksheets/sheet1.xml"
JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932", "euc_jp"])
def test_encodings_are_found_out(world: World, encoding: str) -> None:
    imported(world, TEXT.encode(encoding))
    assert Ticket.objects.get().subject == "印刷できない"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters_are_found_out(delimiter: str) -> None:
    assert open_ledger(csv_of(GOOD, delimiter=delimiter), form=Form()).headings == HEADINGS


def test_a_wrong_delimiter_names_what_is_missing(world: World) -> None:
    with pytest.raises(MappingError, match="元の番号"):
        checked(world, csv_of(GOOD), file={"delimiter": ";"})


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "空の"),
        (b"\r\n \r\n", "空の"),
        (b"\xff\x00\x81", "文字コード"),
        (b"\xd0\xcf\x11\xe0old", "xls"),
        (b"PK\x03\x04broken", "Excel"),
        ('番号,件名\r\n1,"閉じない'.encode(), "引用符"),
        (b"x" * (MAX_BYTES + 1), "大きすぎ"),
        ((",".join(f"c{n}" for n in range(500)) + "\r\n").encode(), "列が500"),
        (('a,b\r\n"' + "x" * 200_000 + '",1\r\n').encode(), "CSV"),
    ],
)
def test_what_is_no_ledger_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(LedgerError, match=says):
        list(open_ledger(content, form=Form()).lines)


def test_more_rows_than_may_be_are_refused(world: World) -> None:
    line = ",".join(GOOD) + "\r\n"
    content = (",".join(HEADINGS) + "\r\n" + line * (MAX_ROWS + 1)).encode()
    with pytest.raises(LedgerError, match="200,000"):
        checked(world, content)


def test_headings_that_stand_twice_are_told_apart() -> None:
    ledger = open_ledger("番号,備考,備考\r\n1,a,b\r\n".encode(), form=Form())
    assert ledger.headings == ("番号", "備考", "備考 (2)")
    assert "備考" in ledger.notes[0]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"key": ""}, "元の番号"),
        ({"subject": ""}, "件名"),
        ({"received_at": ""}, "受付日時"),
        ({"received_at": "2026-02-30"}, "2026-02-30"),
        ({"received_at": "昨日"}, "昨日"),
        ({"received_at": "05/06/2026"}, "日付の順"),
        ({"received_at": "1999-01-01"}, "2000年"),
        ({"received_at": "2029-01-01", "first_answered_at": "", "resolved_at": "", "state": "受付済"}, "00:00 は未来"),
        ({"resolved_at": "2026-05-10 08:00"}, "完了日時 2026-05-10 08:00 が受付日時 2026-05-11 09:00 より前"),
        ({"first_answered_at": "2026-05-01"}, "より前"),
        ({"state": "謎の状態"}, "受付済、対応中"),
        ({"resolved_at": ""}, "完了日時も更新日時も"),
        ({"subject": "#REF!"}, "#REF!"),
        ({"subject": "a\x00b"}, "制御文字"),
        ({"text": "長" * 50_001}, "50000文字以内"),
        ({"key": "k" * 121}, "120文字以内"),
    ],
)
def test_a_wrong_row_is_refused_with_its_reason_and_the_others_come(
    world: World, changed: dict[str, str], says: str
) -> None:
    run = imported(world, csv_of(row(**changed), row(key="A-2")))
    assert (run.added_count, run.refused_count) == (1, 1)
    refused = run.refused_rows.get()
    assert refused.line == 2
    assert says in " ".join(refused.texts)
    assert len(refused.cells) > 0


def test_every_reason_of_a_row_is_said(world: World) -> None:
    run = checked(world, csv_of(row(subject="", received_at="?", state="?")))
    assert len(run.refused_rows.get().reasons) == 3


def test_reasons_are_read_in_the_readers_language(world: World) -> None:
    run = checked(world, csv_of(row(subject="", received_at="?", state="?"), row(key="A-2", received_at="2199-01-01")))
    broken, late = run.refused_rows.order_by("line")
    assert all("使えるのは" in each for each in broken.texts)
    with translation.override("en"):
        assert all("allowed" in each.lower() for each in broken.texts)
        for each in (*broken.texts, *late.texts):
            assert not JAPANESE.search(each.replace("令和8年5月20日 9時30分", "")), each


def test_rows_longer_or_shorter_than_the_headings_are_refused(world: World) -> None:
    content = csv_of(GOOD) + b"A-2,x\r\n" + ",".join((*GOOD, "余り")).encode() + b"\r\n"
    run = checked(world, content)
    assert (run.added_count, run.refused_count) == (1, 2)


@pytest.mark.parametrize(
    "written",
    [
        "2026-05-11 09:00", "2026/5/11 9:00", "2026.05.11 09:00:00", "2026年5月11日 9時00分", "令和8年5月11日 9:00",
        "R8.5.11 9:00", "２０２６/５/１１ ９：００", "2026-05-11T09:00:00+09:00", "2026-05-11T00:00:00Z",
        "202605110900", "11/May/26 9:00 AM", "Mon May 11 09:00:00 2026", "2026/05/11(月) 09:00", "46153.375",
        "2026年5月11日 午前9時", "May 11, 2026 9:00 am",
    ],
)  # fmt: skip
def test_moments_are_read_however_they_are_written(written: str) -> None:
    assert read_moment(written, zone="Asia/Tokyo", order=DayOrder.YEAR_FIRST) == at("2026-05-11T09:00")


@pytest.mark.parametrize(("order", "day"), [(DayOrder.DAY_FIRST, "2026-06-05"), (DayOrder.MONTH_FIRST, "2026-05-06")])
def test_the_order_of_days_decides(order: DayOrder, day: str) -> None:
    assert read_moment("05/06/2026 10:00", zone="Asia/Tokyo", order=order) == at(f"{day}T10:00")


@pytest.mark.parametrize(
    "cell", ["", "平成31年5月1日x", "令和0年1月1日", "25:00", "2026-05-11 24:30", True, 1.5, 10**9, "9999999", "1e400"]
)
def test_what_is_no_moment_is_refused(cell: object) -> None:
    with pytest.raises(CellError):
        read_moment(cell, zone="Asia/Tokyo", order=DayOrder.YEAR_FIRST)


def test_a_time_that_the_clocks_skipped_is_refused() -> None:
    with pytest.raises(CellError):
        read_moment("2026-03-29 02:30", zone="Europe/Berlin", order=DayOrder.YEAR_FIRST)


def excel_rows() -> list[tuple[object, ...]]:
    cells: list[object] = list(GOOD)
    cells[4], cells[5] = datetime(2026, 5, 11, 9), 46153.375  # noqa: DTZ001  # as cells are
    return [HEADINGS, tuple(cells)]


def test_excel_moments_and_serials_are_read(world: World) -> None:
    imported(world, workbook(excel_rows()))
    ticket = Ticket.objects.get()
    assert ticket.received_at == ticket.first_answered_at == at("2026-05-11T09:00")


def test_merged_cells_count_for_every_row_they_cover(world: World) -> None:
    two = [*excel_rows(), ("A-2", None, *excel_rows()[1][2:])]
    content = workbook(two, change=lambda book: book.active.merge_cells("B2:B3"))
    run = imported(world, content)
    assert [each.subject for each in Ticket.objects.order_by("number")] == ["印刷できない", "印刷できない"]
    assert any("結合セル" in each for each in run.notes)


def test_a_hidden_sheet_is_told_and_not_taken(world: World) -> None:
    def hide(book: Any) -> None:  # noqa: ANN401  # a workbook
        hidden = book.create_sheet("古い台帳", 0)
        hidden.append(["x", "y"])
        hidden.sheet_state = "hidden"

    run = imported(world, workbook(excel_rows(), change=hide))
    assert run.added_count == 1
    assert any("古い台帳" in each for each in run.notes)


def test_a_formula_without_a_kept_result_is_no_subject(world: World) -> None:
    rows = excel_rows()
    rows[1] = (rows[1][0], '=HYPERLINK("http://x")', *rows[1][2:])
    run = checked(world, workbook(rows))
    assert run.refused_count == 1
    assert any("数式" in each for each in run.notes)


def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = with_part(workbook(excel_rows()), SHEET, lambda part: part + b" " * 60_000_000)
    with pytest.raises(LedgerError, match="展開すると"):
        open_ledger(bomb, form=Form())


def test_declarations_in_a_workbook_are_refused() -> None:
    bomb = with_part(workbook(excel_rows()), SHEET, lambda part: b'<!DOCTYPE x [<!ENTITY a "b">]>' + part)
    with pytest.raises(LedgerError, match="文書型宣言"):
        open_ledger(bomb, form=Form())


def test_a_cell_far_away_is_refused_and_not_filled_up_to() -> None:
    content = workbook(excel_rows(), change=lambda book: book.active.cell(row=3, column=16_000, value="x"))
    with pytest.raises(LedgerError, match="列が"):
        list(open_ledger(content, form=Form()).lines)


def test_a_sheet_that_is_not_there_is_named(world: World) -> None:
    with pytest.raises(LedgerError, match="台帳2"):
        checked(world, workbook(excel_rows()), file={"sheet": "台帳2"})


@pytest.mark.parametrize(
    "given",
    [
        {"system": "空白 あり"}, {"zone": "Mars/Base"}, {"day_order": 3}, {"columns": {"nothing": ["x"]}},
        {"columns": {"key": 4}}, {"words": {"state": {"new": "neu"}}}, {"words": {"subject": {"a": "b"}}},
        {"otherwise": {"channel": "fax"}}, {"file": {"delimiter": "xx"}}, {"file": {"header_line": True}},
        {"file": {"encoding": "klingon"}}, {"unknown": 1}, {"columns": []},
    ],
)  # fmt: skip
def test_a_wrong_mapping_is_refused_by_name(given: dict[str, Any]) -> None:
    with pytest.raises(MappingError):
        mapping_of(plain_mapping() | given)


def test_a_mapping_file_that_is_not_toml_is_refused() -> None:
    with pytest.raises(MappingError, match="TOML"):
        mapping_of_toml("= 1")


def test_a_mapping_comes_back_as_it_was_kept() -> None:
    mapping = mapping_of(plain_mapping(words={"state": {"新規": "received"}}))
    assert mapping_of(mapping.as_json()) == mapping
