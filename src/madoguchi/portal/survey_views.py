"""The answering page: by a personal link without signing in, or in the portal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.quality_vocabulary import AnswerFault, RoundMode, RoundState
from madoguchi.core.surveys.questionnaire import Question, Questionnaire, in_language
from madoguchi.core.vocabulary import RoleKind
from madoguchi.surveys.errors import AlreadyAnsweredError, EmptySheetError, SheetError, SurveyClosedError
from madoguchi.surveys.models import Round
from madoguchi.surveys.operations.answer import answer_by_link, answer_in_portal
from madoguchi.surveys.queries import invitation_by_token, round_by_id, sheet_of
from madoguchi.surveys.rules import takes_answers

ALWAYS = frozenset(("csrfmiddlewaretoken",))
Answer = Callable[[Mapping[str, str]], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownChoice:
    id: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownQuestion:
    """A question as the page shows it: its field's name, what was given, what is wrong, whom it is asked of."""

    field: str
    question: Question
    text: str
    choices: tuple[ShownChoice, ...]
    given: str
    fault: AnswerFault | None
    asked_field: str
    asked_choices: str
    asked_of: str


@require_http_methods(["GET", "POST"])
def answer_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show and take the answer sheet of a personal link."""
    invitation = invitation_by_token(token)
    if invitation is None:
        return _told(request, str(SurveyClosedError()))
    if invitation.is_used:
        return _told(request, str(AlreadyAnsweredError()))

    def answer(given: Mapping[str, str]) -> None:
        answer_by_link(invitation=invitation, given=given, now=timezone.now())

    return _sheet(request, invitation.round, answer)


@require_http_methods(["GET", "POST"])
@contract_page(Right.ASK)
def answer_portal(request: ContractRequest, round_id: int) -> HttpResponse:
    """Show and take the answer sheet of somebody who signed in."""
    access = request.access
    found = round_by_id(access=access, round_id=round_id)
    own = found.invitations.filter(person=access.person).first()
    is_asked = own is not None or RoleKind.USER in access.roles
    if found.mode != RoundMode.PORTAL.value or found.state == RoundState.PLANNED.value or not is_asked:
        raise Http404
    if own is not None and own.is_used:
        return _told(request, str(AlreadyAnsweredError()))

    def answer(given: Mapping[str, str]) -> None:
        answer_in_portal(access=access, round_id=round_id, given=given, now=timezone.now())

    return _sheet(request, found, answer)


@require_GET
def thanks(request: HttpRequest) -> HttpResponse:
    return _told(request, _("回答を受け付けました。ご協力ありがとうございました。"))


def _told(request: HttpRequest, text: str) -> HttpResponse:
    return render(request, "portal/survey_told.html", {"text": text})


def _sheet(request: HttpRequest, found: Round, answer: Answer) -> HttpResponse:
    today = timezone.localdate()
    is_day = takes_answers(start_date=found.start_date, closing_date=found.closing_date, day=today)
    if found.state != RoundState.OPEN.value or not is_day:
        return _told(request, str(SurveyClosedError()))
    sheet = sheet_of(found)
    names = {f"q{number}": question.id for number, question in enumerate(sheet.questions, start=1)}
    given = {question: request.POST.get(field, "") for field, question in names.items()}
    faults: Mapping[str, AnswerFault] = {}
    notes = [
        _("「%(name)s」という項目はありません。") % {"name": name[:60]}
        for name in sorted(set(request.POST) - set(names) - ALWAYS)
    ]
    if request.method == "POST" and not notes:
        try:
            answer(given)
        except SheetError as error:
            faults = error.faults
        except EmptySheetError as error:
            notes = [str(error)]
        except (AlreadyAnsweredError, SurveyClosedError) as error:
            return _told(request, str(error))
        else:
            return redirect("survey_thanks")
    language = _language(request, sheet)
    context = {
        "sheet": sheet, "round": found, "language": language, "languages": sheet.languages, "notes": notes,
        "title": in_language(sheet.title, language), "introduction": in_language(sheet.introduction, language),
        "questions": _shown(sheet, given, faults, language),
    }  # fmt: skip
    return render(request, "portal/survey.html", context, status=422 if request.method == "POST" else 200)


def _language(request: HttpRequest, sheet: Questionnaire) -> str:
    asked = request.GET.get("lang") or get_language() or "ja"
    return asked if asked in sheet.languages else sheet.languages[0]


def _shown(
    sheet: Questionnaire, given: Mapping[str, str], faults: Mapping[str, AnswerFault], language: str
) -> list[ShownQuestion]:
    fields = {question.id: f"q{number}" for number, question in enumerate(sheet.questions, start=1)}
    return [
        ShownQuestion(
            field=fields[each.id], question=each, text=in_language(each.texts, language), given=given[each.id],
            fault=faults.get(each.id), **_asked_of(sheet, each, fields, language),
            choices=tuple(
                ShownChoice(id=one.id, text=in_language(one.texts, language), is_chosen=given[each.id] == one.id)
                for one in each.choices
            ),
        )
        for each in sheet.questions
    ]  # fmt: skip


def _asked_of(sheet: Questionnaire, question: Question, fields: Mapping[str, str], language: str) -> dict[str, str]:
    """Return whom a question is asked of: for the page's script, and in words."""
    asked = sheet.question(question.when.question) if question.when else None
    if asked is None or question.when is None:
        return {"asked_field": "", "asked_choices": "", "asked_of": ""}
    chosen = [each for each in asked.choices if each.id in question.when.choices]
    return {
        "asked_field": fields[asked.id],
        "asked_choices": "\n".join(each.id for each in chosen),
        "asked_of": " / ".join(in_language(each.texts, language) for each in chosen),
    }
