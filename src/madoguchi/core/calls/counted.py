"""Calls with what they count as: the same decision as behind every indicator."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from madoguchi.core.calendar.periods import Period
from madoguchi.core.calls.sources import SourceState
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.events import Event
from madoguchi.core.metrics.classify import count_call, counting_on
from madoguchi.core.metrics.spec import Contract
from madoguchi.core.vocabulary import CallOutcome, CountedAs

CALLS = "calls"
BUSY = frozenset((CallOutcome.BUSY_PBX, CallOutcome.BUSY_CARRIER))


class NoCountingError(MadoguchiError):
    """The contract has no [[call_counting]]: nothing says what counts as answered or abandoned."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """One call, local time and what it counts as; `reason` is an approved exclusion's."""

    event: Event
    local: datetime
    counted_as: CountedAs
    reason: str = ""

    @property
    def source(self) -> str:
        return str(self.event["source"])

    @property
    def outcome(self) -> CallOutcome:
        return CallOutcome(str(self.event["outcome"]))

    @property
    def day(self) -> date:
        return self.local.date()

    @property
    def is_answered(self) -> bool:
        return self.counted_as is CountedAs.ANSWERED

    @property
    def is_abandoned(self) -> bool:
        return self.counted_as is CountedAs.ABANDONED

    @property
    def is_counted(self) -> bool:
        return self.is_answered or self.is_abandoned

    def seconds(self, name: str) -> int | None:
        value = self.event.get(name)
        return value if isinstance(value, int) else None

    def moment(self, name: str) -> datetime | None:
        value = self.event.get(name)
        return value if isinstance(value, datetime) else None

    def between(self, start: str, end: str) -> int | None:
        """Return the seconds from one moment of the call to another, None where one is missing."""
        first, final = self.moment(start), self.moment(end)
        return None if first is None or final is None else int((final - first).total_seconds())

    def text(self, name: str) -> str:
        return str(self.event.get(name) or "")


@dataclass(frozen=True, kw_only=True, slots=True)
class CallData:
    """What a report is made from: a period's calls in order of time, and what was approved to be left out."""

    contract: Contract
    period: Period
    calls: tuple[Counted, ...]
    exclusions: tuple[Event, ...] = ()
    agent_states: tuple[Event, ...] = ()
    sources: tuple[SourceState, ...] = ()


def call_data(
    *,
    contract: Contract,
    period: Period,
    calls: Iterable[Event],
    exclusions: Sequence[Event] = (),
    agent_states: Sequence[Event] = (),
    sources: Iterable[SourceState] = (),
) -> CallData:
    """Count the calls of a period, owned by the day they came. Raises NoCountingError."""
    if not contract.call_countings:
        raise NoCountingError(str(NoCountingError.__doc__))
    own = [each for each in exclusions if each["excluded_table"] == CALLS]
    approved = approved_reasons(own)
    counted = [_counted(each, contract=contract, approved=approved) for each in calls]
    kept = sorted((each for each in counted if each.day in period), key=lambda each: (each.local, each.source))
    return CallData(
        contract=contract,
        period=period,
        calls=tuple(kept),
        exclusions=tuple(own),
        agent_states=tuple(agent_states),
        sources=tuple(each for each in sources if contract.id in each.contracts),
    )


def local_moment(at: datetime, *, contract: Contract) -> datetime:
    """Return a moment as the contract's clock shows it."""
    return at.astimezone(UTC).replace(tzinfo=None) + timedelta(seconds=contract.calendar.utc_offset_seconds)


def approved_reasons(exclusions: Iterable[Event]) -> dict[str, str]:
    """Return source -> reason of what was approved for every indicator; the first reason in order wins."""
    reasons: dict[str, str] = {}
    for each in exclusions:
        if each.get("approved_at") is not None and each.get("indicator") is None:
            source, reason = str(each["excluded_source"]), str(each["reason"])
            reasons[source] = min(reason, reasons.get(source, reason))
    return reasons


def _counted(event: Event, *, contract: Contract, approved: Mapping[str, str]) -> Counted:
    at = event["offered_at"]
    if not isinstance(at, datetime):
        raise TypeError(f"offered_at of {event['source']} is not a moment")
    local = local_moment(at, contract=contract)
    reason = approved.get(str(event["source"]), "")
    if reason:
        return Counted(event=event, local=local, counted_as=CountedAs.LEFT_OUT, reason=reason)
    counting = counting_on(contract, contract.calendar.local_date(at))
    return Counted(event=event, local=local, counted_as=count_call(event, counting=counting))
