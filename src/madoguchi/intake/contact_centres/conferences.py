"""Twilio's conference callbacks: when a caller was put on hold and taken back, while agents speak in conferences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from madoguchi.core.events import Value
from madoguchi.intake.contact_centres.fields import Fields

EVENT, SEQUENCE = "conference_event", "sequence_number"
HELD, TAKEN_BACK, LEFT = "participant-hold", "participant-unhold", "participant-leave"
NAMES = {
    "conferencesid": "sid", "statuscallbackevent": EVENT, "callsid": "call_sid", "timestamp": "event_date",
    "sequencenumber": SEQUENCE,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    at: datetime
    number: int
    kind: str


def is_conference_event(table: Mapping[str, object]) -> bool:
    return {"conferencesid", "statuscallbackevent"} <= _plain(table).keys()


def plain_conference_event(table: Mapping[str, object]) -> dict[str, object]:
    """Return a callback by the names of the API's answers, without what no call needs."""
    return {NAMES[name]: value for name, value in _plain(table).items() if name in NAMES}


def _plain(table: Mapping[str, object]) -> dict[str, object]:
    return {"".join(filter(str.isalnum, name)).lower(): value for name, value in table.items()}


def conference_event_id(fields: Fields) -> str:
    """Return what a callback sent twice has in common with itself alone."""
    parts = (fields.text(name) or "" for name in ("sid", "call_sid", EVENT, "event_date"))
    return "/".join((*parts, str(fields.table.get(SEQUENCE) or "")))


def holds_by_call(records: Sequence[Fields]) -> dict[str, dict[str, Value]]:
    """Return how often and how long each call was on hold, for every call seen in a conference."""
    steps: dict[str, list[Step]] = {}
    for fields in records:
        call, at = fields.text("call_sid"), fields.moment("event_date", required=True)
        kind, number = fields.text(EVENT, required=True), fields.count(SEQUENCE) or 0
        if call is not None and at is not None and kind is not None:
            steps.setdefault(call, []).append(Step(at=at, number=number, kind=kind))
    return {call: _held(sorted(own, key=lambda each: (each.at, each.number))) for call, own in steps.items()}


def _held(steps: Sequence[Step]) -> dict[str, Value]:
    """Add up the holds; one that has not ended leaves the time unknown."""
    seconds, count, since = 0, 0, None
    for each in steps:
        if each.kind == HELD and since is None:
            count, since = count + 1, each.at
        elif each.kind in (TAKEN_BACK, LEFT) and since is not None:
            seconds, since = seconds + int((each.at - since).total_seconds()), None
    return {"hold_count": count, "hold_seconds": seconds if since is None else None}
