"""What agents were doing: logins and pauses from queue_log, talks from the rebuilt calls."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import groupby
from typing import NamedTuple

from madoguchi.core.call_vocabulary import AgentState
from madoguchi.core.events import AGENT_STATES, Event, Value
from madoguchi.intake.asterisk.call import RebuiltCall
from madoguchi.intake.asterisk.moments import moment_of
from madoguchi.intake.asterisk.queue_log import NONE
from madoguchi.intake.asterisk.records import QueueEvent
from madoguchi.intake.asterisk.sightings import plain_reason
from madoguchi.intake.asterisk.source import AsteriskSource

LOGINS = frozenset({"ADDMEMBER", "AGENTLOGIN", "AGENTCALLBACKLOGIN"})
LOGOUTS = frozenset({"REMOVEMEMBER", "AGENTLOGOFF", "AGENTCALLBACKLOGOFF"})
PAUSES, RELEASES = frozenset({"PAUSE", "PAUSEALL"}), frozenset({"UNPAUSE", "UNPAUSEALL"})
FOR_ALL = frozenset({"PAUSEALL", "UNPAUSEALL"})
MISSED = "RINGNOANSWER"
NO_STATE: Event = dict.fromkeys(AGENT_STATES.column_names())


class FiledEvent(NamedTuple):
    event: QueueEvent
    file: str


class Kind(NamedTuple):
    """Whose state it is, and which: what overlaps of the same kind is one stretch."""

    contract: str
    agent: str
    state: AgentState
    reason: str


class Stretch(NamedTuple):
    start: int
    end: int | None
    file: str


def agent_states(*, source: AsteriskSource, events: Iterable[FiledEvent], calls: Iterable[RebuiltCall]) -> list[Event]:
    """Return the rows of `agent_states`, in order of time.

    Somebody who serves several queues of a contract is logged once for each: overlapping stretches are one.
    """
    filed = list(events)
    stretches: dict[Kind, list[Stretch]] = {}
    for kind, stretch in _stretches(source, filed):
        stretches.setdefault(kind, []).append(stretch)
    rows = [_row(source, kind, each) for kind, found in stretches.items() for each in _joined(found)]
    rows += [
        _missed(source, each)
        for each in {one.event: one for one in sorted(filed, reverse=True)}.values()
        if each.event.event == MISSED and each.event.agent != NONE
    ]
    for call in calls:
        rows += _talks(source, call)
    return sorted(rows, key=lambda row: (str(row["started_at"]), str(row["source"])))


def _stretches(source: AsteriskSource, events: Sequence[FiledEvent]) -> Iterator[tuple[Kind, Stretch]]:
    with_queues = {each.event.agent for each in events if each.event.event in (PAUSES | RELEASES) - FOR_ALL}
    by_place: dict[tuple[str, str], list[FiledEvent]] = {}
    for each in events:
        event = each.event
        is_twice = event.event in FOR_ALL and event.agent in with_queues
        if event.agent != NONE and event.event != MISSED and not is_twice:
            by_place.setdefault((event.agent, event.queue), []).append(each)
    wrap_up_reasons = frozenset(plain_reason(reason) for reason in source.wrap_up_reasons)
    for (agent, queue), found in by_place.items():
        contract = _contract_of(source, queue)
        for state, reason, stretch in (*_sessions(found), *_pauses(found, wrap_up_reasons)):
            yield Kind(contract, agent, state, reason), stretch


def _sessions(events: Iterable[FiledEvent]) -> Iterator[tuple[AgentState, str, Stretch]]:
    start: FiledEvent | None = None
    for each in _possible(events, starts=LOGINS, ends=LOGOUTS):
        if each.event.event in LOGINS:
            start = start or each
        elif start is not None:
            yield AgentState.LOGGED_IN, "", Stretch(start.event.at, each.event.at, start.file)
            start = None
    if start is not None:
        yield AgentState.LOGGED_IN, "", Stretch(start.event.at, None, start.file)


def _pauses(events: Iterable[FiledEvent], wrap_up_reasons: frozenset[str]) -> Iterator[tuple[AgentState, str, Stretch]]:
    """Yield the pauses of one agent in one queue; a pause for another reason ends the one before."""
    start: FiledEvent | None = None

    def pause(first: FiledEvent, end: int | None) -> tuple[AgentState, str, Stretch]:
        reason = "".join(first.event.parameters[:1]).strip()
        is_wrap_up = plain_reason(reason) in wrap_up_reasons
        state = AgentState.WRAP_UP if is_wrap_up else AgentState.PAUSED
        return state, reason, Stretch(first.event.at, end, first.file)

    for each in _possible(events, starts=PAUSES, ends=RELEASES | LOGOUTS):
        if start is not None:
            yield pause(start, each.event.at)
        start = each if each.event.event in PAUSES else None
    if start is not None:
        yield pause(start, None)


def _possible(events: Iterable[FiledEvent], *, starts: frozenset[str], ends: frozenset[str]) -> Iterator[FiledEvent]:
    """Yield starts and ends as they can have happened: the order within a second is not to be relied on."""
    wanted = sorted(each for each in events if each.event.event in starts | ends)
    is_open = False
    for _at, group in groupby(wanted, key=lambda each: each.event.at):
        found = list(group)
        found.sort(key=lambda each: (each.event.event in starts) == is_open)
        yield from found
        is_open = found[-1].event.event in starts


def _joined(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    current: Stretch | None = None
    for each in sorted(stretches, key=lambda one: (one.start, one.end is None, one.end or 0, one.file)):
        if current is None:
            current = each
        elif current.end is None or each.start <= current.end:
            is_open = current.end is None or each.end is None
            current = current._replace(end=None if is_open else max(current.end or 0, each.end or 0))
        else:
            yield current
            current = each
    if current is not None:
        yield current


def _row(source: AsteriskSource, kind: Kind, stretch: Stretch) -> Event:
    key = "|".join((*kind, str(stretch.start)))
    return _state(
        source, key, stretch.start, stretch.end,
        {"contract": kind.contract, "source_file": stretch.file, "agent": kind.agent, "state": kind.state.value,
         "reason": kind.reason or None},
    )  # fmt: skip


def _missed(source: AsteriskSource, filed: FiledEvent) -> Event:
    event = filed.event
    written = "".join(event.parameters[:1])
    rung = int(written) // 1000 if written.isdecimal() and len(written) < 9 else 0  # noqa: PLR2004  # milliseconds
    key = "|".join((event.call_id, event.queue, event.agent, event.event, str(event.at), *event.parameters))
    return _state(
        source, key, event.at - rung, event.at,
        {"contract": _contract_of(source, event.queue), "source_file": filed.file, "agent": event.agent,
         "state": AgentState.NOT_ANSWERED.value, "queue": event.queue, "call": f"{source.name}:{event.call_id}"},
    )  # fmt: skip


def _talks(source: AsteriskSource, call: RebuiltCall) -> Iterator[Event]:
    line = call.facts.get("line")
    for leg in call.legs:
        key = "|".join((call.key, leg.agent, leg.queue, str(leg.answered_at), str(leg.ended_at)))
        yield _state(
            source, key, leg.answered_at, leg.ended_at,
            {"contract": source.contract_of(line if isinstance(line, str) else None), "source_file": call.file,
             "agent": leg.agent, "state": AgentState.TALKING.value, "queue": leg.queue or None,
             "call": f"{source.name}:{call.key}"},
        )  # fmt: skip


def _state(source: AsteriskSource, key: str, start: int, end: int | None, said: dict[str, Value]) -> Event:
    name = f"{source.name}:agent-{blake2b(key.encode(), digest_size=12).hexdigest()}"
    return {
        **NO_STATE, **said, "source": name, "started_at": moment_of(start),
        "ended_at": None if end is None else moment_of(end),
    }  # fmt: skip


def _contract_of(source: AsteriskSource, queue: str) -> str:
    return source.contract_of(source.line_of.get(queue))
