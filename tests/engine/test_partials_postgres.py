"""Day sums in PostgreSQL, where several processes may refresh the same contract."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from tests.engine.examples import PERIOD, business_wait, calls, contract, engine_over, indicator
from tests.postgres import postgres_server, programs

from madoguchi.core.events import Event
from madoguchi.core.metrics.spec import ColumnValue
from madoguchi.core.vocabulary import Statistic
from madoguchi.engine.partial_freshness import StaleDaysError
from madoguchi.engine.partial_history import history
from madoguchi.engine.partial_store import PostgresDatabase
from madoguchi.engine.partials import Partials

NOVEMBER = date(2018, 11, 1)
MEASURED = contract(
    indicator(),
    indicator(Statistic.PERCENTILE, id="median", value=ColumnValue(add=("talk_seconds",))),
    replace(business_wait(), id="wait"),
)

pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    if programs() is None:
        pytest.skip("PostgreSQL is not installed here (Debian: postgresql)")
    with postgres_server() as address:
        yield address


@pytest.fixture
def partials_over(url: str) -> Iterator[Callable[[int], Partials]]:
    """Make day sums over so many calls, each with a connection of its own."""
    opened: list[Partials] = []

    def make(count: int) -> Partials:
        rows: list[Event] = [dict(each, talk_seconds=number) for number, each in enumerate(calls(count))]
        opened.append(Partials(database=PostgresDatabase(url), engine=engine_over(calls=rows)))
        return opened[-1]

    yield make
    for each in opened:
        each.database.close()


def test_a_month_is_read_from_days(partials_over: Callable[[int], Partials]) -> None:
    partials = partials_over(5)
    partials.refresh(contract=MEASURED, period=PERIOD)
    assert [figure.exact for figure in partials.dashboard(contract=MEASURED, month=NOVEMBER)] == [5, 2, 30]
    found = history(partials=partials, contracts=[MEASURED], indicator="calls", within=PERIOD)
    assert [figure.exact for figure in found[MEASURED.id]] == [5, 0]


def test_changed_days_are_refused_until_refreshed(partials_over: Callable[[int], Partials]) -> None:
    partials_over(5).refresh(contract=MEASURED, period=PERIOD)
    partials = partials_over(7)
    days = {each: frozenset({date(2018, 11, 5)}) for each in MEASURED.indicators}
    assert partials.mark_changed(contract=MEASURED, days=days) == 3
    with pytest.raises(StaleDaysError, match="from 2018-11-05 on have changed"):
        partials.dashboard(contract=MEASURED, month=NOVEMBER)
    assert partials.refresh_changed(contract=MEASURED) == 3
    assert [figure.exact for figure in partials.dashboard(contract=MEASURED, month=NOVEMBER)] == [7, 3, 30]


def test_refreshes_at_the_same_time_leave_each_day_once(partials_over: Callable[[int], Partials]) -> None:
    every = [partials_over(5) for _ in range(4)]
    with ThreadPoolExecutor(len(every)) as pool:
        for done in [pool.submit(each.refresh, contract=MEASURED, period=PERIOD) for each in every]:
            assert done.result(timeout=60) == 3 + 5  # days and values
    assert [figure.exact for figure in every[0].dashboard(contract=MEASURED, month=NOVEMBER)] == [5, 2, 30]
