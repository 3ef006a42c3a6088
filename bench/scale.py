"""Calls measured in growing numbers: time in proportion to the rows, memory not.

Each size runs in a process of its own, over distinct files made for it and deleted afterwards.

On two cores 10^8 calls took 5.6 s and 0.25 GiB; 10^9 (500 files of 9.2 GiB, one round) 58.5 s and 0.24 GiB. Ask for
the latter with `--rows 1000000000 --rounds 1`; its files take a quarter of an hour to make.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from bench.support.calls import write_calls
from bench.support.contract import ANSWER_RATE, HANDLE_TIME, PERIOD, contract

from madoguchi.engine.backends import DuckdbBackend
from madoguchi.engine.tallies import Engine

GIBIBYTE = 1 << 30
TOLERANCE = 0.2
MEMORY_LIMIT = "700MB"
INDICATORS = (ANSWER_RATE, HANDLE_TIME)


def measure(folder: Path, *, rounds: int) -> dict[str, float]:
    """Measure the files of a folder in this process: best time, peak memory, and what was counted."""
    backend = DuckdbBackend(files={"calls": sorted((folder / "calls").glob("*.parquet"))}, memory_limit=MEMORY_LIMIT)
    measured, engine = contract(indicators=INDICATORS), Engine(backend=backend)
    needed = dict.fromkeys(INDICATORS, PERIOD)
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        found = engine.all_day_tallies(contract=measured, needed=needed)
        taken.append(time.perf_counter() - started)
    rate = found[ANSWER_RATE].values()
    seen = sum(each.counted + sum(count for _, count in each.excluded) for each in rate)
    return {"seconds": min(taken), "peak": peak_memory(), "rows": seen, "answered": sum(each.part for each in rate),
            "handled": sum(each.counted for each in found[HANDLE_TIME].values())}  # fmt: skip


def peak_memory() -> int:
    """Return the most memory this process held; getrusage would tell of the process that started it, too."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def in_own_process(rows: int, *, rounds: int, where: Path | None) -> dict[str, float]:
    with tempfile.TemporaryDirectory(dir=where) as folder:
        started = time.perf_counter()
        paths = write_calls(Path(folder), rows=rows, seed=1)
        size = sum(path.stat().st_size for path in paths)
        made = time.perf_counter() - started
        command = [sys.executable, __file__, "--measure", folder, "--rounds", str(rounds)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    assert found["rows"] == rows
    assert found["answered"] == found["handled"]
    print(
        f"{rows:>13,} calls  {found['seconds']:7.2f} s  {rows / found['seconds'] / 1e6:5.1f} M rows/s  "
        f"peak {found['peak'] / GIBIBYTE:.2f} GiB  "
        f"({len(paths)} files, {size / GIBIBYTE:.2f} GiB, made in {made:.0f} s)",
        flush=True,
    )
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--where", type=Path, help="folder for the files; 12 bytes a row are needed")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(given.measure, rounds=given.rounds)))
        return 0
    found = {rows: in_own_process(rows, rounds=given.rounds, where=given.where) for rows in given.rows}
    return report(found)


def report(found: dict[int, dict[str, float]]) -> int:
    """Compare each size with the one before."""
    sizes = sorted(found)
    worst = 0.0
    for smaller, larger in pairwise(sizes):
        grown = (found[larger]["seconds"] / found[smaller]["seconds"]) / (larger / smaller)
        worst = max(worst, grown - 1)
        print(f"{smaller:,} to {larger:,}: {grown:.2f} of proportional time, at most {1 + TOLERANCE} wanted")
    peak = max(each["peak"] for each in found.values()) / GIBIBYTE
    print(f"peak {peak:.2f} GiB, below 1 wanted")
    return 0 if worst <= TOLERANCE and peak < 1 else 1


if __name__ == "__main__":
    raise SystemExit(main())
