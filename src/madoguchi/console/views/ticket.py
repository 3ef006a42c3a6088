"""One ticket: opened, shown."""

import re
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from madoguchi.audit.operations import Entry, record
from madoguchi.calls.queries import people_calling
from madoguchi.calls.rules import compared_number
from madoguchi.console.forms import NewTicketForm
from madoguchi.console.ticket_page import ticket_context
from madoguchi.contracts.access import Access, people_of
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import Channel, Priority, TicketKind
from madoguchi.desk.errors import FieldError
from madoguchi.desk.operations.around import stored_path
from madoguchi.desk.operations.receive import NewTicket, receive_ticket
from madoguchi.desk.operations.requesters import add_requester
from madoguchi.desk.queries import ticket_by_number, visible_attachments
from madoguchi.people.models import Person

CHOSEN = re.compile(r"#(\d{1,18})$")


@require_http_methods(["GET", "POST"])
@contract_page(Right.RECEIVE)
def new(request: ContractRequest) -> HttpResponse:
    """Receive a ticket; a requester who is not known yet is added with the name typed."""
    access, now = request.access, timezone.now()
    given = request.POST if request.method == "POST" else None
    form = NewTicketForm(given, access=access, initial=_initial(request, now=now))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                ticket = receive_ticket(access=access, new=_new_ticket(access, form.cleaned_data, now=now), now=now)
        except FieldError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("受付番号 %(reference)s で受け付けました。") % {"reference": ticket.reference})
            return redirect("ticket", contract_key=access.contract.key, number=ticket.number)
    status = 422 if form.is_bound else 200
    return render(request, "console/new.html", {"form": form}, status=status)


def _initial(request: ContractRequest, *, now: datetime) -> dict[str, str]:
    """Return what is known before anything is typed: how it came, and for a call whose number it is."""
    initial = {"channel": request.GET.get("channel", "phone")}
    number = compared_number(request.GET.get("caller"))
    if not number:
        return initial
    known = list(people_calling(access=request.access, number=number, now=now)[:2])
    if len(known) == 1:
        return initial | {"requester": f"{known[0].name} #{known[0].pk}"}
    return initial | {"text": _("発信者番号: %(number)s") % {"number": number}}


def _new_ticket(access: Access, given: dict[str, Any], *, now: datetime) -> NewTicket:
    return NewTicket(
        requester=requester_from(access, given["requester"], now=now), kind=TicketKind(given["kind"]),
        channel=Channel(given["channel"]), subject=given["subject"], text=given["text"], category=given["category"],
        priority=Priority(given["priority"]), received_at=given["received_at"] or now,
    )  # fmt: skip


def requester_from(access: Access, typed: str, *, now: datetime) -> Person:
    """Return who was chosen ("name #number") or has the address, or add one of that name. Raises FieldError."""
    chosen = CHOSEN.search(typed.strip())
    if chosen:
        person = (
            people_of(contract=access.contract, day=timezone.localdate(now)).filter(pk=int(chosen.group(1))).first()
        )
        if person is None:
            raise FieldError("requester", _("候補にない番号です。候補から選び直すか、氏名だけを入力してください。"))
        return person
    return _of_mail(access, typed.strip(), now=now) or add_requester(access=access, name=typed.strip()[:120], now=now)


def _of_mail(access: Access, typed: str, *, now: datetime) -> Person | None:
    """Return whose address was typed in full, so that nobody is added a second time under it."""
    if "@" not in typed:
        return None
    found = people_of(contract=access.contract, day=timezone.localdate(now)).filter(mail__iexact=typed)[:2]
    return found[0] if len(found) == 1 else None


@require_GET
@contract_page(Right.SEE_TICKETS)
def show(request: ContractRequest, number: int) -> HttpResponse:
    """Show a ticket with its steps and clocks; that it was seen is in the history."""
    access, now = request.access, timezone.now()
    ticket = ticket_by_number(access=access, number=number)
    record(
        chain=access.contract.key,
        at=now,
        actor=access.person.key,
        entries=[Entry(act="view_ticket", subject=f"ticket:{ticket.pk}")],
    )
    return render(request, "console/ticket.html", ticket_context(access, ticket, now=now))


@require_GET
@contract_page(Right.ENTER)
def download(request: ContractRequest, number: int, file_id: int) -> HttpResponse:
    """Hand out a file of a ticket, never to be shown inside a page."""
    access = request.access
    ticket = ticket_by_number(access=access, number=number)
    files = visible_attachments(access=access, ticket=ticket)
    attachment = next((each for each in files if each.pk == file_id), None)
    if attachment is None or not stored_path(attachment.sha256).exists():
        raise Http404
    entry = Entry(act="download_file", subject=f"ticket:{ticket.pk}", details={"file": attachment.pk})
    record(chain=access.contract.key, at=timezone.now(), actor=access.person.key, entries=[entry])
    return FileResponse(  # type: ignore[return-value]  # a response all the same
        stored_path(attachment.sha256).open("rb"), as_attachment=True, filename=attachment.name,
        content_type="application/octet-stream",
    )  # fmt: skip
