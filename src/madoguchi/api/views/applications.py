"""Applications: forms, handed in, approved, carried out task by task."""

import base64
import binascii
from datetime import date, datetime
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Path, Router, Schema
from ninja.params import functions as given_in
from pydantic import Field, StringConstraints

from madoguchi.api.entering import (
    PAGE,
    REFUSALS,
    WRITE_REFUSALS,
    IdempotencyKey,
    checked_page,
    entered,
    note_view,
    once,
    person_named,
)  # fmt: skip
from madoguchi.api.schemas import NO_NUL, Identity, Key, Line, Moment, Note, Strict
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import Channel
from madoguchi.core.works_vocabulary import ApplicationState, ApprovalBy, ApprovalState, Effect, FieldKind
from madoguchi.desk.errors import FieldError
from madoguchi.desk.operations.around import File
from madoguchi.desk.queries import visible_tickets
from madoguchi.works.catalogue.spec import Field as FormField
from madoguchi.works.catalogue.spec import Form
from madoguchi.works.errors import AnswersError
from madoguchi.works.models import Application, Approval
from madoguchi.works.operations.apply import NewApplication, apply_for
from madoguchi.works.operations.approve import Decision, decide_approval
from madoguchi.works.operations.fulfil import finish_task
from madoguchi.works.queries import form_in_force, offered_forms, task_lines, waiting_approvals

router = Router()
FieldKey = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[a-z0-9_]+$")]
Answer = Annotated[str, StringConstraints(max_length=20_000, pattern=NO_NUL)]
Answers = Annotated[dict[FieldKey, Answer], Field(max_length=200)]
TaskNumber = Annotated[int, Field(ge=1, le=1_000)]


class DocumentIn(Strict):
    """A file of a form: its `content` in base64. Larger ones are added to the ticket afterwards, as files."""

    name: Line
    media_type: Annotated[str, StringConstraints(max_length=100, pattern=NO_NUL)] = ""
    content: Annotated[str, StringConstraints(min_length=1, max_length=2_000_000, pattern=r"^[A-Za-z0-9+/]*={0,2}$")]


class ApplicationIn(Strict):
    """Answers are texts as a page sends them, by the form's keys. Without a `requester` the token's person applies.

    `documents` are files by the keys of the form's documents. The whole body may have two megabytes.
    """

    form: Key
    answers: Answers = {}
    requester: Identity | None = None
    channel: Channel = Channel.WEB
    documents: Annotated[dict[FieldKey, DocumentIn], Field(max_length=60)] = {}


class DecisionIn(Strict):
    """A refusal needs a reason; a step that agrees a due date needs one when it is approved."""

    is_approved: bool
    reason: Note = ""
    due_at: Moment | None = None


class RecordsIn(Strict):
    records: Answers = {}


class FieldOut(Schema):
    key: str
    label: str
    kind: FieldKind
    is_required: bool
    choices: list[str]


class StepOut(Schema):
    key: str
    label: str


class ApprovalStepOut(StepOut):
    by: ApprovalBy


class TaskStepOut(StepOut):
    effect: Effect
    fields: list[FieldOut]


class FormOut(Schema):
    key: str
    title: str
    description: str
    allowance_open_days: int
    fields: list[FieldOut]
    documents: list[StepOut]
    approvals: list[ApprovalStepOut]
    tasks: list[TaskStepOut]


class ApprovalOut(Schema):
    id: int
    key: str
    state: ApprovalState
    asked_at: datetime | None
    decided_at: datetime | None


class TaskOut(Schema):
    number: int
    key: str
    is_wanted: bool
    done_at: datetime | None
    minutes: int | None


class ApplicationOut(Schema):
    ticket: int
    form: str
    form_version: int
    state: ApplicationState
    due_date: date | None
    answers: dict[str, Any]
    approvals: list[ApprovalOut]
    tasks: list[TaskOut]


class WaitingOut(ApprovalOut):
    ticket: int
    form: str
    requester: str
    answers: dict[str, Any]


class FinishedOut(ApplicationOut):
    """`secret` is told this once, where the task's form issues one."""

    secret: str | None


def _shape_of_field(field: FormField) -> dict[str, Any]:
    return {
        "key": field.key, "label": field.label.ja, "kind": field.kind, "is_required": field.is_required,
        "choices": [each.value for each in field.choices],
    }  # fmt: skip


def _shape_of_form(form: Form) -> dict[str, Any]:
    return {
        "key": form.key, "title": form.title.ja, "description": form.description.ja,
        "allowance_open_days": form.allowance_open_days, "fields": [_shape_of_field(each) for each in form.fields],
        "documents": [{"key": each.key, "label": each.label.ja} for each in form.documents],
        "approvals": [{"key": each.key, "label": each.label.ja, "by": each.by} for each in form.approvals],
        "tasks": [
            {
                "key": each.key, "label": each.label.ja, "effect": each.effect,
                "fields": [_shape_of_field(one) for one in each.fields],
            }
            for each in form.tasks
        ],
    }  # fmt: skip


def _shape_of_approval(approval: Approval) -> dict[str, Any]:
    return {
        "id": approval.pk, "key": approval.key, "state": approval.state,
        "asked_at": _text(approval.asked_at), "decided_at": _text(approval.decided_at),
    }  # fmt: skip


def _text(moment: datetime | date | None) -> str | None:
    return moment.isoformat() if moment else None


def _shape_of(application: Application) -> dict[str, Any]:
    approvals = application.approvals.order_by("number")
    return {
        "ticket": application.ticket.number, "form": application.form.key, "form_version": application.form.number,
        "state": application.state, "due_date": _text(application.due_date), "answers": application.answers,
        "approvals": [_shape_of_approval(each) for each in approvals],
        "tasks": [
            {
                "number": each.task.number, "key": each.task.key, "is_wanted": each.is_wanted,
                "done_at": _text(each.task.done_at), "minutes": each.minutes,
            }
            for each in task_lines(application)
        ],
    }  # fmt: skip


def _application(access: Access, number: int) -> Application:
    """Return the application of a ticket that the person sees. Raises Http404."""
    ticket = visible_tickets(access).filter(number=number).first()
    related = ("ticket__contract", "ticket__requester", "form")
    found = Application.objects.select_related(*related).filter(ticket=ticket).first() if ticket else None
    if found is None:
        raise Http404
    return found


@router.get("/contracts/{contract}/forms", response={200: list[FormOut], **REFUSALS})
def forms(request: HttpRequest, contract: Path[Key]) -> Any:  # noqa: ANN401
    """The forms the token's person may use."""
    return [_shape_of_form(each) for each in offered_forms(entered(request, contract))]


@router.get("/contracts/{contract}/applications/{application_number}", response={200: ApplicationOut, **REFUSALS})
def application(request: HttpRequest, contract: Path[Key], application_number: Path[Identity]) -> Any:  # noqa: ANN401
    """One application, by its ticket's number, with its approvals and tasks."""
    access = entered(request, contract)
    found = _application(access, application_number)
    note_view(access, "view_application", f"ticket:{found.ticket_id}")
    return _shape_of(found)


@router.post("/contracts/{contract}/applications", response={201: ApplicationOut, **WRITE_REFUSALS})
def hand_in(
    request: HttpRequest,
    contract: Path[Key],
    given: ApplicationIn,
    idempotency_key: IdempotencyKey = given_in.Header("", alias="Idempotency-Key"),
) -> Any:  # noqa: ANN401
    """Hand in an application; for somebody else only who receives at the desk."""
    access, now = entered(request, contract, writes=True), timezone.now()
    access.require(Right.ASK)
    if given.requester not in (None, access.person.pk) and not access.may(Right.RECEIVE):
        raise PermissionDenied
    requester = person_named(access, given.requester, "requester") or access.person
    form, _form_text = form_in_force(contract=access.contract, key=given.form)
    wanted = {each.key for each in form.documents} | set(given.documents)
    new = NewApplication(
        form=given.form, answers=given.answers, requester=requester, channel=given.channel,
        documents={key: _file(key, each) for key, each in given.documents.items()},
    )  # fmt: skip

    def do() -> dict[str, Any]:
        try:
            return _shape_of(apply_for(access=access, new=new, now=now))
        except AnswersError as error:
            place = "documents" if next(iter(error.errors)) in wanted else "answers"
            raise _first(error, place) from None

    return once(request, key=idempotency_key, status=201, now=now, do=do)


def _file(key: str, given: DocumentIn) -> File:
    """Return a document as a file. Raises FieldError where its content is no base64."""
    try:
        content = base64.b64decode(given.content, validate=True)
    except binascii.Error:
        raise FieldError(f"documents.{key}.content", _("Base64として読めません。")) from None
    return File(name=given.name, media_type=given.media_type, content=content)


def _first(error: AnswersError, place: str) -> FieldError:
    key, message = next(iter(error.errors.items()))
    return FieldError(f"{place}.{key}", message)


@router.get("/contracts/{contract}/approvals", response={200: list[WaitingOut], **REFUSALS})
def approvals(request: HttpRequest, contract: Path[Key], page: Identity = given_in.Query(1)) -> Any:  # noqa: ANN401
    """A page of 100 approvals that wait for the token's person, with what they are asked to approve."""
    access, page = entered(request, contract), checked_page(page)
    note_view(access, "list_approvals", "approvals")
    return [
        _shape_of_approval(each)
        | {
            "ticket": each.application.ticket.number, "form": each.application.form.key,
            "requester": each.application.ticket.requester.name, "answers": each.application.answers,
        }
        for each in waiting_approvals(access)[(page - 1) * PAGE : page * PAGE]
    ]  # fmt: skip


@router.post("/contracts/{contract}/approvals/{approval_id}", response={200: ApprovalOut, **WRITE_REFUSALS})
def decide(
    request: HttpRequest,
    contract: Path[Key],
    approval_id: Path[Identity],
    given: DecisionIn,
    idempotency_key: IdempotencyKey = given_in.Header("", alias="Idempotency-Key"),
) -> Any:  # noqa: ANN401
    """Approve or refuse what the token's person is asked for."""
    access, now = entered(request, contract, writes=True), timezone.now()
    decision = Decision(is_approved=given.is_approved, reason=given.reason, due_at=given.due_at)

    def do() -> dict[str, Any]:
        found = decide_approval(access=access, approval_id=approval_id, decision=decision, now=now)
        return _shape_of_approval(found)

    return once(request, key=idempotency_key, status=200, now=now, do=do)


@router.post(
    "/contracts/{contract}/applications/{application_number}/tasks/{task_number}",
    response={200: FinishedOut, **WRITE_REFUSALS},
)
def finish(
    request: HttpRequest,
    contract: Path[Key],
    application_number: Path[Identity],
    task_number: Path[TaskNumber],
    given: RecordsIn,
) -> Any:  # noqa: ANN401
    """Record a task as done. No Idempotency-Key: the answer may hold a secret, and a task is done once anyway."""
    access, now = entered(request, contract, writes=True), timezone.now()
    access.require(Right.RECEIVE)
    found = _application(access, application_number)
    try:
        secret = finish_task(
            access=access, application_id=found.pk, task_number=task_number, given=given.records, now=now
        )
    except AnswersError as error:
        raise _first(error, "records") from None
    return _shape_of(_application(access, application_number)) | {"secret": secret}
