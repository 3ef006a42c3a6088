"""How a Word file is set: tables as wide as its pages, no gaps beside digits, short tables whole."""

import io
from dataclasses import replace
from datetime import date

import docx
from docx.document import Document
from docx.oxml.ns import qn

from madoguchi.reports.blocks import Heading, Layout, Paragraph, Report, Table
from madoguchi.reports.write_word import table_xml, write_word

SHORT = Table(caption="表", header=("甲", "乙"), rows=(("一", "二"), ("三", "四")), widths=(1, 1))
LONG = replace(SHORT, rows=SHORT.rows * 20)
REPORT = Report(
    title="報告書", subtitle="", author="甲省", issued_date=date(2026, 12, 1), language="ja",
    blocks=(Heading(level=1, text="応答率"), Paragraph(parts=("総着信数に占める割合。",)), SHORT),
)  # fmt: skip


def opened(report: Report) -> Document:
    return docx.Document(io.BytesIO(write_word(report=report)))


def width_of_tables(document: Document) -> float:
    twips = [int(each.get(qn("w:w"))) for each in document.tables[0]._tbl.iter(qn("w:gridCol"))]  # the grid
    return sum(twips) / 56.7


def test_a_table_is_as_wide_as_its_page() -> None:
    for layout in Layout:
        document = opened(replace(REPORT, layout=layout))
        section = document.sections[0]
        room = (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)
        assert abs(width_of_tables(document) - room / 36_000) < 1


def test_letters_of_slides_are_larger() -> None:
    sizes = [opened(replace(REPORT, layout=each)).styles["Normal"].font.size.pt for each in Layout]
    assert sizes == [10.5, 14]


def test_digits_stand_beside_japanese_without_a_gap() -> None:
    properties = opened(REPORT).styles["Normal"].element.pPr
    assert [properties.find(qn(name)).get(qn("w:val")) for name in ("w:autoSpaceDE", "w:autoSpaceDN")] == ["0", "0"]


def test_a_short_table_and_the_words_that_lead_to_it_stay_together() -> None:
    lead = next(each for each in opened(REPORT).paragraphs if each.text == "総着信数に占める割合。")
    assert lead.paragraph_format.keep_with_next
    assert table_xml(SHORT).count("<w:keepNext/>") == 2 * 2
    assert "<w:keepNext/>" not in table_xml(LONG)
    assert "<w:pBdr" not in opened(REPORT).styles["Title"].element.xml
