"""One ticket, shown, and its files."""

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from madoguchi.audit.operations import Entry, record
from madoguchi.console.ticket_page import ticket_context
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.desk.operations.around import stored_path
from madoguchi.desk.queries import ticket_by_number, visible_attachments


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
