"""Who works which shift: leave, days off, rest between days, skills that must be there, and fair shares.

Week by week: a week is a program small enough to be solved to the end, and the next one repays what the last
left uneven.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.staffing.inputs import Inputs
from madoguchi.planning.chance import Array
from madoguchi.planning.program import Program
from madoguchi.planning.shifts import SLOTS_AN_HOUR, Pattern, ShiftKind

SHORTAGE_COST, SKILL_COST, UNFAIR_COST, LEAST_COST = 100.0, 1000.0, 0.2, 10.0
USUAL_DAYS, NOTHING = 5, 1e-6
HOURS_A_DAY = 24
Start = tuple[ShiftKind, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody who can be planned. `skills` are free words; on days of leave they do not work.

    `least_hours_a_week` hold for a week of five open days without leave, and for their part of a shorter one.
    """

    name: str
    skills: frozenset[str] = frozenset()
    leave: frozenset[date] = frozenset()
    most_hours_a_week: float = 40.0
    least_hours_a_week: float = 0.0

    def __post_init__(self) -> None:
        Inputs().at_least_zero("most_hours_a_week", self.most_hours_a_week).check(
            "least_hours_a_week", self.least_hours_a_week,
            is_right=0 <= self.least_hours_a_week <= self.most_hours_a_week, allowed="0 up to most_hours_a_week",
        ).refuse_wrong()  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkRules:
    """What a roster must keep: days in any seven, hours of rest between two days, and skills always present."""

    most_days_in_seven: int = 5
    least_rest_hours: float = 11.0
    always_skills: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        Inputs().check(
            "most_days_in_seven", self.most_days_in_seven, is_right=1 <= self.most_days_in_seven <= 6, allowed="1 to 6"  # noqa: PLR2004  # a day off a week
        ).check(
            "least_rest_hours", self.least_rest_hours, is_right=0 <= self.least_rest_hours <= HOURS_A_DAY,
            allowed="0 to 24",
        ).refuse_wrong()  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment:
    """One person's shift on one day."""

    person: str
    day: date
    pattern: Pattern


class GapKind(StrEnum):
    """What a roster can lack: people of a shift, of a skill, or hours of a person's least."""

    SHIFT = "shift"
    SKILL = "skill"
    HOURS = "hours"


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """A wish that could not be met: `count` people of a shift or skill on a day, or hours of a person in its week."""

    kind: GapKind
    day: date
    name: str
    count: float
    start: int = 0

    def __str__(self) -> str:
        if self.kind is GapKind.SHIFT:
            return f"{self.day}: {self.count:.0f} of the shifts ({self.name}, half hour {self.start}) stay open"
        if self.kind is GapKind.SKILL:
            return f"{self.day}: {self.count:.0f} too few with skill {self.name}"
        return f"week of {self.day}: {self.name} lacks {self.count:g} of the least hours"


@dataclass(frozen=True, kw_only=True, slots=True)
class Roster:
    """Every shift of a period, who is there by day and half hour, and the wishes that could not be met."""

    assignments: tuple[Assignment, ...]
    agents: Array
    problems: tuple[Gap, ...]

    @property
    def paid_hours(self) -> float:
        return sum(each.pattern.kind.paid_hours for each in self.assignments)

    def days_of(self, person: str) -> tuple[date, ...]:
        return tuple(each.day for each in self.assignments if each.person == person)


@dataclass(kw_only=True, slots=True)
class _State:
    """What earlier weeks leave to the next: who worked when, and how much and how late."""

    worked: dict[str, dict[date, Start]]
    load: dict[str, float]
    late: dict[str, float]


def make_roster(
    *,
    people: Sequence[Person],
    days: Sequence[date],
    shifts: Sequence[Array],
    patterns: Sequence[Pattern],
    rules: WorkRules,
    week_seconds: float = 4.0,
) -> Roster:
    """Give a period's shifts (people by pattern, for each day) to people. Raises InvalidInputError, NoPlanError.

    Where people do not suffice, shifts stay open and are named; nobody works against the rules.
    """
    _refuse_wrong(people)
    state = _State(
        worked={each.name: {} for each in people},
        load=dict.fromkeys((each.name for each in people), 0.0),
        late=dict.fromkeys((each.name for each in people), 0.0),
    )
    problems: list[Gap] = []
    assignments: list[Assignment] = []
    wanted = dict(zip(days, shifts, strict=True))
    for week in _weeks(days):
        _Week(people=people, days=week, wanted=wanted, patterns=patterns, rules=rules, state=state).plan(
            seconds=week_seconds, problems=problems
        )
        for day in week:
            assignments += _with_breaks(people, day, wanted[day], patterns, state)
    agents = np.zeros((len(days), len(patterns[0].covers)), np.int64)
    row = {day: index for index, day in enumerate(days)}
    for each in assignments:
        agents[row[each.day]] += np.array(each.pattern.covers)
    return Roster(assignments=tuple(assignments), agents=agents, problems=tuple(problems))


def _refuse_wrong(people: Sequence[Person]) -> None:
    names = [each.name for each in people]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or not people:
        given = f"given {', '.join(twice)} twice" if twice else "nobody given"
        raise InvalidInputError([Problem(where="people", key="", given=given, allowed="people, each name once")])


def _weeks(days: Sequence[date]) -> list[list[date]]:
    found: dict[date, list[date]] = {}
    for day in days:
        found.setdefault(day - timedelta(days=day.weekday()), []).append(day)
    return list(found.values())


@dataclass(kw_only=True, slots=True)
class _Week:
    """One week's program: a variable for each person, day and start of a shift."""

    people: Sequence[Person]
    days: Sequence[date]
    wanted: Mapping[date, Array]
    patterns: Sequence[Pattern]
    rules: WorkRules
    state: _State
    program: Program = field(default_factory=Program)
    places: dict[tuple[str, date, Start], int] = field(default_factory=dict)
    skill_gaps: list[tuple[date, str, int]] = field(default_factory=list)
    shift_gaps: list[tuple[date, Start, int]] = field(default_factory=list)
    hour_gaps: list[tuple[str, int]] = field(default_factory=list)

    def plan(self, *, seconds: float, problems: list[Gap]) -> None:
        starts = sorted({(each.kind, each.start) for each in self.patterns}, key=lambda each: (each[1], each[0].name))
        for day in self.days:
            self._add_day(day, [each for each in starts if self._demand(day, each)])
        for person in self.people:
            self._add_person(person)
        values = self.program.solve(seconds=seconds, gap=0.01)
        for (name, day, start), place in self.places.items():
            if values[place] > 0:
                self._note(name, day, start)
        self._name_gaps(values, problems)

    def _demand(self, day: date, start: Start) -> int:
        counts = self.wanted[day]
        return sum(
            int(count) for count, each in zip(counts, self.patterns, strict=True) if (each.kind, each.start) == start
        )

    def _add_day(self, day: date, starts: Sequence[Start]) -> None:
        for start in starts:
            kind, first = start
            here = []
            for person in self.people:
                if day not in person.leave:
                    late = first * self.state.late[person.name]
                    cost = kind.paid_hours * (1 + 0.01 * self.state.load[person.name]) + 0.001 * late
                    self.places[person.name, day, start] = self.program.variable(cost=cost, upper=1.0)
                    here.append(self.places[person.name, day, start])
            demand = self._demand(day, start)
            gap = self.program.variable(cost=SHORTAGE_COST * kind.paid_hours, upper=demand, is_whole=False)
            self.shift_gaps.append((day, start, gap))
            # only who must work a least may be there beyond the demand: everybody's hours cost
            has_least = any(person.least_hours_a_week > 0 for person in self.people)
            self.program.row([*here, gap], low=demand, high=float(len(self.people)) if has_least else demand)
        for skill, least in self.rules.always_skills.items():
            self._add_skill(day, starts, skill, least)

    def _add_skill(self, day: date, starts: Sequence[Start], skill: str, least: int) -> None:
        """Ask for people of a skill in every half hour that anybody is asked for; a break does not count as absence."""
        able = [each.name for each in self.people if skill in each.skills and day not in each.leave]
        gap = self.program.variable(cost=SKILL_COST, upper=float(least), is_whole=False)
        self.skill_gaps.append((day, skill, gap))
        for slot in sorted({edge for kind, first in starts for edge in (first, first + kind.span_slots - 1)}):
            there = [
                self.places[name, day, start]
                for name in able
                for start in starts
                if start[1] <= slot < start[1] + start[0].span_slots
            ]
            self.program.row([*there, gap], low=least)

    def _add_person(self, person: Person) -> None:
        mine = {day: self._places_of(person, day) for day in self.days}
        every = [(place, start[0].paid_hours) for day in self.days for start, place in mine[day]]
        if not every:
            return
        for day in self.days:
            self.program.row([place for _, place in mine[day]], high=1.0)
        self.program.row(
            [place for place, _ in every], factors=[hours for _, hours in every], high=person.most_hours_a_week
        )
        self._keep_least(person, every)
        self._limit_days(person, mine)
        self._keep_rest(person, mine)
        self._share_fairly(every, person)

    def _keep_least(self, person: Person, every: Sequence[tuple[int, float]]) -> None:
        there = sum(day not in person.leave for day in self.days)
        least = person.least_hours_a_week * min(1.0, there / USUAL_DAYS)
        if least > 0:
            gap = self.program.variable(cost=LEAST_COST, upper=least, is_whole=False)
            self.hour_gaps.append((person.name, gap))
            hours = [hours for _, hours in every]
            self.program.row([*(place for place, _ in every), gap], factors=[*hours, 1.0], low=least)

    def _places_of(self, person: Person, day: date) -> list[tuple[Start, int]]:
        return [
            (start, place) for (name, each, start), place in self.places.items() if name == person.name and each == day
        ]

    def _limit_days(self, person: Person, mine: Mapping[date, list[tuple[Start, int]]]) -> None:
        worked = self.state.worked[person.name]
        for final in self.days:
            window = [final - timedelta(days=number) for number in range(7)]
            before = sum(day in worked for day in window)
            places = [place for day in window for _, place in mine.get(day, ())]
            self.program.row(places, high=max(0, self.rules.most_days_in_seven - before))

    def _keep_rest(self, person: Person, mine: Mapping[date, list[tuple[Start, int]]]) -> None:
        for day in self.days:
            before = day - timedelta(days=1)
            known = self.state.worked[person.name].get(before)
            for start, place in mine[day]:
                if known is not None and not self._rests(known, start):
                    self.program.row([place], high=0.0)
                for earlier, other in mine.get(before, ()):
                    if not self._rests(earlier, start):
                        self.program.row([place, other], high=1.0)

    def _rests(self, earlier: Start, later: Start) -> bool:
        ended = earlier[1] + earlier[0].span_slots
        return (later[1] - ended) / SLOTS_AN_HOUR + HOURS_A_DAY >= self.rules.least_rest_hours

    def _share_fairly(self, every: Sequence[tuple[int, float]], person: Person) -> None:
        """Charge the hours beyond an equal share, so that work spreads where it can."""
        total = sum(self._demand(day, start) * start[0].paid_hours for day, start, _ in self.shift_gaps) / len(
            self.people
        )
        owed = sum(self.state.load.values()) / len(self.people) - self.state.load[person.name]
        beyond = self.program.variable(cost=UNFAIR_COST, is_whole=False)
        self.program.row(
            [*(place for place, _ in every), beyond],
            factors=[*(hours for _, hours in every), -1.0],
            high=max(0.0, total + owed),
        )

    def _note(self, name: str, day: date, start: Start) -> None:
        self.state.worked[name][day] = start
        self.state.load[name] += start[0].paid_hours
        self.state.late[name] += start[1]

    def _name_gaps(self, values: Array, problems: list[Gap]) -> None:
        for day, (kind, first), gap in self.shift_gaps:
            if values[gap] > 0.5:  # noqa: PLR2004  # whole people
                problems.append(Gap(kind=GapKind.SHIFT, day=day, name=kind.name, count=round(values[gap]), start=first))
        for day, skill, gap in self.skill_gaps:
            if values[gap] > 0.5:  # noqa: PLR2004  # whole people
                problems.append(Gap(kind=GapKind.SKILL, day=day, name=skill, count=round(values[gap])))
        for name, gap in self.hour_gaps:
            if values[gap] > NOTHING:
                count = round(float(values[gap]), 2)
                problems.append(Gap(kind=GapKind.HOURS, day=self.days[0], name=name, count=count))


def _with_breaks(
    people: Sequence[Person], day: date, counts: Array, patterns: Sequence[Pattern], state: _State
) -> list[Assignment]:
    """Give each person of a day one of the planned breaks of their shift, the most wanted first."""
    left = {index: int(count) for index, count in enumerate(counts)}
    found = []
    for person in people:
        start = state.worked[person.name].get(day)
        if start is None:
            continue
        fitting = [index for index, each in enumerate(patterns) if (each.kind, each.start) == start]
        chosen = max(fitting, key=lambda index: left[index])
        left[chosen] -= 1
        found.append(Assignment(person=person.name, day=day, pattern=patterns[chosen]))
    return found
