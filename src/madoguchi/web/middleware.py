"""What every answer carries, and what an expected failure turns into."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from madoguchi.core.errors import InvalidInputError, MadoguchiError

Handler = Callable[[HttpRequest], HttpResponse]
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-ancestors 'none'; "
    "form-action 'self'{targets}; base-uri 'none'; object-src 'none'"
)


class ContentPolicyMiddleware:
    """Let a browser run nothing but this installation's own scripts and styles."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.policy = POLICY.format(targets="".join(f" {each}" for each in settings.FORM_TARGETS))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class RefusalMiddleware:
    """Turn an expected failure that no view handled into a page (or JSON) that says it, with status 409."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, MadoguchiError):
            return None
        status = 422 if isinstance(exception, InvalidInputError) else 409
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": [{"msg": str(exception)}]}, status=status)
        return render(request, "refused.html", {"message": str(exception)}, status=status)
