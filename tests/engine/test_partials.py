"""Day sums against full recomputation: the same figures, and never an old one shown as new."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies_metrics import PERIOD, events, worlds

from madoguchi.core.calendar.periods import Period
from madoguchi.core.events import FACT_TABLES, Event
from madoguchi.core.metrics.measure import measure
from madoguchi.core.metrics.spec import Contract, Figure, Indicator, Window
from madoguchi.core.metrics.windows import windows_of
from madoguchi.core.vocabulary import WindowKind
from madoguchi.engine.backends import DuckdbBackend
from madoguchi.engine.changes import touched_days
from madoguchi.engine.partial_freshness import MOST_NAMED, StaleDaysError
from madoguchi.engine.partial_history import history
from madoguchi.engine.partial_store import Database, DuckdbDatabase, SqliteDatabase
from madoguchi.engine.partials import Partials
from madoguchi.engine.tallies import Engine, Queries
from madoguchi.intake.columnar import to_arrow

Facts = dict[str, list[Event]]
World = tuple[Contract, Facts]
MIDDLE = date(2018, 11, 13)


def engine_over(facts: Facts, queries: Queries | None = None) -> Engine:
    """Return an engine; those of one example share what was compiled, as those of one process do."""
    tables = {name: to_arrow(rows, table=FACT_TABLES[name]) for name, rows in facts.items()}
    backend = DuckdbBackend(files={}, tables=tables, threads=1)
    return Engine(backend=backend, queries={} if queries is None else queries)


def asked_of(contract: Contract, kind: WindowKind = WindowKind.MONTH) -> list[tuple[Indicator, Window]]:
    return [(each, window) for each in contract.indicators for window in windows_of(contract=contract, kind=kind)]


def reference_figures(contract: Contract, facts: Facts, kind: WindowKind = WindowKind.MONTH) -> list[Figure]:
    return [
        measure(contract=contract, indicator=indicator, window=window, facts=facts)
        for indicator, window in asked_of(contract, kind)
    ]


class MemorySqlite(SqliteDatabase):
    def __init__(self) -> None:
        super().__init__(":memory:")


DATABASES = st.sampled_from([MemorySqlite, DuckdbDatabase])


@given(world=worlds(most=3), make=DATABASES, kind=st.sampled_from([WindowKind.MONTH, WindowKind.QUARTER]))
def test_figures_from_days_are_those_of_all_events(world: World, make: type[Database], kind: WindowKind) -> None:
    contract, facts = world
    partials = Partials(database=make(), engine=engine_over(facts))
    partials.refresh(contract=contract, period=PERIOD)
    asked = asked_of(contract, kind)
    assert list(partials.figures(contract=contract, asked=asked)) == reference_figures(contract, facts, kind)


@pytest.mark.no_cover
@given(world=worlds(most=2), make=DATABASES, data=st.data())
def test_changed_days_are_stale_until_derived_anew_and_then_right(
    world: World, make: type[Database], data: st.DataObject
) -> None:
    contract, facts = world
    database, queries = make(), Queries()
    Partials(database=database, engine=engine_over(facts, queries)).refresh(contract=contract, period=PERIOD)
    before: Facts = dict(facts)
    after: Facts = {name: data.draw(changed_rows(name, rows), label=name) for name, rows in facts.items()}
    changed = {
        name: [each for each in before[name] if each not in after[name]]
        + [each for each in after[name] if each not in before[name]]
        for name in facts
    }
    partials = Partials(database=database, engine=engine_over(after, queries))
    days = touched_days(engine=partials.engine, contract=contract, changed=changed, within=PERIOD)
    # an exclusion of an event that went away is known by the old facts only
    old = touched_days(engine=engine_over(before, queries), contract=contract, changed=changed, within=PERIOD)
    noted = partials.mark_changed(contract=contract, days=days)
    assert noted == sum(len(each) for each in days.values())
    noted += partials.mark_changed(contract=contract, days=old)
    if noted:
        with pytest.raises(StaleDaysError, match="have changed"):
            partials.figures(contract=contract, asked=asked_of(contract))
    assert partials.refresh_changed(contract=contract) == noted
    assert list(partials.figures(contract=contract, asked=asked_of(contract))) == reference_figures(contract, after)


@st.composite
def changed_rows(draw: st.DrawFn, name: str, rows: list[Event]) -> list[Event]:
    """The rows with some gone, some otherwise, and some late ones."""
    kept = [each for each in rows if draw(st.integers(0, 3))]
    others = draw(events(FACT_TABLES[name], most=4))
    late = [dict(each, source=f"late {each['source']}") for each in others[:2]]
    replaced = {each["source"]: each for each in others[2:]}
    return [replaced.get(each["source"], each) for each in kept] + late


@pytest.mark.no_cover
@given(world=worlds(most=2), make=DATABASES)
def test_days_derived_in_parts_or_twice_are_the_same(world: World, make: type[Database]) -> None:
    contract, facts = world
    partials = Partials(database=make(), engine=engine_over(facts))
    later, earlier = (
        Period(start_date=MIDDLE, end_date=PERIOD.end_date),
        Period(start_date=PERIOD.start_date, end_date=MIDDLE),
    )
    for period in (later, earlier, earlier):
        partials.refresh(contract=contract, period=period)
    assert list(partials.figures(contract=contract, asked=asked_of(contract))) == reference_figures(contract, facts)


@pytest.mark.parametrize("make", [MemorySqlite, DuckdbDatabase])
@settings(max_examples=3)  # the number of definitions matters, not their kinds
@given(world=worlds(most=1))
def test_many_indicators_are_read_apart_from_those_no_longer_asked_for(make: type[Database], world: World) -> None:
    contract, facts = world
    many = tuple(replace(contract.indicators[0], id=f"each_{number}") for number in range(MOST_NAMED + 3))
    earlier = replace(contract, indicators=many)
    partials = Partials(database=make(), engine=engine_over(facts))
    partials.refresh(contract=earlier, period=PERIOD)
    partials.mark_changed(contract=earlier, days={each: frozenset({MIDDLE}) for each in many})
    now = replace(contract, indicators=many[1:])
    assert partials.refresh_changed(contract=now) == len(now.indicators)
    assert list(partials.figures(contract=now, asked=asked_of(now))) == reference_figures(now, facts)
    with pytest.raises(StaleDaysError, match="each_0"):
        partials.figures(contract=earlier, asked=asked_of(earlier))


@pytest.mark.no_cover
@given(world=worlds(most=1), make=DATABASES)
def test_months_of_many_contracts_are_those_of_each(world: World, make: type[Database]) -> None:
    contract, facts = world
    other = replace(contract, id="other", period=Period(start_date=date(2018, 10, 5), end_date=PERIOD.end_date))
    partials = Partials(database=make(), engine=engine_over(facts))
    for each in (contract, other):
        partials.refresh(contract=each, period=PERIOD)
    name = contract.indicators[0].id
    found = history(partials=partials, contracts=[contract, other], indicator=name, within=PERIOD)
    for each in (contract, other):
        assert list(found[each.id]) == reference_figures(each, facts)
