"""A person's own shifts, and their private address for calendar programs."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_http_methods

from madoguchi.console.staffing_pages import shift_name
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.planning.shift_calendar import calendar_file
from madoguchi.staffing.operations.attendance import close_feed, open_feed
from madoguchi.staffing.queries import entries_of, feed_shifts, has_live_feed, live_feed, own_shifts

SHOWN_DAYS = 62
LONGEST_SECRET = 100


@require_http_methods(["GET", "POST"])
@contract_page(Right.RECEIVE)
def own(request: ContractRequest) -> HttpResponse:
    """Show the person's coming shifts; a POST makes or revokes their private address."""
    access, now = request.access, timezone.now()
    address = ""
    if request.method == "POST":
        if request.POST.get("feed") == "open":
            # shown once, as any secret: only its hash is kept
            address = request.build_absolute_uri(reverse("shift_feed", args=[open_feed(access=access, now=now)]))
        elif request.POST.get("feed") == "close":
            close_feed(access=access, now=now)
            messages.success(request, _("購読用のアドレスを無効にしました。"))
            return redirect("own_shifts", contract_key=access.contract.key)
        else:
            return render(request, "refused.html", {"message": _("操作は open か close です。")}, status=422)
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    shifts = own_shifts(
        contract=access.contract, person=access.person, start=midnight, end=midnight + timedelta(days=SHOWN_DAYS)
    )
    context = {
        "shifts": [(each, shift_name(each.kind)) for each in shifts], "address": address,
        "has_feed": has_live_feed(contract=access.contract, person=access.person),
    }  # fmt: skip
    return render(request, "console/staffing/own_shifts.html", context)


@require_GET
def shift_feed(_request: HttpRequest, secret: str) -> HttpResponse:
    """Return a person's shifts to whoever knows their private address. Raises Http404."""
    now = timezone.now()
    feed = live_feed(secret=secret, day=timezone.localdate(now)) if len(secret) <= LONGEST_SECRET else None
    if feed is None:
        raise Http404
    with override(feed.person.language):
        entries = entries_of(feed_shifts(feed, now=now), label=_("勤務"))
    name = f"{feed.contract.name} {feed.person.name}"
    content = calendar_file(name=name, entries=entries, written_at=now)
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")
