"""A caller's journey read from queue_log."""

from collections.abc import Iterable

from madoguchi.intake.asterisk.journey import Journey, Left, Leg, LegEnd, Visit
from madoguchi.intake.asterisk.records import QueueEvent

EXITS = {
    "ABANDON": Left.ABANDONED,
    "EXITWITHTIMEOUT": Left.TIMEOUT,
    "EXITEMPTY": Left.EMPTY,
    "EXITWITHKEY": Left.KEY,
    "WITHDRAW": Left.WITHDRAWN,
    "SYSCOMPAT": Left.DROPPED,
}
LEG_ENDS = {
    "COMPLETECALLER": LegEnd.COMPLETED,
    "COMPLETEAGENT": LegEnd.COMPLETED,
    "BLINDTRANSFER": LegEnd.BLIND,
    "TRANSFER": LegEnd.BLIND,
    "ATTENDEDTRANSFER": LegEnd.ATTENDED,
}
ENTER, CONNECT = "ENTERQUEUE", "CONNECT"
STEPS = frozenset({ENTER, CONNECT, *EXITS, *LEG_ENDS})
FINAL = frozenset({"ABANDON", "COMPLETECALLER", "COMPLETEAGENT", "SYSCOMPAT"})
# where the position stands in the parameters of an exit; the one at entry follows it
POSITION_POSITION = {"ABANDON": 0, "EXITWITHTIMEOUT": 0, "EXITEMPTY": 0, "EXITWITHKEY": 1, "WITHDRAW": 0}
ENTERED_POSITION = 2
LONGEST_NUMBER = 18
# where the waiting time stands in the parameters of an exit, where hold and talk time in those of a leg's end
WAIT_POSITION = {"ABANDON": 2, "EXITWITHTIMEOUT": 2, "EXITEMPTY": 2, "EXITWITHKEY": 3, "WITHDRAW": 2}
TIMES_POSITION = {
    "COMPLETECALLER": 0,
    "COMPLETEAGENT": 0,
    "BLINDTRANSFER": 2,
    "TRANSFER": 2,
    "ATTENDEDTRANSFER": -3,
}


def queue_journey(events: Iterable[QueueEvent]) -> Journey:
    """Return the visits and legs of one call.

    Lines without those before them (of a call that began before the first log kept) are used as far as their
    durations tell of the past.
    """
    by_second: dict[int, list[QueueEvent]] = {}
    for event in set(events):
        if event.event in STEPS:
            by_second.setdefault(event.at, []).append(event)
    journey = Journey(visits=[], legs=[])
    final = None
    for second in sorted(by_second):
        waiting = by_second[second]
        while waiting:
            final = waiting[0] if len(waiting) == 1 else min(waiting, key=lambda event: _rank(event, journey))
            waiting.remove(final)
            _apply(final, journey)
    if final is not None:
        journey.latest_at = final.at
        journey.is_over = final.event in FINAL and all(leg.ended_at is not None for leg in journey.legs)
    return journey


def _rank(event: QueueEvent, journey: Journey) -> tuple[bool, int, QueueEvent]:
    """Order the events of one second as they can have happened: the log's order is not to be relied on."""
    if event.event in LEG_ENDS:
        is_possible, rank = _open_leg(event, journey) is not None, 0
    elif event.event in EXITS:
        is_possible, rank = _open_visit(event.queue, journey) is not None, 1
    elif event.event == CONNECT:
        is_possible, rank = _open_visit(event.queue, journey) is not None, 2
    else:
        is_possible, rank = _open_visit(event.queue, journey) is None, 3
    return (not is_possible, rank if is_possible else -rank, event)


def _apply(event: QueueEvent, journey: Journey) -> None:
    if event.event == ENTER:
        position = _known_number(event, ENTERED_POSITION)
        journey.visits.append(Visit(queue=event.queue, entered_at=event.at, entered_position=position))
    elif event.event == CONNECT:
        visit = _open_visit(event.queue, journey) or _earlier_visit(event, journey, waited=_number(event, 0))
        visit.left_at, visit.left = event.at, Left.CONNECTED
        journey.legs.append(
            Leg(
                queue=event.queue,
                agent=event.agent,
                answered_at=event.at,
                channel_id="".join(event.parameters[1:2]),
            )
        )
    elif event.event in EXITS:
        waited = _number(event, WAIT_POSITION.get(event.event, 0))
        visit = _open_visit(event.queue, journey) or _earlier_visit(event, journey, waited=waited)
        visit.left_at, visit.left = event.at, EXITS[event.event]
        if event.event in POSITION_POSITION:
            visit.left_position = _known_number(event, POSITION_POSITION[event.event])
    else:
        _end_leg(event, journey)


def _end_leg(event: QueueEvent, journey: Journey) -> None:
    position = TIMES_POSITION[event.event]
    talked = _number(event, position + 1)
    leg = _open_leg(event, journey)
    if leg is None:
        answered_at = event.at - talked
        waited = _number(event, position)
        visit = Visit(queue=event.queue, entered_at=answered_at - waited, left_at=answered_at, left=Left.CONNECTED)
        leg = Leg(queue=event.queue, agent=event.agent, answered_at=answered_at)
        journey.visits.append(visit)
        journey.legs.append(leg)
    leg.ended_at, leg.end, leg.talk_seconds = event.at, LEG_ENDS[event.event], talked
    if leg.end is LegEnd.BLIND:
        leg.target = event.parameters[0]


def _earlier_visit(event: QueueEvent, journey: Journey, *, waited: int) -> Visit:
    visit = Visit(queue=event.queue, entered_at=event.at - waited)
    journey.visits.append(visit)
    return visit


def _open_visit(queue: str, journey: Journey) -> Visit | None:
    return next((each for each in journey.visits if each.queue == queue and each.left is Left.WAITING), None)


def _open_leg(event: QueueEvent, journey: Journey) -> Leg | None:
    talking = [leg for leg in journey.legs if leg.end is LegEnd.TALKING and leg.queue == event.queue]
    return next((leg for leg in talking if leg.agent == event.agent), talking[0] if talking else None)


def _number(event: QueueEvent, position: int) -> int:
    return _known_number(event, position) or 0


def _known_number(event: QueueEvent, position: int) -> int | None:
    """Return the number at a place among the parameters, None where there is none."""
    inside = -len(event.parameters) <= position < len(event.parameters)
    text = event.parameters[position] if inside else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None
