"""The facts of an example contract written to a folder, the same every time."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq

from madoguchi.core.calendar.periods import Period
from madoguchi.core.events import FACT_TABLES
from madoguchi.core.metrics.spec import Contract
from madoguchi.intake.columnar import to_arrow
from madoguchi.samples import caa_operations, egov, meti_infrastructure, meti_operations, mic_lan
from madoguchi.samples.events import Events, Maker

SEED = 20181001
Tables = dict[str, Events]


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """An example contract: its folder's name, its generator, and the days the facts are complete for."""

    folder: str
    facts: Callable[[Maker], Tables]
    covers: Period


def _covering(first: date, final: date) -> Period:
    return Period(start_date=first, end_date=final + timedelta(days=1))


EXAMPLES: Mapping[str, Example] = {
    "000": Example(
        folder="000-meti-operations", facts=meti_operations.facts, covers=_covering(date(2022, 2, 1), date(2024, 1, 31))
    ),
    "001": Example(folder="001-mic-lan", facts=mic_lan.facts, covers=_covering(date(2021, 10, 1), date(2022, 12, 31))),
    "002": Example(
        folder="002-caa-operations", facts=caa_operations.facts, covers=_covering(date(2014, 3, 28), date(2016, 11, 30))
    ),
    "003": Example(
        folder="003-meti-infrastructure",
        facts=meti_infrastructure.facts,
        covers=_covering(date(2016, 4, 1), date(2017, 3, 31)),
    ),
    "004": Example(
        folder="004-egov-support-centre", facts=egov.facts, covers=_covering(date(2018, 10, 1), date(2019, 3, 31))
    ),
}


def generate(*, contract: Contract, folder: Path) -> None:
    """Write the fact tables of an example as Parquet, with the days they cover."""
    example = EXAMPLES[contract.id]
    rng = random.Random(f"{SEED}/{contract.id}")  # noqa: S311  # invented facts, the same every time
    tables = example.facts(Maker(contract=contract.id, calendar=contract.calendar, rng=rng))
    folder.mkdir(parents=True, exist_ok=True)
    for name, events in tables.items():
        table = FACT_TABLES[name]
        rows = to_arrow(events, table=table).sort_by([(table.moment, "ascending"), ("source", "ascending")])
        pq.write_table(rows, folder / f"{name}.parquet", compression="zstd")
    final = example.covers.end_date - timedelta(days=1)
    text = f"[all]\nstart_date = {example.covers.start_date}\nend_date = {final}\n"
    (folder / "coverage.toml").write_text(text, encoding="utf-8")
