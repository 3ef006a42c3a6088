"""Genesys Cloud conversation details: one conversation holds everybody who took part in a call, with segments."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from madoguchi.core.events import Value
from madoguchi.core.vocabulary import CallOutcome
from madoguchi.intake.asterisk.numbers import shown_number
from madoguchi.intake.contact_centres.fields import Fields, number_of
from madoguchi.intake.contact_centres.made import Call, Identity, Made, call, said, wait_seconds
from madoguchi.intake.contact_centres.profile import Profile

# what every record has
NEEDED = (("conversationId", "conversationStart"),)
DIRECTIONS = ("inbound", "outbound")
CALLERS, AGENTS = ("customer", "external"), ("agent", "user")
HUNG_UP = ("endpoint", "client")
IN_QUEUE = {
    **dict.fromkeys(HUNG_UP, CallOutcome.QUEUE_ABANDONED),
    **dict.fromkeys(("peer", "system", "timeout"), CallOutcome.QUEUE_TIMEOUT),
}
BEFORE_QUEUE = dict.fromkeys(HUNG_UP, CallOutcome.IVR_ABANDONED)
ANYWHERE = dict.fromkeys(("error", "transportFailure"), CallOutcome.FAILED)
# endings that do not say what became of a caller nobody answered
SILENT = (
    "transfer", "conferenceTransfer", "consultTransfer", "forwardTransfer", "noAnswerTransfer", "notAvailableTransfer",
    "transferDnd", "endpointDnd", "other", "spam", "uncallable", "inactivity", "sessionExpired",
)  # fmt: skip
ENDINGS = tuple(dict.fromkeys((*IN_QUEUE, *ANYWHERE, *SILENT)))
NO_ENDING = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    kind: str
    started_at: datetime
    ended_at: datetime | None
    ending: str
    queue: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """One session of a participant, with its segments in time and its metrics added up in milliseconds."""

    purpose: str
    agent: str | None
    medium: str
    direction: str | None
    caller: str | None
    line: str | None
    flow: str | None
    segments: tuple[Segment, ...]
    metrics: dict[str, int]

    def holds(self) -> list[Segment]:
        return [each for each in self.segments if each.kind == "hold"]

    def talked_at(self) -> datetime | None:
        """Return when an agent answered the caller here."""
        is_answering = self.purpose in AGENTS and self.medium == "voice" and self.direction != "outbound"
        return (
            next((each.started_at for each in self.segments if each.kind == "interact"), None) if is_answering else None
        )


def identity(fields: Fields) -> Identity:
    ended = fields.text("conversationEnd") or ""
    # details carry no moment of their own: what was read later knows of more and later segments
    segments = [
        segment
        for participant in fields.children("participants")
        for session in participant.children("sessions")
        for segment in session.children("segments")
    ]
    latest = max((segment.text("segmentEnd") or segment.text("segmentStart") or "" for segment in segments), default="")
    version = (ended, latest, f"{len(segments):09d}")
    return Identity(id=fields.text("conversationId", required=True) or "", version=version)


def make_calls(records: Sequence[Fields], *, profile: Profile) -> Made:
    """Return one call for each conversation that somebody began by telephone."""
    found = [_call(each, profile) for each in records]
    calls = [each for each in found if each is not None]
    return Made(calls=calls, left_out=len(found) - len(calls))


def _sessions(fields: Fields, profile: Profile) -> Iterator[Session]:
    for participant in fields.children("participants"):
        purpose = participant.text("purpose", required=True) or ""
        user = participant.text("userId")
        agent = profile.agents.get(user or "") or participant.text("participantName") or user
        for session in participant.children("sessions"):
            metrics: dict[str, int] = {}
            for metric in session.children("metrics"):
                name = metric.text("name", required=True) or ""
                if name in ("tTalk", "tHeld", "tAcw"):
                    metrics[name] = metrics.get(name, 0) + (metric.milliseconds("value") or 0)
            yield Session(
                purpose=purpose,
                agent=agent,
                medium=session.text("mediaType", required=True) or "",
                direction=session.word("direction", DIRECTIONS),
                caller=shown_number(number_of(session.text("ani")) or ""),
                line=number_of(session.text("dnis")),
                flow=session.child("flow").text("flowName"),
                segments=tuple(sorted(_segments(session, profile), key=lambda each: each.started_at)),
                metrics=metrics,
            )


def _segments(session: Fields, profile: Profile) -> Iterator[Segment]:
    for fields in session.children("segments"):
        started_at = fields.moment("segmentStart", required=True)
        ended_at = fields.moment("segmentEnd")
        fields.require_order("segmentStart", started_at, "segmentEnd", ended_at)
        kind = fields.text("segmentType", required=True)
        ending = fields.word("disconnectType", (*ENDINGS, *profile.dispositions))
        if started_at is not None and kind is not None:
            queue = profile.queue_of(fields.text("queueId"))
            yield Segment(kind=kind, started_at=started_at, ended_at=ended_at, ending=ending or NO_ENDING, queue=queue)


def _call(fields: Fields, profile: Profile) -> Call | None:
    id_ = fields.text("conversationId", required=True)
    offered_at = fields.moment("conversationStart", required=True)
    direction = fields.word("originatingDirection", DIRECTIONS)
    ended_at = fields.moment("conversationEnd")
    fields.require_order("conversationStart", offered_at, "conversationEnd", ended_at)
    sessions = list(_sessions(fields, profile))
    caller = next((each for each in sessions if _is_caller(each)), None)
    direction = direction or (caller.direction if caller else None)
    if id_ is None or offered_at is None or caller is None or direction != "inbound":
        return None
    marks = {("flow", each.flow) for each in sessions if each.flow}
    for participant in fields.children("participants"):
        marks |= set(participant.child("attributes").texts().items())
    row: dict[str, Value] = {
        "offered_at": offered_at,
        "line": caller.line,
        "caller": caller.caller,
        "outcome": _outcome(sessions, caller, marks=marks, is_open=ended_at is None, profile=profile),
        "ended_at": _hung_up_at(caller) or ended_at if ended_at else None,
        **_way(sessions, profile),
    }
    return call(profile=profile, id=id_, place=fields.place, problems=fields.problems, row=row)


def _is_caller(session: Session) -> bool:
    return session.purpose in CALLERS and session.medium == "voice" and session.direction != "outbound"


def _hung_up_at(caller: Session) -> datetime | None:
    return max((each.ended_at for each in caller.segments if each.ended_at), default=None)


def _queue_visits(sessions: Sequence[Session]) -> list[Segment]:
    """Return the beginning of every stay in a queue, in time."""
    visits = [
        each.segments[0] for each in sessions if each.purpose == "acd" and each.medium == "voice" and each.segments
    ]
    return sorted(visits, key=lambda each: each.started_at)


def _way(sessions: Sequence[Session], profile: Profile) -> dict[str, Value]:
    visits = _queue_visits(sessions)
    answers = sorted(
        ((at, number) for number, each in enumerate(sessions) if (at := each.talked_at()) is not None),
    )
    answered_at, leg = (answers[0][0], sessions[answers[0][1]]) if answers else (None, None)
    entered = [each for each in visits if answered_at is None or each.started_at <= answered_at]
    queued_at = entered[0].started_at if entered else None
    second = [
        each for each in visits
        if answered_at and each.started_at > answered_at and each.queue in profile.second_level_queues
    ]  # fmt: skip
    return {
        "queued_at": queued_at,
        "answered_at": answered_at,
        "queue": entered[-1].queue if entered else None,
        "queue_visit_count": len(visits),
        "agent_leg_count": len(answers),
        "wait_seconds": wait_seconds(queued_at, answered_at),
        "talk_seconds": _spoken(leg) if leg else None,
        "wrap_up_seconds": _seconds(leg.metrics.get("tAcw")) if leg else None,
        "hold_seconds": _held(leg) if leg else None,
        "hold_count": len(leg.holds()) if leg else None,
        "agent": leg.agent if leg else None,
        "escalated_at": second[0].started_at if second else None,
        "escalated_to": second[0].queue if second else None,
    }


def _spoken(leg: Session) -> int | None:
    """Return talk and hold of a session; a session without a hold has no metric for it."""
    talked = leg.metrics.get("tTalk")
    return None if talked is None else _seconds(talked + leg.metrics.get("tHeld", 0))


def _held(leg: Session) -> int | None:
    """Return the time on hold: as the metric says, else as the segments do; None while it goes on."""
    told = leg.metrics.get("tHeld")
    if told is not None:
        return _seconds(told)
    lengths = [each.ended_at - each.started_at for each in leg.holds() if each.ended_at]
    return int(sum(lengths, timedelta()).total_seconds()) if len(lengths) == len(leg.holds()) else None


def _seconds(milliseconds: int | None) -> int | None:
    return None if milliseconds is None else (milliseconds + 500) // 1_000


def _outcome(
    sessions: Sequence[Session], caller: Session, *, marks: set[tuple[str, str]], is_open: bool, profile: Profile
) -> CallOutcome:
    if is_open:
        return CallOutcome.OPEN
    if any(each.talked_at() for each in sessions):
        return CallOutcome.ANSWERED
    is_queued = bool(_queue_visits(sessions))
    is_left = any(each.medium == "callback" for each in sessions)
    if is_left or (is_queued and any(each.purpose == "voicemail" for each in sessions)):
        return CallOutcome.QUEUE_EXIT_KEY
    marked = profile.marked(marks)
    if marked is not None:
        return marked
    word = caller.segments[-1].ending if caller.segments else NO_ENDING
    usual = IN_QUEUE if is_queued else BEFORE_QUEUE
    if is_queued and _place_at_the_end(sessions) in ("ivr", "workflow"):
        # the queue had given the caller back before they hung up
        usual = {**IN_QUEUE, **dict.fromkeys(HUNG_UP, CallOutcome.QUEUE_TIMEOUT)}
    return said(profile=profile, word=word, usual={**ANYWHERE, **usual})


def _place_at_the_end(sessions: Sequence[Session]) -> str:
    """Return whose session on our side began last."""
    ours = [each for each in sessions if each.purpose not in CALLERS and each.medium == "voice" and each.segments]
    return max(ours, key=lambda each: each.segments[0].started_at).purpose if ours else ""
