"""Preparing a survey: its questionnaire, its round, whom it asks; opening and closing it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from random import SystemRandom

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access, people_of
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.rules import Right
from madoguchi.core.quality_vocabulary import Allocation, InvitationChannel, QuestionKind, RoundMode, RoundState
from madoguchi.core.surveys.load import load_questionnaire
from madoguchi.core.surveys.questionnaire import in_language
from madoguchi.core.surveys.sampling import drawn
from madoguchi.core.surveys.suppression import hidden_groups
from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.errors import FieldError
from madoguchi.desk.rules import EARLIEST, LATEST, is_thinkable
from madoguchi.people.models import Person
from madoguchi.surveys.locks import locked_round
from madoguchi.surveys.models import Comment, Invitation, Response, Round, RoundStratum, StoredQuestionnaire
from madoguchi.surveys.operations.stratify import (
    count_answered,
    count_paper,
    draw_by_organisation,
    join_small_strata,
    join_strata_of_few_answers,
)  # fmt: skip
from madoguchi.surveys.queries import sheet_of
from madoguchi.surveys.rules import first_moment

LEAST_MINIMUM = 3
BATCH = 1_000
INVITE, REMIND = "invitation", "reminder"


@transaction.atomic
def add_questionnaire(*, access: Access, file: str, text: str, now: datetime) -> StoredQuestionnaire:
    """Keep a questionnaire, as the next version where its id is known. Raises InvalidInputError with every problem."""
    access.require(Right.MANAGE)
    read = load_questionnaire(file, text)
    number = StoredQuestionnaire.objects.filter(contract=access.contract, key=read.id).count() + 1
    stored = StoredQuestionnaire.objects.create(
        contract=access.contract, key=read.id, number=number, title=in_language(read.title, "ja"), file=file[-200:],
        text=text, added_at=now,
    )  # fmt: skip
    details = {"key": read.id, "number": number}
    _record(access, "add_questionnaire", f"questionnaire:{stored.pk}", details, now=now)
    return stored


@dataclass(frozen=True, kw_only=True, slots=True)
class NewRound:
    """A round to be prepared; `sample_size` None asks everybody."""

    key: str
    label: str
    questionnaire: StoredQuestionnaire
    mode: RoundMode
    start_date: date
    closing_date: date
    reminder_date: date | None = None
    sample_size: int | None = None
    is_stratified: bool = False
    allocation: Allocation = Allocation.PROPORTIONAL
    seed: int = 1
    minimum: int = 5


@transaction.atomic
def plan_round(*, access: Access, new: NewRound, now: datetime) -> Round:
    """Prepare a round. Raises FieldError where its days, its name or its smallest group cannot be."""
    access.require(Right.MANAGE)
    _check_days(access, new)
    if new.minimum < LEAST_MINIMUM:
        raise FieldError("minimum", _("結果を表示する最小人数は%(n)s人以上にしてください。") % {"n": LEAST_MINIMUM})
    if Round.objects.filter(contract=access.contract, key=new.key).exists():
        raise FieldError("key", _("この調査回はすでにあります。"))
    found = Round.objects.create(
        contract=access.contract, key=new.key, label=new.label, questionnaire=new.questionnaire, mode=new.mode.value,
        state=RoundState.PLANNED.value, start_date=new.start_date, closing_date=new.closing_date,
        reminder_date=new.reminder_date, sample_size=new.sample_size, is_stratified=new.is_stratified,
        allocation=new.allocation.value, seed=new.seed, minimum=new.minimum,
    )  # fmt: skip
    _record(access, "plan_round", f"round:{found.pk}", {"key": new.key}, now=now)
    return found


def _check_days(access: Access, new: NewRound) -> None:
    for name, day in (("start_date", new.start_date), ("closing_date", new.closing_date)):
        if not is_thinkable(first_moment(day)):
            text = _("日時は%(first)s年から%(last)s年までの範囲で入力してください。")
            raise FieldError(name, text % {"first": EARLIEST.year, "last": LATEST.year - 1})
    if new.closing_date < new.start_date:
        raise FieldError("closing_date", _("締切日は開始日以後にしてください。"))
    if new.reminder_date is not None and not new.start_date <= new.reminder_date <= new.closing_date:
        raise FieldError("reminder_date", _("督促日は調査期間の中の日にしてください。"))
    promised = definitions_on(contract=access.contract, day=access.contract.end_date).promised
    named = next((each for each in promised.survey_rounds if each.id == new.key), None)
    if named and (new.start_date not in named.period or new.closing_date not in named.period):
        text = _("契約の定義では、この調査回の期間は %(first)s から %(end)s の前日までです。")
        raise FieldError("start_date", text % {"first": named.period.start_date, "end": named.period.end_date})


@transaction.atomic
def open_round(*, access: Access, round_id: int, address: str, now: datetime) -> Round:
    """Draw whom to ask and invite them; `address` is what personal links begin with.

    Whoever cannot be reached by mail, or cannot sign in, gets a sheet of paper.
    """
    access.require(Right.MANAGE)
    found = locked_round(contract=access.contract, round_id=round_id)
    if found.state != RoundState.PLANNED.value:
        raise FieldError("state", _("この調査回はすでに開始しています。"))
    if timezone.localdate(now) > found.closing_date:
        raise FieldError("closing_date", _("締切日を過ぎた調査回は開始できません。"))
    people = people_of(contract=access.contract, day=timezone.localdate(now), kinds=frozenset((RoleKind.USER,)))
    by_key = {each.pk: each for each in people.only("pk", "mail", "sign_in_name", "organisation_id")}
    if not by_key:
        raise FieldError("state", _("調査の対象となる利用者がいません。"))
    size = found.sample_size or len(by_key)
    chosen = draw_by_organisation(found, by_key, size=size) if found.is_stratified else None
    keys = drawn(by_key, size=size, seed=found.seed) if chosen is None else list(chosen)
    invitations = [_invitation(found, by_key[key], chosen[key] if chosen else None) for key in keys]
    Invitation.objects.bulk_create(invitations, batch_size=BATCH)
    count_paper(found)
    join_small_strata(found)
    found.state, found.opened_at, found.address = RoundState.OPEN.value, now, address
    found.population_count, found.invited_count = len(by_key), len(keys)
    found.paper_count = sum(each.channel == InvitationChannel.PAPER.value for each in invitations)
    found.save()
    counts = {"population": found.population_count, "invited": found.invited_count, "seed": found.seed}
    _record(access, "open_round", f"round:{found.pk}", counts, now=now)
    return found


def _invitation(found: Round, person: Person, stratum: RoundStratum | None) -> Invitation:
    if found.mode == RoundMode.PORTAL.value:
        channel = InvitationChannel.PORTAL if person.sign_in_name else InvitationChannel.PAPER
    else:
        channel = InvitationChannel.MAIL if person.mail else InvitationChannel.PAPER
    due = INVITE if channel is InvitationChannel.MAIL else ""
    nonce = secrets.token_urlsafe(24)
    return Invitation(
        round=found, person=person, stratum=stratum, channel=channel.value, nonce=nonce, mail_due=due
    )  # fmt: skip


@transaction.atomic
def close_round(*, access: Access, round_id: int, now: datetime) -> Round:
    """End a round after its latest day: answers are written anew in no order, and who was asked is forgotten."""
    access.require(Right.MANAGE)
    found = locked_round(contract=access.contract, round_id=round_id)
    if found.state != RoundState.OPEN.value:
        raise FieldError("state", _("この調査回は回答受付中ではありません。"))
    if timezone.localdate(now) <= found.closing_date:
        raise FieldError("state", _("締切日（%(day)s）の翌日から締め切れます。") % {"day": found.closing_date})
    join_strata_of_few_answers(found)
    _forget_order(found)
    count_answered(found)
    found.invitations.all().delete()
    found.state, found.closed_at = RoundState.CLOSED.value, now
    found.save(update_fields=["state", "closed_at"])
    counts = {"invited": found.invited_count, "answered": found.responses.count()}
    _record(access, "close_round", f"round:{found.pk}", counts, now=now)
    return found


def _forget_order(found: Round) -> None:
    """Write every answer anew in a random order under a new key, without the groups too small to be shown."""
    group = next((each for each in sheet_of(found).questions if each.kind is QuestionKind.GROUP), None)
    sheets = list(Response.objects.filter(round=found).values_list("stratum_id", "answers"))
    if group is not None:
        own = [each.get(group.id) for _, each in sheets]
        counts = {each.id: own.count(each.id) for each in group.choices}
        small = hidden_groups(counts, minimum=found.minimum)
        sheets = [
            (stratum, {name: choice for name, choice in each.items() if name != group.id or choice not in small})
            for stratum, each in sheets
        ]
    comments = list(Comment.objects.filter(round=found).values_list("question", "text", "search_key"))
    for rows in (sheets, comments):
        SystemRandom().shuffle(rows)
    Response.objects.filter(round=found).delete()
    Comment.objects.filter(round=found).delete()
    Response.objects.bulk_create(
        [Response(round=found, stratum_id=stratum, answers=each) for stratum, each in sheets], batch_size=BATCH
    )
    Comment.objects.bulk_create(
        [Comment(round=found, question=name, text=text, search_key=key) for name, text, key in comments],
        batch_size=BATCH,
    )


def _record(access: Access, act: str, subject: str, details: Mapping[str, object], *, now: datetime) -> None:
    entry = Entry(act=act, subject=subject, details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
