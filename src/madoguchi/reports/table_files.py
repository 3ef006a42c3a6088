"""Tables of texts as files: CSV for spreadsheets and Excel, no cell of which is taken for a formula."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence

# spreadsheet programs of Japan take the wide signs for the narrow ones
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Table = Sequence[Sequence[str]]


def safe_cell(text: str) -> str:
    """Return a text no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def as_csv(rows: Table) -> tuple[bytes, str]:
    """Return UTF-8 with mark and CRLF, as spreadsheet programs expect."""
    held = io.StringIO(newline="")
    csv.writer(held).writerows([[safe_cell(cell) for cell in row] for row in rows])
    return held.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8"


def as_excel(rows: Table) -> tuple[bytes, str]:
    import xlsxwriter  # noqa: PLC0415  # only who exports loads it

    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("list")
        bold = book.add_format({"bold": True})
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell, bold if number == 0 else None)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max((len(row) for row in rows), default=1) - 1, 18)
    return held.getvalue(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


EXPORTS: Mapping[str, Callable[[Table], tuple[bytes, str]]] = {"csv": as_csv, "xlsx": as_excel}
