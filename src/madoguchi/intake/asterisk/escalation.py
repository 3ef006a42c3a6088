"""Transfers to the second level: which they are, and when the caller was passed on."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from madoguchi.intake.asterisk.cel import extra_of
from madoguchi.intake.asterisk.channel_journey import TRANSFERS
from madoguchi.intake.asterisk.journey import Journey, Leg, LegEnd
from madoguchi.intake.asterisk.moments import MILLION
from madoguchi.intake.asterisk.records import CdrRow, CelEvent
from madoguchi.intake.asterisk.source import AsteriskSource, ConsultMoment

LOCAL_CHANNEL = re.compile(r"Local/([^@/-]+)@")
# a caller passed on to a queue enters it in the same second or the next ones
ENTERS_WITHIN_SECONDS = 5
# logs of one call differ by a rounded second
SLACK_SECONDS = 1


class Escalation(NamedTuple):
    at: int | None = None
    to: str = ""
    unknown_target_count: int = 0


def cut_at_transfers(journey: Journey, *, call_id: str, cel: Sequence[CelEvent]) -> None:
    """End legs where CEL shows that the agent passed the caller on.

    Members that are Local channels leave no transfer row in queue_log: its talk time then holds the second
    party's too.
    """
    if not cel:
        return
    transfers = sorted(event for event in cel if event.event in TRANSFERS and event.call_id != call_id)
    for leg in journey.legs:
        if leg.end is not LegEnd.COMPLETED or leg.ended_at is None:
            continue
        within = range(leg.answered_at, leg.ended_at - SLACK_SECONDS)
        passed_on = next((event for event in transfers if event.at // MILLION in within), None)
        if passed_on is None:
            continue
        leg.ended_at, leg.end = passed_on.at // MILLION, TRANSFERS[passed_on.event]
        leg.talk_seconds = leg.ended_at - leg.answered_at
        leg.target = str(extra_of(passed_on).get("extension", ""))


def escalation_of(
    *, source: AsteriskSource, journey: Journey, cel: Sequence[CelEvent], cdr: Sequence[CdrRow]
) -> Escalation:
    """Return the call's first transfer to the second level."""
    unknown = 0
    for leg in sorted(journey.legs, key=lambda each: each.answered_at):
        if leg.ended_at is None or leg.end not in (LegEnd.BLIND, LegEnd.ATTENDED):
            continue
        found = _blind(source, leg, journey) if leg.end is LegEnd.BLIND else _attended(source, leg, journey, cel, cdr)
        if found is not None:
            return found._replace(unknown_target_count=unknown)
        unknown += leg.end is LegEnd.ATTENDED and not cel and not cdr
    return Escalation(unknown_target_count=unknown)


def _blind(source: AsteriskSource, leg: Leg, journey: Journey) -> Escalation | None:
    assert leg.ended_at is not None  # the caller of this looks at ended legs
    queue = _second_level_queue(source, journey, leg.ended_at, leg.ended_at + ENTERS_WITHIN_SECONDS)
    if leg.target in source.second_level_extensions or queue is not None:
        return Escalation(at=leg.ended_at, to=leg.target or str(queue))
    return None


def _attended(
    source: AsteriskSource, leg: Leg, journey: Journey, cel: Sequence[CelEvent], cdr: Sequence[CdrRow]
) -> Escalation | None:
    assert leg.ended_at is not None  # the caller of this looks at ended legs
    consults = [
        (at, to)
        for at, to in (*_consults_in_cel(source, cel), *_consults_in_cdr(source, cdr))
        if leg.answered_at - SLACK_SECONDS <= at <= leg.ended_at + SLACK_SECONDS
    ]
    queue = _second_level_queue(source, journey, leg.answered_at, leg.ended_at)
    if queue is not None:
        entered = min(visit.entered_at for visit in journey.visits if visit.queue == queue)
        consults.append((max(entered, leg.answered_at), queue))
    if not consults:
        return None
    at, to = min(consults)
    return Escalation(at=leg.ended_at if source.attended_transfer_at is ConsultMoment.COMPLETION else at, to=to)


def _second_level_queue(source: AsteriskSource, journey: Journey, start: int, end: int) -> str | None:
    for visit in journey.visits:
        if visit.queue in source.second_level_queues and start <= visit.entered_at <= end:
            return visit.queue
    return None


def _consults_in_cel(source: AsteriskSource, cel: Sequence[CelEvent]) -> list[tuple[int, str]]:
    return [
        (event.at // MILLION, event.extension)
        for event in cel
        if event.event == "CHAN_START" and event.extension in source.second_level_extensions
    ]


def _consults_in_cdr(source: AsteriskSource, cdr: Sequence[CdrRow]) -> list[tuple[int, str]]:
    found = []
    for row in cdr:
        named = {row.dialled, *LOCAL_CHANNEL.findall(row.destination), *LOCAL_CHANNEL.findall(row.channel)}
        to = sorted(named.intersection(source.second_level_extensions))
        found += [(row.start, to[0])] if to else []
    return found
