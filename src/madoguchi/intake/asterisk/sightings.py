"""What the lines give away about the PBX itself: who calls, who answers, what a context does.

A sighting is a fact about names, not about a call, so few are kept however long the logs are; what is worked
out from them depends on the set of lines alone.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import NamedTuple

from madoguchi.intake.asterisk.cel import extra_of
from madoguchi.intake.asterisk.ids import peer_of
from madoguchi.intake.asterisk.numbers import is_dialled_number
from madoguchi.intake.asterisk.queue_log import KNOWN
from madoguchi.intake.asterisk.reading import Record
from madoguchi.intake.asterisk.records import CdrRow, CelEvent, QueueEvent
from madoguchi.intake.asterisk.source import AsteriskSource

MENU_APPLICATIONS = frozenset({"read", "waitexten", "background", "backgrounddetect", "directory", "disa"})
CLOSED_APPLICATIONS = frozenset(
    {
        "answer",
        "playback",
        "wait",
        "hangup",
        "progress",
        "ringing",
        "playtones",
        "noop",
        "set",
        "busy",
        "voicemail",
        "record",
        "congestion",
    }
)
QUEUE, OUTGOING, HANGUP = "Queue", "AppQueue", "Hangup"
SYSTEM_SOURCE = "dialplan"
OUTSIDE = "outside"
NOT_FROM_OUTSIDE = (
    "Local/",
    "Message/",
    "CBAnn/",
    "CBRec/",
    "Snoop/",
    "Surrogate/",
    "Announcer/",
    "Recorder/",
)
CLOSED_WORDS = re.compile(
    r"clos|after.?hour|off.?hour|out.?of.?hour|ooh|night|holiday|weekend|時間外|休日|夜間|閉|jikangai|kyujitsu|yakan"
)


class Sight(StrEnum):
    QUEUE_CALLER = "queue_caller"
    AGENT = "agent"
    STARTS_IN = "starts_in"
    APPLICATION = "application"
    PAUSE_REASON = "pause_reason"
    NO_CALL_ID = "no_call_id"
    UNKNOWN_EVENT = "unknown_event"


class Sighting(NamedTuple):
    sight: Sight
    name: str
    detail: str = ""


def sightings_of(record: Record) -> Iterable[Sighting]:
    if isinstance(record, QueueEvent):
        if record.event in ("PAUSE", "PAUSEALL"):
            return (Sighting(Sight.PAUSE_REASON, plain_reason("".join(record.parameters[:1]))),)
        return () if record.event in KNOWN else (Sighting(Sight.UNKNOWN_EVENT, record.event),)
    if isinstance(record, CdrRow):
        return _of_cdr(record)
    return _of_cel(record) if isinstance(record, CelEvent) else ()


def _of_cdr(row: CdrRow) -> Iterator[Sighting]:
    if not row.call_id:
        yield Sighting(Sight.NO_CALL_ID, "")
    if row.application == QUEUE and not row.channel.startswith(NOT_FROM_OUTSIDE):
        yield _queue_caller(row.channel, row.caller)
        if row.destination and not row.destination.startswith(NOT_FROM_OUTSIDE):
            yield Sighting(Sight.AGENT, peer_of(row.destination))
    if row.application == OUTGOING:
        yield Sighting(Sight.AGENT, peer_of(row.channel))
    elif row.context and row.application:
        yield Sighting(Sight.APPLICATION, row.context, row.application.lower())


def _of_cel(event: CelEvent) -> Iterator[Sighting]:
    if event.event == "CHAN_START" and event.extension not in ("", "s"):
        yield Sighting(Sight.STARTS_IN, event.context, peer_of(event.channel))
    elif event.event in ("APP_START", "DTMF"):
        yield Sighting(Sight.APPLICATION, event.context, event.application.lower())
        if event.application == QUEUE and not event.channel.startswith(NOT_FROM_OUTSIDE):
            yield _queue_caller(event.channel, event.caller)
    elif event.event == "ANSWER" and event.application == OUTGOING:
        yield Sighting(Sight.AGENT, peer_of(event.channel))
    elif event.event == "HANGUP" and str(extra_of(event).get("hangupsource", "")).startswith(SYSTEM_SOURCE):
        yield Sighting(Sight.APPLICATION, event.context, HANGUP.lower())


def _queue_caller(channel: str, caller: str) -> Sighting:
    return Sighting(Sight.QUEUE_CALLER, peer_of(channel), OUTSIDE if is_dialled_number(caller) else "")


@lru_cache(maxsize=4096)
def plain_reason(reason: str) -> str:
    return unicodedata.normalize("NFKC", reason).strip().lower().replace("-", " ")


@dataclass(frozen=True, kw_only=True, slots=True)
class Roles:
    """What the PBX's names stand for: as the profile says, else as the sightings show."""

    trunk_patterns: tuple[str, ...]
    trunk_peers: frozenset[str]
    agent_peers: frozenset[str]
    entry_contexts: frozenset[str]
    menu_contexts: frozenset[str]
    closed_contexts: frozenset[str]
    uses_wrap_up: bool
    has_rows_without_id: bool

    def is_from_outside(self, *, channel: str, context: str) -> bool:
        """Say whether a channel that starts a call brings a caller from outside."""
        if self.trunk_patterns:
            return any(fnmatchcase(channel, pattern) for pattern in self.trunk_patterns)
        peer = peer_of(channel)
        if peer in self.trunk_peers:
            return True
        if channel.startswith(NOT_FROM_OUTSIDE) or peer in self.agent_peers:
            return False
        return not self.trunk_peers or context in self.entry_contexts


def work_out_roles(*, source: AsteriskSource, sightings: Iterable[Sighting]) -> Roles:
    seen = set(sightings)
    # where the profile names the trunks nothing else is asked, and a new agent changes nothing
    peers = set() if source.trunk_channels else seen
    agents = frozenset(each.name for each in peers if each.sight is Sight.AGENT)
    trunks = _trunks(peers, agents)
    starts = {each for each in seen if each.sight is Sight.STARTS_IN}
    entries = {each.name for each in starts if each.detail in trunks}
    entries -= {each.name for each in starts if each.detail in agents}
    reasons = {plain_reason(reason) for reason in source.wrap_up_reasons}
    # a context in which calls begin leads on: what one call heard there says nothing of the others
    first = {each.name for each in starts}
    applications: dict[str, set[str]] = {}
    for each in seen:
        if each.sight is Sight.APPLICATION:
            applications.setdefault(each.name, set()).add(each.detail)
    return Roles(
        trunk_patterns=source.trunk_channels,
        trunk_peers=trunks,
        agent_peers=agents,
        entry_contexts=frozenset(entries),
        menu_contexts=frozenset(name for name, used in applications.items() if used & MENU_APPLICATIONS),
        closed_contexts=frozenset(
            name for name, used in applications.items() if name not in first and _is_closed(name, used)
        ),
        uses_wrap_up=any(each.sight is Sight.PAUSE_REASON and each.name in reasons for each in seen),
        has_rows_without_id=any(each.sight is Sight.NO_CALL_ID for each in seen),
    )


def _trunks(peers: set[Sighting], agents: frozenset[str]) -> frozenset[str]:
    """Return the peers whose callers enter queues; agents who ask another queue are no trunk.

    Where agents are reached over the only trunk there is, callers' numbers tell it.
    """
    callers = {each for each in peers if each.sight is Sight.QUEUE_CALLER}
    others = frozenset(each.name for each in callers) - agents
    return others or frozenset(each.name for each in callers if each.detail == OUTSIDE)


def _is_closed(context: str, used: set[str]) -> bool:
    """Say whether a context plays, ends the call and leads nowhere; its name may say it too."""
    if not used <= CLOSED_APPLICATIONS:
        return False
    return HANGUP.lower() in used or CLOSED_WORDS.search(context.lower()) is not None
