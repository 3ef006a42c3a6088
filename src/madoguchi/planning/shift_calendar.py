"""Shifts as moments, and as an iCalendar file (RFC 5545) that calendar programs take in or subscribe to.

Moments are written in UTC, so that no time zone has to be described; a reader's program shows them in its own.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from madoguchi.planning.slots import SLOT_SECONDS

if TYPE_CHECKING:
    from madoguchi.planning.history import Grid
    from madoguchi.planning.roster import Assignment

PRODUCT = "-//Madoguchi//Staffing//JA"
LINE_BYTES = 75
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkShift:
    """A person's shift of one day in aware moments; the break is None where there is none."""

    person: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    break_starts_at: datetime | None = None
    break_ends_at: datetime | None = None


def work_shifts(
    *, assignments: "Sequence[Assignment]", grid: "Grid", utc_offset_seconds: int
) -> tuple[WorkShift, ...]:  # fmt: skip
    """Return a roster's shifts as moments, in order of day and start."""
    found = []
    for each in assignments:
        kind, pattern = each.pattern.kind, each.pattern
        midnight = datetime.combine(each.day, time(), tzinfo=UTC) - timedelta(seconds=utc_offset_seconds)
        opens = midnight + timedelta(seconds=grid.first_second)
        pause = None if pattern.break_start is None else opens + _slots(pattern.break_start)
        found.append(
            WorkShift(
                person=each.person,
                kind=kind.name,
                starts_at=opens + _slots(pattern.start),
                ends_at=opens + _slots(pattern.start + kind.span_slots),
                break_starts_at=pause,
                break_ends_at=None if pause is None else pause + _slots(kind.break_slots),
            )
        )
    return tuple(sorted(found, key=lambda each: (each.starts_at, each.person)))


def _slots(count: int) -> timedelta:
    return timedelta(seconds=count * SLOT_SECONDS)


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarEntry:
    """One event of a calendar. The same `key` in a later file replaces it, where `revision` is higher."""

    key: str
    starts_at: datetime
    ends_at: datetime
    title: str
    text: str = ""
    revision: int = 0


def calendar_file(*, name: str, entries: Iterable[CalendarEntry], written_at: datetime) -> bytes:
    """Return an iCalendar file of entries."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
    ]  # fmt: skip
    for each in entries:
        lines += _entry_lines(each, written_at)
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def _entry_lines(entry: CalendarEntry, written_at: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{hashlib.sha256(entry.key.encode()).hexdigest()[:32]}@madoguchi"
    yield f"DTSTAMP:{_moment(written_at)}"
    yield f"DTSTART:{_moment(entry.starts_at)}"
    yield f"DTEND:{_moment(entry.ends_at)}"
    yield f"SEQUENCE:{entry.revision}"
    yield f"SUMMARY:{escaped(entry.title)}"
    if entry.text:
        yield f"DESCRIPTION:{escaped(entry.text)}"
    yield "END:VEVENT"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """Return a text as iCalendar wants it: no control characters, and its own signs escaped."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(each for each in plain if each == "\n" or unicodedata.category(each) not in {"Cc", "Cs"})
    return kept.translate(ESCAPES)


def folded(line: str) -> bytes:
    """Return a content line of at most 75 octets a piece, no character cut in two, each piece ended by CRLF."""
    pieces: list[bytes] = []
    held = b""
    for each in line:
        octets = each.encode()
        # a continued piece begins with a space, which counts
        room = LINE_BYTES - (1 if pieces else 0)
        if len(held) + len(octets) > room:
            pieces.append(held)
            held = b""
        held += octets
    pieces.append(held)
    return b"\r\n ".join(pieces) + b"\r\n"
