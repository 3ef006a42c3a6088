"""The four writers: the same text and figures, and nothing a text says is ever run."""

import hashlib
import io
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import docx
import openpyxl
import pypdf
import pytest
from docx.oxml.ns import qn
from tests.reports.formats import excel_text, html_text, number_tokens, pdf_text, tag_counts, word_text

from madoguchi.reports import font_set
from madoguchi.reports.blocks import (
    Chart,
    Heading,
    Inline,
    Paragraph,
    PrintedFigure,
    Report,
    Table,
    UnprintableTextError,
    figures_of,
    texts_of,
)
from madoguchi.reports.write_excel import write_excel
from madoguchi.reports.write_html import write_html
from madoguchi.reports.write_pdf import PdfError, write_pdf
from madoguchi.reports.write_word import write_word

NASTY = '=1+1 & <b> { } #read("x") *太字* $y$ <l> @r \\ 髙﨑①㈱'
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" width="10" height="10" font-family="sans-serif">'
    '<rect width="5" height="5" fill="#0055ad"/></svg>'
)


def figure(text: str, number: str | None = None, suffix: str = "") -> PrintedFigure:
    return PrintedFigure(
        text=text,
        indicator="answer_rate",
        version="1",
        window="2018-11",
        exact=Fraction(24_512, 570),
        number=None if number is None else Decimal(number),
        suffix=suffix,
    )


ROWS: tuple[tuple[Inline, ...], ...] = (
    ("応答率", figure("43.0%", "43.0", "%"), "3,922 / 9,120"),
    ("苦情", figure("1,234件", "1234", "件"), NASTY),
    ("回答時間", figure("208時間47分"), ""),
    ("満足度", figure("－"), "測定不能"),
)
TABLE = Table(caption="表1 実績", header=("指標", "実績値", "件数"), rows=ROWS, widths=(1, 1, 2), numeric=(1,))
CHART = Chart(
    title="図1 推移",
    svg=SVG,
    description="2018-10 93.4%、2018-11 43.0%",
    categories=("2018-10", "2018-11"),
    values=(Decimal("93.4"), None),
)
REPORT = Report(
    title="月次運用報告書",
    subtitle="電子政府利用支援センターの運用等 & <x>",
    author="受託事業者",
    issued_date=date(2018, 12, 10),
    language="ja",
    blocks=(
        Heading(level=1, text="1 概要"),
        Paragraph(parts=("応答率は", figure("43.0%", "43.0", "%"), "である。")),
        Paragraph(parts=(NASTY,)),
        Heading(level=2, text="1.1 実績"),
        TABLE,
        CHART,
    ),
)


def with_text(text: str) -> Report:
    return replace(REPORT, blocks=(Paragraph(parts=(text,)),))


def test_same_number_tokens_in_all_four_formats() -> None:
    expected = number_tokens("\n".join(texts_of(REPORT)))
    assert expected["43.0"] == 2
    assert number_tokens(html_text(write_html(report=REPORT))) == expected
    assert number_tokens(word_text(write_word(report=REPORT))) == expected
    assert number_tokens(excel_text(write_excel(report=REPORT))) == expected
    assert number_tokens(pdf_text(write_pdf(report=REPORT))) == expected


def test_text_is_shown_and_never_run() -> None:
    assert NASTY in html_text(write_html(report=REPORT)).replace("\xa0", " ")
    assert NASTY in word_text(write_word(report=REPORT))
    assert NASTY in excel_text(write_excel(report=REPORT))
    shown = pdf_text(write_pdf(report=REPORT)).replace("\n", "").replace(" ", "")
    assert NASTY.replace(" ", "") in shown


def test_pdf_is_tagged_archivable_and_japanese() -> None:
    data = write_pdf(report=REPORT)
    tags = tag_counts(data)
    assert (tags["/Table"], tags["/TH"], tags["/TD"], tags["/Figure"]) == (1, 3, 12, 1)
    assert (tags["/H1"], tags["/H2"], tags["/Title"]) == (1, 1, 1)
    reader = pypdf.PdfReader(io.BytesIO(data))
    assert str(reader.root_object["/Lang"]) == "ja-JP"
    stream = reader.root_object["/Metadata"]
    assert isinstance(stream, pypdf.generic.StreamObject)
    metadata = stream.get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata


def test_pdf_fonts_are_embedded() -> None:
    reader = pypdf.PdfReader(io.BytesIO(write_pdf(report=REPORT)))
    found = 0
    for page in reader.pages:
        resources = page["/Resources"]
        assert isinstance(resources, dict)
        for font in resources["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descendant["/FontDescriptor"].get_object())
            found += 1
    assert found


def test_same_report_gives_the_same_pdf() -> None:
    assert write_pdf(report=REPORT) == write_pdf(report=REPORT)


def test_character_without_a_glyph_is_named() -> None:
    with pytest.raises(PdfError, match="😀"):
        write_pdf(report=with_text("よい😀"))


@pytest.mark.parametrize("char", ["\u202e", "\u200f", "\x00", "\x1b", "\ud800", "\uffff"])
def test_deceptive_and_control_characters_are_refused_everywhere(char: str) -> None:
    for write in (write_html, write_pdf, write_word, write_excel):
        with pytest.raises(UnprintableTextError, match=f"U\\+{ord(char):04X}"):
            write(report=with_text(f"abc{char}def"))


def test_very_long_paragraph_loses_nothing() -> None:
    text = "一二三四五。" * 20_000
    report = with_text(text)
    assert text in write_html(report=report)
    assert text in word_text(write_word(report=report))
    assert excel_text(write_excel(report=report)).replace("\n", "").endswith(text)


def test_word_speaks_japanese_and_repeats_its_header() -> None:
    document = docx.Document(io.BytesIO(write_word(report=REPORT)))
    languages = {each.get(qn("w:eastAsia")) for each in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"ja-JP"}
    fonts_named = {each.get(qn("w:eastAsia")) for each in document.styles.element.iter(qn("w:rFonts"))}
    assert fonts_named == {"ＭＳ 明朝", "ＭＳ ゴシック"}
    (table,) = document.tables
    assert table.rows[0]._tr.find(qn("w:trPr")).find(qn("w:tblHeader")) is not None
    assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == "表1 実績"
    picture = next(document.element.iter(qn("wp:docPr")))
    assert picture.get("descr") == CHART.description


def test_excel_holds_numbers_as_numbers_and_formulas_as_text() -> None:
    data = write_excel(report=REPORT)
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [cell for row in book["報告書"].iter_rows() for cell in row if cell.value is not None]
    assert [cell.value for cell in cells if cell.data_type == "n"] == [43, 1234]
    assert [cell.data_type for cell in cells if cell.value == NASTY] == ["s", "s"]
    assert not any(cell.data_type == "f" for cell in cells)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "xl/charts/chart1.xml" in archive.namelist()


def test_every_figure_leads_back_to_its_measurement() -> None:
    page = write_html(report=REPORT)
    assert page.count('data-indicator="answer_rate" data-version="1" data-window="2018-11"') == len(
        list(figures_of(REPORT))
    )
    sources = openpyxl.load_workbook(io.BytesIO(write_excel(report=REPORT)))["数値の出典"]
    texts = [[cell.value for cell in row] for row in sources.iter_rows()]
    assert texts[0] == ["実績値", "指標", "定義の版", "期間", "端数処理前の値", "月次実績の版"]
    assert ["43.0%", "answer_rate", "1", "2018-11", "12256/285", ""] in texts


def test_missing_fonts_are_said_before_a_pdf_without_text_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font_set, "SHIPPED", font_set.SHIPPED / "none")
    with pytest.raises(font_set.NoFontError, match=r"NotoSerifJP-Regular\.ttf"):
        write_pdf(report=REPORT)


def test_shipped_fonts_are_those_of_their_publisher_and_carry_their_licences() -> None:
    folder = font_set.SHIPPED
    sums = [line.split() for line in (folder / "SHA256SUMS.txt").read_text().splitlines()]
    assert sorted(name for _, name in sums) == sorted(font_set.FILES)
    for recorded, name in sums:
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == recorded
    for name in ("OFL-NotoSansJP.txt", "OFL-NotoSerifJP.txt"):
        assert "SIL OPEN FONT LICENSE" in (folder / name).read_text()


def test_a_short_table_stays_on_one_page_and_a_long_one_does_not() -> None:
    filler = tuple(Paragraph(parts=("行",)) for _ in range(29))
    for count, pages in ((8, 1), (40, 2)):
        rows = tuple((f"項目{number}", "値", "") for number in range(100, 100 + count))
        table = Table(caption="表", header=("指標", "実績値", "件数"), rows=rows, widths=(1, 1, 2))
        texts = [
            each.extract_text()
            for each in pypdf.PdfReader(io.BytesIO(write_pdf(report=replace(REPORT, blocks=(*filler, table))))).pages
        ]
        held = [text for text in texts if "項目1" in text]
        assert len(held) == pages, [text[:20] for text in texts]


def test_a_long_title_is_broken_into_lines_of_about_one_length() -> None:
    title = "総務省LANシステムの運用管理及び受付窓口業務の実施状況について（案）"
    text = pypdf.PdfReader(io.BytesIO(write_pdf(report=replace(REPORT, title=title)))).pages[0].extract_text()
    lines = [each for each in text.splitlines() if each.strip() and each.strip() in title]
    assert "".join(lines) == title
    assert min(map(len, lines)) * 2 > max(map(len, lines))
