"""Day sums that are not those of the definition, calendar or facts asked for are refused by name."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.engine.examples import OPEN, PERIOD, business_wait, calls, contract, engine_over, indicator

from madoguchi.core.calendar.hours import BusinessCalendar
from madoguchi.core.calendar.periods import Period
from madoguchi.core.metrics.spec import Condition, Contract
from madoguchi.engine.partial_freshness import StaleDaysError
from madoguchi.engine.partial_store import Database, DuckdbDatabase, Row, SqliteDatabase
from madoguchi.engine.partials import Partials, runs_of

NOVEMBER = date(2018, 11, 1)
STORES: list[Callable[[Path], Database]] = [SqliteDatabase, DuckdbDatabase]


@pytest.fixture(params=STORES, ids=["sqlite", "duckdb"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    store: Database = request.param(tmp_path / "days")
    yield store
    store.close()


def derived(database: Database, measured: Contract) -> Partials:
    partials = Partials(database=database, engine=engine_over(calls=calls(3)))
    partials.refresh(contract=measured, period=PERIOD)
    return partials


def test_a_month_is_read_from_days(database: Database) -> None:
    partials = derived(database, contract(indicator()))
    assert [figure.exact for figure in partials.dashboard(contract=contract(indicator()), month=NOVEMBER)] == [3]


def test_days_never_derived_are_refused(database: Database) -> None:
    partials = Partials(database=database, engine=engine_over(calls=calls(3)))
    with pytest.raises(StaleDaysError, match="004 calls: no day was derived"):
        partials.dashboard(contract=contract(indicator()), month=NOVEMBER)


def test_days_beyond_those_derived_are_refused(database: Database) -> None:
    partials = Partials(database=database, engine=engine_over(calls=calls(3)))
    partials.refresh(contract=contract(indicator()), period=Period(start_date=NOVEMBER, end_date=date(2018, 11, 20)))
    with pytest.raises(StaleDaysError, match="derived from 2018-11-01 until before 2018-11-20"):
        partials.dashboard(contract=contract(indicator()), month=NOVEMBER)


def test_a_changed_definition_is_refused_and_its_old_days_dropped(database: Database) -> None:
    partials = derived(database, contract(indicator()))
    changed = contract(indicator(where=(Condition(column="line", is_missing=False),)))
    with pytest.raises(StaleDaysError, match="no day was derived by this definition and calendar"):
        partials.dashboard(contract=changed, month=NOVEMBER)
    partials.refresh(contract=changed, period=PERIOD)
    assert [figure.exact for figure in partials.dashboard(contract=changed, month=NOVEMBER)] == [0]
    assert database.rows("SELECT count(DISTINCT definition) FROM partial_stretches")[0][0] == 1


def test_a_changed_calendar_is_refused(database: Database) -> None:
    measured = contract(business_wait())
    partials = derived(database, measured)
    other = replace(measured, calendar=BusinessCalendar(weekday_hours=(OPEN,) * 6 + ((),)))
    with pytest.raises(StaleDaysError, match="no day was derived by this definition and calendar"):
        partials.dashboard(contract=other, month=NOVEMBER)


def test_another_label_or_promise_keeps_the_days(database: Database) -> None:
    partials = derived(database, contract(indicator()))
    renamed = contract(indicator(label="着信", decimals=0))
    assert [figure.exact for figure in partials.dashboard(contract=renamed, month=NOVEMBER)] == [3]


def test_a_refresh_that_fails_leaves_the_days_as_they_were(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    measured = contract(indicator())
    derived(database, measured)
    partials = Partials(database=database, engine=engine_over(calls=calls(5)))

    def insert_and_fail(table: str, rows: Sequence[Row]) -> None:
        insert(table, rows)
        if table == "partial_days":
            raise ConnectionError("lost")

    insert = database.insert
    monkeypatch.setattr(database, "insert", insert_and_fail)
    with pytest.raises(ConnectionError):
        partials.refresh(contract=measured, period=PERIOD)
    assert [figure.exact for figure in partials.dashboard(contract=measured, month=NOVEMBER)] == [3]


def test_changes_outside_the_derived_days_need_no_refresh(database: Database) -> None:
    measured = contract(indicator())
    partials = derived(database, measured)
    days = {measured.indicators[0]: frozenset({date(2017, 1, 1)})}
    assert partials.mark_changed(contract=measured, days=days) == 0
    assert partials.refresh_changed(contract=measured) == 0


def test_days_apart_from_those_derived_replace_them(database: Database) -> None:
    measured = contract(indicator())
    partials = Partials(database=database, engine=engine_over(calls=calls(3)))
    for first, end in ((date(2018, 11, 1), date(2018, 12, 1)), (date(2018, 12, 10), date(2019, 1, 1))):
        partials.refresh(contract=measured, period=Period(start_date=first, end_date=end))
    with pytest.raises(StaleDaysError, match="derived from 2018-12-10"):
        partials.dashboard(contract=measured, month=NOVEMBER)


def test_runs_join_days_that_follow_each_other() -> None:
    assert [(run.start_date.day, run.end_date.day) for run in runs_of([4, 0, 1, 2])] == [(1, 4), (5, 6)]
