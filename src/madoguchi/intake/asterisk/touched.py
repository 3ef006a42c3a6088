"""Makes again the calls that new lines may have changed, each whole, from all lines ever kept about it."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict

from madoguchi.intake.asterisk.evidence import Evidence, Link, components
from madoguchi.intake.asterisk.raw_store import RawStore
from madoguchi.intake.asterisk.reading import parser_of
from madoguchi.intake.asterisk.rebuild import pbx_moment, rebuild_evidence
from madoguchi.intake.asterisk.records import QueueEvent
from madoguchi.intake.asterisk.sightings import Roles, work_out_roles
from madoguchi.intake.asterisk.source import AsteriskSource, LogKind
from madoguchi.intake.asterisk.wrap_up import DAY_SECONDS, AgentEvent, agent_events

IDS_AT_ONCE = 20_000
ROLES = "roles"


def rebuild_touched(*, raw: RawStore, source: AsteriskSource, rebuilds_all: bool) -> int:
    """Make the calls again that the new lines may have changed; return how many were made."""
    roles = work_out_roles(source=source, sightings=raw.sightings())
    is_all = _are_new(roles, raw) or rebuilds_all or roles.has_rows_without_id
    ids, links = raw.all_ids() if is_all else raw.linked_ids(_touched_ids(raw, source))
    raw.forget_calls(None if is_all else ids)
    made = 0
    for chunk in _chunks(ids, links, is_whole=roles.has_rows_without_id):
        made += _rebuild_chunk(raw, source, roles, chunk)
    return made


def _are_new(roles: Roles, raw: RawStore) -> bool:
    """Say whether the PBX's names now mean something else: then calls without new lines change too."""
    values = asdict(roles)
    shown = repr([(name, sorted(value) if isinstance(value, frozenset) else value) for name, value in values.items()])
    if raw.note(ROLES) == shown:
        return False
    raw.put_note(ROLES, shown)
    return True


def _touched_ids(raw: RawStore, source: AsteriskSource) -> set[str]:
    """Return the channels of calls with new lines, or followed by new pauses, and of provisional ones."""
    ids = raw.new_call_ids() | raw.provisional_keys()
    span = raw.new_agent_span()
    if span is not None:
        reach = source.wrap_up_limit_seconds + source.wrap_up_within_seconds + DAY_SECONDS
        ids |= raw.keys_since(span[0] - reach)
    return ids


def _chunks(ids: set[str], links: set[Link], *, is_whole: bool) -> Iterator[list[str]]:
    """Yield channels in lots that memory holds; the channels of a call stay together."""
    if is_whole:
        yield sorted(ids)
        return
    lot: list[str] = []
    for group in components(ids=ids, links=links):
        lot += group
        if len(lot) >= IDS_AT_ONCE:
            yield lot
            lot = []
    if lot:
        yield lot


def _rebuild_chunk(raw: RawStore, source: AsteriskSource, roles: Roles, ids: list[str]) -> int:
    parsers = {kind: parser_of(kind, source) for kind in LogKind}
    evidence = Evidence()
    moments = []
    for line in raw.lines_of(ids):
        record = parsers[line.kind](line.text)
        evidence.add(record, file=line.file)
        moments.append(pbx_moment(record))
    log = raw.spans().get(LogKind.QUEUE_LOG)
    calls = rebuild_evidence(
        source=source,
        roles=roles,
        evidence=evidence,
        pauses=_pauses_around(raw, source, moments),
        restarts=raw.restarts(),
        horizon=log[1] if log else None,
    )
    raw.put_calls(calls)
    return len(calls)


def _pauses_around(raw: RawStore, source: AsteriskSource, moments: Iterable[int]) -> dict[str, list[AgentEvent]]:
    """Return the agents' pauses as far back and ahead as the wrap-up of these moments is looked for."""
    around = list(moments)
    if not around:
        return {}
    ahead = source.wrap_up_limit_seconds + source.wrap_up_within_seconds + 1
    parse = parser_of(LogKind.QUEUE_LOG, source)
    lines = raw.agent_lines(first=min(around) - DAY_SECONDS, final=max(around) + ahead)
    return agent_events(record for line in lines if isinstance(record := parse(line.text), QueueEvent))
