"""The engine against the reference: the same tallies, to the last count, on random definitions and events."""

from hypothesis import given
from hypothesis import strategies as st
from tests.strategies_metrics import PERIOD, worlds

from madoguchi.core.events import FACT_TABLES, Event
from madoguchi.core.metrics.measure import day_tallies
from madoguchi.core.metrics.spec import Contract
from madoguchi.engine.backends import DuckdbBackend
from madoguchi.engine.tallies import Engine
from madoguchi.intake.columnar import to_arrow

World = tuple[Contract, dict[str, list[Event]]]


@given(world=worlds())
def test_duckdb_gives_the_tallies_of_the_reference(world: World) -> None:
    contract, facts = world
    indicator = contract.indicators[0]
    tables = {name: to_arrow(events, table=FACT_TABLES[name]) for name, events in facts.items()}
    engine = Engine(backend=DuckdbBackend(files={}, tables=tables, threads=1))
    expected = day_tallies(contract=contract, indicator=indicator, period=PERIOD, facts=facts)
    assert engine.day_tallies(contract=contract, indicator=indicator, period=PERIOD) == dict(expected)


@given(world=worlds(), order=st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(world: World, order: st.DataObject) -> None:
    contract, facts = world
    shuffled = {name: sorted(events, key=lambda _: order.random()) for name, events in facts.items()}  # type: ignore[attr-defined]
    asked = {"contract": contract, "indicator": contract.indicators[0], "period": PERIOD}
    assert day_tallies(**asked, facts=facts) == day_tallies(**asked, facts=shuffled)  # type: ignore[arg-type]
