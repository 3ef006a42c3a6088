"""A report as one self-contained HTML page."""

from html import escape

from madoguchi.reports.blocks import (
    Block,
    Cell,
    Chart,
    Heading,
    Inline,
    Layout,
    Paragraph,
    Report,
    Side,
    Table,
    check_texts,
)
from madoguchi.reports.unbroken import unbroken_html

STYLE = """
:root{color-scheme:light}*{box-sizing:border-box}body{margin:0;padding:1rem;font:16px/1.7 "Noto Sans JP",
"Hiragino Sans","Yu Gothic",sans-serif;color:#1a1a1a;background:#fff;line-break:strict;overflow-wrap:anywhere}
main{max-width:60rem;margin:0 auto}h1{font-size:1.75rem;line-height:1.4}
h2{font-size:1.375rem;border-top:1px solid #767676;padding-top:1rem;
margin-top:2.5rem}h3{font-size:1.125rem;margin-top:2rem}table{border-collapse:collapse;width:100%;font-size:.9375rem}
caption{text-align:left;font-weight:700;padding:.25rem 0}th,td{border:1px solid #949494;padding:.25rem .625rem;
text-align:left;vertical-align:top}thead th{background:#f2f2f2}.n{text-align:right;white-space:nowrap}
.w{white-space:nowrap}.scroll{overflow-x:auto;margin:1rem 0}figure{margin:1rem 0;max-width:40rem}
figure svg{width:100%;height:auto}
p{white-space:pre-line}td,th{white-space:pre-line}.slides h2{border-top:4px solid #0017c1}
@media(max-width:40rem){td,th{min-width:5em}tbody th{min-width:7em}}
figcaption{font-size:.875rem;color:#4d4d4d}:focus-visible{outline:4px solid #000;outline-offset:2px;
box-shadow:0 0 0 2px #ffd43d}@media print{body{padding:0;font-size:10.5pt}}
"""


def write_html(*, report: Report) -> str:
    """Return the page. Raises UnprintableTextError."""
    check_texts(report)
    head = "".join(_block(line) for line in report.head)
    body = "".join(_block(block) for block in report.blocks)
    style = ' class="slides"' if report.layout is Layout.SLIDES else ""
    title = escape(report.title)
    return (
        f'<!doctype html>\n<html lang="{escape(report.language)}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta name="author" content="{escape(report.author)}"><style>{STYLE}</style></head><body><main{style}>'
        f"{head}<h1>{title}</h1>{_line(report.subtitle)}{_line(report.byline)}{body}</main></body></html>\n"
    )


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        level = block.level + 1
        return f"<h{level}>{escape(block.text)}</h{level}>"
    if isinstance(block, Paragraph):
        return _paragraph(block)
    if isinstance(block, Table):
        return _table(block)
    return _chart(block)


def _line(text: str) -> str:
    return f"<p>{escape(text)}</p>" if text else ""


def _paragraph(paragraph: Paragraph) -> str:
    rules = []
    if paragraph.side is not Side.LEFT:
        rules.append(f"text-align:{paragraph.side}")
    if paragraph.indent:
        rules.append(f"margin-left:{paragraph.indent}em")
    style = f' style="{";".join(rules)}"' if rules else ""
    return f"<p{style}>{''.join(_inline(part) for part in paragraph.parts)}</p>"


def _cell(cell: Cell) -> str:
    """Return a cell, whose days and months stay on one line however narrow it is."""
    parts = cell if isinstance(cell, tuple) else (cell,)
    return "".join(unbroken_html(part) if isinstance(part, str) else _inline(part) for part in parts)


def _inline(inline: Inline) -> str:
    """Return a figure with what it was printed from, so that a page leads back to its measurement."""
    if isinstance(inline, str):
        return escape(inline)
    exact = "" if inline.exact is None else str(inline.exact)
    revision = "" if inline.revision is None else f' data-revision="{inline.revision}"'
    return (
        f'<data value="{exact}" data-indicator="{escape(inline.indicator)}" data-version="{escape(inline.version)}" '
        f'data-window="{escape(inline.window)}"{revision}>{escape(inline.text)}</data>'
    )


def _table(table: Table) -> str:
    styles = [' class="n"' if index in table.numeric else "" for index in range(len(table.header))]
    head = "".join(
        f'<th scope="col"{style}>{escape(text)}</th>' for style, text in zip(styles, table.header, strict=True)
    )
    rows = "".join(_row(table, row) for row in table.rows)
    caption = escape(table.caption)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}"><table><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(table: Table, row: tuple[Cell, ...]) -> str:
    cells = [f'<th scope="row">{_cell(row[0])}</th>']
    for index, cell in enumerate(row[1:], start=1):
        style = ' class="n"' if index in table.numeric else ""
        cells.append(f"<td{style}>{_cell(cell)}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def _chart(chart: Chart) -> str:
    return f"<figure>{chart.svg}<figcaption>{escape(chart.title)}</figcaption></figure>"
