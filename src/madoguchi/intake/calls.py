"""A contract's calls out of a folder of facts."""

from datetime import UTC, date, datetime, time, timedelta
from datetime import timezone as offset_zone
from typing import TYPE_CHECKING

from madoguchi.core.calendar.periods import Period
from madoguchi.core.events import Event
from madoguchi.core.metrics.spec import Contract

if TYPE_CHECKING:
    from madoguchi.intake.facts import FactSet


def moments_of(*, contract: Contract, period: Period) -> tuple[datetime, datetime]:
    """Return the moments at which a period begins and ends by the contract's clock."""
    offset = offset_zone(timedelta(seconds=contract.calendar.utc_offset_seconds))
    return _midnight(period.start_date, offset), _midnight(period.end_date, offset)


def _midnight(day: date, offset: offset_zone) -> datetime:
    return datetime.combine(day, time(), tzinfo=offset).astimezone(UTC)


def calls_between(facts: "FactSet", *, contract: Contract, start: datetime, end: datetime) -> list[Event]:
    """Return the calls offered in a stretch of time."""
    import pyarrow.dataset as ds  # noqa: PLC0415  # heavy

    column = ds.field("offered_at")
    within = (column >= int(start.timestamp())) & (column < int(end.timestamp()))
    return list(facts.events("calls", contract=contract.id, where=within))


def calls_of_period(facts: "FactSet", *, contract: Contract, period: Period) -> list[Event]:
    start, end = moments_of(contract=contract, period=period)
    return calls_between(facts, contract=contract, start=start, end=end)


def agent_states_between(facts: "FactSet", *, contract: Contract, start: datetime, end: datetime) -> list[Event]:
    """Return what agents did in a stretch of time, also what began before it or has no end."""
    import pyarrow.dataset as ds  # noqa: PLC0415  # heavy

    ended = ds.field("ended_at")
    within = (ds.field("started_at") < int(end.timestamp())) & (ended.is_null() | (ended >= int(start.timestamp())))
    return list(facts.events("agent_states", contract=contract.id, where=within))


def agent_states_of_period(facts: "FactSet", *, contract: Contract, period: Period) -> list[Event]:
    start, end = moments_of(contract=contract, period=period)
    return agent_states_between(facts, contract=contract, start=start, end=end)
