"""A report as a workbook: numbers as numbers, user text always as text, and where every figure comes from."""

import io
from datetime import datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from madoguchi.reports.blocks import (
    Block,
    Cell,
    Chart,
    Heading,
    Layout,
    Paragraph,
    PrintedFigure,
    Report,
    Side,
    Table,
    check_texts,
    figures_of,
    text_of,
)

FONT = "ＭＳ ゴシック"
COLUMNS = 8
COLUMN_WIDTH = 16
LINE_LETTERS = 62
LINE_HEIGHT = 16
CHART_ROWS = 15
LONGEST_CELL = 32_000
MOST_INDENT = 15
SIDES = {Side.LEFT: "left", Side.CENTER: "center", Side.RIGHT: "right"}
MINUS_SIGNS = ("△", "▲")
SOURCE_HEADER = ("実績値", "指標", "定義の版", "期間", "端数処理前の値", "月次実績の版")


class Sheet:
    """A worksheet and the row to write next."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.page = book.add_worksheet("報告書")
        self.data = book.add_worksheet("図のデータ")
        self.row = 0
        self.data_row = 0

    def style(self, **more: object) -> Format:
        return self.book.add_format({"font_name": FONT, "font_size": 10, "valign": "top", **more})


def write_excel(*, report: Report) -> bytes:
    """Return the .xlsx. Raises UnprintableTextError."""
    check_texts(report)
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    day = report.issued_date
    moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # a workbook has no zone
    book.set_properties({"title": report.title, "author": report.author, "created": moment})
    sheet = Sheet(book)
    _set_up(sheet.page)
    if report.layout is Layout.SLIDES:
        sheet.page.set_landscape()
    for line in report.head:
        _add(sheet, line)
    for text, size in ((report.title, 16), (report.subtitle, 11), (report.byline, 10)):
        if text:
            _line(sheet, text, sheet.style(bold=size > 11, font_size=size))  # noqa: PLR2004  # the title
    for block in report.blocks:
        _add(sheet, block)
    _sources(sheet, report)
    book.close()
    return made.getvalue()


def _set_up(page: Worksheet) -> None:
    page.set_column(0, COLUMNS - 1, COLUMN_WIDTH)
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_footer("&C&P / &N")
    page.hide_gridlines(2)


def _add(sheet: Sheet, block: Block) -> None:
    if isinstance(block, Heading):
        sheet.row += 1
        _line(sheet, block.text, sheet.style(bold=True, font_size=15 - 2 * block.level))
    elif isinstance(block, Paragraph):
        style = sheet.style(text_wrap=True, align=SIDES[block.side], indent=min(block.indent, MOST_INDENT))
        _line(sheet, text_of(block.parts), style)
    elif isinstance(block, Table):
        _table(sheet, block)
    else:
        _chart(sheet, block)


def _line(sheet: Sheet, text: str, style: Format) -> None:
    """Write a text over the page's width; one too long for a cell goes on in the next row."""
    for start in range(0, max(len(text), 1), LONGEST_CELL):
        part = text[start : start + LONGEST_CELL]
        sheet.page.merge_range(sheet.row, 0, sheet.row, COLUMNS - 1, "", style)
        sheet.page.write_string(sheet.row, 0, part, style)
        lines = min(-(-len(part) // LINE_LETTERS), 25)
        if lines > 1:
            sheet.page.set_row(sheet.row, LINE_HEIGHT * lines)
        sheet.row += 1


def _table(sheet: Sheet, table: Table) -> None:
    sheet.row += 1
    _line(sheet, table.caption, sheet.style(bold=True))
    head = sheet.style(bold=True, border=1, bg_color="#F2F2F2", text_wrap=True)
    body = sheet.style(border=1, text_wrap=True)
    for index, text in enumerate(table.header):
        sheet.page.write_string(sheet.row, index, text, head)
    sheet.row += 1
    for row in table.rows:
        for index, cell in enumerate(row):
            _cell(sheet, index, cell, body)
        sheet.row += 1


def _cell(sheet: Sheet, column: int, cell: Cell, style: Format) -> None:
    if isinstance(cell, PrintedFigure) and cell.number is not None:
        shown = sheet.style(border=1, num_format=_number_format(cell), align="right")
        sheet.page.write_number(sheet.row, column, float(cell.number), shown)
    else:
        sheet.page.write_string(sheet.row, column, text_of(cell), style)


def _number_format(figure: PrintedFigure) -> str:
    """Return the pattern that shows the number as it is printed: its decimals, its unit, its sign for a loss."""
    assert figure.number is not None
    decimals = max(0, -int(figure.number.as_tuple().exponent))
    number = "#,##0" + (f".{'0' * decimals}" if decimals else "") + (f'"{figure.suffix}"' if figure.suffix else "")
    sign = figure.text[:1]
    return f"{number};{sign}{number}" if sign in MINUS_SIGNS else number


def _chart(sheet: Sheet, chart: Chart) -> None:
    """Put the chart's numbers on their own sheet and a native chart on the page."""
    sheet.row += 1
    _line(sheet, chart.title, sheet.style(bold=True))
    first = sheet.data_row
    plain = sheet.style()
    sheet.data.write_string(first, 0, chart.title, sheet.style(bold=True))
    for offset, (name, value) in enumerate(zip(chart.categories, chart.values, strict=True), start=1):
        sheet.data.write_string(first + offset, 0, name, plain)
        if value is not None:
            sheet.data.write_number(first + offset, 1, float(value), plain)
    final = first + len(chart.categories)
    sheet.data_row = final + 2
    drawn = sheet.book.add_chart({"type": "column"})
    drawn.add_series(
        {
            "categories": ["図のデータ", first + 1, 0, final, 0],
            "values": ["図のデータ", first + 1, 1, final, 1],
            "fill": {"color": "#0055AD"},
        }
    )
    drawn.set_title({"none": True})
    drawn.set_legend({"none": True})
    sheet.page.insert_chart(
        sheet.row, 0, drawn, {"description": chart.description, "x_scale": 1.3, "object_position": 1}
    )
    sheet.row += CHART_ROWS + 1


def _sources(sheet: Sheet, report: Report) -> None:
    """List every figure with the measurement behind it."""
    page = sheet.book.add_worksheet("数値の出典")
    page.set_column(0, len(SOURCE_HEADER) - 1, 24)
    for column, text in enumerate(SOURCE_HEADER):
        page.write_string(0, column, text, sheet.style(bold=True))
    for row, figure in enumerate(dict.fromkeys(figures_of(report)), start=1):
        for column, text in enumerate(_source(figure)):
            page.write_string(row, column, text, sheet.style())


def _source(figure: PrintedFigure) -> tuple[str, ...]:
    exact = "" if figure.exact is None else str(figure.exact)
    revision = "" if figure.revision is None else str(figure.revision)
    return figure.text, figure.indicator, figure.version, figure.window, exact, revision
