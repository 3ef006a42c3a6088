"""A report as a tagged PDF (PDF/A-2a and PDF/UA-1 in one file), set by Typst from data alone.

A process that has set a document must not fork afterwards: start workers before, or with `spawn`.
"""

import functools
import json
import tempfile
from pathlib import Path

import typst

from madoguchi.core.errors import MadoguchiError
from madoguchi.reports.blocks import Block, Chart, Heading, Paragraph, Report, Table, check_texts, text_of
from madoguchi.reports.font_set import FontSet, find_fonts

LAYOUT = Path(__file__).parent / "report.typ"
REGIONS = {"ja": "JP", "en": "GB"}
PICTURE = (
    '#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg", width: 480pt)\n'
)
LETTERS_A_LINE = 45
"""Wide letters that fit a table's whole line, on the narrower of the two pages."""
LINES_KEPT_TOGETHER = 16
DOTS_PER_INCH = 192.0


class PdfError(MadoguchiError):
    """The PDF could not be set; the message holds the reason, and the text where a character has no glyph."""


def write_pdf(*, report: Report) -> bytes:
    """Return the PDF. Raises UnprintableTextError, NoFontError, and PdfError for a character no font has."""
    check_texts(report)
    fonts = find_fonts()
    inputs = {"report": json.dumps(_document(report, fonts), ensure_ascii=False)}
    return _compiled(LAYOUT.read_bytes(), inputs=inputs, fonts=fonts, picture=False)


def chart_png(*, chart: Chart) -> bytes:
    """Return a chart as a picture for documents that hold no vectors."""
    fonts = find_fonts()
    return _compiled(PICTURE.encode(), inputs={"svg": _with_font(chart.svg, fonts)}, fonts=fonts, picture=True)


def _compiled(source: bytes, *, inputs: dict[str, str], fonts: FontSet, picture: bool) -> bytes:
    """Compile in a folder that holds the layout alone: a document reads no other file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        layout = folder / "layout.typ"
        layout.write_bytes(source)
        try:
            if picture:
                return typst.compile(
                    layout, root=folder, font_paths=_loaded(fonts), sys_inputs=inputs, format="png", ppi=DOTS_PER_INCH
                )
            return typst.compile(
                layout,
                root=folder,
                font_paths=_loaded(fonts),
                sys_inputs=inputs,
                format="pdf",
                pdf_standards=["a-2a", "ua-1"],
                timestamp=0,
            )
        except typst.TypstError as error:
            raise PdfError(f"PDFを作成できません: {error}") from error


@functools.cache
def _loaded(fonts: FontSet) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.folder)])


def _with_font(svg: str, fonts: FontSet) -> str:
    return svg.replace('font-family="sans-serif"', f'font-family="{fonts.heading}"')


def _document(report: Report, fonts: FontSet) -> dict[str, object]:
    day = report.issued_date
    return {
        "title": report.title,
        "subtitle": report.subtitle,
        "author": report.author,
        "byline": report.byline,
        "date": [day.year, day.month, day.day],
        "language": report.language,
        "region": REGIONS.get(report.language, "JP"),
        "fonts": {"body": fonts.body, "heading": fonts.heading},
        "layout": report.layout,
        "head": [_block(line, fonts) for line in report.head],
        "blocks": [_block(block, fonts) for block in report.blocks],
    }


def _is_short(table: Table) -> bool:
    """Return whether a table is so low that it is kept on one page: by the lines its fullest cells come to."""
    rooms = [max(LETTERS_A_LINE * width // sum(table.widths), 1) for width in table.widths]
    lines = [
        max(
            sum(-(-max(len(line), 1) // room) for line in text_of(cell).split("\n"))
            for cell, room in zip(row, rooms, strict=True)
        )
        for row in (table.header, *table.rows)
    ]
    return sum(lines) <= LINES_KEPT_TOGETHER


def _block(block: Block, fonts: FontSet) -> dict[str, object]:
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "text": block.text}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "text": text_of(block.parts), "indent": block.indent, "side": block.side}
    if isinstance(block, Table):
        return {
            "kind": "table",
            "caption": block.caption,
            "header": block.header,
            "rows": [[text_of(cell) for cell in row] for row in block.rows],
            "widths": block.widths,
            "numeric": block.numeric,
            "is_short": _is_short(block),
        }
    return {
        "kind": "chart",
        "title": block.title,
        "description": block.description,
        "svg": _with_font(block.svg, fonts),
    }
