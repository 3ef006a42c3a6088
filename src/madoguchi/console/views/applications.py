"""Applications at the desk: listed, taken for somebody, carried out task by task."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from madoguchi.audit.operations import Entry, record
from madoguchi.console.forms import ApplicantForm
from madoguchi.console.views.receiving import requester_from
from madoguchi.contracts.access import Access
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.vocabulary import Channel
from madoguchi.core.works_vocabulary import ApplicationState, Effect
from madoguchi.desk.errors import FieldError
from madoguchi.desk.operations.around import File
from madoguchi.desk.queries import ticket_by_number, visible_tickets
from madoguchi.people.languages import is_japanese
from madoguchi.works.catalogue.spec import Form
from madoguchi.works.errors import AnswersError, NotNowError
from madoguchi.works.models import Application
from madoguchi.works.names import recorded, tickets_named
from madoguchi.works.operations.apply import NewApplication, apply_for, check_may_apply
from madoguchi.works.operations.fulfil import finish_task
from madoguchi.works.pages import field_rows
from madoguchi.works.passing_on import is_passed_on
from madoguchi.works.queries import (
    TaskLine,
    application_of,
    form_in_force,
    form_of,
    offered_forms,
    task_lines,
    values_of,
)

SHOWN = 200
OF_THE_PAGE = frozenset(("csrfmiddlewaretoken", "requester", "channel"))


@require_GET
@contract_page(Right.SEE_TICKETS)
def applications(request: ContractRequest) -> HttpResponse:
    """Show the applications under way, those due first in front, and the forms to take one for somebody."""
    access = request.access
    state = request.GET.get("state", "")
    found = Application.objects.filter(ticket__in=visible_tickets(access).values("pk"))
    under_way = (ApplicationState.APPROVING.value, ApplicationState.FULFILLING.value)
    found = found.filter(state=state) if state in set(ApplicationState) else found.filter(state__in=under_way)
    shown = found.select_related("ticket__requester", "form").order_by("due_date", "pk")[:SHOWN]
    context = {
        "rows": [(each, form_of(each)) for each in shown], "states": tuple(ApplicationState), "state": state,
        "today": timezone.localdate(), "forms": offered_forms(access) if access.may(Right.RECEIVE) else [],
    }  # fmt: skip
    return render(request, "console/works/applications.html", context)


@require_http_methods(["GET", "POST"])
@contract_page(Right.RECEIVE)
def new(request: ContractRequest, form_key: str) -> HttpResponse:
    """Take an application for somebody who calls, writes or comes."""
    access, now = request.access, timezone.now()
    form, _text = form_in_force(contract=access.contract, key=form_key)
    check_may_apply(access, form)
    if request.method == "GET":
        return _new_page(request, form, applicant=ApplicantForm(), typed={}, errors={}, status=200)
    applicant = ApplicantForm({name: request.POST.get(name, "") for name in ("requester", "channel")})
    typed = {name: str(value) for name, value in request.POST.items() if name not in OF_THE_PAGE}
    errors: Mapping[str, str] = {}
    if applicant.is_valid():
        try:
            application = _taken(request, form_key, applicant, typed, now=now)
        except (AnswersError, FieldError, NotNowError) as error:
            errors = messages_of(error)
        else:
            reference = application.ticket.reference
            messages.success(request, _("受付番号 %(reference)s で受け付けました。") % {"reference": reference})
            return redirect("application", contract_key=access.contract.key, number=application.ticket.number)
    return _new_page(request, form, applicant=applicant, typed=typed, errors=errors, status=422)


@transaction.atomic
def _taken(
    request: ContractRequest, form_key: str, applicant: ApplicantForm, typed: Mapping[str, str], *, now: datetime
) -> Application:
    given, access = applicant.cleaned_data, request.access
    files = {
        name: File(name=each.name or name, media_type=each.content_type or "", content=each.read())
        for name, each in request.FILES.items()
        if not isinstance(each, list)
    }
    taken = NewApplication(
        form=form_key, answers=typed, requester=requester_from(access, given["requester"], now=now),
        channel=Channel(given["channel"]), documents=files,
    )  # fmt: skip
    return apply_for(access=access, new=taken, now=now)


def messages_of(error: MadoguchiError) -> Mapping[str, str]:
    """Return what was wrong by field; what concerns no field stands under an empty name."""
    return error.errors if isinstance(error, AnswersError) else {getattr(error, "field", ""): str(error)}


def _new_page(
    request: ContractRequest,
    form: Form,
    *,
    applicant: ApplicantForm,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    status: int,
) -> HttpResponse:
    rows = field_rows(form.fields, access=request.access, typed=typed, errors=errors, earlier={})
    documents = [(each, errors.get(each.key, "")) for each in form.documents]
    context = {"form": form, "applicant": applicant, "rows": rows, "errors": errors, "documents": documents}
    return render(request, "console/works/new_application.html", context, status=status)


def application_by_number(access: Access, number: int) -> Application:
    """Return a ticket's application. Raises Http404 where there is none, or not for this person."""
    application = application_of(ticket_by_number(access=access, number=number))
    if application is None:
        raise Http404
    return application


@require_GET
@contract_page(Right.SEE_TICKETS)
def show(request: ContractRequest, number: int) -> HttpResponse:
    """Show an application with its answers, approvals and tasks."""
    access = request.access
    application = application_by_number(access, number)
    entry = Entry(act="view_application", subject=f"ticket:{application.ticket_id}")
    record(chain=access.contract.key, at=timezone.now(), actor=access.person.key, entries=[entry])
    return render(request, "console/works/application.html", _shown(access, application))


def _shown(
    access: Access, application: Application, *, task_number: int = 0, typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> dict[str, object]:  # fmt: skip
    form, lines = form_of(application), task_lines(application)
    values = values_of(application, [each.task for each in lines])
    approvals = application.approvals.select_related("decided_by").order_by("number")
    asked = application.approvals.model.objects.filter(application=application).prefetch_related("asks__person")
    is_automatic = is_passed_on(access.contract)
    names = {each.pk: [ask.person.name for ask in each.asks.all()] for each in asked}

    def task_row(line: TaskLine) -> dict[str, object]:
        is_typed = line.task.number == task_number
        given = (typed or {}) if is_typed else {}
        wrong = (errors or {}) if is_typed else {}
        rows = field_rows(line.step.fields, access=access, typed=given, errors=wrong, earlier=values)
        records = recorded(line.step.fields, line.task.records, is_japanese=is_japanese())
        return {
            "line": line,
            "rows": rows,
            "errors": wrong,
            "records": records,
            "is_automatic": is_automatic and line.step.effect is Effect.PASS_ON,
        }

    return {
        "application": application, "ticket": application.ticket, "form": form,
        "done_for": tickets_named(access, form, application),
        "answers": recorded(form.fields, application.answers, is_japanese=is_japanese()),
        "approvals": [(each, form.approval(each.key), names[each.pk]) for each in approvals],
        "tasks": [task_row(each) for each in lines],
        "is_workable": application.state == ApplicationState.FULFILLING and application.ticket.is_open,
    }  # fmt: skip


@require_POST
@contract_page(Right.RECEIVE)
def finish(request: ContractRequest, number: int, task_number: int) -> HttpResponse:
    """Record a task as done. A secret that this gives is shown in this one answer and kept nowhere."""
    access = request.access
    application = application_by_number(access, number)
    typed = {name: str(value) for name, value in request.POST.items() if name not in OF_THE_PAGE}
    try:
        secret = finish_task(
            access=access, application_id=application.pk, task_number=task_number, given=typed, now=timezone.now()
        )
    except AnswersError as error:
        context = _shown(access, application, task_number=task_number, typed=typed, errors=error.errors)
        return render(request, "console/works/application.html", context, status=422)
    if secret is not None:
        context = {"secret": secret, "ticket": application.ticket}
        return render(request, "console/works/secret.html", context)
    messages.success(request, _("作業を記録しました。"))
    return redirect("application", contract_key=access.contract.key, number=number)
