"""Runs timed in turn, so that whatever else the machine does strikes all of them alike."""

import time
from collections.abc import Callable, Mapping
from statistics import median


def interleaved(runs: Mapping[str, Callable[[], object]], *, rounds: int) -> dict[str, float]:
    """Return each run's median seconds over rounds in which every run has its turn; the first round warms up."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds + 1):
        for name, run in runs.items():
            started = time.perf_counter()
            run()
            if number:
                taken[name].append(time.perf_counter() - started)
    return {name: median(each) for name, each in taken.items()}
