"""What programs can do."""

from datetime import datetime
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Status
from ninja.params import functions as given_in
from pydantic import StringConstraints

from madoguchi.api.idempotency import Asked, answered_before, keep_answer
from madoguchi.api.models import ApiToken
from madoguchi.api.schemas import (
    NO_NUL,
    ActIn,
    ArticleOut,
    ContractOut,
    Identity,
    Key,
    NewTicketIn,
    PersonOut,
    Problems,
    TicketDetailOut,
    TicketOut,
    TicketPage,
)  # fmt: skip
from madoguchi.api.shapes import detail_of, shape_of
from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access, access_to, accesses_of, people_of
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import Act, Visibility
from madoguchi.desk.errors import FieldError
from madoguchi.desk.found import found_tickets
from madoguchi.desk.models import Category, Queue
from madoguchi.desk.operations.act import Step, act_on
from madoguchi.desk.operations.receive import NewTicket, receive_ticket
from madoguchi.desk.queries import TicketFilter, filtered, queues_of, ticket_by_number, visible_tickets
from madoguchi.knowledge.queries import found_articles
from madoguchi.people.models import Person
from madoguchi.people.queries import people_matching

router = Router()
PAGE = 100
SHAPED = ("requester", "assignee", "queue", "category")
Typed = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NO_NUL)]
IdempotencyKey = Annotated[str, StringConstraints(max_length=100, pattern=r"^[\x21-\x7e]*$")]
REFUSALS = {401: Problems, 403: Problems, 404: Problems, 422: Problems}
WRITE_REFUSALS = REFUSALS | {400: Problems, 409: Problems}
SIMPLE_ACTS = frozenset((
    Act.TAKE, Act.ASSIGN, Act.ANSWER, Act.PROGRESS, Act.NOTE, Act.REPLY, Act.ESCALATE, Act.RETURN, Act.WAIT, Act.RESUME,
    Act.RESOLVE, Act.REOPEN, Act.WITHDRAW, Act.COMPLAIN, Act.ASK_EXCLUSION, Act.DECIDE_EXCLUSION, Act.AGREE_DUE,
    Act.HAND_OVER, Act.RATE,
))  # fmt: skip


def entered(request: HttpRequest, contract: str, *, writes: bool = False) -> Access:
    """Return the access of the token's person in a contract: 404 without a role, 403 for a read-only token."""
    token: ApiToken = request.api_token  # type: ignore[attr-defined]
    access = access_to(person=token.person, contract_key=contract, day=timezone.localdate())
    if writes and not token.may_write:
        raise PermissionDenied
    return access


@router.get("/contracts", response={200: list[ContractOut], 401: Problems})
def contracts(request: HttpRequest) -> Any:  # noqa: ANN401  # ninja turns it into the schema
    """The contracts the token's person has a role in."""
    token: ApiToken = request.api_token  # type: ignore[attr-defined]
    return [
        {"key": each.contract.key, "name": each.contract.name, "roles": sorted(each.roles)}
        for each in accesses_of(person=token.person, day=timezone.localdate())
    ]


@router.get("/contracts/{contract}/tickets", response={200: TicketPage, **REFUSALS})
def tickets(
    request: HttpRequest,
    contract: Path[Key],
    state: Key = given_in.Query("open"),
    queue: Key = given_in.Query(""),
    page: Identity = given_in.Query(1),
) -> Any:  # noqa: ANN401
    """A page of 100 tickets, what runs out first in front. `state` is a state's word, open, or all."""
    access = entered(request, contract)
    access.require(Right.SEE_TICKETS)
    if page > 10_000:  # noqa: PLR2004  # deeper pages are for exports
        raise FieldError("page", _("10000ページまで指定できます。"))
    wanted = filtered(visible_tickets(access), TicketFilter(state=state, queue=queue), person_id=access.person.pk)
    related = wanted.select_related(*SHAPED)
    found = list(related[(page - 1) * PAGE : page * PAGE + 1])
    _note_view(access, "view_list", "tickets", shown=len(found[:PAGE]))
    return {"tickets": [shape_of(each) for each in found[:PAGE]], "next_page": page + 1 if len(found) > PAGE else None}


@router.post("/contracts/{contract}/tickets", response={201: TicketOut, **WRITE_REFUSALS})
def receive(
    request: HttpRequest,
    contract: Path[Key],
    given: NewTicketIn,
    idempotency_key: IdempotencyKey = given_in.Header("", alias="Idempotency-Key"),
) -> Any:  # noqa: ANN401
    """Open a ticket. With an Idempotency-Key the same request again opens no second one."""
    access, now = entered(request, contract, writes=True), timezone.now()
    token: ApiToken = request.api_token  # type: ignore[attr-defined]
    new = _new_ticket(access, given, now=now)
    if not idempotency_key:
        return Status(201, shape_of(receive_ticket(access=access, new=new, now=now)))
    asked = Asked(token=token, key=idempotency_key, path=request.path, body=request.body)
    with transaction.atomic():
        if kept := answered_before(asked):
            return Status(kept.status, kept.body)
        shape = shape_of(receive_ticket(access=access, new=new, now=now))
        keep_answer(asked, status=201, answer=shape, at=now)
    return Status(201, shape)


def _new_ticket(access: Access, given: NewTicketIn, *, now: datetime) -> NewTicket:
    return NewTicket(
        requester=_person(access, given.requester, "requester") or access.person,
        kind=given.kind,
        channel=given.channel,
        subject=given.subject,
        text=given.text,
        priority=given.priority,
        received_at=given.received_at or now,
        category=_named(Category, access, given.category, "category"),
        queue=_named(Queue, access, given.queue, "queue"),
        source=given.source,
    )


def _person(access: Access, number: int | None, field: str) -> Person | None:
    """Return a person of the contract. Raises FieldError for anybody else."""
    if number is None:
        return None
    found = people_of(contract=access.contract, day=timezone.localdate()).filter(pk=number).first()
    if found is None:
        raise FieldError(field, _("この契約にいない人です。"))
    return found


def _named(model: Any, access: Access, key: str | None, field: str) -> Any:  # noqa: ANN401  # a queue or a category
    if not key:
        return None
    found = model.objects.filter(contract=access.contract, key=key).first()
    if found is None:
        raise FieldError(field, _("この契約にない値です。"))
    return found


@router.get("/contracts/{contract}/tickets/{number}", response={200: TicketDetailOut, **REFUSALS})
def ticket(request: HttpRequest, contract: Path[Key], number: Path[Identity]) -> Any:  # noqa: ANN401
    """A ticket with its steps and clocks, as far as the person may read them."""
    access = entered(request, contract)
    found = ticket_by_number(access=access, number=number)
    _note_view(access, "view_ticket", f"ticket:{found.pk}")
    return detail_of(access, found, now=timezone.now())


@router.post("/contracts/{contract}/tickets/{number}/acts", response={200: TicketOut, **WRITE_REFUSALS})
def act(request: HttpRequest, contract: Path[Key], number: Path[Identity], given: ActIn) -> Any:  # noqa: ANN401
    """Do one step on a ticket."""
    access, now = entered(request, contract, writes=True), timezone.now()
    found = ticket_by_number(access=access, number=number)
    act_on(access=access, ticket_id=found.pk, version=given.version, steps=[_step(access, given)], now=now)
    return shape_of(ticket_by_number(access=access, number=number))


def _step(access: Access, given: ActIn) -> Step:
    if given.act not in SIMPLE_ACTS:
        raise FieldError("act", _("この操作はAPIでは行えません。"))
    needed = {
        Act.ESCALATE: "queue",
        Act.RETURN: "queue",
        Act.ASSIGN: "assignee",
        Act.WAIT: "waits_for",
        Act.RATE: "rating",
        Act.COMPLAIN: "attribution",
        Act.AGREE_DUE: "agreed_due_at",
        Act.ANSWER: "text",
        Act.NOTE: "text",
    }
    name = needed.get(given.act)
    if name is not None and not getattr(given, name):
        raise FieldError(name, _("この操作には必須です。"))
    fields: dict[str, object] = {
        "waits_for": given.waits_for or None,
        "attribution": given.attribution,
        "rating": given.rating,
        "is_approved": given.is_approved if given.act is Act.DECIDE_EXCLUSION else None,
        "agreed_due_at": given.agreed_due_at.isoformat() if given.agreed_due_at else None,
        "reason": given.text[:400] if given.act is Act.ASK_EXCLUSION else None,
    }
    is_told = given.is_public or given.act in (Act.ANSWER, Act.PROGRESS, Act.REPLY, Act.RATE)
    return Step(
        act=given.act, text=given.text, at=given.at, queue=_named(Queue, access, given.queue, "queue"),
        assignee=_person(access, given.assignee, "assignee"),
        fields={name: value for name, value in fields.items() if value is not None},
        visibility=Visibility.PUBLIC if is_told else Visibility.INTERNAL,
    )  # fmt: skip


@router.get("/contracts/{contract}/search", response={200: TicketPage, **REFUSALS})
def search(request: HttpRequest, contract: Path[Key], q: Query[Typed]) -> Any:  # noqa: ANN401
    """The best 100 tickets that hold every word of `q`."""
    access = entered(request, contract)
    access.require(Right.SEE_TICKETS)
    found, _all = found_tickets(access=access, query=q, limit=PAGE, related=SHAPED)
    _note_view(access, "search", "tickets", shown=len(found))
    return {"tickets": [shape_of(each) for each in found], "next_page": None}


@router.get("/contracts/{contract}/people", response={200: list[PersonOut], **REFUSALS})
def people(request: HttpRequest, contract: Path[Key], q: Query[Typed]) -> Any:  # noqa: ANN401
    """Up to 10 people of the contract by name, reading, extension or mail."""
    access = entered(request, contract)
    access.require(Right.RECEIVE)
    known = people_of(contract=access.contract, day=timezone.localdate())
    _note_view(access, "search_people", "people")
    return [{"id": each.pk, "name": each.name} for each in people_matching(known, q)[:10]]


@router.get("/contracts/{contract}/queues", response={200: list[Key], **REFUSALS})
def queues(request: HttpRequest, contract: Path[Key]) -> Any:  # noqa: ANN401
    """The keys of the contract's queues."""
    access = entered(request, contract)
    access.require(Right.SEE_TICKETS)
    return [each.key for each in queues_of(access)]


@router.get("/contracts/{contract}/articles", response={200: list[ArticleOut], **REFUSALS})
def articles(request: HttpRequest, contract: Path[Key], q: Query[Typed]) -> Any:  # noqa: ANN401
    """The best 20 published articles for `q` that the person may read."""
    access = entered(request, contract)
    access.require(Right.READ_KNOWLEDGE)
    found, _all = found_articles(access=access, query=q, limit=20)
    return [
        {"id": each.pk, "kind": each.kind, "audience": each.audience, "title": each.title, "body": each.body,
         "version": each.latest_version}
        for each in found
    ]  # fmt: skip


def _note_view(access: Access, act: str, subject: str, **details: object) -> None:
    entry = Entry(act=act, subject=subject, details=details)
    record(chain=access.contract.key, at=timezone.now(), actor=access.person.key, entries=[entry])
