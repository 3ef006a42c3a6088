"""The lines of many calls, sorted by the channel they are about, and the channels that belong to one call."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from madoguchi.intake.asterisk.ids import id_order
from madoguchi.intake.asterisk.queue_journey import CONNECT, STEPS
from madoguchi.intake.asterisk.reading import Record
from madoguchi.intake.asterisk.records import CarrierAttempt, CdrRow, CelEvent, QueueEvent
from madoguchi.intake.asterisk.sightings import Roles

Link = tuple[str, str]


@dataclass(kw_only=True, slots=True)
class Evidence:
    """`rows_without_id` are CDR rows, with their files, of a PBX that writes no uniqueid."""

    queue: dict[str, list[QueueEvent]] = field(default_factory=dict)
    cdr: dict[str, list[CdrRow]] = field(default_factory=dict)
    cel: dict[str, list[CelEvent]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    links: set[Link] = field(default_factory=set)
    rows_without_id: list[tuple[CdrRow, str]] = field(default_factory=list)

    def add(self, record: Record, *, file: str) -> None:
        if isinstance(record, QueueEvent):
            self.queue.setdefault(record.call_id, []).append(record)
        elif isinstance(record, CelEvent):
            self.cel.setdefault(record.call_id, []).append(record)
        elif not isinstance(record, CdrRow):
            return
        elif record.call_id:
            self.cdr.setdefault(record.call_id, []).append(record)
        else:
            self.rows_without_id.append((record, file))
            return
        link = link_of(record)
        if link is not None:
            self.links.add(link)
        self.files[record.call_id] = min(self.files.get(record.call_id, file), file)

    def ids(self) -> set[str]:
        return {*self.queue, *self.cdr, *self.cel}


def link_of(record: Record) -> Link | None:
    """Return the pair of channel ids that a line says belong to one call."""
    if isinstance(record, QueueEvent):
        is_link = record.event == CONNECT and len(record.parameters) > 1 and record.parameters[1] != ""
        return (record.call_id, record.parameters[1]) if is_link else None
    if isinstance(record, CarrierAttempt) or not record.call_id:
        return None
    is_link = record.linked_id not in ("", record.call_id)
    return (record.call_id, record.linked_id) if is_link else None


class CallGroup(NamedTuple):
    """`entry` is the channel that brought the caller; None where none came from outside."""

    entry: str | None
    ids: tuple[str, ...]


def group_calls(*, evidence: Evidence, roles: Roles) -> list[CallGroup]:
    """Return one group per caller who came in.

    Two callers whom an agent put together share their channels' links and stay two calls.
    """
    groups: list[CallGroup] = []
    for ids in components(ids=evidence.ids(), links=evidence.links):
        entries = [each for each in ids if _is_entry(each, evidence, roles)]
        if not entries:
            maybe = [each for each in ids if _is_only_in_queue_log(each, evidence)]
            entries = maybe[:1]
        groups += _shared_out(entries, ids, evidence) if entries else [CallGroup(entry=None, ids=ids)]
    return groups


def _shared_out(entries: list[str], ids: tuple[str, ...], evidence: Evidence) -> Iterator[CallGroup]:
    """Give each entry the channels queue_log connects with it; the others go to the first."""
    own: dict[str, list[str]] = {entry: [entry] for entry in entries}
    connected = {
        link[1]: entry
        for entry in entries
        for event in evidence.queue.get(entry, ())
        if (link := link_of(event)) is not None
    }
    for each in ids:
        if each not in own:
            own[connected.get(each, entries[0])].append(each)
    for entry, members in own.items():
        yield CallGroup(entry=entry, ids=tuple(members))


def _is_entry(call_id: str, evidence: Evidence, roles: Roles) -> bool:
    cel = evidence.cel.get(call_id)
    if cel:
        first = min(cel, key=lambda event: (event.event != "CHAN_START", event))
        is_root = first.linked_id in ("", call_id)
        return is_root and roles.is_from_outside(channel=first.channel, context=first.context)
    rows = evidence.cdr.get(call_id)
    if rows:
        first_row = min(rows)
        is_root = first_row.linked_id in ("", call_id)
        return is_root and roles.is_from_outside(channel=first_row.channel, context=first_row.context)
    return False


def _is_only_in_queue_log(call_id: str, evidence: Evidence) -> bool:
    if call_id in evidence.cel or call_id in evidence.cdr:
        return False
    return any(event.event in STEPS for event in evidence.queue.get(call_id, ()))


def components(*, ids: Iterable[str], links: Iterable[Link]) -> list[tuple[str, ...]]:
    """Return the ids that belong together, each group oldest first."""
    parents: dict[str, str] = {each: each for each in ids}

    def root(each: str) -> str:
        while parents[each] != each:
            parents[each] = parents[parents[each]]
            each = parents[each]
        return each

    for one, other in links:
        parents.setdefault(one, one)
        parents.setdefault(other, other)
        parents[root(one)] = root(other)
    members: dict[str, list[str]] = {}
    for each in parents:
        members.setdefault(root(each), []).append(each)
    groups = [tuple(sorted(each, key=id_order)) for each in members.values()]
    return sorted(groups, key=lambda each: id_order(each[0]))
