"""The cells of a query read as tallies: what each indicator counted per local day and group."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from madoguchi.core.calendar.day_table import EPOCH
from madoguchi.core.calendar.hours import DAY_SECONDS
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.metrics.classify import counting_on
from madoguchi.core.metrics.spec import Contract, Indicator, Tally
from madoguchi.core.vocabulary import CallOutcome, CountedAs, MissingEnd, Statistic

Cell = Sequence[Any]
DayTallies = dict[tuple[date, str], Tally]


class BeyondCalendarError(MadoguchiError):
    """An event lies outside the days the engine's calendar knows: its business time cannot be counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CellReader:
    """Where an indicator's keys and sums stand in a cell; None where it has no such thing.

    A cell's day, as its midnight, stands first. `decided` are the events of which it is known whether they are within;
    `beyond` those outside the calendar.
    """

    indicator: Indicator
    events: int | None
    group: int | None = None
    reason: int | None = None
    outcome: int | None = None
    short: int | None = None
    value: int | None = None
    part: int | None = None
    decided: int | None = None
    valued: int | None = None
    total: int | None = None
    maximum: int | None = None
    beyond: int | None = None

    def tallies(self, cells: Iterable[Cell], *, contract: Contract) -> DayTallies:
        """Add up the cells of each day and group."""
        if self.outcome is not None:
            return self._call_tallies(cells, contract=contract)
        found: dict[tuple[int, str], list[Tally]] = {}
        for cell in cells:
            events = whole(cell, self.events)
            if events == 0:
                continue
            group = "" if self.group is None else str(cell[self.group])
            tally = self._tally(cell, events=events)
            found.setdefault((int(cell[0]), group), []).append(tally)
        return {(day_at(day), group): summed(tallies) for (day, group), tallies in found.items()}

    def _call_tallies(self, cells: Iterable[Cell], *, contract: Contract) -> DayTallies:
        """Add up cells of calls in plain numbers: a year has many, and what an outcome counts as seldom changes."""
        days: dict[int, tuple[date, dict[tuple[str, bool], CountedAs]]] = {}
        found: dict[tuple[int, str], _CallSum] = {}
        for cell in cells:
            events = whole(cell, self.events)
            if events == 0:
                continue
            group = "" if self.group is None else str(cell[self.group])
            into = found.setdefault((cell[0], group), _CallSum())
            reason = None if self.reason is None else cell[self.reason]
            if reason is not None:
                into.leave_out(str(reason), events)
                continue
            if cell[0] not in days:
                days[cell[0]] = day_at(cell[0]), {}
            day, known = days[cell[0]]
            outcome, is_short = str(cell[self.outcome or 0]), self.short is not None and bool(cell[self.short])
            counted_as = known.get((outcome, is_short))
            if counted_as is None:
                counted_as = counted_call(CallOutcome(outcome), is_short=is_short, day=day, contract=contract)
                known[outcome, is_short] = counted_as
            into.add(counted_as, outcome=outcome, events=events, part=self.indicator.call_part)
        return {(day_at(day), group): each.tally() for (day, group), each in found.items()}

    def _refuse_beyond(self, cell: Cell) -> None:
        if self.beyond is not None and whole(cell, self.beyond):
            raise BeyondCalendarError(
                f"{self.indicator.id}: {whole(cell, self.beyond)} event(s) of {day_at(cell[0])} in "
                f"{self.indicator.table} have a moment outside 2000 to 2030, where business time cannot be counted"
            )

    def _tally(self, cell: Cell, *, events: int) -> Tally:
        reason = None if self.reason is None else cell[self.reason]
        if reason is not None:
            return Tally(excluded=((str(reason), events),))
        self._refuse_beyond(cell)
        if self.indicator.statistic is Statistic.PERCENTILE:
            return self._histogram_tally(cell, events=events)
        if self.valued is None:
            return Tally(counted=events, part=whole(cell, self.part))
        return self._value_tally(cell, events=events)

    def _histogram_tally(self, cell: Cell, *, events: int) -> Tally:
        value = None if self.value is None else cell[self.value]
        if value is None:
            return Tally(missing=events)
        number = int(value)
        return Tally(
            counted=events, valued=events, total=number * events, maximum=number, histogram=((number, events),)
        )

    def _value_tally(self, cell: Cell, *, events: int) -> Tally:
        valued = whole(cell, self.valued)
        decided = valued if self.decided is None else whole(cell, self.decided)
        is_share = self.indicator.statistic is Statistic.SHARE_WITHIN
        counts_missing = is_share and self.indicator.missing is MissingEnd.MISSED
        maximum = None if self.maximum is None else cell[self.maximum]
        return Tally(
            counted=events if counts_missing else decided,
            part=whole(cell, self.part),
            valued=valued,
            total=whole(cell, self.total),
            maximum=None if maximum is None else int(maximum),
            missing=events - decided,
        )


@dataclass(slots=True)
class _CallSum:
    """The calls of one day while they are added up."""

    counted: int = 0
    part: int = 0
    excluded: dict[str, int] = field(default_factory=dict)

    def leave_out(self, reason: str, events: int) -> None:
        self.excluded[reason] = self.excluded.get(reason, 0) + events

    def add(self, counted_as: CountedAs, *, outcome: str, events: int, part: str | None) -> None:
        if counted_as is CountedAs.LEFT_OUT:
            self.leave_out(outcome, events)
        elif counted_as is CountedAs.SHORT_ABANDONED:
            self.leave_out(CountedAs.SHORT_ABANDONED.value, events)
        else:
            self.counted += events
            self.part += events if counted_as == part else 0

    def tally(self) -> Tally:
        return Tally(counted=self.counted, part=self.part, excluded=tuple(sorted(self.excluded.items())))


def counted_call(outcome: CallOutcome, *, is_short: bool, day: date, contract: Contract) -> CountedAs:
    """Return what calls of an outcome count as on a day; `is_short` says whether they ended below the threshold."""
    counting = counting_on(contract, day)
    if outcome in counting.answered:
        return CountedAs.ANSWERED
    if outcome not in counting.abandoned:
        return CountedAs.LEFT_OUT
    return CountedAs.SHORT_ABANDONED if is_short else CountedAs.ABANDONED


def whole(cell: Cell, place: int | None) -> int:
    """Return a sum of a cell; 0 where there is none or nothing was added."""
    number = None if place is None else cell[place]
    return 0 if number is None else int(number)


def day_of(number: Any) -> date:  # noqa: ANN401  # whatever whole number the engine gives
    return EPOCH + timedelta(days=int(number))


def day_at(midnight: Any) -> date:  # noqa: ANN401  # whatever whole number the engine gives
    return EPOCH + timedelta(days=int(midnight) // DAY_SECONDS)


def summed(tallies: Sequence[Tally]) -> Tally:
    """Add tallies up in one go: histograms of many days are merged once."""
    if len(tallies) == 1:
        return tallies[0]
    maxima = [each.maximum for each in tallies if each.maximum is not None]
    return Tally(
        counted=sum(each.counted for each in tallies),
        part=sum(each.part for each in tallies),
        valued=sum(each.valued for each in tallies),
        total=sum(each.total for each in tallies),
        maximum=max(maxima, default=None),
        missing=sum(each.missing for each in tallies),
        excluded=_merged(each.excluded for each in tallies),
        histogram=_merged(each.histogram for each in tallies),
    )


def _merged(parts: Iterable[tuple[tuple[Any, int], ...]]) -> tuple[tuple[Any, int], ...]:
    counts: dict[Any, int] = {}
    for part in parts:
        for key, count in part:
            counts[key] = counts.get(key, 0) + count
    return tuple(sorted(counts.items()))


def availability_tallies(cells: Iterable[Cell], *, services: int) -> DayTallies:
    """Read day, open seconds of one service, seconds in maintenance, seconds in an outage or maintenance."""
    tallies: DayTallies = {}
    for day, open_seconds, maintenance, affected in cells:
        counted = int(open_seconds) * services - int(maintenance)
        lost = int(affected) - int(maintenance)
        excluded = (("maintenance", int(maintenance)),) if maintenance else ()
        tally = Tally(counted=counted, part=counted - lost, total=lost, excluded=excluded)
        if tally != Tally():
            tallies[day_of(day), ""] = tally
    return tallies


def joined(days: Mapping[tuple[date, str], Tally]) -> dict[str, Tally]:
    """Add the days up, per group."""
    groups: dict[str, list[Tally]] = {}
    for (_, group), tally in days.items():
        groups.setdefault(group, []).append(tally)
    return {group: summed(tallies) for group, tallies in groups.items()}
