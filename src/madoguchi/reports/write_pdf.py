"""A report as a tagged PDF (PDF/A-2a and PDF/UA-1 in one file), set by Typst from data alone.

A process that has set a document must not fork afterwards: start workers before, or with `spawn`.
"""

import functools
import json
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from madoguchi.core.errors import MadoguchiError
from madoguchi.reports.blocks import Block, Chart, Heading, Paragraph, Report, Side, Table, check_texts, text_of
from madoguchi.reports.font_set import FontSet, find_fonts
from madoguchi.reports.unbroken import half_letters, pieces

if TYPE_CHECKING:
    import typst

LAYOUT = Path(__file__).parent / "report.typ"
REGIONS = {"ja": "JP", "en": "GB"}
PICTURE = (
    '#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg", width: 480pt)\n'
)
LETTERS_A_LINE = {"document": 45, "slides": 58}
"""Wide letters that fit a table's whole line."""
LINE_POINTS, CELL_POINTS, CELL_EDGES = {"document": 470, "slides": 717}, {"document": 9, "slides": 11}, 10
"""Points: between the margins, of a letter in a table, and of a cell's two edges."""
LINES_KEPT_TOGETHER = 16
SLIDE_ROOM, SLIDE_LINE, SLIDE_EDGES = 440, 18, 9
"""Points: what a table may take of a slide, a line of it, and what a row has around its lines."""
ROW_KEPT_TOGETHER = 24
"""Lines of a row up to which it is never cut at the foot of a page."""
TITLE_BREAK = re.compile(r"(?<=の)(?=[一-龥ァ-ヶA-Za-z])|(?<=及び)|(?<=並びに)")
LONGEST_TITLE_PART = 16
LONGEST_LEAD = 160
"""Letters of a paragraph up to which it stays with the table it leads to."""
CONTINUED = {"ja": "（続き）", "en": " (continued)"}
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
    import typst  # noqa: PLC0415  # 10 MiB that only who sets a document pays for

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
def _loaded(fonts: FontSet) -> "typst.Fonts":
    import typst  # noqa: PLC0415

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.folder)])


def _with_font(svg: str, fonts: FontSet) -> str:
    return svg.replace('font-family="sans-serif"', f'font-family="{fonts.heading}"')


def _document(report: Report, fonts: FontSet) -> dict[str, object]:
    day = report.issued_date
    return {
        "title": report.title,
        "title_parts": _title_parts(report),
        "continued": CONTINUED.get(report.language, CONTINUED["en"]),
        "subtitle": report.subtitle,
        "author": report.author,
        "byline": report.byline,
        "date": [day.year, day.month, day.day],
        "language": report.language,
        "region": REGIONS.get(report.language, "JP"),
        "fonts": {"body": fonts.body, "heading": fonts.heading},
        "layout": report.layout,
        "head": [_block(line, fonts, layout=report.layout) for line in report.head],
        "blocks": [
            _block(block, fonts, layout=report.layout) | {"is_kept": is_kept}
            for block, is_kept in zip(report.blocks, kept_with_next(report.blocks), strict=True)
        ],
    }


def kept_with_next(blocks: Sequence[Block]) -> list[bool]:
    """Return which blocks are never the last of a page: short words that lead to a table, what the closing follows."""
    after = [*blocks, None][1:]
    before = [None, *blocks][: len(blocks)]
    return [
        (isinstance(above, Heading) and _leads(block) and isinstance(below, Table | Chart)) or _is_closing(below)
        for above, block, below in zip(before, blocks, after, strict=True)
    ]


def _leads(block: Block) -> bool:
    return isinstance(block, Paragraph) and len(text_of(block.parts)) <= LONGEST_LEAD


def _is_closing(block: Block | None) -> bool:
    return isinstance(block, Paragraph) and block.side is Side.RIGHT


def _title_parts(report: Report) -> list[dict[str, object]]:
    """Return a Japanese title in parts that are not cut by a line's end: 運用支援業務の and 実施状況について."""
    parts = TITLE_BREAK.split(report.title) if report.language == "ja" else [report.title]
    return [{"text": part, "is_whole": report.language == "ja" and len(part) <= LONGEST_TITLE_PART} for part in parts]


def _row_lines(table: Table, *, layout: str) -> list[int]:
    """Return how many lines each row comes to, the header's first: by its fullest cell."""
    rooms = [max(LETTERS_A_LINE[layout] * width // sum(table.widths), 1) for width in table.widths]
    return [
        max(
            sum(-(-max(half_letters(line), 1) // (2 * room)) for line in text_of(cell).split("\n"))
            for cell, room in zip(row, rooms, strict=True)
        )
        for row in (table.header, *table.rows)
    ]


def _rooms(table: Table, *, layout: str) -> list[int]:
    """Return how many half-width letters a line of each column holds between its edges."""
    whole, size = LINE_POINTS[layout], CELL_POINTS[layout]
    return [int(2 * (whole * width / sum(table.widths) - CELL_EDGES) / size) for width in table.widths]


def _cell(text: str, room: int) -> list[dict[str, object]]:
    """Return a cell's text in pieces, of which those that are whole are not parted by a line's end."""
    return [{"text": piece, "is_whole": is_whole} for piece, is_whole in pieces(text, room=room)]


def is_short_table(table: Table, *, layout: str) -> bool:
    """Return whether a table is so low that it is kept on one page."""
    return _is_short(_row_lines(table, layout=layout), layout=layout)


def _is_short(lines: Sequence[int], *, layout: str) -> bool:
    if layout == "slides":
        return sum(lines) * SLIDE_LINE + len(lines) * SLIDE_EDGES <= SLIDE_ROOM
    return sum(lines) <= LINES_KEPT_TOGETHER


def _block(block: Block, fonts: FontSet, *, layout: str) -> dict[str, object]:
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "text": block.text}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "text": text_of(block.parts), "indent": block.indent, "side": block.side}
    if isinstance(block, Table):
        lines, rooms = _row_lines(block, layout=layout), _rooms(block, layout=layout)
        return {
            "kind": "table",
            "caption": block.caption,
            "header": block.header,
            "rows": [[_cell(text_of(cell), room) for cell, room in zip(row, rooms, strict=True)] for row in block.rows],
            "widths": block.widths,
            "numeric": block.numeric,
            "is_short": _is_short(lines, layout=layout),
            "whole": [count <= ROW_KEPT_TOGETHER // (2 if layout == "slides" else 1) for count in lines[1:]],
        }
    return {
        "kind": "chart",
        "title": block.title,
        "description": block.description,
        "svg": _with_font(block.svg, fonts),
    }
