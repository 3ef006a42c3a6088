"""One call rebuilt from all lines about it."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.vocabulary import CallFinding, CallOutcome
from madoguchi.intake.asterisk.channel_journey import cdr_journey, cel_journey
from madoguchi.intake.asterisk.escalation import cut_at_transfers, escalation_of
from madoguchi.intake.asterisk.evidence import CallGroup, Evidence
from madoguchi.intake.asterisk.ids import started_at
from madoguchi.intake.asterisk.journey import Journey, Leg
from madoguchi.intake.asterisk.menu import menu_steps
from madoguchi.intake.asterisk.moments import MILLION
from madoguchi.intake.asterisk.numbers import shown_number
from madoguchi.intake.asterisk.outcome import Verdict, is_finished, outcome_of
from madoguchi.intake.asterisk.queue_journey import ENTER, queue_journey
from madoguchi.intake.asterisk.records import CdrRow, CelEvent, QueueEvent
from madoguchi.intake.asterisk.sightings import Roles
from madoguchi.intake.asterisk.source import AsteriskSource, LogKind
from madoguchi.intake.asterisk.trunk import Trunk, trunk_of
from madoguchi.intake.asterisk.wrap_up import WrapUp, WrapUps

Fact = str | int | None
Facts = Mapping[str, Fact]
Finding = tuple[CallFinding, str]
DAY_SECONDS = 86_400
DID = "DID"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What is the same for all calls of one rebuild. `restarts` are sorted."""

    source: AsteriskSource
    roles: Roles
    wrap_ups: WrapUps
    restarts: Sequence[int]
    horizon: int | None


class AgentLeg(NamedTuple):
    """A stretch in which somebody talked to the caller."""

    agent: str
    queue: str
    answered_at: int
    ended_at: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RebuiltCall:
    """A call as its own lines tell it; moments are UTC seconds.

    `facts` is empty where nobody called from outside. `is_provisional` says that lines about other things (a
    restart, later time) may still change it.
    """

    key: str
    facts: Facts
    file: str = ""
    latest_at: int = 0
    findings: tuple[Finding, ...] = ()
    legs: tuple[AgentLeg, ...] = ()
    is_provisional: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Lines:
    """The lines of one group: `own` ones are those of the caller's channel."""

    queue: Sequence[QueueEvent]
    own_cdr: Sequence[CdrRow]
    own_cel: Sequence[CelEvent]
    cdr: Sequence[CdrRow]
    cel: Sequence[CelEvent]


def rebuild_call(*, group: CallGroup, evidence: Evidence, rules: Rules) -> RebuiltCall:
    """Return the call of a group. Raises InvalidInputError where two CDR rows contradict each other."""
    if group.entry is None:
        return RebuiltCall(key=group.ids[0], facts={}, findings=((CallFinding.NOT_INBOUND, ""),))
    lines = _lines(group, group.entry, evidence)
    _require_one_content(lines.cdr, file=evidence.files.get(group.entry, ""))
    trunk = trunk_of(source=rules.source, cdr=lines.own_cdr, cel=lines.own_cel)
    journey = _journey(rules.source, group.entry, lines, trunk)
    cut_at_transfers(journey, call_id=group.entry, cel=lines.cel)
    latest = _latest(journey, trunk, lines)
    was_restarted = bisect_right(rules.restarts, latest) < len(rules.restarts)
    is_done = is_finished(journey=journey, trunk=trunk, horizon=rules.horizon, was_restarted=was_restarted)
    is_cut_off = not is_done and was_restarted
    verdict = outcome_of(
        source=rules.source,
        roles=rules.roles,
        journey=journey,
        trunk=trunk,
        is_open=not is_done and not is_cut_off,
        is_cut_off=is_cut_off,
    )
    wrap_up = _wrap_up(rules, journey)
    facts = _facts(rules.source, group.entry, lines, trunk, journey)
    facts |= {"outcome": verdict.outcome, "wrap_up_seconds": wrap_up.seconds}
    escalation = escalation_of(source=rules.source, journey=journey, cel=lines.cel, cdr=lines.cdr)
    facts |= {"escalated_at": escalation.at, "escalated_to": escalation.to or None}
    findings = list(_findings(verdict, wrap_up, facts, rules, latest))
    findings += [(CallFinding.TRANSFER_TARGET_UNKNOWN, "")] * escalation.unknown_target_count
    return RebuiltCall(
        key=group.entry,
        facts=facts,
        file=min(evidence.files[each] for each in group.ids if each in evidence.files),
        latest_at=latest,
        findings=tuple(findings),
        legs=_agent_legs(journey),
        is_provisional=verdict.outcome is CallOutcome.OPEN or wrap_up.is_pending,
    )


def _lines(group: CallGroup, entry: str, evidence: Evidence) -> _Lines:
    queue: list[QueueEvent] = []
    cdr: list[CdrRow] = []
    cel: list[CelEvent] = []
    for each in group.ids:
        queue += evidence.queue.get(each, ())
        cdr += evidence.cdr.get(each, ())
        cel += evidence.cel.get(each, ())
    return _Lines(
        queue=queue,
        own_cdr=evidence.cdr.get(entry, ()),
        own_cel=evidence.cel.get(entry, ()),
        cdr=cdr,
        cel=cel,
    )


def _require_one_content(rows: Sequence[CdrRow], *, file: str) -> None:
    """Refuse two rows with one number and different contents: two exports that cannot both be right."""
    known: dict[tuple[str, str], CdrRow] = {}
    for row in rows:
        first = known.setdefault((row.call_id, row.sequence), row)
        if row.sequence and first != row:
            given = f"row {row.call_id} sequence {row.sequence} twice, with different contents"
            allowed = "one row for each uniqueid and sequence: is one of the exports in another zone?"
            raise InvalidInputError([Problem(where=file, key="sequence", given=given, allowed=allowed)])


def _journey(source: AsteriskSource, entry: str, lines: _Lines, trunk: Trunk) -> Journey:
    """Return the way through the queues: from queue_log, unless another log shows that lines lack."""
    logged = queue_journey(lines.queue)
    if lines.own_cel:
        seen = cel_journey(source=source, call_id=entry, events=lines.cel, trunk=trunk)
        is_longer = len(seen.visits) > len(logged.visits) and logged.visits != []
        is_missing = not logged.visits or (bool(seen.legs) and not logged.legs)
        is_cut = logged.is_unfinished() and trunk.ended_at is not None
        if is_missing or is_cut or is_longer:
            return seen if seen.visits or seen.legs else logged
    if not logged.visits and lines.own_cdr:
        return cdr_journey(source=source, rows=lines.own_cdr)
    return logged


def _agent_legs(journey: Journey) -> tuple[AgentLeg, ...]:
    if not journey.has_moments:
        return ()
    legs = (AgentLeg(leg.agent, leg.queue, leg.answered_at, leg.ended_at) for leg in journey.legs if leg.agent)
    return tuple(sorted(legs, key=lambda leg: (leg.answered_at, leg.agent)))


def _latest(journey: Journey, trunk: Trunk, lines: _Lines) -> int:
    moments = [journey.latest_at or 0, trunk.started_at or 0, trunk.ended_at or 0]
    moments += [event.at // MILLION for event in lines.own_cel]
    moments += [event.at for event in lines.queue]
    return max(moments)


def _wrap_up(rules: Rules, journey: Journey) -> WrapUp:
    leg = journey.first_leg()
    is_known = journey.has_moments and rules.roles.uses_wrap_up
    if leg is None or leg.ended_at is None or not is_known:
        return WrapUp(seconds=None)
    return rules.wrap_ups.after(agent=leg.agent, ended_at=leg.ended_at)


def _facts(source: AsteriskSource, entry: str, lines: _Lines, trunk: Trunk, journey: Journey) -> dict[str, Fact]:
    leg = journey.first_leg()
    return {
        "offered_at": _offered_at(source, entry, lines, trunk),
        "line": _line(source, lines, trunk, journey),
        "caller": _caller(lines, trunk),
        "ended_at": _ended_at(journey, trunk),
        "talk_seconds": leg.talk_seconds if leg and journey.has_moments else None,
        "agent": (leg.agent or None) if leg else None,
        "menu_steps": menu_steps(lines.own_cel) or None,
        **_queue_facts(journey, leg),
    }


def _queue_facts(journey: Journey, leg: Leg | None) -> dict[str, Fact]:
    final = journey.final_visit()
    queue = (leg.queue if leg and leg.queue else final.queue if final else "") or None
    visit = next((each for each in journey.visits if leg and each.left_at == leg.answered_at), final)
    if not journey.has_moments and (journey.visits or journey.legs):
        return {"queue": queue, "agent_leg_count": len(journey.legs)}
    queued_at = min((visit.entered_at for visit in journey.visits), default=None)
    answered_at = leg.answered_at if leg else None
    is_known = queued_at is not None and answered_at is not None
    return {
        "queued_at": queued_at,
        "answered_at": answered_at,
        "queue": queue,
        "queue_visit_count": len(journey.visits),
        "agent_leg_count": len(journey.legs),
        "wait_seconds": answered_at - queued_at if is_known and answered_at and queued_at else None,
        "entered_position": visit.entered_position if visit else None,
        "left_position": visit.left_position if visit and leg is None else None,
    }


def _offered_at(source: AsteriskSource, entry: str, lines: _Lines, trunk: Trunk) -> int:
    """Return when the call reached the PBX: its channel's start, else the second its id was made in."""
    if trunk.started_at is not None:
        return trunk.started_at
    first = min([*(event.at for event in lines.queue), *(event.at // MILLION for event in lines.own_cel)])
    made = started_at(entry)
    if made is None:
        return first
    made += source.offset_of(LogKind.QUEUE_LOG)
    return made if 0 <= first - made <= DAY_SECONDS else first


def _line(source: AsteriskSource, lines: _Lines, trunk: Trunk, journey: Journey) -> str | None:
    """Return the number dialled: as a log holds it, else the one the profile gives for a context or queue."""
    written = next(
        (event.parameters[0] for event in sorted(lines.queue) if event.event == DID and event.parameters), ""
    )
    if written or trunk.dialled:
        return written or trunk.dialled
    names = sorted(trunk.contexts) + [visit.queue for visit in journey.visits]
    return next((source.line_of[name] for name in names if name in source.line_of), None)


def _caller(lines: _Lines, trunk: Trunk) -> str | None:
    if trunk.caller is not None:
        return trunk.caller
    entered = (event.parameters[1] for event in sorted(lines.queue) if event.event == ENTER)
    return next((found for each in entered if (found := shown_number(each))), None)


def _ended_at(journey: Journey, trunk: Trunk) -> int | None:
    if trunk.ended_at is not None:
        return trunk.ended_at
    return journey.latest_at if journey.is_over else None


def _findings(verdict: Verdict, wrap_up: WrapUp, facts: Facts, rules: Rules, latest: int) -> Iterator[Finding]:
    if verdict.outcome is CallOutcome.OPEN and (rules.horizon or 0) - latest > DAY_SECONDS:
        yield CallFinding.LONG_OPEN, ""
    elif verdict.finding is not None:
        yield verdict.finding, verdict.detail
    if verdict.outcome is CallOutcome.ANSWERED and facts["talk_seconds"] is None:
        yield CallFinding.TALK_UNKNOWN, ""
    yield from wrap_up_findings(wrap_up)


def wrap_up_findings(wrap_up: WrapUp) -> Iterator[Finding]:
    if wrap_up.is_capped:
        yield CallFinding.WRAP_UP_CAPPED, ""
    if wrap_up.is_mixed:
        yield CallFinding.WRAP_UP_MIXED, ""
    if wrap_up.is_pending:
        yield CallFinding.WRAP_UP_OPEN, ""
