"""Outages: what is down, what is known of which service, one outage with its corrections."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from madoguchi.console.monitoring_forms import OutageForm
from madoguchi.contracts.access import Access
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.monitoring_vocabulary import SourceKind
from madoguchi.desk.errors import FieldError
from madoguchi.monitoring.models import Outage, Sighting, Source
from madoguchi.monitoring.operations.correct import Given, correct_outage
from madoguchi.monitoring.operations.tickets import attach_ticket, open_ticket
from madoguchi.monitoring.queries import (
    OUTAGES,
    OutageFilter,
    outage_by_id,
    outages_of,
    service_labels,
    state_counts,
    stretches_watched,
)  # fmt: skip

PAGE = 50
SHOWN = 100


@require_GET
@contract_page(Right.SEE_FIGURES)
def outages(request: ContractRequest) -> HttpResponse:
    """Show outages, what waits for a person, and which months of each service are known."""
    access, now = request.access, timezone.now()
    asked = {name: request.GET.get(name, "")[:60] for name in ("state", "service")}
    wanted = OutageFilter(
        state=asked["state"] if asked["state"] in OutageFilter.STATES else "", service=asked["service"]
    )
    page = Paginator(outages_of(access, wanted), PAGE).get_page(request.GET.get("page", "")[:9])
    labels = service_labels(access.contract, day=timezone.localdate(now))
    known = stretches_watched(access.contract, now=now)
    context = {
        "page": page, "wanted": wanted, "services": labels, "counts": state_counts(access), "now": now,
        "states": OutageFilter.STATES, "kept": f"state={wanted.state}&service={wanted.service}",
        "known": [(label, known.get(f"{OUTAGES}:{name}", ())) for name, label in labels.items()],
        "sources": Source.objects.filter(contract=access.contract)
        .exclude(kind=SourceKind.FILE.value).order_by("revoked_at", "name"),
    }  # fmt: skip
    return render(request, "console/monitoring/outages.html", context)


@require_http_methods(["GET", "POST"])
@contract_page(Right.SEE_FIGURES)
def outage(request: ContractRequest, outage_id: int) -> HttpResponse:
    """Show an outage with what was said of it; a POST corrects it, or gives it a ticket."""
    access, now = request.access, timezone.now()
    found = outage_by_id(access, outage_id)
    services = service_labels(access.contract, day=timezone.localdate(now))
    form = OutageForm(request.POST if request.method == "POST" else None, services=services)
    if request.method == "POST" and form.is_valid():
        try:
            _act(access, found, form)
        except FieldError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("記録しました。"))
            return redirect("outage", contract_key=access.contract.key, outage_id=found.pk)
    said = Sighting.objects.filter(source=found.source, problem=found.problem).select_related("message")
    context = {
        "found": found, "form": form, "services": services, "corrections": _corrections(found),
        "said": said.order_by("message__received_at", "pk")[:SHOWN], "labels": sorted(found.labels.items()),
    }  # fmt: skip
    return render(request, "console/monitoring/outage.html", context, status=422 if form.is_bound else 200)


def _corrections(found: Outage) -> list[tuple[str, str, str, object]]:
    names = {"service": _("対象"), "started_at": _("開始"), "ended_at": _("終了"), "is_dismissed": _("対象外")}
    rows = found.corrections.select_related("by").order_by("at", "pk")
    return [(names[each.field], each.old, each.new, each) for each in rows]


def _act(access: Access, found: Outage, form: OutageForm) -> None:
    given, now = form.cleaned_data, timezone.now()
    if given["act"] == "open":
        open_ticket(access=access, outage_id=found.pk, now=now)
    elif given["act"] == "attach":
        attach_ticket(access=access, outage_id=found.pk, number=given["number"], now=now)
    else:
        correct_outage(
            access=access, outage_id=found.pk, asked=_asked(found, form), reason=given["reason"], now=now
        )  # fmt: skip


def _asked(found: Outage, form: OutageForm) -> dict[str, Given]:
    """Return what a form changes of an outage: fields left as they were are none."""
    given = form.cleaned_data
    if given["act"] != "correct":
        return {"is_dismissed": given["act"] == "dismiss"}
    fields = {name: given[name] for name in ("service", "started_at", "ended_at") if given[name]}
    return {name: value for name, value in fields.items() if value != getattr(found, name)}
