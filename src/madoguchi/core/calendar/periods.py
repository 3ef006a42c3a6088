"""Half-open stretches of days and moments."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """The days from `start_date` until before `end_date`."""

    start_date: date
    end_date: date

    def __post_init__(self) -> None:
        if self.end_date < self.start_date:
            message = f"a period ends before it starts: {self.start_date} to {self.end_date}"
            raise ValueError(message)

    def __contains__(self, day: date) -> bool:
        return self.start_date <= day < self.end_date

    def overlaps(self, other: "Period") -> bool:
        return self.start_date < other.end_date and other.start_date < self.end_date

    def clipped(self, *, to: "Period") -> "Period | None":
        """Return the common part of both periods, or None where they share no day."""
        start_date, end_date = max(self.start_date, to.start_date), min(self.end_date, to.end_date)
        return Period(start_date=start_date, end_date=end_date) if start_date < end_date else None
