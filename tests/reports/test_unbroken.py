"""Days, months and durations in narrow cells: none is parted by a line's end."""

import io
import re
from datetime import date

import pypdf
import pytest

from madoguchi.reports.blocks import Report, Table
from madoguchi.reports.unbroken import pieces, unbroken_html
from madoguchi.reports.write_html import write_html
from madoguchi.reports.write_pdf import write_pdf

WINDOW = "評価期間（11月5日まで）"


def report(text: str, *, widths: tuple[int, int]) -> Report:
    table = Table(caption="表", header=("甲", "乙"), rows=((text, "－"),), widths=widths)
    return Report(
        title="報告書", subtitle="", author="甲省", issued_date=date(2026, 12, 1), language="ja", blocks=(table,)
    )


def lines(text: str, *, widths: tuple[int, int]) -> list[str]:
    reader = pypdf.PdfReader(io.BytesIO(write_pdf(report=report(text, widths=widths))))
    found = "\n".join(page.extract_text() for page in reader.pages)
    return found.split("乙\n")[-1].split("\n")


@pytest.mark.parametrize("narrow", range(12, 20))
def test_no_line_ends_inside_a_day(narrow: int) -> None:
    found = lines(WINDOW + "、令和4年度第2四半期（12月31日まで）", widths=(narrow, 94 - narrow))
    text = "\n".join(found)
    assert "".join(found).startswith(WINDOW)
    assert not re.search(r"\d\n|月\n\d|第\n", text)
    assert all(day in text for day in ("11月5日", "12月31日", "令和4年度", "第2四半期"))
    assert not re.search(r"\n[、。）]", text)


def test_a_day_wider_than_its_cell_is_cut_smaller_before_it_is_cut_anywhere() -> None:
    text = "平成30年11月30日"
    assert list(pieces(text, room=40)) == [(text, True)]
    assert list(pieces(text, room=11)) == [("平成30年", True), ("11月30日", True)]
    assert list(pieces(text, room=4)) == [("平成30年", False), ("11月30日", False)]


def test_other_texts_are_left_as_they_are() -> None:
    assert list(pieces("3か月の60件、1開庁日", room=20)) == [("3か月の60件、1開庁日", False)]
    assert list(pieces("", room=20)) == []


def test_pages_keep_days_whole_and_escape_all_the_rest() -> None:
    shown = '<b>（<span class="w">11月5日</span>まで）'.replace("<b>", "&lt;b&gt;")
    assert unbroken_html("<b>（11月5日まで）") == shown
    page = write_html(report=report(WINDOW, widths=(1, 1)))
    assert '評価期間（<span class="w">11月5日</span>まで）' in page
    assert ".w{white-space:nowrap}" in page


def test_cells_of_a_narrow_page_are_not_one_letter_wide() -> None:
    page = write_html(report=report(WINDOW, widths=(1, 1)))
    assert "@media(max-width:40rem){td,th{min-width:5em}tbody th{min-width:7em}}" in page
