"""The command line as a person uses it: what it prints, what it writes, and how it says that input was wrong."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from madoguchi.cli.main import main, make_parser
from madoguchi.core.metrics.load import load_contract
from madoguchi.engine.tallies import Engine
from madoguchi.intake.definitions import read_definitions
from madoguchi.samples.generate import generate

EXAMPLES = Path(__file__).parents[2] / "examples"
SOURCE = Path(__file__).parents[2] / "src"
EGOV = EXAMPLES / "004-egov-support-centre"
ANSWER_RATES = ["93.4%", "43.0%", "43.5%", "67.4%", "78.3%", "81.5%"]


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("facts")
    generate(contract=load_contract(read_definitions(EGOV)), folder=folder)
    return folder


def run(*arguments: object) -> int:
    return main([str(each) for each in arguments])


def test_measure_prints_every_figure_with_its_verdict(facts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("measure", EGOV, "--facts", facts) == 0
    printed = capsys.readouterr().out
    for text in (*ANSWER_RATES, "208時間47分 ×", "6分18秒 ○", "43.0% (3,922 / 9,120)", "(147,849,395秒 / 1,106件)"):
        assert text in printed


def test_measure_reads_the_days_kept_while_the_facts_stay(
    facts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    own, days = tmp_path / "facts", tmp_path / "days"
    shutil.copytree(facts, own)
    assert run("measure", EGOV, "--facts", own, "--json", "-") == 0
    whole = json.loads(capsys.readouterr().out)
    assert run("measure", EGOV, "--facts", own, "--days", days, "--json", "-") == 0
    assert json.loads(capsys.readouterr().out) == whole
    with monkeypatch.context() as patch:
        patch.setattr(Engine, "all_day_tallies", lambda *_, **__: pytest.fail("events were read"))
        assert run("measure", EGOV, "--facts", own, "--days", days, "--json", "-") == 0
        assert json.loads(capsys.readouterr().out) == whole
    rows = pq.read_table(own / "calls.parquet")
    pq.write_table(rows.slice(0, rows.num_rows // 2), own / "calls.parquet")
    assert run("measure", EGOV, "--facts", own, "--days", days, "--json", "-") == 0
    fewer = json.loads(capsys.readouterr().out)
    assert fewer != whole
    assert run("measure", EGOV, "--facts", own, "--json", "-") == 0
    assert json.loads(capsys.readouterr().out) == fewer


def test_measure_leaves_a_file_of_another_kind_alone(
    facts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("覚え書き" * 300, encoding="utf-8")
    assert run("measure", EGOV, "--facts", facts, "--days", notes) == 2
    said = capsys.readouterr()
    assert str(notes) in said.err
    assert "a file that is not there yet" in said.err
    assert not said.out
    assert notes.read_text(encoding="utf-8") == "覚え書き" * 300


def test_measure_names_windows_in_the_readers_words(facts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("measure", EGOV, "--facts", facts) == 0
    printed = capsys.readouterr().out
    assert "平成30年11月 応答率 43.0%" in printed
    assert "評価期間" in printed
    assert not {"2018-11", "evaluation"} & set(printed.split())
    assert run("measure", EGOV, "--facts", facts, "--lang", "en") == 0
    printed = capsys.readouterr().out
    assert "2018-11 Answer rate 43.0%" in printed
    assert "the period evaluated" in printed
    assert "(147,849,395 s / 1,106 cases)" in printed


def test_measure_speaks_english(facts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("measure", EGOV, "--facts", facts, "--lang", "en") == 0
    printed = capsys.readouterr().out
    assert "Answer rate" in printed
    assert "the target is missed" in printed
    assert "応答率" not in printed


def test_json_csv_and_page_hold_the_same_figures(facts: Path, tmp_path: Path) -> None:
    files = [tmp_path / f"out.{kind}" for kind in ("json", "csv", "html")]
    assert run("measure", EGOV, "--facts", facts, "--json", files[0], "--csv", files[1], "--html", files[2]) == 0
    rows = json.loads(files[0].read_text(encoding="utf-8"))["measurements"]
    assert [row["figure"] for row in rows if row["indicator"] == "answer_rate"] == ANSWER_RATES
    with files[1].open(encoding="utf-8-sig", newline="") as file:
        assert [row["figure"] for row in csv.DictReader(file)] == [row["figure"] for row in rows]
    page = files[2].read_text(encoding="utf-8")
    assert all(row["figure"] in page for row in rows)
    assert page.count("<svg") == len({row["indicator"] for row in rows})
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


def test_the_reference_measures_the_same(facts: Path, tmp_path: Path) -> None:
    fast, slow = tmp_path / "fast.json", tmp_path / "slow.json"
    run("measure", EGOV, "--facts", facts, "--json", fast)
    run("measure", EGOV, "--facts", facts, "--json", slow, "--reference")
    assert fast.read_text() == slow.read_text()


def test_months_can_be_asked_for(facts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("measure", EGOV, "--facts", facts, "--from", "2018-11", "--to", "2018-12", "--json", "-") == 0
    rows = json.loads(capsys.readouterr().out)["measurements"]
    assert {row["window"] for row in rows if row["window"].startswith("20")} == {"2018-11", "2018-12"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "2021-01"), "2018-06 to 2020-03"),
        (("--to", "2030-12"), "2018-06 to 2020-03"),
        (("--from", "2019-03", "--to", "2018-11"), "before 2019-03"),
    ],
)
def test_a_month_outside_the_contract_is_refused(
    facts: Path, arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("measure", EGOV, "--facts", facts, *arguments) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("command", ["measure", "report", "calls", "staff"])
@pytest.mark.parametrize("month", ["9999-12", "0001-01", "2031-01", "2018-13", "201811", "2018-11-01"])
def test_a_month_no_calendar_knows_is_refused(
    tmp_path: Path, command: str, month: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        run(command, EGOV, "--facts", tmp_path, "--from" if command == "measure" else "--month", month)
    assert f"given {month!r}; allowed: a month such as 2018-10" in capsys.readouterr().err


def test_a_missing_folder_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("measure", tmp_path, "--facts", tmp_path) == 2
    assert "contract.toml" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_said(facts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("measure", EGOV, "--facts", facts, "--csv", facts / "calls.parquet" / "x.csv") == 2
    assert "x.csv" in capsys.readouterr().err


def test_explain_shows_counts_exclusions_and_events(facts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", EGOV, "average_mail_answer_time", "2018-11", "--facts", facts, "--limit", "3") == 0
    printed = capsys.readouterr().out
    for text in ("37時間08分", "/ 1,106", "主管係等へ引継ぎ 24", "sample:mails/EG-201811-M00000", "1,127 件"):
        assert text in printed


@pytest.mark.parametrize(
    ("indicator", "month", "said"), [("answer_rat", "2018-11", "answer_rate"), ("answer_rate", "2022-11", "2018-06")]
)
def test_explain_names_what_exists(
    facts: Path, indicator: str, month: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("explain", EGOV, indicator, month, "--facts", facts) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("limit", ["-3", "1.5", "many", "9" * 30, "٣", ""])
def test_a_limit_that_is_no_count_is_refused(tmp_path: Path, limit: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        run("explain", EGOV, "answer_rate", "2018-11", "--facts", tmp_path, "--limit", limit)
    assert "allowed: a whole number from 0" in capsys.readouterr().err


@pytest.mark.parametrize(
    "days",
    ["2018-10-02..2018-10-01", "2018-10-01..9999-12-31", "0001-01-01..0001-01-02", "2018-10-01", "..", "a..b..c"],
)
def test_days_that_cannot_be_covered_are_refused(tmp_path: Path, days: str, capsys: pytest.CaptureFixture[str]) -> None:
    facts = tmp_path / "facts"
    assert run("facts", "import", facts, tmp_path / "x.csv", "--profile", tmp_path / "y.toml", "--covers", days) == 2
    assert f"--covers: given {days!r}; allowed: two days" in capsys.readouterr().err
    assert not facts.exists()


# fmt: off
HARM = {
    "a definition of brackets": ("indicators/more.toml", "a = " + "[" * 9_000, "indicators/more.toml: not TOML that"),
    "a number of 5,000 digits": ("indicators/more.toml", "a = " + "9" * 5_000, "indicators/more.toml: not TOML"),
    "an exponent no number has": ("indicators/more.toml", "a = 1e" + "9" * 20, "indicators/more.toml: not TOML"),
    "a NUL character": ("indicators/more.toml", 'id = "a\\u0000"', "indicators/more.toml id: a NUL character"),
    "costs that are no TOML": ("costs.toml", "= =", "costs.toml: not TOML"),
    "a tender that is no TOML": ("procurement.toml", "= =", "procurement.toml: not TOML"),
}
# fmt: on


@pytest.mark.parametrize("case", HARM)
def test_definitions_that_cannot_be_read_are_named(
    tmp_path: Path, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name, text, said = HARM[case]
    folder = shutil.copytree(EGOV, tmp_path / "contract")
    (folder / name).write_text(text, encoding="utf-8")
    assert run("definitions", "check", folder) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(("number", "said"), [("1e999999999", "E+999999999"), ("1e-999999999", "E-999999999")])
def test_a_target_of_endless_digits_is_refused_at_once(
    tmp_path: Path, number: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(EGOV, tmp_path / "contract")
    path = folder / "indicators" / "complaint_count.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"target = \S+", f"target = {number}", text), encoding="utf-8")
    assert run("definitions", "check", folder) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "objective[1].target" in error


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_contract_at_the_calendars_end_is_refused(
    tmp_path: Path, day: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(EGOV, tmp_path / "contract")
    path = folder / "contract.toml"
    key = "end_date" if day > "2" else "start_date"
    path.write_text(re.sub(rf"{key} = \S+", f"{key} = {day}", path.read_text("utf-8"), count=1), encoding="utf-8")
    assert run("definitions", "check", folder) == 2
    assert f"contract.toml contract.{key}: given '{day}'; allowed: a date from" in capsys.readouterr().err


def test_costs_are_printed_in_english(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("costs", EGOV, "--lang", "en") == 0
    printed = capsys.readouterr().out
    assert "Service cost" in printed
    assert "実施経費" not in printed


def test_definitions_check_counts_what_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("definitions", "check", EXAMPLES / "003-meti-infrastructure", "--lang", "en") == 0
    assert capsys.readouterr().out == "35 indicators, 35 objectives, 1 clocks, no problems.\n"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ja", "2031-03-31。祝日の暦は2030-12-31までです。"),
        ("en", "2031-03-31; the calendar of holidays reaches to 2030-12-31: what ends by then is measured"),
    ],
)
def test_a_contract_that_outlasts_the_calendar_is_told_how_far_it_is_measured(
    tmp_path: Path, language: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(EGOV, tmp_path / "contract")
    path = folder / "contract.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("end_date = 2020-03-31", "end_date = 2031-03-31"), encoding="utf-8")
    assert run("definitions", "check", folder, "--lang", language) == 0
    counted, told = capsys.readouterr().out.splitlines()
    assert "8" in counted
    assert told.startswith(f"contract.toml contract.end_date: {said}")
    path.write_text(text.replace("2020-03-31", "2031-03-31").replace("2019-03-31", "2031-01-01", 1), encoding="utf-8")
    assert run("definitions", "check", folder, "--lang", language) == 0
    assert "contract.toml contract.evaluation.end_date: 2031-01-01" in capsys.readouterr().out.splitlines()[2]
    path.write_text(text.replace("2020-03-31", "2030-12-31"), encoding="utf-8")
    assert run("definitions", "check", folder, "--lang", language) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_the_engine_measures_as_far_as_the_holidays_are_known(facts: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(EGOV, tmp_path / "contract")
    path = folder / "contract.toml"
    text = path.read_text(encoding="utf-8").replace("2020-03-31", "2031-03-31")
    path.write_text(text.replace("2019-03-31", "2030-12-31", 1), encoding="utf-8")
    assert run("measure", folder, "--facts", facts) == 0
    path.write_text(text.replace("2019-03-31", "2031-01-01", 1), encoding="utf-8")
    assert run("measure", folder, "--facts", facts) == 2


NOBODY_READS = [
    ("--help",),
    ("definitions", "check", EGOV),
    ("measure", EGOV, "--facts", "FACTS"),
    ("measure", EGOV, "--facts", "FACTS", "--json", "-"),
    ("explain", EGOV, "answer_rate", "2018-11", "--facts", "FACTS", "--limit", "0"),
    ("calls", EGOV, "--facts", "FACTS"),
    ("costs", EGOV),
]


@pytest.mark.parametrize("arguments", NOBODY_READS, ids=lambda each: " ".join(str(part) for part in each[::2]))
def test_a_command_whose_reader_has_gone_ends_quietly(facts: Path, arguments: tuple[object, ...]) -> None:
    command = [str(facts) if each == "FACTS" else str(each) for each in arguments]
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "madoguchi", *command], stdout=writing, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(SOURCE)}, check=False, timeout=120,
        )  # fmt: skip
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


def test_wrong_input_is_wrong_also_where_nobody_reads_what_is_wrong() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "madoguchi", "costs", "nowhere"], stdout=writing, stderr=writing, check=False,
            env={**os.environ, "PYTHONPATH": str(SOURCE)}, timeout=120,
        )  # fmt: skip
    finally:
        os.close(writing)
    assert done.returncode == 2


def test_demo_prints_and_writes_all_five_contracts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("demo", "--folder", tmp_path, "--no-desk") == 0
    printed = capsys.readouterr().out
    assert "76.9点 ○" in printed
    assert "83.3点 ○" in printed
    assert len(list(tmp_path.glob("*/report.html"))) == 5


def test_help_starts_quickly() -> None:
    times: list[float] = []
    # the least of several: other tests run beside this one
    while len(times) < 15 and not (times and min(times) < 0.3):
        started = time.perf_counter()
        command = [sys.executable, "-m", "madoguchi", "--help"]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(SOURCE)})
        times.append(time.perf_counter() - started)
    assert min(times) < 0.3


def test_every_command_is_in_the_read_me_or_a_guide() -> None:
    root = Path(__file__).parents[2]
    texts = [path.read_text(encoding="utf-8") for path in (root / "README.md", *(root / "docs").rglob("*.md"))]
    action = next(each for each in make_parser()._actions if hasattr(each, "choices") and each.choices)
    assert action.choices
    for command in action.choices:
        assert any(f"madoguchi {command}" in text for text in texts) or command == "demo", command


@pytest.mark.parametrize("kind", ["contract", "indicator", "clock", "mapping"])
def test_the_schema_of_each_kind_of_file_is_printed(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("definitions", "schema", "--kind", kind) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["title"], printed["additionalProperties"]) == (kind, False)
