"""The door of every page of a contract."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from madoguchi.contracts.access import Access, access_to
from madoguchi.contracts.rules import Right
from madoguchi.people.models import Person


class ContractRequest(HttpRequest):
    """A request that came through the door: who asks, in which contract, as what."""

    access: Access


Page = Callable[..., HttpResponse]


def contract_page(right: Right) -> Callable[[Page], Page]:
    """Let a page be entered only with a role in its contract (else 404) and a right (else 403)."""

    def decorate(page: Page) -> Page:
        @wraps(page)
        def entered(request: HttpRequest, contract_key: str, **given: Any) -> HttpResponse:  # noqa: ANN401
            person = cast("Person", request.user)
            access = access_to(person=person, contract_key=contract_key, day=timezone.localdate())
            request.access = access  # type: ignore[attr-defined]
            access.require(right)
            return page(request, **given)

        return cast("Page", login_required(entered))

    return decorate
