"""A case's life as steps of the desk: every one at the moment the source gives. Pure decisions on values."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from madoguchi.core.import_vocabulary import LedgerField
from madoguchi.core.vocabulary import Act, TicketState, Tier, Visibility
from madoguchi.desk.operations.bring import BroughtStep
from madoguchi.desk.rules import CLOSED, WAITING, state_after
from madoguchi.imports.cases import Case
from madoguchi.people.sayings import Said, say, word_said

# what happens at one moment happens in this order
RECEIVED, ESCALATED, ANSWERED, NOTED, CHANGED = range(5)
Happening = tuple[datetime, int, int, TicketState | str]


class CaseError(ValueError):
    """A case that cannot have happened so; `said` tells why."""

    def __init__(self, said: Said) -> None:
        self.said = said
        super().__init__(said)


def steps_of_case(case: Case, *, now: datetime, origin: str) -> tuple[BroughtStep, ...]:
    """Return what happened to a case. Raises CaseError for what lies before its receipt or in the future."""
    _check_order(case, now=now)
    walk = _Walk()
    walk.add(Act.RECEIVE, case.received_at, text=origin, is_public=True)
    for at, order, _place, what in sorted(_happenings(case), key=lambda each: each[:3]):
        if order == ESCALATED:
            walk.add(Act.ESCALATE, at, tier=Tier.SECOND_LINE)
        elif order == ANSWERED:
            walk.add(Act.ANSWER, at, text=str(what), is_public=True)
        elif order == NOTED:
            walk.add(Act.NOTE, at, text=str(what))
        else:
            walk.become(TicketState(what), at)
    return tuple(walk.steps)


def _check_order(case: Case, *, now: datetime) -> None:
    moments = {
        LedgerField.FIRST_ANSWERED_AT: case.first_answered_at, LedgerField.ESCALATED_AT: case.escalated_at,
        LedgerField.RESOLVED_AT: case.resolved_at, LedgerField.UPDATED_AT: case.updated_at,
        LedgerField.COMMENT: min((at for at, _text in case.comments if at), default=None),
    }  # fmt: skip
    for name, at in moments.items():
        if at is not None and at < case.received_at:
            received = _written(case.received_at)
            text = say(
                "%(field)s %(at)s が受付日時 %(received)s より前です。", field=word_said(name), at=_written(at),
                received=received,
            )  # fmt: skip
            raise CaseError(text)
    latest = max(at for at in (case.received_at, *moments.values(), *(at for at, _text in case.comments)) if at)
    if latest > now:
        raise CaseError(say("%(at)s は未来です。", at=_written(latest)))


def _written(at: datetime) -> str:
    """Return a moment as the desk's clock shows it."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def _happenings(case: Case) -> Iterator[Happening]:
    if case.escalated_at:
        yield case.escalated_at, ESCALATED, 0, ""
    if case.first_answered_at:
        yield case.first_answered_at, ANSWERED, 0, case.answer
    for place, (at, text) in enumerate(case.comments):
        # a comment without a moment of its own was there when the case was last changed
        yield at or case.updated_at or case.resolved_at or case.received_at, NOTED, place, text
    yield from _changes(case)


def _changes(case: Case) -> Iterator[Happening]:
    told = list(case.changes)
    for place, (at, state) in enumerate(told):
        yield at, CHANGED, place, state.value
    is_resolved_told = any(state is TicketState.RESOLVED for _at, state in told)
    state = case.state or _state_without_word(case)
    if case.resolved_at and state is not TicketState.WITHDRAWN and not is_resolved_told:
        yield case.resolved_at, CHANGED, len(told), TicketState.RESOLVED.value
    if not told and state not in (TicketState.RECEIVED, TicketState.RESOLVED):
        yield _since(case, state), CHANGED, len(told) + 1, state.value
    if state is TicketState.RESOLVED and not case.resolved_at and not is_resolved_told:
        yield _since(case, state), CHANGED, len(told), state.value


def _state_without_word(case: Case) -> TicketState:
    if case.resolved_at:
        return TicketState.RESOLVED
    return TicketState.IN_PROGRESS if case.first_answered_at or case.escalated_at else TicketState.RECEIVED


def _since(case: Case, state: TicketState) -> datetime:
    """Return when a case came into its state. Raises CaseError for an end without a moment."""
    if state is TicketState.WITHDRAWN and case.resolved_at:
        return case.resolved_at
    if case.updated_at:
        is_reopened = state not in CLOSED and case.resolved_at is not None and case.updated_at < case.resolved_at
        if not is_reopened:
            return case.updated_at
    if state in CLOSED:
        raise CaseError(say("状態は「%(state)s」ですが、完了日時も更新日時もありません。", state=word_said(state)))
    if case.resolved_at:
        raise CaseError(say("状態は「%(state)s」ですが、完了日時のほうが後です。", state=word_said(state)))
    return max(at for at in (case.received_at, case.first_answered_at, case.escalated_at) if at)


@dataclass(kw_only=True)
class _Walk:
    """Goes from state to state by the acts that the desk has for it."""

    state: TicketState = TicketState.RECEIVED
    tier: Tier = Tier.FIRST_LINE
    steps: list[BroughtStep] = field(default_factory=list)

    def add(
        self, act: Act, at: datetime, *, text: str = "", is_public: bool = False, waits_for: str = "",
        tier: Tier | None = None,
    ) -> None:  # fmt: skip
        after = state_after(act, self.state, waits_for=waits_for)
        self.tier = tier or self.tier
        self.steps.append(
            BroughtStep(
                act=act, at=at, text=text, from_state=None if act is Act.RECEIVE else self.state, to_state=after,
                tier=self.tier, waits_for=waits_for,
                visibility=Visibility.PUBLIC if is_public else Visibility.INTERNAL,
            )
        )  # fmt: skip
        self.state = after

    def become(self, state: TicketState, at: datetime) -> None:
        if state is self.state or (state is TicketState.RECEIVED and self.state not in CLOSED):
            return
        if self.state in CLOSED:
            self.add(Act.REOPEN, at)
        if state is TicketState.RESOLVED:
            self.add(Act.RESOLVE, at, is_public=True)
        elif state is TicketState.WITHDRAWN:
            self.add(Act.WITHDRAW, at)
        elif state in WAITING:
            whom = "requester" if state is TicketState.WAITING_REQUESTER else "elsewhere"
            self.add(Act.WAIT, at, waits_for=whom)
        elif self.state in WAITING:
            self.add(Act.RESUME, at)
        elif self.state is TicketState.RECEIVED:
            self.add(Act.TAKE, at)
