"""The parts of scoring a survey, each timed: wall and processor seconds."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from bench.support.survey_rows import NOW, QUESTIONS, SHEETS, answered

from madoguchi.console.survey_page import contract_rows, question_rows
from madoguchi.quality.figures import export_facts, figures_of_round
from madoguchi.surveys.queries import results_of

T = TypeVar("T")
LIMIT = 1.0


def timed(name: str, act: Callable[[], T]) -> tuple[float, T]:
    wall, processor = time.perf_counter(), time.process_time()
    made = act()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    sys.stdout.write(f"{wall:6.3f} s ({processor:5.3f} s of the processor)  {name}\n")
    return wall, made


def score(folder: Path) -> int:
    """Score the survey; return 1 where its page's figures take longer than a second."""
    found = answered()
    contract = found.contract
    figures_of_round(contract=contract, found=found, now=NOW)  # loads the engine, as a running desk has
    timed("its answers written as facts (once after a change)",
          lambda: export_facts(contract=contract, folder=folder / "again", now=NOW))  # fmt: skip
    counted, results = timed("every question counted", lambda: results_of(found))
    printed, rows = timed("counts, means, shares and intervals printed", lambda: question_rows(results, language="ja"))
    judged, measured = timed(
        "the contract's score measured and judged, with its interval",
        lambda: contract_rows(contract=contract, found=found, results=results, language="ja", now=NOW),
    )
    assert sum(row.result.answered for row in rows if row.result) == SHEETS * QUESTIONS
    for each in measured:
        row = each.row
        sys.stdout.write(f"{row['label']}: {row['figure']} ({each.interval}) of {row['valued']:,} answers\n")
    total = counted + printed + judged
    sys.stdout.write(f"{total:6.3f} s in all, at most {LIMIT} s\n")
    return 1 if total > LIMIT else 0
