"""Clocks of a ticket, and the cases in which other tools' clocks go wrong."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.core.calendar.elapsed import elapsed_business_seconds
from madoguchi.core.calendar.hours import BusinessCalendar, parse_hours
from madoguchi.core.clocks.load import load_clock
from madoguchi.core.clocks.run import effective_activities, read_clock
from madoguchi.core.clocks.spec import Activity, ClockAllowance, ClockDefinition, ClockReading, ClockStatus
from madoguchi.core.errors import Problem
from madoguchi.core.metrics.reader import Reader
from madoguchi.core.metrics.spec import Condition, Test

JST = timezone(timedelta(hours=9))
LUNCH = BusinessCalendar(weekday_hours=((parse_hours("09:00-12:00"), parse_hours("13:00-17:00")),) * 5 + ((),) * 2)
ALWAYS = BusinessCalendar(
    weekday_hours=((parse_hours("00:00-24:00"),),) * 7, observes_national_holidays=False, observes_year_end=False
)
HOUR = 3600


def act(*words: str) -> tuple[Test, ...]:
    return (Condition(column="act", is_=words),)


CLOCK = ClockDefinition(
    id="answer", label="回答", label_en="answer", allowance=ClockAllowance(seconds=4 * HOUR), start=act("receive"),
    stop=act("resolve"), pause=act("wait"), resume=act("resume"), cancel=act("withdraw"),
    warnings=(Fraction(1, 2), Fraction(3, 4)),
)  # fmt: skip
URGENT = replace(
    CLOCK, id="urgent", allowance=ClockAllowance(seconds=2 * HOUR), is_retroactive_start=True,
    start=(Condition(column="priority", is_=("high",)),),
)  # fmt: skip


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JST)


def steps(*given: tuple[str, str]) -> list[Activity]:
    """Make activities from (moment, act) pairs; an act `priority high` sets a field."""
    made = []
    for number, (moment, word) in enumerate(given):
        fields = {"act": word.split()[0], "priority": word.split()[1] if " " in word else None}
        made.append(Activity(number=number, at=at(moment), fields=fields))
    return made


def read(
    activities: list[Activity], now: str, *, clock: ClockDefinition = CLOCK, calendar: BusinessCalendar = LUNCH
) -> ClockReading:
    return read_clock(definition=clock, activities=activities, calendar=calendar, now=at(now))


def test_time_left_and_due_leave_out_lunch() -> None:
    found = read(steps(("2018-10-01T11:00", "receive")), "2018-10-01T14:00")
    assert (found.spent, found.left, found.status) == (2 * HOUR, 2 * HOUR, ClockStatus.RUNNING)
    assert found.due_at == at("2018-10-01T16:00")


def test_a_pause_counts_the_same_for_time_spent_and_for_the_due_moment() -> None:
    activities = steps(
        ("2018-10-05T15:00", "receive"), ("2018-10-05T16:00", "wait"), ("2018-10-09T10:00", "resume")
    )  # over a weekend and a holiday
    found = read(activities, "2018-10-09T11:00")
    assert (found.spent, found.due_at) == (2 * HOUR, at("2018-10-09T14:00"))


def test_a_paused_clock_promises_no_moment() -> None:
    found = read(steps(("2018-10-01T09:00", "receive"), ("2018-10-01T10:00", "wait")), "2018-10-03T10:00")
    assert (found.status, found.spent, found.due_at, found.warnings_at) == (ClockStatus.PAUSED, HOUR, None, ())


def test_a_raised_priority_counts_from_the_receipt_and_keeps_the_pauses() -> None:
    activities = steps(
        ("2018-10-01T09:00", "receive"), ("2018-10-01T09:30", "wait"), ("2018-10-01T13:00", "resume"),
        ("2018-10-01T13:30", "priority high"),
    )  # fmt: skip
    found = read(activities, "2018-10-01T13:30", clock=URGENT)
    assert (found.spent, found.due_at, found.breached_at) == (HOUR, at("2018-10-01T14:30"), None)
    blunt = read(activities, "2018-10-01T13:30", clock=replace(URGENT, is_retroactive_pause=False))
    assert (blunt.spent, blunt.breached_at) == (3 * HOUR + HOUR // 2, at("2018-10-01T11:00"))


def test_a_priority_raised_while_waiting_starts_a_paused_clock() -> None:
    activities = steps(
        ("2018-10-01T09:00", "receive"), ("2018-10-01T09:30", "wait"), ("2018-10-01T13:30", "priority high")
    )
    found = read(activities, "2018-10-01T15:00", clock=URGENT)
    assert (found.status, found.spent) == (ClockStatus.PAUSED, HOUR // 2)
    resumed = [*activities, *steps(("2018-10-01T15:00", "resume"))]
    resumed[-1] = replace(resumed[-1], number=9)
    assert read(resumed, "2018-10-01T16:00", clock=URGENT).spent == HOUR + HOUR // 2


def test_warnings_come_in_opening_hours() -> None:
    found = read(steps(("2018-10-05T16:30", "receive")), "2018-10-05T16:31")
    assert [moment for _, moment in found.warnings_at] == [at("2018-10-09T10:30"), at("2018-10-09T11:30")]
    late = read(steps(("2018-10-05T23:00", "receive")), "2018-10-05T23:01")
    assert late.warnings_at[0][1] == at("2018-10-09T11:00")


def test_no_minute_is_lost_at_midnight_on_a_day_and_night_clock() -> None:
    clock = replace(CLOCK, allowance=ClockAllowance(seconds=48 * HOUR))
    found = read(steps(("2018-10-01T12:00", "receive")), "2018-10-03T11:59", clock=clock, calendar=ALWAYS)
    assert (found.left, found.due_at) == (60, at("2018-10-03T12:00"))


def test_clocks_do_not_overrule_each_other() -> None:
    activities = steps(("2018-10-01T09:00", "receive"), ("2018-10-01T10:00", "answer"), ("2018-10-01T11:00", "update"))
    first = replace(CLOCK, id="first", stop=act("answer"))
    update = replace(CLOCK, id="update", start=act("receive"), stop=act("resolve"), reset=act("update", "answer"))
    assert read(activities, "2018-10-01T12:00", clock=first).status is ClockStatus.STOPPED
    found = read(activities, "2018-10-01T12:00", clock=update)
    assert (found.status, found.spent, len(found.cycles)) == (ClockStatus.RUNNING, HOUR, 3)


def test_reopening_starts_a_new_cycle_and_keeps_the_first() -> None:
    clock = replace(CLOCK, start=act("receive", "reopen"))
    activities = steps(("2018-10-01T09:00", "receive"), ("2018-10-01T10:00", "resolve"), ("2018-10-04T09:00", "reopen"))
    found = read(activities, "2018-10-04T09:10", clock=clock)
    assert (found.status, found.spent, len(found.cycles)) == (ClockStatus.RUNNING, 600, 2)
    assert found.cycles[0].stopped_at == at("2018-10-01T10:00")


def test_a_breach_is_an_event_that_a_late_stop_does_not_undo() -> None:
    activities = steps(("2018-10-01T09:00", "receive"), ("2018-10-02T10:00", "resolve"))
    found = read(activities, "2018-10-09T10:00")
    assert (found.status, found.breached_at) == (ClockStatus.STOPPED, at("2018-10-01T14:00"))


def test_a_withdrawn_ticket_cancels_its_clock() -> None:
    found = read(steps(("2018-10-01T09:00", "receive"), ("2018-10-01T10:00", "withdraw")), "2018-10-09T10:00")
    assert (found.status, found.spent, found.is_breached) == (ClockStatus.CANCELLED, HOUR, False)


def test_a_correction_corrects_the_clock() -> None:
    activities = steps(("2018-10-01T09:00", "receive"), ("2018-10-02T10:00", "resolve"))
    corrected = replace(activities[1], number=2, at=at("2018-10-01T10:00"), corrects=1)
    found = read([*activities, corrected], "2018-10-09T10:00")
    assert (found.spent, found.is_breached) == (HOUR, False)
    again = replace(activities[1], number=3, at=at("2018-10-01T11:00"), corrects=2)
    assert read([*activities, corrected, again], "2018-10-09T10:00").spent == 2 * HOUR


def test_open_days_are_due_at_the_closing_of_the_last_one() -> None:
    clock = replace(CLOCK, allowance=ClockAllowance(open_days=3))
    activities = steps(("2018-10-04T16:00", "receive"))
    found = read(activities, "2018-10-05T10:00", clock=clock)
    assert (found.spent, found.left, found.due_at) == (1, 2, at("2018-10-10T17:00"))
    assert [moment for _, moment in found.warnings_at] == [at("2018-10-09T09:00"), at("2018-10-10T09:00")]
    paused = [*activities, *steps(("2018-10-05T10:00", "wait"), ("2018-10-09T10:00", "resume"))]
    moved = [replace(each, number=index) for index, each in enumerate(paused)]
    assert read(moved, "2018-10-09T11:00", clock=clock).due_at == at("2018-10-11T17:00")


def test_a_clock_that_never_started_says_so() -> None:
    found = read(steps(("2018-10-01T09:00", "note")), "2018-10-09T10:00")
    assert (found.status, found.cycles, found.spent) == (ClockStatus.NOT_STARTED, (), 0)


@given(
    words=st.lists(st.sampled_from(["wait", "resume", "note", "resolve", "reopen"]), max_size=8),
    gaps=st.lists(st.integers(0, 40 * HOUR), min_size=9, max_size=9),
    order=st.randoms(use_true_random=False),
)
def test_time_spent_and_the_due_moment_agree_whatever_happens(
    words: list[str], gaps: list[int], order: st.DataObject
) -> None:
    moment, activities = at("2018-10-01T09:00"), []
    for number, word in enumerate(["receive", *words]):
        moment += timedelta(seconds=gaps[number])
        activities.append(Activity(number=number, at=moment, fields={"act": word}))
    clock = replace(CLOCK, start=act("receive", "reopen"))
    found = read_clock(definition=clock, activities=activities, calendar=LUNCH, now=moment)
    shuffled = sorted(activities, key=lambda _: order.random())  # type: ignore[attr-defined]
    assert read_clock(definition=clock, activities=shuffled, calendar=LUNCH, now=moment) == found
    assert found.spent >= 0
    assert found.is_breached == (found.spent > 4 * HOUR)
    if found.due_at is not None and not found.is_breached:
        assert elapsed_business_seconds(calendar=LUNCH, start=moment, end=found.due_at) == found.left
    assert len(effective_activities(activities)) == len(activities)


def test_a_clock_file_is_read() -> None:
    problems: list[Problem] = []
    table = {
        "id": "first_answer", "label": "一次回答", "allowance": {"time": "30m"}, "warnings": [50, 90],
        "start": [{"column": "act", "is": "receive"}], "stop": [{"column": "act", "is": ["answer", "resolve"]}],
    }  # fmt: skip
    clock = load_clock(Reader(file="clocks/x.toml", table=table, problems=problems))
    assert problems == []
    assert clock.allowance == ClockAllowance(seconds=1800)
    assert clock.warnings == (Fraction(1, 2), Fraction(9, 10))


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"allowance": {}}, "allowance"),
        ({"allowance": {"time": "30x"}}, "allowance.time"),
        ({"warnings": [90, 50]}, "warnings"),
        ({"warnings": [0]}, "warnings"),
        ({"start": []}, "start"),
        ({"stop": [{"column": "colour", "is": "red"}]}, "stop"),
        ({"pauze": []}, "pauze"),
    ],
)
def test_a_wrong_clock_file_names_the_key(change: dict[str, object], key: str) -> None:
    problems: list[Problem] = []
    table: dict[str, object] = {
        "id": "first_answer", "label": "一次回答", "allowance": {"time": "30m"},
        "start": [{"column": "act", "is": "receive"}], "stop": [{"column": "act", "is": "resolve"}],
    }  # fmt: skip
    load_clock(Reader(file="clocks/x.toml", table={**table, **change}, problems=problems))
    assert [problem.key for problem in problems] == [key]
