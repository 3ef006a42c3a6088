"""Calls of a test's contract, written where imports put them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.folders import imported_folder
from madoguchi.contracts.models import Contract
from madoguchi.core.calendar.periods import month_period
from madoguchi.core.events import CALLS, Event, Value
from madoguchi.intake.columnar import to_arrow
from madoguchi.intake.store import FactStore
from tests.desk_world import NOW


def call(number: int, *, at: datetime = NOW - timedelta(hours=1), outcome: str = "answered", **given: Value) -> Event:
    """Return a call: answered after ten seconds unless told otherwise, eighty seconds of talk."""
    is_answered = outcome == "answered"
    return {
        "source": f"pbx:{number}", "source_file": "Master.csv", "offered_at": at, "outcome": outcome,
        "queued_at": at, "answered_at": at + timedelta(seconds=10) if is_answered else None,
        "ended_at": at + timedelta(seconds=90), "talk_seconds": 80 if is_answered else None,
        "wait_seconds": 10 if is_answered else 90, **given,
    }  # fmt: skip


def import_calls(contract: Contract, calls: Sequence[Event]) -> None:
    promised = definitions_on(contract=contract, day=NOW.date()).promised
    table = to_arrow([{"contract": promised.id, **each} for each in calls], table=CALLS)
    covers = month_period(year=NOW.year, month=NOW.month)
    FactStore(imported_folder(contract)).put({"calls": table}, now=NOW, files={}, covers=covers)
