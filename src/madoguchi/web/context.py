"""What every page knows."""

from typing import Any

from django.http import HttpRequest

from madoguchi.web.menu import menu_of


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the person's access to the contract of the page, when there is one, and the menu it gives."""
    access = getattr(request, "access", None)
    if access is None:
        return {"access": None, "contract": None}
    match = request.resolver_match
    page = str(match.url_name) if match else ""
    return {"access": access, "contract": access.contract, "menu": menu_of(access, page=page)}
