"""The calls of a day beside its telephone tickets: which belong together, which stand alone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from madoguchi.calls.queries import numbers_with_calls, people_by_number, phone_tickets, ticket_numbers_between
from madoguchi.calls.rules import KnownCall, Unmatched, match
from madoguchi.contracts.access import Access
from madoguchi.contracts.definitions import definitions_on
from madoguchi.core.calendar.periods import Period
from madoguchi.core.vocabulary import CallOutcome
from madoguchi.intake.calls import moments_of
from madoguchi.quality.calls import calls_between, known_call

DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class DayOfCalls:
    """What came by telephone in some days, and what of it stands alone; `linked` can be taken apart again."""

    unmatched: Unmatched
    linked: tuple[tuple[KnownCall, int], ...]
    call_count: int
    ticket_count: int


def calls_beside_tickets(*, access: Access, period: Period, now: datetime) -> DayOfCalls:
    """Compare the calls of some days with the tickets received by telephone on them.

    Calls of the day before and after are looked at too: a ticket typed in after midnight has its call yesterday.
    """
    promised = definitions_on(contract=access.contract, day=period.start_date).promised
    start, end = moments_of(contract=promised, period=period)
    events = calls_between(contract=access.contract, promised=promised, start=start - DAY, end=end + DAY)
    around = [known_call(each) for each in events]
    calls = [each for each in around if start <= each.offered_at < end]
    tickets = phone_tickets(access=access, start=start, end=end)
    links = ticket_numbers_between(contract=access.contract, start=start - DAY, end=end + DAY)
    elsewhere = numbers_with_calls(contract=access.contract, numbers=[each.number for each in tickets])
    elsewhere |= {each.ticket for each in around if each.ticket is not None}
    found = match(
        calls=calls, tickets=tickets, links=links, elsewhere=elsewhere,
        callers=people_by_number(access=access, day=now),
    )  # fmt: skip
    linked = tuple((each, links[each.source]) for each in calls if each.source in links)
    return DayOfCalls(unmatched=found, linked=linked, call_count=len(calls), ticket_count=len(tickets))


def outcome_of(call: KnownCall) -> CallOutcome:
    return CallOutcome(call.outcome)


def day_asked(text: str, *, today: date) -> date | None:
    """Return the day of an address, today for none, nothing for what is no day of this age."""
    if not text:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(1990, 1, 1) <= day < date(2100, 1, 1) else None
