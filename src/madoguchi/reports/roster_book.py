"""A plan as a workbook: shifts, half hours and what the plan was made from. Texts are never taken for formulas."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

Cell = str | int | float | None
FONT = "ＭＳ ゴシック"
COLUMN_WIDTH, LONGEST_CELL = 16, 32_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A page of a workbook: its heading row and its rows; numbers stay numbers."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def roster_book(*, title: str, made_at: datetime, sheets: Sequence[Sheet]) -> bytes:
    """Return an .xlsx file; the same plan gives the same bytes."""
    import xlsxwriter  # noqa: PLC0415  # heavy

    made = io.BytesIO()
    options: Mapping[str, bool] = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(made, dict(options))
    book.set_properties({"title": title, "created": made_at.replace(tzinfo=None, microsecond=0)})
    for sheet in sheets:
        _add(book, sheet)
    book.close()
    return made.getvalue()


def _add(book: "Workbook", sheet: Sheet) -> None:
    page = book.add_worksheet(sheet.name)
    head = book.add_format({"font_name": FONT, "font_size": 10, "bold": True, "border": 1, "bg_color": "#F2F2F2"})
    plain = book.add_format({"font_name": FONT, "font_size": 10, "border": 1})
    for column, text in enumerate(sheet.header):
        page.write_string(0, column, text, head)
    for row, cells in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(cells):
            if isinstance(cell, int | float):
                page.write_number(row, column, cell, plain)
            else:
                page.write_string(row, column, _text(cell), plain)
    page.freeze_panes(1, 1)
    page.set_column(0, max(0, len(sheet.header) - 1), COLUMN_WIDTH)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def _text(cell: str | None) -> str:
    """Return what a cell may hold; control characters would make the file one no program opens."""
    return "".join(each for each in (cell or "") if each.isprintable() or each == "\n")[:LONGEST_CELL]
