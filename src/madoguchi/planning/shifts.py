"""Shifts with breaks that cover a day's need at least cost (set covering, solved by HiGHS)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from madoguchi.core.staffing.inputs import Inputs
from madoguchi.planning.chance import Array
from madoguchi.planning.program import Program

SLOTS_AN_HOUR = 2
SHORTAGE_COST = 100.0
DAY_SECONDS_LIMIT = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class ShiftKind:
    """A kind of working day: presence in half hours, of which `break_slots` in one piece near the middle are free."""

    name: str
    span_slots: int
    break_slots: int = 0

    def __post_init__(self) -> None:
        Inputs().check("span_slots", self.span_slots, is_right=0 < self.span_slots <= 48, allowed="1 to 48").check(  # noqa: PLR2004  # a day has 48 half hours
            "break_slots", self.break_slots, is_right=0 <= self.break_slots < self.span_slots, allowed="fewer than span"
        ).refuse_wrong()

    @property
    def paid_hours(self) -> float:
        return (self.span_slots - self.break_slots) / SLOTS_AN_HOUR


@dataclass(frozen=True, kw_only=True, slots=True)
class Pattern:
    """A shift of a day: a kind, its first half hour, its break's first one (None: no break), and what it covers."""

    kind: ShiftKind
    start: int
    break_start: int | None
    covers: tuple[bool, ...]


def usual_kinds(*, slot_count: int) -> tuple[ShiftKind, ...]:
    """Return a full day of up to nine hours with an hour's break, and a half day of up to four hours."""
    full = min(slot_count, 9 * SLOTS_AN_HOUR)
    short = ShiftKind(name="half day", span_slots=min(slot_count, 4 * SLOTS_AN_HOUR))
    if full <= 6 * SLOTS_AN_HOUR:
        return (ShiftKind(name="full day", span_slots=full), short)
    return (ShiftKind(name="full day", span_slots=full, break_slots=2), short)


def patterns_of(*, kinds: Sequence[ShiftKind], slot_count: int) -> tuple[Pattern, ...]:
    """Return every start and break of the kinds that fits into a day; a break begins in the middle half of a shift."""
    found = []
    for kind in kinds:
        for start in range(max(1, slot_count - kind.span_slots + 1)):
            found += [_pattern(kind, start, each, slot_count) for each in _break_starts(kind, start)]
    return tuple(found)


def _break_starts(kind: ShiftKind, start: int) -> list[int | None]:
    if not kind.break_slots:
        return [None]
    first = start + kind.span_slots // 4
    final = start + 3 * kind.span_slots // 4 - kind.break_slots
    return list(range(first, max(first, final) + 1))


def _pattern(kind: ShiftKind, start: int, break_start: int | None, slot_count: int) -> Pattern:
    covers = np.zeros(slot_count, bool)
    covers[start : start + kind.span_slots] = True
    if break_start is not None:
        covers[break_start : break_start + kind.break_slots] = False
    return Pattern(kind=kind, start=start, break_start=break_start, covers=tuple(covers.tolist()))


@dataclass(frozen=True, kw_only=True, slots=True)
class DayShifts:
    """How many people take each pattern on a day, who is there by half hour, and where people lack."""

    counts: Array
    agents: Array
    missing: Array


def cover_day(*, need: Array, patterns: Sequence[Pattern], most_people: int) -> DayShifts:
    """Return the cheapest shifts that cover a day's need; where people are too few, the least is left uncovered."""
    program = Program()
    chosen = [program.variable(cost=each.kind.paid_hours, upper=most_people) for each in patterns]
    lacking = [program.variable(cost=SHORTAGE_COST, upper=float(each), is_whole=False) for each in need]
    for slot, wanted in enumerate(need):
        covering = [number for number, each in zip(chosen, patterns, strict=True) if each.covers[slot]]
        program.row([*covering, lacking[slot]], low=float(wanted))
    program.row(chosen, high=float(most_people))
    values = program.solve(seconds=DAY_SECONDS_LIMIT)
    counts = values[: len(patterns)].astype(np.int64)
    agents = counts @ np.array([each.covers for each in patterns], dtype=np.int64)
    return DayShifts(counts=counts, agents=agents, missing=np.maximum(0, need - agents))
