"""The desk's queue: filters, bulk acts, export."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from madoguchi.audit.operations import Entry, record
from madoguchi.console.export import ticket_table
from madoguchi.console.forms import BulkForm, SavedFilterForm, whole_number
from madoguchi.console.queries import desk_people, shown_tickets, workers_on
from madoguchi.contracts.access import Access
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import Act, Channel, Priority, TicketKind, TicketState
from madoguchi.desk.choices import categories_in, filters_of, macros_in
from madoguchi.desk.errors import FieldError
from madoguchi.desk.models import Ticket
from madoguchi.desk.operations.bulk import act_on_each
from madoguchi.desk.operations.carry_out import AskedAct, carry_out
from madoguchi.desk.operations.filters import save_filter
from madoguchi.desk.operations.macros import run_macro
from madoguchi.desk.queries import TicketFilter, filtered, queues_of, visible_tickets
from madoguchi.reports.table_files import EXPORTS

PAGE = 50
COUNTED = 1_000
MAX_PAGE = 2_000
MAX_EXPORT = 100_000
FILTERS = [each.name for each in fields(TicketFilter) if each.type in ("str", str)]


def filter_from(given: QueryDict) -> TicketFilter:
    words = {name: str(given[name]).replace("\x00", "")[:60] for name in FILTERS if name in given}
    return replace(TicketFilter(), **words)  # type: ignore[arg-type]  # FILTERS are its texts


def _wanted(request: ContractRequest) -> QuerySet[Ticket]:
    return filtered(visible_tickets(request.access), filter_from(request.GET), person_id=request.access.person.pk)


@require_GET
@contract_page(Right.SEE_TICKETS)
def desk(request: ContractRequest) -> HttpResponse:
    """Show the queue, what runs out first in front; a page has 50 tickets."""
    access, wanted = request.access, filter_from(request.GET)
    asked = whole_number(request.GET.get("page", "1")) or 1
    page = asked if asked <= MAX_PAGE else 1
    tickets = _wanted(request)
    rows = shown_tickets(tickets, start=(page - 1) * PAGE, size=PAGE + 1)
    count = tickets.order_by()[: COUNTED + 1].count()
    now = timezone.now()
    has_boxes = access.may(Right.RECEIVE)
    details = {"page": page, "shown": len(rows[:PAGE])}
    record(
        chain=access.contract.key,
        at=now,
        actor=access.person.key,
        entries=[Entry(act="view_list", subject="tickets", details=details)],
    )
    context = {
        "tickets": rows[:PAGE],
        "count": count,
        "is_more": count > COUNTED,
        "counted": COUNTED,
        "page": page,
        "next_page": page + 1 if len(rows) > PAGE else None,
        "wanted": wanted,
        "now": now,
        "query": _without_page(request.GET),
        "queues": queues_of(access),
        "categories": categories_in(access.contract.pk),
        "has_boxes": has_boxes,
        "calendar": definitions_on(contract=access.contract, day=timezone.localdate()).promised.calendar,
        "kinds": tuple(TicketKind),
        "channels": tuple(Channel),
        "states": tuple(TicketState),
        "priorities": tuple(Priority),
        "filters": filters_of(access.contract.pk, access.person.pk),
        "people": workers_on(access.contract.pk, timezone.localdate(now)) if has_boxes else [],
        "macros": macros_in(access.contract.pk) if has_boxes else [],
    }
    # both kinds of request get the list; htmx swaps only the part with the rows and their count
    return render(request, "console/list_rows.html" if request.htmx else "console/list.html", context)  # type: ignore[attr-defined]


def _without_page(given: QueryDict) -> str:
    kept = given.copy()
    kept.pop("page", None)
    return kept.urlencode()


@require_GET
@contract_page(Right.EXPORT)
def export(request: ContractRequest, kind: str) -> HttpResponse:
    """Write the filtered list as CSV or Excel; what is handed out is in the history."""
    if kind not in EXPORTS:
        raise Http404
    rows = list(islice(ticket_table(_wanted(request)), MAX_EXPORT + 1))
    content, media_type = EXPORTS[kind](rows)
    access = request.access
    entry = Entry(
        act="export_list",
        subject="tickets",
        details={"kind": kind, "count": len(rows) - 1, "filter": request.GET.urlencode()[:500]},
    )
    record(chain=access.contract.key, at=timezone.now(), actor=access.person.key, entries=[entry])
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="tickets-{access.contract.key}.{kind}"'
    return answer


@require_POST
@contract_page(Right.RECEIVE)
def bulk(request: ContractRequest) -> HttpResponse:
    """Do one act to the chosen tickets: each is done or named as not possible."""
    access = request.access
    form = BulkForm(request.POST, access=access, people=desk_people(access))
    if not form.is_valid():
        return render(request, "refused.html", {"message": form.problems()}, status=422)
    now = timezone.now()
    done, refused = act_on_each(
        access=access, numbers=form.cleaned_data["tickets"], act=_bulk_act(access, form.cleaned_data, now=now)
    )
    messages.success(request, _("%(count)s件を処理しました。") % {"count": len(done)})
    for each in refused:
        messages.error(request, str(each))
    return redirect("desk", contract_key=access.contract.key)


def _bulk_act(access: Access, given: Mapping[str, Any], *, now: datetime) -> Callable[[Ticket], object]:
    if given["act"] == "macro":
        return lambda each: run_macro(access=access, ticket=each, macro=given["macro"], version=None, now=now)
    doing = Act(given["act"])
    asked = AskedAct(
        act=doing, text=given["text"], queue=given["queue"] if doing is Act.ESCALATE else None,
        assignee=given["assignee"] if doing is Act.ASSIGN else None,
    )  # fmt: skip
    return lambda each: carry_out(access=access, ticket=each, asked=asked, now=now)


@require_POST
@contract_page(Right.SEE_TICKETS)
def keep_filter(request: ContractRequest) -> HttpResponse:
    access = request.access
    form = SavedFilterForm(request.POST)
    if not form.is_valid():
        return render(request, "refused.html", {"message": form.problems()}, status=422)
    given = form.cleaned_data
    try:
        kept = save_filter(access=access, name=given["name"], query=given["query"], now=timezone.now()).query
    except FieldError as error:
        return render(request, "refused.html", {"message": str(error)}, status=422)
    messages.success(request, _("絞り込み条件を保存しました。"))
    return redirect(reverse("desk", kwargs={"contract_key": access.contract.key}) + (f"?{kept}" if kept else ""))
