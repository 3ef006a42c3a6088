"""A month's improvement as plan, do, check and act, as it stood at the month's end."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from madoguchi.contracts.models import Contract
from madoguchi.core.vocabulary import TicketKind
from madoguchi.core.works_vocabulary import ImprovementState
from madoguchi.desk.models import Ticket
from madoguchi.knowledge.models import ArticleVersion
from madoguchi.works.events import CRITERIA, IN_FORCE, waited_seconds
from madoguchi.works.models import DecisionRequest, Improvement

NOT_APPROVED = (ImprovementState.PROPOSED.value, ImprovementState.REFUSED.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """What was counted in a month; `total` is everything up to its end."""

    wishes_received: int
    wishes_done: int
    total_wishes_received: int
    total_wishes_done: int
    decisions_asked: int
    decisions_made: int
    # of those made in the month, without the time waited for other offices; none where none was made
    decision_minutes: int | None
    revisions: int
    effect_minutes_per_week: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """The proposals of a month: made, carried out, reviewed, and those still to be carried out at its end."""

    plan: QuerySet[Improvement]
    do: QuerySet[Improvement]
    check: QuerySet[Improvement]
    act: QuerySet[Improvement]
    counts: Counts


def sheet_of(contract: Contract, *, month: date) -> Sheet:
    """Return the sheet of the month that begins on a day; a later change of a proposal leaves it as it was."""
    end = (month + timedelta(days=32)).replace(day=1)
    found = Improvement.objects.filter(contract=contract)
    check = found.filter(_within("reviewed_at", month, end))
    to_do = found.filter(decided_at__date__lt=end).exclude(state__in=NOT_APPROVED)
    return Sheet(
        plan=found.filter(_within("proposed_at", month, end)).order_by("proposed_at", "pk"),
        do=found.filter(_within("done_at", month, end)).order_by("done_at", "pk"),
        check=check.order_by("reviewed_at", "pk"),
        act=to_do.filter(Q(done_at=None) | Q(done_at__date__gte=end)).order_by("decided_at", "pk"),
        counts=_counts(contract, month, end, check),
    )


def _within(column: str, start: date, end: date) -> Q:
    return Q(**{f"{column}__date__gte": start, f"{column}__date__lt": end})


def _counts(contract: Contract, start: date, end: date, check: QuerySet[Improvement]) -> Counts:
    wishes = Ticket.objects.filter(contract=contract, kind=TicketKind.WISH.value, merged_into=None)
    asked = DecisionRequest.objects.filter(contract=contract)
    made = list(asked.filter(_within("decided_at", start, end)).prefetch_related("waits"))
    versions = ArticleVersion.objects.filter(article__contract=contract, article__kind__in=CRITERIA, state__in=IN_FORCE)
    return Counts(
        wishes_received=wishes.filter(_within("received_at", start, end)).count(),
        wishes_done=wishes.filter(_within("resolved_at", start, end)).count(),
        total_wishes_received=wishes.filter(received_at__date__lt=end).count(),
        total_wishes_done=wishes.filter(resolved_at__date__lt=end).count(),
        decisions_asked=asked.filter(_within("asked_at", start, end)).count(),
        decisions_made=len(made), decision_minutes=_minutes(made),
        revisions=versions.filter(_within("at", start, end)).count(),
        effect_minutes_per_week=sum(each.effect_minutes_per_week or 0 for each in check),
    )  # fmt: skip


def _minutes(made: list[DecisionRequest]) -> int | None:
    if not made:
        return None
    taken = [
        (each.decided_at - each.asked_at).total_seconds() - waited_seconds(each) for each in made if each.decided_at
    ]
    return int(sum(taken) // 60 // len(made))
