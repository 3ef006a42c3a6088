"""Raw lines to whole calls: a pure function of the set of lines, whatever their files and order."""

from collections.abc import Iterable, Mapping, Sequence

from madoguchi.core.events import Event
from madoguchi.intake.asterisk.call import RebuiltCall, Rules, rebuild_call
from madoguchi.intake.asterisk.cdr_ids import name_rows
from madoguchi.intake.asterisk.evidence import Evidence, group_calls
from madoguchi.intake.asterisk.finish import Known, finish_calls
from madoguchi.intake.asterisk.moments import MILLION
from madoguchi.intake.asterisk.quality import Quality
from madoguchi.intake.asterisk.queue_log import NO_CALL
from madoguchi.intake.asterisk.reading import Record, parser_of
from madoguchi.intake.asterisk.records import CarrierAttempt, CelEvent, QueueEvent, RawEvent
from madoguchi.intake.asterisk.sightings import Roles, sightings_of, work_out_roles
from madoguchi.intake.asterisk.source import AsteriskSource, LogKind
from madoguchi.intake.asterisk.wrap_up import AgentEvent, WrapUps, agent_events


def rebuild_calls(*, source: AsteriskSource, raw_events: Iterable[RawEvent]) -> tuple[list[Event], Quality]:
    """Return every call as an event of the table `calls`, in order of arrival, and what to know of them.

    Raises InvalidInputError where two lines contradict each other.
    """
    parsers = {kind: parser_of(kind, source) for kind in LogKind}
    files: dict[tuple[LogKind, str], str] = {}
    for raw in raw_events:
        files[raw.kind, raw.text] = min(files.get((raw.kind, raw.text), raw.file), raw.file)
    records = [(parsers[kind](text), file) for (kind, text), file in files.items()]
    sightings = frozenset(sighting for record, _ in records for sighting in sightings_of(record))
    evidence = Evidence()
    for record, file in records:
        if is_about_call(record):
            evidence.add(record, file=file)
    queue_events = [record for record, _ in records if isinstance(record, QueueEvent)]
    calls = rebuild_evidence(
        source=source,
        roles=work_out_roles(source=source, sightings=sightings),
        evidence=evidence,
        pauses=agent_events(queue_events),
        restarts=[event.at for event in queue_events if event.event in source.restart_events],
        horizon=max((event.at for event in queue_events), default=None),
    )
    moments = [pbx_moment(record) for record, _ in records if not isinstance(record, CarrierAttempt)]
    known = Known(
        kinds=frozenset(kind for kind, _ in files),
        sightings=sightings,
        first=min(moments, default=None),
        final=max(moments, default=None),
    )
    attempts = {record: file for record, file in records if isinstance(record, CarrierAttempt)}
    return finish_calls(source=source, calls=calls, attempts=attempts, known=known)


def is_about_call(record: Record) -> bool:
    """Say whether a line is about one call, and not about an agent, a queue or the PBX."""
    return not isinstance(record, QueueEvent) or record.call_id not in NO_CALL


def pbx_moment(record: Record) -> int:
    """Return the UTC second a line stands for."""
    if isinstance(record, QueueEvent):
        return record.at
    if isinstance(record, CelEvent):
        return record.at // MILLION
    return record.at if isinstance(record, CarrierAttempt) else record.start


def rebuild_evidence(
    *,
    source: AsteriskSource,
    roles: Roles,
    evidence: Evidence,
    pauses: Mapping[str, Sequence[AgentEvent]],
    restarts: Iterable[int],
    horizon: int | None,
) -> list[RebuiltCall]:
    """Return the calls of some lines; what they need of other lines is given beside them."""
    name_rows(evidence=evidence, roles=roles, zone=source.zone_of(LogKind.CDR))
    rules = Rules(
        source=source,
        roles=roles,
        wrap_ups=WrapUps(source=source, events=pauses, horizon=horizon),
        restarts=sorted(restarts),
        horizon=horizon,
    )
    return [
        rebuild_call(group=group, evidence=evidence, rules=rules)
        for group in group_calls(evidence=evidence, roles=roles)
    ]
