"""Invented facts are the same every time, pass every check of an import, and hang together."""

import random
from collections import Counter
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from tests.examples.conftest import FOLDER, Example, load_example

from madoguchi.core.calendar.periods import month_period
from madoguchi.core.events import FACT_TABLES
from madoguchi.intake.check import row_problems
from madoguchi.samples.choose import durations, part_of, score_total
from madoguchi.samples.generate import EXAMPLES, generate
from madoguchi.samples.spread import answer_moments

pytestmark = pytest.mark.xdist_group("examples")
NUMBERS = sorted(EXAMPLES)
VOLUMES = {
    "000": {"calls": 20_918, "tickets": 23_924},
    "001": {"decision_requests": 17, "criterion_revisions": 57, "survey_answers": 320},
    "003": {"probes": 9_720, "patches": 1_440, "calls": 5_756, "tickets": 5_452, "outages": 60},
}


@pytest.mark.parametrize("number", ["001", "004"])
def test_two_runs_write_the_same_bytes(number: str, example: Example, tmp_path: Path) -> None:
    measured = example(number)
    generate(contract=load_example(measured.folder), folder=tmp_path)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert written == {path.name: path.read_bytes() for path in measured.facts.folder.iterdir()}


@pytest.mark.parametrize("number", NUMBERS)
def test_every_row_passes_the_checks_of_an_import(number: str, example: Example) -> None:
    for name, rows in example(number).events.items():
        problems = [each for row in rows for each in row_problems(row, table=FACT_TABLES[name], where=name, line=None)]
        assert problems == []
        assert len({row["source"] for row in rows}) == len(rows)


@pytest.mark.parametrize("number", sorted(VOLUMES))
def test_readme_names_the_invented_volumes(number: str, example: Example) -> None:
    measured = example(number)
    text = (measured.folder / "README.md").read_text(encoding="utf-8")
    for name, count in VOLUMES[number].items():
        assert len(measured.events[name]) == count
        assert f"{count:,}" in text


@pytest.mark.parametrize("number", NUMBERS)
def test_every_example_explains_itself_in_both_languages(number: str) -> None:
    folder = FOLDER / EXAMPLES[number].folder
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert "Invented volumes" in readme
    assert "## 日本語" in readme
    assert (folder / "differences.md").read_text(encoding="utf-8").count("\n|") > 4


@pytest.mark.parametrize("number", ["000", "003", "004"])
def test_every_answered_call_is_a_ticket(number: str, example: Example) -> None:
    events = example(number).events
    tickets = {row["reference"]: row for row in events["tickets"]}
    for call in events["calls"]:
        if call["outcome"] == "answered":
            ticket = tickets[call["ticket"]]
            assert ticket["received_at"] == call["offered_at"]
            resolved_at, ended_at = ticket["resolved_at"], call["ended_at"]
            assert isinstance(resolved_at, datetime)
            assert isinstance(ended_at, datetime)
            assert resolved_at >= ended_at
        else:
            assert call["ticket"] is None


def test_handed_over_mails_are_tickets_the_first_line_did_not_resolve(example: Example) -> None:
    events = example("004").events
    tickets = {row["reference"]: row for row in events["tickets"]}
    for mail in events["mails"]:
        assert tickets[mail["ticket"]]["resolved_by_first_line"] is not mail["handed_over"]


def test_mails_are_answered_in_opening_hours(example: Example) -> None:
    measured = example("004")
    calendar = measured.contract.calendar
    for mail in measured.events["mails"]:
        at = mail["answered_at"]
        assert isinstance(at, datetime)
        hours = calendar.hours_on(calendar.local_date(at))
        assert hours
        assert hours[0].start <= calendar.local_epoch(at) % 86_400 <= hours[-1].end


def test_calls_come_late_in_the_morning_and_after_closed_days(example: Example) -> None:
    calendar = example("004").contract.calendar
    moments = [
        row["offered_at"]
        for row in example("004").events["calls"]
        if row["outcome"] not in ("out_of_hours", "busy_pbx")
    ]
    hours = Counter(calendar.local_epoch(at) % 86_400 // 3600 for at in moments if isinstance(at, datetime))
    assert hours[10] > 2 * hours[12]
    days = Counter(calendar.local_date(at) for at in moments if isinstance(at, datetime))
    november = {day: count for day, count in days.items() if day in month_period(year=2018, month=11)}
    mondays = [count for day, count in november.items() if day.isoweekday() == 1]
    others = [count for day, count in november.items() if day.isoweekday() in (3, 4)]
    assert sum(mondays) / len(mondays) > sum(others) / len(others)


def test_two_thirds_are_satisfied_in_every_question_as_the_agency_reports(example: Example) -> None:
    answers = example("002").events["survey_answers"]
    asked = Counter((row["survey"], row["question"]) for row in answers)
    content = Counter((row["survey"], row["question"]) for row in answers if row["choice"] in ("満足", "ほぼ満足"))
    assert all(Fraction(content[key], count) > Fraction(2, 3) for key, count in asked.items())
    assert len(asked) == 10


def test_impossible_percentage_is_refused() -> None:
    with pytest.raises(ValueError, match=r"79\.4% of 201 is not possible: the nearest, 160, is 79\.6%"):
        part_of(201, percent="79.4")


def test_impossible_mean_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a mean of 77\.7 of 3 scores"):
        score_total(3, mean="77.7", step=20)


def test_durations_that_do_not_fit_are_refused(example: Example) -> None:
    with pytest.raises(ValueError, match="10 durations of at least 60 s do not fit into 599 s"):
        durations(10, total=599, rng=seeded(), least=60)
    with pytest.raises(ValueError, match="1 answers in opening hours cannot take 86400 s"):
        answer_moments(
            [datetime.fromisoformat("2018-10-05T17:00:00+09:00") - timedelta(hours=1)],
            total=86_400, calendar=example("004").contract.calendar, rng=seeded(),
        )  # fmt: skip


def seeded() -> random.Random:
    return random.Random(1)
