"""How a program comes in, what it names, and how a write that names a key is answered once."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Status
from pydantic import StringConstraints

from madoguchi.api.idempotency import Asked, answered_before, keep_answer
from madoguchi.api.models import ApiToken
from madoguchi.api.schemas import NO_NUL, Problems
from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access, access_to, people_of
from madoguchi.desk.errors import FieldError
from madoguchi.people.models import Person

PAGE = 100
DEEPEST = 10_000
Typed = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NO_NUL)]
IdempotencyKey = Annotated[str, StringConstraints(max_length=100, pattern=r"^[\x21-\x7e]*$")]
REFUSALS = {401: Problems, 403: Problems, 404: Problems, 422: Problems}
WRITE_REFUSALS = REFUSALS | {400: Problems, 409: Problems}


def token_of(request: HttpRequest) -> ApiToken:
    token: ApiToken = request.api_token  # type: ignore[attr-defined]  # set by `Bearer`
    return token


def entered(request: HttpRequest, contract: str, *, writes: bool = False) -> Access:
    """Return the access of the token's person in a contract: 404 without a role, 403 for a read-only token."""
    token = token_of(request)
    access = access_to(person=token.person, contract_key=contract, day=timezone.localdate())
    if writes and not token.may_write:
        raise PermissionDenied
    return access


def note_view(access: Access, act: str, subject: str, **details: object) -> None:
    entry = Entry(act=act, subject=subject, details=details)
    record(chain=access.contract.key, at=timezone.now(), actor=access.person.key, entries=[entry])


def once(
    request: HttpRequest, *, key: str, status: int, now: datetime, do: Callable[[], Any], content: bytes | None = None
) -> Status[Any]:
    """Do a write in one transaction; where its Idempotency-Key came before, give the answer of that time instead.

    `content` stands for the body where that is read in parts.
    """
    with transaction.atomic():
        if not key:
            return Status(status, do())
        body = request.body if content is None else content
        asked = Asked(token=token_of(request), key=key, path=f"{request.method} {request.path}", body=body)
        if kept := answered_before(asked):
            return Status(kept.status, kept.body)
        answer = do()
        keep_answer(asked, status=status, answer=answer, at=now)
    return Status(status, answer)


def checked_page(page: int) -> int:
    if page > DEEPEST:
        raise FieldError("page", _("10000ページまで指定できます。"))
    return page


def person_named(access: Access, number: int | None, field: str) -> Person | None:
    """Return a person of the contract. Raises FieldError for anybody else."""
    if number is None:
        return None
    found = people_of(contract=access.contract, day=timezone.localdate()).filter(pk=number).first()
    if found is None:
        raise FieldError(field, _("この契約にいない人です。"))
    return found


def named(model: Any, access: Access, key: str | None, field: str) -> Any:  # noqa: ANN401  # a queue or a category
    if not key:
        return None
    found = model.objects.filter(contract=access.contract, key=key).first()
    if found is None:
        raise FieldError(field, _("この契約にない値です。"))
    return found
