"""Shifts as iCalendar files, read back by an independent program."""

from datetime import UTC, date, datetime, timedelta

import icalendar
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.planning.examples import grid_of

from madoguchi.planning.roster import Assignment
from madoguchi.planning.shift_calendar import CalendarEntry, calendar_file, folded, work_shifts
from madoguchi.planning.shifts import patterns_of, usual_kinds

WRITTEN = datetime(2026, 5, 20, 1, 0, tzinfo=UTC)
START = datetime(2026, 5, 21, 0, 0, tzinfo=UTC)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=200)


def entry(key: str, title: str, text: str = "") -> CalendarEntry:
    return CalendarEntry(key=key, starts_at=START, ends_at=START + timedelta(hours=9), title=title, text=text)


@given(TEXTS, TEXTS)
def test_whatever_the_text_another_program_reads_it_back(title: str, text: str) -> None:
    written = calendar_file(name="勤務", entries=[entry("1", title, text)], written_at=WRITTEN)
    read = icalendar.Calendar.from_ical(written)
    events = list(read.walk("VEVENT"))
    assert len(events) == 1
    assert events[0].decoded("DTSTART") == START
    assert events[0].decoded("DTEND") == START + timedelta(hours=9)
    plain = title.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(each for each in plain if each == "\n" or (ord(each) >= 32 and not 127 <= ord(each) < 160))
    assert str(events[0]["SUMMARY"]) == kept


@given(TEXTS)
def test_lines_are_at_most_75_octets_and_cut_between_characters(text: str) -> None:
    line = "SUMMARY:" + "".join(each for each in text if each not in "\r\n")
    pieces = folded(line).split(b"\r\n")
    assert pieces[-1] == b""
    assert all(len(each) <= 75 for each in pieces)
    assert "".join(each.decode() for each in (pieces[0], *(each[1:] for each in pieces[1:-1]))) == line


def test_a_file_names_each_entry_once_and_for_ever() -> None:
    written = calendar_file(name="勤務", entries=[entry("1", "日勤"), entry("2", "半日")], written_at=WRITTEN)
    again = calendar_file(name="勤務", entries=[entry("1", "日勤")], written_at=WRITTEN)
    read, later = icalendar.Calendar.from_ical(written), icalendar.Calendar.from_ical(again)
    keys = [str(each["UID"]) for each in read.walk("VEVENT")]
    assert len(set(keys)) == 2
    assert [str(each["UID"]) for each in later.walk("VEVENT")] == keys[:1]
    assert read["VERSION"] == "2.0"
    assert read["PRODID"]
    assert b"\n" not in written.replace(b"\r\n", b"")


def test_nobody_at_work_is_an_empty_calendar() -> None:
    read = icalendar.Calendar.from_ical(calendar_file(name="", entries=[], written_at=WRITTEN))
    assert list(read.walk("VEVENT")) == []


def test_shifts_are_moments_with_their_break() -> None:
    grid = grid_of(date(2026, 5, 21), 1)
    pattern = next(
        each
        for each in patterns_of(kinds=usual_kinds(slot_count=grid.shape[1]), slot_count=grid.shape[1])
        if each.break_start is not None
    )
    assert pattern.break_start is not None
    (shift,) = work_shifts(
        assignments=[Assignment(person="a", day=grid.days[0], pattern=pattern)], grid=grid, utc_offset_seconds=9 * 3600
    )
    assert shift.starts_at == datetime(2026, 5, 21, 0, 0, tzinfo=UTC)
    assert shift.ends_at - shift.starts_at == timedelta(minutes=30 * pattern.kind.span_slots)
    assert shift.break_starts_at == shift.starts_at + timedelta(minutes=30 * pattern.break_start)
    assert shift.break_ends_at is not None
    worked = shift.ends_at - shift.starts_at - (shift.break_ends_at - shift.break_starts_at)
    assert worked == timedelta(minutes=30 * int(np.sum(pattern.covers)))
