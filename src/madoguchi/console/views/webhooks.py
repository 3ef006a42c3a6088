"""Programs outside: who is told, who may open tickets, what could not be delivered."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi.console.buttons import carried_out, refused_page, tried
from madoguchi.console.webhook_forms import ReceiverForm, RenewForm, SourceForm, WhichForm
from madoguchi.contracts.access import Access, people_of
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import RIGHTS, Right
from madoguchi.core.vocabulary import DeliveryState
from madoguchi.webhooks.models import Delivery, Receiver, Source
from madoguchi.webhooks.operations import (
    add_receiver,
    add_source,
    remove_receiver,
    remove_source,
    renew_receiver_secret,
    renew_secret,
    send_again,
    set_receiver_active,
    try_receiver,
)  # fmt: skip

SHOWN = 100
Changing = Callable[[Access, int, datetime], None]


@require_http_methods(["GET", "POST"])
@contract_page(Right.ADMINISTER)
def webhooks(request: ContractRequest) -> HttpResponse:
    """Show and change receivers and sources; a new secret is shown once."""
    access, now, what = request.access, timezone.now(), request.POST.get("what", "")
    workers = people_of(contract=access.contract, day=timezone.localdate(), kinds=RIGHTS[Right.RECEIVE])
    people = workers.order_by("name")
    receiver = ReceiverForm(request.POST if what == "receiver" else None)
    source = SourceForm(request.POST if what == "source" else None, people=people)
    if request.method == "POST" and what not in {"receiver", "source", *RENEWALS}:
        return _changed(request, now)
    secret = ""
    if what in RENEWALS:
        form = RenewForm(request.POST)
        if not form.is_valid():
            return refused_page(request, form.problems())
        secret = RENEWALS[what](access, form.cleaned_data["id"], timedelta(hours=form.cleaned_data["hours"]), now)
    elif what:
        secret = _added(access, receiver if what == "receiver" else source, now)
        if secret:
            receiver, source = ReceiverForm(), SourceForm(people=people)
    context = {"receiver_form": receiver, "source_form": source, "secret": secret, "now": now}
    status = 422 if request.method == "POST" and not secret else 200
    return render(request, "console/webhooks.html", {**context, **_listed(request)}, status=status)


def _listed(request: ContractRequest) -> dict[str, object]:
    contract = request.access.contract
    dead = Delivery.objects.filter(receiver__contract=contract).exclude(state=DeliveryState.TAKEN.value)
    return {
        "receivers": Receiver.objects.filter(contract=contract).order_by("name"),
        "sources": Source.objects.filter(contract=contract).select_related("person").order_by("name"),
        "deliveries": dead.select_related("receiver").order_by("state", "-written_at")[:SHOWN],
        "address": request.build_absolute_uri("/hooks/"),
    }


def _added(access: Access, form: ReceiverForm | SourceForm, now: datetime) -> str:
    """Return the secret of what was added, none where the form is wrong."""
    add = add_receiver if isinstance(form, ReceiverForm) else add_source
    found = tried(form, lambda given: add(access=access, now=now, **given))
    return found[1] if found else ""


def _renew_source(access: Access, number: int, overlap: timedelta, now: datetime) -> str:
    source = get_object_or_404(Source, pk=number, contract=access.contract)
    return renew_secret(access=access, source=source, overlap=overlap, now=now)


def _renew_receiver(access: Access, number: int, overlap: timedelta, now: datetime) -> str:
    return renew_receiver_secret(access=access, receiver=_receiver(access, number), overlap=overlap, now=now)


RENEWALS = {"renew": _renew_source, "renew_receiver": _renew_receiver}


def _changed(request: ContractRequest, now: datetime) -> HttpResponse:
    """Pause, resume, remove, try or send again what the form names."""
    form = WhichForm(request.POST)
    if request.POST.get("what") == "try" and form.is_valid():
        return _tried_out(request, _receiver(request.access, form.cleaned_data["id"]), now)
    return carried_out(
        request, form, lambda given: CHANGES[given["what"]](request.access, given["id"], now), page="webhooks"
    )


def _tried_out(request: ContractRequest, receiver: Receiver, now: datetime) -> HttpResponse:
    sent = try_receiver(access=request.access, receiver=receiver, now=now)
    outcome = {"outcome": sent.outcome_said}
    if sent.state == DeliveryState.TAKEN:
        messages.success(request, _("届きました: %(outcome)s") % outcome)
    else:
        messages.error(request, _("届きませんでした: %(outcome)s") % outcome)
    return redirect("webhooks", contract_key=request.access.contract.key)


def _receiver(access: Access, number: int) -> Receiver:
    return get_object_or_404(Receiver, pk=number, contract=access.contract)


def _pause(access: Access, number: int, now: datetime) -> None:
    set_receiver_active(access=access, receiver=_receiver(access, number), is_active=False, now=now)


def _resume(access: Access, number: int, now: datetime) -> None:
    set_receiver_active(access=access, receiver=_receiver(access, number), is_active=True, now=now)


def _remove_receiver(access: Access, number: int, now: datetime) -> None:
    remove_receiver(access=access, receiver=_receiver(access, number), now=now)


def _remove_source(access: Access, number: int, now: datetime) -> None:
    remove_source(access=access, source=get_object_or_404(Source, pk=number, contract=access.contract), now=now)


def _again(access: Access, number: int, now: datetime) -> None:
    found = get_object_or_404(Delivery, pk=number, receiver__contract=access.contract)
    send_again(access=access, delivery=found, now=now)


CHANGES: dict[str, Changing] = {
    "pause": _pause, "resume": _resume, "remove_receiver": _remove_receiver, "remove_source": _remove_source,
    "again": _again,
}  # fmt: skip
