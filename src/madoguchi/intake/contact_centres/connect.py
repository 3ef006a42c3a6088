"""Amazon Connect contact records: one a contact, a transfer makes another; together they are one call."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from madoguchi.core.events import Value
from madoguchi.core.vocabulary import CallOutcome
from madoguchi.intake.asterisk.numbers import shown_number
from madoguchi.intake.contact_centres.fields import Fields
from madoguchi.intake.contact_centres.made import Call, Identity, Made, call, said, wait_seconds
from madoguchi.intake.contact_centres.profile import Profile

# what every record has
NEEDED = (("ContactId", "Channel", "InitiationMethod", "InitiationTimestamp"),)
CHANNELS = ("VOICE", "CHAT", "TASK", "EMAIL")
INBOUND, CALLBACK = "INBOUND", "CALLBACK"
TRANSFERS = ("TRANSFER", "QUEUE_TRANSFER")
METHODS = (
    INBOUND, CALLBACK, *TRANSFERS, "OUTBOUND", "API", "WEBRTC_API", "DISCONNECT", "MONITOR", "EXTERNAL_OUTBOUND",
    "AGENT_REPLY", "FLOW",
)  # fmt: skip
IN_QUEUE = {
    "CUSTOMER_DISCONNECT": CallOutcome.QUEUE_ABANDONED,
    "TELECOM_ORIGINATOR_CANCEL": CallOutcome.QUEUE_ABANDONED,
    "CONTACT_FLOW_DISCONNECT": CallOutcome.QUEUE_TIMEOUT,
    "EXPIRED": CallOutcome.QUEUE_TIMEOUT,
}
BEFORE_QUEUE = {
    "CUSTOMER_DISCONNECT": CallOutcome.IVR_ABANDONED,
    "TELECOM_ORIGINATOR_CANCEL": CallOutcome.IVR_ABANDONED,
    "TELECOM_BUSY": CallOutcome.BUSY_PBX,
}
ANYWHERE = dict.fromkeys(
    (
        "TELECOM_PROBLEM", "TELECOM_NUMBER_INVALID", "TELECOM_POTENTIAL_BLOCKING", "TELECOM_UNANSWERED",
        "TELECOM_TIMEOUT", "CUSTOMER_NEVER_ARRIVED",
    ),
    CallOutcome.FAILED,
)  # fmt: skip
# endings that do not say what became of a caller nobody answered
SILENT = ("AGENT_DISCONNECT", "THIRD_PARTY_DISCONNECT", "BARGED", "OTHER", "API")
REASONS = tuple(dict.fromkeys((*IN_QUEUE, *BEFORE_QUEUE, *ANYWHERE, *SILENT)))
# null where a call ended for a reason Connect has no word for
NO_REASON = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    fields: Fields
    id: str
    initial: str
    previous: str | None
    next: str | None
    method: str
    started_at: datetime
    ended_at: datetime | None
    reason: str
    queue: str | None
    queued_at: datetime | None
    agent: str | None
    answered_at: datetime | None
    talk_seconds: int | None
    wrap_up_seconds: int | None
    hold_seconds: int | None
    hold_count: int | None
    caller: str | None
    line: str | None
    passed_to: str | None
    passed_at: datetime | None
    attributes: frozenset[tuple[str, str]]


def identity(fields: Fields) -> Identity:
    updated = fields.moment("LastUpdateTimestamp")
    ended = fields.moment("DisconnectTimestamp")
    version = (updated.isoformat() if updated else "", ended.isoformat() if ended else "")
    return Identity(id=fields.text("ContactId", required=True) or "", version=version)


def make_calls(records: Sequence[Fields], *, profile: Profile) -> Made:
    """Return one call for each inbound contact, with the transfers that followed it."""
    groups: dict[str, list[Contact]] = {}
    left_out = 0
    for fields in records:
        contact = _contact(fields, profile)
        if contact is None:
            left_out += 1
        else:
            groups.setdefault(contact.initial, []).append(contact)
    calls, waiting = [], 0
    for group in groups.values():
        chain = _chain(group)
        if chain:
            calls.append(_call(chain, group, profile))
        is_begun = any(each.method not in TRANSFERS for each in group)
        waiting += 0 if is_begun else len(group)
        left_out += len(group) - len(chain) if is_begun else 0
    return Made(calls=calls, left_out=left_out, waiting=waiting)


def _contact(fields: Fields, profile: Profile) -> Contact | None:
    """Return a contact by telephone; None for other channels, and where something is wrong."""
    id_ = fields.text("ContactId", required=True)
    channel = fields.word("Channel", CHANNELS, required=True)
    method = fields.word("InitiationMethod", METHODS, required=True)
    started_at = fields.moment("InitiationTimestamp", required=True)
    if channel != "VOICE" or id_ is None or method is None or started_at is None:
        return None
    queue, agent = fields.child("Queue"), fields.child("Agent")
    ended_at = fields.moment("DisconnectTimestamp")
    fields.require_order("InitiationTimestamp", started_at, "DisconnectTimestamp", ended_at)
    answered_at = agent.moment("ConnectedToAgentTimestamp")
    fields.require_order("InitiationTimestamp", started_at, "Agent.ConnectedToAgentTimestamp", answered_at)
    fields.require_order("Agent.ConnectedToAgentTimestamp", answered_at, "DisconnectTimestamp", ended_at)
    spoken, held = agent.seconds("AgentInteractionDuration"), agent.seconds("CustomerHoldDuration")
    # only inbound calls are judged by their ending, and only theirs must be a word that is known
    is_inbound = method in (INBOUND, *TRANSFERS)
    reason = (
        fields.word("DisconnectReason", (*REASONS, *profile.dispositions))
        if is_inbound
        else fields.text("DisconnectReason")
    )
    return Contact(
        fields=fields,
        id=id_,
        initial=fields.text("InitialContactId") or id_,
        previous=fields.text("PreviousContactId"),
        next=fields.text("NextContactId"),
        method=method,
        started_at=started_at,
        ended_at=ended_at,
        reason=reason or NO_REASON,
        queue=profile.queue_of(queue.text("Name") or queue.text("ARN")),
        queued_at=queue.moment("EnqueueTimestamp"),
        agent=agent.text("Username"),
        answered_at=answered_at,
        talk_seconds=None if spoken is None or held is None else spoken + held,
        wrap_up_seconds=agent.seconds("AfterContactWorkDuration"),
        hold_seconds=held,
        hold_count=agent.count("NumberOfHolds"),
        caller=shown_number(fields.child("CustomerEndpoint").text("Address") or ""),
        line=fields.child("SystemEndpoint").text("Address"),
        passed_to=fields.child("TransferredToEndpoint").text("Address"),
        passed_at=fields.moment("TransferCompletedTimestamp"),
        attributes=frozenset(fields.child("Attributes").texts().items()),
    )


def _chain(group: Sequence[Contact]) -> list[Contact]:
    """Return the inbound contact and the transfers after it, in time; those after a callback are another call."""
    first = next((each for each in group if each.method == INBOUND), None)
    if first is None:
        return []
    outside = {each.id for each in group if each is not first and each.method not in TRANSFERS}
    chain = [first]
    for each in sorted(group, key=lambda contact: (contact.started_at, contact.id)):
        if each.method in TRANSFERS and each.previous not in outside:
            chain.append(each)
        elif each.method in TRANSFERS:
            outside.add(each.id)
    return chain


def _call(chain: Sequence[Contact], group: Sequence[Contact], profile: Profile) -> Call:
    first = chain[0]
    answers = [each for each in chain if each.answered_at is not None]
    leg = answers[0] if answers else None
    queued = [each for each in chain if each.queued_at is not None]
    queued_at = min((each.queued_at for each in queued if each.queued_at), default=None)
    ends = [each.ended_at for each in chain if each.ended_at]
    is_whole = len(ends) == len(chain)
    row: dict[str, Value] = {
        "offered_at": first.started_at,
        "line": first.line,
        "caller": first.caller,
        "outcome": _outcome(chain, group, profile),
        "queued_at": queued_at,
        "answered_at": leg.answered_at if leg else None,
        "ended_at": max(ends) if is_whole else None,
        "queue": leg.queue if leg else next((each.queue for each in reversed(chain) if each.queue), None),
        "queue_visit_count": len(queued),
        "agent_leg_count": len(answers),
        "wait_seconds": wait_seconds(queued_at, leg.answered_at) if leg else None,
        "talk_seconds": leg.talk_seconds if leg else None,
        "wrap_up_seconds": leg.wrap_up_seconds if leg else None,
        "hold_seconds": leg.hold_seconds if leg else None,
        "hold_count": leg.hold_count if leg else None,
        "agent": profile.agents.get(leg.agent or "", leg.agent) if leg else None,
        **_escalation(chain, leg, profile),
    }
    return call(profile=profile, id=first.id, place=first.fields.place, problems=first.fields.problems, row=row)


def _outcome(chain: Sequence[Contact], group: Sequence[Contact], profile: Profile) -> CallOutcome:
    if any(each.ended_at is None for each in chain):
        return CallOutcome.OPEN
    if any(each.answered_at for each in chain):
        return CallOutcome.ANSWERED
    ids = {each.id for each in chain}
    if any(each.method == CALLBACK and (each.previous or each.initial) in ids for each in group):
        return CallOutcome.QUEUE_EXIT_KEY
    if _is_continued(chain, group):
        return CallOutcome.OPEN
    marked = profile.marked(frozenset().union(*(each.attributes for each in chain)))
    if marked is not None:
        return marked
    usual = IN_QUEUE if any(each.queued_at for each in chain) else BEFORE_QUEUE
    return said(profile=profile, word=chain[-1].reason, usual={**ANYWHERE, **usual})


def _is_continued(chain: Sequence[Contact], group: Sequence[Contact]) -> bool:
    """Say whether a contact names a following one whose record has not come yet."""
    known = {each.id for each in group}
    return any(each.next is not None and each.next not in known for each in chain)


def _escalation(chain: Iterable[Contact], leg: Contact | None, profile: Profile) -> dict[str, Value]:
    """Return the first transfer after an answer to a queue or number of the second level."""
    found: list[tuple[datetime, str]] = []
    for each in chain if leg else ():
        if each is not leg and leg and each.started_at >= leg.started_at and each.queue in profile.second_level_queues:
            found.append((each.started_at, str(each.queue)))
        if each.answered_at and each.passed_to in profile.second_level_numbers and each.passed_at:
            found.append((each.passed_at, str(each.passed_to)))
    at, to = min(found, default=(None, None))
    return {"escalated_at": at, "escalated_to": to}
