"""What the engine does beside counting: it compiles once, loads late, and refuses by name."""

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import ibis
import pytest
from tests.engine.examples import PERIOD, business_wait, call, calls, contract, engine_over, indicator

from madoguchi.core.calendar.periods import Period
from madoguchi.core.metrics.spec import ColumnValue
from madoguchi.core.vocabulary import Statistic
from madoguchi.engine import tallies
from madoguchi.engine.backends import DuckdbBackend, Rows, to_sql
from madoguchi.engine.cells import BeyondCalendarError
from madoguchi.engine.tallies import Engine


def test_a_second_measurement_compiles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = contract(indicator())
    engine = engine_over(calls=calls(3), exclusions=[])
    asked = {"contract": measured, "indicator": measured.indicators[0]}
    engine.day_tallies(**asked, period=PERIOD)  # type: ignore[arg-type]
    monkeypatch.setattr(tallies, "compile_batch", None)
    monkeypatch.setattr(tallies, "to_sql", None)
    december = Period(start_date=date(2018, 12, 1), end_date=date(2019, 1, 1))
    assert engine.day_tallies(**asked, period=december) == {}  # type: ignore[arg-type]


def test_every_place_of_a_quotient_is_a_division_of_whole_numbers() -> None:
    events = ibis.table({"asked_at": "int64"}, name="inquiries")
    day = events.asked_at // 86_400
    found = to_sql(events.select(day=ibis.ifelse(day > 3, day, day + 1)), "duckdb")
    assert (found.count("//"), "FLOOR" in found) == (3, False)


def test_indicators_of_one_table_are_counted_in_one_query(monkeypatch: pytest.MonkeyPatch) -> None:
    total = indicator(Statistic.SUM, id="talk", value=ColumnValue(add=("talk_seconds",)))
    measured = contract(indicator(), total)
    engine = engine_over(calls=calls(3))
    run: list[str] = []
    backend_run = engine.backend.run

    def noted(sql: str) -> Rows:
        run.append(sql)
        return backend_run(sql)

    monkeypatch.setattr(engine.backend, "run", noted)
    found = engine.all_day_tallies(contract=measured, needed=dict.fromkeys(measured.indicators, PERIOD))
    assert len(run) == 1
    assert [sum(tally.counted for tally in found[each].values()) for each in measured.indicators] == [3, 0]


def test_a_moment_the_calendar_does_not_reach_is_refused() -> None:
    late = call(9, datetime(2018, 11, 5, 1, tzinfo=UTC), answered_at=datetime(2034, 1, 1, tzinfo=UTC))
    measured = contract(business_wait())
    with pytest.raises(BeyondCalendarError, match=r"calls: 1 event\(s\) of 2018-11-05 in calls"):
        engine_over(calls=[late]).day_tallies(contract=measured, indicator=measured.indicators[0], period=PERIOD)


def test_days_the_calendar_does_not_reach_are_refused() -> None:
    measured = contract(indicator())
    period = Period(start_date=date(2030, 12, 1), end_date=date(2031, 2, 1))
    with pytest.raises(BeyondCalendarError, match="until before 2031-02-01"):
        engine_over(calls=[]).day_tallies(contract=measured, indicator=measured.indicators[0], period=period)


def test_files_without_some_columns_count_as_without_values(tmp_path: Path) -> None:
    engine_path = tmp_path / "calls.parquet"
    backend = DuckdbBackend(files={})
    backend.connection.execute(
        "COPY (SELECT '004' AS contract, 's' AS source, 1541379600::BIGINT AS offered_at, 'answered' AS outcome)"
        f" TO '{engine_path}' (FORMAT parquet)"
    )
    measured = contract(indicator(Statistic.MEAN, value=ColumnValue(add=("talk_seconds",))))
    engine = Engine(backend=DuckdbBackend(files={"calls": [engine_path]}))
    found = engine.day_tallies(contract=measured, indicator=measured.indicators[0], period=PERIOD)
    assert [(tally.counted, tally.missing) for tally in found.values()] == [(0, 1)]


def test_importing_the_engine_loads_no_library() -> None:
    code = (
        "import sys, madoguchi.engine\n"
        "loaded = {'ibis', 'duckdb', 'pyspark', 'psycopg', 'pyarrow', 'pandas', 'numpy'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(loaded)) or None)"
    )
    source = Path(__file__).parents[2] / "src"
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(source)}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
