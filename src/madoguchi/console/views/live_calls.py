"""The telephone system as it is now, as parts of pages that ask again every few seconds."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from madoguchi.calls.board import incoming_calls, live_board
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right


@require_GET
@contract_page(Right.SEE_FIGURES)
def live(request: ContractRequest) -> HttpResponse:
    """Show who waits and who is there; nothing where no telephone system is listened to."""
    board = live_board(access=request.access, now=timezone.now())
    return render(request, "console/calls/live.html", {"board": board})


@require_GET
@contract_page(Right.RECEIVE)
def incoming(request: ContractRequest) -> HttpResponse:
    """Show whoever is calling with their open tickets."""
    found = incoming_calls(access=request.access, now=timezone.now())
    return render(request, "console/calls/incoming.html", {"calls": found})
