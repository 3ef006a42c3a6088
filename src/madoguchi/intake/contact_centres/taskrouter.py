"""Twilio's TaskRouter: what its events say of a call while it waits for an agent and is with one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from madoguchi.core.events import Value
from madoguchi.core.vocabulary import CallOutcome
from madoguchi.intake.asterisk.numbers import shown_number
from madoguchi.intake.contact_centres.fields import Fields, number_of
from madoguchi.intake.contact_centres.made import said
from madoguchi.intake.contact_centres.profile import Profile

ENTERED, ACCEPTED = "task-queue.entered", "reservation.accepted"
WRAPS, COMPLETES = ("reservation.wrapup", "task.wrapup"), ("reservation.completed", "task.completed")
CANCELED, COMPLETED = "task.canceled", "task.completed"
TIMEOUT = "workflow.timeout"
DELETIONS = ("task.deleted", "task.system-deleted")
ENDS = (CANCELED, COMPLETED, *DELETIONS)
# events of one second happened in this order
ORDER = (
    "workflow.entered", "task.created", "task-queue.timeout", TIMEOUT, "task-queue.moved", ENTERED,
    "workflow.target-matched", "reservation.created", ACCEPTED, "reservation.rejected", "reservation.timeout",
    "reservation.rescinded", "reservation.canceled", *WRAPS, *COMPLETES, CANCELED, *DELETIONS,
)  # fmt: skip
# of a task that nobody accepted, by why it was canceled; other words say what a flow of the customer's did
USUAL = {"task-hangup": CallOutcome.QUEUE_ABANDONED, "task-timeout": CallOutcome.QUEUE_TIMEOUT}
VOICE = "voice"


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    fields: Fields
    kind: str
    at: datetime
    task: str
    reservation: str | None
    queue: str | None
    agent: str | None
    reason: str | None
    channel: str | None
    attributes: Mapping[str, str]

    def is_of(self, leg: "Event") -> bool:
        """Say whether this happened to a reservation, or to its task as a whole."""
        return self.reservation == leg.reservation if self.reservation else self.task == leg.task


@dataclass(frozen=True, kw_only=True, slots=True)
class Journey:
    """All that TaskRouter tells of one call, in time; a call can be several tasks."""

    id: str
    events: Sequence[Event]
    attributes: Mapping[str, str]

    @property
    def first(self) -> Event:
        return self.events[0]

    @property
    def answers(self) -> list[Event]:
        return [each for each in self.events if each.kind == ACCEPTED]

    def outcome(self, profile: Profile) -> CallOutcome:
        if self.answers:
            return CallOutcome.ANSWERED
        end = self._end()
        if end is None:
            return CallOutcome.OPEN
        marked = profile.marked(frozenset(self.attributes.items()))
        return marked or said(profile=profile, word=self._word(end), usual=USUAL)

    def _end(self) -> Event | None:
        """Return the end of the task that began latest."""
        begun = {each.task: each.at for each in reversed(self.events)}
        latest = max(begun, key=lambda task: (begun[task], task))
        return next((each for each in self.events if each.task == latest and each.kind in ENDS), None)

    def _word(self, end: Event) -> str:
        if end.kind != CANCELED:
            return f"task-{end.kind.removeprefix('task.')}"
        if any(each.kind == TIMEOUT and each.task == end.task for each in self.events):
            return "task-timeout"
        return f"task-{end.reason or 'canceled'}"

    def parties(self) -> dict[str, Value]:
        """Return who called whom, from when until when: for calls whose own record is not there."""
        end = self._end()
        ends = [self._ends(each)[0] for each in self.answers] or [end.at if end else None]
        known = [each for each in ends if each is not None]
        return {
            "offered_at": self.first.at,
            "line": number_of(self.attributes.get("to") or self.attributes.get("called")),
            "caller": shown_number(number_of(self.attributes.get("from") or self.attributes.get("caller")) or ""),
            "ended_at": max(known) if len(known) == len(ends) else None,
        }

    def row(self, profile: Profile) -> dict[str, Value]:
        """Return what TaskRouter alone knows of a call."""
        visits = [each for each in self.events if each.kind == ENTERED]
        queued_at = visits[0].at if visits else None
        leg = next(iter(self.answers), None)
        talked_until, wrapped_until = self._ends(leg) if leg else (None, None)
        queue = (leg.queue if leg else None) or (visits[-1].queue if visits else None)
        return {
            "outcome": self.outcome(profile),
            "queued_at": queued_at,
            "queue": profile.queue_of(queue),
            "queue_visit_count": len(visits),
            "agent_leg_count": len(self.answers),
            "answered_at": leg.at if leg else None,
            "wait_seconds": _seconds(queued_at, leg.at) if leg else None,
            "talk_seconds": _seconds(leg.at, talked_until) if leg else None,
            "wrap_up_seconds": _seconds(talked_until, wrapped_until),
            "agent": profile.agents.get(leg.agent or "", leg.agent) if leg else None,
            **self._escalation(leg, profile),
        }

    def _after(self, leg: Event | None) -> Sequence[Event]:
        return self.events[self.events.index(leg) + 1 :] if leg else ()

    def _ends(self, leg: Event) -> tuple[datetime | None, datetime | None]:
        """Return when somebody stopped talking, and when they were done with what came after."""
        own = [each for each in self._after(leg) if each.is_of(leg)]
        wrap = next((each for each in own if each.kind in WRAPS), None)
        done = next((each for each in own if each.kind in (*COMPLETES, CANCELED)), None)
        done_at = done.at if done else None
        return (wrap.at, done_at) if wrap else (done_at, None)

    def _escalation(self, leg: Event | None, profile: Profile) -> dict[str, Value]:
        """Return the first queue of the second level that was entered after an answer."""
        entered = [(each.at, profile.queue_of(each.queue)) for each in self._after(leg) if each.kind == ENTERED]
        at, to = next((each for each in entered if each[1] in profile.second_level_queues), (None, None))
        return {"escalated_at": at, "escalated_to": to}


def _seconds(start: datetime | None, end: datetime | None) -> int | None:
    return None if start is None or end is None else int((end - start).total_seconds())


def journeys(records: Sequence[Fields], *, is_alone: bool) -> tuple[dict[str, Journey], int]:
    """Return what is told of each inbound call by its id, and how many events are of no such call.

    A voice task whose attributes were erased is a call of its own where TaskRouter is all there is: beside the calls'
    own records it would be counted twice.
    """
    tasks: dict[str, list[Event]] = {}
    for fields in records:
        event = _event(fields)
        if event is not None:
            tasks.setdefault(event.task, []).append(event)
    by_call: dict[str, list[Event]] = {}
    known: dict[str, dict[str, str]] = {}
    for task, events in tasks.items():
        attributes = {name: text for each in _in_order(events) for name, text in each.attributes.items()}
        is_call = is_alone and any(each.channel == VOICE for each in events)
        call = attributes.get("call_sid") or (task if is_call else None)
        if call is not None and not attributes.get("direction", "").startswith("outbound"):
            by_call.setdefault(call, []).extend(events)
            known.setdefault(call, {}).update(attributes)
    found = {
        call: Journey(id=call, events=_in_order(events), attributes=known[call]) for call, events in by_call.items()
    }
    return found, len(records) - sum(map(len, by_call.values()))


def _in_order(events: Sequence[Event]) -> list[Event]:
    return sorted(events, key=lambda each: (each.at, ORDER.index(each.kind), each.fields.text("sid") or ""))


def _event(fields: Fields) -> Event | None:
    """Return an event of a task; None for what happens to workers, activities and the like."""
    kind, at = fields.text("event_type", required=True), fields.moment("event_date", required=True)
    task = fields.text("task_sid")
    attributes = fields.child("task_attributes").texts()
    if at is None or task is None or kind not in ORDER:
        return None
    return Event(
        fields=fields,
        kind=str(kind),
        at=at,
        task=task,
        reservation=fields.text("reservation_sid"),
        queue=fields.text("task_queue_name") or fields.text("task_queue_sid"),
        agent=fields.text("worker_name") or fields.text("worker_sid"),
        reason=fields.text("task_canceled_reason") or fields.text("reason"),
        channel=fields.text("task_channel_unique_name"),
        attributes=attributes,
    )
