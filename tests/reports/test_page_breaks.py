"""Where lines and pages of a PDF end: titles between words, rows and short tables whole, slides that go on named."""

import io
from dataclasses import replace
from datetime import date

import pypdf

from madoguchi.reports.blocks import Heading, Layout, Paragraph, Report, Side, Table
from madoguchi.reports.write_pdf import write_pdf

TITLE = "消費者庁のネットワークシステムの運用支援業務の実施状況について"
TALL = "長い文を読む。" * 36
REPORT = Report(
    title=TITLE, subtitle="", author="消費者庁", issued_date=date(2017, 2, 10), language="ja", blocks=()
)  # fmt: skip


def pages(report: Report) -> list[str]:
    reader = pypdf.PdfReader(io.BytesIO(write_pdf(report=report)))
    return [page.extract_text() for page in reader.pages]


def table(rows: int, text: str) -> Table:
    cells = tuple((f"行{number}", text) for number in range(rows))
    return Table(caption="表", header=("項目", "内容"), rows=cells, widths=(1, 2))


def test_a_title_is_cut_between_its_words() -> None:
    lines = pages(REPORT)[0].split("\n")
    assert lines[:2] == ["消費者庁のネットワークシステムの", "運用支援業務の実施状況について"]


def test_a_title_without_such_words_is_still_cut_somewhere() -> None:
    text = "".join(pages(replace(REPORT, title="運用" * 40))[0].split())
    assert "運用" * 40 in text


def test_words_that_lead_to_a_table_go_with_it_to_the_next_page() -> None:
    led = (Heading(level=1, text="応答率"), Paragraph(parts=("総着信数に占める応答数の割合。",)), table(8, "短い"))
    moved = set()
    for count in range(14, 32, 2):
        filled = [Paragraph(parts=(f"段落{number}。",)) for number in range(count)]
        found = pages(replace(REPORT, blocks=(*filled, *led)))
        place = next(index for index, page in enumerate(found) if "応答率" in page)
        assert "総着信数に占める応答数の割合。" in found[place]
        assert "行0" in found[place]
        moved.add(place)
    assert moved == {0, 1}


def test_the_closing_never_stands_on_a_page_alone() -> None:
    closing = Paragraph(parts=("以上",), side=Side.RIGHT)
    for count in range(30, 42):
        filled = [Paragraph(parts=(f"段落{number}。",)) for number in range(count)]
        final = pages(replace(REPORT, blocks=(*filled, closing)))[-1]
        assert "以上" in final
        assert f"段落{count - 1}。" in final


def test_a_row_is_never_cut_by_a_pages_end() -> None:
    report = replace(REPORT, blocks=(Paragraph(parts=("前置き。",)), table(9, TALL)))
    found = pages(report)
    assert len(found) > 1
    for number in range(9):
        page = next(each for each in found if f"行{number}" in each)
        after = page.partition(f"行{number}")[2].partition(f"行{number + 1}")[0]
        assert after.replace("\n", "").replace(" ", "").count("長い文を読む。") >= TALL.count("長い文を読む。")


def test_a_row_taller_than_a_page_goes_on() -> None:
    text = "".join("".join(pages(replace(REPORT, blocks=(table(1, TALL * 12),)))).split())
    assert text.count("読む。") >= 36 * 12


def test_a_slide_keeps_a_table_whole_and_names_what_goes_on() -> None:
    blocks = (
        Heading(level=1, text="次回の日程"), Paragraph(parts=("説明。" * 260,)), table(9, "R1.5.1～R1.6.30"),
    )  # fmt: skip
    found = pages(replace(REPORT, blocks=blocks, layout=Layout.SLIDES))
    assert ["行0" in each for each in found] == ["行8" in each for each in found]
    assert "次回の日程（続き）" in found[-1]
    assert "（続き）" not in found[1]
