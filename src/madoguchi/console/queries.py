"""Reads that several pages of the desk share."""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet
from django.utils import timezone

from madoguchi.contracts.access import Access, people_of
from madoguchi.contracts.models import Contract
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.models import OPEN_STATES, Notice, Ticket, reference_of
from madoguchi.people.models import Person
from madoguchi.prepared.queries import prepared
from madoguchi.quality.models import BudgetAlert, Silence, SilenceMail
from madoguchi.quality.silence import silence_text
from madoguchi.works.models import DeskRecord
from madoguchi.works.operations.meetings import late_actions

WORKERS = frozenset((RoleKind.OPERATOR, RoleKind.OPERATIONS_MANAGER, RoleKind.RESPONSIBLE_DIVISION, RoleKind.VENDOR))


@prepared
def workers_on(contract_id: int, day: date) -> QuerySet[Person]:
    """Return who tickets can be given to on a day, with no more of them than a list to choose from shows."""
    return _by_reading(people_of(contract=contract_id, day=day, kinds=WORKERS)).only("name")


def _by_reading(people: QuerySet[Person]) -> QuerySet[Person]:
    return people.order_by("reading", "name")


def desk_people(access: Access) -> QuerySet[Person]:
    """Return who tickets can be given to."""
    return _by_reading(people_of(contract=access.contract, day=timezone.localdate(), kinds=WORKERS))


class ListedTicket(NamedTuple):
    """What a list shows of a ticket; fifty tickets with their people and queues as models take a third of the page."""

    number: int
    subject: str
    priority: str
    state: str
    kind: str
    received_at: datetime
    next_due_at: datetime | None
    requester: str
    queue: str
    assignee: str | None

    @property
    def reference(self) -> str:
        return reference_of(self.number)


LISTED = (
    "number", "subject", "priority", "state", "kind", "received_at", "next_due_at", "requester__name", "queue__name",
    "assignee__name",
)  # fmt: skip


def shown_tickets(tickets: QuerySet[Ticket], *, start: int, size: int) -> list[ListedTicket]:
    """Return one page of tickets with the names a list shows: keys first, so that only those rows are read."""
    keys = list(tickets.values_list("pk", flat=True)[start : start + size])
    found = {row[0]: ListedTicket(*row[1:]) for row in _listed(*keys)} if keys else {}
    return [found[key] for key in keys]


@prepared
def _listed(*keys: int) -> QuerySet[Ticket, tuple[Any, ...]]:
    return Ticket.objects.filter(pk__in=keys).values_list("pk", *LISTED)


def unseen_alerts(access: Access) -> QuerySet[BudgetAlert]:
    alerts = BudgetAlert.objects.filter(person=access.person, contract=access.contract, seen_at__isnull=True)
    return alerts.order_by("-sent_at", "pk")


def open_silences(access: Access) -> list[tuple[Silence, str, list[SilenceMail]]]:
    """Return the places that fell silent and still are, for those who can do something about it.

    Each has its text, and the mails of it that could not be sent.
    """
    if not access.may(Right.RUN_MAIL):
        return []
    found = list(Silence.objects.filter(contract=access.contract, ended_at=None).order_by("noticed_at", "pk"))
    unsent: dict[int, list[SilenceMail]] = {each.pk: [] for each in found}
    mails = SilenceMail.objects.filter(silence__in=found, mailed_at=None).select_related("person").order_by("pk")
    if found:
        for mail in mails:
            unsent[mail.silence_id].append(mail)
    return [(each, silence_text(each), unsent[each.pk]) for each in found]


def late_actions_of(access: Access, *, day: date) -> QuerySet[DeskRecord]:
    """Return what meetings asked for and is late: managers see everybody's, others their own."""
    found = late_actions(access.contract, day=day)
    return found if access.may(Right.MANAGE) else found.filter(owner=access.person)


def unseen_notices(access: Access) -> QuerySet[Notice]:
    notices = Notice.objects.filter(person=access.person, ticket__contract=access.contract, seen_at__isnull=True)
    return notices.select_related("ticket").order_by("-sent_at")


def daily_counts(contract: Contract, *, day: date, now: datetime) -> dict[str, Any]:
    """Return a day's counts; what is open and late is as of now."""
    tickets = Ticket.objects.filter(contract=contract, merged_into=None)
    received = tickets.filter(received_at__date=day)
    still_open = tickets.filter(state__in=OPEN_STATES)
    return {
        "received_count": received.count(), "resolved_count": tickets.filter(resolved_at__date=day).count(),
        "escalated_count": tickets.filter(escalated_at__date=day).count(), "open_count": still_open.count(),
        "late_count": still_open.filter(next_due_at__lt=now).count(),
        "by_kind": received.values("kind").annotate(count=Count("pk")).order_by("kind"),
    }  # fmt: skip
