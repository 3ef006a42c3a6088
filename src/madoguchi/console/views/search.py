"""One box for everything: numbers, tickets, articles; and contacts while they are typed."""

import re
import unicodedata

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import people_of
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.desk.found import found_tickets
from madoguchi.desk.queries import visible_tickets
from madoguchi.knowledge.queries import found_articles
from madoguchi.knowledge.search.highlight import highlighted, highlighted_fields
from madoguchi.knowledge.search.index import TextKind
from madoguchi.knowledge.search.waiting import waiting_count
from madoguchi.people.queries import people_matching

SHOWN = 50
ARTICLES = 5
SUGGESTED = 10
MAX_QUERY = 200
NUMBER = re.compile(r"#?0*(\d{1,15})")


@require_GET
@contract_page(Right.SEE_TICKETS)
def search(request: ContractRequest) -> HttpResponse:
    """Find tickets by number or words, and articles."""
    access = request.access
    query = request.GET.get("q", "").replace("\x00", "").strip()[:MAX_QUERY]
    number = NUMBER.fullmatch(unicodedata.normalize("NFKC", query))
    if number and visible_tickets(access).filter(number=int(number.group(1))).exists():
        return redirect("ticket", contract_key=access.contract.key, number=int(number.group(1)))
    state = request.GET.get("state", "")[:20]
    tickets, found = found_tickets(access=access, query=query, state=state, limit=SHOWN)
    articles = found_articles(access=access, query=query, limit=ARTICLES)[0] if access.may(Right.READ_KNOWLEDGE) else []
    rows = [(each, *highlighted_fields((each.subject, each.text), words=found.words)) for each in tickets]
    shown = [(each, highlighted(text=each.body, words=found.words)) for each in articles]
    entry = Entry(act="search", subject="tickets", details={"shown": len(rows)})
    record(chain=access.contract.key, at=timezone.now(), actor=access.person.key, entries=[entry])
    context = {
        "rows": rows, "articles": shown, "count": found.count, "query": query, "state": state, "shown": SHOWN,
        "waiting": waiting_count(contract=access.contract, kind=TextKind.TICKET),
    }  # fmt: skip
    return render(request, "console/search.html", context)


@require_GET
@contract_page(Right.RECEIVE)
def people(request: ContractRequest) -> HttpResponse:
    """Offer the contract's people while a name, a reading, an extension or a mail address is typed."""
    typed = request.GET.get("requester", "").replace("\x00", "").strip()[:MAX_QUERY]
    known = people_of(contract=request.access.contract, day=timezone.localdate())
    found = list(people_matching(known, typed).select_related("organisation")[:SUGGESTED]) if typed else []
    return render(request, "console/people_options.html", {"people": found, "typed": typed})
