"""What every page knows."""

from typing import Any

from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the person's access to the contract of the page, when there is one, and the unseen notices."""
    access = getattr(request, "access", None)
    return {"access": access, "contract": access.contract if access else None}
