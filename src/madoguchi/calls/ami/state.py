"""Who waits, who talks, what today has brought so far: events of the manager interface added up.

For the people at the desk. Contract figures come from files: nothing is sent again after a lost connection, and
QueueCallerAbandon is also raised when a call leaves the queue by time-out.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from madoguchi.calls.ami.blocks import Block
from madoguchi.calls.rules import compared_number

MOST_CALLERS, MOST_AGENTS, MOST_REMEMBERED = 1_000, 2_000, 50_000
LONGEST_NAME = 80
FREE, TALKING, RINGING, PAUSED, AWAY = "free", "talking", "ringing", "paused", "away"
STATES = {"1": FREE, "2": TALKING, "3": TALKING, "6": RINGING, "7": RINGING, "8": TALKING}


@dataclass(kw_only=True)
class Caller:
    number: str
    queue: str
    joined_at: float
    rings: str = ""


@dataclass(kw_only=True)
class Agent:
    name: str
    status: str = "0"
    is_paused: bool = False
    reason: str = ""

    @property
    def state(self) -> str:
        state = STATES.get(self.status, AWAY)
        return PAUSED if self.is_paused and state is FREE else state


@dataclass(kw_only=True)
class LiveState:
    """What is known of the queues of one contract. Everything in it is bounded."""

    queues: frozenset[str]
    day: date = date.min
    answered: int = 0
    abandoned: int = 0
    is_changed: bool = True
    callers: dict[str, Caller] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    talking: OrderedDict[str, str] = field(default_factory=OrderedDict)
    _counted: OrderedDict[str, None] = field(default_factory=OrderedDict)

    def forget_present(self) -> None:
        """Forget who is there: a new connection begins by asking."""
        self.callers.clear()
        self.agents.clear()
        self.talking.clear()
        self.is_changed = True

    def take(self, event: Block, *, at: float, day: date) -> None:
        """Add one event; those of other queues and of no meaning here change nothing."""
        step = STEPS.get(event.get("Event", ""))
        if step is None or ("Queue" in event and event["Queue"] not in self.queues):
            return
        if day != self.day:
            self.day, self.answered, self.abandoned = day, 0, 0
            self._counted.clear()
        step(self, event, at)
        self.is_changed = True

    def _join(self, event: Block, at: float) -> None:
        key = event.get("Uniqueid", "")
        if key and "Queue" in event and len(self.callers) < MOST_CALLERS:
            number = compared_number(event.get("CallerIDNum"))
            self.callers[key] = Caller(number=number, queue=event["Queue"][:LONGEST_NAME], joined_at=at)

    def _entry(self, event: Block, at: float) -> None:
        waited = event.get("Wait", "0")
        self._join(event, at - (int(waited) if waited.isascii() and waited.isdigit() and len(waited) < 8 else 0))  # noqa: PLR2004

    def _leave(self, event: Block, _at: float) -> None:
        self.callers.pop(event.get("Uniqueid", ""), None)

    def _abandon(self, event: Block, at: float) -> None:
        self._leave(event, at)
        if self._is_new(event):
            self.abandoned += 1

    def _ring(self, event: Block, _at: float) -> None:
        caller = self.callers.get(event.get("Uniqueid", ""))
        if caller is not None:
            caller.rings = event.get("Interface", "")[:LONGEST_NAME]

    def _ring_no_more(self, event: Block, _at: float) -> None:
        caller = self.callers.get(event.get("Uniqueid", ""))
        if caller is not None:
            caller.rings = ""

    def _connect(self, event: Block, at: float) -> None:
        caller = self.callers.get(event.get("Uniqueid", ""))
        number = caller.number if caller else compared_number(event.get("CallerIDNum"))
        self._leave(event, at)
        _remember(self.talking, event.get("Interface", "")[:LONGEST_NAME], number, most=MOST_AGENTS)
        if self._is_new(event):
            self.answered += 1

    def _complete(self, event: Block, _at: float) -> None:
        self.talking.pop(event.get("Interface", "")[:LONGEST_NAME], None)

    def _is_new(self, event: Block) -> bool:
        """Return whether the call was not counted today; a call that goes from queue to queue counts once."""
        key = event.get("Linkedid") or event.get("Uniqueid", "")
        if not key or key in self._counted:
            return False
        _remember(self._counted, key, None, most=MOST_REMEMBERED)
        return True

    def _member(self, event: Block, _at: float) -> None:
        key = (event.get("Interface") or event.get("Location") or "")[:LONGEST_NAME]
        if not key or (key not in self.agents and len(self.agents) >= MOST_AGENTS):
            return
        agent = self.agents.setdefault(key, Agent(name=""))
        agent.name = (event.get("MemberName") or event.get("Name") or agent.name or key)[:LONGEST_NAME]
        agent.status = event.get("Status", agent.status)
        agent.is_paused = event.get("Paused", "1" if agent.is_paused else "0") == "1"
        agent.reason = event.get("PausedReason", agent.reason)[:LONGEST_NAME] if agent.is_paused else ""

    def _member_gone(self, event: Block, _at: float) -> None:
        self.agents.pop(event.get("Interface", "")[:LONGEST_NAME], None)

    def content(self) -> dict[str, Any]:
        """Return the state as plain data, for the board."""
        return {
            "callers": [
                {"number": each.number, "queue": each.queue, "joined_at": each.joined_at, "rings": each.rings}
                for each in sorted(self.callers.values(), key=lambda one: one.joined_at)
            ],
            "agents": [
                {
                    "interface": key, "name": each.name, "state": each.state, "reason": each.reason,
                    "number": self.talking.get(key, "") if each.state is TALKING else "",
                }
                for key, each in sorted(self.agents.items())
            ],
            "day": self.day.isoformat(), "answered": self.answered, "abandoned": self.abandoned,
        }  # fmt: skip

    def resume(self, content: Mapping[str, Any], *, day: date) -> None:
        """Go on counting from the board of before a restart, where it is today's."""
        answered, abandoned = content.get("answered"), content.get("abandoned")
        if content.get("day") == day.isoformat() and isinstance(answered, int) and isinstance(abandoned, int):
            self.day, self.answered, self.abandoned = day, answered, abandoned


def _remember(kept: OrderedDict[str, Any], key: str, value: object, *, most: int) -> None:
    kept[key] = value
    if len(kept) > most:
        kept.popitem(last=False)


STEPS = {
    "QueueCallerJoin": LiveState._join,  # noqa: SLF001  # a table of its own methods
    "QueueEntry": LiveState._entry,  # noqa: SLF001
    "QueueCallerLeave": LiveState._leave,  # noqa: SLF001
    "QueueCallerAbandon": LiveState._abandon,  # noqa: SLF001
    "Hangup": LiveState._leave,  # noqa: SLF001
    "AgentCalled": LiveState._ring,  # noqa: SLF001
    "AgentRingNoAnswer": LiveState._ring_no_more,  # noqa: SLF001
    "AgentConnect": LiveState._connect,  # noqa: SLF001
    "AgentComplete": LiveState._complete,  # noqa: SLF001
    "AgentDump": LiveState._complete,  # noqa: SLF001
    "QueueMember": LiveState._member,  # noqa: SLF001
    "QueueMemberAdded": LiveState._member,  # noqa: SLF001
    "QueueMemberStatus": LiveState._member,  # noqa: SLF001
    "QueueMemberPause": LiveState._member,  # noqa: SLF001
    "QueueMemberRemoved": LiveState._member_gone,  # noqa: SLF001
}
