"""Twilio's Call resource: one a leg. An inbound call, the legs dialled from it and its tasks are one call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from madoguchi.core.events import Value
from madoguchi.core.vocabulary import CallOutcome
from madoguchi.intake.asterisk.numbers import shown_number
from madoguchi.intake.contact_centres.conferences import (
    EVENT,
    conference_event_id,
    holds_by_call,
    is_conference_event,
    plain_conference_event,
)
from madoguchi.intake.contact_centres.fields import Fields, number_of
from madoguchi.intake.contact_centres.made import Call, Identity, Made, call, said
from madoguchi.intake.contact_centres.profile import Profile
from madoguchi.intake.contact_centres.taskrouter import Journey, journeys
from madoguchi.intake.contact_centres.taskrouter_shapes import is_event, plain_event

# what every record has: a leg, an event of TaskRouter, or a callback of a conference
NEEDED = (("sid", "status", "direction"), ("sid", "event_type", "event_date"), ("sid", EVENT, "event_date"))
COMPLETED = "completed"
GOING_ON = ("queued", "initiated", "ringing", "in-progress")
STATUSES = (*GOING_ON, COMPLETED, "busy", "failed", "no-answer", "canceled")
DIRECTIONS = ("inbound", "outbound-api", "outbound-dial", "trunking-originating", "trunking-terminating")
FIELDS = (
    "sid", "parent_call_sid", "direction", "status", "from", "to", "start_time", "end_time", "duration", "date_created",
    "date_updated",
)  # fmt: skip
# CSV files write the same names in several ways
NAMES = {name.replace("_", ""): name for name in FIELDS}
# of a call without dialled legs; "completed" says only that something of ours picked up
USUAL = {
    "busy": CallOutcome.BUSY_PBX,
    "failed": CallOutcome.FAILED,
    "no-answer": CallOutcome.IVR_ABANDONED,
    "canceled": CallOutcome.IVR_ABANDONED,
}
# of a call whose dialled legs nobody answered, by the latest of them; a busy agent is no busy call
DIALLED = {
    "dial-canceled": CallOutcome.QUEUE_ABANDONED,
    "dial-no-answer": CallOutcome.QUEUE_TIMEOUT,
    "dial-failed": CallOutcome.FAILED,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Leg:
    fields: Fields
    id: str
    parent: str | None
    direction: str
    status: str
    caller: str | None
    dialled: str | None
    started_at: datetime | None
    ended_at: datetime | None
    duration: int | None

    def answered_at(self) -> datetime | None:
        """Return the end less the duration: the duration is of the connection, not of the ringing before it."""
        if self.status != COMPLETED or self.ended_at is None or self.duration is None:
            return None
        return self.ended_at - timedelta(seconds=self.duration)


def plain_names(table: Mapping[str, object]) -> dict[str, object]:
    """Return a record by the names of the API: parentCallSid and Parent Call SID are parent_call_sid."""
    if is_conference_event(table):
        return plain_conference_event(table)
    if is_event(table):
        return plain_event(table)
    return {NAMES.get("".join(filter(str.isalnum, name)).lower(), name): value for name, value in table.items()}


def identity(fields: Fields) -> Identity:
    if EVENT in fields.table:
        return Identity(id=conference_event_id(fields), version=())
    if "event_type" in fields.table:
        return Identity(id=fields.text("sid", required=True) or "", version=())
    updated = fields.moment("date_updated")
    is_over = fields.text("status") not in GOING_ON
    version = (str(int(is_over)), updated.isoformat() if updated else "")
    return Identity(id=fields.text("sid", required=True) or "", version=version)


def make_calls(records: Sequence[Fields], *, profile: Profile) -> Made:
    """Return one call for each inbound leg without a parent, and for each call that TaskRouter alone tells of."""
    events = [each for each in records if "event_type" in each.table]
    conferences = [each for each in records if EVENT in each.table]
    resources = [each for each in records if "event_type" not in each.table and EVENT not in each.table]
    holds = holds_by_call(conferences)
    journeys_by_call, apart = journeys(events, is_alone=not resources)
    legs = {each.id: each for fields in resources if (each := _leg(fields)) is not None}
    children: dict[str, list[Leg]] = {}
    waiting, left_out = 0, apart
    for each in legs.values():
        root = _root(each, legs)
        if root.parent is not None:
            waiting += 1
        elif root.direction != "inbound":
            left_out += 1
        elif each is not root:
            children.setdefault(root.id, []).append(each)
    told = {_root(legs[name], legs).id if name in legs else name: each for name, each in journeys_by_call.items()}
    roots = [each for each in legs.values() if each.parent is None and each.direction == "inbound"]
    calls = [
        _call(each, children.get(each.id, []), profile, told.get(each.id), holds.get(each.id, {}))
        for each in roots
        if each.started_at is not None
    ]
    calls += [_told_call(each, profile, holds.get(name, {})) for name, each in sorted(told.items()) if name not in legs]
    return Made(calls=calls, left_out=left_out, waiting=waiting)


def _root(leg: Leg, legs: Mapping[str, Leg]) -> Leg:
    seen = {leg.id}
    while leg.parent is not None and leg.parent in legs and leg.parent not in seen:
        leg = legs[leg.parent]
        seen.add(leg.id)
    return leg


def _leg(fields: Fields) -> Leg | None:
    id_ = fields.text("sid", required=True)
    status = fields.word("status", STATUSES, required=True)
    direction = fields.word("direction", DIRECTIONS, required=True)
    parent = fields.text("parent_call_sid")
    is_root = parent is None and direction == "inbound"
    started_at = fields.moment("start_time") or fields.moment("date_created")
    if is_root and started_at is None:
        fields.refuse("start_time", "missing", "when the call came: it is needed")
    ended_at = fields.moment("end_time")
    fields.require_order("start_time", started_at, "end_time", ended_at)
    if id_ is None or status is None or direction is None:
        return None
    return Leg(
        fields=fields,
        id=id_,
        parent=parent,
        direction=direction,
        status=status,
        caller=shown_number(number_of(fields.text("from")) or ""),
        dialled=number_of(fields.text("to")),
        started_at=started_at,
        ended_at=ended_at,
        duration=fields.seconds("duration"),
    )


def _told_call(journey: Journey, profile: Profile, held: Mapping[str, Value]) -> Call:
    row = {**journey.parties(), **journey.row(profile), **held}
    fields = journey.first.fields
    return call(profile=profile, id=journey.id, place=fields.place, problems=fields.problems, row=row)


def _call(
    root: Leg, dialled: Sequence[Leg], profile: Profile, journey: Journey | None, held: Mapping[str, Value]
) -> Call:
    legs = sorted(dialled, key=lambda each: (each.started_at is None, each.started_at or root.started_at, each.id))
    answers = [each for each in legs if each.status == COMPLETED]
    leg = answers[0] if answers else None
    second = [each for each in legs if leg and each is not leg and each.dialled in profile.second_level_numbers]
    row: dict[str, Value] = {
        "offered_at": root.started_at,
        "line": root.dialled,
        "caller": root.caller,
        "outcome": _outcome(root, legs, profile),
        "answered_at": leg.answered_at() if leg else None,
        "ended_at": root.ended_at,
        "agent_leg_count": len(answers) if legs else None,
        "talk_seconds": leg.duration if leg else None,
        "agent": profile.agents.get(leg.dialled or "", leg.dialled) if leg else None,
        "escalated_at": second[0].started_at if second else None,
        "escalated_to": second[0].dialled if second else None,
        **held,
    }
    # whoever a leg was dialled to and spoke with is nobody's that a task was offered
    if journey is not None and (journey.answers or not answers):
        row |= journey.row(profile)
    return call(profile=profile, id=root.id, place=root.fields.place, problems=root.fields.problems, row=row)


def _outcome(root: Leg, legs: Sequence[Leg], profile: Profile) -> CallOutcome:
    if any(each.status in GOING_ON for each in (root, *legs)):
        return CallOutcome.OPEN
    if any(each.status == COMPLETED for each in legs):
        return CallOutcome.ANSWERED
    if legs:
        return said(profile=profile, word=f"dial-{legs[-1].status}", usual=DIALLED)
    return said(profile=profile, word=root.status, usual=USUAL)
