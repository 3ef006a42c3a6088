"""A report as a Word document whose language, fonts and tables are those of a Japanese office."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from madoguchi.reports.blocks import (
    Cell,
    Chart,
    Heading,
    Layout,
    Paragraph,
    Report,
    Side,
    Table,
    check_texts,
    text_of,
)
from madoguchi.reports.write_pdf import chart_png, is_short_table, kept_with_next

BODY_FONT, HEADING_FONT = "ＭＳ 明朝", "ＭＳ ゴシック"
TEXT_WIDTH = {Layout.DOCUMENT: 166, Layout.SLIDES: 253}
"""Millimetres between the margins."""
BODY_SIZE = {Layout.DOCUMENT: 10.5, Layout.SLIDES: 14}
CELL_HALF_POINTS = {Layout.DOCUMENT: 18, Layout.SLIDES: 22}
TWIPS_A_MM = 56.6929
CHART_WIDTH = 130
THEME_FONTS = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")
INDENT = 10.5
SIDES = {
    Side.LEFT: WD_ALIGN_PARAGRAPH.LEFT,
    Side.CENTER: WD_ALIGN_PARAGRAPH.CENTER,
    Side.RIGHT: WD_ALIGN_PARAGRAPH.RIGHT,
}
LANGUAGES = {"ja": "ja-JP", "en": "en-GB"}


def write_word(*, report: Report) -> bytes:
    """Return the .docx. Raises UnprintableTextError."""
    check_texts(report)
    document = docx.Document()
    _set_up(document, report)
    for line in report.head:
        _add(document, line)
    title = document.add_heading(report.title, level=0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, side in ((report.subtitle, Side.CENTER), (report.byline, Side.RIGHT)):
        if text:
            document.add_paragraph(text).alignment = SIDES[side]
    for block, is_kept in zip(report.blocks, kept_with_next(report.blocks), strict=True):
        if isinstance(block, Table):
            _add_table(document, block, report.layout)
        else:
            _add(document, block, is_kept=is_kept)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _set_up(document: Document, report: Report) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    if report.layout is Layout.SLIDES:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
        document.styles["Heading 1"].paragraph_format.page_break_before = True
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(24)
    _page_number(section.footer.paragraphs[0])
    for style in document.styles.element.iter(qn("w:style")):
        _set_fonts(style)
    _set_language(document, LANGUAGES.get(report.language, "ja-JP"))
    _set_spacing(document)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = report.title, report.author, ""
    moment = datetime(report.issued_date.year, report.issued_date.month, report.issued_date.day)  # noqa: DTZ001  # Word's
    properties.created = properties.modified = moment
    properties.language = LANGUAGES.get(report.language, "ja-JP")
    document.styles["Normal"].font.size = Pt(BODY_SIZE[report.layout])


def _set_fonts(style: BaseOxmlElement) -> None:
    """Name the fonts for both scripts; theme fonts would win over them."""
    is_heading = str(style.get(qn("w:styleId"))).startswith(("Heading", "Title"))
    font = HEADING_FONT if is_heading else BODY_FONT
    for fonts in style.iter(qn("w:rFonts")):
        for name in THEME_FONTS:
            fonts.attrib.pop(qn(f"w:{name}"), None)
        for name in ("ascii", "hAnsi", "eastAsia"):
            fonts.set(qn(f"w:{name}"), font)
    for drawn in [*style.iter(qn("w:color")), *style.iter(qn("w:pBdr"))]:
        drawn.getparent().remove(drawn)


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


def _set_spacing(document: Document) -> None:
    """Put no quarter of a letter between Japanese and digits: 平成30年, as in the PDF."""
    properties = document.styles["Normal"].element.get_or_add_pPr()
    for place, name in enumerate(("w:autoSpaceDE", "w:autoSpaceDN")):
        element = OxmlElement(name)
        element.set(qn("w:val"), "0")
        properties.insert(place, element)


def _page_number(paragraph: WordParagraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    field.append(paragraph.add_run("1")._r)  # noqa: SLF001  # python-docx has no fields of its own
    paragraph._p.append(field)  # noqa: SLF001  # as above


def _add(document: Document, block: Heading | Paragraph | Chart, *, is_kept: bool = False) -> None:
    if isinstance(block, Heading):
        document.add_heading(block.text, level=block.level)
    elif isinstance(block, Paragraph):
        added = document.add_paragraph(text_of(block.parts))
        if block.indent:
            added.paragraph_format.left_indent = Pt(INDENT * block.indent)
        if block.side is not Side.LEFT:
            added.alignment = SIDES[block.side]
        added.paragraph_format.keep_with_next = is_kept
    else:
        _add_chart(document, block)


def _add_table(document: Document, table: Table, layout: Layout) -> None:
    caption = document.add_paragraph()
    caption.add_run(table.caption).bold = True
    caption.paragraph_format.keep_with_next = True
    after = document.add_paragraph()
    after._p.addprevious(parse_xml(table_xml(table, layout=layout)))  # noqa: SLF001  # the one way to put a whole table in


def table_xml(table: Table, *, layout: Layout = Layout.DOCUMENT) -> str:
    """Return a table with a repeated header row; built whole, as cell by cell takes three times as long.

    The rows of a short one stay on one page.
    """
    room = TWIPS_A_MM * TEXT_WIDTH[layout]
    widths = [round(room * width / sum(table.widths)) for width in table.widths]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    is_short = is_short_table(table, layout=layout)
    look = _Look(widths=tuple(widths), numeric=table.numeric, half_points=CELL_HALF_POINTS[layout])
    head = _row_xml(table.header, look, is_header=True, is_kept=is_short and bool(table.rows))
    kept = [is_short] * (len(table.rows) - 1) + [False]
    rows = "".join(
        _row_xml(row, look, is_header=False, is_kept=is_kept) for row, is_kept in zip(table.rows, kept, strict=False)
    )
    caption = quoteattr(table.caption)
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="0" w:type="auto"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook w:val="04A0"/><w:tblCaption w:val={caption}/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{head}{rows}</w:tbl>"
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Look:
    """How wide a table's columns are, in twips, which hold numbers, and how large its letters."""

    widths: tuple[int, ...]
    numeric: tuple[int, ...]
    half_points: int


def _row_xml(row: Sequence[Cell], look: _Look, *, is_header: bool, is_kept: bool) -> str:
    kept = "<w:keepNext/>" if is_kept else ""
    cells = "".join(
        _cell_xml(
            text_of(cell), look.widths[index], is_bold=is_header, half_points=look.half_points,
            paragraph=kept + ('<w:jc w:val="right"/>' if index in look.numeric else ""),
        )
        for index, cell in enumerate(row)
    )  # fmt: skip
    header = "<w:tblHeader/>" if is_header else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>{cells}</w:tr>"


def _cell_xml(text: str, width: int, *, is_bold: bool, half_points: int, paragraph: str) -> str:
    side = f"<w:pPr>{paragraph}</w:pPr>" if paragraph else ""
    bold = "<w:b/>" if is_bold else ""
    shown = escape(text).replace("\t", " ").replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p>{side}<w:r><w:rPr>{bold}'
        f'<w:sz w:val="{half_points}"/></w:rPr><w:t xml:space="preserve">{shown}</w:t></w:r></w:p></w:tc>'
    )


def _add_chart(document: Document, chart: Chart) -> None:
    picture = document.add_picture(io.BytesIO(chart_png(chart=chart)), width=Mm(CHART_WIDTH))
    properties = picture._inline.docPr  # noqa: SLF001  # no interface for alternative text
    properties.set("descr", chart.description)
    properties.set("title", chart.title)
    document.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    document.add_paragraph(chart.title).alignment = WD_ALIGN_PARAGRAPH.CENTER
