"""A few calls of this month, imported beside the desk's own facts: two of them belong to tickets."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils import timezone

from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.folders import imported_folder
from madoguchi.contracts.models import Contract
from madoguchi.core.calendar.periods import month_period
from madoguchi.core.events import CALLS, Event
from madoguchi.intake.columnar import to_arrow
from madoguchi.intake.store import FactStore


def import_calls(*, key: str, now: datetime) -> Path:
    """Write four calls of the month, three answered, and declare the month complete for calls."""
    contract = Contract.objects.get(key=key)
    promised = definitions_on(contract=contract, day=now.date()).promised
    local = timezone.localtime(now)
    first = local.replace(day=1, hour=10, minute=0, second=0, microsecond=0).astimezone(UTC)
    events: list[Event] = []
    for number, (outcome, ticket) in enumerate(
        (("answered", "1"), ("answered", "2"), ("answered", None), ("queue_abandoned", None))
    ):
        offered_at = first + timedelta(minutes=number)
        is_answered = outcome == "answered"
        events.append({
            "contract": promised.id, "source": f"pbx:{number}", "source_file": "Master.csv", "offered_at": offered_at,
            "outcome": outcome, "ended_at": offered_at + timedelta(seconds=90), "ticket": ticket,
            "answered_at": offered_at + timedelta(seconds=10) if is_answered else None,
            "talk_seconds": 80 if is_answered else None,
        })  # fmt: skip
    covers = month_period(year=local.year, month=local.month)
    folder = imported_folder(contract)
    FactStore(folder).put({"calls": to_arrow(events, table=CALLS)}, now=now, files={}, covers=covers)
    return folder
