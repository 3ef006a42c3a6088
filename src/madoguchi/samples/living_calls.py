"""Calls of an example desk: most of the latest belong to tickets, some stand alone."""

from datetime import datetime, timedelta

from django.utils import timezone

from madoguchi.calls.operations.link import link_call
from madoguchi.console.unmatched import calls_beside_tickets
from madoguchi.contracts.access import access_to
from madoguchi.core.calendar.periods import Period
from madoguchi.desk.models import Ticket
from madoguchi.people.models import Person

DAYS = 7
NEAR = timedelta(hours=3)
LEFT_ALONE = 6


def join_calls(*, key: str, now: datetime) -> None:
    """Join the latest telephone tickets to the calls nearest to them; every sixth is left for somebody to do."""
    day = timezone.localdate(now)
    person = Person.objects.get(sign_in_name=f"operator-{key}")
    access = access_to(person=person, contract_key=key, day=day)
    period = Period(start_date=day - timedelta(days=DAYS), end_date=day + timedelta(days=1))
    alone = calls_beside_tickets(access=access, period=period, now=now).unmatched
    calls = [call for call, _candidates in alone.calls]
    for number, each in enumerate(alone.tickets):
        near = [call for call in calls if abs(call.reached_at - each.received_at) < NEAR]
        if number % LEFT_ALONE == LEFT_ALONE - 1 or not near:
            continue
        call = min(near, key=lambda one: abs(one.reached_at - each.received_at))  # used at once
        calls.remove(call)
        ticket = Ticket.objects.get(contract=access.contract, number=each.number)
        link_call(access=access, call=call, ticket=ticket, now=now)
