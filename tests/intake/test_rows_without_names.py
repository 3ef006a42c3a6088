"""Files whose headings stand over two lines or nowhere, and rows that nothing names."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from madoguchi.core.errors import InvalidInputError
from madoguchi.intake.apply import RowReader
from madoguchi.intake.mapping import load_mapping
from madoguchi.intake.rows import FileForm, read_rows

NAMES = ("番号", "発生", "復旧")
LINES = [["障害台帳", "", ""], ["番号", "時刻", ""], ["", "発生", "復旧"], ["1", "a", "b"], ["2", "c", "d"]]
ROWS = [{"番号": "1", "発生": "a", "復旧": "b"}, {"番号": "2", "発生": "c", "復旧": "d"}]
MAPPING = """
format = "mapping"
table = "complaints"
system = "s"
contract = "c"
key = ["id", "part"]
[columns.at]
from = "at"
"""


def as_csv(path: Path, lines: list[list[str]]) -> Path:
    target = path / "a.csv"
    target.write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")
    return target


def as_workbook(path: Path, lines: list[list[str]]) -> Path:
    book = openpyxl.Workbook()
    for line in lines:
        book.worksheets[0].append([cell or None for cell in line])
    book.save(path / "a.xlsx")
    return path / "a.xlsx"


@pytest.mark.parametrize("write", [as_csv, as_workbook])
def test_rows_begin_after_the_line_of_the_headings_where_columns_have_names_of_ours(
    tmp_path: Path, write: Callable[[Path, list[list[str]]], Path]
) -> None:
    file = read_rows(write(tmp_path, LINES), form=FileForm(columns=NAMES, header_line=3))
    assert [(line, dict(row)) for line, row in file.rows] == [(4, ROWS[0]), (5, ROWS[1])]


@pytest.mark.parametrize("write", [as_csv, as_workbook])
def test_a_file_without_any_heading_loses_no_row(
    tmp_path: Path, write: Callable[[Path, list[list[str]]], Path]
) -> None:
    file = read_rows(write(tmp_path, LINES[3:]), form=FileForm(columns=NAMES, header_line=0))
    assert [dict(row) for _, row in file.rows] == ROWS


def test_no_heading_line_needs_the_columns_names() -> None:
    with pytest.raises(InvalidInputError, match="header_line: given 0"):
        load_mapping(MAPPING + "[file]\nheader_line = 0\n", file="m.toml")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (",,2026-05-01T10:00:00Z", "nothing"),
        (" ,,2026-05-01T10:00:00Z", "nothing"),
        ("1\x00,,2026-05-01T10:00:00Z", r"given '1\x00/'"),
    ],
)
def test_a_row_that_nothing_names_is_refused_by_its_line(tmp_path: Path, row: str, problem: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"id,part,at\n1,,2026-05-01T09:00:00Z\n{row}\n", encoding="utf-8")
    mapping = load_mapping(MAPPING, file="m.toml")
    reader = RowReader(mapping=mapping, file="a.csv")
    events = list(reader.events(read_rows(path, form=mapping.form)))
    assert [event["source"] for _, event in events] == ["s:1/"]
    assert [(each.line, each.key, each.given) for each in reader.problems] == [(3, "id, part", problem)]
