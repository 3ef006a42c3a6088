"""Pages on which people approve, signed in or by the link in their mail, and name who does so in their absence."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access, access_to
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.works_vocabulary import ApprovalState
from madoguchi.desk.errors import FieldError
from madoguchi.people.languages import is_japanese
from madoguchi.portal.forms import AbsenceForm, ApprovalForm, PassOnForm
from madoguchi.works.errors import NotNowError
from madoguchi.works.links import ask_behind
from madoguchi.works.models import Absence, Approval
from madoguchi.works.names import recorded
from madoguchi.works.operations.approve import Decision, decide_approval, end_absence, pass_on, set_absence
from madoguchi.works.queries import approval_for, form_of, waiting_approvals


@require_GET
@contract_page(Right.ASK)
def approvals(request: ContractRequest) -> HttpResponse:
    """Show what this person is asked to approve, and who approves while they are away."""
    return _approvals_page(request, form=AbsenceForm(), status=200)


def _approvals_page(request: ContractRequest, *, form: AbsenceForm, status: int) -> HttpResponse:
    access = request.access
    waiting = [(each, form_of(each.application)) for each in waiting_approvals(access)]
    own = Absence.objects.filter(contract=access.contract, person=access.person, end_date__gte=timezone.localdate())
    absences_ahead = own.select_related("delegate").order_by("start_date")
    context = {"waiting": waiting, "absences": absences_ahead, "form": form}
    return render(request, "portal/works/approvals.html", context, status=status)


@require_http_methods(["GET", "POST"])
@contract_page(Right.ASK)
def approval(request: ContractRequest, approval_id: int) -> HttpResponse:
    """Show what is to be approved; a POST decides."""
    access = request.access
    found = approval_for(access, approval_id)
    form = ApprovalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and _decided(access, found, form, is_by_link=False):
        messages.success(request, _("記録しました。"))
        return redirect("approvals", contract_key=access.contract.key)
    _viewed(access, found)
    return render(
        request, "portal/works/approval.html", _shown(found) | {"form": form}, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "POST"])
def approval_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a mail's link is about; a POST from the page decides, once. Opening decides nothing."""
    now = timezone.now()
    ask = ask_behind(token, now=now)
    access = access_to(
        person=ask.person, contract_key=ask.approval.application.ticket.contract.key, day=timezone.localdate(now)
    )
    form = ApprovalForm(request.POST if request.method == "POST" else None)
    is_decided = request.method == "POST" and _decided(access, ask.approval, form, is_by_link=True)
    if not is_decided:
        _viewed(access, ask.approval)
    found = approval_for(access, ask.approval_id)
    context = _shown(found) | {"form": form, "is_link": True, "person": ask.person}
    status = 422 if form.is_bound and not is_decided else 200
    return render(request, "portal/works/approval.html", context, status=status)


def _decided(access: Access, found: Approval, form: ApprovalForm, *, is_by_link: bool) -> bool:
    """Decide as the form says; what is wrong is left in the form."""
    if not form.is_valid():
        return False
    given = form.cleaned_data
    decision = Decision(
        is_approved=given["decision"] == "approve", reason=given["reason"], due_at=given["due_at"],
        is_by_link=is_by_link,
    )  # fmt: skip
    try:
        decide_approval(access=access, approval_id=found.pk, decision=decision, now=timezone.now())
    except (FieldError, NotNowError) as error:
        form.add_error(getattr(error, "field", None), str(error))
        return False
    return True


def _shown(found: Approval) -> dict[str, object]:
    application = found.application
    form = form_of(application)
    answers = recorded(form.fields, application.answers, is_japanese=is_japanese())
    return {
        "approval": found, "application": application, "ticket": application.ticket, "catalogue_form": form,
        "step": form.approval(found.key), "answers": answers,
        "is_open": found.state == ApprovalState.ASKED and application.ticket.is_open,
    }  # fmt: skip


def _viewed(access: Access, found: Approval) -> None:
    entry = Entry(act="view_approval", subject=f"approval:{found.pk}")
    record(chain=access.contract.key, at=timezone.now(), actor=access.person.key, entries=[entry])


@require_POST
@contract_page(Right.ASK)
def pass_on_page(request: ContractRequest, approval_id: int) -> HttpResponse:
    """Ask somebody else to approve in one's place."""
    access = request.access
    found = approval_for(access, approval_id)
    form = PassOnForm(request.POST)
    if form.is_valid():
        try:
            pass_on(access=access, approval_id=approval_id, mail=form.cleaned_data["mail"], now=timezone.now())
        except (FieldError, NotNowError) as error:
            form.add_error(getattr(error, "field", None), str(error))
        else:
            messages.success(request, _("代理の人に依頼しました。"))
            return redirect("approvals", contract_key=access.contract.key)
    return render(request, "portal/works/approval.html", _shown(found) | {"form": form}, status=422)


@require_POST
@contract_page(Right.ASK)
def absences(request: ContractRequest) -> HttpResponse:
    """Name a delegate for days of absence, or take that back."""
    access, now = request.access, timezone.now()
    form = AbsenceForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            if given["end"]:
                end_absence(access=access, absence_id=given["end"], now=now)
            else:
                start, end = given["start_date"], given["end_date"]
                set_absence(access=access, mail=given["mail"], start_date=start, end_date=end, now=now)
        except FieldError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("記録しました。"))
            return redirect("approvals", contract_key=access.contract.key)
    return _approvals_page(request, form=form, status=422)
