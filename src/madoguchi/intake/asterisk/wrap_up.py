"""After-call work: an agent's pause for a wrap-up reason that starts when a leg ends."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from madoguchi.intake.asterisk.queue_log import NONE
from madoguchi.intake.asterisk.records import QueueEvent
from madoguchi.intake.asterisk.sightings import plain_reason
from madoguchi.intake.asterisk.source import AsteriskSource, WrapUpEnd

PAUSES = frozenset({"PAUSE", "PAUSEALL"})
RELEASES = frozenset({"UNPAUSE", "UNPAUSEALL", "REMOVEMEMBER", "AGENTLOGOFF", "AGENTCALLBACKLOGOFF"})
AGENT_EVENTS = PAUSES | RELEASES
# a pause from further back is not looked for
DAY_SECONDS = 86_400


class AgentEvent(NamedTuple):
    """A pause with its reason, or a release with an empty one."""

    at: int
    is_pause: bool
    reason: str


class WrapUp(NamedTuple):
    """`seconds` is None where the pause has no end yet; `is_pending` where a later log may still bring it.

    `is_mixed` where the agent changed the pause to another reason, so that it holds more than wrap-up.
    """

    seconds: int | None
    is_capped: bool = False
    is_pending: bool = False
    is_mixed: bool = False


def agent_events(events: Iterable[QueueEvent]) -> dict[str, list[AgentEvent]]:
    """Return each agent's pauses and releases in order."""
    return by_agent(named_events(events))


def named_events(events: Iterable[QueueEvent]) -> Iterator[tuple[str, AgentEvent]]:
    """Yield the pauses and releases among some lines, each with its agent."""
    for event in events:
        if event.event in AGENT_EVENTS:
            is_pause = event.event in PAUSES
            reason = plain_reason("".join(event.parameters[:1])) if is_pause else ""
            yield event.agent, AgentEvent(event.at, is_pause, reason)


def by_agent(events: Iterable[tuple[str, AgentEvent]]) -> dict[str, list[AgentEvent]]:
    """Sort the events of each agent.

    PAUSEALL comes with a PAUSE for each queue of the agent: the same moment and reason is one pause.
    """
    found: dict[str, set[AgentEvent]] = {}
    for agent, event in events:
        found.setdefault(agent, set()).add(event)
    return {agent: sorted(each) for agent, each in found.items() if agent != NONE}


class WrapUps:
    """Finds the after-call work of a leg. `horizon` is the last moment queue_log is known for."""

    def __init__(
        self, *, source: AsteriskSource, events: Mapping[str, Sequence[AgentEvent]], horizon: int | None
    ) -> None:
        self._events, self._horizon = events, horizon
        self._reasons = frozenset(plain_reason(reason) for reason in source.wrap_up_reasons)
        self._is_ended_by_change = source.wrap_up_ends_at is WrapUpEnd.REASON_CHANGE
        self._within, self._limit = source.wrap_up_within_seconds, source.wrap_up_limit_seconds

    def after(self, *, agent: str, ended_at: int) -> WrapUp:
        """Return the wrap-up time that follows a leg; 0 where no such pause starts in time."""
        events = self._events.get(agent, ())
        start = None
        for position in range(bisect_left(events, (ended_at,)), len(events)):
            each = events[position]
            if each.at - ended_at > self._within:
                break
            if each.is_pause and each.reason in self._reasons:
                start = each.at
                break
        if start is None:
            return WrapUp(seconds=0)
        end, is_mixed = self._end_of(start, events)
        if end is not None and end - start <= self._limit:
            return WrapUp(seconds=end - start, is_mixed=is_mixed)
        if end is not None or (self._horizon is not None and self._horizon - start > self._limit):
            return WrapUp(seconds=self._limit, is_capped=True, is_mixed=is_mixed)
        return WrapUp(seconds=None, is_pending=True)

    def _end_of(self, start: int, events: Sequence[AgentEvent]) -> tuple[int | None, bool]:
        """Return when the pause ended, and whether its reason was changed before.

        A release in the second in which it starts ends it only if no other pause was there to be released.
        """
        first = bisect_left(events, (start,))
        before = events[first - 1] if first > 0 else None
        was_paused = before is not None and before.is_pause and start - before.at <= DAY_SECONDS
        is_mixed = False
        for position in range(first, len(events)):
            each = events[position]
            if each.at == start and (each.is_pause or was_paused):
                continue
            if each.at - start > self._limit or not each.is_pause:
                return each.at, is_mixed
            if each.reason not in self._reasons:
                is_mixed = True
                if self._is_ended_by_change:
                    return each.at, False
        return None, is_mixed
