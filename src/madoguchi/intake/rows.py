"""Rows of CSV, Excel and Parquet files, each with its line and its cells by heading."""

import csv
import gzip
import io
import re
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path

from madoguchi.core.errors import InvalidInputError, Problem

Row = tuple[int, Mapping[str, object]]
ENCODINGS = ("utf-8-sig", "utf-8", "cp932")
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
OPEN_IN_CP932 = re.compile("[\x80\xa0\uf8f0-\uf8f3]")


@dataclass(frozen=True, kw_only=True, slots=True)
class FileForm:
    """How a file is written. `encoding` "auto" tries UTF-8 with and without mark, then cp932.

    The rows begin after `header_line`. Where `columns` names them and no line is given, a text file has no heading.
    """

    encoding: str = "auto"
    delimiter: str = ","
    header_line: int | None = None
    sheet: str | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class FileRows:
    """What a file calls its columns, known also where it has no rows, and its rows that are not empty."""

    headings: tuple[str, ...]
    rows: Iterator[Row]


def missing_columns(file: str, headings: Sequence[str], *, needed: Iterable[str]) -> list[Problem]:
    """Return a problem for each column that is needed and that a file does not have."""
    known = ", ".join(name for name in headings if name)
    return [
        Problem(where=file, key=name, given="a column the file does not have", allowed=f"one of {known}")
        for name in sorted(set(needed).difference(headings))
    ]


def read_rows(path: Path, *, form: FileForm) -> FileRows:
    """Open a file; its rows are read as they are asked for.

    Raises InvalidInputError for a file that is empty, cut in the middle of a line, of another encoding, or
    whose rows are longer or shorter than its heading.
    """
    name = path.name.removesuffix(".gz")
    if path.stat().st_size == 0:
        raise _refuse(path, None, "an empty file", "a file with a heading line")
    if name.endswith(".xlsx"):
        return _read_excel(path, form)
    if name.endswith(".parquet"):
        return _read_parquet(path)
    return _read_csv(path, form)


def _refuse(path: Path, line: int | None, given: str, allowed: str, key: str = "") -> InvalidInputError:
    return InvalidInputError([Problem(where=path.name, line=line, key=key, given=given, allowed=allowed)])


def decoded(path: Path, *, encoding: str) -> str:
    """Return a text file as text; broken bytes are refused with the line they are on."""
    raw = _unpacked(path) if path.name.endswith(".gz") else path.read_bytes()
    tried = ENCODINGS if encoding == "auto" else (encoding,)
    if raw.startswith(UTF16_MARKS):
        raise _refuse(path, 1, "text in UTF-16", "text in " + " or ".join(tried))
    for each in tried:
        try:
            return _text(raw, each).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            where = raw[: error.start].count(b"\n") + 1
            given = f"byte 0x{raw[error.start]:02x} that is not {each}"
        except LookupError:
            raise _refuse(path, None, f"encoding {each!r}", "utf-8-sig, utf-8, cp932 or auto") from None
    raise _refuse(path, where, given, "text in " + " or ".join(tried))


def _unpacked(path: Path) -> bytes:
    try:
        return gzip.decompress(path.read_bytes())
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise _refuse(path, None, f"does not open: {error}", "a whole file packed by gzip") from error


def _text(raw: bytes, encoding: str) -> str:
    """Return bytes as text. Python reads bytes that cp932 leaves open as control and private characters."""
    text = raw.decode(encoding)
    found = OPEN_IN_CP932.search(text) if encoding == "cp932" else None
    if found:
        start = len(text[: found.start()].encode(encoding))
        raise UnicodeDecodeError(encoding, raw, start, start + 1, "not a character of it")
    return text


def _read_csv(path: Path, form: FileForm) -> FileRows:
    text = decoded(path, encoding=form.encoding)
    if text.count('"') % 2:
        raise _refuse(path, text.count("\n") + 1, "a quotation mark that is never closed", "a whole file")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=form.delimiter, strict=True)
    is_cut = not text.endswith(("\n", "\r"))

    def lines() -> Iterator[list[str]]:
        try:
            yield from reader
        except csv.Error as error:
            raise _refuse(path, reader.line_num, str(error), "a well-formed CSV file") from error

    def rows(cells_of_lines: Iterator[list[str]], headings: Sequence[str]) -> Iterator[Row]:
        for cells in cells_of_lines:
            if not cells or cells == [""]:
                continue
            if len(cells) != len(headings):
                last = is_cut and reader.line_num >= text.count("\n") + 1
                given = f"{len(cells)} cells" + (" in a last line cut short" if last else "")
                raise _refuse(path, reader.line_num, given, f"{len(headings)} cells, one under each heading")
            yield reader.line_num, dict(zip(headings, cells, strict=True))

    whole = lines()
    headings = form.columns or _heading(path, whole, form.header_line or 1)
    if form.columns:
        deque(islice(whole, form.header_line or 0), maxlen=0)
    return FileRows(headings=headings, rows=rows(whole, headings))


def _heading(path: Path, reader: Iterator[list[str]], line: int) -> tuple[str, ...]:
    heading: list[str] = []
    for _ in range(line):
        heading = next(reader, [])
    names = [name.strip() for name in heading]
    if not any(names):
        raise _refuse(path, line, "no headings", "a line of headings")
    twice = [name for name in names if name and names.count(name) > 1]
    if twice:
        raise _refuse(path, line, f"heading {twice[0]!r} twice", "each heading once")
    return tuple(names)


def _read_excel(path: Path, form: FileForm) -> FileRows:
    import openpyxl  # noqa: PLC0415  # only Excel files need it

    try:
        book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True)
    except Exception as error:  # the library raises whatever its parsers do
        raise _refuse(path, None, f"a file that does not open: {error}", "an .xlsx workbook") from error
    if form.sheet is not None and form.sheet not in book.sheetnames:
        raise _refuse(path, None, f"sheet {form.sheet!r}", "one of " + ", ".join(book.sheetnames))
    sheet = book[form.sheet] if form.sheet else book.worksheets[0]
    lines = enumerate(sheet.iter_rows(values_only=True), start=1)
    heading_line = 1 if form.header_line is None else form.header_line
    first = next((cells for line, cells in lines if line == heading_line), ()) if heading_line else ()
    names = ["" if cell is None else str(cell) for cell in first]
    headings = form.columns or _heading(path, iter([names]), 1)
    return FileRows(headings=headings, rows=_excel_rows(lines, headings))


def _excel_rows(lines: Iterable[tuple[int, Sequence[object]]], headings: Sequence[str]) -> Iterator[Row]:
    """Yield rows as wide as the headings: a workbook may leave the empty cells at a row's end out."""
    for line, cells in lines:
        if any(cell is not None for cell in cells):
            yield line, {name: cell for name, cell in zip_longest(headings, cells[: len(headings)]) if name}


def _read_parquet(path: Path) -> FileRows:
    import pyarrow as pa  # noqa: PLC0415  # only Parquet files need it
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise _refuse(path, None, f"a file that does not open: {error}", "a Parquet file") from error
    rows = (cells for batch in file.iter_batches() for cells in batch.to_pylist())
    return FileRows(headings=tuple(file.schema_arrow.names), rows=enumerate(rows, start=1))
