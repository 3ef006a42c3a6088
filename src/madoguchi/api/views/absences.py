"""Approvals passed on to others, and who approves while somebody is away."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router, Schema
from ninja.params import functions as given_in
from pydantic import StringConstraints

from madoguchi.api.entering import PAGE, REFUSALS, WRITE_REFUSALS, IdempotencyKey, entered, note_view, once
from madoguchi.api.schemas import NO_NUL, Identity, Key, Strict
from madoguchi.contracts.rules import Right
from madoguchi.core.works_vocabulary import ApprovalState
from madoguchi.works.models import Absence
from madoguchi.works.operations.approve import end_absence, pass_on, set_absence

router = Router()
Mail = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=254, pattern=NO_NUL)]


class PassOnIn(Strict):
    """`mail` is the registered address of whoever is asked instead."""

    mail: Mail


class AbsenceIn(Strict):
    """Both days included; `mail` is the registered address of the delegate."""

    mail: Mail
    start_date: date
    end_date: date


class AskedOut(Schema):
    id: int
    state: ApprovalState
    asked: str


class AbsenceOut(Schema):
    id: int
    delegate: str
    start_date: date
    end_date: date


def _shape(absence: Absence) -> dict[str, Any]:
    return {
        "id": absence.pk, "delegate": absence.delegate.name, "start_date": absence.start_date.isoformat(),
        "end_date": absence.end_date.isoformat(),
    }  # fmt: skip


@router.post("/contracts/{contract}/approvals/{approval_id}/delegate", response={200: AskedOut, **WRITE_REFUSALS})
def delegate(
    request: HttpRequest,
    contract: Path[Key],
    approval_id: Path[Identity],
    given: PassOnIn,
    idempotency_key: IdempotencyKey = given_in.Header("", alias="Idempotency-Key"),
) -> Any:  # noqa: ANN401
    """Ask somebody else to decide on one approval that the token's person is asked for."""
    access, now = entered(request, contract, writes=True), timezone.now()

    def do() -> dict[str, Any]:
        ask = pass_on(access=access, approval_id=approval_id, mail=given.mail, now=now)
        return {"id": ask.approval_id, "state": ask.approval.state, "asked": ask.person.name}

    return once(request, key=idempotency_key, status=200, now=now, do=do)


@router.get("/contracts/{contract}/absences", response={200: list[AbsenceOut], **REFUSALS})
def absences(request: HttpRequest, contract: Path[Key]) -> Any:  # noqa: ANN401
    """The present and coming absences of the token's person, the earliest 100."""
    access = entered(request, contract)
    access.require(Right.ASK)
    note_view(access, "list_absences", "absences")
    own = Absence.objects.filter(contract=access.contract, person=access.person, end_date__gte=timezone.localdate())
    return [_shape(each) for each in own.select_related("delegate").order_by("start_date", "pk")[:PAGE]]


@router.post("/contracts/{contract}/absences", response={201: AbsenceOut, **WRITE_REFUSALS})
def add_absence(
    request: HttpRequest,
    contract: Path[Key],
    given: AbsenceIn,
    idempotency_key: IdempotencyKey = given_in.Header("", alias="Idempotency-Key"),
) -> Any:  # noqa: ANN401
    """Name who approves while the token's person is away; what waits for them now is asked of the delegate, too."""
    access, now = entered(request, contract, writes=True), timezone.now()
    access.require(Right.ASK)

    def do() -> dict[str, Any]:
        return _shape(set_absence(access=access, now=now, **given.model_dump()))

    return once(request, key=idempotency_key, status=201, now=now, do=do)


@router.delete("/contracts/{contract}/absences/{absence_id}", response={204: None, **WRITE_REFUSALS})
def take_back(
    request: HttpRequest,
    contract: Path[Key],
    absence_id: Path[Identity],
    idempotency_key: IdempotencyKey = given_in.Header("", alias="Idempotency-Key"),
) -> Any:  # noqa: ANN401
    """Take an absence of one's own back."""
    access, now = entered(request, contract, writes=True), timezone.now()
    access.require(Right.ASK)

    def do() -> None:
        end_absence(access=access, absence_id=absence_id, now=now)

    return once(request, key=idempotency_key, status=204, now=now, do=do)
