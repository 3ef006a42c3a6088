"""Reports on calls: a morning counted by hand, and the same numbers as the indicators."""

from datetime import UTC, date, datetime, timedelta

import pytest

from madoguchi.core.calendar.hours import BusinessCalendar, Interval
from madoguchi.core.calendar.periods import Period
from madoguchi.core.call_vocabulary import CallReport
from madoguchi.core.calls.build import REPORTS, report_of
from madoguchi.core.calls.counted import CallData, NoCountingError, call_data
from madoguchi.core.calls.lists import calls_table
from madoguchi.core.calls.menu import LONGEST_KEY
from madoguchi.core.calls.table import CallTable, seconds_text
from madoguchi.core.events import Event, Value
from madoguchi.core.metrics.spec import CallCounting, Contract
from madoguchi.core.vocabulary import CallOutcome

DAY = date(2026, 5, 20)
NINE = datetime(2026, 5, 20, 0, 0, tzinfo=UTC)
ABANDONED = frozenset((CallOutcome.IVR_ABANDONED, CallOutcome.QUEUE_ABANDONED, CallOutcome.QUEUE_TIMEOUT))
ANSWERED = frozenset((CallOutcome.ANSWERED,))
COUNTING = CallCounting(
    valid_from=date(2026, 4, 1), answered=ANSWERED, abandoned=ABANDONED,
    left_out=frozenset(CallOutcome) - ABANDONED - ANSWERED, short_abandon_seconds=5,
)  # fmt: skip
HOURS = (Interval(start=9 * 3600, end=17 * 3600),)
YEAR = Period(start_date=date(2026, 4, 1), end_date=date(2027, 4, 1))
CONTRACT = Contract(
    id="c", name="契約", buyer="府省", supplier="事業者", period=YEAR, evaluation=YEAR,
    calendar=BusinessCalendar(weekday_hours=(*[HOURS] * 5, (), ())), call_countings=(COUNTING,),
)  # fmt: skip


def call(number: int, *, minute: int, outcome: str, wait: int = 10, talk: int | None = None, **more: Value) -> Event:
    at = NINE + timedelta(minutes=minute)
    is_answered = outcome == "answered"
    return {
        "contract": "c", "source": f"pbx:{number}", "source_file": "queue_log", "offered_at": at, "outcome": outcome,
        "queued_at": at, "answered_at": at + timedelta(seconds=wait) if is_answered else None,
        "ended_at": at + timedelta(seconds=wait + (talk or 0)), "wait_seconds": wait,
        "talk_seconds": talk, "wrap_up_seconds": 20 if is_answered else None, "line": "0312345001",
        "queue": "main", "agent": "佐藤" if is_answered else None, **more,
    }  # fmt: skip


# 3 answered, 2 abandoned, 1 too short, 1 busy, 1 out of hours; 2 of the answered by 佐藤
MORNING = (
    call(1, minute=0, outcome="answered", wait=10, talk=100, caller="0311110001", ticket="000001"),
    call(2, minute=1, outcome="queue_abandoned", wait=61, caller="0311110002"),
    call(3, minute=2, outcome="queue_abandoned", wait=3),
    call(4, minute=31, outcome="answered", wait=20, talk=200, caller="0311110002", agent="鈴木",
         escalated_at=NINE + timedelta(minutes=33, seconds=20), escalated_to="l2"),
    call(5, minute=32, outcome="busy_pbx", wait=0, queued_at=None),
    call(6, minute=33, outcome="ivr_abandoned", wait=40, queue=None, queued_at=None),
    call(7, minute=90, outcome="answered", wait=31, talk=61, caller="0311110003"),
    call(8, minute=600, outcome="out_of_hours", wait=9),
)  # fmt: skip


def data(*calls: Event, exclusions: tuple[Event, ...] = ()) -> CallData:
    period = Period(start_date=DAY, end_date=DAY + timedelta(days=1))
    return call_data(contract=CONTRACT, period=period, calls=calls or MORNING, exclusions=exclusions)


def line(table: CallTable, key: str) -> dict[str, str]:
    found = next(each for each in table.lines if each.key == key)
    return {column.key: cell.text for column, cell in zip(table.columns, found.cells, strict=True)}


def sources(table: CallTable, key: str, column: str) -> list[str]:
    return [each.source.removeprefix("pbx:") for each in table.calls_of(line=key, column=column) or ()]


def test_a_morning_is_counted_as_by_hand() -> None:
    table = report_of(data(), CallReport.DAYS)
    assert line(table, "2026-05-20") == {
        "offered": "5", "answered": "3", "answer_rate": "60.0%", "abandoned": "2", "abandon_rate": "40.0%",
        "short": "1", "left_out": "2", "busy": "1", "busy_rate": "12.5%",
        "wait": "0:20",  # (10 + 20 + 31) / 3 = 20.33
        "longest": "0:31",
        "handling": "2:20",  # (120 + 220 + 81) / 3 = 140.33
        "escalation": "2:00",
    }  # fmt: skip
    assert line(table, "total") == line(table, "2026-05-20")


def test_every_number_leads_to_the_calls_it_was_counted_from() -> None:
    table = report_of(data(), CallReport.DAYS)
    assert sources(table, "total", "offered") == ["1", "2", "4", "6", "7"]
    assert sources(table, "total", "abandoned") == ["2", "6"]
    assert sources(table, "total", "short") == ["3"]
    assert sources(table, "total", "left_out") == ["5", "8"]
    assert sources(table, "total", "longest") == ["7"]
    assert table.calls_of(line="total", column="none") is None
    assert table.calls_of(line="1999-01-01", column="offered") is None


def test_half_hours_weekdays_lines_and_queues_split_the_same_calls() -> None:
    assert line(report_of(data(), CallReport.HALF_HOURS), "09:30")["offered"] == "2"
    assert line(report_of(data(), CallReport.WEEKDAYS), "2")["offered"] == "5"
    assert line(report_of(data(), CallReport.LINES), "0312345001")["offered"] == "5"
    assert line(report_of(data(), CallReport.QUEUES), "")["abandoned"] == "1"
    assert line(report_of(data(), CallReport.HEAT), "09:00")["2"] == "3"
    assert line(report_of(data(), CallReport.YEARS), "2026")["offered"] == "5"


def test_the_busiest_half_hours_are_the_darkest() -> None:
    table = report_of(data(), CallReport.HEAT)
    shades = {cell.text: cell.shade for each in table.lines for cell in each.cells}
    assert (shades["0"], shades["3"]) == (0, 5)
    assert all(0 < shade <= 5 for text, shade in shades.items() if text != "0")


def test_the_service_level_stands_three_ways() -> None:
    table = report_of(data(), CallReport.WAITS)
    assert line(table, "20") == {
        "answered": "2", "of_answered": "66.7%", "of_counted": "40.0%", "without_short": "40.0%", "abandoned": "0",
    }  # fmt: skip
    # within 45 s: all three answered; one of the two abandoned (40 s) is left out of the third way
    assert line(table, "45") == {
        "answered": "3", "of_answered": "100.0%", "of_counted": "60.0%", "without_short": "75.0%", "abandoned": "1",
    }  # fmt: skip
    assert len(table.notes) == 1


def test_what_stands_in_no_line_of_the_waits_is_said_below_them() -> None:
    given = data(
        call(9, minute=0, outcome="ivr_abandoned", wait_seconds=None),
        call(10, minute=1, outcome="answered", wait_seconds=None),
    )
    table = report_of(given, CallReport.WAITS)
    note = table.notes[1]
    assert "応答 1件" in note.ja
    assert "放棄 1件" in note.ja
    assert (line(table, "all")["abandoned"], line(table, "all")["answered"]) == ("0", "0")


def test_who_gave_up_called_again_and_was_answered() -> None:
    table = report_of(data(), CallReport.ABANDONED)
    assert [each.key for each in table.lines] == ["pbx:2", "pbx:6"]
    assert line(table, "pbx:2") == {
        "caller": "0311110002", "where": "応答待ち放棄", "queue": "main", "wait": "1:01", "again": "1", "answered": "1",
        "after": "30:00", "voice": "1:01", "positions": "－", "menu": "－",
    }  # fmt: skip
    assert line(table, "pbx:6")["again"] == "0"


def test_an_abandoned_call_says_where_it_stood_in_the_queue_and_what_it_chose() -> None:
    given = call(
        1, minute=0, outcome="queue_abandoned", entered_position=4, left_position=2, menu_steps="main:1 > printers:"
    )
    table = report_of(data(given), CallReport.ABANDONED)
    shown = line(table, "pbx:1")
    assert (shown["positions"], shown["menu"]) == ("4 → 2", "main 1 → printers 選択なし")
    listed = line(calls_table(table.calls_of(line="pbx:1", column="positions") or ()), "pbx:1")
    assert (listed["positions"], listed["menu"]) == ("4 → 2", "main 1 → printers 選択なし")


def test_the_menus_say_where_callers_left() -> None:
    calls = (
        call(1, minute=0, outcome="answered", talk=9, menu_steps="main:1 > printers:2"),
        call(2, minute=1, outcome="queue_abandoned", menu_steps="main:1 > printers:2"),
        call(3, minute=2, outcome="ivr_abandoned", menu_steps="main:1 > printers:"),
        call(4, minute=3, outcome="ivr_abandoned", menu_steps="main:"),
        call(5, minute=4, outcome="ivr_selfservice", menu_steps="main:3"),
        call(6, minute=5, outcome="answered", talk=9),
    )
    table = report_of(data(*calls), CallReport.MENU)
    assert [each.key for each in table.lines] == [
        "main:", "main:1", "main:1 > printers:", "main:1 > printers:2", "main:3",
    ]  # fmt: skip
    assert line(table, "main:1") == {
        "calls": "3", "share": "60.0%", "left": "0", "left_rate": "0.0%", "abandoned": "0", "answered": "1",
        "lost": "2",
    }  # fmt: skip
    assert (line(table, "main:3")["left"], line(table, "main:3")["abandoned"]) == ("1", "0")
    assert sources(table, "main:1 > printers:", "left") == ["3"]
    assert "1件" in table.notes[1].ja


def test_a_way_too_long_for_an_address_still_leads_to_its_calls() -> None:
    table = report_of(data(call(1, minute=0, outcome="answered", menu_steps=f"{'m' * 300}:1")), CallReport.MENU)
    (only,) = table.lines
    assert len(only.key) <= LONGEST_KEY
    assert sources(table, only.key, "calls") == ["1"]


def test_agents_transfers_and_repeats() -> None:
    agents = report_of(data(), CallReport.AGENTS)
    assert (line(agents, "佐藤")["answered"], line(agents, "佐藤")["talk"], line(agents, "佐藤")["share"]) == (
        "2", "2:41", "66.7%",
    )  # fmt: skip
    assert line(report_of(data(), CallReport.TRANSFERS), "l2") == {
        "calls": "1", "mean": "2:00", "longest": "2:00", "unknown": "0",
    }  # fmt: skip
    repeats = report_of(data(), CallReport.REPEATS)
    assert (line(repeats, "all")["callers"], line(repeats, "all")["calls"]) == ("3", "4")
    assert line(repeats, "0311110002")["answered"] == "1"
    assert line(repeats, "withheld")["calls"] == "4"


def test_holds_are_shown_where_they_are_recorded_and_said_to_be_missing_where_not() -> None:
    held = data(
        call(1, minute=0, outcome="answered", talk=100, hold_count=2, hold_seconds=30),
        call(2, minute=1, outcome="answered", talk=100, hold_count=0, hold_seconds=0),
        call(3, minute=2, outcome="answered", talk=100, agent="鈴木"),
    )
    report = report_of(held, CallReport.AGENTS)
    shown = {name: [line(report, name)[key] for key in ("holds", "hold", "mean_hold")] for name in ("佐藤", "鈴木")}
    assert shown == {"佐藤": ["2", "0:30", "0:15"], "鈴木": ["－", "－", "－"]}
    assert sources(report, "佐藤", "holds") == ["1"]
    assert "保留の記録がない通話が1件" in report.notes[1].ja
    assert report_of(data(), CallReport.AGENTS).notes[1].ja == "この交換機の記録に保留はありません。"


def state(number: int, word: str, minute: int, minutes: int | None, *, agent: str = "佐藤", **more: Value) -> Event:
    start = NINE + timedelta(minutes=minute)
    return {
        "contract": "c", "source": f"pbx:agent-{number}", "agent": agent, "state": word, "started_at": start,
        "ended_at": None if minutes is None else start + timedelta(minutes=minutes), **more,
    }  # fmt: skip


AT_WORK = (
    state(1, "logged_in", 0, 120), state(2, "paused", 10, 20, reason="休憩"), state(3, "talking", 30, 40),
    state(4, "wrap_up", 70, 10, reason="ACW"), state(5, "not_answered", 5, 0), state(6, "talking", 40, 6, agent="鈴木"),
)  # fmt: skip


def with_states(*states: Event) -> CallData:
    period = Period(start_date=DAY, end_date=DAY + timedelta(days=1))
    return call_data(contract=CONTRACT, period=period, calls=MORNING, agent_states=states)


def test_what_agents_did_is_counted_as_by_hand() -> None:
    table = report_of(with_states(*AT_WORK), CallReport.OCCUPANCY)
    assert line(table, "佐藤") == {
        "sessions": "1", "logged_in": "2:00:00", "paused": "20:00", "reason:休憩": "20:00", "wrap_up": "10:00",
        "legs": "1", "talking": "40:00", "not_answered": "1", "occupancy": "50.0%", "open": "0",  # 50 of 100 minutes
    }  # fmt: skip
    unlogged = line(table, "鈴木")
    assert (unlogged["logged_in"], unlogged["talking"], unlogged["occupancy"]) == ("－", "6:00", "－")


def test_a_session_without_an_end_gives_no_occupancy() -> None:
    shown = line(report_of(with_states(state(1, "logged_in", 0, None), *AT_WORK[2:3]), CallReport.OCCUPANCY), "佐藤")
    assert (shown["sessions"], shown["logged_in"], shown["occupancy"], shown["open"]) == ("1", "－", "－", "1")


def test_sessions_are_listed_and_cut_at_the_ends_of_the_period() -> None:
    night = state(7, "logged_in", -18 * 60, 12 * 60 + 24 * 60)  # 15:00 the day before to 03:00 the day after
    table = report_of(with_states(*AT_WORK[:2], night, state(8, "paused", 60 * 24, 5)), CallReport.SESSIONS)
    shown = [(each.label.ja, [cell.text for cell in each.cells]) for each in table.lines]
    assert shown == [
        ("2026-05-20 00:00:00", ["佐藤", "ログイン", "－", "2026-05-21 00:00:00", "24:00:00"]),
        ("2026-05-20 09:00:00", ["佐藤", "ログイン", "－", "2026-05-20 11:00:00", "2:00:00"]),
        ("2026-05-20 09:10:00", ["佐藤", "離席", "休憩", "2026-05-20 09:30:00", "20:00"]),
    ]


def test_busy_hours_say_how_many_lines_it_would_take() -> None:
    table = report_of(data(), CallReport.BUSY)
    nine = line(table, "09")
    assert (nine["calls"], nine["busy_pbx"], nine["busy_rate"], nine["at_once"]) == ("6", "1", "16.7%", "2")
    # 110 + 61 + 3 + 220 + 0 + 40 s of 3600 = 0.12 erlang; Erlang B: 2 lines lose 0.6 %, 1 line 10.8 %
    assert (nine["erlangs"], nine["lines"]) == ("0.1", "2")


def test_the_recorded_voice_and_the_quality_of_the_records() -> None:
    voice = line(report_of(data(), CallReport.IVR), "0312345001")
    assert (voice["calls"], voice["within_30"], voice["within_60"], voice["mean"]) == ("1", "0", "1", "0:40")
    broken = call(9, minute=5, outcome="answered", ended_at=NINE, agent=None)
    quality = report_of(data(*MORNING, broken), CallReport.QUALITY)
    counts = {each.key: each.cells[0].text for each in quality.lines}
    assert counts == {
        "unknown": "0", "open": "0", "line": "0", "caller": "5", "agent": "1", "talk": "1", "wait": "0", "order": "1",
        "gaps": "0", "quiet": "6", "file:queue_log": "9",
    }  # fmt: skip


def test_calls_without_a_ticket_are_the_answered_ones_alone() -> None:
    assert [each.key for each in report_of(data(), CallReport.UNMATCHED).lines] == ["pbx:4", "pbx:7"]


def exclusion(number: int, *, approved: bool) -> Event:
    return {
        "contract": "c", "source": f"x:{number}", "at": NINE, "excluded_table": "calls",
        "excluded_source": f"pbx:{number}", "indicator": None, "reason": "試験の通話",
        "approved_by": "主管課" if approved else None, "approved_at": NINE if approved else None,
    }  # fmt: skip


def test_only_what_was_approved_changes_a_number() -> None:
    asked = data(exclusions=(exclusion(1, approved=True), exclusion(2, approved=False)))
    assert line(report_of(asked, CallReport.DAYS), "total")["offered"] == "4"
    outcomes = report_of(asked, CallReport.OUTCOMES)
    assert line(outcomes, "answered/left_out/試験の通話")["calls"] == "1"
    corrections = report_of(asked, CallReport.CORRECTIONS)
    assert line(corrections, "x:1")["approved_by"] == "主管課"
    assert line(corrections, "x:2")["approved_at"] == "－"


def test_a_contract_without_a_counting_table_counts_nothing() -> None:
    bare = Contract(
        id="c", name="", buyer="", supplier="", period=YEAR, evaluation=YEAR, calendar=CONTRACT.calendar,
    )  # fmt: skip
    with pytest.raises(NoCountingError):
        call_data(contract=bare, period=YEAR, calls=MORNING)


@pytest.mark.parametrize("report", list(CallReport))
def test_every_report_stands_without_a_call_and_in_both_languages(report: CallReport) -> None:
    assert set(REPORTS) == set(CallReport)
    empty = call_data(contract=CONTRACT, period=YEAR, calls=())
    for asked in (empty, data()):
        table = report_of(asked, report)
        for language in ("ja", "en"):
            rows = table.rows(language=language)
            assert {len(row) for row in rows} == {len(table.columns) + 1}
        keys = [each.key for each in table.lines]
        assert len(set(keys)) == len(keys)


def test_durations_are_written_with_hours_only_where_there_are_any() -> None:
    assert [seconds_text(each) for each in (0, 59, 60, 3599, 3600, 90061)] == [
        "0:00", "0:59", "1:00", "59:59", "1:00:00", "25:01:01",
    ]  # fmt: skip
