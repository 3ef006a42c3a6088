"""What can be read, what is refused, and that a finding leads back to the printed line."""

import io
import json
import time
import zipfile
from pathlib import Path

import pytest
from tests.review.reviewed import document_of, reviewed

from madoguchi.cli.main import main
from madoguchi.review.findings import Kind
from madoguchi.review.reading import UnreadableDocumentError, read_document
from madoguchi.review.review import review_document
from madoguchi.review.word_file import UnreadableWordFileError, word_lines

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SECONDS = 10
SLIP = "評価期間は平成28年11月31日まで"


def word_file(body: str, *, head: str = "") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "word/document.xml", f'{head}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
        )
    return made.getvalue()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def cell(text: str) -> str:
    return f"<w:tc>{paragraph(text)}</w:tc>"


def test_place_is_the_printed_line_and_its_words() -> None:
    (finding,) = reviewed("一行目\n\n  評価期間は **平成 2 8 年 11 月 31 日** まで")
    assert finding.place.line == 3
    assert finding.place.quote == "平成 2 8 年 11 月 31 日"
    assert finding.printed == "平成28年11月31日"


def test_same_slip_twice_is_one_finding_with_both_lines() -> None:
    (finding,) = reviewed(f"{SLIP}\n中間\n{SLIP}")
    assert (finding.place.line, finding.other_lines) == (1, (3,))


def test_lines_cut_by_the_page_run_on_and_others_do_not() -> None:
    flow = document_of(
        "(2) 契約期間\n令和4年4月1日から\n\n① 受付業務を行い、必要に応じて管理業\n務に引き継ぐ。\n② 報告"
    ).flow
    assert flow == "(2)契約期間\n令和4年4月1日から\n①受付業務を行い、必要に応じて管理業務に引き継ぐ。\n②報告\n"


def test_tagged_and_piped_tables_have_cells() -> None:
    flow = document_of("| 月 | 件数 |\n|---|---|\n| 4月 | <p>10件</p> |").flow
    assert flow == "\t月\t件数\t\n\t4月\t\v10件\v\t\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_text_in_the_usual_encodings_is_read(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "report.txt"
    file.write_bytes(f"一\r\n{SLIP}①㈱\r\n".encode(encoding))
    document = read_document(file)
    assert document.lines[1] == f"{SLIP}①㈱"


def test_word_document_is_read_with_its_tables(tmp_path: Path) -> None:
    row = f"<w:tr>{cell('合計')}{cell('5件')}</w:tr>"
    hidden = '<w:p><w:del w:id="1"><w:r><w:delText>x</w:delText><w:t>消した</w:t></w:r></w:del></w:p>'
    file = tmp_path / "report.docx"
    file.write_bytes(word_file(f"{paragraph(SLIP)}<w:tbl>{row}</w:tbl>{hidden}"))
    assert read_document(file).lines == (SLIP, "合計\t5件", "")
    assert [each.kind for each in review_document(document=read_document(file))] == [Kind.DATE]


def test_merged_cells_and_tables_within_cells_keep_their_columns(tmp_path: Path) -> None:
    wide = f"<w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>{paragraph('総額')}</w:tc>"
    within = f"<w:tc><w:tbl><w:tr>{cell('1')}{cell('2')}</w:tr></w:tbl></w:tc>"
    rows = f"<w:tr>{wide}{cell('備考')}</w:tr><w:tr>{within}{cell('3')}{wide}</w:tr>"
    controlled = f"<w:sdt><w:sdtContent><w:tr>{cell('合計')}{cell('5件')}</w:tr></w:sdtContent></w:sdt>"
    file = tmp_path / "report.docx"
    file.write_bytes(word_file(f"<w:tbl>{rows}{controlled}</w:tbl>"))
    assert read_document(file).lines == ("総額\t\t備考", "1 2\t3\t総額", "合計\t5件")


def test_text_box_is_read_once(tmp_path: Path) -> None:
    box = (
        '<w:p><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice><w:r><w:t>{SLIP}</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>{SLIP}</w:t></w:r></mc:Fallback>"
        "</mc:AlternateContent></w:p>"
    )
    file = tmp_path / "report.docx"
    file.write_bytes(word_file(box))
    assert read_document(file).lines == (SLIP,)


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 damaged",
        word_file(paragraph("&e;"), head='<!DOCTYPE d [<!ENTITY e "x">]>'),
        word_file("<w:p>"),
        word_file(paragraph("あ" * 20_000_000)),
    ],
    ids=["damaged", "entities", "broken", "bomb"],
)
def test_unsound_word_document_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableWordFileError):
        word_lines(data, name="x.docx")


def test_archive_that_is_no_word_document_is_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("other.xml", "<a/>")
    with pytest.raises(UnreadableWordFileError, match="ではありません"):
        word_lines(made.getvalue(), name="x.docx")


@pytest.mark.parametrize("data", [b"", b" \n\t\n", b"%PDF-1.7 x", b"a\x00b", b"a\x81", "あ".encode() * 200_001])
def test_what_is_no_text_is_refused(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "x.txt"
    file.write_bytes(data)
    with pytest.raises(UnreadableDocumentError):
        read_document(file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("あ" * 20_001, "1行目に20,001文字"),
        ("一\n" + "9" * 101, "2行目に100桁を超える数"),
        ("あ\n" * 1_000_001, "1,000,001文字"),
    ],
)
def test_text_no_report_can_have_is_refused_by_its_place(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "x.txt"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableDocumentError, match=said):
        read_document(file)


@pytest.mark.parametrize("piece", ["①", "ア", "1%、", "\t", "業務運用", "令和3年度から", "（「", "1円（1%）"])
def test_endless_repetition_is_reviewed_in_seconds(tmp_path: Path, piece: str) -> None:
    file = tmp_path / "x.txt"
    file.write_text("業" + piece * (9_000 // len(piece)), encoding="utf-8")
    start = time.process_time()
    review_document(document=read_document(file))
    assert time.process_time() - start < SECONDS


def test_command_says_errors_by_its_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "report.txt"
    file.write_text(SLIP, encoding="utf-8")
    assert main(["review", str(file)]) == 1
    assert "平成28年11月30日" in capsys.readouterr().out
    assert main(["review", str(file), "--json"]) == 1
    (row,) = json.loads(capsys.readouterr().out)["findings"]
    assert (row["line"], row["kind"], row["right"]) == (1, "date", "平成28年11月30日")


def test_command_passes_what_holds_and_mere_notation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "report.txt"
    file.write_text("問合せと問い合わせ", encoding="utf-8")
    assert main(["review", str(file)]) == 0
    file.write_text("業務は適切に実施された。", encoding="utf-8")
    assert main(["review", str(file), "--lang", "en"]) == 0
    assert "Nothing was found" in capsys.readouterr().out


def test_command_refuses_a_folder_and_a_missing_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", str(tmp_path)]) == 2
    assert main(["review", str(tmp_path / "none.txt")]) == 2
    assert "none.txt" in capsys.readouterr().err
