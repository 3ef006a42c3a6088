"""Receiving a ticket: who asks, what about, and what the desk already knows of both while it is typed."""

import re
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from madoguchi.audit.operations import Entry, record
from madoguchi.calls.queries import people_calling
from madoguchi.calls.rules import compared_number
from madoguchi.console.forms import NewTicketForm
from madoguchi.contracts.access import Access, people_of
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import Act, Channel, Priority, TicketKind
from madoguchi.desk.errors import FieldError
from madoguchi.desk.models import Ticket
from madoguchi.desk.operations.carry_out import AskedAct, carry_out
from madoguchi.desk.operations.receive import NewTicket, receive_ticket
from madoguchi.desk.operations.requesters import add_requester
from madoguchi.desk.queries import latest_tickets_of
from madoguchi.knowledge.queries import found_articles
from madoguchi.people.models import Person

CHOSEN = re.compile(r"#(\d{1,18})$")
REACHED_BY = ("reading", "extension", "mail")
SUGGESTED = 3
MAX_SUBJECT = 200


@require_http_methods(["GET", "POST"])
@contract_page(Right.RECEIVE)
def new(request: ContractRequest) -> HttpResponse:
    """Receive a ticket, and answer it at once where an answer is typed.

    A requester who is not known yet is added with the name typed and where they are reached.
    """
    access, now = request.access, timezone.now()
    given = request.POST if request.method == "POST" else None
    form = NewTicketForm(given, access=access, initial=_initial(request, now=now))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                ticket, is_left_alone = _received(access, form.cleaned_data, now=now)
        except FieldError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("受付番号 %(reference)s で受け付けました。") % {"reference": ticket.reference})
            if is_left_alone:
                messages.info(request, _("登録のある人なので、入力された連絡先では書き換えていません。"))
            return redirect("ticket", contract_key=access.contract.key, number=ticket.number)
    is_unknown = form.is_bound and not CHOSEN.search(str(form["requester"].value() or "").strip())
    status = 422 if form.is_bound else 200
    return render(request, "console/new.html", {"form": form, "is_unknown": is_unknown}, status=status)


def _initial(request: ContractRequest, *, now: datetime) -> dict[str, str]:
    """Return what is known before anything is typed: how it came, and for a call whose number it is."""
    initial = {"channel": request.GET.get("channel", "phone")}
    number = compared_number(request.GET.get("caller"))
    if not number:
        return initial
    known = list(people_calling(access=request.access, number=number, now=now)[:2])
    if len(known) == 1:
        return initial | {"requester": f"{known[0].name} #{known[0].pk}"}
    return initial | {"text": _("発信者番号: %(number)s") % {"number": number}, "extension": number}


def _received(access: Access, given: dict[str, Any], *, now: datetime) -> tuple[Ticket, bool]:
    """Return the new ticket, and whether what was typed to reach a known person by was left alone."""
    reached_by = {name: given[name] for name in REACHED_BY}
    requester = known_requester(access, given["requester"], now=now)
    is_left_alone = requester is not None and any(
        typed and typed != getattr(requester, name) for name, typed in reached_by.items()
    )
    if requester is None:
        requester = add_requester(access=access, name=given["requester"].strip()[:120], **reached_by, now=now)
    answers = bool(given["answer"])
    ticket = receive_ticket(
        access=access,
        new=NewTicket(
            requester=requester, kind=TicketKind(given["kind"]), channel=Channel(given["channel"]),
            subject=given["subject"], text=given["text"], category=given["category"],
            priority=Priority(given["priority"]), received_at=given["received_at"] or now,
            assignee=access.person if answers else None,
        ),
        now=now,
    )  # fmt: skip
    if answers:
        _answer(access, ticket, given, now=now)
    return ticket, is_left_alone


def _answer(access: Access, ticket: Ticket, given: dict[str, Any], *, now: datetime) -> None:
    """Answer what was just received; a matter typed in later was answered when it came."""
    asked = AskedAct(
        act=Act.ANSWER, version=ticket.version, text=given["answer"], resolves=given["resolves"],
        article=given["article"], at=given["received_at"],
    )  # fmt: skip
    try:
        carry_out(access=access, ticket=ticket, asked=asked, now=now)
    except FieldError as error:
        raise FieldError("answer", str(error)) from error


def requester_from(access: Access, typed: str, *, now: datetime) -> Person:
    """Return who was chosen ("name #number") or has the address, or add one of that name. Raises FieldError."""
    known = known_requester(access, typed, now=now)
    return known or add_requester(access=access, name=typed.strip()[:120], now=now)


def known_requester(access: Access, typed: str, *, now: datetime) -> Person | None:
    """Return who was chosen ("name #number") or has the address typed, None for somebody new.

    Raises FieldError for a number of nobody in the contract.
    """
    chosen = chosen_requester(access, typed, now=now)
    if chosen is None and CHOSEN.search(typed.strip()):
        raise FieldError("requester", _("候補にない番号です。候補から選び直すか、氏名だけを入力してください。"))
    return chosen or _of_mail(access, typed.strip(), now=now)


def chosen_requester(access: Access, typed: str, *, now: datetime) -> Person | None:
    """Return the person of the contract whose number stands behind the name."""
    chosen = CHOSEN.search(typed.strip())
    people = people_of(contract=access.contract, day=timezone.localdate(now))
    return people.filter(pk=int(chosen.group(1))).first() if chosen else None


def _of_mail(access: Access, typed: str, *, now: datetime) -> Person | None:
    """Return whose address was typed in full, so that nobody is added a second time under it."""
    if "@" not in typed:
        return None
    found = people_of(contract=access.contract, day=timezone.localdate(now)).filter(mail__iexact=typed)[:2]
    return found[0] if len(found) == 1 else None


@require_GET
@contract_page(Right.RECEIVE)
def beside(request: ContractRequest) -> HttpResponse:
    """Show what the desk knows while a ticket is typed: the requester's latest tickets and articles on the subject."""
    access, now = request.access, timezone.now()
    typed, subject = (
        request.GET.get(name, "").replace("\x00", "").strip()[:MAX_SUBJECT] for name in ("requester", "subject")
    )
    requester = chosen_requester(access, typed, now=now)
    tickets = latest_tickets_of(access=access, requester_id=requester.pk) if requester else []
    if requester:
        entry = Entry(act="view_list", subject="tickets", details={"requester": requester.pk, "shown": len(tickets)})
        record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    articles = found_articles(access=access, query=subject, limit=SUGGESTED)[0] if subject else []
    context = {"requester": requester, "tickets": tickets, "articles": articles, "subject": subject}
    return render(request, "console/new_beside.html", context)
