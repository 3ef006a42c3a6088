"""A file of another tool opened as a ledger: its encoding, delimiter, sheet and heading line found out."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.imports.errors import LedgerError
from madoguchi.imports.reading_excel import open_workbook
from madoguchi.imports.values import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, Form, Ledger, Line
from madoguchi.people.sayings import say

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp932", "euc_jp")
DELIMITERS = (",", "\t", ";", "|")
TRIED_LINES, TRIED_CHARACTERS = 30, 200_000
HEADING_SHARE = 0.6
MAX_HEADING = 200
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def open_ledger(content: bytes, *, form: Form) -> Ledger:
    """Open a file. Raises LedgerError, also while its lines are gone through, for what is no ledger at all."""
    if not content:
        raise LedgerError(say("空のファイルです。見出しの行があるCSVまたはExcel（.xlsx）を選んでください。"))
    if len(content) > MAX_BYTES:
        raise LedgerError(
            say(
                "ファイルが大きすぎます（%(size)s バイト、上限 %(limit)s バイト）。分けてください。",
                size=f"{len(content):,}",
                limit=f"{MAX_BYTES:,}",
            )
        )
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise LedgerError(say("古い形式（.xls）またはパスワード付きのExcelです。.xlsx で保存し直してください。"))
    if content.startswith(b"PK"):
        workbook = open_workbook(content, form=form)
        return _headed(workbook, workbook.lines)
    return _open_text(content, form=form)


def _open_text(content: bytes, *, form: Form) -> Ledger:
    text, encoding = decoded(content, encoding=form.encoding)
    delimiter = form.delimiter if form.delimiter != "auto" else found_delimiter(text, has_quotes=form.has_quotes)
    if form.has_quotes and text.count('"') % 2:
        raise LedgerError(say('閉じていない引用符（"）があります。ファイルが途中で切れていないか確認してください。'))
    found = replace(form, encoding=encoding, delimiter=delimiter)
    return _headed(Ledger(form=found, headings=(), lines=iter(())), _text_lines(text, found))


def decoded(content: bytes, *, encoding: str) -> tuple[str, str]:
    """Return a text and what it was written in: as its mark says, else UTF-8, else cp932. Raises LedgerError."""
    if encoding not in (*ENCODINGS, "auto"):
        raise LedgerError(
            say(
                "文字コード「%(given)s」は使えません。使える値: %(allowed)s",
                given=encoding[:40],
                allowed=", ".join(("auto", *ENCODINGS)),
            )
        )
    marked = next((name for mark, name in MARKS if content.startswith(mark)), None)
    tried = (encoding,) if encoding != "auto" else (marked,) if marked else ("utf-8", "cp932", "euc_jp")
    for each in tried:
        try:
            return content.decode(each).removeprefix("\ufeff"), each
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
    raise LedgerError(
        say(
            "%(line)s行目を %(tried)s として読み取れません。文字コードを選び直すか、UTF-8 で保存してください。",
            line=line,
            tried=" / ".join(tried),
        )
    )


def found_delimiter(text: str, *, has_quotes: bool) -> str:
    """Return the sign that splits the first lines into the most cells, the same number in most of them."""
    best, most = ",", 0
    for sign in DELIMITERS:
        lengths: Counter[int] = Counter()
        try:
            for cells in _first_rows(text, sign, has_quotes=has_quotes):
                lengths[len(cells)] += 1
        except csv.Error:
            continue
        usual, count = max(lengths.items(), key=lambda each: each[0] * each[1], default=(0, 0))
        if usual > 1 and usual * count > most:
            best, most = sign, usual * count
    return best


def _first_rows(text: str, delimiter: str, *, has_quotes: bool) -> Iterator[list[str]]:
    rows = _reader(text[:TRIED_CHARACTERS], delimiter, has_quotes=has_quotes)
    for number, cells in enumerate(rows):
        if number == TRIED_LINES:
            return
        if cells:
            yield cells


def _reader(text: str, delimiter: str, *, has_quotes: bool) -> Any:  # noqa: ANN401  # the library's reader has no public name
    held = io.StringIO(text, newline="")
    if has_quotes:
        return csv.reader(held, delimiter=delimiter)
    return csv.reader(held, delimiter=delimiter, quoting=csv.QUOTE_NONE)


def _text_lines(text: str, form: Form) -> Iterator[Line]:
    reader = _reader(text, form.delimiter, has_quotes=form.has_quotes)
    try:
        for cells in reader:
            yield Line(number=reader.line_num, cells=tuple(cells))
    except csv.Error as error:
        raise LedgerError(
            say("%(line)s行目をCSVとして読み取れません。引用符が閉じているか確認してください。", line=reader.line_num)
        ) from error


def _headed(ledger: Ledger, lines: Iterator[Line]) -> Ledger:
    """Return the ledger with its headings: the line that was said, or the first that is nearly as wide as any."""
    first: list[Line] = []
    for line in lines:
        first.append(line)
        if len(first) >= max(TRIED_LINES, ledger.form.header_line):
            break
    place = _heading_place(first, ledger.form.header_line)
    names, notes = _names(first[place].cells)
    rest = _chained(first[place + 1 :], lines)
    form = replace(ledger.form, header_line=first[place].number)
    checked = _checked(rest, width=len(names), is_workbook=bool(ledger.sheets))
    return replace(ledger, form=form, headings=names, notes=(*ledger.notes, *notes), lines=checked)


def _heading_place(lines: Sequence[Line], said: int) -> int:
    if said:
        found = next((place for place, each in enumerate(lines) if each.number >= said), None)
        if found is None:
            raise LedgerError(say("見出しの行 %(line)s がファイルにありません。", line=said))
        return found
    widths = [sum(bool(str(cell).strip()) for cell in each.cells if cell is not None) for each in lines]
    widest = max(widths, default=0)
    if not widest:
        raise LedgerError(say("空のファイルです。見出しの行があるCSVまたはExcel（.xlsx）を選んでください。"))
    return next(place for place, width in enumerate(widths) if width >= HEADING_SHARE * widest)


def _names(cells: Sequence[object]) -> tuple[tuple[str, ...], list[str]]:
    """Return headings, those that stand more than once told apart by a number."""
    plain = [" ".join(CONTROL.sub(" ", str(cell or "")).split())[:MAX_HEADING] for cell in cells]
    while plain and not plain[-1]:
        plain.pop()
    if len(plain) > MAX_COLUMNS:
        raise LedgerError(say("列が%(n)s個あります。%(limit)s個以内にしてください。", n=len(plain), limit=MAX_COLUMNS))
    seen: Counter[str] = Counter()
    names = []
    for name in plain:
        seen[name] += 1
        names.append(name if seen[name] == 1 or not name else f"{name} ({seen[name]})")
    twice = [name for name, count in seen.items() if count > 1 and name]
    note = _("同じ見出しが複数あります: %(names)s。2つ目からは番号を付けて区別します。")
    return tuple(names), [note % {"names": "、".join(twice)[:200]}] if twice else []


def _chained(first: Iterable[Line], rest: Iterator[Line]) -> Iterator[Line]:
    yield from first
    yield from rest


def _checked(lines: Iterator[Line], *, width: int, is_workbook: bool) -> Iterator[Line]:
    """Yield the rows that are not empty, each as wide as the headings or with what is wrong."""
    count = 0
    for line in lines:
        cells = line.cells
        if all(cell is None or cell == "" for cell in cells):
            continue
        count += 1
        if count > MAX_ROWS:
            raise LedgerError(say("%(limit)s行を超えています。分けてください。", limit=f"{MAX_ROWS:,}"))
        if len(cells) == width:
            yield line
            continue
        over = [cell for cell in cells[width:] if cell not in (None, "")]
        # workbooks leave empty cells at the end of a row out
        is_cut = len(cells) < width and not is_workbook
        problem = None
        if over or is_cut:
            problem = say("列が%(n)s個あります（見出しは%(allowed)s個）。", n=len(cells), allowed=width)
        yield replace(line, cells=(*cells[:width], *("",) * (width - len(cells))), problem=problem)
