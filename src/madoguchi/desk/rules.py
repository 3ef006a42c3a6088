"""What may be done to a ticket, by whom, and what its activities come to. Pure decisions on values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from madoguchi.core.clocks.run import effective_activities
from madoguchi.core.clocks.spec import Activity
from madoguchi.core.events import Value
from madoguchi.core.vocabulary import Act, RoleKind, TicketState, Tier

OPEN = frozenset(
    (TicketState.RECEIVED, TicketState.IN_PROGRESS, TicketState.WAITING_REQUESTER, TicketState.WAITING_ELSEWHERE)
)
WAITING = frozenset((TicketState.WAITING_REQUESTER, TicketState.WAITING_ELSEWHERE))
CLOSED = frozenset((TicketState.RESOLVED, TicketState.WITHDRAWN))
ALL_STATES = frozenset(TicketState)

FROM_STATES: Mapping[Act, frozenset[TicketState]] = {
    Act.RECEIVE: frozenset(),
    Act.TAKE: OPEN,
    Act.ASSIGN: OPEN,
    Act.CLASSIFY: OPEN,
    Act.ANSWER: OPEN,
    Act.PROGRESS: OPEN,
    Act.ESCALATE: OPEN,
    Act.RETURN: OPEN,
    Act.WAIT: OPEN,
    Act.RESUME: WAITING,
    Act.RESOLVE: OPEN,
    Act.REOPEN: CLOSED,
    Act.WITHDRAW: OPEN,
    Act.MERGE: OPEN,
    Act.AGREE_DUE: OPEN,
    Act.HAND_OVER: OPEN,
}
TO_STATE: Mapping[Act, TicketState] = {
    Act.RESOLVE: TicketState.RESOLVED,
    Act.WITHDRAW: TicketState.WITHDRAWN,
    Act.MERGE: TicketState.WITHDRAWN,
    Act.REOPEN: TicketState.IN_PROGRESS,
    Act.RESUME: TicketState.IN_PROGRESS,
    Act.RECEIVE: TicketState.RECEIVED,
}
MOVES = frozenset((Act.ESCALATE, Act.RETURN))
"""The acts that put a ticket into another queue; whoever may do others only may not move it with them."""
EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""No contract and no calendar reaches beyond; moments near year 1 or 9999 cannot even be turned into local time."""
STARTS_WORK = frozenset((Act.TAKE, Act.ASSIGN, Act.ANSWER, Act.PROGRESS, Act.ESCALATE, Act.RETURN, Act.HAND_OVER))

NEEDED: Mapping[Act, tuple[str, ...]] = {
    Act.ANSWER: ("text",),
    Act.PROGRESS: ("text",),
    Act.NOTE: ("text",),
    Act.ESCALATE: ("queue",),
    Act.RETURN: ("queue",),
    Act.ASSIGN: ("assignee",),
    Act.WAIT: ("waits_for",),
    Act.COMPLAIN: ("attribution",),
    Act.ASK_EXCLUSION: ("text",),
    Act.AGREE_DUE: ("agreed_due_at",),
    Act.LINK: ("other", "link"),
    Act.UNLINK: ("other", "link"),
    Act.MERGE: ("other",),
    Act.ATTACH: ("file",),
    Act.CORRECT: ("corrects", "corrected_at"),
    Act.HAND_OVER: ("text",),
    Act.RATE: ("rating",),
}
"""What an act cannot be done without, by the names that forms and the API give it."""
TOLD = frozenset((Act.ANSWER, Act.PROGRESS, Act.REPLY, Act.RATE))
"""The acts whose text the requester always reads or wrote."""

_EVERYDAY = frozenset(Act) - {Act.RECEIVE, Act.DECIDE_EXCLUSION, Act.RATE, Act.REPLY, Act.CORRECT, Act.MERGE}
ACTS: Mapping[RoleKind, frozenset[Act]] = {
    RoleKind.USER: frozenset((Act.REPLY, Act.WITHDRAW, Act.RATE, Act.REOPEN, Act.ATTACH)),
    RoleKind.OPERATOR: _EVERYDAY | {Act.RECEIVE, Act.CORRECT, Act.MERGE, Act.REPLY},
    RoleKind.OPERATIONS_MANAGER: _EVERYDAY | {Act.RECEIVE, Act.CORRECT, Act.MERGE, Act.REPLY},
    RoleKind.RESPONSIBLE_DIVISION: frozenset(
        (
            Act.TAKE,
            Act.NOTE,
            Act.PROGRESS,
            Act.RETURN,
            Act.DECIDE_EXCLUSION,
            Act.AGREE_DUE,
            Act.ATTACH,
            Act.ANSWER,
            Act.WATCH,
        )
    ),
    RoleKind.VENDOR: frozenset((Act.TAKE, Act.NOTE, Act.PROGRESS, Act.RETURN, Act.ATTACH)),
    RoleKind.AUDITOR: frozenset(),
    RoleKind.ADMINISTRATOR: frozenset(),
}


def may_act(roles: Iterable[RoleKind], act: Act) -> bool:
    return any(act in ACTS[role] for role in roles)


def acts_as_vendor(roles: Iterable[RoleKind], act: Act) -> bool:
    """Return whether a person has an act from being a vendor alone: then only on what lies in the firm's queues."""
    return [role for role in roles if act in ACTS[role]] == [RoleKind.VENDOR]


def is_thinkable(moment: datetime) -> bool:
    """Return whether a moment lies where contracts have calendars."""
    return EARLIEST <= moment < LATEST


def is_possible(act: Act, state: TicketState) -> bool:
    return state in FROM_STATES.get(act, ALL_STATES)


def state_after(act: Act, state: TicketState, *, waits_for: str = "") -> TicketState:
    """Return a ticket's state after an act; `waits_for` says whom a wait is for."""
    if act is Act.WAIT:
        return TicketState.WAITING_REQUESTER if waits_for == "requester" else TicketState.WAITING_ELSEWHERE
    if act is Act.REPLY and state is TicketState.WAITING_REQUESTER:
        return TicketState.IN_PROGRESS
    if act in STARTS_WORK and state is TicketState.RECEIVED:
        return TicketState.IN_PROGRESS
    return TO_STATE.get(act, state)


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """What a ticket's activities come to: the columns of the ticket and of the `tickets` facts."""

    state: TicketState
    tier: Tier
    latest_at: datetime
    triaged_at: datetime | None
    first_answered_at: datetime | None
    escalated_at: datetime | None
    escalated_to: str
    vendor_contacted_at: datetime | None
    progress_reported_at: datetime | None
    resolved_at: datetime | None
    agreed_due_at: datetime | None
    reopened_count: int
    reassigned_count: int
    handed_over: bool
    complaint_attribution: str
    exclusion_reason: str
    is_excluded: bool
    rating: int | None

    @property
    def is_resolved_by_first_line(self) -> bool:
        """Return whether the matter was closed without anybody beyond the first line."""
        return self.resolved_at is not None and self.escalated_at is None


def summarise(activities: Sequence[Activity]) -> Summary:
    """Return what activities come to, corrections standing in for what they correct."""
    steps = effective_activities(activities)
    state = Tier.FIRST_LINE, TicketState.RECEIVED
    for step in steps:
        state = (
            Tier(str(step.fields.get("tier") or state[0])),
            TicketState(str(step.fields.get("to_state") or state[1])),
        )
    first: dict[Value, Activity] = {}
    latest: dict[Value, Activity] = {}
    for step in steps:
        act = step.fields.get("act")
        first.setdefault(act, step)
        latest[act] = step
    escalation, closing = first.get(Act.ESCALATE), latest.get(Act.RESOLVE)
    asked, decided = latest.get(Act.ASK_EXCLUSION), latest.get(Act.DECIDE_EXCLUSION)
    complaint, due, rating = latest.get(Act.COMPLAIN), latest.get(Act.AGREE_DUE), latest.get(Act.RATE)
    return Summary(
        state=state[1],
        tier=state[0],
        latest_at=steps[-1].at,
        triaged_at=_at(first.get(Act.CLASSIFY) or first.get(Act.TAKE)),
        first_answered_at=_at(next((step for step in steps if _answers(step)), None)),
        escalated_at=_at(escalation),
        escalated_to=_word(escalation, "escalated_to"),
        vendor_contacted_at=_at(next((step for step in steps if _is_to_vendor(step)), None)),
        progress_reported_at=_at(first.get(Act.PROGRESS)),
        resolved_at=_at(closing) if state[1] is TicketState.RESOLVED else None,
        agreed_due_at=_moment(due, "agreed_due_at"),
        reopened_count=sum(step.fields.get("act") == Act.REOPEN for step in steps),
        reassigned_count=max(0, sum(step.fields.get("act") in (Act.TAKE, Act.ASSIGN) for step in steps) - 1),
        handed_over=Act.HAND_OVER in first,
        complaint_attribution=_word(complaint, "attribution"),
        exclusion_reason=_word(asked, "reason"),
        is_excluded=bool(asked and decided and decided.fields.get("is_approved") and decided.at >= asked.at),
        rating=_number(rating, "rating"),
    )


def _answers(step: Activity) -> bool:
    is_told = step.fields.get("visibility") == "public"
    return step.fields.get("act") == Act.ANSWER or (step.fields.get("act") == Act.RESOLVE and is_told)


def _is_to_vendor(step: Activity) -> bool:
    return step.fields.get("act") == Act.ESCALATE and step.fields.get("tier") == Tier.VENDOR


def _at(step: Activity | None) -> datetime | None:
    return step.at if step else None


def _word(step: Activity | None, name: str) -> str:
    return str(step.fields.get(name) or "") if step else ""


def _number(step: Activity | None, name: str) -> int | None:
    value = step.fields.get(name) if step else None
    return int(value) if isinstance(value, int) else None


def _moment(step: Activity | None, name: str) -> datetime | None:
    value: Value = step.fields.get(name) if step else None
    return datetime.fromisoformat(value) if isinstance(value, str) else None
