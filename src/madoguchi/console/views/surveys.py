"""Surveys for those who run and read them."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from madoguchi.audit.operations import Entry, record
from madoguchi.console.list_columns import headings
from madoguchi.console.survey_forms import PaperForm, QuestionnaireForm, RoundActForm, RoundForm
from madoguchi.console.survey_page import (
    NOTHING,
    comparison,
    contract_rows,
    printed_mean,
    printed_rate,
    question_rows,
    weighed_page,
)  # fmt: skip
from madoguchi.contracts.access import Access, people_of
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.errors import InvalidInputError
from madoguchi.core.quality_vocabulary import Allocation, QuestionKind, RoundMode, RoundState
from madoguchi.core.surveys.questionnaire import in_language
from madoguchi.core.surveys.sampling import needed_sample
from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.errors import FieldError
from madoguchi.people.languages import language_on
from madoguchi.reports.table_files import EXPORTS
from madoguchi.surveys.models import Round, StoredQuestionnaire
from madoguchi.surveys.operations.invite import remind
from madoguchi.surveys.operations.paper import enter_paper, hand_out_paper
from madoguchi.surveys.operations.plan import NewRound, add_questionnaire, close_round, open_round, plan_round
from madoguchi.surveys.queries import (
    Results,
    comments_of,
    paper_people,
    questionnaires_of,
    results_of,
    round_by_id,
    rounds_of,
    sheet_of,
    stratum_rates,
)  # fmt: skip

PAGE = 50
MARGIN = 5


@require_GET
@contract_page(Right.SEE_FIGURES)
def rounds(request: ContractRequest) -> HttpResponse:
    """Show the contract's rounds, the latest first."""
    return render(request, "console/surveys/rounds.html", {"rounds": rounds_of(request.access)})


@require_http_methods(["GET", "POST"])
@contract_page(Right.MANAGE)
def questionnaires(request: ContractRequest) -> HttpResponse:
    """Show the questionnaires; add one from its file, or say everything that is wrong with it."""
    form = QuestionnaireForm(request.POST, request.FILES) if request.method == "POST" else QuestionnaireForm()
    problems: list[str] = []
    if form.is_bound and form.is_valid():
        file, text = form.cleaned_data["file"]
        try:
            stored = add_questionnaire(access=request.access, file=file, text=text, now=timezone.now())
        except InvalidInputError as error:
            problems = [str(each) for each in error.problems]
        else:
            messages.success(request, _("「%(title)s」を登録しました。") % {"title": stored.title})
            return redirect("questionnaires", contract_key=request.access.contract.key)
    context = {"form": form, "problems": problems, "known": questionnaires_of(request.access)}
    return render(request, "console/surveys/questionnaires.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@contract_page(Right.MANAGE)
def plan(request: ContractRequest) -> HttpResponse:
    """Prepare a round of a questionnaire."""
    access, now = request.access, timezone.now()
    known = StoredQuestionnaire.objects.filter(contract=access.contract).order_by("key", "-number")
    form = RoundForm(request.POST or None, questionnaires=known)
    if form.is_bound and form.is_valid():
        try:
            found = plan_round(access=access, new=_new_round(form.cleaned_data), now=now)
        except FieldError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("保存しました。"))
            return redirect("round", contract_key=access.contract.key, round_id=found.pk)
    users = people_of(contract=access.contract, day=timezone.localdate(now), kinds=frozenset((RoleKind.USER,))).count()
    promised = definitions_on(contract=access.contract, day=access.contract.end_date).promised
    context = {
        "form": form, "users": users, "sample": needed_sample(users, margin_percent=MARGIN), "margin": MARGIN,
        "named": promised.survey_rounds,
    }  # fmt: skip
    return render(request, "console/surveys/plan.html", context, status=422 if request.method == "POST" else 200)


def _new_round(given: dict[str, Any]) -> NewRound:
    allocation = Allocation(given["allocation"] or Allocation.PROPORTIONAL)
    return NewRound(**{**given, "mode": RoundMode(given["mode"]), "allocation": allocation})


@require_GET
@contract_page(Right.SEE_FIGURES)
def show(request: ContractRequest, round_id: int) -> HttpResponse:
    """Show a round: how many answered, and once it is closed what they answered."""
    access, now = request.access, timezone.now()
    found = round_by_id(access=access, round_id=round_id)
    results = results_of(found)
    context = _shown(found, results) | {"round": found, "results": results, "form": RoundActForm()}
    if found.state != RoundState.PLANNED.value:
        context["contract_rows"] = contract_rows(
            contract=access.contract, found=found, results=results, language=language_on(), now=now
        )
    if found.state == RoundState.OPEN.value and access.may(Right.MANAGE):
        context["paper_people"] = paper_people(found)
    return render(request, "console/surveys/round.html", context)


def _shown(found: Round, results: Results) -> dict[str, Any]:
    language = language_on()
    shown: dict[str, Any] = {
        "response_rate": printed_rate(results.response_rate),
        "strata": [
            (each, printed_rate(each.response_rate) if each.response_rate else NOTHING) for each in stratum_rates(found)
        ],
    }  # fmt: skip
    if not results.is_shown:
        return shown
    compared, rates, rows = comparison(found, language=language)
    return shown | {
        "rows": question_rows(results, language=language), "weighed": weighed_page(found, language=language),
        "compared": compared, "rates": rates, "comparison": rows,
        "asked": [in_language(each.texts, language) for each in results.asked], "groups": _group_rows(results),
    }  # fmt: skip


def _group_rows(results: Results) -> list[tuple[str, str, list[str]]]:
    question, language = results.group_question, language_on()
    if question is None:
        return []
    rows = []
    for each in results.groups:
        choice = question.choice(each.choice)
        label = in_language(choice.texts, language) if choice else each.choice
        is_hidden = each.means is None
        means = [NOTHING] * len(results.asked) if each.means is None else [printed_mean(mean) for mean in each.means]
        rows.append((label, NOTHING if is_hidden else str(each.people), means))
    return rows


@require_POST
@contract_page(Right.MANAGE)
def act(request: ContractRequest, round_id: int) -> HttpResponse:
    """Open or close a round, remind people, or note that paper was handed out."""
    access, now = request.access, timezone.now()
    found = round_by_id(access=access, round_id=round_id)
    form = RoundActForm(request.POST)
    if form.is_valid():
        try:
            _act(request, found, form.cleaned_data)
        except FieldError as error:
            form.add_error(None, str(error))
        else:
            return redirect("round", contract_key=access.contract.key, round_id=round_id)
    results = results_of(found)
    context = _shown(found, results) | {"round": found, "results": results, "form": form, "now": now}
    return render(request, "console/surveys/round.html", context, status=422)


def _act(request: ContractRequest, found: Round, given: dict[str, Any]) -> None:
    access, now = request.access, timezone.now()
    told = _("保存しました。")
    if given["act"] == "open":
        address = request.build_absolute_uri("/")
        opened = open_round(access=access, round_id=found.pk, address=address, now=now)
        told = _("%(n)s人に回答をお願いします。") % {"n": opened.invited_count}
    elif given["act"] == "remind":
        told = _("%(n)s人に督促メールを送ります。") % {"n": remind(access=access, round_id=found.pk, now=now)}
    elif given["act"] == "hand_out":
        hand_out_paper(access=access, round_id=found.pk, count=given["count"], now=now)
    else:
        close_round(access=access, round_id=found.pk, now=now)
    messages.success(request, told)


@require_http_methods(["GET", "POST"])
@contract_page(Right.RECEIVE)
def paper(request: ContractRequest, round_id: int) -> HttpResponse:
    """Take sheets of paper typed in together."""
    access = request.access
    found = round_by_id(access=access, round_id=round_id)
    form, problems = PaperForm(request.POST or None), list[str]()
    if form.is_bound and form.is_valid():
        try:
            count = enter_paper(access=access, round_id=round_id, text=form.cleaned_data["text"], now=timezone.now())
        except InvalidInputError as error:
            problems = [str(each) for each in error.problems]
        except FieldError as error:
            form.add_error("text", str(error))
        else:
            messages.success(request, _("%(n)s枚を入力しました。") % {"n": count})
            return redirect("paper", contract_key=access.contract.key, round_id=round_id)
    context = {"form": form, "problems": problems, "round": found, "sheet": sheet_of(found)}
    return render(request, "console/surveys/paper.html", context, status=422 if request.method == "POST" else 200)


@require_GET
@contract_page(Right.EXPORT)
def comments(request: ContractRequest, round_id: int) -> HttpResponse:
    """Show the free texts of a closed round, by search; looking at them is in the history."""
    access = request.access
    found = round_by_id(access=access, round_id=round_id)
    asked = [each for each in sheet_of(found).questions if each.kind is QuestionKind.TEXT]
    query = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    question = request.GET.get("question", "").replace("\x00", "")[:100]
    page = Paginator(comments_of(found, query=query, question=question), PAGE).get_page(request.GET.get("page"))
    _record(access, "view_comments", found, {"shown": len(page)})
    texts = {each.id: in_language(each.texts, language_on()) for each in asked}
    rows = [(each.text, texts.get(each.question, each.question)) for each in page]
    context = {
        "round": found, "page": page, "rows": rows, "questions": list(texts.items()), "search": query,
        "chosen": question,
    }  # fmt: skip
    return render(request, "console/surveys/comments.html", context)


@require_GET
@contract_page(Right.EXPORT)
def export(request: ContractRequest, round_id: int, kind: str) -> HttpResponse:
    """Send a round's counts as a table: what the page shows, and no more."""
    if kind not in EXPORTS:
        raise Http404
    access = request.access
    found = round_by_id(access=access, round_id=round_id)
    results = results_of(found)
    content, media_type = EXPORTS[kind](list(_table(found, results)))
    _record(access, "export_round", found, {"kind": kind})
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="survey-{found.pk}.{kind}"'
    return response


def _table(found: Round, results: Results) -> Iterator[list[str]]:
    yield headings(
        "調査回", "設問", "選択肢", "人数", "割合", "平均点", "平均点の信頼区間", "満足の割合", "満足の信頼区間"
    )
    yield [found.label, _("回収"), "", f"{results.answered} / {results.invited}", printed_rate(results.response_rate)]
    for row in question_rows(results, language=language_on()) if results.is_shown else ():
        for text, count, share in row.choices:
            yield [found.label, row.text, text, str(count), share]
        yield [
            found.label, row.text, "", str(row.result.answered) if row.result else NOTHING, "", row.mean,
            row.mean_interval, row.satisfied, row.satisfied_interval,
        ]  # fmt: skip
    weighed = weighed_page(found, language=language_on())
    for each in weighed.rows if weighed else ():
        yield [
            found.label, each.text, _("組織の人数で重みづけ"), "", "", each.mean, each.mean_interval, each.satisfied,
            each.satisfied_interval,
        ]  # fmt: skip


def _record(access: Access, act: str, found: Round, details: dict[str, object]) -> None:
    entry = Entry(act=act, subject=f"round:{found.pk}", details=details)
    record(chain=access.contract.key, at=timezone.now(), actor=access.person.key, entries=[entry])
