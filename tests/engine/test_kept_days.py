"""Days that are kept between measurings: what is read from them is what the facts say now, whatever was before."""

import sqlite3
import threading
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.examples import calls, indicator
from tests.engine.examples import contract as example
from tests.engine.test_partials import (
    DATABASES,
    Facts,
    MemorySqlite,
    World,
    asked_of,
    changed_rows,
    engine_over,
    reference_figures,
)
from tests.strategies_metrics import PERIOD, worlds

from madoguchi.core.calendar.periods import Period
from madoguchi.core.metrics.spec import Contract
from madoguchi.core.vocabulary import Statistic, WindowKind
from madoguchi.engine.kept_days import KeptDays, tables_read
from madoguchi.engine.partial_store import Database, DuckdbDatabase, NotDaySumsError, SqliteDatabase
from madoguchi.engine.tallies import Engine, Queries


class Desk:
    """Facts that may be replaced, what was kept of them, and how often events were read."""

    def __init__(self, facts: Facts, database: Database) -> None:
        self.facts = facts
        self.readings = 0
        self.queries: Queries = {}
        self.days = KeptDays(database=database, engine=self.engine, state_of=self.state_of)

    def engine(self) -> Engine:
        self.readings += 1
        return engine_over(self.facts, self.queries)

    def state_of(self, names: Sequence[str]) -> str:
        return repr([self.facts.get(name) for name in names])


@given(world=worlds(most=3), make=DATABASES, kind=st.sampled_from([WindowKind.MONTH, WindowKind.QUARTER]))
def test_the_second_who_asks_reads_days_alone(world: World, make: type[Database], kind: WindowKind) -> None:
    contract, facts = world
    desk, asked = Desk(facts, make()), asked_of(contract, kind)
    for _ in range(3):
        assert list(desk.days.measure_all(contract=contract, asked=asked)) == reference_figures(contract, facts, kind)
    assert desk.readings == 1


@pytest.mark.no_cover
@given(world=worlds(most=2), make=DATABASES, data=st.data())
def test_figures_are_those_of_the_facts_as_they_are_now(
    world: World, make: type[Database], data: st.DataObject
) -> None:
    contract, facts = world
    desk, asked = Desk(facts, make()), asked_of(contract)
    desk.days.measure_all(contract=contract, asked=asked)
    after: Facts = {name: data.draw(changed_rows(name, rows), label=name) for name, rows in facts.items()}
    for state in (after, facts, after):
        desk.facts = state
        assert list(desk.days.measure_all(contract=contract, asked=asked)) == reference_figures(contract, state)


BEGINS = st.dates(PERIOD.start_date, PERIOD.end_date - timedelta(days=1))


@pytest.mark.no_cover
@given(world=worlds(most=2), make=DATABASES, begins=st.lists(BEGINS, min_size=1, max_size=4), data=st.data())
def test_any_stretches_in_any_order_give_the_days_of_the_events(
    world: World, make: type[Database], begins: list[date], data: st.DataObject
) -> None:
    contract, facts = world
    desk = Desk(facts, make())
    engine = engine_over(facts, desk.queries)
    counted = [each for each in contract.indicators if each.statistic is not Statistic.COMPOSITE]
    for first in begins:
        end = data.draw(st.dates(first + timedelta(days=1), PERIOD.end_date), label="end")
        needed = dict.fromkeys(counted, Period(start_date=first, end_date=end))
        found = desk.days.all_day_tallies(contract=contract, needed=needed)
        assert found == engine.all_day_tallies(contract=contract, needed=needed)


@pytest.mark.no_cover
@given(world=worlds(most=2))
def test_what_another_table_says_derives_nothing_anew(world: World) -> None:
    contract, facts = world
    desk, asked = Desk(facts, MemorySqlite()), asked_of(contract)
    before = desk.days.measure_all(contract=contract, asked=asked)
    read = {name for each in contract.indicators for name in tables_read(each)}
    desk.facts = {**facts, "roster": [{"source": "of no indicator"}]}
    assert "roster" not in read
    assert desk.days.measure_all(contract=contract, asked=asked) == before
    assert desk.readings == 1


def test_whoever_derives_at_once_reads_what_is_true(tmp_path: Path) -> None:
    """Two states of the facts, as two processes may hold them for a moment, take turns on one file."""
    contract, facts = few_calls()
    states = [facts, {name: rows[::2] for name, rows in facts.items()}]
    expected = [reference_figures(contract, each) for each in states]
    wrong: list[int] = []

    def ask(number: int) -> None:
        with KeptDays(
            database=SqliteDatabase(tmp_path / "days"),
            engine=lambda: engine_over(states[number]),
            state_of=lambda _: str(number),
        ) as days:
            for _ in range(10):
                found = list(days.measure_all(contract=contract, asked=asked_of(contract)))
                wrong.extend([number] if found != expected[number] else [])

    threads = [threading.Thread(target=ask, args=(number % 2,)) for number in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert expected[0] != expected[1]
    assert not wrong


def few_calls() -> tuple[Contract, Facts]:
    return example(indicator()), {"calls": calls(12)}


def test_a_file_of_another_kind_is_left_as_it_is(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("何かの覚え書き" * 100, encoding="utf-8")
    other = tmp_path / "other.sqlite3"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE tickets (number)")
    connection.close()
    for path in (text, other, tmp_path / "no such folder" / "days", tmp_path):
        before = path.read_bytes() if path.is_file() else None
        with pytest.raises(NotDaySumsError, match=str(path)):
            SqliteDatabase(path)
        assert (path.read_bytes() if path.is_file() else None) == before


def test_a_file_of_an_earlier_form_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "days"
    contract, facts = few_calls()
    with KeptDays(database=SqliteDatabase(path), engine=lambda: engine_over(facts), state_of=str) as days:
        days.measure_all(contract=contract, asked=asked_of(contract))
        days.database.rows("ALTER TABLE partial_days RENAME COLUMN part TO share")
        days.database.rows("PRAGMA user_version = 0")
    with KeptDays(database=SqliteDatabase(path), engine=lambda: engine_over(facts), state_of=str) as days:
        found = list(days.measure_all(contract=contract, asked=asked_of(contract)))
    assert found == reference_figures(contract, facts)


def test_nothing_is_kept_of_a_derivation_that_failed() -> None:
    contract, facts = few_calls()
    desk = Desk(facts, DuckdbDatabase())

    def broken() -> Engine:
        raise RuntimeError

    days = KeptDays(database=desk.days.database, engine=broken, state_of=desk.state_of)
    with pytest.raises(RuntimeError):
        days.measure_all(contract=contract, asked=asked_of(contract))
    assert list(desk.days.measure_all(contract=contract, asked=asked_of(contract))) == reference_figures(
        contract, facts
    )
    assert desk.readings == 1
