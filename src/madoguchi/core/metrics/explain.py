"""A figure taken apart: the definition in words, the counts, and every event with what it counted as."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from madoguchi.core.metrics.classify import Classified
from madoguchi.core.metrics.measure import Facts, classified_events
from madoguchi.core.metrics.spec import Contract, Indicator, Window
from madoguchi.core.metrics.windows import counted_period
from madoguchi.core.vocabulary import Statistic


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """One event behind a figure: where it came from, when, and what it counted as.

    `role` is part (numerator and denominator), counted (denominator only), excluded or missing; `value` is
    in the value's own unit.
    """

    source: str
    source_file: str
    at: datetime
    group: str
    role: str
    reason: str
    value: int | None


def evidence(*, contract: Contract, indicator: Indicator, window: Window, facts: Facts) -> Iterator[Evidence]:
    """Yield every event of the indicator's population in the window, in order of time and source."""
    period = counted_period(contract=contract, indicator=indicator, window=window)
    if indicator.statistic is Statistic.AVAILABILITY:
        found = _interruptions(contract=contract, indicator=indicator, window=window, facts=facts)
        yield from sorted(found, key=lambda each: (each.at, each.source))
        return
    events = classified_events(contract=contract, indicator=indicator, period=period, facts=facts)
    counted = [_as_evidence(each, indicator=indicator) for each in events]
    yield from sorted(counted, key=lambda each: (each.at, each.source))


def _interruptions(*, contract: Contract, indicator: Indicator, window: Window, facts: Facts) -> Iterator[Evidence]:
    """Yield the outages and the planned maintenance of the services that touch the window, with their seconds."""
    for table, role in (("outages", "counted"), ("maintenance", "excluded")):
        for event in facts.get(table, ()):
            start, end = event["started_at"], event.get("ended_at")
            if not isinstance(start, datetime) or event["contract"] != contract.id:
                continue
            is_asked = event["service"] in indicator.services
            first_day = contract.calendar.local_date(start)
            final_day = contract.calendar.local_date(end) if isinstance(end, datetime) else window.period.end_date
            if is_asked and first_day < window.period.end_date and final_day >= window.period.start_date:
                yield Evidence(
                    source=str(event["source"]),
                    source_file=str(event.get("source_file") or ""),
                    at=start,
                    group=str(event["service"]),
                    role=role,
                    reason="maintenance" if role == "excluded" else "",
                    value=int((end - start).total_seconds()) if isinstance(end, datetime) else None,
                )


def _as_evidence(each: Classified, *, indicator: Indicator) -> Evidence:
    at = each.event[indicator.at]
    if not isinstance(at, datetime):
        raise TypeError(f"{indicator.at} of {each.event['source']} is not a moment")
    return Evidence(
        source=str(each.event["source"]),
        source_file=str(each.event.get("source_file") or ""),
        at=at,
        group=each.group,
        role=_role(each),
        reason=each.excluded or "",
        value=each.value,
    )


def _role(each: Classified) -> str:
    if each.excluded is not None:
        return "excluded"
    if each.is_part:
        return "part"
    if each.is_counted:
        return "counted"
    return "missing"
