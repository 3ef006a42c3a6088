"""Answer templates and macros: listed for whoever works, changed by whoever manages, done to a ticket."""

from dataclasses import replace
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Path, Router, Schema
from ninja.params import functions as given_in
from pydantic import StringConstraints

from madoguchi.api.entering import REFUSALS, WRITE_REFUSALS, IdempotencyKey, entered, named, once
from madoguchi.api.schemas import NO_NUL, Identity, Key, Strict, TicketOut, Version, WaitsFor
from madoguchi.api.shapes import shape_of
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import Priority, TicketKind
from madoguchi.desk.models import AnswerTemplate, Category, Macro, Queue
from madoguchi.desk.operations.macros import (
    MacroContent,
    delete_macro,
    delete_template,
    run_macro,
    save_macro,
    save_template,
)  # fmt: skip
from madoguchi.desk.queries import ticket_by_number

router = Router()
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=NO_NUL)]
Text = Annotated[str, StringConstraints(max_length=10_000, pattern=NO_NUL)]


class TemplateIn(Strict):
    """A text for answers; {{requester}}, {{reference}}, {{subject}} and {{operator}} are filled in."""

    name: Name
    text: Annotated[str, StringConstraints(min_length=1, max_length=10_000, pattern=NO_NUL)]
    resolves: bool = False


class TemplateOut(Schema):
    id: int
    name: str
    text: str
    resolves: bool


class MacroIn(Strict):
    """Steps in this order: take, classify (kind, category, priority), note, answer, escalate, wait, resolve."""

    name: Name
    takes: bool = False
    kind: TicketKind | None = None
    category: Key | None = None
    priority: Priority | None = None
    note: Text = ""
    answer: Text = ""
    queue: Key | None = None
    waits_for: WaitsFor = ""
    resolves: bool = False


class ChangedMacroIn(MacroIn):
    version: Version


class MacroOut(MacroIn):
    id: int
    version: int


class RunIn(Strict):
    """`version` is the ticket's version the macro was chosen for."""

    version: Version | None = None


def _template_shape(template: AnswerTemplate) -> dict[str, Any]:
    return {"id": template.pk, "name": template.name, "text": template.text, "resolves": template.resolves}


def _macro_shape(macro: Macro) -> dict[str, Any]:
    plain = ("name", "version", "takes", "note", "answer", "waits_for", "resolves")
    return {name: getattr(macro, name) for name in plain} | {
        "id": macro.pk, "kind": macro.kind or None, "priority": macro.priority or None,
        "category": macro.category.key if macro.category else None, "queue": macro.queue.key if macro.queue else None,
    }  # fmt: skip


def _content(access: Access, given: MacroIn) -> MacroContent:
    plain = MacroContent(**given.model_dump(exclude={"version", "category", "queue"}))
    category, queue = named(Category, access, given.category, "category"), named(Queue, access, given.queue, "queue")
    return replace(plain, category=category, queue=queue)


@router.get("/contracts/{contract}/templates", response={200: list[TemplateOut], **REFUSALS})
def templates(request: HttpRequest, contract: Path[Key]) -> Any:  # noqa: ANN401
    """The contract's answer templates."""
    access = entered(request, contract)
    access.require(Right.RECEIVE)
    return [_template_shape(each) for each in AnswerTemplate.objects.filter(contract=access.contract).order_by("name")]


@router.post("/contracts/{contract}/templates", response={201: TemplateOut, **WRITE_REFUSALS})
def keep_template(
    request: HttpRequest,
    contract: Path[Key],
    given: TemplateIn,
    idempotency_key: IdempotencyKey = given_in.Header("", alias="Idempotency-Key"),
) -> Any:  # noqa: ANN401
    """Keep an answer template; one of the same name is replaced."""
    access, now = entered(request, contract, writes=True), timezone.now()

    def do() -> dict[str, Any]:
        return _template_shape(save_template(access=access, **given.model_dump(), now=now))

    return once(request, key=idempotency_key, status=201, now=now, do=do)


@router.delete("/contracts/{contract}/templates/{template_id}", response={204: None, **WRITE_REFUSALS})
def remove_template(
    request: HttpRequest,
    contract: Path[Key],
    template_id: Path[Identity],
    idempotency_key: IdempotencyKey = given_in.Header("", alias="Idempotency-Key"),
) -> Any:  # noqa: ANN401
    """Delete an answer template."""
    access, now = entered(request, contract, writes=True), timezone.now()
    access.require(Right.MANAGE)

    def do() -> None:
        found = get_object_or_404(AnswerTemplate, contract=access.contract, pk=template_id)
        delete_template(access=access, template=found, now=now)

    return once(request, key=idempotency_key, status=204, now=now, do=do)


@router.get("/contracts/{contract}/macros", response={200: list[MacroOut], **REFUSALS})
def macros(request: HttpRequest, contract: Path[Key]) -> Any:  # noqa: ANN401
    """The contract's macros."""
    access = entered(request, contract)
    access.require(Right.RECEIVE)
    known = Macro.objects.filter(contract=access.contract).select_related("category", "queue").order_by("name")
    return [_macro_shape(each) for each in known]


@router.post("/contracts/{contract}/macros", response={201: MacroOut, **WRITE_REFUSALS})
def add_macro(
    request: HttpRequest,
    contract: Path[Key],
    given: MacroIn,
    idempotency_key: IdempotencyKey = given_in.Header("", alias="Idempotency-Key"),
) -> Any:  # noqa: ANN401
    """Add a macro."""
    access, now = entered(request, contract, writes=True), timezone.now()

    def do() -> dict[str, Any]:
        content = _content(access, given)
        return _macro_shape(save_macro(access=access, macro=None, content=content, version=0, now=now))

    return once(request, key=idempotency_key, status=201, now=now, do=do)


@router.put("/contracts/{contract}/macros/{macro_id}", response={200: MacroOut, **WRITE_REFUSALS})
def change_macro(
    request: HttpRequest,
    contract: Path[Key],
    macro_id: Path[Identity],
    given: ChangedMacroIn,
    idempotency_key: IdempotencyKey = given_in.Header("", alias="Idempotency-Key"),
) -> Any:  # noqa: ANN401
    """Change what a macro does; what is left out of the request it does no more."""
    access, now = entered(request, contract, writes=True), timezone.now()
    access.require(Right.MANAGE)

    def do() -> dict[str, Any]:
        known, content = get_object_or_404(Macro, contract=access.contract, pk=macro_id), _content(access, given)
        return _macro_shape(save_macro(access=access, macro=known, content=content, version=given.version, now=now))

    return once(request, key=idempotency_key, status=200, now=now, do=do)


@router.delete("/contracts/{contract}/macros/{macro_id}", response={204: None, **WRITE_REFUSALS})
def remove_macro(
    request: HttpRequest,
    contract: Path[Key],
    macro_id: Path[Identity],
    idempotency_key: IdempotencyKey = given_in.Header("", alias="Idempotency-Key"),
) -> Any:  # noqa: ANN401
    """Delete a macro."""
    access, now = entered(request, contract, writes=True), timezone.now()
    access.require(Right.MANAGE)

    def do() -> None:
        delete_macro(access=access, macro=get_object_or_404(Macro, contract=access.contract, pk=macro_id), now=now)

    return once(request, key=idempotency_key, status=204, now=now, do=do)


@router.post("/contracts/{contract}/tickets/{number}/macros/{macro_id}", response={200: TicketOut, **WRITE_REFUSALS})
def run(  # noqa: PLR0917  # each is a part of the request
    request: HttpRequest,
    contract: Path[Key],
    number: Path[Identity],
    macro_id: Path[Identity],
    given: RunIn,
    idempotency_key: IdempotencyKey = given_in.Header("", alias="Idempotency-Key"),
) -> Any:  # noqa: ANN401
    """Do all of a macro's steps on a ticket, or none of them."""
    access, now = entered(request, contract, writes=True), timezone.now()
    access.require(Right.RECEIVE)

    def do() -> dict[str, Any]:
        known = Macro.objects.select_related("category", "queue")
        macro = get_object_or_404(known, contract=access.contract, pk=macro_id)
        ticket = ticket_by_number(access=access, number=number)
        run_macro(access=access, ticket=ticket, macro=macro, version=given.version, now=now)
        return shape_of(ticket_by_number(access=access, number=number))

    return once(request, key=idempotency_key, status=200, now=now, do=do)
