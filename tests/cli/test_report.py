"""The monthly report from the command line: one report, four documents, the same figures."""

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.reports.formats import excel_text, html_text, number_tokens, pdf_text, word_text

from madoguchi.cli.main import main
from madoguchi.core.events import FACT_TABLES, Event
from madoguchi.core.metrics.load import load_contract
from madoguchi.intake.columnar import to_arrow
from madoguchi.intake.definitions import read_definitions
from madoguchi.samples.generate import generate

EGOV = Path(__file__).parents[2] / "examples" / "004-egov-support-centre"


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("facts")
    generate(contract=load_contract(read_definitions(EGOV)), folder=folder)
    return folder


def written(facts: Path, folder: Path, kind: str, *more: str, month: str = "2018-12") -> bytes:
    path = folder / f"report.{kind}"
    arguments = ["report", str(EGOV), "--facts", str(facts), "--month", month, "--format", kind, "--output", str(path)]
    assert main([*arguments, *more]) == 0
    return path.read_bytes()


def test_report_holds_the_same_figures_in_every_format(facts: Path, tmp_path: Path) -> None:
    html = number_tokens(html_text(written(facts, tmp_path, "html").decode()))
    assert html["43.5"] >= 2
    assert number_tokens(word_text(written(facts, tmp_path, "docx"))) == html
    assert number_tokens(excel_text(written(facts, tmp_path, "xlsx"))) == html
    missing = html - number_tokens(pdf_text(written(facts, tmp_path, "pdf")))
    assert missing == {}


def test_report_says_what_was_kept_and_missed(facts: Path, tmp_path: Path) -> None:
    text = html_text(written(facts, tmp_path, "html").decode())
    assert "月次運用報告書（平成30年12月）" in text
    assert "対象期間に期間が終わる実績値は7件で、達成 4件、未達 2件、測定不能 0件、対象外 1件である。" in text
    assert "ほかに期間の途中の実績値が1件ある。" in text
    assert "208時間47分" in text
    assert "67.4%" not in text


def test_report_speaks_english(facts: Path, tmp_path: Path) -> None:
    text = html_text(written(facts, tmp_path, "html", "--lang", "en").decode())
    assert "Monthly report (2018-12)" in text
    assert "the target is missed" in text


def test_month_without_facts_is_not_measurable_and_never_zero(facts: Path, tmp_path: Path) -> None:
    text = html_text(written(facts, tmp_path, "html", month="2019-06").decode())
    assert "達成 0件、未達 0件、測定不能 7件" in text
    assert " 0.0%" not in text


def test_month_outside_the_contract_is_refused(facts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["report", str(EGOV), "--facts", str(facts), "--month", "2030-01", "--output", str(tmp_path / "x.pdf")]
    assert main(arguments) == 2
    assert "2030-01" in capsys.readouterr().err


def test_the_section_on_staffing_is_the_same_in_every_format(facts: Path, tmp_path: Path) -> None:
    more = ("--staffing",)
    html = html_text(written(facts, tmp_path, "html", *more, month="2018-10").decode())
    assert "応答率90.0%には、シミュレーションによれば平均" in html
    assert "計画と実績の人数の記録はない" in html
    figures = number_tokens(html)
    assert number_tokens(word_text(written(facts, tmp_path, "docx", *more, month="2018-10"))) == figures
    assert number_tokens(excel_text(written(facts, tmp_path, "xlsx", *more, month="2018-10"))) == figures
    assert written(facts, tmp_path, "pdf", *more, month="2018-10").startswith(b"%PDF")
    missed = html_text(written(facts, tmp_path, "html", *more, month="2018-11").decode())
    assert "要員を増やしても届かず、最大88.6%であった" in missed


def test_recorded_people_stand_in_the_section(facts: Path, tmp_path: Path) -> None:
    folder = tmp_path / "facts"
    shutil.copytree(facts, folder)
    at = datetime(2018, 10, 3, 0, 30, tzinfo=UTC)
    events: list[Event] = [
        {"contract": "004", "source": f"roster:{number}", "source_file": "roster", "at": at + timedelta(days=number),
         "planned": 4, "present": 3 + number}
        for number in range(2)
    ]  # fmt: skip
    pq.write_table(to_arrow(events, table=FACT_TABLES["staffing"]), folder / "staffing.parquet")
    text = html_text(written(folder, tmp_path, "html", "--staffing", month="2018-10").decode())
    assert "計画と実績の人数の記録はない" not in text
    assert re.search(r"09:30\s+[\d.]+\s+[\d.]+\s+4\.0\s+3\.5", text)
