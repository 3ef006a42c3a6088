"""Decisions: asked of the responsible division, answered once, turned into criteria."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access, people_of
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import Act, ArticleKind, ArticleState, Audience, RoleKind, TicketState
from madoguchi.desk.errors import FieldError
from madoguchi.desk.locks import locked_ticket
from madoguchi.desk.models import Ticket
from madoguchi.desk.operations.act import Step
from madoguchi.knowledge.models import Article
from madoguchi.knowledge.operations import ArticleContent, add_article
from madoguchi.works.errors import NotNowError
from madoguchi.works.models import DecisionAsk, DecisionRequest, DecisionWait
from madoguchi.works.operations.desk_side import desk_acts

LINK_DAYS = 7
FEWEST_OPTIONS, MOST_OPTIONS, OPTION_LETTERS = 2, 6, 200
DIVISION = frozenset((RoleKind.RESPONSIBLE_DIVISION,))


@dataclass(frozen=True, kw_only=True, slots=True)
class NewDecision:
    """What is asked; `recommended` is the place of the recommended option, from 0."""

    subject: str
    question: str
    options: Sequence[str]
    recommended: int
    evidence: str = ""
    ticket: Ticket | None = None


@transaction.atomic
def ask_decision(*, access: Access, new: NewDecision, now: datetime) -> DecisionRequest:
    """Put a question to everybody of the responsible division; the ticket it is about waits for the answer."""
    access.require(Right.RECEIVE)
    _check(new)
    division = people_of(contract=access.contract, day=timezone.localdate(now), kinds=DIVISION).order_by("pk")
    if not division:
        raise NotNowError(_("主管課の人が登録されていません。管理者に連絡してください。"))
    asked = DecisionRequest.objects.create(
        contract=access.contract, ticket=new.ticket, subject=new.subject, question=new.question,
        options=list(new.options), recommended=new.recommended, evidence=new.evidence, asked_at=now,
        asked_by=access.person,
    )  # fmt: skip
    expires = now + timedelta(days=LINK_DAYS)
    DecisionAsk.objects.bulk_create(
        DecisionAsk(request=asked, person=person, asked_at=now, expires_at=expires) for person in division
    )
    if new.ticket is not None and new.ticket.is_open:
        wait = Step(act=Act.WAIT, text=f"主管課への判断依頼: {new.subject}", fields={"waits_for": "elsewhere"})
        desk_acts(access=access, ticket=new.ticket, steps=[wait], now=now)
    _note(access, asked, "ask_decision", now=now)
    return asked


def _check(new: NewDecision) -> None:
    if not FEWEST_OPTIONS <= len(new.options) <= MOST_OPTIONS:
        text = _("選択肢は%(low)s個から%(high)s個までです。1行に1個入力してください。")
        raise FieldError("options", text % {"low": FEWEST_OPTIONS, "high": MOST_OPTIONS})
    if any(len(each) > OPTION_LETTERS for each in new.options) or len(set(new.options)) < len(new.options):
        text = _("選択肢は互いに異なり、それぞれ%(n)s文字以内にしてください。")
        raise FieldError("options", text % {"n": OPTION_LETTERS})
    if not 0 <= new.recommended < len(new.options):
        text = _("推奨する選択肢は1から%(n)sまでの番号です。")
        raise FieldError("recommended", text % {"n": len(new.options)})


def decision_of(access: Access, request_id: int) -> DecisionRequest:
    """Return one request. Raises Http404 for another contract's."""
    access.require(Right.SEE_FIGURES)
    related = ("ticket", "asked_by", "decided_by", "criterion")
    found = DecisionRequest.objects.filter(contract=access.contract, pk=request_id).select_related(*related).first()
    if found is None:
        raise Http404
    return found


@transaction.atomic
def answer_decision(
    *, access: Access, request_id: int, choice: int, answer: str, now: datetime, is_by_link: bool = False
) -> DecisionRequest:
    """Choose an option, once; a wait for others ends with it. Raises NotNowError where it was decided already."""
    access.require(Right.DECIDE)
    asked = _locked(access, request_id)
    if not 0 <= choice < len(asked.options):
        raise FieldError("choice", _("選択肢にない番号です。"))
    asked.waits.filter(end_at__isnull=True).update(end_at=now)
    asked.decided_at, asked.decided_by, asked.choice = now, access.person, choice
    asked.answer, asked.is_by_link = answer, is_by_link
    asked.save()
    if asked.ticket is not None:
        ticket = locked_ticket(contract=access.contract, ticket_id=asked.ticket.pk)
        steps = [Step(act=Act.NOTE, text=f"主管課の判断: {asked.chosen}\n{answer}".strip())]
        if ticket.state == TicketState.WAITING_ELSEWHERE:
            steps.append(Step(act=Act.RESUME))
        desk_acts(access=access, ticket=ticket, steps=steps, now=now)
    _note(access, asked, "answer_decision", now=now, choice=choice)
    return asked


@transaction.atomic
def begin_wait(*, access: Access, request_id: int, whom: str, now: datetime) -> None:
    """Note that the division waits for somebody else's answer from now on."""
    access.require(Right.WORK)
    if RoleKind.VENDOR in access.roles:
        raise PermissionDenied
    asked = _locked(access, request_id)
    if asked.waits.filter(end_at__isnull=True).exists():
        raise NotNowError(_("すでに他部署の回答を待っています。"))
    DecisionWait.objects.create(request=asked, whom=whom, start_at=now)
    _note(access, asked, "begin_wait", now=now)


@transaction.atomic
def end_wait(*, access: Access, request_id: int, now: datetime) -> None:
    access.require(Right.WORK)
    asked = _locked(access, request_id)
    if not asked.waits.filter(end_at__isnull=True).update(end_at=now):
        raise NotNowError(_("他部署の回答を待っていません。"))
    _note(access, asked, "end_wait", now=now)


@transaction.atomic
def make_criterion(*, access: Access, request_id: int, title: str, now: datetime) -> Article:
    """Keep a decision as a criterion, so that the next matter of the kind needs no question."""
    access.require(Right.WRITE_KNOWLEDGE)
    decision_of(access, request_id)
    asked = DecisionRequest.objects.select_for_update(no_key=True).get(pk=request_id)
    if asked.decided_at is None or asked.criterion_id is not None:
        raise NotNowError(_("判断の前、またはすでに判断基準になっています。"))
    body = f"問い: {asked.question}\n\n判断: {asked.chosen}\n\n{asked.answer}\n\n根拠: {asked.evidence}".strip()
    content = ArticleContent(
        kind=ArticleKind.DECISION_CRITERION, audience=Audience.OPERATORS, state=ArticleState.PUBLISHED, title=title,
        body=body, change_note=f"判断依頼 {asked.pk} から",
    )  # fmt: skip
    asked.criterion = add_article(access=access, content=content, at=now)
    asked.save(update_fields=["criterion"])
    return asked.criterion


def _locked(access: Access, request_id: int) -> DecisionRequest:
    decision_of(access, request_id)
    asked = DecisionRequest.objects.select_for_update(of=("self",), no_key=True).select_related("ticket")
    found = asked.get(pk=request_id)
    if found.decided_at is not None:
        raise NotNowError(_("この判断依頼にはすでに回答があります。"))
    return found


def _note(access: Access, asked: DecisionRequest, act: str, *, now: datetime, **details: int) -> None:
    entry = Entry(act=act, subject=f"decision:{asked.pk}", details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
