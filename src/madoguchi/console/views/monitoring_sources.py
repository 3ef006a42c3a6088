"""Where notifications come from, what their labels mean, and those that were held."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from madoguchi.audit.operations import Entry, record
from madoguchi.console.buttons import carried_out, refused_page
from madoguchi.console.monitoring_forms import (
    ConfirmForm,
    MessageForm,
    RemoveRuleForm,
    RevokeForm,
    RuleForm,
    SourceForm,
)
from madoguchi.console.webhook_forms import RenewForm
from madoguchi.contracts.access import Access, people_of
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import RIGHTS, Right
from madoguchi.core.monitoring_vocabulary import SourceKind
from madoguchi.desk.errors import FieldError
from madoguchi.monitoring.models import ConfirmedDays, MappingRule, Message, Source
from madoguchi.monitoring.operations.mapping import add_rule, conditions_from, remove_rule
from madoguchi.monitoring.operations.receive import settle_message
from madoguchi.monitoring.operations.sources import add_source, confirm_days, renew_secret, revoke_source
from madoguchi.monitoring.queries import HELD, message_by_id, service_labels, source_by_id

PAGE = 50
SILENT = timedelta(hours=24)
SHOWN_BYTES = 20_000


def _programs(access: Access) -> list[Source]:
    found = Source.objects.filter(contract=access.contract).exclude(kind=SourceKind.FILE.value)
    return list(found.select_related("clerk").order_by("name"))


@require_http_methods(["GET", "POST"])
@contract_page(Right.ADMINISTER)
def sources(request: ContractRequest) -> HttpResponse:
    """Show, add and revoke sources; a new secret is shown once."""
    access, now = request.access, timezone.now()
    workers = people_of(contract=access.contract, day=timezone.localdate(), kinds=RIGHTS[Right.RECEIVE])
    people = workers.order_by("name")
    if request.POST.get("act") == "revoke":
        return _revoke(request)
    if request.POST.get("what") == "renew":
        return _renew(request)
    form = SourceForm(request.POST if request.method == "POST" else None, people=people)
    secret = ""
    if form.is_bound and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name not in ("act", "kind")}
        try:
            _source, secret = add_source(access=access, kind=SourceKind(form.cleaned_data["kind"]), now=now, **given)
        except FieldError as error:
            form.add_error(error.field, str(error))
        else:
            form = SourceForm(people=people)
    return _sources_page(request, form, secret)


def _sources_page(request: ContractRequest, form: SourceForm, secret: str) -> HttpResponse:
    now = timezone.now()
    context = {
        "sources": _programs(request.access), "form": form, "secret": secret, "silent_since": now - SILENT,
        "address": request.build_absolute_uri("/monitoring/"), "now": now,
    }  # fmt: skip
    return render(request, "console/monitoring/sources.html", context, status=422 if form.errors else 200)


def _renew(request: ContractRequest) -> HttpResponse:
    """Show the page with a new secret, this once."""
    access, now, form = request.access, timezone.now(), RenewForm(request.POST)
    if not form.is_valid():
        return refused_page(request, form.problems())
    source = source_by_id(access, form.cleaned_data["id"])
    try:
        secret = renew_secret(
            access=access, source=source, overlap=timedelta(hours=form.cleaned_data["hours"]), now=now
        )
    except FieldError as error:
        return refused_page(request, str(error))
    workers = people_of(contract=access.contract, day=timezone.localdate(now), kinds=RIGHTS[Right.RECEIVE])
    return _sources_page(request, SourceForm(people=workers.order_by("name")), secret)


def _revoke(request: ContractRequest) -> HttpResponse:
    access = request.access
    return carried_out(
        request, RevokeForm(request.POST), page="monitoring_sources",
        act=lambda given: revoke_source(access=access, source=source_by_id(access, given["id"]), now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@contract_page(Right.MANAGE)
def mapping(request: ContractRequest) -> HttpResponse:
    """Show and change the rules from labels to services, and the days that people vouch for."""
    access = request.access
    act = request.POST.get("act", "")
    if act == "remove":
        return _remove(request)
    services = service_labels(access.contract, day=timezone.localdate())
    programs = Source.objects.filter(contract=access.contract).exclude(kind=SourceKind.FILE.value).order_by("name")
    is_post = request.method == "POST"
    rule = RuleForm(
        request.POST if is_post and act != "confirm" else None, services=services, sources=programs, auto_id="rule_%s"
    )
    confirm = ConfirmForm(request.POST if act == "confirm" else None, services=services, auto_id="confirm_%s")
    form = confirm if confirm.is_bound else rule
    if form.is_bound and form.is_valid():
        try:
            text = _confirmed(access, confirm) if confirm.is_bound else _added(access, rule)
        except FieldError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, text)
            return redirect("mapping", contract_key=access.contract.key)
    rules = MappingRule.objects.filter(source__contract=access.contract).select_related("source")
    vouched = ConfirmedDays.objects.filter(contract=access.contract).select_related("by")
    context = {
        "rules": rules.order_by("source__name", "number"), "rule_form": rule, "confirm_form": confirm,
        "confirmed": vouched.order_by("-start_date", "-pk")[:PAGE], "services": services,
    }  # fmt: skip
    return render(request, "console/monitoring/mapping.html", context, status=422 if form.is_bound else 200)


def _added(access: Access, form: RuleForm) -> str:
    given = form.cleaned_data
    changed = add_rule(
        access=access, source_id=given["source"].pk, tests=conditions_from(given["tests"]), service=given["service"],
        severity=given["severity"], now=timezone.now(),
    )  # fmt: skip
    return _("規則を追加しました。既存の停止のうち%(n)s件が変わりました。") % {"n": changed}


def _confirmed(access: Access, form: ConfirmForm) -> str:
    given = {name: value for name, value in form.cleaned_data.items() if name != "act"}
    confirm_days(access=access, now=timezone.now(), **given)
    return _("記録しました。")


def _remove(request: ContractRequest) -> HttpResponse:
    form = RemoveRuleForm(request.POST)
    if not form.is_valid():
        return refused_page(request, form.problems())
    rule = get_object_or_404(MappingRule, pk=form.cleaned_data["id"], source__contract=request.access.contract)
    changed = remove_rule(access=request.access, rule=rule, now=timezone.now())
    messages.success(request, _("規則を削除しました。既存の停止のうち%(n)s件が変わりました。") % {"n": changed})
    return redirect("mapping", contract_key=request.access.contract.key)


@require_GET
@contract_page(Right.MANAGE)
def notifications(request: ContractRequest) -> HttpResponse:
    """Show what came in, the latest first; by default what was held."""
    access = request.access
    is_all = request.GET.get("state") == "all"
    found = Message.objects.filter(source__contract=access.contract).select_related("source").defer("raw")
    if not is_all:
        found = found.filter(state__in=HELD)
    page = Paginator(found.order_by("-received_at", "-pk"), PAGE).get_page(request.GET.get("page", "")[:9])
    return render(request, "console/monitoring/messages.html", {"page": page, "is_all": is_all})


@require_http_methods(["GET", "POST"])
@contract_page(Right.MANAGE)
def notification(request: ContractRequest, message_id: int) -> HttpResponse:
    """Show a notification with its bytes; one that is held is read again or settled."""
    access, now = request.access, timezone.now()
    found = message_by_id(access, message_id)
    form = MessageForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        is_read_again = form.cleaned_data["act"] == "again"
        try:
            settle_message(access=access, message=found, is_read_again=is_read_again, now=now)
        except FieldError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("記録しました。"))
            return redirect("notification", contract_key=access.contract.key, message_id=found.pk)
    if request.method == "GET":
        entry = Entry(act="view_notification", subject=f"message:{found.pk}")
        record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    raw = None if found.raw is None else bytes(found.raw)[:SHOWN_BYTES].decode("utf-8", errors="replace")
    context = {"found": found, "raw": raw, "form": form, "is_held": found.state in HELD}
    return render(request, "console/monitoring/message.html", context, status=422 if form.is_bound else 200)
