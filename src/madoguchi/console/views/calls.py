"""Calls: which belong to no ticket, which tickets have no call."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from madoguchi.audit.operations import Entry, record
from madoguchi.calls.operations.link import link_call, open_ticket_for, unlink_call
from madoguchi.console.call_forms import CallForm
from madoguchi.console.unmatched import calls_beside_tickets, day_asked
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.desk.errors import FieldError
from madoguchi.desk.queries import ticket_by_number
from madoguchi.quality.calls import call_by_source, day_period

SHOWN = 200


@require_GET
@contract_page(Right.SEE_FIGURES)
def unmatched(request: ContractRequest) -> HttpResponse:
    """Show a day's answered calls without a ticket, each with the tickets it may be, and tickets without a call."""
    access, now = request.access, timezone.now()
    day = day_asked(request.GET.get("day", ""), today=timezone.localdate(now))
    if day is None:
        raise Http404
    found = calls_beside_tickets(access=access, period=day_period(day), now=now)
    alone = found.unmatched
    entry = Entry(act="view_calls", subject="calls", details={"day": str(day), "shown": len(alone.calls[:SHOWN])})
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    context = {
        "day": day, "before": day - timedelta(days=1), "after": day + timedelta(days=1), "found": found,
        "rows": alone.calls[:SHOWN], "tickets": alone.tickets[:SHOWN], "linked": found.linked[:SHOWN],
        "shown": SHOWN, "is_more": max(len(alone.calls), len(alone.tickets), len(found.linked)) > SHOWN,
    }  # fmt: skip
    return render(request, "console/calls/unmatched.html", context)


@require_POST
@contract_page(Right.RECEIVE)
def act(request: ContractRequest) -> HttpResponse:
    """Open a ticket for a call, join it to one, or take it away again."""
    access, now = request.access, timezone.now()
    form = CallForm(request.POST)
    if not form.is_valid():
        return render(request, "console/calls/refused.html", {"problem": form.problems()}, status=422)
    given = form.cleaned_data
    back = reverse("calls", args=[access.contract.key]) + (f"?day={given['day']}" if given["day"] else "")
    try:
        if given["act"] == "unlink":
            unlink_call(access=access, source=given["call"], now=now)
            messages.success(request, _("通話と案件の結び付きを外しました。"))
            return redirect(back)
        call = call_by_source(contract=access.contract, source=given["call"], now=now)
        if call is None:
            raise Http404
        if given["act"] == "open":
            ticket = open_ticket_for(access=access, call=call, now=now)
            messages.success(request, _("受付番号 %(reference)s で受け付けました。") % {"reference": ticket.reference})
            return redirect("ticket", contract_key=access.contract.key, number=ticket.number)
        ticket = ticket_by_number(access=access, number=given["ticket"])
        link_call(access=access, call=call, ticket=ticket, now=now)
        messages.success(request, _("通話を案件 %(reference)s に結び付けました。") % {"reference": ticket.reference})
    except FieldError as error:
        return render(request, "console/calls/refused.html", {"problem": str(error)}, status=409)
    return redirect(back)
