"""What a clock is, what it is run on, and what it shows, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from madoguchi.core.calendar.hours import BusinessCalendar
from madoguchi.core.events import Value
from madoguchi.core.metrics.spec import Test
from madoguchi.core.vocabulary import LabelledEnum


class ClockStatus(LabelledEnum):
    NOT_STARTED = "not_started", "開始前", "not started"
    RUNNING = "running", "計測中"
    PAUSED = "paused", "停止中"
    STOPPED = "stopped", "完了"
    CANCELLED = "cancelled", "取消"


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockAllowance:
    """How much a clock allows: seconds of opening hours, or open days (until that day's closing)."""

    seconds: int | None = None
    open_days: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockDefinition:
    """When a clock starts, pauses, resumes, stops, resets and is cancelled: tests on one activity each.

    On one activity cancel and stop beat reset, which beats pause, which beats resume and start. With
    `is_retroactive_start` a clock that starts late counts from the ticket's first activity; with
    `is_retroactive_pause` it also keeps the pauses from before it started. `warnings` are shares of the
    allowance. Without a calendar of its own it runs by the contract's.
    """

    id: str
    label: str
    label_en: str
    allowance: ClockAllowance
    start: tuple[Test, ...]
    stop: tuple[Test, ...]
    pause: tuple[Test, ...] = ()
    resume: tuple[Test, ...] = ()
    reset: tuple[Test, ...] = ()
    cancel: tuple[Test, ...] = ()
    is_retroactive_start: bool = False
    is_retroactive_pause: bool = True
    warnings: tuple[Fraction, ...] = ()
    calendar: BusinessCalendar | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Activity:
    """A step in a ticket's life at its business moment; `number` orders steps of one moment.

    `fields` are what tests look at (act, to_state, tier, priority ...). `corrects` names an earlier step that
    this one stands in for.
    """

    number: int
    at: datetime
    fields: Mapping[str, Value]
    corrects: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Cycle:
    """One run of a clock: `running` are the stretches it counted, the last one open-ended while it runs."""

    started_at: datetime
    running: tuple[tuple[datetime, datetime | None], ...]
    stopped_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockReading:
    """A clock as it stands at a moment.

    `spent` and `left` are in the allowance's unit (seconds of opening hours, or open days; `left` may be below
    zero). A clock that does not run has no `due_at`: a paused clock promises nothing. `warnings_at` are the
    moments of the warnings of the running cycle, all inside opening hours.
    """

    definition: str
    status: ClockStatus
    cycles: tuple[Cycle, ...]
    spent: int
    left: int
    due_at: datetime | None
    breached_at: datetime | None
    warnings_at: tuple[tuple[Fraction, datetime], ...]

    @property
    def is_breached(self) -> bool:
        return self.breached_at is not None
