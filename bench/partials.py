"""Figures from day sums: 24 months of 100 contracts, and one month's dashboard of 40 indicators."""

import argparse
import gc
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from bench.support.calls import write_calls
from bench.support.contract import ANSWER_RATE, INDICATORS, IS_ANSWERED, PERIOD, calls_indicator, contract
from bench.support.timing import interleaved

from madoguchi.core.metrics.measure_contract import asked_windows
from madoguchi.core.metrics.spec import Allowance, ColumnValue, Condition, Contract, Figure, Indicator
from madoguchi.core.vocabulary import Statistic
from madoguchi.engine.backends import DuckdbBackend
from madoguchi.engine.partial_history import history
from madoguchi.engine.partial_store import Database, DuckdbDatabase, SqliteDatabase
from madoguchi.engine.partials import Partials
from madoguchi.engine.tallies import Engine

MONTH = date(2018, 11, 1)
CONTRACTS = 100
DASHBOARD = 40
HISTORY_LIMIT, DASHBOARD_LIMIT = 0.050, 0.010
STORES: dict[str, Callable[[Path], Database]] = {"duckdb": DuckdbDatabase, "sqlite": SqliteDatabase}


def forty() -> tuple[Indicator, ...]:
    """Rates, means and shares of different lines, and two percentiles."""
    waits = [
        calls_indicator(
            f"wait_{number}",
            Statistic.SHARE_WITHIN,
            where=(*IS_ANSWERED, Condition(column="agent", is_=(f"agent {number}",))),
            value=ColumnValue(add=("wait_seconds",)),
            allowance=Allowance(amount=Fraction(10 + number)),
        )
        for number in range(DASHBOARD - len(INDICATORS) - 2)
    ]
    wait = ColumnValue(add=("wait_seconds",))
    percentiles = [
        calls_indicator(f"percentile_{n}", Statistic.PERCENTILE, value=wait, percentile=Fraction(n)) for n in (50, 90)
    ]
    return (*INDICATORS, *waits, *percentiles)


def dashboard(name: str, *, engine: Engine, folder: Path, measured: Contract) -> float:
    partials = Partials(database=STORES[name](folder / f"dashboard.{name}"), engine=engine)
    started = time.perf_counter()
    rows = partials.refresh(contract=measured, period=PERIOD)
    built = time.perf_counter() - started
    asked = [pair for pair in asked_windows(contract=measured, within=None) if pair[1].label == f"{MONTH:%Y-%m}"]
    assert partials.dashboard(contract=measured, month=MONTH) == engine.measure_all(contract=measured, asked=asked)
    run: Callable[[], object] = lambda: partials.dashboard(contract=measured, month=MONTH)  # noqa: E731
    gc.freeze()  # as the served desk does once it stands
    taken = interleaved({name: run}, rounds=30)[name]
    figures = len(partials.dashboard(contract=measured, month=MONTH))
    print(f"{name:7} dashboard of {figures} figures: {1000 * taken:5.1f} ms of {1000 * DASHBOARD_LIMIT:.0f}", end="  ")
    print(f"({rows} rows, made in {built:.1f} s)")
    return taken


def months(name: str, *, engine: Engine, folder: Path, contracts: list[Contract]) -> float:
    partials = Partials(database=STORES[name](folder / f"history.{name}"), engine=engine)
    started = time.perf_counter()
    for each in contracts:
        partials.refresh(contract=each, period=PERIOD)
    built = time.perf_counter() - started
    run: Callable[[], dict[str, tuple[Figure, ...]]] = lambda: history(  # noqa: E731
        partials=partials, contracts=contracts, indicator=ANSWER_RATE.id, within=PERIOD
    )
    found = run()
    for each in contracts[:3]:
        assert found[each.id] == engine.measure_all(contract=each, asked=asked_windows(contract=each, within=None))
    gc.freeze()  # as the served desk does once it stands
    taken = interleaved({name: run}, rounds=10)[name]
    count = sum(len(each) for each in found.values())
    print(f"{name:7} {count} months of {len(found)} contracts: {1000 * taken:5.1f} ms", end=" ")
    print(f"of {1000 * HISTORY_LIMIT:.0f}  (made in {built:.1f} s)")
    return taken


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    given = parser.parse_args()
    names = [f"c{number:03d}" for number in range(CONTRACTS)]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        engine = Engine(backend=DuckdbBackend(files={"calls": write_calls(
            folder, rows=given.rows, seed=1, contracts=names)}))  # fmt: skip
        one = contract(names[0], indicators=forty())
        shown = {name: dashboard(name, engine=engine, folder=folder, measured=one) for name in STORES}
        plain = contract(names[0], indicators=(ANSWER_RATE,))
        contracts = [replace(plain, id=name) for name in names]
        joined = {name: months(name, engine=engine, folder=folder, contracts=contracts) for name in STORES}
    return 0 if shown["sqlite"] <= DASHBOARD_LIMIT and joined["duckdb"] <= HISTORY_LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
