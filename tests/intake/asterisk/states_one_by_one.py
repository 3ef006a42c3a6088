"""What agents were doing, worked out line by line: what the states made in bulk are held against."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from madoguchi.core.call_vocabulary import AgentState
from madoguchi.intake.asterisk.call import RebuiltCall
from madoguchi.intake.asterisk.queue_log import NO_CALL, NONE
from madoguchi.intake.asterisk.records import QueueEvent
from madoguchi.intake.asterisk.sightings import plain_reason
from madoguchi.intake.asterisk.source import AsteriskSource

LOGINS = frozenset({"ADDMEMBER", "AGENTLOGIN", "AGENTCALLBACKLOGIN"})
LOGOUTS = frozenset({"REMOVEMEMBER", "AGENTLOGOFF", "AGENTCALLBACKLOGOFF"})
PAUSES, RELEASES = frozenset({"PAUSE", "PAUSEALL"}), frozenset({"UNPAUSE", "UNPAUSEALL"})
FOR_ALL = frozenset({"PAUSEALL", "UNPAUSEALL"})
MISSED = "RINGNOANSWER"


class FiledEvent(NamedTuple):
    event: QueueEvent
    file: str


class State(NamedTuple):
    contract: str
    agent: str
    state: str
    reason: str
    queue: str
    call: str
    started_at: int
    ended_at: int | None


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


def states_one_by_one(
    *, source: AsteriskSource, events: Iterable[FiledEvent], calls: Iterable[RebuiltCall]
) -> list[State]:
    filed = list(events)
    stretches: dict[Kind, list[Stretch]] = {}
    for kind, stretch in _stretches(source, filed):
        stretches.setdefault(kind, []).append(stretch)
    rows = [_row(kind, each) for kind, found in stretches.items() for each in _joined(found)]
    missed = {each.event for each in filed if each.event.event == MISSED and each.event.agent != NONE}
    rows += [_missed(source, each) for each in missed]
    for call in calls:
        rows += _talks(source, call)
    return rows


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
    wanted = [each for each in events if each.event.event in starts | ends]
    wanted.sort(key=lambda each: (each.event.at, each.event.event, each.event.parameters))
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


def _row(kind: Kind, stretch: Stretch) -> State:
    return State(kind.contract, kind.agent, kind.state, kind.reason, "", "", stretch.start, stretch.end)


def _missed(source: AsteriskSource, event: QueueEvent) -> State:
    rung = int(event.parameters[0]) // 1000 if len(event.parameters[0]) < 9 else 0  # milliseconds
    call = "" if event.call_id in NO_CALL else f"{source.name}:{event.call_id}"
    contract = _contract_of(source, event.queue)
    return State(contract, event.agent, AgentState.NOT_ANSWERED, "", event.queue, call, event.at - rung, event.at)


def _talks(source: AsteriskSource, call: RebuiltCall) -> Iterator[State]:
    line = call.facts.get("line")
    for leg in call.legs:
        yield State(
            source.contract_of(line if isinstance(line, str) else None), leg.agent, AgentState.TALKING, "", leg.queue,
            f"{source.name}:{call.key}", leg.answered_at, leg.ended_at,
        )  # fmt: skip


def _contract_of(source: AsteriskSource, queue: str) -> str:
    return source.contract_of(source.line_of.get(queue))
