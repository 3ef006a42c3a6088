"""A report as plain text: for a terminal, and for the checks that read a document line by line."""

from collections.abc import Iterator

from madoguchi.reports.blocks import Block, Heading, Paragraph, Report, Table, text_of


def text_lines(report: Report) -> list[str]:
    """Return a report line by line; the cells of a table's row are parted by tabs, their own lines by wide spaces."""
    lines = [text_of(paragraph.parts) for paragraph in report.head] + [report.title, report.subtitle, report.byline]
    return [line for line in lines if line] + [line for block in report.blocks for line in block_lines(block)]


def block_lines(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"{'#' * block.level} {block.text}"
    elif isinstance(block, Paragraph):
        yield from text_of(block.parts).split("\n")
    elif isinstance(block, Table):
        yield block.caption
        for row in (block.header, *block.rows):
            yield "\t".join(text_of(cell).replace("\n", "　") for cell in row)
    else:
        yield f"{block.title}：{block.description}"
