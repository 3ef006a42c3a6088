"""Approvals: asked one step after the other, decided by mail link or on a page, by delegates in absence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access, people_of
from madoguchi.contracts.models import Contract
from madoguchi.core.vocabulary import Act, RoleKind, TicketState, Visibility
from madoguchi.core.works_vocabulary import ApplicationState, ApprovalBy, ApprovalState
from madoguchi.desk.errors import FieldError, check_moments
from madoguchi.desk.models import Ticket
from madoguchi.desk.operations.act import Step
from madoguchi.people.models import DivisionPlace, Person
from madoguchi.works.errors import NotNowError
from madoguchi.works.locks import locked_application
from madoguchi.works.models import Absence, Application, Approval, ApprovalAsk, Approver
from madoguchi.works.operations.desk_side import desk_acts
from madoguchi.works.queries import approval_for, delegates_on, form_of

LINK_DAYS = 7
MAX_DEPTH = 20
ROLES = {
    ApprovalBy.RESPONSIBLE_DIVISION: frozenset((RoleKind.RESPONSIBLE_DIVISION,)),
    ApprovalBy.OPERATIONS_MANAGER: frozenset((RoleKind.OPERATIONS_MANAGER,)),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What an approver says; `due_at` where the step agrees by when the work is done."""

    is_approved: bool
    reason: str = ""
    due_at: datetime | None = None
    is_by_link: bool = False


def ask_next(*, access: Access, application: Application, now: datetime) -> None:
    """Ask for the next approval and let the ticket wait for it; after the last one the work begins."""
    ticket = Ticket.objects.get(pk=application.ticket_id)
    approval = application.approvals.filter(state=ApprovalState.PENDING.value).order_by("number").first()
    if approval is None:
        application.state = ApplicationState.FULFILLING.value
        application.save(update_fields=["state"])
        if ticket.state == TicketState.WAITING_ELSEWHERE:
            desk_acts(access=access, ticket=ticket, steps=[Step(act=Act.RESUME)], now=now)
        return
    step = form_of(application).approval(approval.key)
    approvers = _approvers(access.contract, ticket.requester, step.by, day=timezone.localdate(now))
    if not approvers:
        text = _("「%(step)s」の承認者がいません。管理者に連絡してください。")
        raise NotNowError(text % {"step": step.label.ja})
    _ask(approval, approvers, contract=access.contract, requester=ticket.requester, now=now)
    if ticket.state != TicketState.WAITING_ELSEWHERE:
        wait = Step(act=Act.WAIT, text=f"承認待ち: {step.label.ja}", fields={"waits_for": "elsewhere"})
        desk_acts(access=access, ticket=ticket, steps=[wait], now=now)


def _approvers(contract: Contract, requester: Person, by: ApprovalBy, *, day: date) -> list[Person]:
    """Return who is asked; nobody approves what they apply for themselves."""
    people = people_of(contract=contract, day=day)
    if by is ApprovalBy.OWN_DIVISION:
        named = people.filter(pk__in=_approver_ids(contract, requester.division_id, day=day)).exclude(pk=requester.pk)
        if found := list(named.order_by("pk")):
            return found
    kinds = ROLES.get(by, ROLES[ApprovalBy.RESPONSIBLE_DIVISION])
    return list(people_of(contract=contract, day=day, kinds=kinds).exclude(pk=requester.pk).order_by("pk"))


def _approver_ids(contract: Contract, division_id: int | None, *, day: date) -> list[int]:
    """Return the approvers of a division, or of the nearest one above it that has some."""
    for _depth in range(MAX_DEPTH):
        if division_id is None:
            break
        if found := list(
            Approver.objects.filter(contract=contract, division_id=division_id).values_list("person_id", flat=True)
        ):
            return found
        in_force = Q(start_date__lte=day) & (Q(end_date__isnull=True) | Q(end_date__gt=day))
        place = DivisionPlace.objects.filter(in_force, division_id=division_id).order_by("-start_date").first()
        division_id = place.parent_id if place else None
    return []


def _ask(
    approval: Approval, approvers: Iterable[Person], *, contract: Contract, requester: Person, now: datetime
) -> None:
    approval.state, approval.asked_at = ApprovalState.ASKED.value, now
    approval.save(update_fields=["state", "asked_at"])
    away = delegates_on(contract=contract, day=timezone.localdate(now))
    for person in approvers:
        absence = away.get(person.pk)
        if absence is not None and absence.delegate_id != requester.pk:
            _ask_one(approval, absence.delegate, instead_of=person, now=now)
        else:
            _ask_one(approval, person, instead_of=None, now=now)


def _ask_one(approval: Approval, person: Person, *, instead_of: Person | None, now: datetime) -> None:
    ApprovalAsk.objects.get_or_create(
        approval=approval, person=person,
        defaults={"instead_of": instead_of, "asked_at": now, "expires_at": now + timedelta(days=LINK_DAYS)},
    )  # fmt: skip


@transaction.atomic
def decide_approval(*, access: Access, approval_id: int, decision: Decision, now: datetime) -> Approval:
    """Approve or refuse, once. Raises NotNowError where it was decided already, FieldError for what is missing."""
    application_id = approval_for(access, approval_id).application_id
    application = locked_application(contract=access.contract, application_id=application_id)
    approval = Approval.objects.get(pk=approval_id)
    if approval.state != ApprovalState.ASKED or not application.ticket.is_open:
        raise NotNowError(_("この承認はすでに終わっています。"))
    step = form_of(application).approval(approval.key)
    _check(decision, agrees_due=step.agrees_due, now=now)
    approval.state = (ApprovalState.APPROVED if decision.is_approved else ApprovalState.REFUSED).value
    approval.decided_at, approval.decided_by, approval.reason = now, access.person, decision.reason
    approval.is_by_link = decision.is_by_link
    approval.save()
    label = ApprovalState(approval.state).label
    steps = [Step(act=Act.NOTE, text=f"{label}: {step.label.ja}\n{decision.reason}".strip())]
    if decision.is_approved and step.agrees_due and decision.due_at is not None:
        steps.append(Step(act=Act.AGREE_DUE, fields={"agreed_due_at": decision.due_at.isoformat()}))
    if not decision.is_approved:
        told = f"申請は承認されませんでした（{step.label.ja}）。\n{decision.reason}"
        steps.append(Step(act=Act.RESOLVE, text=told, visibility=Visibility.PUBLIC))
        application.state = ApplicationState.REFUSED.value
        application.save(update_fields=["state"])
    desk_acts(access=access, ticket=application.ticket, steps=steps, now=now)
    if decision.is_approved:
        ask_next(access=access, application=application, now=now)
    details = {"approved": decision.is_approved, "by_link": decision.is_by_link}
    entry = Entry(act="decide_approval", subject=f"approval:{approval.pk}", details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    return approval


def _check(decision: Decision, *, agrees_due: bool, now: datetime) -> None:
    if not decision.is_approved and not decision.reason.strip():
        raise FieldError("reason", _("不承認の理由を入力してください。申請者に伝えます。"))
    if decision.is_approved and agrees_due:
        if decision.due_at is None or decision.due_at <= now:
            raise FieldError("due_at", _("合意した期限を、これからの日時で入力してください。"))
        check_moments({"due_at": decision.due_at})


@transaction.atomic
def pass_on(*, access: Access, approval_id: int, mail: str, now: datetime) -> ApprovalAsk:
    """Ask somebody else of the contract to approve in one's place. Raises FieldError for who cannot."""
    approval = approval_for(access, approval_id)
    if approval.state != ApprovalState.ASKED:
        raise NotNowError(_("この承認はすでに終わっています。"))
    delegate = _delegate(access, mail, now=now)
    if delegate.pk == approval.application.ticket.requester_id:
        raise FieldError("mail", _("申請者本人を代理にすることはできません。"))
    _ask_one(approval, delegate, instead_of=access.person, now=now)
    entry = Entry(act="pass_on_approval", subject=f"approval:{approval.pk}", details={"to": delegate.key})
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    return ApprovalAsk.objects.get(approval=approval, person=delegate)


def _delegate(access: Access, mail: str, *, now: datetime) -> Person:
    found = people_of(contract=access.contract, day=timezone.localdate(now)).filter(mail__iexact=mail.strip())
    person = found.exclude(pk=access.person.pk).first() if mail.strip() else None
    if person is None:
        text = _("「%(mail)s」の人はこの契約に登録されていません。登録されたメールアドレスを入力してください。")
        raise FieldError("mail", text % {"mail": mail[:80]})
    return person


@transaction.atomic
def set_absence(*, access: Access, mail: str, start_date: date, end_date: date, now: datetime) -> Absence:
    """Name a delegate for days of absence; what waits for the absent person now is asked of the delegate at once."""
    if end_date < start_date:
        raise FieldError("end_date", _("終わりの日は始まりの日以後にしてください。"))
    delegate, today = _delegate(access, mail, now=now), timezone.localdate(now)
    absence = Absence.objects.create(
        contract=access.contract, person=access.person, delegate=delegate, start_date=start_date, end_date=end_date
    )
    if start_date <= today <= end_date:
        waiting = Approval.objects.filter(
            asks__person=access.person, state=ApprovalState.ASKED.value,
            application__ticket__contract=access.contract,
        ).exclude(application__ticket__requester=delegate)  # fmt: skip
        for approval in waiting:
            _ask_one(approval, delegate, instead_of=access.person, now=now)
    entry = Entry(act="set_absence", subject=access.person.key, details={"from": start_date, "to": end_date})
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    return absence


@transaction.atomic
def end_absence(*, access: Access, absence_id: int, now: datetime) -> None:
    """Take one's own absence back. Raises Http404 for another's."""
    deleted, _rows = Absence.objects.filter(contract=access.contract, person=access.person, pk=absence_id).delete()
    if not deleted:
        raise Http404
    entry = Entry(act="end_absence", subject=access.person.key)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])


@transaction.atomic
def name_approver(*, access: Access, division_id: int, person: Person, now: datetime) -> Approver:
    """Let a person approve what a division's people apply for; naming one twice changes nothing."""
    approver, is_new = Approver.objects.get_or_create(contract=access.contract, division_id=division_id, person=person)
    if is_new:
        entry = Entry(act="name_approver", subject=person.key, details={"division": division_id})
        record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    return approver
