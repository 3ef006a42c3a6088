"""Reports on calls that go by mail: set, ended, and what became of each."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.console.call_forms import SendingForm
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.call_vocabulary import CallReport, Rhythm
from madoguchi.documents.call_sendings import add_call_sending, end_call_sending, receivers_of
from madoguchi.documents.queries import call_sendings_of, sent_call_reports

SHOWN = 100


@require_http_methods(["GET", "POST"])
@contract_page(Right.MANAGE)
def sendings(request: ContractRequest) -> HttpResponse:
    """Show who is mailed what and what was sent; add another."""
    access, now = request.access, timezone.now()
    people = receivers_of(access, at=now).order_by("name", "pk")
    form, status = SendingForm(people=people), 200
    if request.method == "POST":
        form = SendingForm(request.POST, people=people)
        if form.is_valid():
            given = form.cleaned_data
            add_call_sending(
                access=access, person=given["person"], report=CallReport(given["report"]),
                rhythm=Rhythm(given["rhythm"]), hour=given["hour"], at=now,
            )  # fmt: skip
            messages.success(request, _("送付を登録しました。次の時刻から送ります。"))
            return redirect("call_sendings", contract_key=access.contract.key)
        status = 422
    context = {"form": form, "sendings": call_sendings_of(access), "sent": sent_call_reports(access)[:SHOWN]}
    return render(request, "console/calls/sendings.html", context, status=status)


@require_POST
@contract_page(Right.MANAGE)
def end(request: ContractRequest, sending_id: int) -> HttpResponse:
    end_call_sending(access=request.access, sending_id=sending_id, at=timezone.now())
    messages.success(request, _("送付を終えました。"))
    return redirect("call_sendings", contract_key=request.access.contract.key)
