"""Figures of the desk: the month, what each is made of, and the wallboard."""

import re
from datetime import date, timedelta
from itertools import islice
from urllib.parse import urlencode

from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from madoguchi.audit.operations import Entry, record
from madoguchi.calls.queries import ticket_numbers
from madoguchi.console.evidence import evidence_of
from madoguchi.console.forms import whole_number
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.desk.models import OPEN_STATES
from madoguchi.desk.queries import desk_counts, visible_tickets
from madoguchi.imports.measured import doubled_count
from madoguchi.monitoring.events import outages_named
from madoguchi.people.languages import language_on
from madoguchi.quality.figures import figures_of_month
from madoguchi.reports.definition_text import definition_lines
from madoguchi.reports.rows import axis_text, counts_text, row_of

LISTED = 200
YEARS = range(1990, 2100)
MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
OWN_SOURCE = re.compile(r"madoguchi:(?:ticket|mail|complaint):(\d{1,15})")


def asked_month(request: ContractRequest) -> date:
    """Return the month of the address, by default this one. Raises Http404 for one that no contract can have."""
    given = MONTH.fullmatch(request.GET.get("month", ""))
    if given is None:
        return timezone.localdate().replace(day=1)
    year, number = int(given.group(1)), int(given.group(2))
    if year not in YEARS or number not in range(1, 13):
        raise Http404
    return date(year, number, 1)


@require_GET
@contract_page(Right.SEE_FIGURES)
def month(request: ContractRequest) -> HttpResponse:
    """Show every promised figure of a month, judged."""
    access, asked, now = request.access, asked_month(request), timezone.now()
    figures = figures_of_month(contract=access.contract, month=asked, now=now)
    language = language_on()
    rows = [
        (row_of(each, language=language), axis_text(each.figure.window, language), counts_text(each, language))
        for each in figures.measurements
    ]
    context = {
        "rows": rows, "month": asked, "export_query": f"month={asked:%Y-%m}",
        "before": asked - timedelta(days=1), "after": asked + timedelta(days=32),
        "doubled": doubled_count(access.contract), "written_at": figures.written_at, "period": figures.promised.period,
    }  # fmt: skip
    return render(request, "console/figures.html", context)


@require_GET
@contract_page(Right.SEE_FIGURES)
def figure_evidence(request: ContractRequest, indicator: str, window: str) -> HttpResponse:
    """Show what a figure is, and each call and ticket it was made of."""
    access, now = request.access, timezone.now()
    behind = evidence_of(access=access, indicator=indicator, window=window, now=now)
    found = list(islice(behind.found, LISTED + 1))
    of_calls = {str(each["source"]): str(each.get("ticket") or "") for each in behind.events.get("calls", ())}
    joined = ticket_numbers(contract=access.contract, sources=[each.source for each in found[:LISTED]])
    outages = outages_named(access.contract, [each.source for each in found[:LISTED]])
    of_calls |= {source: str(number) for source, number in joined.items()}
    details = {"indicator": indicator, "window": window, "shown": len(found[:LISTED])}
    entry = Entry(act="view_evidence", subject="figures", details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    context = {
        "indicator": behind.indicator, "window": behind.window, "is_more": len(found) > LISTED, "listed": LISTED,
        "rows": [
            (each, _ticket_number(each.source, of_calls), outages.get(each.source)) for each in found[:LISTED]
        ],
        "lines": definition_lines(
            behind.promised, behind.indicator, day=behind.window.period.start_date, language=language_on()
        ),
        "export_query": urlencode({"indicator": indicator, "window": window}),
    }  # fmt: skip
    return render(request, "console/evidence.html", context)


def _ticket_number(source: str, of_calls: dict[str, str]) -> int | None:
    """Return the number of the ticket behind a source: its own, or the one a call belongs to."""
    own = OWN_SOURCE.fullmatch(source)
    number = own.group(1) if own else of_calls.get(source, "")
    return whole_number(number)


@require_GET
@contract_page(Right.SEE_TICKETS)
def wallboard(request: ContractRequest) -> HttpResponse:
    """Show the desk at a glance: what waits, what is late, what came in and was closed today."""
    access, now = request.access, timezone.now()
    counts = desk_counts(access=access, now=now)
    is_open = visible_tickets(access).filter(state__in=OPEN_STATES)
    queues = is_open.values("queue__name", "queue__key").annotate(count=Count("pk")).order_by("-count")
    return render(request, "console/wallboard.html", {"counts": counts, "queue_counts": queues, "now": now})
