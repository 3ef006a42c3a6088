"""A report on calls as a document: its table, what it counts as what, and what a reader has to know of it."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from unicodedata import east_asian_width

from madoguchi.core.calendar.periods import Period
from madoguchi.core.call_vocabulary import CallReport
from madoguchi.core.calls.build import report_of
from madoguchi.core.calls.counted import CallData
from madoguchi.core.calls.table import CallTable, Words
from madoguchi.reports.blocks import Block, Heading, Layout, Paragraph, Report, Table

# a table of more lines is a matter for a spreadsheet
MOST_LINES = 2_000
BEHIND = Words("数字の元になった通話", "the calls behind a number")
LEFT_OUT = Words(
    "{count:,}行のうち先頭の{shown:,}行です。すべてはCSVとExcelで得られます。",
    "The first {shown:,} of {count:,} lines; CSV and Excel hold all of them.",
)
# columns are as wide as their texts: a long name that cannot be broken must not run into the next one
LEAST_WIDTH, MOST_WIDTH, MARGIN = 6, 30, 2
WIDE = frozenset("WF")


def call_document(
    *, data: CallData, table: CallTable, asked: CallReport, is_behind: bool, period: Period, issued_date: date,
    language: str,
) -> Report:  # fmt: skip
    """Return a report, or the calls behind one of its numbers (`is_behind`), on lying pages."""
    label = asked.label if language == "ja" else asked.label_en
    name = f"{label}: {BEHIND.said(language)}" if is_behind else label
    blocks = list(_blocks(name, table, language))[1:]  # the title page holds the first table
    if asked is not CallReport.OUTCOMES:
        outcomes = CallReport.OUTCOMES
        caption = outcomes.label if language == "ja" else outcomes.label_en
        blocks += _blocks(caption, report_of(data, outcomes), language)
    days = f"{period.start_date} – {period.end_date - timedelta(days=1)}"
    return Report(
        title="通話の集計" if language == "ja" else "Calls", subtitle=f"{data.contract.name} {days}",
        author=data.contract.supplier, issued_date=issued_date, language=language, blocks=tuple(blocks),
        layout=Layout.SLIDES,
    )  # fmt: skip


def _blocks(name: str, table: CallTable, language: str) -> Sequence[Block]:
    header, *rows = table.shown(language=language)
    shown = rows[:MOST_LINES]
    notes = [each.said(language) for each in table.notes]
    if len(rows) > len(shown):
        notes.append(LEFT_OUT.said(language).format(count=len(rows), shown=len(shown)))
    return (
        Heading(level=1, text=name),
        Table(
            caption=name, header=tuple(header), rows=tuple(tuple(_one_line(cell) for cell in row) for row in shown),
            widths=tuple(_width(cells) for cells in zip(*rows, strict=True)) or (1,) * len(header),
            numeric=tuple(place for place, each in enumerate(table.columns, start=1) if each.is_number),
        ),
        *(Paragraph(parts=(each,)) for each in notes),
    )  # fmt: skip


def _width(cells: Iterable[str]) -> int:
    longest = max(
        (max(sum(1 + (east_asian_width(sign) in WIDE) for sign in word) for word in cell.split(" ")) for cell in cells),
        default=0,
    )
    return min(MOST_WIDTH, max(LEAST_WIDTH, longest)) + MARGIN


def _one_line(text: str) -> str:
    """Return a text of a file without what no document may carry."""
    return "".join(each if each.isprintable() else " " for each in text)
