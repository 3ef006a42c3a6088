"""A contract's calls as the figures count them: from the files that were imported, never from the live stream."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from madoguchi.calls.events import exclusion_events
from madoguchi.calls.queries import ticket_numbers_between
from madoguchi.calls.rules import KnownCall, compared_number
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.folders import imported_folder
from madoguchi.contracts.models import Contract
from madoguchi.core.calendar.periods import Period
from madoguchi.core.calls.counted import CallData, call_data
from madoguchi.core.events import Event
from madoguchi.core.metrics.spec import Contract as Promised
from madoguchi.desk.models import reference_of
from madoguchi.intake import calls as intake

if TYPE_CHECKING:
    from madoguchi.intake.facts import FactSet


def imported_facts(contract: Contract) -> "FactSet | None":
    """Return the facts imported for a contract, None where nothing was."""
    from madoguchi.intake.facts import open_facts  # noqa: PLC0415  # the measure is loaded by who asks for calls
    from madoguchi.intake.store import MANIFEST  # noqa: PLC0415

    folder = imported_folder(contract)
    return open_facts(folder) if (folder / MANIFEST).exists() else None


def calls_between(*, contract: Contract, promised: Promised, start: datetime, end: datetime) -> list[Event]:
    """Return the calls offered in a stretch of time, the earliest in front."""
    facts = imported_facts(contract)
    found = intake.calls_between(facts, contract=promised, start=start, end=end) if facts else []
    return sorted(found, key=lambda each: (str(each["offered_at"]), str(each["source"])))


def data_of_calls(*, contract: Contract, period: Period) -> CallData:
    """Return a period's calls as reports count them, each with the ticket it came with or was joined to.

    Raises NoCountingError where the contract does not say what counts.
    """
    promised = definitions_on(contract=contract, day=period.start_date).promised
    start, end = intake.moments_of(contract=promised, period=period)
    facts = imported_facts(contract)
    if facts is None:
        return call_data(contract=promised, period=period, calls=())
    joined = ticket_numbers_between(contract=contract, start=start, end=end)
    calls = [
        {**each, "ticket": reference_of(joined[str(each["source"])])} if str(each["source"]) in joined else each
        for each in intake.calls_between(facts, contract=promised, start=start, end=end)
    ]
    exclusions = [
        *facts.events("exclusions", contract=promised.id), *exclusion_events(contract, key=promised.id)
    ]  # fmt: skip
    return call_data(
        contract=promised, period=period, calls=calls, exclusions=exclusions,
        agent_states=intake.agent_states_between(facts, contract=promised, start=start, end=end),
        sources=facts.sources,
    )  # fmt: skip


def call_by_source(*, contract: Contract, source: str, now: datetime) -> KnownCall | None:
    """Return one call of the facts."""
    import pyarrow.dataset as ds  # noqa: PLC0415  # heavy

    facts = imported_facts(contract)
    if facts is None:
        return None
    promised = definitions_on(contract=contract, day=timezone.localdate(now)).promised
    found = facts.events("calls", contract=promised.id, where=ds.field("source") == source)
    event = next(found, None)
    return known_call(event) if event is not None else None


def known_call(event: Event) -> KnownCall:
    offered_at, answered_at, talk = event["offered_at"], event.get("answered_at"), event.get("talk_seconds")
    if not isinstance(offered_at, datetime):
        raise TypeError(f"offered_at of {event['source']} is not a moment")
    ticket = str(event.get("ticket") or "")
    return KnownCall(
        source=str(event["source"]), offered_at=offered_at,
        answered_at=answered_at if isinstance(answered_at, datetime) else None, outcome=str(event["outcome"]),
        caller=compared_number(str(event.get("caller") or "")), line=str(event.get("line") or ""),
        agent=str(event.get("agent") or ""), talk_seconds=talk if isinstance(talk, int) else None,
        ticket=int(ticket) if ticket.isascii() and ticket.isdigit() and len(ticket) < 16 else None,  # noqa: PLR2004
    )  # fmt: skip


def day_period(day: date) -> Period:
    return Period(start_date=day, end_date=day + timedelta(days=1))
