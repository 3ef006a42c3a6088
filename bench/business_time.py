"""Business time of many pairs: the import path and the engine's join against the `businesstime` package.

The package is scalar, so it is timed on a sample of the same pairs; pairs on which it differs are counted.
"""

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as day_time

import duckdb
import ibis
import numpy as np
import pyarrow as pa
from businesstime import BusinessTime

from madoguchi.core.calendar.hours import BusinessCalendar, parse_hours
from madoguchi.engine.backends import to_sql
from madoguchi.engine.business_time import business_seconds
from madoguchi.engine.expressions import with_days
from madoguchi.engine.schemas import calendar_columns, calendar_name, calendar_rows

CALENDAR = BusinessCalendar(
    weekday_hours=((parse_hours("09:00-17:00"),),) * 5 + ((),) * 2,
    observes_national_holidays=False,
    observes_year_end=False,
)
SAMPLE = 30_000


def pairs(count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    starts = rng.integers(1_514_764_800, 1_577_836_800, count)
    return starts, starts + rng.integers(0, 10 * 86_400, count)


def best(run: Callable[[], object], repeats: int = 7) -> float:
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return min(times)


def package_rate(starts: np.ndarray, ends: np.ndarray, expected: np.ndarray) -> tuple[float, int]:
    """Return pairs a second of the package, and on how many of them it differs."""
    package = BusinessTime(business_hours=(day_time(9), day_time(17)))
    epoch = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    offset = timedelta(seconds=CALENDAR.utc_offset_seconds)
    local = [
        (epoch + timedelta(seconds=int(a)) + offset, epoch + timedelta(seconds=int(b)) + offset)
        for a, b in zip(starts[:SAMPLE], ends[:SAMPLE], strict=True)
    ]
    found = [package.businesstimedelta(a, b) for a, b in local]
    rate = SAMPLE / best(lambda: [package.businesstimedelta(a, b) for a, b in local])
    # the package counts a business day of eight hours as one day
    seconds = [each.days * 8 * 3600 + each.seconds for each in found]
    return rate, sum(a != b for a, b in zip(seconds, expected[:SAMPLE].tolist(), strict=True))


def engine_sql() -> str:
    table = ibis.table({"started_at": "int64", "ended_at": "int64"}, name="pairs")
    joined = with_days(table, ["started_at", "ended_at"], calendar=CALENDAR, known="started_at")
    spent = joined["ended_at__gone"] - joined["started_at__gone"]
    return to_sql(joined.aggregate(total=spent.sum()), "duckdb")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000_000)
    count = parser.parse_args().rows
    starts, ends = pairs(count)
    expected = business_seconds(calendar=CALENDAR, starts=starts, ends=ends)
    package, different = package_rate(starts, ends, expected)
    columns = best(lambda: business_seconds(calendar=CALENDAR, starts=starts, ends=ends))
    connection = duckdb.connect()
    calendar = pa.table(
        list(map(list, zip(*calendar_rows(CALENDAR), strict=True))), names=list(calendar_columns(CALENDAR))
    )
    connection.register("rows", calendar)
    connection.execute(f'CREATE TABLE "{calendar_name(CALENDAR)}" AS SELECT * FROM rows')
    connection.register("given", pa.table({"started_at": starts, "ended_at": ends}))
    connection.execute("CREATE TABLE pairs AS SELECT * FROM given")
    sql = engine_sql()
    total = connection.execute(sql).fetchone()
    assert total is not None
    assert int(total[0]) == int(expected.sum())
    engine = best(lambda: connection.execute(sql).fetchone())
    print(f"pairs {count:,}; businesstime {package:,.0f} pairs/s, differing on {different} of {SAMPLE}")
    print(f"import path {count / columns:,.0f} pairs/s, {count / columns / package:,.0f} times (target 1,000)")
    print(f"engine join {count / engine:,.0f} pairs/s, {count / engine / package:,.0f} times (target 300)")


if __name__ == "__main__":
    main()
