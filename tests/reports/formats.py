"""Reads back what the writers wrote, as plain text."""

import io
import re
from collections import Counter
from html import unescape

import docx
import openpyxl
import pypdf
from openpyxl.cell import Cell

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
PAGE_NUMBER = re.compile(r"^\d+ / \d+$", re.MULTILINE)


def number_tokens(text: str) -> Counter[str]:
    return Counter(each.strip(",") for each in NUMBER.findall(text))


def html_text(page: str) -> str:
    body = re.sub(r"<(style|svg|title)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]*>", " ", body))


def pdf_text(data: bytes) -> str:
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]
    return PAGE_NUMBER.sub("", "\n".join(pages))


def word_text(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    parts = [paragraph.text for paragraph in document.paragraphs]
    parts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(parts)


def excel_text(data: bytes) -> str:
    """Return what the report's sheet shows, numbers through their own format."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    rows = book["報告書"].iter_rows()
    return "\n".join(shown(cell) for row in rows for cell in row if isinstance(cell, Cell) and cell.value is not None)


def shown(cell: Cell) -> str:
    if not isinstance(cell.value, int | float):
        return str(cell.value)
    plus, _, minus = str(cell.number_format).partition(";")
    pattern = minus if minus and cell.value < 0 else plus
    sign = "".join(each for each in pattern[:1] if each in "△▲")
    decimals = len(pattern.partition(".")[2].partition('"')[0])
    number = f"{abs(cell.value) if sign else cell.value:,.{decimals}f}"
    return sign + number + "".join(re.findall(r'"([^"]*)"', pattern))


def tag_counts(data: bytes) -> Counter[str]:
    """Return how often each structure tag stands in a PDF."""
    counts: Counter[str] = Counter()

    def walk(node: object) -> None:
        found = node.get_object() if isinstance(node, pypdf.generic.PdfObject) else node
        if isinstance(found, list):
            for each in found:
                walk(each)
        elif isinstance(found, dict):
            if "/S" in found:
                counts[str(found["/S"])] += 1
            walk(found.get("/K"))

    tree = pypdf.PdfReader(io.BytesIO(data)).root_object["/StructTreeRoot"]
    assert isinstance(tree, dict)
    walk(tree["/K"])
    return counts
