"""One outcome for a call, by what the logs show of it and by what the profile says its names mean."""

from fnmatch import fnmatchcase
from typing import NamedTuple

from madoguchi.core.vocabulary import CallFinding, CallOutcome
from madoguchi.intake.asterisk.journey import Journey, Left, Visit
from madoguchi.intake.asterisk.sightings import HANGUP, Roles
from madoguchi.intake.asterisk.source import AsteriskSource
from madoguchi.intake.asterisk.trunk import CONNECTING, Ending, Trunk

# after a step that need not be the last (a time-out, a transfer) the next one follows within this time
NEXT_STEP_SECONDS = 120


class Verdict(NamedTuple):
    """An outcome, and what a person should know of how it was reached."""

    outcome: CallOutcome
    finding: CallFinding | None = None
    detail: str = ""


def is_finished(*, journey: Journey, trunk: Trunk, horizon: int | None, was_restarted: bool) -> bool:
    """Say whether the logs hold the call's end.

    `horizon` is the last moment queue_log is known for, `was_restarted` says that the PBX was started anew
    after the call's latest line: both show that nothing followed a step that may have been the last.
    """
    if trunk.ended_at is not None or journey.is_over:
        return True
    if journey.latest_at is None or journey.is_unfinished() or horizon is None:
        return False
    return was_restarted or horizon - journey.latest_at > NEXT_STEP_SECONDS


def outcome_of(
    *, source: AsteriskSource, roles: Roles, journey: Journey, trunk: Trunk, is_open: bool, is_cut_off: bool
) -> Verdict:
    """Return the outcome; `is_cut_off` where the PBX was restarted before the call's end was written."""
    if is_open:
        return Verdict(CallOutcome.OPEN, CallFinding.OPEN)
    if journey.legs:
        return Verdict(CallOutcome.ANSWERED, CallFinding.CUT_OFF if is_cut_off else None)
    if is_cut_off:
        return Verdict(CallOutcome.UNKNOWN, CallFinding.CUT_OFF)
    final = journey.final_visit()
    if final is not None:
        return _of_visit(source, final, trunk)
    return _never_queued(source, roles, trunk)


def _of_visit(source: AsteriskSource, visit: Visit, trunk: Trunk) -> Verdict:
    outcomes = {
        Left.ABANDONED: CallOutcome.QUEUE_ABANDONED,
        Left.TIMEOUT: CallOutcome.QUEUE_TIMEOUT,
        Left.EMPTY: source.empty_queue_outcome,
        Left.KEY: CallOutcome.QUEUE_EXIT_KEY,
        Left.DROPPED: CallOutcome.FAILED,
    }
    if visit.left in outcomes:
        return Verdict(outcomes[visit.left])
    if visit.left is Left.WITHDRAWN:
        return Verdict(CallOutcome.UNKNOWN, CallFinding.UNCLASSIFIED, "withdrawn from the queue by a program")
    # queue_log lacks the end, the channel's records have it
    if trunk.ending is Ending.CALLER or trunk.application in CONNECTING:
        return Verdict(CallOutcome.QUEUE_ABANDONED, CallFinding.LOG_INCOMPLETE)
    return Verdict(CallOutcome.QUEUE_TIMEOUT, CallFinding.LOG_INCOMPLETE)


def _never_queued(source: AsteriskSource, roles: Roles, trunk: Trunk) -> Verdict:
    return _by_refusal(source, trunk) or _by_profile(source, trunk) or _by_evidence(roles, trunk)


def _by_refusal(source: AsteriskSource, trunk: Trunk) -> Verdict | None:
    if trunk.ending is Ending.BUSY:
        return Verdict(CallOutcome.BUSY_PBX)
    return Verdict(source.congestion_outcome) if trunk.ending is Ending.CONGESTION else None


def _by_profile(source: AsteriskSource, trunk: Trunk) -> Verdict | None:
    """Return the outcome of a call that ended in a place the profile names."""
    if trunk.contexts.intersection(source.closed_contexts):
        return Verdict(CallOutcome.OUT_OF_HOURS)
    if any(fnmatchcase(trunk.place, exit_) for exit_ in source.self_service_exits):
        return Verdict(CallOutcome.IVR_SELFSERVICE)
    if trunk.contexts.intersection(source.exit_contexts):
        return Verdict(CallOutcome.QUEUE_EXIT_KEY, CallFinding.LOG_INCOMPLETE)
    if trunk.context not in source.ivr_contexts:
        return None
    is_served = _is_released(trunk) and not source.self_service_exits
    return Verdict(CallOutcome.IVR_SELFSERVICE if is_served else CallOutcome.IVR_ABANDONED)


def _is_released(trunk: Trunk) -> bool:
    return trunk.ending is Ending.SYSTEM or trunk.application == HANGUP


def _by_evidence(roles: Roles, trunk: Trunk) -> Verdict:
    """Return the outcome of a call that ended in a place the profile does not name."""
    if trunk.ending is Ending.FAILED:
        return Verdict(CallOutcome.FAILED)
    if trunk.application in CONNECTING:
        return Verdict(CallOutcome.QUEUE_ABANDONED)
    guessed = _guessed_outcome(roles, trunk)
    if guessed is not None:
        return Verdict(guessed, CallFinding.GUESSED, trunk.place)
    if not _is_released(trunk):
        return Verdict(CallOutcome.IVR_ABANDONED)
    return Verdict(CallOutcome.UNKNOWN, CallFinding.UNCLASSIFIED, trunk.place)


def _guessed_outcome(roles: Roles, trunk: Trunk) -> CallOutcome | None:
    """Tell a menu from a closed desk by what was played and asked there."""
    if trunk.has_seen_menu or trunk.context in roles.menu_contexts:
        return CallOutcome.IVR_SELFSERVICE if _is_released(trunk) else None
    is_closed = _is_released(trunk) and trunk.has_heard_announcement
    return CallOutcome.OUT_OF_HOURS if is_closed or trunk.context in roles.closed_contexts else None
