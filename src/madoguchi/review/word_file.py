"""The lines of a Word document: a paragraph is a line, a row of a table a line with tabs between its cells."""

import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from madoguchi.core.errors import MadoguchiError

LARGEST_PART = 100_000_000
LARGEST_RATIO = 200
SMALL = 1_000_000
NAMESPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXT = {f"{NAMESPACE}t"}
SPACES = {f"{NAMESPACE}tab": " ", f"{NAMESPACE}br": " ", f"{NAMESPACE}noBreakHyphen": "-"}
CONTROLS = {f"{NAMESPACE}sdt", f"{NAMESPACE}sdtContent"}
# a text box is written twice, the second time for programs that do not know the first way
SECOND = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
HIDDEN = {f"{NAMESPACE}del", f"{NAMESPACE}moveFrom", f"{NAMESPACE}instrText", SECOND}
WIDEST = 100


class UnreadableWordFileError(MadoguchiError):
    """A .docx that is damaged, too large once unpacked, or carries declarations that no Word document has."""


def word_lines(data: bytes, *, name: str) -> list[str]:
    """Return the document's lines in reading order. Raises UnreadableWordFileError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            content = _part(archive, name=name)
        body = ET.fromstring(content).find(f"{NAMESPACE}body")  # noqa: S314  # no declarations, checked in _part
    except (zipfile.BadZipFile, ET.ParseError, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableWordFileError(f"{name}: Word文書として読めません（{type(error).__name__}）。") from error
    if body is None:
        raise UnreadableWordFileError(f"{name}: Word文書の本文がありません。")
    return list(_block_lines(body))


def _part(archive: zipfile.ZipFile, *, name: str) -> bytes:
    """Return the main part, read no further than its stated size and never with entity declarations."""
    try:
        entry = archive.getinfo("word/document.xml")
    except KeyError:
        raise UnreadableWordFileError(f"{name}: Word文書（.docx）ではありません。") from None
    is_bomb = entry.file_size > SMALL and entry.file_size > LARGEST_RATIO * max(entry.compress_size, 1)
    if entry.file_size > LARGEST_PART or is_bomb:
        raise UnreadableWordFileError(f"{name}: 展開後の大きさが{LARGEST_PART:,}バイトの上限か圧縮率の上限を超えます。")
    with archive.open(entry) as file:
        content = file.read(entry.file_size + 1)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise UnreadableWordFileError(f"{name}: 文書型宣言を含むWord文書は読みません。")
    return content


def _block_lines(parent: ET.Element) -> Iterator[str]:
    for child in parent:
        if child.tag == f"{NAMESPACE}p":
            yield _text_of(child)
        elif child.tag == f"{NAMESPACE}tbl":
            for row in _inside(child, "tr"):
                cells = [_cell_text(cell) for cell in _inside(row, "tc")]
                yield "\t".join([*cells[:-1], *(cell.rstrip("\t") for cell in cells[-1:])])
        elif child.tag in CONTROLS:
            yield from _block_lines(child)


def _inside(parent: ET.Element, name: str) -> Iterator[ET.Element]:
    """Yield the rows of a table or the cells of a row, also those in content controls, none of a table within."""
    for child in parent:
        if child.tag == f"{NAMESPACE}{name}":
            yield child
        elif child.tag in CONTROLS:
            yield from _inside(child, name)


def _cell_text(cell: ET.Element) -> str:
    """Return a cell's lines in one; a cell over several columns leaves the next ones empty."""
    span = cell.find(f"{NAMESPACE}tcPr/{NAMESPACE}gridSpan")
    width = span.get(f"{NAMESPACE}val", "1") if span is not None else "1"
    text = " ".join(line.replace("\t", " ") for line in _block_lines(cell))
    return text + "\t" * (int(width) - 1 if width.isdecimal() and int(width) <= WIDEST else 0)


def _text_of(element: ET.Element) -> str:
    if element.tag in HIDDEN:
        return ""
    if element.tag in TEXT:
        return element.text or ""
    return SPACES.get(element.tag, "") + "".join(_text_of(child) for child in element)
