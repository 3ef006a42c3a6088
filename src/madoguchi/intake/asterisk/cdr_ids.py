"""Gives CDR rows of a PBX that writes no uniqueid the id of their channel, found through the other logs."""

from madoguchi.intake.asterisk.evidence import Evidence
from madoguchi.intake.asterisk.ids import started_at
from madoguchi.intake.asterisk.moments import MILLION, second_showing
from madoguchi.intake.asterisk.numbers import number_key, shown_number
from madoguchi.intake.asterisk.queue_journey import ENTER
from madoguchi.intake.asterisk.records import CdrRow
from madoguchi.intake.asterisk.sightings import Roles

# channel names are used again after a restart: rows this far apart are two channels
HOUR_SECONDS = 3600
NAME_REUSED_AFTER_SECONDS = HOUR_SECONDS
SLACK_SECONDS = 2
# how long a caller may have heard a greeting and a menu where the id does not say when the channel began
BEFORE_QUEUE_SECONDS = 120


def name_rows(*, evidence: Evidence, roles: Roles, zone: str) -> None:
    """Move the rows without an id to the channel they are about; unknown channels get a name of their own."""
    files = dict(sorted(evidence.rows_without_id, reverse=True))
    rows, evidence.rows_without_id = sorted(files), []
    if not rows:
        return
    channels = _channels_in_cel(evidence)
    callers = _callers_in_queue_log(evidence)
    for channel in _by_channel(rows):
        first = channel[0]
        is_caller = roles.is_from_outside(channel=first.channel, context=first.context)
        caller = number_key(shown_number(first.caller)) if is_caller else None
        call_id, moved = f"{first.channel}@{first.start}", 0
        # without an id nothing but the other logs tells which showing of an hour shown twice a row means
        for at in (first.start, second_showing(first.start, zone=zone)):
            known = None if at is None else _known_id(channels, callers, first.channel, caller, at)
            if at is not None and known is not None:
                call_id, moved = known, at - first.start
                break
        for row in channel:
            named = row._replace(call_id=call_id, start=row.start + moved, end=row.end + moved)
            evidence.add(named, file=files[row])
    _link_by_channel(evidence)


def _known_id(channels: "_Spans", callers: "_Spans", channel: str, caller: str | None, at: int) -> str | None:
    return channels.find(channel, at) or (None if caller is None else callers.find(caller, at))


class _Spans:
    """Ids by a name that several of them bear one after the other, found by the hour."""

    def __init__(self) -> None:
        self._spans: dict[tuple[str, int], list[tuple[int, int, str]]] = {}

    def add(self, name: str, *, start: int, end: int, call_id: str) -> None:
        first, final = start - SLACK_SECONDS, end + SLACK_SECONDS
        for hour in range(first // HOUR_SECONDS, final // HOUR_SECONDS + 1):
            self._spans.setdefault((name, hour), []).append((first, final, call_id))

    def find(self, name: str, at: int) -> str | None:
        """Return the id whose time holds the moment; of several the one that began nearest to it."""
        near = [
            (abs(first + SLACK_SECONDS - at), call_id)
            for first, final, call_id in self._spans.get((name, at // HOUR_SECONDS), ())
            if first <= at <= final
        ]
        return min(near)[1] if near else None


def _channels_in_cel(evidence: Evidence) -> _Spans:
    spans = _Spans()
    for call_id, events in evidence.cel.items():
        moments = [event.at // MILLION for event in events]
        for name in {event.channel for event in events}:
            spans.add(name, start=min(moments), end=max(moments), call_id=call_id)
    return spans


def _callers_in_queue_log(evidence: Evidence) -> _Spans:
    """Return callers by number, at the second in which their channel began as its id says."""
    spans = _Spans()
    for call_id, events in evidence.queue.items():
        entered = [event for event in events if event.event == ENTER]
        if not entered:
            continue
        first = min(entered)
        made = started_at(call_id)
        is_told = made is not None and 0 <= first.at - made <= HOUR_SECONDS
        began = made if made is not None and is_told else first.at - BEFORE_QUEUE_SECONDS
        end = began if is_told else first.at
        spans.add(number_key(shown_number(first.parameters[1])), start=began, end=end, call_id=call_id)
    return spans


def _by_channel(rows: list[CdrRow]) -> list[list[CdrRow]]:
    """Return the rows of each channel in order of time; one name may stand for several channels."""
    channels: list[list[CdrRow]] = []
    latest: dict[tuple[str, str], list[CdrRow]] = {}
    for row in rows:
        name = (row.channel, row.caller)
        known = latest.get(name)
        if known is None or row.start - known[-1].end > NAME_REUSED_AFTER_SECONDS:
            known = latest[name] = []
            channels.append(known)
        known.append(row)
    return channels


def _link_by_channel(evidence: Evidence) -> None:
    """Join a channel's rows with those of the call in which it was the other side."""
    spans = _Spans()
    for call_id, rows in evidence.cdr.items():
        for row in rows:
            if row.destination:
                name = row.destination.split(";", 1)[0]
                spans.add(name, start=row.start, end=row.end, call_id=call_id)
    for call_id, rows in evidence.cdr.items():
        other = spans.find(rows[0].channel.split(";", 1)[0], rows[0].start)
        if other is not None and other != call_id:
            evidence.links.add((call_id, other))
