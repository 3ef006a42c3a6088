"""The history of a contract, for auditors."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from madoguchi.audit.operations import Entry, record
from madoguchi.audit.queries import history_of
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.handover.queries import actor_names

PAGE = 100


@require_GET
@contract_page(Right.SEE_HISTORY)
def rows(request: ContractRequest) -> HttpResponse:
    """Show who did and saw what, the latest first; looking at it is in it."""
    access = request.access
    subject = request.GET.get("subject", "").replace("\x00", "")[:120] or None
    entry = Entry(act="view_history", subject="history", details={"filter": subject or ""})
    record(chain=access.contract.key, at=timezone.now(), actor=access.person.key, entries=[entry])
    page = Paginator(history_of(chain=access.contract.key, subject=subject), PAGE).get_page(request.GET.get("page"))
    names = actor_names(contract=access.contract, rows=list(page))
    context = {
        "page": page, "names": names, "subject": subject or "", "export_query": urlencode({"subject": subject or ""}),
    }  # fmt: skip
    return render(request, "console/history.html", context)
