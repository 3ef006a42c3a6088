"""Availability as a columnar query: unions of outages and maintenance, cut into days and opening hours."""

import ibis

from madoguchi.core.calendar.hours import DAY_SECONDS, BusinessCalendar
from madoguchi.core.metrics.spec import Contract, Indicator
from madoguchi.engine.compile import END_MARK, START_MARK
from madoguchi.engine.expressions import Expression, all_of, held_between
from madoguchi.engine.schemas import calendar_table, fact_table, interval_count


def compile_availability(indicator: Indicator, *, contract: Contract) -> Expression:
    """Return per local day: service seconds of all services, those in maintenance, and those lost.

    Columns: day, open_seconds (of one service), maintenance, affected (outage or maintenance).
    """
    down = _spans("outages", indicator, contract, tests=True)
    planned = _spans("maintenance", indicator, contract, tests=False)
    either = _per_day(_islands(ibis.union(down, planned)), indicator, contract, name="affected")
    maintenance = _per_day(_islands(planned), indicator, contract, name="maintenance")
    days = _days(contract.calendar)
    days = days.left_join(either, days.day_number == either.affected_day)
    days = days.left_join(maintenance, days.day_number == maintenance.maintenance_day)
    seconds = ibis.literal(DAY_SECONDS, "int64") if indicator.is_around_the_clock else days.open_seconds
    return days.select(
        day=days.day_number,
        open_seconds=seconds,
        maintenance=days.maintenance.fill_null(0),
        affected=days.affected.fill_null(0),
    )


def _days(calendar: BusinessCalendar) -> Expression:
    days = calendar_table(calendar)
    begins = days.day_number * DAY_SECONDS - calendar.utc_offset_seconds
    return days.filter((begins >= START_MARK) & (begins < END_MARK))


def _spans(name: str, indicator: Indicator, contract: Contract, *, tests: bool) -> Expression:
    table = fact_table(name)
    wanted = (table.contract == contract.id) & table.service.isin(list(indicator.services))
    if tests:
        wanted = wanted & all_of(indicator.where, table)
    table = table.filter(wanted)
    spans = table.select(
        service=table.service,
        starts=ibis.greatest(table.started_at, START_MARK),
        ends=ibis.least(table.ended_at.fill_null(END_MARK), END_MARK),
    )
    return spans.filter(spans.ends > spans.starts)


def _islands(spans: Expression) -> Expression:
    """Return the union of each service's spans as disjoint spans."""
    earlier = ibis.window(
        group_by=spans.service, order_by=[spans.starts, spans.ends], preceding=(None, 1), following=None
    )
    reached = spans.mutate(reached=spans.ends.max().over(earlier))
    begun = reached.mutate(begins=(reached.starts > reached.reached).fill_null(True).ifelse(1, 0))
    so_far = ibis.window(group_by=begun.service, order_by=[begun.starts, begun.ends], preceding=None, following=0)
    numbered = begun.mutate(island=begun.begins.sum().over(so_far))
    return numbered.group_by(["service", "island"]).aggregate(starts=numbered.starts.min(), ends=numbered.ends.max())


def _per_day(islands: Expression, indicator: Indicator, contract: Contract, *, name: str) -> Expression:
    """Return the service seconds that the islands share with each day."""
    calendar = contract.calendar
    days = _days(calendar)
    begins = days.day_number * DAY_SECONDS - calendar.utc_offset_seconds
    days = days.mutate(begins_at=begins)
    cut = days.inner_join(islands, [days.begins_at < islands.ends, days.begins_at + DAY_SECONDS > islands.starts])
    intervals = [(cut.begins_at, cut.begins_at + DAY_SECONDS)]
    if not indicator.is_around_the_clock:
        intervals = [
            (cut[f"opens_at{number}"], cut[f"closes_at{number}"]) for number in range(interval_count(calendar))
        ]
    shared = ibis.literal(0, "int64")
    for opens_at, closes_at in intervals:
        shared = shared + held_between(cut.ends, opens_at, closes_at) - held_between(cut.starts, opens_at, closes_at)
    cut = cut.mutate(shared=shared)
    return (
        cut.group_by("day_number")
        .aggregate(**{name: cut.shared.sum().cast("int64")})
        .rename({f"{name}_day": "day_number"})
    )
