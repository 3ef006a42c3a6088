"""`madoguchi staff` as a person uses it."""

import json
import re
from pathlib import Path

import icalendar
import openpyxl
import pytest

from madoguchi.cli.main import main
from madoguchi.core.metrics.load import load_contract
from madoguchi.intake.definitions import read_definitions
from madoguchi.samples.generate import generate

EXAMPLES = Path(__file__).parents[2] / "examples"
EGOV = EXAMPLES / "004-egov-support-centre"


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("facts")
    generate(contract=load_contract(read_definitions(EGOV)), folder=folder)
    return folder


def run(*arguments: object) -> int:
    return main(["staff", *(str(each) for each in arguments)])


def test_a_missed_month_is_looked_back_at(facts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(EGOV, "--facts", facts, "--month", "2018-11") == 0
    printed = capsys.readouterr().out
    for text in ("実績 43.0%", "90.0% には届きません。最大 88.6% です。", "1.3% なら", "必要な要員", "09:00"):
        assert text in printed


def test_a_coming_month_is_forecast_and_plans_are_compared(facts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(EGOV, "--facts", facts, "--month", "2019-04", "--people", "12", "--lang", "en") == 0
    printed = capsys.readouterr().out
    for text in (
        "answer rate promised: 70.0%",
        "Forecast: state space",
        "calendar 23.0% / 13.1%",
        "last week",
        "chance of the month",
        "Roster of 12",
    ):
        assert text in printed
    assert "着信" not in printed


def test_an_announced_event_changes_the_forecast(facts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events = ("--event", "release=2018-11-01+3", "--event", "release=2019-04-15+3", "--event", "move=2019-04-22")
    assert run(EGOV, "--facts", facts, "--month", "2019-04", "--lang", "en", *events) == 0
    printed = capsys.readouterr().out
    assert "no earlier event to learn from: move" in printed
    assert re.search(r"Effect of release day 1: calls \d\.\d\d, handling time (\d\.\d\d|-)", printed)
    assert "Effect of move" not in printed


def test_what_a_forecast_was_chosen_by_is_kept_as_json(facts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(EGOV, "--facts", facts, "--month", "2019-04", "--json", "-") == 0
    forecast = json.loads(capsys.readouterr().out)["forecast"]
    errors = {each["method"]: each["error"] for each in forecast["errors"]}
    assert forecast["method"] == min(errors, key=lambda name: errors[name]) == "state space"
    assert set(errors) == {"state space", "calendar", "mean of four weeks", "last week"}


def test_numbers_are_kept_as_json(facts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(EGOV, "--facts", facts, "--month", "2018-10", "--people", "9", "--json", "-") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["need"]["is_reachable"]
    assert document["need"]["answer_rate"] >= 0.9
    assert len(document["half_hours"]) == 22
    assert document["plan"]["shifts"]
    assert {"person", "day", "start", "kind", "break"} == set(document["plan"]["shifts"][0])


def test_levers_and_another_target_change_the_need(facts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def hours(*more: object) -> float:
        assert run(EGOV, "--facts", facts, "--month", "2018-10", "--json", "-", *more) == 0
        return float(json.loads(capsys.readouterr().out)["need"]["agent_hours"])

    usual = hours()
    assert hours("--target", "70") < usual < hours("--volume", "2")
    assert hours("--handle", "1.5") > usual


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--volume", "0"), "0 hours in all, for 100.0%"),
        (("--patience", "0"), "Needed: "),
        (("--patience", "inf"), "nobody gives up waiting"),
        (("--target", "100"), "100.0% is not reachable, the most is 98.7%."),
        (("--volume", "50", "--people", "1"), "90.0% is not reachable, the most is"),
    ],
)
def test_the_ends_of_the_scale_have_an_answer(
    given: tuple[str, ...], said: str, facts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(EGOV, "--facts", facts, "--month", "2018-10", "--lang", "en", *given) == 0
    printed = capsys.readouterr().out
    assert said in printed
    assert "nan" not in printed.lower()


def test_too_few_people_are_told_the_most(facts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(EGOV, "--facts", facts, "--month", "2018-10", "--people", "2", "--lang", "en") == 0
    printed = capsys.readouterr().out
    assert "90.0% is not reachable, the most is" in printed
    assert "agent hours of the need are missing" in printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--month", "2018-10", "--target", "120"), "at_least: given 1.2"),
        (("--month", "2018-10", "--volume", "-1"), "volume: given -1.0"),
        (("--month", "2018-10", "--redial-share", "1"), "redial_share: given 1.0"),
        (("--month", "2018-10", "--people", "0"), "people: nobody given"),
        (("--month", "2019-04", "--event", "release"), "--event: given 'release'"),
        (("--month", "2019-04", "--event", "release=2019-04-15+0"), "1 to 60 days"),
        (("--month", "2018-10", "--volume", "1e7"), "erlang; allowed: up to 8,000"),
    ],
)
def test_wrong_input_is_named(
    facts: Path, arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(EGOV, "--facts", facts, *arguments) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("people", ["-1", "1001", "9" * 30, "two"])
def test_more_people_than_a_desk_has_are_refused_at_once(
    tmp_path: Path, people: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        run(EGOV, "--facts", tmp_path, "--month", "2018-10", "--people", people)
    assert "allowed: a whole number" in capsys.readouterr().err


def test_facts_without_calls_and_contracts_without_a_rate_are_named(
    facts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "leaks.csv").write_text("contract,source,at\n004,x:1,2018-10-01T09:00:00+09:00\n", encoding="utf-8")
    assert run(EGOV, "--facts", tmp_path, "--month", "2018-10") == 2
    assert "no calls" in capsys.readouterr().err
    assert run(EXAMPLES / "001-mic-lan", "--facts", facts, "--month", "2022-10") == 2
    assert "--target PERCENT" in capsys.readouterr().err


def test_a_roster_is_written_as_calendar_and_workbook(facts: Path, tmp_path: Path) -> None:
    shifts, book = tmp_path / "shifts.ics", tmp_path / "plan.xlsx"
    given = (EGOV, "--facts", facts, "--month", "2018-10", "--people", "9", "--calendar", shifts, "--excel", book)
    assert run(*given, "--json", tmp_path / "plan.json") == 0
    document = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    events = list(icalendar.Calendar.from_ical(shifts.read_bytes()).walk("VEVENT"))
    assert len(events) == len(document["plan"]["shifts"]) > 0
    sheets = openpyxl.load_workbook(book)
    assert sheets["勤務"].max_row == len(events) + 1
    assert sheets["半時間"].max_row == 22 * 16 + 1


def test_a_calendar_without_people_is_refused(facts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(EGOV, "--facts", facts, "--month", "2018-10", "--calendar", tmp_path / "a.ics") == 2
    assert "--people" in capsys.readouterr().err
    assert run(EGOV, "--facts", facts) == 2
    assert "--month" in capsys.readouterr().err


def test_a_day_is_replanned_at_eleven(facts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "plan.json"
    assert run(EGOV, "--facts", facts, "--month", "2019-03", "--json", kept) == 0
    capsys.readouterr()
    day = ("replan", EGOV, "--facts", facts, "--day", "2019-03-06", "--until", "11:00", "--planned", kept)
    assert run(*day, "--lang", "en") == 0
    printed = capsys.readouterr().out
    assert "times the forecast" in printed
    assert "11:00" in printed
    assert "10:30" not in printed
    assert run(*day, "--attempts", "400", "--answered", "100", "--json", "-") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["factor"] > 1.5
    assert (document["rest_target"], document["is_reachable"]) == (1.0, False)
    assert len(document["half_hours"]) == 12


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (("--until", "11:10"), "--until"), (("--until", "17:00"), "--until"),
        (("--planned", "nowhere.json"), "--planned"),
        (("--day", "2019-03-09"), "open day"), (("--day", "2018-10-02"), "10 open days"),
        (("--attempts", "1", "--answered", "2"), "answered"), (("--day", "2019-04-10"), "--attempts"),
    ],
)  # fmt: skip
def test_a_replan_of_what_cannot_be_is_refused(
    facts: Path, capsys: pytest.CaptureFixture[str], wrong: tuple[str, ...], named: str
) -> None:
    assert run("replan", EGOV, "--facts", facts, "--day", "2019-03-06", *wrong) == 2
    assert named in capsys.readouterr().err
