"""A caller's journey read from CEL, or as far as it goes from CDR: for calls that queue_log does not hold."""

from collections.abc import Sequence

from madoguchi.intake.asterisk.cel import extra_of
from madoguchi.intake.asterisk.ids import peer_of
from madoguchi.intake.asterisk.journey import Journey, Left, Leg, LegEnd, Visit
from madoguchi.intake.asterisk.moments import MILLION
from madoguchi.intake.asterisk.records import CdrRow, CelEvent
from madoguchi.intake.asterisk.sightings import QUEUE
from madoguchi.intake.asterisk.source import AsteriskSource
from madoguchi.intake.asterisk.trunk import Ending, Trunk

TRANSFERS = {"BLINDTRANSFER": LegEnd.BLIND, "ATTENDEDTRANSFER": LegEnd.ATTENDED}
# a queue that is full or empty is left within the second in which it was asked
REFUSED_WITHIN_SECONDS = 1
DIAL = "Dial"


def cel_journey(*, source: AsteriskSource, call_id: str, events: Sequence[CelEvent], trunk: Trunk) -> Journey:
    """Return the journey of the channel `call_id` from the events of its whole call."""
    ordered = sorted(events)
    own = [event for event in ordered if event.call_id == call_id]
    legs = _legs(own, ordered)
    visits = _visits(source, own, legs, trunk)
    latest = max((event.at // MILLION for event in ordered), default=None)
    return Journey(visits=visits, legs=legs, latest_at=latest, is_over=trunk.ended_at is not None)


def _queue_of(event: CelEvent) -> str:
    return event.data.split(",", 1)[0].split("|", 1)[0].strip()


def _legs(own: Sequence[CelEvent], everything: Sequence[CelEvent]) -> list[Leg]:
    """Return each stretch in which the caller was connected to a person, by a queue or by Dial."""
    transfers = [event for event in everything if event.event in TRANSFERS]
    ids = {event.channel: event.call_id for event in everything}
    legs: list[Leg] = []
    for event in own:
        current = legs[-1] if legs and legs[-1].end is LegEnd.TALKING else None
        if event.event == "BRIDGE_ENTER" and current is None and event.application in (QUEUE, DIAL):
            legs.append(
                Leg(
                    queue=_queue_of(event) if event.application == QUEUE else "",
                    agent=peer_of(event.peer.split(",", 1)[0]),
                    answered_at=event.at // MILLION,
                    channel_id=ids.get(event.peer.split(",", 1)[0], ""),
                )
            )
        elif current is not None and event.event in ("BRIDGE_EXIT", "HANGUP"):
            _end(current, at=event.at, transfers=transfers)
    return legs


def _end(leg: Leg, *, at: int, transfers: Sequence[CelEvent]) -> None:
    """End a leg where its agent passed the caller on, else where the caller left the bridge."""
    started = leg.answered_at * MILLION
    passed_on = next((event for event in transfers if started <= event.at <= at), None)
    leg.ended_at = (passed_on.at if passed_on else at) // MILLION
    leg.talk_seconds = leg.ended_at - leg.answered_at
    leg.end = TRANSFERS[passed_on.event] if passed_on else LegEnd.COMPLETED
    if passed_on is not None and leg.end is LegEnd.BLIND:
        leg.target = str(extra_of(passed_on).get("extension", ""))


def _visits(source: AsteriskSource, own: Sequence[CelEvent], legs: Sequence[Leg], trunk: Trunk) -> list[Visit]:
    visits: list[Visit] = []
    for event in own:
        if event.application != QUEUE:
            continue
        if event.event == "APP_START":
            visits.append(Visit(queue=_queue_of(event), entered_at=event.at // MILLION))
        elif event.event == "APP_END":
            visit = _ended_visit(event, visits, own)
            visit.left_at = event.at // MILLION
            visit.left = _how_left(source, visit, own=own, end=event, trunk=trunk)
    for visit in visits:
        leg = next((each for each in legs if _is_of(each, visit)), None)
        if leg is not None:
            visit.left, visit.left_at = Left.CONNECTED, leg.answered_at
    return [visit for visit in visits if visit.left is not Left.EMPTY] or visits


def _ended_visit(end: CelEvent, visits: list[Visit], own: Sequence[CelEvent]) -> Visit:
    """Return the visit an APP_END belongs to: a caller passed on to another queue has no APP_START there."""
    if visits and visits[-1].queue == _queue_of(end) and visits[-1].left is Left.WAITING:
        return visits[-1]
    exits = [event.at for event in own if event.event == "BRIDGE_EXIT" and event.at < end.at]
    visit = Visit(queue=_queue_of(end), entered_at=max(exits, default=end.at) // MILLION)
    visits.append(visit)
    return visit


def _is_of(leg: Leg, visit: Visit) -> bool:
    within = visit.left_at is None or leg.answered_at <= visit.left_at
    return leg.queue == visit.queue and visit.entered_at <= leg.answered_at and within


def _how_left(source: AsteriskSource, visit: Visit, *, own: Sequence[CelEvent], end: CelEvent, trunk: Trunk) -> Left:
    later = [event for event in own if event.at > end.at and event.event == "APP_START"]
    is_final = not later and trunk.ended_at is not None and trunk.ended_at - end.at // MILLION <= 1
    if is_final and trunk.ending in (Ending.CALLER, Ending.UNKNOWN):
        return Left.ABANDONED
    if end.at // MILLION - visit.entered_at <= REFUSED_WITHIN_SECONDS:
        return Left.EMPTY
    pressed = [event for event in own if event.event == "DTMF" and end.at - MILLION <= event.at <= end.at]
    if end.context in source.exit_contexts or any(event.application == QUEUE for event in pressed):
        return Left.KEY
    return Left.TIMEOUT


def cdr_journey(*, source: AsteriskSource, rows: Sequence[CdrRow]) -> Journey:
    """Return what CDR alone tells: that a queue or Dial connected the caller with somebody.

    It holds neither when the caller entered the queue nor when a person answered: its times count from the
    first answer of the PBX.
    """
    ordered = sorted(rows, key=lambda row: (row.start, row.end, row))
    legs, visits = [], []
    for row in ordered:
        if row.application not in (QUEUE, DIAL):
            continue
        if row.destination and row.disposition == "ANSWERED":
            legs.append(Leg(queue="", agent=peer_of(row.destination), answered_at=row.start, ended_at=row.end))
        else:
            visits.append(Visit(queue="", entered_at=row.start, left_at=row.end, left=_cdr_left(source, ordered[-1])))
    for leg in legs:
        leg.end = LegEnd.COMPLETED
    latest = max((row.end for row in rows), default=None)
    return Journey(visits=visits, legs=legs, latest_at=latest, is_over=bool(rows), has_moments=False)


def _cdr_left(source: AsteriskSource, final: CdrRow) -> Left:
    if final.application in (QUEUE, DIAL):
        return Left.ABANDONED
    return Left.KEY if final.context in source.exit_contexts else Left.TIMEOUT
