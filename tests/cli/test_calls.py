"""`madoguchi calls` as a person uses it."""

from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from tests.reports.formats import pdf_text

from madoguchi.cli.main import main
from madoguchi.core.calendar.periods import month_period
from madoguchi.core.calls.counted import call_data
from madoguchi.core.metrics.load import load_contract
from madoguchi.core.vocabulary import Statistic
from madoguchi.intake.calls import calls_of_period
from madoguchi.intake.definitions import read_definitions
from madoguchi.intake.facts import open_facts
from madoguchi.intake.measuring import measure_with_engine
from madoguchi.samples.generate import generate

EXAMPLES = Path(__file__).parents[2] / "examples"
EGOV = EXAMPLES / "004-egov-support-centre"


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("facts")
    generate(contract=load_contract(read_definitions(EGOV)), folder=folder)
    return folder


def run(*arguments: object) -> int:
    return main(["calls", *(str(each) for each in arguments)])


def test_the_reports_count_what_the_engine_counts(facts: Path) -> None:
    contract, opened = load_contract(read_definitions(EGOV)), open_facts(facts)
    within = month_period(year=2018, month=11)
    measured = measure_with_engine(contract=contract, facts=opened, within=within)
    rate = next(each for each in measured if each.indicator.id == "answer_rate")
    assert rate.indicator.statistic is Statistic.RATE
    calls = calls_of_period(opened, contract=contract, period=within)
    counted = call_data(contract=contract, period=within, calls=calls).calls
    answered = sum(each.is_answered for each in counted)
    whole = sum(each.is_counted for each in counted)
    assert whole > 0
    assert (rate.figure.tally.part, rate.figure.tally.counted) == (answered, whole)
    assert rate.figure.exact == Fraction(100 * answered, whole)


def test_a_month_by_day_and_the_calls_behind_one_number(facts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(EGOV, "--facts", facts, "--month", "2018-11") == 0
    printed = capsys.readouterr().out
    assert "2018-11-01" in printed
    assert "合計" in printed
    assert run(EGOV, "--facts", facts, "--month", "2018-11", "--line", "2018-11-01", "--column", "abandoned") == 0
    assert "放棄" in capsys.readouterr().out


def test_reports_become_files(facts: Path, tmp_path: Path) -> None:
    csv_file, book = tmp_path / "calls.csv", tmp_path / "calls.xlsx"
    assert run(EGOV, "--facts", facts, "--fiscal-year", "2018", "--report", "lines", "--csv", csv_file) == 0
    assert csv_file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert run(EGOV, "--facts", facts, "--month", "2018-11", "--report", "waits", "--excel", book, "--lang", "en") == 0
    assert openpyxl.load_workbook(book)["list"]["A1"].value == "Wait"
    printed = tmp_path / "calls.pdf"
    assert run(EGOV, "--facts", facts, "--month", "2018-11", "--report", "days", "--pdf", printed) == 0
    text = pdf_text(printed.read_bytes())
    assert "2018-11-30" in text
    assert "結果別と分母の扱い" in text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--days", "yesterday"), "such as 2018-10-01"),
        (("--days", "2018-10-02..2018-10-01"), "such as 2018-10-01"),
        (("--days", "9999-12-31..9999-12-31"), "such as 2018-10-01"),
        (("--fiscal-year", "1999"), "one of 2018"),
        (("--month", "2018-11", "--line", "nobody"), "one of 2018-11-01"),
        (("--month", "2018-11", "--column", "nothing"), "one of offered"),
    ],
)
def test_bad_asks_are_refused_by_name(
    facts: Path, capsys: pytest.CaptureFixture[str], given: tuple[str, ...], said: str
) -> None:
    assert run(EGOV, "--facts", facts, *given) == 2
    assert said in capsys.readouterr().err


def test_facts_without_calls_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "complaints.csv").write_text("contract,source,at\n004,x:1,2018-11-01T00:00:00+09:00\n")
    assert run(EGOV, "--facts", tmp_path) == 2
    assert "no calls" in capsys.readouterr().err
