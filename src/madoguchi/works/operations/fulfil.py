"""Carrying an application out, task by task; the last one completes its ticket."""

import re
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.assets.queries import choosable_items
from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access, people_of
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import Act, Visibility
from madoguchi.core.works_vocabulary import ApplicationState, FieldKind
from madoguchi.desk.errors import FieldError
from madoguchi.desk.locks import lock_numbers, locked_ticket
from madoguchi.desk.models import Ticket
from madoguchi.desk.operations.act import Step
from madoguchi.works.catalogue.answers import Resolve, check_answers
from madoguchi.works.catalogue.spec import Answers, Field, TaskStep, is_wanted
from madoguchi.works.effects import EFFECTS, Doing
from madoguchi.works.errors import AnswersError, NotNowError
from madoguchi.works.locks import locked_application
from madoguchi.works.models import Application, Task
from madoguchi.works.names import recorded
from madoguchi.works.operations.desk_side import as_desk, desk_acts
from madoguchi.works.queries import form_of, open_tasks, task_lines, values_of

CHOSEN = re.compile(r"(?:^|#)([0-9]{1,15})$")


@transaction.atomic
def finish_task(
    *, access: Access, application_id: int, task_number: int, given: Mapping[str, str], now: datetime
) -> str | None:
    """Record a task as done and do what its form says; returns a secret that is shown this once, or nothing.

    Raises AnswersError for what is recorded wrongly, NotNowError where the task is not to be done (any more).
    """
    access.require(Right.RECEIVE)
    # what a task does may open a ticket, and numbers are asked for before tickets are held
    lock_numbers(access.contract)
    application = locked_application(contract=access.contract, application_id=application_id)
    # before anything writes history: others hold the ticket while they wait for the end of the chain
    application.ticket = locked_ticket(contract=access.contract, ticket_id=application.ticket_id)
    task = application.tasks.filter(number=task_number).first()
    if task is None:
        raise Http404
    step = form_of(application).task(task.key)
    earlier = values_of(application, application.tasks.all())
    _check_open(application, task, step, earlier)
    task.records = check_answers(step.fields, given, earlier=earlier, resolve=resolver(access, now=now))
    task.done_at, task.done_by = now, access.person
    task.save()
    doing = Doing(
        access=as_desk(access), ticket=application.ticket, step=step, values={**earlier, **task.records}, now=now
    )
    try:
        secret = EFFECTS[step.effect](doing)
    except FieldError as error:
        raise AnswersError({error.field: str(error)}) from None
    _act(access, application, step, task, now=now)
    entry = Entry(act="finish_task", subject=f"ticket:{application.ticket_id}", details={"task": task.key})
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    return secret


def _check_open(application: Application, task: Task, step: TaskStep, values: Answers) -> None:
    if application.state != ApplicationState.FULFILLING or not application.ticket.is_open:
        text = _("この申請は「%(state)s」です。作業は記録できません。")
        raise NotNowError(text % {"state": ApplicationState(application.state).label})
    if task.done_at is not None:
        raise NotNowError(_("この作業はすでに記録されています。"))
    if not is_wanted(step.when, values):
        raise NotNowError(_("この作業は、この申請では不要です。"))


def resolver(access: Access, *, now: datetime) -> Resolve:
    """Return how people and items that were chosen are found: in the contract, nowhere else."""

    def resolve(field: Field, typed: str) -> int:
        chosen = CHOSEN.search(typed.strip())
        if field.kind is FieldKind.PERSON and chosen:
            people = people_of(contract=access.contract, day=timezone.localdate(now))
            if people.filter(pk=int(chosen.group(1))).exists():
                return int(chosen.group(1))
        if field.kind is FieldKind.ITEM and chosen:
            items = choosable_items(contract=access.contract, register=field.register or "")
            if items.filter(pk=int(chosen.group(1))).exists():
                return int(chosen.group(1))
        raise ValueError(_("「%(given)s」は候補にありません。候補から選んでください。") % {"given": typed[:40]})

    return resolve


def _act(access: Access, application: Application, step: TaskStep, task: Task, *, now: datetime) -> None:
    """Write the task into the ticket's life, tell the applicant, and complete the ticket after the last task."""
    ticket = Ticket.objects.get(pk=application.ticket_id)
    lines = [f"{label.ja}: {text}" for label, text in recorded(step.fields, task.records)]
    steps = [] if ticket.assignee_id else [Step(act=Act.TAKE)]
    steps.append(Step(act=Act.NOTE, text="\n".join([f"作業完了: {step.label.ja}", *lines])))
    if step.told:
        steps.append(Step(act=Act.PROGRESS, text=step.told, visibility=Visibility.PUBLIC))
    if not open_tasks(task_lines(application)):
        steps.append(Step(act=Act.RESOLVE, text=form_of(application).done_text, visibility=Visibility.PUBLIC))
        application.state = ApplicationState.DONE.value
        application.save(update_fields=["state"])
    desk_acts(access=access, ticket=ticket, steps=steps, now=now)
