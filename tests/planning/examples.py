"""The example contract 004 with its generated facts, and made-up call tables."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from madoguchi.core.calendar.hours import BusinessCalendar, parse_hours
from madoguchi.core.calendar.periods import Period
from madoguchi.core.metrics.load import load_contract
from madoguchi.core.metrics.spec import Contract
from madoguchi.intake.definitions import read_definitions
from madoguchi.intake.facts import open_facts
from madoguchi.planning.history import CallHistory, Grid, call_history, open_grid
from madoguchi.samples.generate import generate

EGOV = Path(__file__).parents[2] / "examples" / "004-egov-support-centre"
CALENDAR = BusinessCalendar(weekday_hours=((parse_hours("09:00-17:00"),),) * 5 + ((),) * 2)
NOVEMBER = Period(start_date=date(2018, 11, 1), end_date=date(2018, 12, 1))


@lru_cache(maxsize=1)
def egov_contract() -> Contract:
    return load_contract(read_definitions(EGOV))


def egov_history(folder: Path) -> CallHistory:
    contract = egov_contract()
    generate(contract=contract, folder=folder)
    facts = open_facts(folder)
    covered = facts.coverage(contract=contract.id)["calls"]
    assert covered is not None
    return call_history(calls=facts.rows("calls").to_table(), contract=contract, covered=covered)


def calls_at(moments: list[datetime], outcome: str = "answered") -> pa.Table:
    """Return a table of calls at Japanese local times, each handled in 250 + 50 seconds after a wait of 10."""
    count = len(moments)
    epoch = [int((at.replace(tzinfo=UTC) - timedelta(hours=9)).timestamp()) for at in moments]
    return pa.table(
        {
            "offered_at": pa.array(epoch, pa.int64()),
            "outcome": pa.array([outcome] * count, pa.string()),
            "talk_seconds": pa.array([250] * count, pa.int64()),
            "wrap_up_seconds": pa.array([50] * count, pa.int64()),
            "wait_seconds": pa.array([10] * count, pa.int64()),
        }
    )


def made_history(calls: np.ndarray, grid: Grid) -> CallHistory:
    """Return a history in which every call was answered in 300 seconds."""
    zeros = np.zeros(calls.shape)
    return CallHistory(
        grid=grid, is_known=calls.sum(axis=1) > 0, attempts=calls, answered=calls, ivr_lost=zeros, queue_lost=zeros,
        handled_seconds=300.0 * calls, handled_count=calls, waited_seconds=zeros,
    )  # fmt: skip


def grid_of(first: date, days: int) -> Grid:
    period = Period(start_date=first, end_date=first + timedelta(days=days))
    return open_grid(calendar=CALENDAR, period=period)
