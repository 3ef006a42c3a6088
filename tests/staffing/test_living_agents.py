"""The example desk's agents: one call at a time, and occupancies that can be."""

import itertools
import random
from datetime import UTC, date, datetime, timedelta

from madoguchi.core.calendar.hours import BusinessCalendar, Interval
from madoguchi.core.calendar.periods import Period
from madoguchi.core.call_vocabulary import AgentState, CallReport
from madoguchi.core.calls.build import report_of
from madoguchi.core.calls.counted import call_data
from madoguchi.core.events import AGENT_STATES, CALLS, Event
from madoguchi.core.metrics.spec import CallCounting, Contract
from madoguchi.core.vocabulary import CallOutcome
from madoguchi.intake.columnar import to_arrow
from madoguchi.samples.living_agents import states_of, with_agents
from madoguchi.samples.living_staffing import OPERATORS, calls_of_day

WEEK = Period(start_date=date(2026, 5, 18), end_date=date(2026, 5, 25))
ANSWERED = frozenset((CallOutcome.ANSWERED,))
ABANDONED = frozenset((CallOutcome.QUEUE_ABANDONED, CallOutcome.IVR_ABANDONED))
CONTRACT = Contract(
    id="c", name="契約", buyer="府省", supplier="事業者", period=WEEK, evaluation=WEEK,
    calendar=BusinessCalendar(weekday_hours=(*[(Interval(start=9 * 3600, end=17 * 3600),)] * 5, (), ())),
    call_countings=(
        CallCounting(
            valid_from=WEEK.start_date, answered=ANSWERED, abandoned=ABANDONED,
            left_out=frozenset(CallOutcome) - ANSWERED - ABANDONED, short_abandon_seconds=0,
        ),
    ),
)  # fmt: skip
NOW = datetime(2026, 5, 22, 4, 0, tzinfo=UTC)  # Friday, 13:00 in Japan


def week() -> tuple[list[Event], list[Event]]:
    chance = random.Random(1)  # invented calls
    days = [WEEK.start_date + timedelta(days=number) for number in range(7)]
    made = [each for day in days for each in calls_of_day(CONTRACT, day, chance)]
    known = [each for each in made if isinstance(each["offered_at"], datetime) and each["offered_at"] < NOW]
    calls = with_agents(known, agents=OPERATORS, promised=CONTRACT)
    return calls, states_of(calls, promised=CONTRACT, agents=OPERATORS, now=NOW)


def test_nobody_talks_twice_at_once_and_every_talk_is_a_call() -> None:
    calls, states = week()
    answered = [each for each in calls if each["outcome"] == "answered"]
    talks = [each for each in states if each["state"] == AgentState.TALKING.value]
    assert len(talks) == len(answered) > 300
    apart = 0
    for agent in OPERATORS:
        own = sorted((str(each["started_at"]), str(each["ended_at"])) for each in talks if each["agent"] == agent)
        apart += sum(one[1] > other[0] for one, other in itertools.pairwise(own) if one[1] != "None")
    assert apart <= len(talks) // 100
    assert to_arrow(states, table=AGENT_STATES).num_rows == len(states)
    assert to_arrow(calls, table=CALLS).num_rows == len(calls)


def test_sessions_occupancy_and_menus_have_something_to_show() -> None:
    calls, states = week()
    data = call_data(contract=CONTRACT, period=WEEK, calls=calls, agent_states=states)
    occupancy = report_of(data, CallReport.OCCUPANCY)
    assert {each.key for each in occupancy.lines} == set(OPERATORS)
    assert len(report_of(data, CallReport.SESSIONS).lines) > len(OPERATORS) * 2 * 3
    assert {each.key for each in report_of(data, CallReport.MENU).lines} >= {"総合案内:1", "総合案内:2 > 申請の案内:1"}
    monday = Period(start_date=WEEK.start_date, end_date=WEEK.start_date + timedelta(days=1))
    shown = report_of(
        call_data(contract=CONTRACT, period=monday, calls=calls, agent_states=states), CallReport.OCCUPANCY
    )
    place = [each.key for each in shown.columns].index("occupancy")
    rates = [float(each.cells[place].text.rstrip("%")) for each in shown.lines]
    assert rates
    assert all(0 < each <= 100 for each in rates)
