"""The procurement: tender, firms, schedule as the contract's files tell them; comments of firms with answers."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi.console.document_forms import AnswerForm, CommentsFileForm
from madoguchi.console.procurement_forms import PARTS
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.errors import InvalidInputError
from madoguchi.core.procurement.spec import Procurement
from madoguchi.core.procurement_vocabulary import CommentOutcome
from madoguchi.people.languages import listed
from madoguchi.procurement.operations import StaleAnswerError, add_comments, answer_comment
from madoguchi.procurement.queries import comments_of, kept_procurement
from madoguchi.reports.gantt import gantt

PAGE = 50
LISTED = 20
UNANSWERED = "none"
FILE = "comments.csv"


@require_http_methods(["GET", "POST"])
@contract_page(Right.SEE_PROCUREMENT)
def overview(request: ContractRequest) -> HttpResponse:
    """Show how the contract was and will be bought, and the comments; take in a file of comments."""
    access, form, status = request.access, CommentsFileForm(), 200
    if request.method == "POST":
        access.require(Right.PROCURE)
        form = CommentsFileForm(request.POST, request.FILES)
        if _taken_in(request, form):
            return redirect("procurement", contract_key=access.contract.key)
        status = 422
    kept = kept_procurement(contract=access.contract, day=timezone.localdate())
    procurement = kept.value()
    outcome = request.GET.get("outcome", "")
    comments = comments_of(access)
    counts = [(each, comments.filter(outcome=each.value).count()) for each in CommentOutcome]
    shown = comments.filter(outcome="" if outcome == UNANSWERED else outcome) if _is_known(outcome) else comments
    context = {
        "kept": kept, "parts": [(name, part.label) for name, part in PARTS.items() if part.is_list],
        "procurement": procurement, "picture": _picture(procurement), "form": form, "counts": counts,
        "unanswered": comments.filter(outcome="").count(), "outcome": outcome,
        "page": Paginator(shown, PAGE).get_page(request.GET.get("page", "1")[:6]),
    }  # fmt: skip
    return render(request, "console/procurement.html", context, status=status)


def _is_known(outcome: str) -> bool:
    return outcome == UNANSWERED or outcome in list(CommentOutcome)


def _taken_in(request: ContractRequest, form: CommentsFileForm) -> bool:
    if not form.is_valid():
        return False
    try:
        text = form.cleaned_data["file"]
        count = add_comments(access=request.access, text=text, file=FILE, at=timezone.now())
    except InvalidInputError as error:
        for problem in error.problems[:LISTED]:
            form.add_error("file", str(problem))
        return False
    messages.success(request, _("%(n)s件の意見を取り込みました。") % {"n": count})
    return True


def _picture(procurement: Procurement | None) -> SafeString:
    """Return the next schedule's picture; its texts are escaped where it is drawn."""
    if procurement is None or not procurement.schedule:
        return SafeString("")
    title = _("次回の日程")
    words = listed(f"{each.name} {each.period.start_date}" for each in procurement.schedule)
    return mark_safe(gantt(procurement.schedule, title=title, description=words))  # noqa: S308  # drawn and escaped by us


@require_http_methods(["GET", "POST"])
@contract_page(Right.SEE_PROCUREMENT)
def comment(request: ContractRequest, number: int) -> HttpResponse:
    """Show a firm's comment and answer it; an answer over somebody else's is refused and keeps the text."""
    access = request.access
    found = get_object_or_404(comments_of(access).select_related("answered_by"), number=number)
    initial = {"version": found.version, "outcome": found.outcome, "answer": found.answer}
    form = AnswerForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 422 if form.is_bound else 200
    if request.method == "POST":
        access.require(Right.PROCURE)
        if form.is_valid():
            given = form.cleaned_data
            try:
                answer_comment(
                    access=access, comment=found, answer=given["answer"], outcome=CommentOutcome(given["outcome"]),
                    version=given["version"], at=timezone.now(),
                )  # fmt: skip
            except StaleAnswerError:
                form.add_error(None, _("他の人が先に回答しました。今の回答を確かめて、もう一度保存してください。"))
                status = 409
            else:
                messages.success(request, _("保存しました。"))
                return redirect("procurement", contract_key=access.contract.key)
    return render(request, "console/firm_comment.html", {"comment": found, "form": form}, status=status)
