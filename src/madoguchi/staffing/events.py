"""Staffing as a fact table: people planned and present by half hour."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from madoguchi.contracts.models import Contract
from madoguchi.core.events import Event
from madoguchi.planning.slots import SLOT_SECONDS
from madoguchi.staffing.models import Attendance, Shift
from madoguchi.staffing.queries import attendance_between, shifts_in_force

SYSTEM = "madoguchi"
HALF_HOUR = timedelta(seconds=SLOT_SECONDS)


def staffing_events(contract: Contract, *, key: str) -> Iterator[Event]:
    """Yield a row a half hour that somebody was planned for or was recorded in."""
    planned = planned_by_half_hour(shifts_in_force(contract).iterator(chunk_size=2_000))
    present = dict(Attendance.objects.filter(contract=contract).values_list("at", "present"))
    for at in sorted({*planned, *present}):
        yield {
            "contract": key, "source": f"{SYSTEM}:staffing:{at:%Y%m%dT%H%M}", "source_file": SYSTEM, "at": at,
            "planned": planned.get(at, 0), "present": present.get(at), "skill": None,
        }  # fmt: skip


def recorded_between(
    *, contract: Contract, start: datetime, end: datetime
) -> tuple[dict[datetime, int], dict[datetime, int]]:
    """Return the people planned by the plans in force, and those recorded, in each half hour from `start` to `end`."""
    shifts = shifts_in_force(contract).filter(ends_at__gt=start, starts_at__lte=end)
    planned = planned_by_half_hour(shifts.iterator(chunk_size=2_000))
    return dict(planned), attendance_between(contract=contract, start=start, end=end + HALF_HOUR)


def planned_by_half_hour(shifts: Iterator[Shift]) -> Counter[datetime]:
    """Count the people at work, not on their break, in each half hour."""
    found: Counter[datetime] = Counter()
    for each in shifts:
        at = each.starts_at
        while at < each.ends_at:
            is_break = each.break_starts_at and each.break_ends_at and each.break_starts_at <= at < each.break_ends_at
            found[at] += 0 if is_break else 1
            at += HALF_HOUR
    return +found


def has_staffing(contract: Contract) -> bool:
    """Return whether a plan was published or people were recorded here; else the facts may come from elsewhere."""
    return shifts_in_force(contract).exists() or Attendance.objects.filter(contract=contract).exists()


TABLES = {"staffing": staffing_events}
