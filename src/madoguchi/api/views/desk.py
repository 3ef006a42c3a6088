"""The desk around the tickets: contracts, queues, categories, people, today's counts, kept filters."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Path, Query, Router
from ninja.params import functions as given_in

from madoguchi.api.entering import (
    REFUSALS,
    WRITE_REFUSALS,
    IdempotencyKey,
    Typed,
    entered,
    note_view,
    once,
    token_of,
)  # fmt: skip
from madoguchi.api.schemas import (
    CategoryOut,
    ContractOut,
    CountsOut,
    FilterIn,
    FilterOut,
    Identity,
    Key,
    PersonOut,
    Problems,
    QueueOut,
)  # fmt: skip
from madoguchi.contracts.access import accesses_of, people_of
from madoguchi.contracts.rules import Right
from madoguchi.desk.models import Category, SavedFilter
from madoguchi.desk.operations.filters import delete_filter, save_filter
from madoguchi.desk.queries import desk_counts, queues_of
from madoguchi.people.queries import people_matching

router = Router()


@router.get("/contracts", response={200: list[ContractOut], 401: Problems})
def contracts(request: HttpRequest) -> Any:  # noqa: ANN401  # ninja turns it into the schema
    """The contracts the token's person has a role in."""
    return [
        {"key": each.contract.key, "name": each.contract.name, "roles": sorted(each.roles)}
        for each in accesses_of(person=token_of(request).person, day=timezone.localdate())
    ]


@router.get("/contracts/{contract}/people", response={200: list[PersonOut], **REFUSALS})
def people(request: HttpRequest, contract: Path[Key], q: Query[Typed]) -> Any:  # noqa: ANN401
    """Up to 10 people of the contract by name, reading, extension or mail."""
    access = entered(request, contract)
    access.require(Right.RECEIVE)
    known = people_of(contract=access.contract, day=timezone.localdate())
    note_view(access, "search_people", "people")
    return [{"id": each.pk, "name": each.name} for each in people_matching(known, q)[:10]]


@router.get("/contracts/{contract}/queues", response={200: list[QueueOut], **REFUSALS})
def queues(request: HttpRequest, contract: Path[Key]) -> Any:  # noqa: ANN401
    """The queues that the person may see."""
    access = entered(request, contract)
    access.require(Right.SEE_TICKETS)
    return [{"key": each.key, "name": each.name, "tier": each.tier} for each in queues_of(access)]


@router.get("/contracts/{contract}/categories", response={200: list[CategoryOut], **REFUSALS})
def categories(request: HttpRequest, contract: Path[Key]) -> Any:  # noqa: ANN401
    """The contract's categories."""
    access = entered(request, contract)
    access.require(Right.ASK)
    known = Category.objects.filter(contract=access.contract).order_by("name")
    return [{"key": each.key, "name": each.name} for each in known]


@router.get("/contracts/{contract}/counts", response={200: CountsOut, **REFUSALS})
def counts(request: HttpRequest, contract: Path[Key]) -> Any:  # noqa: ANN401
    """The desk at a glance, of the tickets that the person may see."""
    access = entered(request, contract)
    access.require(Right.SEE_TICKETS)
    return asdict(desk_counts(access=access, now=timezone.now()))


@router.get("/contracts/{contract}/filters", response={200: list[FilterOut], **REFUSALS})
def filters(request: HttpRequest, contract: Path[Key]) -> Any:  # noqa: ANN401
    """The filters that the person keeps."""
    access = entered(request, contract)
    access.require(Right.SEE_TICKETS)
    own = SavedFilter.objects.filter(contract=access.contract, person=access.person).order_by("name")
    return [{"id": each.pk, "name": each.name, "query": each.query} for each in own]


@router.post("/contracts/{contract}/filters", response={201: FilterOut, **WRITE_REFUSALS})
def keep_filter(
    request: HttpRequest,
    contract: Path[Key],
    given: FilterIn,
    idempotency_key: IdempotencyKey = given_in.Header("", alias="Idempotency-Key"),
) -> Any:  # noqa: ANN401
    """Keep a filter; one of the same name is replaced."""
    access, now = entered(request, contract, writes=True), timezone.now()

    def do() -> dict[str, Any]:
        saved = save_filter(access=access, name=given.name, query=given.query, now=now)
        return {"id": saved.pk, "name": saved.name, "query": saved.query}

    return once(request, key=idempotency_key, status=201, now=now, do=do)


@router.delete("/contracts/{contract}/filters/{filter_id}", response={204: None, **WRITE_REFUSALS})
def remove_filter(
    request: HttpRequest,
    contract: Path[Key],
    filter_id: Path[Identity],
    idempotency_key: IdempotencyKey = given_in.Header("", alias="Idempotency-Key"),
) -> Any:  # noqa: ANN401
    """Delete a filter of one's own."""
    access, now = entered(request, contract, writes=True), timezone.now()

    def do() -> None:
        own = get_object_or_404(SavedFilter, contract=access.contract, person=access.person, pk=filter_id)
        delete_filter(access=access, saved=own, now=now)

    return once(request, key=idempotency_key, status=204, now=now, do=do)
