"""Pages for users."""

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import Act, ArticleState, Channel, TicketKind, TicketState, Visibility
from madoguchi.desk.errors import FieldError, ImpossibleActError
from madoguchi.desk.models import Category, Ticket
from madoguchi.desk.operations.act import Step, act_on
from madoguchi.desk.operations.around import File, attach
from madoguchi.desk.operations.receive import NewTicket, receive_ticket
from madoguchi.desk.queries import visible_tickets
from madoguchi.knowledge.queries import found_articles, readable_articles
from madoguchi.portal.forms import AnswerBackForm, AskForm
from madoguchi.surveys.queries import rounds_to_answer

SHOWN, SUGGESTED = 50, 5


def own_tickets(access: Access) -> "list[Ticket]":
    own = Ticket.objects.filter(contract=access.contract, requester=access.person)
    return list(own.order_by("-number")[:SHOWN])


@require_GET
@contract_page(Right.ASK)
def start(request: ContractRequest) -> HttpResponse:
    """Show the search first, then the person's own matters."""
    access = request.access
    query = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    articles = found_articles(access=access, query=query, limit=10)[0] if query else []
    popular = (
        []
        if query
        else readable_articles(access).filter(state=ArticleState.PUBLISHED.value).order_by("-use_count", "title")[:5]
    )
    surveys = rounds_to_answer(access=access, day=timezone.localdate())
    context = {
        "surveys": surveys,
        "tickets": own_tickets(access),
        "query": query,
        "articles": articles,
        "popular": popular,
    }
    return render(request, "portal/start.html", context)


@require_http_methods(["GET", "POST"])
@contract_page(Right.ASK)
def ask(request: ContractRequest) -> HttpResponse:
    """Open a matter of one's own."""
    access, now = request.access, timezone.now()
    categories = Category.objects.filter(contract=access.contract).order_by("name")
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AskForm(*given, categories=categories)
    if request.method == "POST" and form.is_valid():
        try:
            ticket = _asked(access, form, now=now)
        except FieldError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("受付番号 %(reference)s で受け付けました。") % {"reference": ticket.reference})
            return redirect("follow", contract_key=access.contract.key, number=ticket.number)
    return render(request, "portal/ask.html", {"form": form}, status=422 if form.is_bound else 200)


@transaction.atomic
def _asked(access: Access, form: AskForm, *, now: datetime) -> Ticket:
    given = form.cleaned_data
    new = NewTicket(
        requester=access.person, kind=TicketKind(given["kind"]), channel=Channel.WEB, subject=given["subject"],
        text=given["text"], category=given["category"], received_at=now,
    )  # fmt: skip
    ticket = receive_ticket(access=access, new=new, now=now)
    if given["file"]:
        file = File(name=given["file"].name, media_type=given["file"].content_type or "", content=given["file"].read())
        attach(access=access, ticket=ticket, file=file, visibility=Visibility.PUBLIC, now=now)
    return ticket


@require_GET
@contract_page(Right.ASK)
def suggest(request: ContractRequest) -> HttpResponse:
    """Offer articles while a subject is typed."""
    typed = request.GET.get("subject", "").replace("\x00", "").strip()[:200]
    articles = found_articles(access=request.access, query=typed, limit=SUGGESTED)[0] if typed else []
    return render(request, "portal/suggestions.html", {"articles": articles, "typed": typed})


def own_ticket(access: Access, number: int) -> Ticket:
    """Return a matter of the person's own, or one they watch. Raises Http404 for any other."""
    ticket = visible_tickets(access).filter(number=number).select_related("requester", "queue", "merged_into").first()
    if ticket is None:
        raise Http404
    if ticket.requester_id != access.person.pk and not ticket.watchers.filter(person=access.person).exists():
        raise Http404
    return ticket


@require_GET
@contract_page(Right.ASK)
def follow(request: ContractRequest, number: int) -> HttpResponse:
    """Show where a matter stands: what was told, nothing internal."""
    ticket = own_ticket(request.access, number)
    entry = Entry(act="view_own_ticket", subject=f"ticket:{ticket.pk}")
    record(chain=request.access.contract.key, at=timezone.now(), actor=request.access.person.key, entries=[entry])
    return render(request, "portal/follow.html", _followed(ticket) | {"form": AnswerBackForm()})


def _followed(ticket: Ticket) -> dict[str, object]:
    told = ticket.activities.filter(visibility=Visibility.PUBLIC.value).select_related("actor").order_by("at", "number")
    return {
        "ticket": ticket, "activities": told, "is_resolved": ticket.state == TicketState.RESOLVED,
        "attachments": ticket.attachments.filter(visibility=Visibility.PUBLIC.value).order_by("pk"),
        "ratings": range(5, 0, -1),
    }  # fmt: skip


@require_POST
@contract_page(Right.ASK)
def answer_back(request: ContractRequest, number: int) -> HttpResponse:
    """Reply, take back, reopen or rate."""
    access = request.access
    ticket = own_ticket(access, number)
    form = AnswerBackForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        fields = {"rating": given["rating"]} if given["act"] == Act.RATE else {}
        step = Step(act=Act(given["act"]), text=given["text"], visibility=Visibility.PUBLIC, fields=fields)
        try:
            act_on(access=access, ticket_id=ticket.pk, version=None, steps=[step], now=timezone.now())
        except ImpossibleActError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("送信しました。"))
            return redirect("follow", contract_key=access.contract.key, number=number)
    return render(request, "portal/follow.html", _followed(ticket) | {"form": form}, status=422)


@require_GET
@contract_page(Right.READ_KNOWLEDGE)
def faq(request: ContractRequest, article_id: int) -> HttpResponse:
    articles = readable_articles(request.access).filter(state=ArticleState.PUBLISHED.value)
    return render(request, "portal/faq.html", {"article": get_object_or_404(articles, pk=article_id)})
