"""Agents of an example desk: who is free takes the next call; logins, breaks, calls not picked up, menu choices."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zlib import crc32

from madoguchi.core.call_vocabulary import AgentState
from madoguchi.core.calls.menu import steps_text
from madoguchi.core.events import Event, Value
from madoguchi.core.metrics.spec import Contract

BEFORE_OPENING, AFTER_CLOSING = timedelta(minutes=7), timedelta(minutes=4)
BREAK, BREAK_REASON = timedelta(hours=1), "昼休み"
# half of the agents go at the first of these, the others come after them
BREAKS = (timedelta(hours=11, minutes=30), timedelta(hours=12, minutes=30))
WAYS = (
    (("総合案内", "1"),), (("総合案内", "2"), ("申請の案内", "1")), (("総合案内", "2"), ("申請の案内", "2")),
    (("総合案内", "9"),),
)  # fmt: skip
NOT_ANSWERED_EVERY, RINGS = 23, timedelta(seconds=15)


def with_agents(events: Iterable[Event], *, agents: Sequence[str], promised: Contract) -> list[Event]:
    """Give each answered call to somebody who is free then, and every call its way through the menus."""
    free_at = dict.fromkeys(agents, datetime.min.replace(tzinfo=UTC))
    made: list[Event] = []
    for event in sorted(events, key=lambda each: (str(each["offered_at"]), str(each["source"]))):
        number = crc32(str(event["source"]).encode())
        way = (("総合案内", ""),) if event["outcome"] == "ivr_abandoned" else WAYS[number % len(WAYS)]
        call: dict[str, Value] = {**event, "menu_steps": steps_text(way)}
        answered_at, ended_at = call["answered_at"], call["ended_at"]
        if isinstance(answered_at, datetime) and isinstance(ended_at, datetime):
            turn = number % len(agents)
            in_turn = [*agents[turn:], *agents[:turn]]
            agent = next((each for each in in_turn if _is_free(each, answered_at, free_at, agents, promised)), None)
            # nobody is free: the one who soonest is, answers by a second line
            agent = agent or min(in_turn, key=lambda each: free_at[each])
            call["agent"] = agent
            free_at[agent] = max(free_at[agent], ended_at + timedelta(seconds=_seconds(call, "wrap_up_seconds")))
        made.append(call)
    return made


def _is_free(agent: str, at: datetime, free_at: dict[str, datetime], agents: Sequence[str], promised: Contract) -> bool:
    start = _break_of(agent, agents, promised.calendar.local_date(at), promised)
    return free_at[agent] <= at and not start <= at < start + BREAK


def _break_of(agent: str, agents: Sequence[str], day: date, promised: Contract) -> datetime:
    return _moment(day, BREAKS[agents.index(agent) % len(BREAKS)], promised)


def _moment(day: date, after_midnight: timedelta, promised: Contract) -> datetime:
    return (
        datetime.combine(day, time(), tzinfo=UTC)
        + after_midnight
        - timedelta(seconds=promised.calendar.utc_offset_seconds)
    )


def _seconds(event: Event, name: str) -> int:
    value = event[name]
    return value if isinstance(value, int) else 0


def states_of(calls: Sequence[Event], *, promised: Contract, agents: Sequence[str], now: datetime) -> list[Event]:
    """Return what the agents did on the days they took calls, as their telephone system would have logged it."""
    found = [state for call in calls for state in _of_call(call, agents)]
    days: dict[tuple[date, str], list[Event]] = {}
    for call in calls:
        if call["agent"]:
            at = call["answered_at"]
            assert isinstance(at, datetime)
            days.setdefault((promised.calendar.local_date(at), str(call["agent"])), []).append(call)
    for (day, agent), own in sorted(days.items()):
        found += _of_day(day, agent, own, agents=agents, promised=promised)
    made = [
        {"contract": promised.id, "source": f"pbx:agent-{number}", "source_file": "queue_log", **state}
        for number, state in enumerate(found, start=1)
        if _at(state, "started_at") < now
    ]
    # what is not over yet has no end
    return [{**each, "ended_at": None} if _at(each, "ended_at") > now else each for each in made]


def _at(event: Event, name: str) -> datetime:
    value = event[name]
    assert isinstance(value, datetime)
    return value


def _state(agent: str, state: AgentState, start: datetime, end: datetime, **more: str) -> Event:
    return {
        "agent": agent, "state": state.value, "started_at": start, "ended_at": end, "reason": None, "queue": None,
        "call": None, **more,
    }  # fmt: skip


def _of_call(call: Event, agents: Sequence[str]) -> Iterator[Event]:
    if not call["agent"]:
        return
    agent, answered_at, ended_at = str(call["agent"]), _at(call, "answered_at"), _at(call, "ended_at")
    about = {"queue": str(call["queue"]), "call": str(call["source"])}
    yield _state(agent, AgentState.TALKING, answered_at, ended_at, **about)
    wrapped_at = ended_at + timedelta(seconds=_seconds(call, "wrap_up_seconds"))
    yield _state(agent, AgentState.WRAP_UP, ended_at, wrapped_at, **about)
    if crc32(str(call["source"]).encode()) % NOT_ANSWERED_EVERY == 0 and _seconds(call, "wait_seconds") > RINGS.seconds:
        other = agents[(agents.index(agent) + 1) % len(agents)]
        yield _state(other, AgentState.NOT_ANSWERED, answered_at - RINGS, answered_at, **about)


def _of_day(
    day: date, agent: str, calls: Sequence[Event], *, agents: Sequence[str], promised: Contract
) -> Iterator[Event]:
    """Yield an agent's login and break; neither cuts into a call."""
    hours = promised.calendar.hours_on(day)
    first, final = min(_at(each, "answered_at") for each in calls), max(_at(each, "ended_at") for each in calls)
    opens = _moment(day, timedelta(seconds=hours[0].start), promised) if hours else first
    closes = _moment(day, timedelta(seconds=hours[-1].end), promised) if hours else final
    yield _state(agent, AgentState.LOGGED_IN, min(first, opens) - BEFORE_OPENING, max(final, closes) + AFTER_CLOSING)
    start = _break_of(agent, agents, day, promised)
    end = start + BREAK
    for call in calls:
        over = _at(call, "ended_at") + timedelta(seconds=_seconds(call, "wrap_up_seconds"))
        if _at(call, "answered_at") < end and over > start:
            start = over
    if start < end:
        yield _state(agent, AgentState.PAUSED, start, end, reason=BREAK_REASON)
