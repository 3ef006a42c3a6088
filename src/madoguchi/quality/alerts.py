"""Telling people that a running month is about to be missed: once a level, on screen and by mail, while it is open."""

from collections.abc import Iterator
from datetime import datetime

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from madoguchi.contracts.access import people_of
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.models import Contract
from madoguchi.core.metrics.printing import format_figure, format_target
from madoguchi.core.quality_vocabulary import BudgetLevel
from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.operations.notices import is_open_at
from madoguchi.people.models import Person
from madoguchi.people.rules import one_line
from madoguchi.quality.models import BudgetAlert
from madoguchi.quality.rules import month_of
from madoguchi.quality.running import RunningFigure, RunningMonth, running_month

TOLD = frozenset((RoleKind.OPERATIONS_MANAGER, RoleKind.RESPONSIBLE_DIVISION))
MAILED = frozenset((RoleKind.OPERATIONS_MANAGER,))


def send_budget_alerts(*, now: datetime) -> int:
    """Leave an alert for every level that was reached, in each contract whose desk is open. Returns how many."""
    today = timezone.localdate(now)
    running = Contract.objects.filter(start_date__lte=today, end_date__gt=today, definitions__isnull=False)
    return sum(_alert(contract, now=now) for contract in running.distinct().order_by("pk"))


def _alert(contract: Contract, *, now: datetime) -> int:
    day = timezone.localdate(now)
    if not is_open_at(definitions_on(contract=contract, day=day).promised.calendar, now):
        return 0
    month = running_month(contract=contract, now=now)
    people = list(people_of(contract=contract, day=day, kinds=TOLD))
    alerts = list(_alerts(contract, month, people, now=now))
    with transaction.atomic():
        before = BudgetAlert.objects.filter(contract=contract).count()
        BudgetAlert.objects.bulk_create(alerts, ignore_conflicts=True)
        return BudgetAlert.objects.filter(contract=contract).count() - before


def _alerts(contract: Contract, month: RunningMonth, people: list[Person], *, now: datetime) -> Iterator[BudgetAlert]:
    for figure in month.figures:
        for level in figure.levels:
            for person in people:
                with override(person.language):
                    text = alert_text(figure, level, language=person.language)
                yield BudgetAlert(
                    contract=contract, person=person, month=month.month, indicator=figure.measurement.indicator.id,
                    level=level.value, text=text[:400], sent_at=now,
                )  # fmt: skip


def mail_alerts(*, now: datetime) -> int:
    """Mail operations managers this month's alerts they were not mailed yet, one mail a contract. Returns how many.

    A mail that could not be sent is tried again with the next run. Nothing goes out while the desk is closed.
    """
    today = timezone.localdate(now)
    waiting = BudgetAlert.objects.filter(month=month_of(today), mailed_at__isnull=True, seen_at__isnull=True)
    sent = 0
    for contract in Contract.objects.filter(pk__in=waiting.values("contract")).order_by("pk"):
        if is_open_at(definitions_on(contract=contract, day=today).promised.calendar, now):
            for person in people_of(contract=contract, day=today, kinds=MAILED):
                sent += _mail(contract, person, waiting.filter(contract=contract, person=person), now=now)
    return sent


def _mail(contract: Contract, person: Person, waiting: QuerySet[BudgetAlert], *, now: datetime) -> int:
    alerts = list(waiting.order_by("pk"))
    mine = BudgetAlert.objects.filter(pk__in=[each.pk for each in alerts])
    # taken before it is sent, so that two runs at once send one mail
    if not person.mail or not mine.filter(mailed_at__isnull=True).update(mailed_at=now):
        return 0
    with override(person.language):
        subject = _("[窓口] %(contract)s：目標の見込みについて%(n)s件") % {"contract": contract.name, "n": len(alerts)}
    body = "\n".join([*(each.text for each in alerts), "", contract.name, ""])
    headers = {"Auto-Submitted": "auto-generated"}
    try:
        EmailMessage(subject=one_line(subject, longest=300), body=body, to=[person.mail], headers=headers).send()
    except OSError:
        # an SMTP fault is an OSError
        mine.update(mailed_at=None)
        return 0
    return 1


def alert_text(figure: RunningFigure, level: BudgetLevel, *, language: str) -> str:
    """Return what somebody is told of a figure at a level, in their language."""
    indicator = figure.measurement.indicator
    exact = figure.forecast.exact if figure.forecast else None
    values = {
        "label": indicator.label if language == "ja" else indicator.label_en,
        "left": figure.budget.left if figure.budget else 0,
        "over": -figure.budget.left if figure.budget else 0,
        "figure": format_figure(exact, indicator=indicator, language=language),
        "target": format_target(figure.measurement.judgement.objective, indicator=indicator, language=language),
    }  # fmt: skip
    if level is BudgetLevel.LOW:
        return _("%(label)s：目標（%(target)s）を守るには、今月はあと%(left)s件までです。") % values
    if level is BudgetLevel.GONE:
        return _("%(label)s：今月の許容件数を%(over)s件超えています（目標 %(target)s）。") % values
    return _("%(label)s：このままでは%(figure)sで未達の見込みです（目標 %(target)s）。") % values
