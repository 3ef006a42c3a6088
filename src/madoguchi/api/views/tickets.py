"""Tickets: listed, opened, shown, worked on, found."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Path, Query, Router
from ninja.params import functions as given_in

from madoguchi.api.entering import (
    PAGE,
    REFUSALS,
    WRITE_REFUSALS,
    IdempotencyKey,
    Typed,
    checked_page,
    entered,
    named,
    note_view,
    once,
    person_named,
)  # fmt: skip
from madoguchi.api.schemas import (
    ActIn,
    BulkIn,
    BulkOut,
    FoundTickets,
    Identity,
    Key,
    NewTicketIn,
    TicketDetailOut,
    TicketListIn,
    TicketOut,
    TicketPage,
)  # fmt: skip
from madoguchi.api.shapes import detail_of, shape_of
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import Act
from madoguchi.desk.errors import FieldError
from madoguchi.desk.found import found_tickets
from madoguchi.desk.locks import locked_tickets
from madoguchi.desk.models import Category, Macro, Queue
from madoguchi.desk.operations.bulk import act_on_each
from madoguchi.desk.operations.carry_out import AskedAct, carry_out
from madoguchi.desk.operations.macros import run_macro
from madoguchi.desk.operations.receive import NewTicket, receive_ticket
from madoguchi.desk.operations.requesters import add_requester
from madoguchi.desk.queries import TicketFilter, filtered, ticket_by_number, visible_tickets
from madoguchi.knowledge.search.index import TextKind
from madoguchi.knowledge.search.waiting import waiting_count
from madoguchi.people.models import Person

router = Router()
SHAPED = ("requester", "assignee", "queue", "category")
ELSEWHERE = frozenset((Act.RECEIVE, Act.ATTACH))
"""The acts with addresses of their own."""


@router.get("/contracts/{contract}/tickets", response={200: TicketPage, **REFUSALS})
def tickets(request: HttpRequest, contract: Path[Key], wanted: Query[TicketListIn]) -> Any:  # noqa: ANN401
    """A page of 100 tickets, what runs out first in front. `state` is a state's word, open, or all."""
    access = entered(request, contract)
    access.require(Right.SEE_TICKETS)
    for name in sorted(set(request.GET) - set(TicketListIn.model_fields)):
        raise FieldError(name[:60], _("この項目はありません。"))
    page = checked_page(wanted.page)
    for model, key, field in ((Queue, wanted.queue, "queue"), (Category, wanted.category, "category")):
        named(model, access, key, field)
    requester = person_named(access, wanted.requester, "requester")
    given = wanted.model_dump(exclude={"page", "requester"}, exclude_none=True)
    narrowed = TicketFilter(**given, requester=requester.pk if requester else None)
    related = filtered(visible_tickets(access), narrowed, person_id=access.person.pk).select_related(*SHAPED)
    found = list(related[(page - 1) * PAGE : page * PAGE + 1])
    note_view(access, "view_list", "tickets", shown=len(found[:PAGE]))
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

    def do() -> dict[str, Any]:
        return shape_of(receive_ticket(access=access, new=_new_ticket(access, given, now=now), now=now))

    return once(request, key=idempotency_key, status=201, now=now, do=do)


def _new_ticket(access: Access, given: NewTicketIn, *, now: datetime) -> NewTicket:
    return NewTicket(
        requester=_requester(access, given, now=now),
        kind=given.kind,
        channel=given.channel,
        subject=given.subject,
        text=given.text,
        priority=given.priority,
        received_at=given.received_at or now,
        category=named(Category, access, given.category, "category"),
        queue=named(Queue, access, given.queue, "queue"),
        source=given.source,
    )


def _requester(access: Access, given: NewTicketIn, *, now: datetime) -> Person:
    newcomer = given.new_requester
    if newcomer is None:
        return person_named(access, given.requester, "requester") or access.person
    if given.requester is not None:
        raise FieldError("new_requester", _("requesterとnew_requesterは、どちらか一方だけを指定してください。"))
    access.require(Right.RECEIVE)
    try:
        if newcomer.mail:
            validate_email(newcomer.mail)
        return add_requester(access=access, **newcomer.model_dump(), now=now)
    except ValidationError as error:
        raise FieldError("new_requester.mail", error.messages[0]) from error
    except FieldError as error:
        raise FieldError(f"new_requester.{error.field}", str(error)) from error


@router.get("/contracts/{contract}/tickets/{number}", response={200: TicketDetailOut, **REFUSALS})
def ticket(request: HttpRequest, contract: Path[Key], number: Path[Identity]) -> Any:  # noqa: ANN401
    """A ticket with its steps, clocks, files and neighbours, as far as the person may see them."""
    access = entered(request, contract)
    found = ticket_by_number(access=access, number=number)
    note_view(access, "view_ticket", f"ticket:{found.pk}")
    return detail_of(access, found, now=timezone.now())


@router.post("/contracts/{contract}/tickets/{number}/acts", response={200: TicketOut, **WRITE_REFUSALS})
def act(
    request: HttpRequest,
    contract: Path[Key],
    number: Path[Identity],
    given: ActIn,
    idempotency_key: IdempotencyKey = given_in.Header("", alias="Idempotency-Key"),
) -> Any:  # noqa: ANN401
    """Do one act on a ticket: everything a person can do on its page."""
    access, now = entered(request, contract, writes=True), timezone.now()

    def do() -> dict[str, Any]:
        found = ticket_by_number(access=access, number=number)
        carry_out(access=access, ticket=found, asked=_asked(access, given), now=now)
        return shape_of(ticket_by_number(access=access, number=number))

    return once(request, key=idempotency_key, status=200, now=now, do=do)


def _asked(access: Access, given: ActIn) -> AskedAct:
    if given.act in ELSEWHERE:
        raise FieldError("act", _("この操作には専用のアドレスがあります。"))
    plain = given.model_dump(exclude={"queue", "category", "assignee"})
    return AskedAct(
        **plain,
        queue=named(Queue, access, given.queue, "queue"),
        category=named(Category, access, given.category, "category"),
        assignee=person_named(access, given.assignee, "assignee"),
    )


@router.post("/contracts/{contract}/bulk", response={200: BulkOut, **WRITE_REFUSALS})
def bulk(
    request: HttpRequest,
    contract: Path[Key],
    given: BulkIn,
    idempotency_key: IdempotencyKey = given_in.Header("", alias="Idempotency-Key"),
) -> Any:  # noqa: ANN401
    """Do one act, or one macro, on up to 200 tickets: each is done as a whole, or named with its reason."""
    access, now = entered(request, contract, writes=True), timezone.now()
    access.require(Right.RECEIVE)
    act_on_one = _bulk_act(access, given, now=now)

    def do() -> dict[str, Any]:
        chosen = visible_tickets(access).filter(number__in=given.tickets).values_list("pk", flat=True)
        # all at once and in order of keys: within one transaction they would be locked after the history
        locked_tickets(contract=access.contract, ticket_ids=list(chosen))
        done, refused = act_on_each(access=access, numbers=given.tickets, act=act_on_one)
        return {"done": done, "refused": [{"number": each.number, "message": each.message} for each in refused]}

    return once(request, key=idempotency_key, status=200, now=now, do=do)


def _bulk_act(access: Access, given: BulkIn, *, now: datetime) -> Any:  # noqa: ANN401  # what is done to each
    if (given.act is None) == (given.macro is None):
        raise FieldError("act", _("actとmacroのどちらか一つを指定してください。"))
    if given.macro is not None:
        macro = Macro.objects.filter(contract=access.contract, pk=given.macro).select_related("category", "queue")
        chosen = macro.first()
        if chosen is None:
            raise FieldError("macro", _("この契約にない値です。"))
        return lambda each: run_macro(access=access, ticket=each, macro=chosen, version=None, now=now)
    asked = AskedAct(
        act=Act(given.act or ""), text=given.text, queue=named(Queue, access, given.queue, "queue"),
        assignee=person_named(access, given.assignee, "assignee"), kind=given.kind, priority=given.priority,
        category=named(Category, access, given.category, "category"),
    )  # fmt: skip
    return lambda each: carry_out(access=access, ticket=each, asked=asked, now=now)


@router.get("/contracts/{contract}/search", response={200: FoundTickets, **REFUSALS})
def search(request: HttpRequest, contract: Path[Key], q: Query[Typed]) -> Any:  # noqa: ANN401
    """The best 100 tickets that hold every word of `q`; `waiting` imported ones are not filed yet."""
    access = entered(request, contract)
    access.require(Right.SEE_TICKETS)
    found, _all = found_tickets(access=access, query=q, limit=PAGE, related=SHAPED)
    note_view(access, "search", "tickets", shown=len(found))
    waiting = waiting_count(contract=access.contract, kind=TextKind.TICKET)
    return {"tickets": [shape_of(each) for each in found], "next_page": None, "waiting": waiting}
