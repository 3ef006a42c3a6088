"""Clocks run over activities: one function of time for what has passed, what is left and when it is due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction

from madoguchi.core.calendar.elapsed import (
    add_business_seconds,
    elapsed_business_seconds,
    open_day_after,
    open_days_between,
)
from madoguchi.core.calendar.hours import BusinessCalendar
from madoguchi.core.clocks.spec import Activity, ClockDefinition, ClockReading, ClockStatus, Cycle
from madoguchi.core.metrics.conditions import holds_all
from madoguchi.core.metrics.spec import Test

Stretch = tuple[datetime, datetime | None]


def effective_activities(activities: Iterable[Activity]) -> tuple[Activity, ...]:
    """Return the activities in order of their moments, each corrected one replaced by what corrects it last."""
    by_number = {each.number: each for each in activities}
    standing = dict(by_number)
    for each in sorted(by_number.values(), key=lambda one: one.number):
        if each.corrects is None:
            continue
        first = each.corrects
        while (target := by_number[first].corrects) is not None:
            first = target
        standing.pop(each.number)
        standing[first] = replace(each, number=first)
    return tuple(sorted(standing.values(), key=lambda one: (one.at, one.number)))


def read_clock(
    *, definition: ClockDefinition, activities: Sequence[Activity], calendar: BusinessCalendar, now: datetime
) -> ClockReading:
    """Return the clock at `now`; activities after it have not happened yet."""
    calendar = definition.calendar or calendar
    past = [each for each in effective_activities(activities) if each.at <= now]
    walk = _Walk(definition=definition)
    for each in past:
        walk.take(each)
    return _reading(definition, walk, calendar=calendar, now=now)


@dataclass(kw_only=True)
class _Walk:
    """Goes through activities and keeps which stretches count."""

    definition: ClockDefinition
    status: ClockStatus = ClockStatus.NOT_STARTED
    cycles: list[Cycle] = field(default_factory=list)
    first_at: datetime | None = None
    started_at: datetime | None = None
    running: list[Stretch] = field(default_factory=list)
    pauses: list[Stretch] = field(default_factory=list)

    def take(self, activity: Activity) -> None:
        if self.first_at is None:
            self.first_at = activity.at
        is_active = self.status in (ClockStatus.RUNNING, ClockStatus.PAUSED)
        if self._holds(self.definition.cancel, activity) and is_active:
            self._end(activity.at, ClockStatus.CANCELLED)
        elif self._holds(self.definition.stop, activity) and is_active:
            self._end(activity.at, ClockStatus.STOPPED)
        elif self._holds(self.definition.reset, activity) and self.status is not ClockStatus.NOT_STARTED:
            self._reset(activity.at)
        else:
            self._pause_or_run(activity, is_active=is_active)

    def _holds(self, tests: tuple[Test, ...], activity: Activity) -> bool:
        return bool(tests) and holds_all(tests, activity.fields)

    def _pause_or_run(self, activity: Activity, *, is_active: bool) -> None:
        if self._holds(self.definition.pause, activity):
            self._pause(activity.at)
        elif self._holds(self.definition.resume, activity):
            self._resume(activity.at)
        ended = self._holds(self.definition.stop, activity) or self._holds(self.definition.cancel, activity)
        if not is_active and not ended and self._holds(self.definition.start, activity):
            self._start(activity.at)

    def _start(self, at: datetime) -> None:
        """Begin a cycle, at the ticket's first activity where the start is retroactive and it is the first one."""
        is_first = not self.cycles and self.definition.is_retroactive_start
        self.started_at = self.first_at if is_first and self.first_at is not None else at
        held = list(self.pauses)
        if not self.definition.is_retroactive_pause:
            held = [(max(begin, at), end) for begin, end in self.pauses[-1:] if end is None]
        self.running = _without(self.started_at, [pause for pause in held if not _is_over(pause, self.started_at)])
        self.status = ClockStatus.RUNNING if self.running and self.running[-1][1] is None else ClockStatus.PAUSED

    def _pause(self, at: datetime) -> None:
        if not self.pauses or self.pauses[-1][1] is not None:
            self.pauses.append((at, None))
        if self.status is ClockStatus.RUNNING:
            self._close(at)
            self.status = ClockStatus.PAUSED

    def _resume(self, at: datetime) -> None:
        if self.pauses and self.pauses[-1][1] is None:
            self.pauses[-1] = (self.pauses[-1][0], at)
        if self.status is ClockStatus.PAUSED:
            self.running.append((at, None))
            self.status = ClockStatus.RUNNING

    def _close(self, at: datetime) -> None:
        if self.running and self.running[-1][1] is None:
            self.running[-1] = (self.running[-1][0], at)

    def _end(self, at: datetime, status: ClockStatus) -> None:
        self._close(at)
        if self.started_at is not None:
            self.cycles.append(Cycle(started_at=self.started_at, running=tuple(self.running), stopped_at=at))
        self.status, self.running = status, []

    def _reset(self, at: datetime) -> None:
        if self.status in (ClockStatus.RUNNING, ClockStatus.PAUSED):
            self._end(at, ClockStatus.STOPPED)
        self.started_at, self.running, self.status = at, [(at, None)], ClockStatus.RUNNING

    def current(self) -> Cycle | None:
        """Return the cycle under way, or the latest one."""
        if self.status in (ClockStatus.RUNNING, ClockStatus.PAUSED) and self.started_at is not None:
            return Cycle(started_at=self.started_at, running=tuple(self.running), stopped_at=None)
        return self.cycles[-1] if self.cycles else None


def _is_over(pause: Stretch, at: datetime) -> bool:
    return pause[1] is not None and pause[1] <= at


def _without(start: datetime, pauses: Sequence[Stretch]) -> list[Stretch]:
    """Return the stretches from `start` on that no pause covers."""
    running: list[Stretch] = []
    at: datetime | None = start
    for begin, end in pauses:
        if at is not None and begin > at:
            running.append((at, begin))
        at = end if at is None or end is None else max(at, end)
        if at is None:
            return running
    return [*running, (at, None)] if at is not None else running


def _reading(definition: ClockDefinition, walk: _Walk, *, calendar: BusinessCalendar, now: datetime) -> ClockReading:
    cycle = walk.current()
    allowed = (
        definition.allowance.seconds if definition.allowance.seconds is not None else definition.allowance.open_days
    )
    spent = _spent(definition, cycle, calendar=calendar, now=now) if cycle else 0
    due_at = _due(definition, cycle, calendar=calendar) if cycle and walk.status is ClockStatus.RUNNING else None
    return ClockReading(
        definition=definition.id,
        status=walk.status,
        cycles=(*walk.cycles, cycle) if cycle and cycle.stopped_at is None else tuple(walk.cycles),
        spent=spent,
        left=(allowed or 0) - spent,
        due_at=due_at,
        breached_at=_breach(definition, cycle, calendar=calendar, now=now) if cycle else None,
        warnings_at=_warnings(definition, cycle, calendar=calendar) if cycle and due_at else (),
    )


def _spent(definition: ClockDefinition, cycle: Cycle, *, calendar: BusinessCalendar, now: datetime) -> int:
    if definition.allowance.seconds is not None:
        return sum(
            elapsed_business_seconds(calendar=calendar, start=start, end=end or now) for start, end in cycle.running
        )
    until = cycle.stopped_at or now
    return max(
        0,
        open_days_between(calendar=calendar, start=cycle.started_at, end=until) - _paused_days(cycle, calendar, until),
    )


def _paused_days(cycle: Cycle, calendar: BusinessCalendar, until: datetime) -> int:
    """Return the open days that went by in pauses: from each pause's day to the day work went on."""
    total = 0
    for index, (_, end) in enumerate(cycle.running):
        if end is not None and end != cycle.stopped_at:
            following = cycle.running[index + 1][0] if index + 1 < len(cycle.running) else until
            total += open_days_between(calendar=calendar, start=end, end=following)
    return total


def _due(definition: ClockDefinition, cycle: Cycle, *, calendar: BusinessCalendar) -> datetime:
    """Return when the allowance of a running cycle is used up if nothing pauses it any more."""
    start = cycle.running[-1][0]
    if definition.allowance.seconds is not None:
        return _moment_of_spending(cycle, definition.allowance.seconds, calendar=calendar)
    days = (definition.allowance.open_days or 0) + _paused_days(cycle, calendar, start)
    day = open_day_after(calendar=calendar, start=cycle.started_at, days=days)
    midnight = datetime.combine(day, time(), tzinfo=UTC) - timedelta(seconds=calendar.utc_offset_seconds)
    return midnight + timedelta(seconds=calendar.hours_on(day)[-1].end)


def _moment_of_spending(cycle: Cycle, seconds: int, *, calendar: BusinessCalendar) -> datetime:
    """Return the moment by which a cycle has spent so many seconds; it may lie in an earlier stretch."""
    left = seconds
    for start, end in cycle.running[:-1]:
        spent = elapsed_business_seconds(calendar=calendar, start=start, end=end or start)
        if spent >= left:
            return add_business_seconds(calendar=calendar, start=start, seconds=left)
        left -= spent
    return add_business_seconds(calendar=calendar, start=cycle.running[-1][0], seconds=left)


def _breach(definition: ClockDefinition, cycle: Cycle, *, calendar: BusinessCalendar, now: datetime) -> datetime | None:
    """Return when the allowance was passed, or None where it was not by `now` or by the end of the cycle."""
    allowance = definition.allowance
    spent = _spent(definition, cycle, calendar=calendar, now=now)
    if allowance.open_days is not None:
        due_at = _due(definition, cycle, calendar=calendar) if cycle.running else now
        return due_at if spent > allowance.open_days else None
    if allowance.seconds is None or spent <= allowance.seconds:
        return None
    return _moment_of_spending(cycle, allowance.seconds, calendar=calendar)


def _warnings(
    definition: ClockDefinition, cycle: Cycle, *, calendar: BusinessCalendar
) -> tuple[tuple[Fraction, datetime], ...]:
    if definition.allowance.seconds is None:
        return tuple(
            (share, _day_of_share(definition, cycle, share, calendar=calendar)) for share in definition.warnings
        )
    return tuple(
        (share, _moment_of_spending(cycle, int(share * definition.allowance.seconds), calendar=calendar))
        for share in definition.warnings
    )


def _day_of_share(
    definition: ClockDefinition, cycle: Cycle, share: Fraction, *, calendar: BusinessCalendar
) -> datetime:
    """Return the opening of the day on which a share of the open days is used up."""
    days = -(-share * (definition.allowance.open_days or 0) // 1)
    paused = _paused_days(cycle, calendar, cycle.running[-1][0])
    day = open_day_after(calendar=calendar, start=cycle.started_at, days=int(days) + paused)
    midnight = datetime.combine(day, time(), tzinfo=UTC) - timedelta(seconds=calendar.utc_offset_seconds)
    return max(cycle.started_at, midnight + timedelta(seconds=calendar.hours_on(day)[0].start))
