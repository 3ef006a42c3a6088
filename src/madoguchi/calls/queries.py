"""Reads on calls and tickets; every one begins with what the person may see."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, QuerySet
from django.utils import timezone

from madoguchi.calls.models import CallExclusion, CallLink
from madoguchi.calls.rules import PhoneTicket, compared_number
from madoguchi.contracts.access import Access, people_of
from madoguchi.contracts.models import Contract
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import Channel
from madoguchi.desk.models import OPEN_STATES, Ticket
from madoguchi.desk.queries import visible_tickets
from madoguchi.people.models import Person


def ticket_numbers(*, contract: Contract, sources: Iterable[str] | None = None) -> dict[str, int]:
    """Return the tickets that calls were joined to at the desk, by the calls' sources."""
    links = CallLink.objects.filter(contract=contract)
    if sources is not None:
        links = links.filter(source__in=list(sources))
    return dict(links.values_list("source", "ticket__number"))


def ticket_numbers_between(*, contract: Contract, start: datetime, end: datetime) -> dict[str, int]:
    links = CallLink.objects.filter(contract=contract, offered_at__gte=start, offered_at__lt=end)
    return dict(links.values_list("source", "ticket__number"))


def numbers_with_calls(*, contract: Contract, numbers: Iterable[int]) -> set[int]:
    """Return those of some tickets' numbers that a call was joined to, whenever it came."""
    links = CallLink.objects.filter(contract=contract, ticket__number__in=list(numbers))
    return set(links.values_list("ticket__number", flat=True))


def phone_tickets(*, access: Access, start: datetime, end: datetime) -> list[PhoneTicket]:
    """Return the tickets received by telephone in a stretch of time, the earliest in front."""
    found = visible_tickets(access).filter(
        channel=Channel.PHONE.value, received_at__gte=start, received_at__lt=end, merged_into__isnull=True
    )
    names = ("number", "subject", "requester__name", "requester_id", "received_at")
    return [
        PhoneTicket(number=number, subject=subject, requester=requester, requester_id=person, received_at=at)
        for number, subject, requester, person, at in found.order_by("received_at", "number").values_list(*names)
    ]


def people_by_number(*, access: Access, day: datetime) -> dict[str, list[int]]:
    """Return the people behind each number, by their extensions and by calls that were joined to their tickets."""
    found: dict[str, list[int]] = {}
    people = people_of(contract=access.contract, day=timezone.localdate(day)).exclude(extension="")
    for key, written in people.values_list("pk", "extension"):
        found.setdefault(compared_number(written), []).append(key)
    earlier = CallLink.objects.filter(contract=access.contract, ticket__requester__is_active=True).exclude(caller="")
    for number, key in earlier.values_list("caller", "ticket__requester_id").distinct():
        if key not in found.setdefault(number, []):
            found[number].append(key)
    found.pop("", None)
    return found


def people_calling(*, access: Access, number: str, now: datetime) -> QuerySet[Person]:
    """Return the people of the contract that a compared number belongs to; nobody for a withheld one."""
    keys = people_by_number(access=access, day=now).get(number, []) if number else []
    return people_of(contract=access.contract, day=timezone.localdate(now)).filter(pk__in=keys).order_by("name", "pk")


def open_tickets_of(*, access: Access, people: Iterable[int]) -> QuerySet[Ticket]:
    """Return the open tickets of some people, the latest in front."""
    found = visible_tickets(access).filter(requester_id__in=list(people), state__in=OPEN_STATES)
    return found.select_related("requester").only("number", "subject", "state", "requester__name").order_by("-number")


def exclusions_of(access: Access) -> QuerySet[CallExclusion]:
    """Return the calls asked to be left out, what waits for a decision in front."""
    access.require(Right.SEE_FIGURES)
    found = CallExclusion.objects.filter(contract=access.contract).select_related("asked_by", "decided_by")
    return found.order_by(F("is_approved").asc(nulls_first=True), "-pk")
