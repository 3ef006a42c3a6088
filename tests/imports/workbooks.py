"""Workbooks made for the tests."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import openpyxl


def workbook(rows: Sequence[Sequence[object]], *, change: Callable[[Any], None] | None = None) -> bytes:
    """Return a workbook of one sheet, changed as asked before it is saved."""
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    if change is not None:
        change(book)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def zammad_report() -> bytes:
    """Return a report as Zammad writes it: a title, an empty line, the headings, the rows, the time zone."""
    headings = ("#", "Title", "State", "Priority", "Group", "Owner", "Customer", "Organization", "Create Channel",
                "Tags", "Created At", "Updated At", "Closed At", "First Response At")  # fmt: skip
    moments = [datetime(2026, 4, 6, hour) for hour in (9, 12, 11, 10)]  # noqa: DTZ001  # as cells are
    return workbook([
        ("2026-4",), (), headings,
        ("67001", "画面が暗い", "closed", "2 normal", "Desk", "青木", "久保 葵", "", "phone", "", *moments),
        ("67002", "音が出ない", "open", "3 high", "Desk", "", "久保 葵", "", "email", "", moments[0], moments[1]),
        (), ("Timezone: Asia/Tokyo",),
    ])  # fmt: skip


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a workbook with one of its parts changed."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            new.writestr(each, change(old.read(each)) if each == name else old.read(each))
    return held.getvalue()
