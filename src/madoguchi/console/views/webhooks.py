"""Programs outside: who is told, who may open tickets, what could not be delivered."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi.console.webhook_forms import ReceiverForm, RenewForm, SourceForm, WhichForm
from madoguchi.contracts.access import Access, people_of
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import RIGHTS, Right
from madoguchi.core.vocabulary import DeliveryState
from madoguchi.desk.errors import FieldError
from madoguchi.webhooks.models import Delivery, Receiver, Source
from madoguchi.webhooks.operations import (
    add_receiver,
    add_source,
    remove_receiver,
    remove_source,
    renew_secret,
    send_again,
    set_receiver_active,
)  # fmt: skip

SHOWN = 100
Changing = Callable[[Access, int, datetime], None]


@require_http_methods(["GET", "POST"])
@contract_page(Right.ADMINISTER)
def webhooks(request: ContractRequest) -> HttpResponse:
    """Show and change receivers and sources; a new secret is shown once."""
    access, now = request.access, timezone.now()
    workers = people_of(contract=access.contract, day=timezone.localdate(), kinds=RIGHTS[Right.RECEIVE])
    what = request.POST.get("what", "")
    receiver = ReceiverForm(request.POST if what == "receiver" else None)
    source = SourceForm(request.POST if what == "source" else None, people=workers.order_by("name"))
    secret, status = "", 200
    if request.method == "POST":
        if what not in {"receiver", "source", "renew"}:
            return _changed(request, now)
        form = {"receiver": receiver, "source": source}.get(what) or RenewForm(request.POST)
        status = 422
        if isinstance(form, RenewForm):
            if not form.is_valid():
                return render(request, "refused.html", {"message": form.errors.as_text()}, status=422)
            secret, status = _renewed(access, form, now), 200
        elif form.is_valid():
            try:
                add = add_receiver if form is receiver else add_source
                _added, secret = add(access=access, now=now, **form.cleaned_data)
                status = 200
                receiver, source = ReceiverForm(), SourceForm(people=workers.order_by("name"))
            except FieldError as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
    dead = Delivery.objects.filter(receiver__contract=access.contract).exclude(state=DeliveryState.TAKEN.value)
    context = {
        "receivers": Receiver.objects.filter(contract=access.contract).order_by("name"),
        "sources": Source.objects.filter(contract=access.contract).select_related("person").order_by("name"),
        "deliveries": dead.select_related("receiver").order_by("state", "-written_at")[:SHOWN],
        "now": now, "receiver_form": receiver, "source_form": source, "secret": secret,
        "address": request.build_absolute_uri("/hooks/"),
    }  # fmt: skip
    return render(request, "console/webhooks.html", context, status=status)


def _renewed(access: Access, form: RenewForm, now: datetime) -> str:
    source = get_object_or_404(Source, pk=form.cleaned_data["id"], contract=access.contract)
    return renew_secret(access=access, source=source, overlap=timedelta(hours=form.cleaned_data["hours"]), now=now)


def _changed(request: ContractRequest, now: datetime) -> HttpResponse:
    """Pause, resume, remove or send again what the form names."""
    form = WhichForm(request.POST)
    if not form.is_valid():
        return render(request, "refused.html", {"message": form.errors.as_text()}, status=422)
    try:
        CHANGES[form.cleaned_data["what"]](request.access, form.cleaned_data["id"], now)
    except FieldError as error:
        return render(request, "refused.html", {"message": str(error)}, status=422)
    messages.success(request, _("保存しました。"))
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
