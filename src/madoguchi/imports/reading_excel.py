"""A workbook opened as lines of cells, looked through before anything of it is unpacked into memory."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.imports.errors import LedgerError
from madoguchi.imports.values import MAX_COLUMNS, MAX_ROWS, Form, Ledger, Line, Sheet
from madoguchi.people.sayings import say

MAX_UNPACKED, MAX_RATIO, SMALL, MAX_PARTS = 400_000_000, 200, 5_000_000, 2_000
MAX_MERGES, MAX_MERGED_CELLS = 20_000, 200_000
CHUNK, OVERLAP = 1 << 20, 256
MERGE = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
Merges = Mapping[tuple[int, int], tuple[int, int]]


@dataclass(kw_only=True, slots=True)
class _Part:
    """What a look through one part found."""

    formula_count: int = 0
    merges: list[tuple[int, int, int, int]]


def open_workbook(content: bytes, *, form: Form) -> Ledger:
    """Open a sheet: the named one, else the first that is not hidden. Raises LedgerError."""
    try:
        return _opened(content, form)
    except LedgerError:
        raise
    except Exception as error:  # whatever the parsers raise on a damaged file
        raise LedgerError(
            say("Excelとして読み取れません（%(what)s）。Excelで開いて保存し直してください。", what=type(error).__name__)
        ) from error


def _opened(content: bytes, form: Form) -> Ledger:
    import openpyxl  # noqa: PLC0415  # only Excel files need it

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        _check_sizes(archive)
        parts = {each.filename: _look_through(archive, each) for each in archive.infolist() if _is_text(each.filename)}
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    sheets = tuple(Sheet(name=each.title, is_hidden=each.sheet_state != "visible") for each in book.worksheets)
    name = form.sheet or next((each.name for each in sheets if not each.is_hidden), "")
    if name not in [each.name for each in sheets]:
        raise LedgerError(
            say(
                "シート「%(given)s」がありません。あるシート: %(allowed)s",
                given=name[:60],
                allowed="、".join(each.name for each in sheets)[:300],
            )
        )
    sheet: Any = book[name]
    part = parts.get(str(sheet._worksheet_path).lstrip("/"), _Part(merges=[]))  # noqa: SLF001  # its name in the file
    # a sheet may say that it reaches to its last cell, and every row would be filled up to it
    sheet.reset_dimensions()
    found = replace(form, sheet=name, encoding="xlsx", delimiter="")
    return Ledger(
        form=found, headings=(), lines=_lines(sheet, _origins(part.merges)), sheets=sheets,
        notes=tuple(_notes(sheets, part)), epoch=book.epoch,
    )  # fmt: skip


def _is_text(name: str) -> bool:
    return name.endswith((".xml", ".rels"))


def _check_sizes(archive: zipfile.ZipFile) -> None:
    """Raise LedgerError for a file that would unpack to far more than a ledger; no part is read beyond its size."""
    parts = archive.infolist()
    whole = sum(each.file_size for each in parts)
    packed = sum(each.compress_size for each in parts)
    is_bomb = whole > SMALL and whole > MAX_RATIO * max(packed, 1)
    if whole > MAX_UNPACKED or is_bomb or len(parts) > MAX_PARTS:
        raise LedgerError(
            say(
                "展開すると%(size)sバイトになり、上限（%(limit)sバイト、圧縮率%(ratio)s倍）を超えるため開きません。",
                size=f"{whole:,}",
                limit=f"{MAX_UNPACKED:,}",
                ratio=MAX_RATIO,
            )
        )


def _look_through(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> _Part:
    """Go through a part piece by piece. Raises LedgerError for declarations that no workbook has."""
    found, held, is_first = _Part(merges=[]), b"", True
    with archive.open(entry) as file:
        while piece := file.read(CHUNK):
            if (is_first and piece.startswith(WIDE_MARKS)) or any(mark in held + piece for mark in FORBIDDEN):
                raise LedgerError(say("文書型宣言を含むExcelは開きません。Excelで開いて保存し直してください。"))
            # what begins in the piece before and ends in this one is found once: in both together
            text = held + piece
            cut = max(text.rfind(b"<"), len(text) - OVERLAP)
            whole, held, is_first = text[:cut], text[cut:], False
            _count(found, whole)
        _count(found, held)
    return found


def _count(found: _Part, text: bytes) -> None:
    found.formula_count += len(FORMULA.findall(text))
    for match in MERGE.finditer(text):
        left, top, right, bottom = match.groups()
        found.merges.append((_column(left), int(top), _column(right), int(bottom)))
        if len(found.merges) > MAX_MERGES:
            raise LedgerError(say("結合セルが%(limit)s個を超えています。結合を解除してください。", limit=MAX_MERGES))


def _column(letters: bytes) -> int:
    number = 0
    for each in letters:
        number = 26 * number + each - 64
    return number - 1


def _origins(merges: Sequence[tuple[int, int, int, int]]) -> Merges:
    """Return for each cell that a merge covers the cell whose value it shows."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for left, top, right, bottom in merges:
        size = (right - left + 1) * (bottom - top + 1)
        if size > MAX_MERGED_CELLS or len(found) + size > MAX_MERGED_CELLS or right >= MAX_COLUMNS:
            raise LedgerError(say("結合セルの範囲が広すぎます。結合を解除してください。"))
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    found[row, column] = (top, left)
    return found


def _notes(sheets: Sequence[Sheet], part: _Part) -> Iterator[str]:
    hidden = [each.name for each in sheets if each.is_hidden]
    if hidden:
        yield _("非表示のシートがあります: %(names)s") % {"names": "、".join(hidden)[:200]}
    if part.merges:
        yield _("結合セルが%(n)s個あります。結合した範囲には左上の値を使います。") % {"n": len(part.merges)}
    if part.formula_count:
        yield _("数式が%(n)s個あります。Excelが保存した計算結果を使います。") % {"n": part.formula_count}


def _lines(sheet: Any, merges: Merges) -> Iterator[Line]:  # noqa: ANN401  # the library is not typed here
    tops: dict[tuple[int, int], object] = {}
    wanted: dict[int, set[int]] = {}
    covered: dict[int, dict[int, tuple[int, int]]] = {}
    for (row, column), (top, left) in merges.items():
        wanted.setdefault(top, set()).add(left)
        covered.setdefault(row, {})[column] = (top, left)
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        # lines beyond are refused where they hold anything; empty ones are not gone through without end
        if number > 2 * MAX_ROWS:
            raise LedgerError(say("%(limit)s行を超えています。分けてください。", limit=f"{MAX_ROWS:,}"))
        if len(cells) > MAX_COLUMNS and any(cell is not None for cell in cells[MAX_COLUMNS:]):
            raise LedgerError(
                say("列が%(n)s個あります。%(limit)s個以内にしてください。", n=len(cells), limit=MAX_COLUMNS)
            )
        kept = list(cells[:MAX_COLUMNS])
        for column in wanted.get(number, ()):
            tops[number, column] = kept[column] if column < len(kept) else None
        yield Line(number=number, cells=tuple(_filled(kept, covered.get(number, {}), tops)))


def _filled(
    cells: list[object], covered: Mapping[int, tuple[int, int]], tops: Mapping[tuple[int, int], object]
) -> list[object]:
    """Return a row's cells, those that a merge covers with what it shows."""
    width = max((column + 1 for column in covered), default=0)
    wide = [*cells, *[None] * (width - len(cells))]
    for column, origin in covered.items():
        wide[column] = tops.get(origin)
    return wide
