"""The reference: what a definition means, measured on an iterable of events. Slow, exact, readable."""

from collections.abc import Iterable, Mapping
from datetime import date

from madoguchi.core.calendar.periods import Period
from madoguchi.core.events import Event
from madoguchi.core.metrics.availability import availability_tallies
from madoguchi.core.metrics.classify import Classified, approved_exclusions, classify
from madoguchi.core.metrics.figures import make_figure
from madoguchi.core.metrics.spec import Contract, Figure, Indicator, Tally, Window
from madoguchi.core.metrics.windows import counted_period
from madoguchi.core.vocabulary import Statistic

Facts = Mapping[str, Iterable[Event]]
DayTallies = Mapping[tuple[date, str], Tally]


def measure(*, contract: Contract, indicator: Indicator, window: Window, facts: Facts) -> Figure:
    """Return the exact figure of one indicator in one window from the events themselves.

    `facts` maps table names to re-iterable collections of events; a table that is not there holds nothing.
    A composite measures its members the same way.
    """
    if indicator.statistic is Statistic.COMPOSITE:
        versions = {each.id: each for each in contract.indicators}
        members = tuple(
            measure(contract=contract, indicator=versions[member], window=window, facts=facts)
            for member, _ in indicator.members
        )
        return make_figure(indicator=indicator, window=window, groups={}, members=members)
    period = counted_period(contract=contract, indicator=indicator, window=window)
    tallies = day_tallies(contract=contract, indicator=indicator, period=period, facts=facts)
    return make_figure(indicator=indicator, window=window, groups=joined(tallies), members=())


def day_tallies(*, contract: Contract, indicator: Indicator, period: Period, facts: Facts) -> DayTallies:
    """Return what was counted per local day and group; days on which nothing was counted are absent."""
    if indicator.statistic is Statistic.AVAILABILITY:
        return availability_tallies(contract=contract, indicator=indicator, period=period, facts=facts)
    tallies: dict[tuple[date, str], Tally] = {}
    for each in classified_events(contract=contract, indicator=indicator, period=period, facts=facts):
        key = (each.day, each.group)
        tallies[key] = tallies.get(key, Tally()) + tally_of(each, indicator=indicator)
    return tallies


def classified_events(
    *, contract: Contract, indicator: Indicator, period: Period, facts: Facts
) -> Iterable[Classified]:
    """Yield every event of the population whose local day lies in the period."""
    entries = [each for each in facts.get("exclusions", ()) if each["contract"] == contract.id]
    approved = approved_exclusions(entries, indicator=indicator)
    for event in facts.get(indicator.table, ()):
        if event["contract"] != contract.id:
            continue
        each = classify(event, indicator=indicator, contract=contract, approved=approved)
        if each is not None and each.day in period:
            yield each


def tally_of(each: Classified, *, indicator: Indicator) -> Tally:
    if each.excluded is not None:
        return Tally(excluded=((each.excluded, 1),))
    value = each.value if each.is_counted else None
    keeps_values = indicator.statistic is Statistic.PERCENTILE and value is not None
    return Tally(
        counted=int(each.is_counted),
        part=int(each.is_part),
        valued=int(value is not None),
        total=value or 0,
        maximum=value,
        missing=int(each.is_missing),
        histogram=((value or 0, 1),) if keeps_values else (),
    )


def joined(tallies: DayTallies) -> dict[str, Tally]:
    """Add the days up, per group."""
    groups: dict[str, Tally] = {}
    for (_, group), tally in tallies.items():
        groups[group] = groups.get(group, Tally()) + tally
    return groups
