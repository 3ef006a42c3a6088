"""Outages brought in line with what was said: the same sayings give the same outages, whatever their order."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from madoguchi.audit.bulk import update_rows
from madoguchi.core.monitoring_vocabulary import SourceKind
from madoguchi.monitoring.models import MappingRule, Outage, OutageCorrection, Sighting, Source
from madoguchi.monitoring.rules import Said, Span, all_fit, spans_of, touches

SEEN = ("labels", "summary", "seen_severity", "seen_started_at", "seen_ended_at")
SETTLED = ("service", "severity", "started_at", "ended_at", "is_ignored")


@dataclass(kw_only=True, slots=True)
class Followed:
    """What became of outages."""

    opened: list[Outage] = field(default_factory=list)
    changed: list[Outage] = field(default_factory=list)
    ended: list[Outage] = field(default_factory=list)
    merged: list[int] = field(default_factory=list)

    @property
    def is_anything(self) -> bool:
        return bool(self.opened or self.changed or self.merged)


def follow(*, source: Source, problems: Iterable[str], now: datetime) -> Followed:
    """Derive the outages of problems anew from all that was said of them; the source is locked."""
    asked = sorted(set(problems))
    said: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in Sighting.objects.filter(source=source, problem__in=asked):
        said[sighting.problem].append(sighting)
    rows: dict[str, list[Outage]] = defaultdict(list)
    for outage in Outage.objects.filter(source=source, problem__in=asked).order_by("pk"):
        rows[outage.problem].append(outage)
    rules = rules_of(source)
    followed = Followed()
    for problem in asked:
        _follow_one(source, said[problem], rows[problem], rules=rules, followed=followed, now=now)
    _number(source, followed.opened)
    Outage.objects.bulk_create(followed.opened)
    update_rows(followed.changed, [*SEEN, *SETTLED, "ticket"])
    Outage.objects.filter(pk__in=followed.merged).delete()
    return followed


def _number(source: Source, opened: Sequence[Outage]) -> None:
    if not opened:
        return
    for number, outage in enumerate(opened, start=source.outage_count + 1):
        outage.number = number
    source.outage_count += len(opened)
    source.save(update_fields=["outage_count"])


def _follow_one(
    source: Source, said: Sequence[Sighting], rows: list[Outage], *, rules: Sequence[MappingRule], followed: Followed,
    now: datetime,
) -> None:  # fmt: skip
    by_key = {each.digest: each for each in said}
    spans = spans_of(
        (Said(key=each.digest, started_at=each.started_at, ended_at=each.ended_at) for each in said),
        join_seconds=source.join_seconds,
    )
    left = list(rows)
    for span in spans:
        same = [each for each in left if touches(span, _span_of(each))]
        same.sort(key=lambda each: (not _is_handled(each), each.pk))
        left = [each for each in left if each not in same[:1]]
        first = by_key[span.first]
        if same:
            _change(same[0], span, first, rules=rules, followed=followed)
        else:
            outage = Outage(contract=source.contract, source=source, problem=first.problem, noticed_at=now)
            _describe(outage, span, first)
            settle(outage, rules=rules)
            followed.opened.append(outage)
            rows.append(outage)
    _let_go(left, rows, followed)


def _change(outage: Outage, span: Span, first: Sighting, *, rules: Sequence[MappingRule], followed: Followed) -> None:
    before = [getattr(outage, name) for name in (*SEEN, *SETTLED)]
    was_open = outage.ended_at is None
    _describe(outage, span, first)
    settle(outage, rules=rules)
    if before != [getattr(outage, name) for name in (*SEEN, *SETTLED)]:
        followed.changed.append(outage)
        if was_open and outage.ended_at is not None:
            followed.ended.append(outage)


def _let_go(left: Sequence[Outage], rows: Sequence[Outage], followed: Followed) -> None:
    """Drop rows that turned out to be part of another; what people did to them goes along."""
    for each in left:
        others = [one for one in rows if one not in left and one.pk is not None]
        heir = next((one for one in others if touches(_span_of(one), _span_of(each))), None)
        if heir is None and _is_handled(each):
            continue
        if heir is not None:
            OutageCorrection.objects.filter(outage=each).update(outage=heir)
            if heir.ticket_id is None and each.ticket_id is not None:
                heir.ticket_id = each.ticket_id
                followed.changed.append(heir)
        followed.merged.append(each.pk)


def _is_handled(outage: Outage) -> bool:
    fixed = (outage.fixed_service, outage.fixed_started_at, outage.fixed_ended_at, outage.ticket_id)
    return outage.is_dismissed or any(each for each in fixed)


def _span_of(outage: Outage) -> Span:
    return Span(first="", started_at=outage.seen_started_at, ended_at=outage.seen_ended_at)


def _describe(outage: Outage, span: Span, first: Sighting) -> None:
    outage.labels, outage.summary, outage.seen_severity = first.labels, first.summary, first.severity
    outage.seen_started_at, outage.seen_ended_at = span.started_at, span.ended_at


def rules_of(source: Source) -> list[MappingRule]:
    return list(MappingRule.objects.filter(source=source).order_by("number"))


def settle(outage: Outage, *, rules: Sequence[MappingRule]) -> None:
    """Set what counts of an outage: what a person said, else what was seen and what the rules make of it."""
    rule = next((each for each in rules if all_fit(each.tests, outage.labels)), None)
    mapped = rule.service if rule else ""
    if outage.source.kind == SourceKind.FILE:
        mapped = outage.labels["service"]
    outage.service = outage.fixed_service or mapped
    outage.severity = (rule.severity if rule else "") or outage.seen_severity
    outage.is_ignored = rule is not None and not outage.service
    outage.started_at = outage.fixed_started_at or outage.seen_started_at
    outage.ended_at = outage.fixed_ended_at or outage.seen_ended_at
    if outage.started_at and outage.ended_at:
        outage.ended_at = max(outage.started_at, outage.ended_at)
