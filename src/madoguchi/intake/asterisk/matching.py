"""Which of the carrier's attempts is which call of the PBX: two clocks, two writings, no common id."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from madoguchi.intake.asterisk.call import RebuiltCall
from madoguchi.intake.asterisk.numbers import FINAL_DIGITS, is_same_number, number_key
from madoguchi.intake.asterisk.records import CarrierAttempt


class _Side(NamedTuple):
    at: int
    caller: str
    line: str
    key: str


def match_attempts(
    *, calls: Sequence[RebuiltCall], attempts: Iterable[CarrierAttempt], within_seconds: int
) -> Mapping[str, CarrierAttempt]:
    """Return each call's attempt.

    The same caller and the nearest times go together first; then what is left, where one side does not know
    the caller. Every attempt and every call is used once, whatever the order they come in.
    """
    by_key = {attempt.key: attempt for attempt in attempts}
    theirs, ours = _attempts_side(by_key), _calls_side(calls)
    pairs = _nearest(ours, theirs, within_seconds, is_same_caller=True)
    ours = [each for each in ours if each.key not in pairs]
    used = set(pairs.values())
    theirs = [each for each in theirs if each.key not in used]
    pairs |= _nearest(ours, theirs, within_seconds, is_same_caller=False)
    return {ours_key: by_key[their_key] for ours_key, their_key in pairs.items()}


def clock_differences(
    *, calls: Sequence[RebuiltCall], attempts: Iterable[CarrierAttempt], within_seconds: int
) -> list[int]:
    """Return by how many seconds the carrier has each call later than the PBX, told by the callers' numbers alone."""
    by_key = {attempt.key: attempt for attempt in attempts}
    ours = _calls_side(calls)
    moments = {each.key: each.at for each in ours}
    pairs = _nearest(ours, _attempts_side(by_key), within_seconds, is_same_caller=True)
    return [by_key[theirs].at - moments[key] for key, theirs in pairs.items()]


def _attempts_side(by_key: Mapping[str, CarrierAttempt]) -> list[_Side]:
    return [_side(at=each.at, caller=each.caller, line=each.dialled, key=key) for key, each in by_key.items()]


def _calls_side(calls: Iterable[RebuiltCall]) -> list[_Side]:
    return [
        _side(
            at=int(call.facts["offered_at"] or 0),
            caller=_text(call.facts["caller"]),
            line=_text(call.facts["line"]),
            key=call.key,
        )
        for call in calls
        if call.facts
    ]


def _text(value: str | int | None) -> str | None:
    return value if isinstance(value, str) else None


def _side(*, at: int, caller: str | None, line: str | None, key: str) -> _Side:
    return _Side(at=at, caller=number_key(caller), line=number_key(line), key=key)


def _nearest(ours: Sequence[_Side], theirs: Sequence[_Side], within: int, *, is_same_caller: bool) -> dict[str, str]:
    """Pair what fits, the nearest in time first."""
    size = max(within, 1)

    def bucket(side: _Side, step: int) -> tuple[str, int]:
        return (side.caller[-FINAL_DIGITS:] if is_same_caller else "", side.at // size + step)

    buckets: dict[tuple[str, int], list[_Side]] = {}
    for each in theirs:
        buckets.setdefault(bucket(each, 0), []).append(each)
    candidates = [
        (abs(call.at - attempt.at), call.at, attempt.at, call.key, attempt.key)
        for call in ours
        for step in (-1, 0, 1)
        for attempt in buckets.get(bucket(call, step), ())
        if _fits(call, attempt, within, is_same_caller=is_same_caller)
    ]
    pairs: dict[str, str] = {}
    used: set[str] = set()
    for _, _, _, call_key, attempt_key in sorted(candidates):
        if call_key not in pairs and attempt_key not in used:
            pairs[call_key] = attempt_key
            used.add(attempt_key)
    return pairs


def _fits(call: _Side, attempt: _Side, within: int, *, is_same_caller: bool) -> bool:
    is_near = abs(call.at - attempt.at) <= within
    # carriers often hand over only the final digits of the number dialled
    is_line = call.line.endswith(attempt.line) or attempt.line.endswith(call.line)
    if is_same_caller:
        return is_near and is_line and is_same_number(call.caller, attempt.caller)
    return is_near and is_line and (not call.caller or not attempt.caller)
