"""A report as a Word document whose language, fonts and tables are those of a Japanese office."""

import io
from datetime import datetime

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph

from madoguchi.reports.blocks import Block, Chart, Heading, Inline, Paragraph, Report, Table, check_texts, text_of
from madoguchi.reports.write_pdf import chart_png

BODY_FONT, HEADING_FONT = "ＭＳ 明朝", "ＭＳ ゴシック"
TEXT_WIDTH = 166
CHART_WIDTH = 130
THEME_FONTS = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")
LANGUAGES = {"ja": "ja-JP", "en": "en-GB"}


def write_word(*, report: Report) -> bytes:
    """Return the .docx. Raises UnprintableTextError."""
    check_texts(report)
    document = docx.Document()
    _set_up(document, report)
    title = document.add_heading(report.title, level=0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph(report.subtitle).alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph(report.author).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for block in report.blocks:
        _add(document, block)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _set_up(document: Document, report: Report) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(24)
    _page_number(section.footer.paragraphs[0])
    for style in document.styles.element.iter(qn("w:style")):
        _set_fonts(style)
    _set_language(document, LANGUAGES.get(report.language, "ja-JP"))
    properties = document.core_properties
    properties.title, properties.author, properties.comments = report.title, report.author, ""
    moment = datetime(report.issued_date.year, report.issued_date.month, report.issued_date.day)  # noqa: DTZ001  # Word's
    properties.created = properties.modified = moment
    properties.language = LANGUAGES.get(report.language, "ja-JP")
    document.styles["Normal"].font.size = Pt(10.5)


def _set_fonts(style: BaseOxmlElement) -> None:
    """Name the fonts for both scripts; theme fonts would win over them."""
    is_heading = str(style.get(qn("w:styleId"))).startswith(("Heading", "Title"))
    font = HEADING_FONT if is_heading else BODY_FONT
    for fonts in style.iter(qn("w:rFonts")):
        for name in THEME_FONTS:
            fonts.attrib.pop(qn(f"w:{name}"), None)
        for name in ("ascii", "hAnsi", "eastAsia"):
            fonts.set(qn(f"w:{name}"), font)
    for color in list(style.iter(qn("w:color"))):
        color.getparent().remove(color)


def _set_language(document: Document, language: str) -> None:
    """Set the language where it counts, in the document's defaults."""
    for each in document.styles.element.iter(qn("w:lang")):
        for name in ("val", "eastAsia"):
            each.set(qn(f"w:{name}"), language)
    for fonts in document.styles.element.find(qn("w:docDefaults")).iter(qn("w:rFonts")):
        for name in THEME_FONTS:
            fonts.attrib.pop(qn(f"w:{name}"), None)
        for name in ("ascii", "hAnsi", "eastAsia"):
            fonts.set(qn(f"w:{name}"), BODY_FONT)


def _page_number(paragraph: WordParagraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)  # noqa: SLF001  # python-docx has no fields of its own


def _add(document: Document, block: Block) -> None:
    if isinstance(block, Heading):
        document.add_heading(block.text, level=block.level)
    elif isinstance(block, Paragraph):
        document.add_paragraph("".join(text_of(part) for part in block.parts))
    elif isinstance(block, Table):
        _add_table(document, block)
    else:
        _add_chart(document, block)


def _add_table(document: Document, table: Table) -> None:
    caption = document.add_paragraph()
    caption.add_run(table.caption).bold = True
    caption.paragraph_format.keep_with_next = True
    made = document.add_table(rows=1 + len(table.rows), cols=len(table.header), style="Table Grid")
    made.autofit = False
    _describe(made, table.caption)
    for row, texts in zip(made.rows, (table.header, *table.rows), strict=True):
        _mark(row._tr, "w:cantSplit")  # noqa: SLF001  # no interface for it
        for index, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width = Mm(TEXT_WIDTH * table.widths[index] / sum(table.widths))
            _fill(cell.paragraphs[0], text, is_right=index in table.numeric and texts is not table.header)
    for paragraph in (cell.paragraphs[0] for cell in made.rows[0].cells):
        paragraph.runs[0].bold = True
    _mark(made.rows[0]._tr, "w:tblHeader")  # noqa: SLF001  # no interface for it
    document.add_paragraph()


def _fill(paragraph: WordParagraph, text: Inline, *, is_right: bool) -> None:
    run = paragraph.add_run(text_of(text))
    run.font.size = Pt(9)
    if is_right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _mark(row: BaseOxmlElement, name: str) -> None:
    row.get_or_add_trPr().append(OxmlElement(name))


def _describe(table: WordTable, caption: str) -> None:
    element = OxmlElement("w:tblCaption")
    element.set(qn("w:val"), caption)
    table._tbl.tblPr.append(element)  # noqa: SLF001  # no interface for it


def _add_chart(document: Document, chart: Chart) -> None:
    picture = document.add_picture(io.BytesIO(chart_png(chart=chart)), width=Mm(CHART_WIDTH))
    properties = picture._inline.docPr  # noqa: SLF001  # no interface for alternative text
    properties.set("descr", chart.description)
    properties.set("title", chart.title)
    document.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph(chart.title).alignment = WD_ALIGN_PARAGRAPH.CENTER
