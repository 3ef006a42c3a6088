"""The page behind the link in a mail to the responsible division: one press answers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from madoguchi.contracts.access import access_to
from madoguchi.desk.errors import FieldError
from madoguchi.portal.forms import DecisionForm
from madoguchi.works.errors import NotNowError
from madoguchi.works.links import decision_ask_behind
from madoguchi.works.models import DecisionRequest
from madoguchi.works.operations.decide import answer_decision


@require_http_methods(["GET", "POST"])
def decision_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show the question; a POST from the page chooses an option, once. Opening decides nothing."""
    now = timezone.now()
    ask = decision_ask_behind(token, now=now)
    access = access_to(person=ask.person, contract_key=ask.request.contract.key, day=timezone.localdate(now))
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            answer_decision(
                access=access, request_id=ask.request_id, choice=given["choice"], answer=given["answer"], now=now,
                is_by_link=True,
            )  # fmt: skip
        except (FieldError, NotNowError) as error:
            form.add_error(getattr(error, "field", None), str(error))
    asked = DecisionRequest.objects.get(pk=ask.request_id)
    context = {"asked": asked, "form": form, "person": ask.person, "may_answer": asked.decided_at is None}
    return render(request, "portal/works/decision.html", context, status=422 if form.errors else 200)
