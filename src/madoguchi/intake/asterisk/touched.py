"""Makes again the calls that new lines may have changed, each whole, from all lines ever kept about it."""

from collections.abc import Iterator
from dataclasses import asdict

from madoguchi.intake.asterisk.evidence import Evidence, Link, components
from madoguchi.intake.asterisk.pauses import pauses_around
from madoguchi.intake.asterisk.plain_calls import make_plain_calls
from madoguchi.intake.asterisk.raw_store import RawStore
from madoguchi.intake.asterisk.reading import parser_of
from madoguchi.intake.asterisk.rebuild import pbx_moment, rebuild_evidence
from madoguchi.intake.asterisk.sightings import Roles, work_out_roles
from madoguchi.intake.asterisk.source import AsteriskSource, LogKind
from madoguchi.intake.asterisk.wrap_up import DAY_SECONDS

IDS_AT_ONCE = 20_000
ROLES = "roles"


def rebuild_touched(*, raw: RawStore, source: AsteriskSource, rebuilds_all: bool) -> int:
    """Make the calls again that the new lines may have changed; return how many were made."""
    roles = work_out_roles(source=source, sightings=raw.sightings())
    if _are_new(roles, raw) or rebuilds_all or roles.has_rows_without_id:
        raw.touch_all()
        raw.forget_calls()
    else:
        raw.touch(reach=source.wrap_up_limit_seconds + source.wrap_up_within_seconds + DAY_SECONDS)
        raw.forget_touched()
    made = make_plain_calls(raw, source, roles, horizon=_horizon(raw))
    ids, links = raw.touched()
    for chunk in _chunks(ids, links, is_whole=roles.has_rows_without_id):
        made += _rebuild_chunk(raw, source, roles, chunk)
    return made


def _horizon(raw: RawStore) -> int | None:
    """Return the last moment queue_log is known for."""
    span = raw.spans().get(LogKind.QUEUE_LOG)
    return span[1] if span else None


def _are_new(roles: Roles, raw: RawStore) -> bool:
    """Say whether the PBX's names now mean something else: then calls without new lines change too."""
    values = asdict(roles)
    shown = repr([(name, sorted(value) if isinstance(value, frozenset) else value) for name, value in values.items()])
    if raw.note(ROLES) == shown:
        return False
    raw.put_note(ROLES, shown)
    return True


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
    calls = rebuild_evidence(
        source=source,
        roles=roles,
        evidence=evidence,
        pauses=pauses_around(raw, source, moments),
        restarts=raw.restarts(),
        horizon=_horizon(raw),
    )
    raw.put_calls(calls)
    return len(calls)
