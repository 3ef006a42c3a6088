"""Applying: a ticket of the desk with a form's answers, its approvals and its tasks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.rules import Right
from madoguchi.core.calendar.elapsed import open_day_after
from madoguchi.core.vocabulary import Channel, LinkKind, TicketKind, Visibility
from madoguchi.core.works_vocabulary import ApplicationState, FieldKind
from madoguchi.desk.locks import lock_numbers, locked_tickets
from madoguchi.desk.models import Category, Ticket
from madoguchi.desk.operations.around import File, attach, link_tickets
from madoguchi.desk.operations.receive import NewTicket, receive_ticket
from madoguchi.people.models import Person
from madoguchi.works.catalogue.answers import Value, check_answers
from madoguchi.works.catalogue.spec import Form, is_wanted
from madoguchi.works.choosing import resolver
from madoguchi.works.errors import AnswersError
from madoguchi.works.models import Application, Approval, Task
from madoguchi.works.names import recorded
from madoguchi.works.operations.approve import ask_next
from madoguchi.works.operations.catalogue import version_with
from madoguchi.works.operations.desk_side import as_desk
from madoguchi.works.queries import form_in_force


@dataclass(frozen=True, kw_only=True, slots=True)
class NewApplication:
    """What somebody hands in; `documents` are files by the key of the form's document."""

    form: str
    answers: Mapping[str, str]
    requester: Person
    channel: Channel
    documents: Mapping[str, File]


@transaction.atomic
def apply_for(*, access: Access, new: NewApplication, now: datetime) -> Application:
    """Hand in an application, whole or not at all. Raises AnswersError with a message for each wrong field."""
    access.require(Right.ASK)
    form, text = form_in_force(contract=access.contract, key=new.form)
    check_may_apply(access, form)
    # numbers come before all other locks, and who takes back an import of items has them: what is chosen stays there
    lock_numbers(access.contract)
    answers = _checked(access, form, new, now=now)
    others = _named_tickets(access, form, answers)
    version = version_with(contract=access.contract, key=form.key, text=text, now=now)
    ticket = receive_ticket(access=access, new=_ticket(access, form, new, answers, now=now), now=now)
    for each in form.documents:
        if each.key in new.documents:
            attach(access=access, ticket=ticket, file=new.documents[each.key], visibility=Visibility.PUBLIC, now=now)
    calendar = definitions_on(contract=access.contract, day=now.date()).promised.calendar
    application = Application.objects.create(
        ticket=ticket, form=version, answers=answers, state=ApplicationState.APPROVING.value,
        due_date=open_day_after(calendar=calendar, start=now, days=form.allowance_open_days),
    )  # fmt: skip
    wanted = [each for each in form.approvals if is_wanted(each.when, answers)]
    Approval.objects.bulk_create(
        Approval(application=application, number=number, key=each.key) for number, each in enumerate(wanted, start=1)
    )
    Task.objects.bulk_create(
        Task(application=application, number=number, key=each.key) for number, each in enumerate(form.tasks, start=1)
    )
    for other in others:
        link_tickets(access=as_desk(access), ticket=ticket, other=other, kind=LinkKind.RELATED, now=now)
    ask_next(access=access, application=application, now=now)
    entry = Entry(act="apply", subject=f"ticket:{ticket.pk}", details={"form": form.key, "version": version.number})
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    return application


def _named_tickets(access: Access, form: Form, answers: Mapping[str, Value]) -> list[Ticket]:
    """Return the tickets an application is for, locked before anything writes history."""
    said = (answers.get(each.key) for each in form.fields if each.kind is FieldKind.TICKET)
    numbers = {each for each in said if isinstance(each, int)}
    if not numbers:
        return []
    keys = Ticket.objects.filter(contract=access.contract, number__in=numbers).values_list("pk", flat=True)
    return locked_tickets(contract=access.contract, ticket_ids=keys)


def check_may_apply(access: Access, form: Form) -> None:
    """Raise PermissionDenied for a form that is not offered to any of the person's roles."""
    if not form.is_offered or not form.who & access.roles:
        raise PermissionDenied(form.key)


def _checked(access: Access, form: Form, new: NewApplication, *, now: datetime) -> dict[str, Value]:
    errors: dict[str, str] = {}
    answers: dict[str, Value] = {}
    try:
        resolve = resolver(access, day=timezone.localdate(now))
        answers = check_answers(form.fields, new.answers, earlier={}, resolve=resolve)
    except AnswersError as error:
        errors |= error.errors
    known = {each.key for each in form.documents}
    errors |= {name[:60]: _("この様式にない書類です。") for name in new.documents if name not in known}
    for each in form.documents:
        if each.is_required and each.key not in new.documents:
            errors[each.key] = _("この書類を添付してください。")
    if errors:
        raise AnswersError(errors)
    return answers


def _ticket(
    access: Access, form: Form, new: NewApplication, answers: Mapping[str, Value], *, now: datetime
) -> NewTicket:
    lines = [f"{label.ja}: {text}" for label, text in recorded(form.fields, answers)]
    category = Category.objects.filter(contract=access.contract, key=form.category).first() if form.category else None
    return NewTicket(
        requester=new.requester, kind=TicketKind.APPLICATION, channel=new.channel, subject=form.title.ja,
        text="\n".join(lines) or form.title.ja, received_at=now, category=category, priority=form.priority,
    )  # fmt: skip
