"""Patches and security policies by terminal: which has what, and which is late."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from madoguchi.console.distributions import distributions_of, units_of
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right

SHOWN = 500


@require_GET
@contract_page(Right.RECEIVE)
def distributions(request: ContractRequest) -> HttpResponse:
    """Show what was distributed, and the devices of the one that is asked for."""
    contract, now = request.access.contract, timezone.now()
    found = distributions_of(contract, now=now)
    device, patch = request.GET.get("device", ""), request.GET.get("patch", "")
    chosen = next((each for each in found if (each.device, each.patch) == (device, patch)), None)
    if chosen is None and (device or patch):
        raise Http404
    units = units_of(contract, device=device, patch=patch, now=now) if chosen else []
    context = {
        "distributions": found[:SHOWN], "chosen": chosen, "units": units[:SHOWN], "unit_count": len(units),
        "shown": SHOWN,
    }  # fmt: skip
    return render(request, "console/registers/distributions.html", context)
