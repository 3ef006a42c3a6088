"""Availability: service seconds that were not lost to outages, with planned maintenance taken out of both."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from madoguchi.core.calendar.periods import Period
from madoguchi.core.events import Event
from madoguchi.core.metrics.conditions import holds_all
from madoguchi.core.metrics.spec import Contract, Indicator, Tally

Span = tuple[int, int]
DAY_SECONDS = 86_400
FOR_EVER = 1 << 60


def availability_tallies(
    *, contract: Contract, indicator: Indicator, period: Period, facts: Mapping[str, Iterable[Event]]
) -> dict[tuple[date, str], Tally]:
    """Return per local day: `counted` service seconds, `part` of them up, `total` of them down.

    Each service counts on its own; overlapping outages of one service count once; an outage without an end
    lasts to the end of the period. Planned maintenance is excluded, in seconds. Service time is the opening
    hours, or every second where the indicator says around the clock.
    """
    tallies: dict[tuple[date, str], Tally] = {}
    for service in indicator.services:
        down = _spans(facts.get("outages", ()), service=service, contract=contract, indicator=indicator)
        planned = _spans(facts.get("maintenance", ()), service=service, contract=contract, indicator=None)
        for day in days_of(period):
            hours = service_hours(contract=contract, indicator=indicator, day=day)
            tally = _tally(hours=hours, down=down, planned=planned)
            tallies[day, ""] = tallies.get((day, ""), Tally()) + tally
    return {key: tally for key, tally in tallies.items() if tally != Tally()}


def _tally(*, hours: Sequence[Span], down: Sequence[Span], planned: Sequence[Span]) -> Tally:
    open_seconds = sum(end - start for start, end in hours)
    maintenance = overlap_seconds(hours, planned)
    lost = overlap_seconds(hours, merged([*down, *planned])) - maintenance
    counted = open_seconds - maintenance
    excluded = (("maintenance", maintenance),) if maintenance else ()
    return Tally(counted=counted, part=counted - lost, total=lost, excluded=excluded)


def days_of(period: Period) -> Iterable[date]:
    for offset in range((period.end_date - period.start_date).days):
        yield period.start_date + timedelta(days=offset)


def service_hours(*, contract: Contract, indicator: Indicator, day: date) -> list[Span]:
    """Return the day's service time as spans of epoch seconds."""
    midnight = int(datetime.combine(day, time(), tzinfo=UTC).timestamp()) - contract.calendar.utc_offset_seconds
    if indicator.is_around_the_clock:
        return [(midnight, midnight + DAY_SECONDS)]
    return [(midnight + each.start, midnight + each.end) for each in contract.calendar.hours_on(day)]


def _spans(events: Iterable[Event], *, service: str, contract: Contract, indicator: Indicator | None) -> list[Span]:
    spans = []
    for event in events:
        if event["contract"] != contract.id or event["service"] != service:
            continue
        if indicator is not None and not holds_all(indicator.where, event):
            continue
        started_at, ended_at = event["started_at"], event.get("ended_at")
        if isinstance(started_at, datetime):
            end = int(ended_at.timestamp()) if isinstance(ended_at, datetime) else FOR_EVER
            spans.append((int(started_at.timestamp()), end))
    return merged(spans)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the union of the spans as disjoint spans in order."""
    union: list[Span] = []
    for start, end in sorted(spans):
        if union and start <= union[-1][1]:
            union[-1] = (union[-1][0], max(union[-1][1], end))
        elif end > start:
            union.append((start, end))
    return union


def overlap_seconds(one: Sequence[Span], two: Sequence[Span]) -> int:
    """Return the common length of two lists of disjoint spans."""
    return sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in one for b in two)
