"""Telling people what was done: the requester and watchers of what they may read, the assignee of what came back."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from madoguchi.core.vocabulary import Act, Visibility
from madoguchi.desk.models import Activity, Notice, Ticket

TOLD = frozenset((Act.ANSWER, Act.PROGRESS, Act.RESOLVE, Act.HAND_OVER))
CAME_BACK = frozenset((Act.REPLY, Act.REOPEN, Act.RETURN))


def tell(ticket: Ticket, steps: Iterable[Activity], *, now: datetime) -> None:
    """Leave a notice for everybody a step concerns but the one who did it; mail follows in the background."""
    found = {(each.person_id, each.kind, each.about_at): each for step in steps for each in _notices(ticket, step, now)}
    if found:
        Notice.objects.bulk_create(found.values(), ignore_conflicts=True)


def _notices(ticket: Ticket, step: Activity, now: datetime) -> Iterator[Notice]:
    is_read = step.visibility == Visibility.PUBLIC.value
    told = (
        {ticket.requester_id, *ticket.watchers.values_list("person_id", flat=True)}
        if is_read and step.act in TOLD
        else set()
    )
    reader = _reader_of_answers(ticket) if step.act in CAME_BACK else None
    back = {reader} if reader else set()
    for kind, people in (("told", told), ("back", back)):
        for person in sorted(people - {step.actor_id}):
            yield Notice(
                ticket=ticket, person_id=person, kind=kind, about_at=step.at, sent_at=now, activity_number=step.number
            )


def _reader_of_answers(ticket: Ticket) -> int | None:
    """Return who has the ticket or, where nobody has, who answered last: a word on a closed ticket must be heard."""
    told = ticket.activities.filter(act__in=[each.value for each in TOLD]).order_by("-number")
    return ticket.assignee_id or told.values_list("actor_id", flat=True).first()
