"""Pages of no contract: the way in, language, health, refusals."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from madoguchi.contracts.access import accesses_of
from madoguchi.contracts.rules import Right
from madoguchi.people.accounts import choose_language as choose_language_of
from madoguchi.people.models import Person


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show the person's contracts, or enter the only one."""
    assert isinstance(request.user, Person)
    accesses = accesses_of(person=request.user, day=timezone.localdate())
    if len(accesses) == 1:
        only = accesses[0]
        page = "desk" if only.may(Right.SEE_TICKETS) else "portal"
        if not only.may(Right.SEE_TICKETS) and not only.may(Right.ASK):
            page = "history"
        return redirect(page, contract_key=only.contract.key)
    return render(request, "home.html", {"accesses": accesses})


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    language = request.POST.get("language", "")
    wanted = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    # an address and nothing else: redirect() would also look for a page of that name
    answer = HttpResponseRedirect(wanted if is_ours else "/")
    if language in dict(settings.LANGUAGES):
        translation.activate(language)
        if isinstance(request.user, Person) and request.user.language != language:
            choose_language_of(person=request.user, language=language, at=timezone.now())
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=31_536_000, samesite="Lax")
    return answer


@require_GET
def health(_request: HttpRequest) -> HttpResponse:
    """Say that the web process and its database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "accessibility.html")


@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    """Show every shortcut, and switch them off on this machine."""
    return render(request, "keys.html")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django names it
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django names it
    return render(request, "404.html", status=404)
