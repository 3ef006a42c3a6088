"""Reads of months and their revisions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from madoguchi.contracts.models import Contract
from madoguchi.core.calendar.periods import Period, months_in
from madoguchi.core.quality_vocabulary import MonthState
from madoguchi.quality.models import Revision
from madoguchi.quality.rules import Facts


def revisions_of(*, contract: Contract, month: date) -> QuerySet[Revision]:
    """Return a month's revisions, the latest first."""
    revisions = Revision.objects.filter(contract=contract, month=month).select_related("submitted_by", "decided_by")
    return revisions.order_by("-number")


def latest_revision(*, contract: Contract, month: date) -> Revision | None:
    return revisions_of(contract=contract, month=month).first()


def approved_revision(*, contract: Contract, month: date) -> Revision | None:
    """Return what holds for a month: its latest approved revision."""
    return revisions_of(contract=contract, month=month).filter(state=MonthState.APPROVED.value).first()


def approved_revisions(*, contract: Contract, months: Iterable[date]) -> dict[date, Revision]:
    """Return what holds for each of these months that was approved, with its figures, in order."""
    found = Revision.objects.filter(contract=contract, month__in=set(months), state=MonthState.APPROVED.value)
    return {each.month: each for each in found.order_by("month", "number").prefetch_related("figures")}


def facts_of_revision(revision: Revision) -> list[Facts]:
    return list(revision.figures.order_by("place").values_list("facts", flat=True))


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthRow:
    """A month in the list: where it stands, and what of it is approved."""

    month: date
    state: MonthState
    approved_number: int | None
    verdicts: dict[str, int]


def month_rows(*, contract: Contract, today: date) -> list[MonthRow]:
    """Return the contract's months up to today, the latest first."""
    if today < contract.start_date:
        return []
    end = min(date(today.year + today.month // 12, today.month % 12 + 1, 1), contract.end_date)
    months = [each.start_date for each in months_in(Period(start_date=contract.start_date, end_date=end))]
    latest: dict[date, Revision] = {}
    approved: dict[date, Revision] = {}
    revisions = Revision.objects.filter(contract=contract).order_by("number").prefetch_related("figures")
    for each in revisions:
        latest[each.month] = each
        if each.state == MonthState.APPROVED:
            approved[each.month] = each
    return [_row(month, latest.get(month), approved.get(month), today=today) for month in reversed(months)]


def _row(month: date, latest: Revision | None, approved: Revision | None, *, today: date) -> MonthRow:
    if latest is not None:
        state = MonthState(latest.state)
    else:
        is_running = (month.year, month.month) == (today.year, today.month)
        state = MonthState.RUNNING if is_running else MonthState.ENDED
    counts: dict[str, int] = {}
    shown = approved or latest
    for figure in shown.figures.all() if shown else ():
        counts[figure.verdict] = counts.get(figure.verdict, 0) + 1
    return MonthRow(month=month, state=state, approved_number=approved.number if approved else None, verdicts=counts)
