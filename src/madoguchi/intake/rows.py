"""Rows of CSV, Excel and Parquet files, each with its line and its cells by heading."""

import csv
import gzip
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from madoguchi.core.errors import InvalidInputError, Problem

Row = tuple[int, Mapping[str, object]]
ENCODINGS = ("utf-8-sig", "utf-8", "cp932")


@dataclass(frozen=True, kw_only=True, slots=True)
class FileForm:
    """How a file is written. `encoding` "auto" tries UTF-8 with and without mark, then cp932."""

    encoding: str = "auto"
    delimiter: str = ","
    header_line: int = 1
    sheet: str | None = None
    columns: tuple[str, ...] = ()


def read_rows(path: Path, *, form: FileForm) -> Iterator[Row]:
    """Yield (line, cells by heading) of every row that is not empty.

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
    raw = gzip.decompress(path.read_bytes()) if path.name.endswith(".gz") else path.read_bytes()
    tried = ENCODINGS if encoding == "auto" else (encoding,)
    for each in tried:
        try:
            return raw.decode(each).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            where = raw[: error.start].count(b"\n") + 1
            given = f"byte 0x{raw[error.start]:02x} that is not {each}"
        except LookupError:
            raise _refuse(path, None, f"encoding {each!r}", "utf-8-sig, utf-8, cp932 or auto") from None
    raise _refuse(path, where, given, "text in " + " or ".join(tried))


def _read_csv(path: Path, form: FileForm) -> Iterator[Row]:
    text = decoded(path, encoding=form.encoding)
    if text.count('"') % 2:
        raise _refuse(path, text.count("\n") + 1, "a quotation mark that is never closed", "a whole file")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=form.delimiter, strict=True)
    heading = form.columns or _heading(path, reader, form.header_line)
    is_cut = not text.endswith(("\n", "\r"))
    try:
        for cells in reader:
            if not cells or cells == [""]:
                continue
            if len(cells) != len(heading):
                last = is_cut and reader.line_num >= text.count("\n") + 1
                given = f"{len(cells)} cells" + (" in a last line cut short" if last else "")
                raise _refuse(path, reader.line_num, given, f"{len(heading)} cells, one under each heading")
            yield reader.line_num, dict(zip(heading, cells, strict=True))
    except csv.Error as error:
        raise _refuse(path, reader.line_num, str(error), "a well-formed CSV file") from error


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


def _read_excel(path: Path, form: FileForm) -> Iterator[Row]:
    import openpyxl  # noqa: PLC0415  # only Excel files need it

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # the library raises whatever its parsers do
        raise _refuse(path, None, f"a file that does not open: {error}", "an .xlsx workbook") from error
    if form.sheet is not None and form.sheet not in book.sheetnames:
        raise _refuse(path, None, f"sheet {form.sheet!r}", "one of " + ", ".join(book.sheetnames))
    sheet = book[form.sheet] if form.sheet else book.worksheets[0]
    rows = sheet.iter_rows(values_only=True)
    heading: tuple[str, ...] = ()
    for line, cells in enumerate(rows, start=1):
        if line < form.header_line:
            continue
        if line == form.header_line:
            names = ("" if cell is None else str(cell) for cell in cells)
            heading = form.columns or _heading(path, iter([list(names)]), 1)
        elif any(cell is not None for cell in cells):
            yield line, {name: cell for name, cell in zip(heading, cells, strict=False) if name}
    if not heading:
        raise _refuse(path, None, "no headings", "a line of headings")


def _read_parquet(path: Path) -> Iterator[Row]:
    import pyarrow as pa  # noqa: PLC0415  # only Parquet files need it
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise _refuse(path, None, f"a file that does not open: {error}", "a Parquet file") from error
    line = 0
    for batch in file.iter_batches():
        for cells in batch.to_pylist():
            line += 1
            yield line, cells
