"""What is frozen of a figure, and how two freezings differ. Pure decisions on values."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from madoguchi.core.calendar.periods import Period
from madoguchi.core.metrics.explain import Evidence
from madoguchi.core.metrics.spec import Measurement, Tally

Facts = dict[str, object]
COMPARED = ("version", "exact", "verdict", "reasons", "tallies", "key_count", "key_hash")


def is_frozen_with(measurement: Measurement, *, month: Period) -> bool:
    """Return whether a figure is final when the month ends: its window ends in the month."""
    return month.start_date < measurement.figure.window.period.end_date <= month.end_date


def facts_of(measurement: Measurement, *, keys: Sequence[Evidence]) -> Facts:
    """Return what must come out again: exact figure, whole-number tallies, verdict, and the counted keys' hash."""
    figure, judgement = measurement.figure, measurement.judgement
    return {
        "indicator": figure.indicator,
        "label": measurement.indicator.label,
        "label_en": measurement.indicator.label_en,
        "version": figure.version,
        "window": figure.window.label,
        "start_date": figure.window.period.start_date.isoformat(),
        "end_date": figure.window.period.end_date.isoformat(),
        "exact": None if figure.exact is None else str(figure.exact),
        "verdict": judgement.verdict.value,
        "reasons": [[reason.code.value, reason.detail] for reason in judgement.reasons],
        "tallies": {name: _tally(each) for name, each in figure.groups},
        "key_count": len(keys),
        "key_hash": key_hash(keys),
    }


def _tally(tally: Tally) -> Facts:
    return {
        "counted": tally.counted, "part": tally.part, "valued": tally.valued, "total": tally.total,
        "maximum": tally.maximum, "missing": tally.missing, "excluded": dict(tally.excluded),
        "histogram": [list(each) for each in tally.histogram],
    }  # fmt: skip


def key_hash(keys: Iterable[Evidence]) -> str:
    """Return one hash of every event counted or left out: its source, what it counted as, and its value."""
    digest = hashlib.sha256()
    lines = sorted((each.source, each.group, each.role, each.reason, str(each.value)) for each in keys)
    for line in lines:
        digest.update(json.dumps(line, ensure_ascii=False).encode() + b"\n")
    return digest.hexdigest()


def texts_hash(texts: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(texts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def revision_hash(figures: Sequence[Mapping[str, object]], *, definitions_hash: str) -> str:
    """Return one hash of all that was frozen, as kept in the history."""
    content = json.dumps([definitions_hash, list(figures)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One figure that is not what it was: `old` or `new` is None where it was not there."""

    indicator: str
    window: str
    old: Facts | None
    new: Facts | None
    fields: tuple[str, ...]


def differences(old: Sequence[Facts], new: Sequence[Facts]) -> list[Difference]:
    """Return the figures that differ in anything that must come out again, in the order of the new ones."""
    before = {(each["indicator"], each["start_date"]): each for each in old}
    after = {(each["indicator"], each["start_date"]): each for each in new}
    found = []
    for key in [*after, *(each for each in before if each not in after)]:
        one, two = before.get(key), after.get(key)
        fields = tuple(name for name in COMPARED if (one or {}).get(name) != (two or {}).get(name))
        known = two or one or {}
        if fields:
            indicator, window = str(known["indicator"]), str(known["window"])
            found.append(Difference(indicator=indicator, window=window, old=one, new=two, fields=fields))
    return found


def month_of(day: date) -> date:
    return day.replace(day=1)
