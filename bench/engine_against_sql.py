"""The engine against SQL written by hand for the same figures, on the same Parquet files."""

import argparse
import tempfile
from pathlib import Path

from bench.support.calls import write_calls
from bench.support.contract import ANSWER_RATE, ANSWERED_WITHIN, BUSINESS_WAIT, HANDLE_TIME, PERIOD, contract
from bench.support.timing import interleaved

from madoguchi.core.calendar.day_table import EPOCH
from madoguchi.core.metrics.spec import Contract, Indicator
from madoguchi.engine.backends import DuckdbBackend
from madoguchi.engine.cells import DayTallies
from madoguchi.engine.schemas import calendar_name
from madoguchi.engine.tallies import Engine, epoch_bounds

LIMIT = 1.2
BY_HAND = {
    ANSWER_RATE.id: """
        SELECT (offered_at + 32400) // 86400 AS d,
          count(*) FILTER (outcome = 'answered' OR (outcome IN ('queue_abandoned', 'ivr_abandoned', 'queue_timeout')
            AND NOT coalesce(ended_at - coalesce(queued_at, offered_at) < 5, false))) AS n,
          count(*) FILTER (outcome = 'answered') AS part
        FROM calls WHERE {wanted} GROUP BY 1""",
    HANDLE_TIME.id: """
        SELECT (offered_at + 32400) // 86400 AS d, count(talk_seconds) AS n,
          sum(talk_seconds + coalesce(wrap_up_seconds, 0)) AS total
        FROM calls WHERE {wanted} AND outcome = 'answered' GROUP BY 1""",
    ANSWERED_WITHIN.id: """
        SELECT (offered_at + 32400) // 86400 AS d, count(wait_seconds) AS n,
          count(*) FILTER (wait_seconds <= 20) AS part
        FROM calls WHERE {wanted} AND outcome = 'answered' GROUP BY 1""",
    BUSINESS_WAIT.id: """
        SELECT day, count(*) AS n, sum(CASE WHEN answered_at > offered_at THEN
            e.gone_base + CASE WHEN answered_at < e.opens_at0 THEN e.opens_at0
                WHEN answered_at > e.closes_at0 THEN e.closes_at0 ELSE answered_at END
              + CASE WHEN answered_at < e.opens_at1 THEN e.opens_at1
                WHEN answered_at > e.closes_at1 THEN e.closes_at1 ELSE answered_at END
            - s.gone_base - CASE WHEN offered_at < s.opens_at0 THEN s.opens_at0
                WHEN offered_at > s.closes_at0 THEN s.closes_at0 ELSE offered_at END
              - CASE WHEN offered_at < s.opens_at1 THEN s.opens_at1
                WHEN offered_at > s.closes_at1 THEN s.closes_at1 ELSE offered_at END
            ELSE 0 END) AS total
        FROM (SELECT *, (offered_at + 32400) // 86400 AS day, (answered_at + 32400) // 86400 AS end_day
          FROM calls WHERE {wanted} AND outcome = 'answered')
          JOIN {days} AS s ON day = s.day_number JOIN {days} AS e ON end_day = e.day_number
        GROUP BY 1""",
}


def numbers(tallies: DayTallies, indicator: Indicator) -> dict[int, tuple[int, int]]:
    is_mean = indicator in (HANDLE_TIME, BUSINESS_WAIT)
    return {
        (day - EPOCH).days: (each.counted, each.total if is_mean else each.part)
        for (day, _), each in tallies.items()
        if each.counted
    }


def compare(indicator: Indicator, *, measured: Contract, engine: Engine, backend: DuckdbBackend, rounds: int) -> float:
    first, end = epoch_bounds(PERIOD, contract=measured)
    wanted = f"contract = '{measured.id}' AND offered_at >= {first} AND offered_at < {end}"
    sql = BY_HAND[indicator.id].format(wanted=wanted, days=calendar_name(measured.calendar))
    with_engine = engine.day_tallies(contract=measured, indicator=indicator, period=PERIOD)
    written = {int(day): (int(count), int(number)) for day, count, number in backend.run(sql)}
    assert numbers(with_engine, indicator) == {day: each for day, each in written.items() if each[0]}
    taken = interleaved(
        {
            "sql": lambda: backend.run(sql),
            "engine": lambda: engine.day_tallies(contract=measured, indicator=indicator, period=PERIOD),
        },
        rounds=rounds,
    )
    ratio = taken["engine"] / taken["sql"]
    print(f"{indicator.id:28} engine {taken['engine']:.3f} s  sql {taken['sql']:.3f} s  ratio {ratio:.2f}")
    return ratio


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = write_calls(Path(folder), rows=given.rows, seed=1)
        backend = DuckdbBackend(files={"calls": files})
        measured, engine = contract(), Engine(backend=backend)
        ratios = [
            compare(each, measured=measured, engine=engine, backend=backend, rounds=given.rounds)
            for each in measured.indicators
        ]
    print(f"{given.rows} calls; every count equal; worst ratio {max(ratios):.2f}, at most {LIMIT} wanted")
    return 0 if max(ratios) <= LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
