"""Rebuilt calls and the carrier's attempts put together into the events of the table `calls`."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median_low

from madoguchi.core.events import CALLS, ColumnKind, Event, Value
from madoguchi.core.vocabulary import CallFinding, CallOutcome
from madoguchi.intake.asterisk.call import Facts, RebuiltCall
from madoguchi.intake.asterisk.matching import clock_differences, match_attempts
from madoguchi.intake.asterisk.moments import moment_of
from madoguchi.intake.asterisk.quality import Quality, collect_quality
from madoguchi.intake.asterisk.records import AttemptResult, CarrierAttempt
from madoguchi.intake.asterisk.sightings import Sight, Sighting
from madoguchi.intake.asterisk.source import AsteriskSource, LogKind

MOMENTS = frozenset(column.name for column in CALLS.columns if column.kind is ColumnKind.MOMENT)
NO_FACTS: Mapping[str, Value] = dict.fromkeys(CALLS.column_names())
# whole seconds of two logs differ by one without any fault of a clock
FEWEST_COMPARED, LEAST_OFFSET, OFFSET_SEARCHED = 5, 2, 300
Found = tuple[CallFinding, str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the logs hold beside the calls: which kinds there are, and the PBX's first and last moment."""

    kinds: frozenset[LogKind]
    sightings: frozenset[Sighting]
    first: int | None = None
    final: int | None = None


def finish_calls(
    *,
    source: AsteriskSource,
    calls: Sequence[RebuiltCall],
    attempts: Mapping[CarrierAttempt, str],
    known: Known,
) -> tuple[list[Event], Quality]:
    """Return all events in order of arrival, and the quality of what they were made from.

    `attempts` are the carrier's, each with its file. One without a call is a call of its own.
    """
    matched = match_attempts(calls=calls, attempts=attempts, within_seconds=source.carrier_match_seconds)
    found: list[Found] = list(source_findings(source, known))
    found += _clock_finding(source, calls, attempts)
    events: list[Event] = []
    reported = _span(attempts)
    for call in calls:
        name = f"{source.name}:{call.key}"
        found += [(finding, detail, name) for finding, detail in call.findings]
        if not call.facts:
            continue
        attempt = matched.get(call.key)
        event = _event(source, name, call.file, call.facts, attempt)
        events.append(event)
        if event["line"] is None:
            found.append((CallFinding.LINE_UNKNOWN, "", name))
        if attempt is None and reported and reported[0] <= int(call.facts["offered_at"] or 0) <= reported[1]:
            found.append((CallFinding.NOT_AT_CARRIER, "", name))
    used = set(matched.values())
    for attempt in sorted(set(attempts) - used, key=lambda each: (each.at, each.key)):
        name = f"{source.name}:carrier-{attempt.key}"
        events.append(_event(source, name, attempts[attempt], _attempt_facts(source, attempt, known), attempt))
        found.append((CallFinding.ONLY_AT_CARRIER, attempt.result, name))
        if attempt.result is AttemptResult.BUSY and not known.kinds & {LogKind.CDR, LogKind.CEL}:
            # calls the PBX refuses itself are in neither of the other logs
            found.append((CallFinding.GUESSED, "busy at the carrier or at the PBX", name))
    events.sort(key=_arrival)
    quality = collect_quality(Counter(CallOutcome(str(event["outcome"])) for event in events), findings=found)
    return events, quality


def _clock_finding(
    source: AsteriskSource, calls: Sequence[RebuiltCall], attempts: Iterable[CarrierAttempt]
) -> Iterator[Found]:
    """Say by how much the carrier's clock is ahead of the PBX's, also where no call can be matched for it."""
    ahead = clock_differences(calls=calls, attempts=attempts, within_seconds=OFFSET_SEARCHED)
    if len(ahead) < FEWEST_COMPARED:
        return
    usual = median_low(ahead)
    if abs(usual) >= LEAST_OFFSET:
        setting = source.offset_of(LogKind.CARRIER) - usual
        yield CallFinding.CLOCK_OFFSET, f"{usual:+d} s (clock_offsets: carrier = {setting})", ""


def _arrival(event: Event) -> tuple[datetime, str]:
    at = event["offered_at"]
    assert isinstance(at, datetime)  # the table requires it
    return at, str(event["source"])


def _span(attempts: Mapping[CarrierAttempt, str]) -> tuple[int, int] | None:
    moments = [attempt.at for attempt in attempts]
    return (min(moments), max(moments)) if moments else None


def _event(source: AsteriskSource, name: str, file: str, facts: Facts, attempt: CarrierAttempt | None) -> Event:
    line = facts["line"] or (attempt.dialled if attempt else None)
    event: dict[str, Value] = {**NO_FACTS, **facts}
    for column in MOMENTS:
        fact = facts.get(column)
        if isinstance(fact, int):
            event[column] = moment_of(fact)
    event |= {
        "contract": source.contract_of(line if isinstance(line, str) else None),
        "source": name,
        "source_file": file,
        "line": line,
        "outcome": str(facts["outcome"]),
    }
    return event


def _attempt_facts(source: AsteriskSource, attempt: CarrierAttempt, known: Known) -> Facts:
    return {
        "offered_at": attempt.at,
        "line": attempt.dialled,
        "caller": attempt.caller,
        "ended_at": attempt.end,
        "outcome": _attempt_outcome(source, attempt, known),
        "queue_visit_count": 0 if attempt.result is AttemptResult.BUSY else None,
        "agent_leg_count": 0 if attempt.result is AttemptResult.BUSY else None,
    }


def _attempt_outcome(source: AsteriskSource, attempt: CarrierAttempt, known: Known) -> CallOutcome:
    """Return what became of an attempt the PBX does not know.

    Where the PBX's logs do not reach, nothing is known yet: it may have refused the call itself.
    """
    slack = source.carrier_match_seconds
    if known.first is None or known.final is None:
        return CallOutcome.OPEN
    if not known.first - slack <= attempt.at <= known.final + slack:
        return CallOutcome.OPEN
    outcomes = {AttemptResult.BUSY: CallOutcome.BUSY_CARRIER, AttemptResult.FAILED: CallOutcome.FAILED}
    return outcomes.get(attempt.result, CallOutcome.UNKNOWN)


def source_findings(source: AsteriskSource, known: Known) -> Iterator[Found]:
    for kind in LogKind:
        if kind not in known.kinds:
            yield CallFinding.MISSING_LOG, kind, ""
    if not source.second_level_queues and not source.second_level_extensions:
        yield CallFinding.NO_SECOND_LEVEL, "", ""
    for sighting in known.sightings:
        if sighting.sight is Sight.UNKNOWN_EVENT:
            yield CallFinding.IGNORED_EVENT, sighting.name, ""
