"""What is wrong with a row of a fact table, whoever made it."""

from collections.abc import Iterator
from datetime import UTC, datetime

from madoguchi.core.errors import Problem
from madoguchi.core.events import Column, ColumnKind, Event, FactTable

# the years for which opening hours are tabled
FIRST_MOMENT = datetime(2000, 1, 2, tzinfo=UTC)
END_MOMENT = datetime(2030, 12, 30, tzinfo=UTC)
NOT_NEGATIVE = "a whole number that is not negative"
ORDERS: dict[str, tuple[tuple[str, str], ...]] = {
    "calls": (("offered_at", "ended_at"), ("offered_at", "answered_at"), ("queued_at", "ended_at"),
              ("answered_at", "ended_at"), ("offered_at", "queued_at")),
    "tickets": (("received_at", "resolved_at"), ("received_at", "first_answered_at")),
    "mails": (("received_at", "answered_at"),),
    "outages": (("started_at", "ended_at"),),
    "maintenance": (("started_at", "ended_at"),),
    "decision_requests": (("asked_at", "decided_at"),),
    "improvements": (("proposed_at", "done_at"),),
    "patches": (("released_at", "applied_at"),),
    "survey_invitations": (("invited_at", "answered_at"),),
}  # fmt: skip


def is_never_negative(column: Column) -> bool:
    """Say whether a column holds a duration or counts something."""
    is_duration = column.kind in (ColumnKind.SECONDS, ColumnKind.MILLISECONDS)
    return is_duration or (column.kind is ColumnKind.INTEGER and column.name.endswith("_count"))


def row_problems(event: Event, *, table: FactTable, where: str, line: int | None) -> Iterator[Problem]:
    """Yield what is missing, not a word of its vocabulary, below zero, or ends before it starts."""
    for column in table.columns:
        value = event.get(column.name)
        if column.is_required and value is None:
            yield Problem(where=where, line=line, key=column.name, given="missing", allowed="a value: it is needed")
        if column.words is not None and value is not None and value not in list(column.words):
            allowed = "one of " + ", ".join(column.words)
            yield Problem(where=where, line=line, key=column.name, given=f"given {value!r}", allowed=allowed)
        if is_never_negative(column) and isinstance(value, int) and value < 0:
            yield Problem(where=where, line=line, key=column.name, given=f"given {value}", allowed=NOT_NEGATIVE)
        if isinstance(value, datetime) and not FIRST_MOMENT <= value < END_MOMENT:
            allowed = f"a moment from {FIRST_MOMENT.year} to {END_MOMENT.year}"
            yield Problem(where=where, line=line, key=column.name, given=f"given {value.isoformat()}", allowed=allowed)
    for start, end in ORDERS.get(table.name, ()):
        first, then = event.get(start), event.get(end)
        if isinstance(first, datetime) and isinstance(then, datetime) and then < first:
            given = f"{then.isoformat()}, before {start} {first.isoformat()}"
            yield Problem(where=where, line=line, key=end, given=given, allowed=f"a moment not before {start}")
