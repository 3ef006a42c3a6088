"""The engine against the reference: the same tallies, to the last count, on random definitions and events."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies_metrics import PERIOD, worlds

from madoguchi.core.events import FACT_TABLES, Event
from madoguchi.core.metrics.measure import day_tallies, measure
from madoguchi.core.metrics.spec import Contract
from madoguchi.core.metrics.windows import windows_of
from madoguchi.core.vocabulary import Statistic, WindowKind
from madoguchi.engine.backends import DuckdbBackend
from madoguchi.engine.tallies import Engine
from madoguchi.intake.columnar import to_arrow

World = tuple[Contract, dict[str, list[Event]]]


def engine_over(facts: dict[str, list[Event]]) -> Engine:
    tables = {name: to_arrow(events, table=FACT_TABLES[name]) for name, events in facts.items()}
    return Engine(backend=DuckdbBackend(files={}, tables=tables, threads=1))


@pytest.mark.no_cover
@given(world=worlds())
def test_duckdb_gives_the_tallies_of_the_reference(world: World) -> None:
    contract, facts = world
    indicator = contract.indicators[0]
    expected = day_tallies(contract=contract, indicator=indicator, period=PERIOD, facts=facts)
    found = engine_over(facts).day_tallies(contract=contract, indicator=indicator, period=PERIOD)
    assert found == dict(expected)


@pytest.mark.no_cover
@given(world=worlds(most=4))
def test_indicators_counted_in_one_pass_do_not_disturb_each_other(world: World) -> None:
    contract, facts = world
    counted = [each for each in contract.indicators if each.statistic is not Statistic.COMPOSITE]
    found = engine_over(facts).all_day_tallies(contract=contract, needed=dict.fromkeys(counted, PERIOD))
    for indicator in counted:
        expected = day_tallies(contract=contract, indicator=indicator, period=PERIOD, facts=facts)
        assert found[indicator] == dict(expected)


@given(world=worlds(most=3), kind=st.sampled_from([WindowKind.MONTH, WindowKind.QUARTER, WindowKind.EVALUATION]))
def test_figures_are_those_of_the_reference(world: World, kind: WindowKind) -> None:
    contract, facts = world
    windows = windows_of(contract=contract, kind=kind)
    asked = [(indicator, window) for indicator in contract.indicators for window in windows]
    expected = [
        measure(contract=contract, indicator=indicator, window=window, facts=facts) for indicator, window in asked
    ]
    assert list(engine_over(facts).measure_all(contract=contract, asked=asked)) == expected


@given(world=worlds(), order=st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(world: World, order: st.DataObject) -> None:
    contract, facts = world
    shuffled = {name: sorted(events, key=lambda _: order.random()) for name, events in facts.items()}  # type: ignore[attr-defined]
    asked = {"contract": contract, "indicator": contract.indicators[0], "period": PERIOD}
    assert day_tallies(**asked, facts=facts) == day_tallies(**asked, facts=shuffled)  # type: ignore[arg-type]
