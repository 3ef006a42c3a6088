"""Doing something to a ticket."""

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from madoguchi.console.forms import ActForm, whole_number
from madoguchi.console.queries import desk_people
from madoguchi.console.ticket_page import ticket_context
from madoguchi.contracts.access import Access
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import Act
from madoguchi.desk.errors import FieldError, ImpossibleActError, StaleTicketError
from madoguchi.desk.models import Ticket
from madoguchi.desk.operations.around import File, attach, show_presence
from madoguchi.desk.operations.carry_out import carry_out
from madoguchi.desk.queries import ticket_by_number


@require_POST
@contract_page(Right.WORK)
def act(request: ContractRequest, number: int) -> HttpResponse:
    """Do one step; what was typed comes back with what is wrong when it is refused."""
    access, now = request.access, timezone.now()
    ticket = ticket_by_number(access=access, number=number)
    form = ActForm(request.POST, request.FILES, access=access, people=desk_people(access))
    if not form.is_valid():
        return _refused(request, ticket, form, status=422)
    try:
        with transaction.atomic():
            _do(access, ticket, form, now)
    except StaleTicketError as error:
        form.add_error(None, str(error))
        return _refused(request, ticket_by_number(access=access, number=number), form, status=409)
    except (FieldError, ImpossibleActError) as error:
        field = getattr(error, "field", None)
        form.add_error(field if field in form.fields else None, str(error))
        return _refused(request, ticket_by_number(access=access, number=number), form, status=422)
    messages.success(request, _("記録しました。"))
    return redirect("ticket", contract_key=access.contract.key, number=number)


def _refused(request: ContractRequest, ticket: Ticket, form: ActForm, *, status: int) -> HttpResponse:
    context = ticket_context(request.access, ticket, now=timezone.now())
    return render(request, "console/ticket.html", context | {"form": form, "typed": form.data}, status=status)


def _do(access: Access, ticket: Ticket, form: ActForm, now: datetime) -> None:
    given = form.cleaned_data
    if given["act"] == Act.ATTACH:
        file = File(name=given["file"].name, media_type=given["file"].content_type or "", content=given["file"].read())
        attach(access=access, ticket=ticket, file=file, visibility=form.visibility, now=now)
    else:
        carry_out(access=access, ticket=ticket, asked=form.asked, now=now)


@require_POST
@contract_page(Right.WORK)
def presence(request: ContractRequest, number: int) -> HttpResponse:
    """Note that the person has the ticket open; tell who else has, and whether it changed."""
    access = request.access
    ticket = ticket_by_number(access=access, number=number)
    others = show_presence(ticket=ticket, person=access.person, now=timezone.now())
    seen = whole_number(request.POST.get("version", ""))
    is_stale = seen is not None and seen != ticket.version
    return render(request, "console/presence.html", {"others": others, "is_stale": is_stale, "ticket": ticket})
