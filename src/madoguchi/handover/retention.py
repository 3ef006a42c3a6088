"""What is erased of each kind of data, and from when: one row a column that people stand in."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils import timezone

from madoguchi.assets.models import Item, Loan
from madoguchi.calls.rules import compared_number
from madoguchi.contracts.folders import imported_folder
from madoguchi.contracts.models import Contract, Role
from madoguchi.core.handover_vocabulary import KeptKind
from madoguchi.core.import_vocabulary import ImportState
from madoguchi.core.works_vocabulary import LoanState
from madoguchi.desk.models import OPEN_STATES, Ticket
from madoguchi.handover.models import Hold, RetentionRule
from madoguchi.handover.naming import is_made_up
from madoguchi.handover.tables import BY_LABEL, ERASED
from madoguchi.people.models import Person

# proposals until the contract's own are entered: two to three years is what a call for tenders asked of logs
DEFAULT_RULES = (
    (KeptKind.TICKETS, 3, "案件の完了から。後の照会と監査に備える期間。"),
    (KeptKind.MAILS, 2, "案件の完了から。メールの記録として。"),
    (KeptKind.APPLICATIONS, 3, "案件の完了から。貸与・アカウントの証跡として。"),
    (KeptKind.PERSONNEL, 1, "名簿の受領から。反映後は人事担当部門の原本による。"),
    (KeptKind.COMMENTS, 3, "アンケートの締切から。実施状況報告の根拠として。"),
    (KeptKind.DESK_RECORDS, 3, "記録の日から。業務記録として。"),
    (KeptKind.CALLS, 3, "案件の完了から。通話の記録として。"),
    (KeptKind.IMPORTS, 1, "取込の日から。取り込んだ後は案件の記録による。"),
    (KeptKind.MONITORING, 1, "通知の受信から。停止の記録は残る。"),
    (KeptKind.PEOPLE, 3, "最後の関わりが終わってから。"),
)

# a ledger on its way into the desk is not taken away under its worker
UNDER_WAY = tuple(
    each.value for each in (ImportState.CHECKING, ImportState.WAITING, ImportState.RUNNING, ImportState.UNDOING)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Rows of one table that a kind empties: `closed` is the moment that counts, `person` who they are about."""

    label: str
    closed: str
    empty: Mapping[str, object]
    person: str = ""
    when: Q = field(default_factory=Q)

    @property
    def done(self) -> Q:
        """Return what holds of rows that are empty already."""
        return Q(**dict(self.empty))


def _of_ticket(label: str, path: str, **empty: object) -> Target:
    state = f"{path}state" if path else "state"
    return Target(
        label=label, closed=f"{path}latest_at", person=f"{path}requester", empty=empty,
        when=~Q(**{f"{state}__in": OPEN_STATES}),
    )  # fmt: skip


TARGETS: Mapping[KeptKind, tuple[Target, ...]] = {
    KeptKind.TICKETS: (
        _of_ticket("desk.Ticket", "", subject=ERASED, text=ERASED),
        _of_ticket("desk.Activity", "ticket__", text=ERASED),
        _of_ticket("desk.Attachment", "ticket__", name=ERASED),
    ),
    KeptKind.MAILS: (
        _of_ticket("mail.KeptMail", "ticket__", sender="", sender_name="", subject=ERASED, detail=""),
        _of_ticket("mail.MailContent", "mail__ticket__", raw=b""),
        Target(
            label="mail.KeptMail",
            closed="kept_at",
            when=Q(ticket__isnull=True),
            empty={"sender": "", "sender_name": "", "subject": ERASED, "detail": ""},
        ),
        Target(label="mail.MailContent", closed="mail__kept_at", when=Q(mail__ticket__isnull=True), empty={"raw": b""}),
        _of_ticket("mail.OutgoingMail", "ticket__", recipient="", raw=b"", fault=""),
    ),
    KeptKind.APPLICATIONS: (
        _of_ticket("works.Application", "ticket__", answers={}),
        _of_ticket("works.Task", "application__ticket__", records={}),
        _of_ticket("works.Approval", "application__ticket__", reason=ERASED),
    ),
    KeptKind.PERSONNEL: (
        Target(
            label="works.PersonnelRow", closed="batch__uploaded_at", person="person", empty={"given": {}, "error": ""}
        ),
        Target(label="works.PersonnelChange", closed="row__batch__uploaded_at", person="person", empty={"before": {}}),
    ),
    KeptKind.COMMENTS: (
        Target(label="surveys.Comment", closed="round__closed_at", empty={"text": ERASED, "search_key": ""}),
    ),
    KeptKind.DESK_RECORDS: (
        Target(label="works.DeskRecord", closed="written_at", person="owner", empty={"title": ERASED, "text": ERASED}),
        Target(label="works.DutyRow", closed="batch__made_at", person="person", empty={"given": {}, "error": ""}),
        Target(
            label="works.DecisionRequest",
            closed="decided_at",
            empty={"subject": ERASED, "question": ERASED, "options": [], "evidence": "", "answer": ERASED},
        ),
        Target(label="works.DecisionWait", closed="request__decided_at", empty={"whom": ERASED}),
        Target(
            label="works.Problem",
            closed="fixed_at",
            empty={"title": ERASED, "cause": "", "workaround": "", "permanent_fix": "", "preventive_action": ""},
        ),
    ),
    KeptKind.CALLS: (_of_ticket("calls.CallLink", "ticket__", caller=""),),
    KeptKind.IMPORTS: (
        Target(
            label="imports.ImportRun",
            closed="uploaded_at",
            empty={"file_name": ERASED, "notes": [], "fault": ""},
            when=~Q(state__in=UNDER_WAY),
        ),
        Target(
            label="imports.RefusedRow",
            closed="run__uploaded_at",
            empty={"key": "", "reasons": [], "cells": []},
            when=~Q(run__state__in=UNDER_WAY),
        ),
        Target(label="assets.ItemImportRow", closed="run__imported_at", empty={"before": {}, "after": {}, "note": ""}),
    ),
    KeptKind.MONITORING: (
        Target(label="monitoring.Message", closed="received_at", empty={"raw": None, "problems": []}),
        Target(label="monitoring.Sighting", closed="message__received_at", empty={"summary": ""}),
        Target(label="monitoring.Outage", closed="noticed_at", empty={"summary": ""}),
        Target(label="monitoring.FileImport", closed="at", empty={"name": ERASED, "refused": []}),
    ),
    KeptKind.PEOPLE: (),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """A rule with what it would erase today."""

    rule: RetentionRule
    kind: KeptKind
    before_date: date
    counts: dict[str, int]
    hold: Hold | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def before(rule_years: int, *, day: date) -> date:
    """Return the day before which a matter must be closed to be due; 29 February counts as the 28th."""
    try:
        return day.replace(year=day.year - rule_years)
    except ValueError:
        return day.replace(year=day.year - rule_years, day=28)


def moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def standing_holds(contract: Contract) -> QuerySet[Hold]:
    return Hold.objects.filter(contract=contract, lifted_at__isnull=True)


def rows_due(target: Target, *, contract: Contract, before_date: date) -> QuerySet[Any]:
    """Return the rows of one target that are due, without those already empty and those of people on hold."""
    model = apps.get_model(target.label)
    found: QuerySet[Any] = model._default_manager.filter(
        target.when, **{BY_LABEL[target.label].by: contract.pk, f"{target.closed}__lt": moment(before_date)}
    )
    held = standing_holds(contract).filter(person__isnull=False).values_list("person_id", flat=True)
    if target.person and held:
        found = found.exclude(**{f"{target.person}__in": list(held)})
    return found.exclude(target.done).order_by("pk")


def people_due(*, contract: Contract, before_date: date) -> QuerySet[Person]:
    """Return the people of this contract alone, whose roles and matters all ended, and who are named still."""
    ended = Q(end_date__lt=before_date) | Q(contract__end_date__lt=before_date)
    stays = [
        Role.objects.filter(Q(contract=contract) & ~ended | ~Q(contract=contract)).values("person_id"),
        Ticket.objects.filter(
            ~Q(contract=contract) | Q(state__in=OPEN_STATES) | Q(latest_at__gte=moment(before_date))
        ).values("requester_id"),
        Item.objects.filter(holder__isnull=False).values("holder_id"),
        Loan.objects.filter(state__in=(LoanState.RESERVED.value, LoanState.OUT.value)).values("person_id"),
        standing_holds(contract).filter(person__isnull=False).values("person_id"),
    ]
    found = Person.objects.filter(
        Q(pk__in=Role.objects.filter(contract=contract).values("person_id"))
        | Q(pk__in=Ticket.objects.filter(contract=contract).values("requester_id"))
    )
    for each in stays:
        found = found.exclude(pk__in=each)
    return found.exclude(name__startswith=ERASED).order_by("pk")


def callers_due(*, contract: Contract, before_date: date) -> set[str]:
    """Return the numbers among imported calls that last called before a day; withheld and made-up ones are none."""
    from madoguchi.intake.forgetting import callers_until  # noqa: PLC0415  # the measure is loaded where it is needed

    found = callers_until(imported_folder(contract), epoch_seconds=int(moment(before_date).timestamp()))
    return {number for each in found if (number := compared_number(each)) and not is_made_up(number)}


def counts_due(kind: KeptKind, *, contract: Contract, before_date: date) -> dict[str, int]:
    if kind is KeptKind.PEOPLE:
        return {"people.Person": people_due(contract=contract, before_date=before_date).count()}
    found = Counter[str]()
    for each in TARGETS[kind]:
        found[each.label] += rows_due(each, contract=contract, before_date=before_date).count()
    if kind is KeptKind.CALLS:
        found["facts.calls"] = len(callers_due(contract=contract, before_date=before_date))
    return dict(found)


def preview(*, contract: Contract, day: date) -> list[Due]:
    """Return every rule of a contract with what is due by it on a day."""
    holds = {each.kind: each for each in standing_holds(contract) if each.person_id is None}
    found = []
    for rule in RetentionRule.objects.filter(contract=contract).order_by("pk"):
        kind, before_date = KeptKind(rule.kind), before(rule.years, day=day)
        found.append(
            Due(
                rule=rule, kind=kind, before_date=before_date, hold=holds.get(rule.kind) or holds.get(""),
                counts=counts_due(kind, contract=contract, before_date=before_date),
            )
        )  # fmt: skip
    return found
