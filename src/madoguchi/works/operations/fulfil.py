"""Carrying an application out, task by task; the last one completes its ticket."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.models import Contract
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import Act, Visibility
from madoguchi.core.works_vocabulary import ApplicationState, Effect
from madoguchi.desk.errors import FieldError
from madoguchi.desk.locks import lock_numbers, locked_ticket
from madoguchi.desk.models import Ticket
from madoguchi.desk.operations.act import Step
from madoguchi.works.catalogue.answers import check_answers
from madoguchi.works.catalogue.spec import Answers, TaskStep, is_wanted
from madoguchi.works.choosing import resolver
from madoguchi.works.effects import EFFECTS, Doing
from madoguchi.works.errors import AnswersError, NotNowError
from madoguchi.works.locks import locked_application
from madoguchi.works.models import Application, Task
from madoguchi.works.names import recorded
from madoguchi.works.operations.desk_side import as_desk, desk_acts
from madoguchi.works.passing_on import is_passed_on
from madoguchi.works.queries import form_of, open_tasks, task_lines, values_of


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
    if step.effect is Effect.PASS_ON and is_passed_on(access.contract):
        raise NotNowError(_("この作業は、接続した個別システムが受け取ると自動で済になります。"))
    task.records = check_answers(
        step.fields, given, earlier=earlier, resolve=resolver(access, day=timezone.localdate(now))
    )
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


@transaction.atomic
def finish_passed_on(*, contract: Contract, application_id: int, task_number: int, now: datetime) -> bool:
    """Record that every connected system took the account: nobody's act. Returns False where it was done meanwhile.

    What follows for the ticket is the desk's doing, in the name of who worked on the application last.
    """
    lock_numbers(contract)
    application = locked_application(contract=contract, application_id=application_id)
    application.ticket = locked_ticket(contract=contract, ticket_id=application.ticket_id)
    task = application.tasks.get(number=task_number)
    worked = application.tasks.exclude(done_by=None).select_related("done_by").order_by("done_at", "number").last()
    step, values = form_of(application).task(task.key), values_of(application, application.tasks.all())
    if worked is None or worked.done_by is None:
        return False
    try:
        _check_open(application, task, step, values)
    except NotNowError:
        return False
    task.done_at = now
    task.save(update_fields=["done_at"])
    access = Access(contract=contract, person=worked.done_by, roles=frozenset(), organisations=frozenset())
    _act(access, application, step, task, now=now)
    entry = Entry(act="finish_task", subject=f"ticket:{application.ticket_id}", details={"task": task.key})
    record(chain=contract.key, at=now, actor="system:provisioning", entries=[entry])
    return True


def _check_open(application: Application, task: Task, step: TaskStep, values: Answers) -> None:
    if application.state != ApplicationState.FULFILLING or not application.ticket.is_open:
        text = _("この申請は「%(state)s」です。作業は記録できません。")
        raise NotNowError(text % {"state": ApplicationState(application.state).label})
    if task.done_at is not None:
        raise NotNowError(_("この作業はすでに記録されています。"))
    if not is_wanted(step.when, values):
        raise NotNowError(_("この作業は、この申請では不要です。"))


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
