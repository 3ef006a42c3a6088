"""The staffing mathematics against packages, on the same scenario in the same run.

Contacts a second against simpy and ciw (20 agents, calls with patience, mail of lower priority in idle time), with
the answer rate and mean wait of each; required agents by Erlang C against pyworkforce; a month at 100 erlang.
"""

import argparse
import math
import time
from collections.abc import Callable
from functools import partial

import numpy as np
from bench.support import desk_ciw, desk_simpy
from bench.support.desk import (
    AGENTS,
    CALL_SECONDS,
    CALLS_AN_HOUR,
    MAIL_SECONDS,
    MAILS_AN_HOUR,
    PATIENCE_SECONDS,
    Outcome,
)
from pyworkforce.queuing import ErlangC

from madoguchi.core.staffing.patience import ExponentialPatience
from madoguchi.planning import queue_loop
from madoguchi.planning.chance import EXPONENTIAL, Array
from madoguchi.planning.erlang_arrays import required_for_answer_rate, required_for_service_level
from madoguchi.planning.scenario import Mails, Scenario
from madoguchi.planning.simulate import Simulation, numbers_of, simulate, tables_of

HOURS, RUNS = 200, 20
SIMULATION_TARGET, REQUIRED_TARGET, MONTH_SECONDS, THREADS_TARGET = 100, 200, 5.0, 1.6


def best(run: Callable[[], object], repeats: int = 3) -> float:
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return min(times)


def ours(runs: int) -> tuple[float, Outcome]:
    shape = (1, 2 * HOURS)
    scenario = Scenario(
        calls_per_slot=np.full(shape, CALLS_AN_HOUR / 2),
        agents=np.full(shape, AGENTS),
        handle_seconds=np.array([[CALL_SECONDS]]),
        patience=ExponentialPatience(mean_seconds=PATIENCE_SECONDS),
        mails=Mails(per_slot=np.full(shape, MAILS_AN_HOUR / 2), handle_seconds=MAIL_SECONDS, reserve=0),
    )
    numbers, tables = numbers_of(scenario)._replace(handle_kind=EXPONENTIAL), tables_of(scenario)
    counts = np.zeros((runs, *shape, queue_loop.COUNTS), np.int64)
    sums = np.zeros((runs, *shape, queue_loop.SUMS))

    def run() -> None:
        counts[:], sums[:] = 0, 0
        queue_loop.run_many(numbers, tables, np.arange(runs), counts, sums)

    run()
    taken = best(run)
    found = Simulation(counts=counts, sums=sums)
    contacts = int(found.total(queue_loop.ATTEMPTS).sum() + found.total(queue_loop.MAILS).sum())
    outcome = Outcome(
        contacts=contacts, answer_rate=found.answer_rate, error=found.standard_error, wait=found.mean_wait_seconds
    )
    return contacts / taken, outcome


def compare_simulators() -> bool:
    speed, mine = ours(RUNS * 10)
    is_right = True
    print(f"ours   {speed:12,.0f} contacts/s  {mine}")
    for name, peer in (("simpy", desk_simpy.run), ("ciw", desk_ciw.run)):
        started = time.perf_counter()
        found = peer(hours=HOURS, runs=RUNS)
        rate = found.contacts / (time.perf_counter() - started)
        apart = abs(found.answer_rate - mine.answer_rate) / math.hypot(found.error, mine.error)
        print(f"{name:6} {rate:12,.0f} contacts/s  {found}; {apart:.1f} standard errors apart; ", end="")
        print(f"ours {speed / rate:,.0f} times (at least {SIMULATION_TARGET} wanted)")
        is_right &= apart < 3.5 and speed / rate >= SIMULATION_TARGET
    return is_right


def compare_required() -> bool:
    rng = np.random.default_rng(1)
    calls = rng.uniform(20, 400, 200_000)
    erlangs, limit = calls * 240 / 1800, 20 / 240

    def run() -> Array:
        return required_for_service_level(erlangs=erlangs, limit_over_handle=limit, at_least=0.8)

    found = run()
    mine = erlangs.size / best(run)
    sample = calls[:2000]
    started = time.perf_counter()
    peers = [_pyworkforce(each) for each in sample]
    peer = sample.size / (time.perf_counter() - started)
    different = int((np.array(peers) != found[: sample.size]).sum())
    ratio = mine / peer
    print(f"Erlang C required agents: ours {mine:,.0f}/s, pyworkforce {peer:,.0f}/s, {ratio:,.0f} times", end=" ")
    print(f"(at least {REQUIRED_TARGET} wanted), differing on {different} of {sample.size}")
    answering = best(lambda: required_for_answer_rate(erlangs=erlangs, patience_over_handle=0.5, at_least=0.9))
    print(f"Erlang A required agents: ours {erlangs.size / answering:,.0f}/s, no package found")
    return ratio >= REQUIRED_TARGET and different == 0


def _pyworkforce(calls: float) -> int:
    queue = ErlangC(transactions=calls, aht=4.0, asa=20 / 60, interval=30, shrinkage=0.0)
    return int(queue.required_positions(service_level=0.8, max_occupancy=1.0)["raw_positions"])


def month() -> bool:
    shape = (20, 20)
    scenario = Scenario(
        calls_per_slot=np.full(shape, 500.0),
        agents=np.full(shape, 102),
        handle_seconds=np.array([[360.0]]),
        handle_variation=1.1,
        redial_share=0.4,
    )
    simulate(scenario=scenario, runs=1, seed=1)
    taken = [best(partial(simulate, scenario=scenario, runs=100, seed=1, threads=each), 2) for each in (1, 2)]
    gain = taken[0] / taken[1]
    print(f"a month at 100 erlang 100 times: {taken[0]:.1f} s on one thread, {taken[1]:.1f} s on two", end=" ")
    print(f"(at most {MONTH_SECONDS} wanted); second thread {gain:.2f} times ({THREADS_TARGET} on a quiet machine)")
    return taken[1] <= MONTH_SECONDS


def main() -> int:
    argparse.ArgumentParser(description=__doc__).parse_args()
    results = [compare_simulators(), compare_required(), month()]
    return 0 if all(results) else 1


if __name__ == "__main__":
    raise SystemExit(main())
