"""The import against the truth of a simulated desk, call by call and figure by figure."""

from collections import Counter
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import pytest
from tests.intake.asterisk.development_set import (
    FILES,
    TOKYO,
    cut_columns,
    folder,
    mean,
    nameless_profile,
    outcomes_by_id,
    profile,
    raw_events,
    seconds_between,
    true_outcomes,
    truth,
)

from madoguchi.core.events import CALLS, Event
from madoguchi.core.vocabulary import CallFinding, CallOutcome
from madoguchi.intake.asterisk.quality import Quality
from madoguchi.intake.asterisk.rebuild import rebuild_calls

LAST_SECOND_OF_CARRIER = 1.5


@lru_cache(maxsize=1)
def rebuilt() -> tuple[list[Event], Quality]:
    source = profile()
    return rebuild_calls(source=source, raw_events=raw_events([folder() / name for name in FILES], source=source))


def by_id() -> dict[str, Event]:
    return {str(event["source"]).split(":", 1)[1]: event for event in rebuilt()[0]}


def test_every_call_has_the_true_outcome() -> None:
    assert outcomes_by_id(rebuilt()[0]) == true_outcomes()


def test_the_call_the_carrier_refused_is_found_by_its_number_and_start() -> None:
    (true,) = (call for call in truth()["calls"] if call["pbx_uniqueid"] is None)
    (found,) = (event for event in rebuilt()[0] if event["outcome"] == CallOutcome.BUSY_CARRIER)
    at = found["offered_at"]
    assert isinstance(at, datetime)
    assert abs((at - datetime.fromisoformat(true["arrived"])).total_seconds()) <= LAST_SECOND_OF_CARRIER
    assert (found["line"], found["caller"]) == (true["did"], true["caller"])


def test_every_call_has_the_true_line_and_caller() -> None:
    calls = by_id()
    for true in truth()["calls"]:
        if true["pbx_uniqueid"]:
            found = calls[true["pbx_uniqueid"]]
            caller = None if true["caller"] == "anonymous" else true["caller"]
            assert (found["line"], found["caller"]) == (true["did"], caller)


def groups_of(event: Event) -> list[str]:
    at = event["offered_at"]
    assert isinstance(at, datetime)
    local = at.astimezone(TOKYO)
    return [
        f"day_jst:{local:%Y-%m-%d}",
        f"month_jst:{local:%Y-%m}",
        f"hour_jst:{local:%Y-%m-%dT%H}",
        f"did:{event['line']}",
    ]


def counted() -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {}
    for event in rebuilt()[0]:
        for group in groups_of(event):
            count = counts.setdefault(group, Counter())
            count["attempts"] += 1
            count["queued"] += event["queued_at"] is not None
            count["escalations"] += event["escalated_at"] is not None
            count[str(event["outcome"])] += 1
    return counts


def test_counts_by_day_month_hour_and_number_are_the_true_ones() -> None:
    expected = {}
    for group, true in truth()["by"].items():
        expected[group] = Counter(true["outcomes"]) + Counter(
            attempts=true["attempts"], queued=true["entered_a_queue"], escalations=true["escalations"]
        )
    assert {group: +count for group, count in counted().items()} == expected


def test_handling_and_talk_are_the_true_ones_within_a_second() -> None:
    answered = [event for event in rebuilt()[0] if event["outcome"] == CallOutcome.ANSWERED]
    talk = [int(str(event["talk_seconds"])) for event in answered]
    handling = [int(str(event["talk_seconds"])) + int(str(event["wrap_up_seconds"])) for event in answered]
    totals = truth()["totals"]
    assert len(answered) == totals["answered"]
    assert abs(mean(handling) - totals["mean_handling_seconds_logged"]) < 1
    assert abs(mean(talk) - totals["mean_first_talk_seconds"]) < 1


def test_every_talk_and_wrap_up_is_the_true_one_within_rounding() -> None:
    calls = by_id()
    for true in truth()["calls"]:
        if true["outcome"] == "answered":
            found = calls[true["pbx_uniqueid"]]
            handling = int(str(found["talk_seconds"])) + int(str(found["wrap_up_seconds"]))
            assert abs(handling - true["handling_seconds_logged"]) <= 2


def test_escalations_are_the_true_ones_within_two_seconds() -> None:
    times = [seconds_between(event, "answered_at", "escalated_at") for event in rebuilt()[0]]
    found = [time for time in times if time is not None]
    totals = truth()["totals"]
    assert len(found) == totals["escalations"]
    assert abs(mean(found) - totals["mean_answer_to_escalation_seconds"]) < 2


def test_what_callers_chose_in_the_menu_is_true() -> None:
    calls = by_id()
    chosen = 0
    for true in truth()["calls"]:
        found = calls[true["pbx_uniqueid"]]["menu_steps"] if true["pbx_uniqueid"] else None
        if found is not None:
            keys = str(found).removeprefix("ivr-main:")
            assert keys in ("", str(true["intended"]["ivr"]).removeprefix("press")), true["sim_id"]
            chosen += keys != ""
    assert chosen == sum(
        ',"DTMF"' in f",{line}" and '"Read"' in line for line in (folder() / "cel.csv").read_text("utf-8").splitlines()
    )


def test_every_caller_who_gave_up_in_a_queue_has_the_positions_of_the_log() -> None:
    lines = [line.split("|") for line in (folder() / "queue_log").read_text("utf-8").splitlines()]
    logged = {fields[1]: (int(fields[6]), int(fields[5])) for fields in lines if fields[4] == "ABANDON"}
    given_up = [call for call in rebuilt()[0] if call["outcome"] == CallOutcome.QUEUE_ABANDONED]
    assert len(given_up) > 50
    for call in given_up:
        key = str(call["source"]).split(":", 1)[1]
        assert (call["entered_position"], call["left_position"]) == logged[key]


def test_events_are_rows_of_the_fact_table() -> None:
    for event in rebuilt()[0]:
        assert tuple(event) == CALLS.column_names()
        for column in CALLS.columns:
            assert not column.is_required or event[column.name] is not None


def test_visits_and_legs_are_counted_once_each() -> None:
    events = rebuilt()[0]
    assert sum(int(str(event["queue_visit_count"])) for event in events) == 293
    assert sum(int(str(event["agent_leg_count"])) for event in events) == 218


def test_the_quality_names_what_is_unusual() -> None:
    quality = rebuilt()[1]
    found = {(each.finding, each.detail): each.count for each in quality.findings}
    assert found == {(CallFinding.ONLY_AT_CARRIER, "busy"): 1, (CallFinding.WRAP_UP_MIXED, ""): 2}
    assert quality.outcomes[CallOutcome.ANSWERED] == 196


WITHOUT_CARRIER = FILES[:3]
SETS = [
    FILES,
    WITHOUT_CARRIER,
    ("queue_log", "cel.csv"),
    ("queue_log", "Master.csv"),
    ("cel.csv",),
    ("Master.csv", "cel.csv"),
]


@pytest.mark.parametrize("files", SETS)
@pytest.mark.parametrize("is_named", [1, 0])
def test_fewer_logs_and_no_names_give_the_same_outcomes(files: tuple[str, ...], is_named: int) -> None:
    source = profile() if is_named else nameless_profile()
    raw = raw_events([folder() / name for name in files], source=source)
    events, _ = rebuild_calls(source=source, raw_events=raw)
    expected = true_outcomes()
    if "carrier_report.csv" not in files:
        del expected[""]
    assert outcomes_by_id(events) == expected


OTHERS = [("queue_log", "cel.csv", "carrier_report.csv"), ("queue_log", "carrier_report.csv")]


@pytest.mark.parametrize("columns", [16, 17, 18, 21])
@pytest.mark.parametrize("others", OTHERS)
def test_every_cdr_column_count_gives_the_same_figures(tmp_path: Path, columns: int, others: tuple[str, ...]) -> None:
    source = nameless_profile()
    cdr = cut_columns(folder() / "Master.csv", tmp_path / "cdr", columns=columns)
    raw = raw_events([cdr, *(folder() / name for name in others)], source=source)
    events, _ = rebuild_calls(source=source, raw_events=raw)
    assert Counter(str(event["outcome"]) for event in events) == Counter(true_outcomes().values())
    assert Counter(str(event["line"]) for event in events) == Counter(call["did"] for call in truth()["calls"])
    assert sum(event["escalated_at"] is not None for event in events) == truth()["totals"]["escalations"]


def test_queue_log_alone_knows_the_queues_calls_and_says_what_it_lacks() -> None:
    source = profile()
    events, quality = rebuild_calls(source=source, raw_events=raw_events([folder() / "queue_log"], source=source))
    expected = true_outcomes()
    wrong = {key: outcome for key, outcome in outcomes_by_id(events).items() if expected[key] != outcome}
    # the log ends a minute and a half after this transfer: more may follow
    assert wrong == {"1790817746.342": "open"}
    assert quality.count(CallFinding.MISSING_LOG) == 3
    assert quality.count(CallFinding.TRANSFER_TARGET_UNKNOWN) == 8


def test_the_carrier_alone_leaves_every_call_open() -> None:
    source = profile()
    raw = raw_events([folder() / "carrier_report.csv"], source=source)
    _, quality = rebuild_calls(source=source, raw_events=raw)
    assert quality.outcomes == {CallOutcome.OPEN: 318}
