"""Made-up calls as Parquet, written in chunks so that any number of rows takes the same memory."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from madoguchi.core.events import CALLS
from madoguchi.intake.columnar import arrow_schema

CHUNK = 2_000_000
START = 1_522_508_400  # 2018-04-01 00:00 in Japan
SECONDS = 730 * 86_400
OUTCOMES = ("answered", "queue_abandoned", "ivr_abandoned", "queue_timeout", "ivr_selfservice", "busy_pbx")
SHARES = (0.78, 0.08, 0.05, 0.02, 0.05, 0.02)


def write_calls(folder: Path, *, rows: int, seed: int, contracts: Sequence[str] = ("004",)) -> list[Path]:
    """Write `rows` calls over 730 days, in order of time, as distinct files; return them."""
    target = folder / "calls"
    target.mkdir(parents=True, exist_ok=True)
    paths = []
    for first in range(0, rows, CHUNK):
        count = min(CHUNK, rows - first)
        path = target / f"{first // CHUNK:06d}.parquet"
        chunk = calls_between(first=first, count=count, rows=rows, seed=seed, contracts=contracts)
        pq.write_table(chunk, path, compression="zstd", use_dictionary=DICTIONARIES, row_group_size=250_000)
        paths.append(path)
    return paths


DICTIONARIES = ["contract", "source_file", "line", "outcome", "queue", "agent"]


def calls_between(*, first: int, count: int, rows: int, seed: int, contracts: Sequence[str]) -> Any:  # noqa: ANN401
    """Return the calls numbered from `first` on, of `rows` spread evenly over the days."""
    random = np.random.default_rng([seed, first])
    begins, ends = (START + SECONDS * number // rows for number in (first, first + count))
    offered = np.sort(random.integers(begins, ends, count))
    outcome = random.choice(len(OUTCOMES), count, p=SHARES)
    ivr, wait = random.integers(2, 40, count), random.integers(0, 300, count)
    talk, wrap_up = random.integers(20, 900, count), random.integers(0, 240, count)
    answered, reached = outcome == 0, outcome < 4
    ended = offered + ivr + np.where(reached, wait, 0) + np.where(answered, talk, 0)
    numbers = pc.cast(pa.array(np.arange(first, first + count)), pa.string())
    filled: dict[str, Any] = {
        "contract": dictionary(random.integers(0, len(contracts), count), contracts),
        "source": pc.binary_join_element_wise("pbx", numbers, ":"),
        "source_file": dictionary(np.zeros(count, "int8"), ["made"]),
        "offered_at": pa.array(offered),
        "line": dictionary(random.integers(0, 3, count), ["0570-1", "0570-2", "050-3"]),
        "outcome": dictionary(outcome, OUTCOMES),
        "queued_at": pa.array(offered + ivr, mask=~reached),
        "answered_at": pa.array(offered + ivr + wait, mask=~answered),
        "ended_at": pa.array(ended),
        "wait_seconds": pa.array(wait, mask=~reached),
        "talk_seconds": pa.array(talk, mask=~answered),
        "wrap_up_seconds": pa.array(wrap_up, mask=~answered),
        "agent": dictionary(random.integers(0, 60, count), [f"agent {n}" for n in range(60)]),
    }
    schema = arrow_schema(CALLS)
    columns = [filled.get(name, pa.nulls(count)).cast(schema.field(name).type) for name in schema.names]
    return pa.table(columns, schema=schema)


def dictionary(codes: Any, words: Sequence[str]) -> Any:  # noqa: ANN401
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype("int32")), pa.array(list(words)))
