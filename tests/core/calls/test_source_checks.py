"""The quality of the sources: clocks, silent hours, holes between files and names nobody placed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.core.calls.test_call_reports import CONTRACT, DAY, MORNING, call

from madoguchi.core.calendar.periods import Period
from madoguchi.core.call_vocabulary import CallReport
from madoguchi.core.calls.build import report_of
from madoguchi.core.calls.counted import call_data
from madoguchi.core.calls.sources import BY_NAME, ClockPair, KeptFile, Remark, SourceState, Unplaced
from madoguchi.core.events import Event

NINE = int(datetime(2026, 5, 20, tzinfo=UTC).timestamp())  # 9:00 in Japan, a Wednesday
HOUR = 3600
STATE = SourceState(system="pbx", contracts=("c",))


def lines_of(state: SourceState, *calls: Event, days: int = 1) -> dict[str, tuple[str, str]]:
    period = Period(start_date=DAY, end_date=DAY + timedelta(days=days))
    data = call_data(contract=CONTRACT, period=period, calls=calls or MORNING, sources=(state,))
    table = report_of(data, CallReport.QUALITY)
    return {each.key: (each.cells[0].text, each.cells[1].text) for each in table.lines}


def test_hours_of_opening_without_a_line_are_found_between_the_first_and_the_last() -> None:
    first = NINE // HOUR
    state = replace(STATE, hours={"cdr": ((first, first + 1), (first + 4, first + 4), (first + 7, first + 9))})
    # open until 17:00: nothing at 11 and 12, nor at 14 and 15; nobody is there at 17
    assert lines_of(state)["silent:pbx:cdr"] == ("4", "2026-05-20 11:00–13:00, 2026-05-20 14:00–16:00")
    assert lines_of(replace(STATE, hours={"cdr": ((first, first + 9),)}))["silent:pbx:cdr"][0] == "0"


def test_hours_outside_the_period_are_not_counted() -> None:
    first = NINE // HOUR
    state = replace(STATE, hours={"cdr": ((first - 48, first - 48), (first, first + 7), (first + 48, first + 48))})
    assert lines_of(state)["silent:pbx:cdr"][0] == "0"
    assert lines_of(state, days=2)["silent:pbx:cdr"] == ("8", "2026-05-21 09:00–17:00")


def test_quiet_hours_lie_between_calls() -> None:
    found = lines_of(STATE, call(1, minute=0, outcome="answered"), call(2, minute=185, outcome="answered"))
    assert found["quiet"] == ("2", "2026-05-20 10:00–12:00")


def kept(name: str, first: int, final: int, *, log: str = "queue_log") -> KeptFile:
    return KeptFile(name=name, log=log, first=NINE + first, final=NINE + final, line_count=1)


def test_a_hole_between_files_counts_where_the_desk_was_open() -> None:
    hours = {"queue_log": ((NINE // HOUR, NINE // HOUR),)}
    night = (kept("a", 0, 8 * HOUR), kept("b", 23 * HOUR, 30 * HOUR))
    assert lines_of(replace(STATE, hours=hours, files=night))["holes:pbx:queue_log"] == ("0", "－")
    missing = (kept("a", 0, HOUR), kept("c", 3 * HOUR, 4 * HOUR))
    assert lines_of(replace(STATE, hours=hours, files=missing))["holes:pbx:queue_log"] == (
        "1", "a 2026-05-20 10:00 → c 2026-05-20 12:00 (2:00:00)",
    )  # fmt: skip
    inside = (*missing, kept("whole", 0, 4 * HOUR))
    assert lines_of(replace(STATE, hours=hours, files=inside))["holes:pbx:queue_log"][0] == "0"
    other = (kept("a", 0, HOUR), kept("c", 3 * HOUR, 4 * HOUR, log="cdr"))
    assert lines_of(replace(STATE, hours=hours, files=other))["holes:pbx:queue_log"][0] == "0"


def test_clocks_remarks_and_names_are_said_as_they_were_counted() -> None:
    state = replace(
        STATE,
        clocks=(
            ClockPair(log="queue_log", other="cdr", seconds=3, compared=40),
            ClockPair(log="queue_log", other="cel", seconds=None, compared=2),
        ),
        only_in={"cdr": 7},
        hours={},
        findings=(Remark(kind="unclassified", about="night/Dial", count=4, examples=("pbx:1",)),),
        unplaced=(
            Remark(kind=Unplaced.QUEUE, about="new-queue", count=9),
            Remark(kind=Unplaced.AGENT, about=BY_NAME, count=2),
        ),
    )
    found = lines_of(state)
    assert found["clock:pbx:queue_log:cdr"] == ("+3秒", "40件の通話の終わりの中央値")
    assert found["clock:pbx:queue_log:cel"] == ("－", "比べられる通話が2件")
    assert found["only:pbx:cdr"] == ("7", "－")
    assert found["finding:pbx:unclassified:night/Dial"] == ("4", "pbx:1")
    assert found["unplaced:pbx:queue:new-queue"] == ("9", "new-queue")
    assert found["unplaced:pbx:agent:by name"] == ("2", "名前で記録された応答者")


def test_a_system_of_other_contracts_is_not_shown() -> None:
    other = replace(STATE, contracts=("d",), only_in={"cdr": 7})
    assert not any("pbx" in key for key in lines_of(other))
