"""Pure decisions: which outages follow from what was said, which service is meant, which days are known."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from madoguchi.core.calendar.periods import Period, months_in

DAY = timedelta(days=1)
Tests = Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A source said that a problem began, ended, or both; `key` tells two sayings apart."""

    key: str
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """An outage: `first` is the saying it is described by. Without a start only its end was told."""

    first: str
    started_at: datetime | None
    ended_at: datetime | None


def spans_of(said: Iterable[Said], *, join_seconds: int = 0) -> list[Span]:
    """Return the outages of one problem. Only the set of sayings matters, neither their order nor repetitions.

    A beginning lasts to the latest end told with it, else to the first end after it, else until now. What
    overlaps or follows within `join_seconds` is one outage. An end that no beginning explains stands alone.
    """
    known = sorted(set(said), key=lambda each: each.key)
    ends = sorted({each.ended_at for each in known if each.ended_at})
    begun = sorted((each for each in known if each.started_at), key=lambda each: (each.started_at, each.key))
    own: dict[datetime, datetime] = {}
    for each in begun:
        if each.started_at and each.ended_at:
            own[each.started_at] = max(each.ended_at, own.get(each.started_at, each.ended_at))
    spans: list[Span] = []
    for each in begun:
        assert each.started_at is not None
        end = own.get(each.started_at) or _first_after(ends, each.started_at)
        _add(spans, Span(first=each.key, started_at=each.started_at, ended_at=end), timedelta(seconds=join_seconds))
    loose = [end for end in ends if not any(_explains(span, end) for span in spans)]
    by_end = {each.ended_at: each.key for each in reversed(known) if each.ended_at}
    return [*spans, *(Span(first=by_end[end], started_at=None, ended_at=end) for end in loose)]


def _first_after(ends: Sequence[datetime], start: datetime) -> datetime | None:
    place = bisect_right(ends, start)
    return ends[place] if place < len(ends) else None


def _add(spans: list[Span], new: Span, join: timedelta) -> None:
    """Add a span that begins no earlier than those before it, as part of the latest where they meet."""
    latest = spans[-1] if spans else None
    assert new.started_at is not None
    if latest is None or (latest.ended_at is not None and new.started_at > latest.ended_at + join):
        spans.append(new)
        return
    ended_at = None if latest.ended_at is None or new.ended_at is None else max(latest.ended_at, new.ended_at)
    spans[-1] = Span(first=latest.first, started_at=latest.started_at, ended_at=ended_at)


def _explains(span: Span, end: datetime) -> bool:
    return span.started_at is not None and span.started_at <= end and (span.ended_at is None or end <= span.ended_at)


def touches(one: Span, two: Span) -> bool:
    """Return whether two spans can be the same outage known at two times."""
    if one.started_at is None or two.started_at is None:
        return one.ended_at == two.ended_at or (_begins_before(one, two) and _begins_before(two, one))
    return _begins_before(one, two) and _begins_before(two, one)


def _begins_before(one: Span, two: Span) -> bool:
    """Return whether one begins no later than two ends."""
    begin = one.started_at or one.ended_at
    return two.ended_at is None or begin is None or begin <= two.ended_at


def fits(pattern: str, text: str) -> bool:
    """Return whether a text has a pattern's parts in their order; a star stands for any characters."""
    first, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    if not text.startswith(first):
        return False
    place = len(first)
    for part in rest[:-1]:
        found = text.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return len(text) - len(rest[-1]) >= place and text.endswith(rest[-1])


def all_fit(tests: Tests, labels: Mapping[str, str]) -> bool:
    return all(label in labels and fits(pattern, labels[label]) for label, pattern in tests)


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """A source that is expected to be heard of: from its first day until it was revoked."""

    heard: frozenset[date]
    until: date | None

    def expected_on(self, day: date) -> bool:
        return bool(self.heard) and min(self.heard) <= day and (self.until is None or day < self.until)


def is_known(day: date, *, watches: Sequence[Watch], is_confirmed: Callable[[date], bool]) -> bool:
    """Return whether all outages of a day are known: everyone expected was heard of, or a person vouches for it."""
    expected = [each for each in watches if each.expected_on(day)]
    return is_confirmed(day) or (bool(expected) and all(day in each.heard for each in expected))


def watched_stretches(known: Callable[[date], bool], *, within: Period, today: date) -> tuple[Period, ...]:
    """Return the months of which every past day is known, the running one up to its last known day.

    A single silent day leaves its month out: nobody knows what happened on it, and that is not 100 %.
    """
    stretches: list[Period] = []
    for month in months_in(within):
        asked = month.clipped(to=within)
        days = _days(asked, until=today + DAY) if asked else []
        if not days or asked is None:
            continue
        if days[-1] == today and not known(today):
            days.pop()
        if days and all(known(day) for day in days):
            start = asked.start_date
            if stretches and stretches[-1].end_date == start:
                start = stretches.pop().start_date
            stretches.append(Period(start_date=start, end_date=days[-1] + DAY))
    return tuple(stretches)


def _days(period: Period, *, until: date) -> list[date]:
    end = min(period.end_date, until)
    return [period.start_date + offset * DAY for offset in range(max(0, (end - period.start_date).days))]
